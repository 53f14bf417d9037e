import type ts from "typescript";
import { skipWrappers } from "../syntax/node-tests.ts";
import type { SyntaxApi } from "../types.ts";
import type { FieldUse } from "./graph/field-uses.ts";

/**
 * `this.last = compute(x); return this.last;`: whether a method reads of a field what it has just set it to itself. Only
 * where nothing can come in between: in statements of its body that run in a row, without a call or an `await`.
 */
export function isSetBefore(api: SyntaxApi, fn: ts.Node, { field, at }: FieldUse): boolean {
  const { body } = fn as ts.FunctionLikeDeclaration;
  if (!body || !api.isBlock(body)) return false;
  let reader = at;
  for (; reader.parent !== body; reader = reader.parent) if (!reader.parent || api.isFunctionLike(reader)) return false;
  if (!isPlain(api, reader) || mayRunOthers(api, reader, at.pos)) return false;
  const { statements } = body;
  for (let index = statements.indexOf(reader as ts.Statement) - 1; index >= 0; index--) {
    const statement = statements[index] as ts.Statement;
    if (sets(api, statement, field)) return true;
    if (!isPlain(api, statement) || mayRunOthers(api, statement)) return false;
  }
  return false;
}

const isPlain = (api: SyntaxApi, statement: ts.Node): boolean =>
  api.isExpressionStatement(statement) || api.isVariableStatement(statement) || api.isReturnStatement(statement);

function sets(api: SyntaxApi, statement: ts.Statement, field: string): boolean {
  const set = api.isExpressionStatement(statement) ? skipWrappers(api, statement.expression) : undefined;
  if (!set || !api.isBinaryExpression(set) || set.operatorToken.kind !== api.SyntaxKind.EqualsToken) return false;
  const { left } = set;
  return (
    api.isPropertyAccessExpression(left) &&
    left.expression.kind === api.SyntaxKind.ThisKeyword &&
    left.name.text === field
  );
}

/** Whether code runs others, or lets them run, before it comes to a place. */
function mayRunOthers(api: SyntaxApi, node: ts.Node, before = Number.POSITIVE_INFINITY): boolean {
  if (node.pos >= before || api.isFunctionLike(node)) return false;
  const isRunning =
    api.isCallExpression(node) ||
    api.isNewExpression(node) ||
    api.isTaggedTemplateExpression(node) ||
    api.isAwaitExpression(node) ||
    api.isYieldExpression(node);
  if (isRunning && node.end <= before) return true;
  return api.forEachChild(node, (child) => mayRunOthers(api, child, before)) ?? false;
}
