import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";

/** What is known of a node by its kind alone: 1 for yes. Asked of every node, several times; looking it up is quick. */
export interface Kinds {
  /** Gone after type erasure, together with everything in it. */
  typeSyntax: Uint8Array;
  /** Parentheses and what only types need around an expression. */
  wrapper: Uint8Array;
  /** What stands between an expression and the place where it is written. */
  writing: Uint8Array;
}

/** The tables of one version of TypeScript, whose numbers differ from another's. */
export function kindsOf(ts: SyntaxApi): Kinds {
  if (ts === lastApi && last) return last;
  last = known.get(ts) ?? createKinds(ts);
  lastApi = ts;
  known.set(ts, last);
  return last;
}

const known = new WeakMap<SyntaxApi, Kinds>();
let lastApi: SyntaxApi | undefined;
let last: Kinds | undefined;

function createKinds(ts: SyntaxApi): Kinds {
  const table = (test: (node: ts.Node) => boolean) =>
    Uint8Array.from({ length: ts.SyntaxKind.Count }, (_, kind) => (test({ kind } as ts.Node) ? 1 : 0));
  const wrapper = table((node) => isWrapperKind(ts, node));
  return {
    typeSyntax: table((node) => isTypeKind(ts, node)),
    wrapper,
    writing: table((node) => wrapper[node.kind] === 1 || isWritingKind(ts, node)),
  };
}

function isTypeKind(ts: SyntaxApi, node: ts.Node): boolean {
  if (ts.isTypeNode(node)) return !ts.isExpressionWithTypeArguments(node);
  return (
    ts.isTypeParameterDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isIndexSignatureDeclaration(node)
  );
}

function isWrapperKind(ts: SyntaxApi, node: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isExpressionWithTypeArguments(node)
  );
}

function isWritingKind(ts: SyntaxApi, node: ts.Node): boolean {
  return (
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isSpreadElement(node) ||
    ts.isSpreadAssignment(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    ts.isForInStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isBinaryExpression(node)
  );
}
