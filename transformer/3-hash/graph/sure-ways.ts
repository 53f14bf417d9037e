import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { effectOfGlobal, NEW_LISTS, PART_GETTERS } from "./call-effects.ts";

/** Methods that give what a function gives, or a list of that. */
const MAKING = new Set(["map", "flatMap", "call", "apply", "bind"]);

/** Whether what a method gives is a part of what it is called on, or the thing itself. */
export const givesPart = (method: string): boolean => PART_GETTERS.has(method) && !MAKING.has(method);

/** `Object.assign(table, more)`, `Promise.all([table])` */
export function isOfGlobal(api: SyntaxApi, scopes: Scopes, call: ts.CallExpression): boolean {
  const effect = effectOfGlobal(api, scopes, call, 0);
  return effect !== undefined && effect !== "unknown";
}

/** `rows = [...rows]; rows.push(1);`: behind a statement of its function's own that gives a name something new. */
export function isAnew(api: SyntaxApi, { writes, scope }: Binding, use: ts.Node): boolean {
  return writes.some((write) => {
    const assignment = write.parent;
    if (!api.isBinaryExpression(assignment) || assignment.operatorToken.kind !== api.SyntaxKind.EqualsToken)
      return false;
    const statement = assignment.parent;
    const isOwn =
      api.isExpressionStatement(statement) && (statement.parent === scope || statement.parent.parent === scope);
    return isOwn && use.pos >= statement.end && isMade(api, assignment.right);
  });
}

function isMade(api: SyntaxApi, expression: ts.Node): boolean {
  const made = skipWrappers(api, expression);
  if (api.isObjectLiteralExpression(made) || api.isArrayLiteralExpression(made) || api.isNewExpression(made))
    return true;
  if (!api.isCallExpression(made)) return false;
  const callee = skipWrappers(api, made.expression);
  if (api.isIdentifier(callee)) return callee.text === "structuredClone";
  return api.isPropertyAccessExpression(callee) && NEW_LISTS.has(callee.name.text);
}
