import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";

/**
 * The names that an expression may stand for, or for a part of which, or that it holds. `more` tells what to look into of
 * calls and spreads.
 */
export function namesIn(
  api: SyntaxApi,
  expression: ts.Node,
  more: (api: SyntaxApi, node: ts.Node) => readonly ts.Node[],
): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const work: ts.Node[] = [expression];
  for (let next = work.pop(); next; next = work.pop()) {
    const node = skipWrappers(api, next);
    if (api.isIdentifier(node)) found.push(node);
    else if (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) work.push(node.expression);
    else if (api.isAwaitExpression(node)) work.push(node.expression);
    else if (api.isConditionalExpression(node)) work.push(node.whenTrue, node.whenFalse);
    else if (api.isBinaryExpression(node)) work.push(node.left, node.right);
    else if (api.isArrayLiteralExpression(node)) work.push(...node.elements);
    else if (api.isObjectLiteralExpression(node)) work.push(...node.properties);
    else if (api.isPropertyAssignment(node)) work.push(node.initializer);
    else if (api.isShorthandPropertyAssignment(node)) work.push(node.name);
    else work.push(...more(api, node));
  }
  return found;
}
