import type ts from "typescript";
import { isWrapper } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { constantText } from "./name-path.ts";

/** `ns.a`, `ns?.["a"]`, `const { a, b: c } = ns` → the names; `undefined` where anything might be taken. */
export function membersTaken(api: SyntaxApi, scopes: Scopes, expression: ts.Node): string[] | undefined {
  let node = expression;
  while (isWrapper(api, node.parent)) node = node.parent;
  const { parent } = node;
  if (api.isPropertyAccessExpression(parent) && parent.expression === node) return [parent.name.text];
  if (api.isQualifiedName(parent) && parent.left === node) return [parent.right.text];
  if (api.isElementAccessExpression(parent) && parent.expression === node) {
    const key = constantText(api, scopes, parent.argumentExpression);
    return key === undefined ? undefined : [key];
  }
  if (!api.isVariableDeclaration(parent) || parent.initializer !== node) return undefined;
  return patternKeys(api, parent.name);
}

/** The keys that a pattern takes, where they can be told. */
export function patternKeys(api: SyntaxApi, pattern: ts.BindingName): string[] | undefined {
  if (!api.isObjectBindingPattern(pattern)) return undefined;
  const names: string[] = [];
  for (const element of pattern.elements) {
    const key = element.propertyName ?? element.name;
    if (element.dotDotDotToken || !(api.isIdentifier(key) || api.isStringLiteral(key))) return undefined;
    names.push(key.text);
  }
  return names;
}
