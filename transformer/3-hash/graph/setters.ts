import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { memberName } from "./name-path.ts";

/** Names that a file's text declares setters of; `undefined` where it makes some by `Object.defineProperty`. */
const settersByFile = new WeakMap<ts.SourceFile, ReadonlySet<string> | undefined>();

/** Whether assigning to a member may run a setter: one that the file declares, or one of what it imports. */
export function mayRunSetter(api: SyntaxApi, scopes: Scopes, left: ts.Node): boolean {
  const target = skipWrappers(api, left);
  if (!api.isPropertyAccessExpression(target) && !api.isElementAccessExpression(target)) return false;
  const owner = skipWrappers(api, target.expression);
  if (api.isIdentifier(owner) && scopes.resolve(owner.text, owner)?.import) return true;
  const setters = settersIn(scopes.file);
  const name = memberName(api, scopes, target);
  return setters === undefined || (setters.size > 0 && (name === undefined || setters.has(name)));
}

function settersIn(file: ts.SourceFile): ReadonlySet<string> | undefined {
  if (settersByFile.has(file)) return settersByFile.get(file);
  const { text } = file;
  const areDefined = /\bdefinePropert/.test(text) && /\bset\b/.test(text);
  const found = areDefined
    ? undefined
    : new Set([...text.matchAll(/\bset\s+(#?[\w$]+)\s*\(/g)].map(([, name]) => name ?? ""));
  settersByFile.set(file, found);
  return found;
}
