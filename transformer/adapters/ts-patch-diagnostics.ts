import type ts from "typescript";
import { describeDiagnostic, numericCode } from "../diagnostics.ts";
import type { FilePlan } from "../pipeline.ts";
import type { TypeScript } from "../types.ts";

type DiagnosticsOf = (sourceFile?: ts.SourceFile, ...rest: unknown[]) => readonly ts.Diagnostic[];

/** Has a program's semantic diagnostics say what is wrong with marks, and not of names that a mark uses that they are unused. */
export function addDiagnostics(
  api: TypeScript,
  program: ts.Program,
  planOf: (sourceFile: ts.SourceFile) => FilePlan | undefined,
): void {
  // The second one is internal: the builder of --incremental and -b asks it instead of the public one.
  for (const method of ["getSemanticDiagnostics", "getBindAndCheckDiagnostics"]) {
    const holder = program as unknown as Record<string, DiagnosticsOf | undefined>;
    const original = holder[method];
    if (!original) continue;
    holder[method] = (sourceFile, ...rest) => {
      const own = (sourceFile ? [sourceFile] : program.getSourceFiles()).flatMap((file) =>
        ownDiagnostics(api, file, planOf(file)),
      );
      const found = withoutFalseUnused(original.call(program, sourceFile, ...rest), planOf);
      return own.length > 0 ? [...found, ...own] : found;
    };
  }
}

/** "Declared but never read", of one name and of whole imports and patterns. */
const UNUSED = new Set([6133, 6192, 6196, 6198, 6199]);

/** A name that an option uses is used. */
function withoutFalseUnused(
  found: readonly ts.Diagnostic[],
  planOf: (sourceFile: ts.SourceFile) => FilePlan | undefined,
): readonly ts.Diagnostic[] {
  const isFalse = ({ code, file, start, length }: ts.Diagnostic): boolean => {
    if (!UNUSED.has(code) || !file || start === undefined) return false;
    const end = start + (length ?? 0);
    return planOf(file)?.mentioned.some((name) => start <= name.getStart(file) && name.end <= end) ?? false;
  };
  return found.some(isFalse) ? found.filter((diagnostic) => !isFalse(diagnostic)) : found;
}

function ownDiagnostics(api: TypeScript, file: ts.SourceFile, plan: FilePlan | undefined): ts.Diagnostic[] {
  const errors = plan?.diagnostics.filter((diagnostic) => diagnostic.severity === "error") ?? [];
  return errors.map((diagnostic) => ({
    category: api.DiagnosticCategory.Error,
    source: "cachet",
    file,
    start: diagnostic.start,
    length: diagnostic.length,
    code: numericCode(diagnostic.code),
    messageText: describeDiagnostic(diagnostic),
  }));
}
