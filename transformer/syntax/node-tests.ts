import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";
import { kindsOf } from "./node-kinds.ts";

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const modifiers = (node as { modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers;
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

/** Whether a node is gone after type erasure, together with everything in it. */
export function isTypeSyntax(ts: SyntaxApi, node: ts.Node): boolean {
  return kindsOf(ts).typeSyntax[node.kind] === 1;
}

/** `namespace N { export type T = 1 }` leaves no code behind, so its name has no value. */
export function isTypeOnlyNamespace(ts: SyntaxApi, node: ts.ModuleDeclaration): boolean {
  const { body } = node;
  if (!body) return true;
  if (ts.isModuleDeclaration(body)) return isTypeOnlyNamespace(ts, body);
  if (!ts.isModuleBlock(body)) return false;
  return body.statements.every(
    (statement) =>
      isTypeSyntax(ts, statement) ||
      hasModifier(statement, ts.SyntaxKind.DeclareKeyword) ||
      (ts.isModuleDeclaration(statement) && isTypeOnlyNamespace(ts, statement)),
  );
}

/**
 * Sets missing `parent` links. A program's own files have them only after somebody asked for types; these are the
 * links the compiler would set then.
 */
export function fillParents(ts: SyntaxApi, file: ts.SourceFile): void {
  if (file.endOfFileToken.parent !== undefined) return;
  const stack: ts.Node[] = [file];
  for (let parent = stack.pop(); parent; parent = stack.pop()) {
    const node = parent;
    ts.forEachChild(node, (child) => {
      (child as { parent: ts.Node }).parent = node;
      stack.push(child);
    });
  }
}

/** Strips parentheses and type-only wrappers: `(x as T)!` → `x`. */
export function skipWrappers(ts: SyntaxApi, node: ts.Expression): ts.Expression;
export function skipWrappers(ts: SyntaxApi, node: ts.Node): ts.Node;
export function skipWrappers(ts: SyntaxApi, node: ts.Node): ts.Node {
  let inner = node;
  while (isWrapper(ts, inner)) inner = inner.expression;
  return inner;
}

/** Whether a method's result goes nowhere: then it is called for what it does. */
export function isResultUnused(ts: SyntaxApi, call: ts.Node): boolean {
  let node = call;
  while (isWrapper(ts, node.parent) || ts.isAwaitExpression(node.parent)) node = node.parent;
  return ts.isExpressionStatement(node.parent);
}

/** What stands for an expression where it is used: `x` → `(x as T)!`. */
export function outermostWrapper(ts: SyntaxApi, node: ts.Node): ts.Node {
  let outer = node;
  while (isWrapper(ts, outer.parent)) outer = outer.parent;
  return outer;
}

export function isWrapper(
  ts: SyntaxApi,
  node: ts.Node,
): node is
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.NonNullExpression
  | ts.TypeAssertion
  | ts.ExpressionWithTypeArguments {
  return kindsOf(ts).wrapper[node.kind] === 1;
}

/** Whether an expression is written: `x = …`, `x += …`, `x++`, `[x] = …`, `({ a: x } = …)`, `for (x of …)`. */
export function isWriteTarget(ts: SyntaxApi, node: ts.Node): boolean {
  const { writing } = kindsOf(ts);
  if (writing[node.parent?.kind] !== 1) return false;
  const K = ts.SyntaxKind;
  let child = node;
  for (let parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (isWrapper(ts, parent) || ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent)) continue;
    if (ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent)) continue;
    if (ts.isPropertyAssignment(parent)) {
      if (parent.initializer === child) continue;
      return false;
    }
    if (ts.isShorthandPropertyAssignment(parent)) {
      if (parent.name === child) continue;
      return false;
    }
    if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
      return parent.operator === K.PlusPlusToken || parent.operator === K.MinusMinusToken;
    }
    if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === child;
    if (!ts.isBinaryExpression(parent) || parent.left !== child) return false;
    const operator = parent.operatorToken.kind;
    if (operator < K.FirstAssignment || operator > K.LastAssignment) return false;
    // `[x = 1] = …`: the default sits inside the pattern, x is written by the outer assignment or by this one alike
    return true;
  }
  return false;
}

/** The names that a declaration's name or pattern binds. */
export function boundNames(ts: SyntaxApi, name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(ts, element.name) : []));
}
