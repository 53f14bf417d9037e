import { findMarks } from "../1-marks/find-marks.ts";
import { isRewritten } from "../4-rewrite/recognise.ts";
import { DIAGNOSTICS, Diagnostics } from "../diagnostics.ts";
import { tagSpan } from "../fixes.ts";
import { parse } from "../syntax/parse.ts";
import { createScopes, type ImportTarget } from "../syntax/scopes.ts";
import type { Diagnostic, Mark, SyntaxApi } from "../types.ts";

/** What became of a file in a build. */
export interface BuiltFile {
  /** How many functions of it were cached. */
  cached: number;
  /** Its code, as it left all plugins. */
  code: string;
}

const FIX =
  "Put cachet() before it and let it compile in a transform hook, as plugins around esbuild or oxc do; with @rollup/plugin-typescript set verbatimModuleSyntax, don't set removeComments, and put the mark of an overloaded function on its implementation.";

/**
 * Compares a file as it was written with what came of it. A plugin that compiles while it loads a module may drop
 * comments, signatures and imports before anyone sees them, and a mark that is gone could say nothing of it.
 */
export function findDroppedMarks(api: SyntaxApi, fileName: string, text: string, outcome: BuiltFile): Diagnostic[] {
  const sourceFile = parse(api, fileName, text);
  const diagnostics = new Diagnostics(sourceFile, fileName);
  // The output of an earlier build may be bundled again, with the runtime in it.
  const marks = findMarks(api, sourceFile, () => {}).filter((mark) => !isRewritten(api, mark, undefined));
  const [first] = marks;
  if (first !== undefined && marks.length > outcome.cached) {
    const what = outcome.cached === 0 ? "Marks" : `${marks.length - outcome.cached} of ${marks.length} marks`;
    const message = `${what} of this file were gone when cachet saw it: another plugin compiled it first.`;
    diagnostics.add(DIAGNOSTICS.droppedMark(tagSpan(first), message, FIX));
    return diagnostics.list;
  }
  const scopes = createScopes(api, sourceFile);
  const left = importTargets(api, fileName, outcome.code);
  for (const mark of marks) {
    for (const name of namesIn(api, mark)) {
      const target = scopes.resolve(name, mark.token)?.import;
      if (target === undefined || target.typeOnly || left.some(isImportOf(target))) continue;
      const message = `The import of '${name}', which only this mark uses, was gone when cachet saw the file: another plugin compiled it first.`;
      diagnostics.add(DIAGNOSTICS.droppedMark(tagSpan(mark), message, FIX));
    }
  }
  return diagnostics.list;
}

/** What a module imports. */
function importTargets(api: SyntaxApi, fileName: string, code: string): ImportTarget[] {
  const scopes = createScopes(api, parse(api, fileName, code));
  return [...scopes.topLevel()].flatMap((binding) => binding.import ?? []);
}

/** An import of the whole module, as the transform adds it for options, brings every name. */
const isImportOf = (target: ImportTarget) => (one: ImportTarget) =>
  one.specifier === target.specifier && (one.imported === target.imported || one.imported === "*");

/** Names of variables in a mark's options. */
function namesIn(api: SyntaxApi, { options }: Mark): string[] {
  if (options === undefined) return [];
  const parsed = parse(api, "options.ts", options.text);
  return createScopes(api, parsed)
    .freeReferences(parsed)
    .map(({ name }) => name);
}
