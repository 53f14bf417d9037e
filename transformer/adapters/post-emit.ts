import remapping, { type EncodedSourceMap, type SourceMapInput } from "@jridgewell/remapping";
import type ts from "typescript";
import { findMarks } from "../1-marks/find-marks.ts";
import { analyze } from "../2-analyze/analyze.ts";
import { planRewrite } from "../4-rewrite/plan-edits.ts";
import { emitText } from "../5-emit/emit-text.ts";
import { Diagnostics } from "../diagnostics.ts";
import { type ParsedPlan, unusedName } from "../pipeline.ts";
import { reportDroppedMark } from "../reports/dropped-by-emit.ts";
import { parse } from "../syntax/parse.ts";
import { createScopes } from "../syntax/scopes.ts";
import type { CachedFunction, Diagnostic, Edit, HashedFunction, SyntaxApi } from "../types.ts";
import { bringNames, type EmittedModule, importEdits } from "./post-emit-names.ts";

/** What a compiler wrote for one source. */
export interface Emitted {
  /** Absolute path of the output. */
  fileName: string;
  text: string;
  /** Its source map, as JSON. */
  map?: string;
}

export interface Rewritten {
  code: string;
  /** Leads from the new text to the source; absent where the compiler wrote none. */
  map?: EncodedSourceMap;
  /** Marks that the compiler dropped, at their places in the source. */
  diagnostics: Diagnostic[];
}

/**
 * Caches the functions in a compiler's output. Ids, hashes, key parts and options are those of the source (`plan`),
 * since types, imports and newer syntax are gone from the output; the places to edit are those of the output. Every
 * line of it stays where it was.
 */
export function rewriteEmitted(
  api: SyntaxApi,
  plan: ParsedPlan,
  emitted: Emitted,
  options: ts.CompilerOptions,
): Rewritten {
  // Nothing to cache, or a source with errors, which may be that it is nested too deeply for what follows.
  if (plan.cached.length === 0) return { code: emitted.text, diagnostics: [] };
  const sourceFile = parse(api, emitted.fileName, emitted.text);
  const module: EmittedModule = { api, sourceFile, scopes: createScopes(api, sourceFile), options };
  const prefix = unusedName(plan.sourceFile.text);
  const { functions, diagnostics } = matchFunctions(module, plan, prefix);
  if (diagnostics.length > 0) return { code: emitted.text, diagnostics };
  const edits = planRewrite(api, sourceFile, functions, module.scopes, prefix).map((edit) => inModule(module, edit));
  const { code, map: own } = emitText(api, sourceFile, [...edits, ...importEdits(module, plan)]);
  if (emitted.map === undefined) return { code, diagnostics };
  const map = remapping([own as unknown as SourceMapInput, emitted.map], () => null) as EncodedSourceMap;
  return { code, map: { ...map, file: JSON.parse(emitted.map).file }, diagnostics };
}

/** The functions of the source at their places in the output; each that has none there is reported. */
function matchFunctions(module: EmittedModule, plan: ParsedPlan, prefix: string) {
  const { api, sourceFile, scopes, options } = module;
  const unheard = new Diagnostics(sourceFile, sourceFile.fileName);
  const marks = findMarks(api, sourceFile, unheard.add);
  const source = { fileName: sourceFile.fileName, fileId: "", sourceFile, isModule: true };
  const found = analyze({ api, source, scopes, diagnostics: unheard, prefix }, marks);
  const diagnostics = new Diagnostics(plan.sourceFile, plan.sourceFile.fileName);
  const functions = pairUp(plan.cached, found).flatMap(([fn, at]) => {
    if (at && isSameKind(fn, at)) return bringNames(module, fn, at, diagnostics);
    reportDroppedMark(api, diagnostics, fn, at, options);
    return [];
  });
  return { functions, diagnostics: diagnostics.list };
}

/** An older target moves what is asynchronous into a function of another kind, parameters and all. */
const isSameKind = (fn: CachedFunction, at: CachedFunction): boolean =>
  fn.isAsync === at.isAsync && fn.isGenerator === at.isGenerator;

/** Compilers keep the order; of a list with gaps, each takes the next of its kind, options and name. */
function pairUp(
  functions: readonly HashedFunction[],
  found: readonly CachedFunction[],
): [HashedFunction, CachedFunction | undefined][] {
  let next = 0;
  const isComplete = functions.length === found.length && functions.every((fn, index) => isSame(fn, found[index]));
  return functions.map((fn, index) => {
    if (isComplete) return [fn, found[index]];
    const at = found.findIndex(
      (one, position) => position >= next && isSame(fn, one) && lastName(fn) === lastName(one),
    );
    if (at >= 0) next = at + 1;
    return [fn, found[at]];
  });
}

function isSame(fn: CachedFunction, other: CachedFunction | undefined): boolean {
  const text = ({ mark }: CachedFunction) => mark.options?.text.replace(/\s+/g, "");
  return fn.kind === other?.kind && text(fn) === text(other);
}

/** Of `NS.Repo.find`: a namespace is a function in the output. */
function lastName({ name }: CachedFunction): string | undefined {
  return name.split(".").at(-1);
}

/** A CommonJS output has no imports of its own. */
function inModule({ api, sourceFile }: EmittedModule, edit: Edit): Edit {
  if (edit.type !== "prepend-statements" || edit.node !== sourceFile || api.isExternalModule(sourceFile)) return edit;
  return { ...edit, text: edit.text.replace(/^import \* as (\S+) from (\S+);/, "const $1 = require($2);") };
}
