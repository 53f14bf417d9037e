import { describeDiagnostic, numericCode } from "../../transformer/diagnostics.ts";
import type { ParsedPlan } from "../../transformer/pipeline.ts";
import type { Diagnostic, TypeScript } from "../../transformer/types.ts";
import type { Terminal } from "../terminal.ts";

/** Prints a mark's diagnostic as `tsc` prints its own, for the tools that read those. */
export function printDiagnostic(
  api: TypeScript,
  { sourceFile }: ParsedPlan,
  diagnostic: Diagnostic,
  cwd: string,
  terminal: Terminal,
): void {
  const isError = diagnostic.severity === "error";
  const shown = {
    category: isError ? api.DiagnosticCategory.Error : api.DiagnosticCategory.Warning,
    file: sourceFile,
    start: diagnostic.start,
    length: diagnostic.length,
    code: numericCode(diagnostic.code),
    messageText: describeDiagnostic(diagnostic),
  };
  const host = { getCurrentDirectory: () => cwd, getCanonicalFileName: (name: string) => name, getNewLine: () => "\n" };
  const format = terminal.isInteractive ? api.formatDiagnosticsWithColorAndContext : api.formatDiagnostics;
  const text = format([shown], host).trimEnd();
  if (isError) terminal.print(text);
  else terminal.complain(text);
}
