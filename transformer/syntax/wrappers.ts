import type ts from "typescript";
import type { TypeScript } from "../types.ts";

type Wrapper =
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.NonNullExpression
  | ts.TypeAssertion;

/** Types and parentheses around an expression: they vanish or change nothing. */
export function isCastOrParentheses(api: TypeScript, node: ts.Node): node is Wrapper {
  return (
    api.isParenthesizedExpression(node) ||
    api.isAsExpression(node) ||
    api.isSatisfiesExpression(node) ||
    api.isNonNullExpression(node) ||
    api.isTypeAssertionExpression(node)
  );
}

/** The expression inside of all that is wrapped around it. */
export function unwrap(api: TypeScript, node: ts.Expression): ts.Expression {
  let at = node;
  while (isCastOrParentheses(api, at)) at = at.expression;
  return at;
}
