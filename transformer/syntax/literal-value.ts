import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";
import { skipWrappers } from "./node-tests.ts";

export const NOT_LITERAL = Symbol();

/** The value of a literal; `undefined` for the name `undefined`; NOT_LITERAL for anything that must be evaluated. */
export function literalValue(api: SyntaxApi, node: ts.Expression): unknown {
  const expression = skipWrappers(api, node);
  if (api.isStringLiteralLike(expression)) return expression.text;
  if (api.isNumericLiteral(expression)) return Number(expression.text);
  if (api.isBigIntLiteral(expression)) return BigInt(expression.text.slice(0, -1));
  if (api.isRegularExpressionLiteral(expression)) return /x/;
  if (api.isPrefixUnaryExpression(expression)) {
    const operand = literalValue(api, expression.operand);
    if (typeof operand !== "number") return NOT_LITERAL;
    if (expression.operator === api.SyntaxKind.MinusToken) return -operand;
    return expression.operator === api.SyntaxKind.PlusToken ? operand : NOT_LITERAL;
  }
  if (api.isBinaryExpression(expression)) return product(api, expression);
  if (api.isObjectLiteralExpression(expression)) return literalObject(api, expression);
  if (api.isArrayLiteralExpression(expression)) {
    const items = expression.elements.map((element) => literalValue(api, element));
    return items.includes(NOT_LITERAL) ? NOT_LITERAL : items;
  }
  switch (expression.kind) {
    case api.SyntaxKind.TrueKeyword:
      return true;
    case api.SyntaxKind.FalseKeyword:
      return false;
    case api.SyntaxKind.NullKeyword:
      return null;
  }
  if (!api.isIdentifier(expression)) return NOT_LITERAL;
  const named: Record<string, unknown> = { undefined, NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY };
  return Object.hasOwn(named, expression.text) ? named[expression.text] : NOT_LITERAL;
}

/** `60 * 60` is how people write an hour. */
function product(api: SyntaxApi, { left, right, operatorToken }: ts.BinaryExpression): unknown {
  const a = literalValue(api, left);
  const b = literalValue(api, right);
  if (typeof a !== "number" || typeof b !== "number") return NOT_LITERAL;
  switch (operatorToken.kind) {
    case api.SyntaxKind.AsteriskToken:
      return a * b;
    case api.SyntaxKind.SlashToken:
      return a / b;
    case api.SyntaxKind.PlusToken:
      return a + b;
    case api.SyntaxKind.MinusToken:
      return a - b;
    default:
      return NOT_LITERAL;
  }
}

function literalObject(api: SyntaxApi, node: ts.ObjectLiteralExpression): unknown {
  const entries: [string, unknown][] = [];
  for (const property of node.properties) {
    const name = propertyName(api, property);
    if (name === undefined || !api.isPropertyAssignment(property)) return NOT_LITERAL;
    const value = literalValue(api, property.initializer);
    if (value === NOT_LITERAL) return NOT_LITERAL;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

export function propertyName(api: SyntaxApi, property: ts.ObjectLiteralElementLike): string | undefined {
  const { name } = property;
  if (!name || api.isGetAccessor(property) || api.isSetAccessor(property)) return undefined;
  return api.isIdentifier(name) || api.isStringLiteral(name) ? name.text : undefined;
}
