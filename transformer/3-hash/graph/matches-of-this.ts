import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { isFunction } from "./callees.ts";
import { keysTo, memberName } from "./name-path.ts";
import { isPutBack, MATCHING } from "./positions.ts";

/** A call that has something match which is a part of `this`: of a field, where that shows. */
export interface MatchOfThis {
  call: ts.CallExpression;
  field?: string;
}

/** `this.word.test(text)`, `const { word } = this; word.exec(text)`, `this.all.some((word) => word.test(text))` */
export function matchesOfThis(api: SyntaxApi, scopes: Scopes, fn: ts.Node): MatchOfThis[] {
  const found: MatchOfThis[] = [];
  for (const call of walkOwn(api, fn)) {
    if (!api.isCallExpression(call)) continue;
    const callee = skipWrappers(api, call.expression);
    if (!MATCHING.has(memberName(api, scopes, callee) ?? "") || isPutBack(api, call)) continue;
    const part = partOfThis(api, scopes, (callee as ts.PropertyAccessExpression).expression);
    if (part && part.length > 0) found.push({ call, ...(part[0] !== undefined && { field: part[0] }) });
  }
  return found;
}

/** How many names are followed one behind the other. */
const DEPTH = 8;

/** The names that lead from `this` to what an expression gives; nothing where it begins elsewhere. */
function partOfThis(
  api: SyntaxApi,
  scopes: Scopes,
  expression: ts.Node,
  depth = DEPTH,
): (string | undefined)[] | undefined {
  if (depth === 0) return undefined;
  const node = skipWrappers(api, expression);
  const follow = (next: ts.Node) => partOfThis(api, scopes, next, depth - 1);
  if (node.kind === api.SyntaxKind.ThisKeyword) return [];
  if (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) {
    const owner = follow(node.expression);
    return owner && [...owner, memberName(api, scopes, node)];
  }
  if (api.isCallExpression(node)) {
    // `this.all.get(key)`, `Object.values(this.all)`
    for (const source of [node.expression, ...node.arguments]) {
      const part = follow(source);
      if (part) return part;
    }
    return undefined;
  }
  if (api.isSpreadElement(node)) return follow(node.expression);
  if (api.isArrayLiteralExpression(node)) {
    for (const element of node.elements) {
      const part = follow(element);
      if (part) return part;
    }
    return undefined;
  }
  if (!api.isIdentifier(node)) return undefined;
  const binding = scopes.resolve(node.text, node);
  const { declaration, nameNode } = binding ?? {};
  if (!declaration || !nameNode) return undefined;
  if (api.isParameter(declaration)) {
    const callback = declaration.parent;
    const isCallback = isFunction(api, callback) && api.isCallExpression(callback.parent);
    return isCallback ? follow((callback.parent as ts.CallExpression).expression) : undefined;
  }
  if (!api.isVariableDeclaration(declaration)) return undefined;
  const loop = declaration.parent.parent;
  const source = declaration.initializer ?? (api.isForOfStatement(loop) ? loop.expression : undefined);
  const part = source && follow(source);
  if (!part || api.isIdentifier(declaration.name)) return part;
  return [...part, ...(keysTo(api, declaration.name, nameNode) ?? [undefined])];
}
