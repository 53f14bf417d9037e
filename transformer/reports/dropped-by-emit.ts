import type ts from "typescript";
import { DIAGNOSTICS, type Diagnostics } from "../diagnostics.ts";
import { tagSpan } from "../fixes.ts";
import type { CachedFunction, SyntaxApi } from "../types.ts";

/** Says of a mark that a compiler dropped, or whose function it turned into another, which setting is to blame. */
export function reportDroppedMark(
  api: SyntaxApi,
  diagnostics: Diagnostics,
  fn: CachedFunction,
  found: CachedFunction | undefined,
  options: ts.CompilerOptions,
): void {
  const message = found
    ? `The compiler turned the async function '${fn.name}' into another kind of function, whose result can't be cached.`
    : `The compiler dropped this mark on '${fn.name}', so cachet couldn't see it in what it wrote.`;
  const fix = found ? ASYNC_FIX : fixFor(api, fn, options);
  diagnostics.add(DIAGNOSTICS.droppedMark(tagSpan(fn.mark), message, fix));
}

/**
 * Angular's builder has esbuild compile what TypeScript only checked, under `isolatedModules`: then nothing of a program's emit counts.
 * It says so in an option of its own.
 */
export const isOnlyChecked = (options: ts.CompilerOptions): boolean => options["_useTypeScriptTranspilation"] === false;

/** Says of a mark that nothing will emit it. */
export function reportUnemittedMark(diagnostics: Diagnostics, fn: CachedFunction): void {
  const message = `With "isolatedModules", Angular lets esbuild compile '${fn.name}', which takes this mark for a comment.`;
  diagnostics.add(
    DIAGNOSTICS.droppedMark(
      tagSpan(fn.mark),
      message,
      'Set "isolatedModules": false in the tsconfig of the application.',
    ),
  );
}

const ASYNC_FIX = 'Set "target": "es2018" or later in tsconfig.json.';

function fixFor(api: SyntaxApi, { node }: CachedFunction, options: ts.CompilerOptions): string {
  if (options.removeComments) return 'Remove "removeComments" from tsconfig.json; a minifier can drop comments later.';
  if (isOverloaded(api, node)) return "Move the mark from the first signature to the implementation.";
  if (isField(api, node))
    return 'Set "target": "es2022" or later and leave "useDefineForClassFields" on, so that fields stay fields.';
  return 'Set "target": "es2022" or later in tsconfig.json.';
}

function isOverloaded(api: SyntaxApi, node: ts.Node): boolean {
  if (!api.isFunctionDeclaration(node) && !api.isMethodDeclaration(node)) return false;
  const { name, parent } = node;
  const siblings: readonly ts.Node[] =
    (parent as { statements?: readonly ts.Node[] }).statements ??
    (parent as { members?: readonly ts.Node[] }).members ??
    [];
  const isSignature = (one: ts.Node): boolean =>
    (api.isFunctionDeclaration(one) || api.isMethodDeclaration(one)) &&
    !one.body &&
    one.name?.getText() === name?.getText();
  return siblings.some(isSignature);
}

function isField(api: SyntaxApi, node: ts.Node): boolean {
  for (let at = node; !api.isStatement(at); at = at.parent) if (api.isPropertyDeclaration(at.parent)) return true;
  return false;
}
