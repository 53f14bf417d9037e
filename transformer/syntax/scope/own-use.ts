import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";
import { isTypeSyntax } from "../node-tests.ts";

export interface OwnUse {
  this: boolean;
  arguments: boolean;
  super: boolean;
  newTarget: boolean;
}

/**
 * Which of its caller-given values a function uses itself or through arrow functions in it. Nested functions, methods
 * and class bodies have their own and don't count; a nested class's `extends` and computed names do.
 */
export function findOwnUse(ts: SyntaxApi, fn: ts.Node): OwnUse {
  const K = ts.SyntaxKind;
  const found: OwnUse = { this: false, arguments: false, super: false, newTarget: false };
  for (const node of walkOwn(ts, fn)) {
    if (node.kind === K.ThisKeyword) found.this = true;
    else if (node.kind === K.SuperKeyword) found.super = true;
    else if (ts.isMetaProperty(node)) found.newTarget ||= node.keywordToken === K.NewKeyword;
    else if (ts.isIdentifier(node)) {
      if (node.text === "arguments") found.arguments ||= isValueName(ts, node);
      if (node.text === "this") found.this ||= isThisTag(ts, node);
    }
  }
  return found;
}

/** The nodes of a function (of a field: of its value) in which `this` is its own; types left out. */
export function* walkOwn(ts: SyntaxApi, fn: ts.Node): Generator<ts.Node> {
  const K = ts.SyntaxKind;
  const stack: ts.Node[] = [];
  const push = (node: ts.Node | undefined) => {
    if (node) stack.push(node);
  };
  if (ts.isFunctionLike(fn)) {
    fn.parameters.forEach(push);
    push((fn as ts.FunctionLikeDeclaration).body);
  } else if (ts.isPropertyDeclaration(fn)) push(fn.initializer);
  else push(fn);

  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isTypeSyntax(ts, node) || isThisParameter(ts, node)) continue;
    yield node;
    switch (node.kind) {
      case K.FunctionDeclaration:
      case K.FunctionExpression:
      case K.MethodDeclaration:
      case K.Constructor:
      case K.GetAccessor:
      case K.SetAccessor:
      case K.PropertyDeclaration: {
        const { name, modifiers } = node as ts.MethodDeclaration;
        if (name && ts.isComputedPropertyName(name)) push(name);
        modifiers?.forEach(push);
        break;
      }
      case K.ClassStaticBlockDeclaration:
        break;
      default:
        ts.forEachChild(node, push);
    }
  }
}

function isThisParameter(ts: SyntaxApi, node: ts.Node): boolean {
  return ts.isParameter(node) && ts.isIdentifier(node.name) && node.name.text === "this";
}

function isThisTag(ts: SyntaxApi, node: ts.Node): boolean {
  return ts.isJsxOpeningElement(node.parent) || ts.isJsxSelfClosingElement(node.parent);
}

/** Not a property or label that happens to be called like the value. */
function isValueName(ts: SyntaxApi, node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isPropertyAssignment(parent)) return parent.name !== node;
  return !(
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ts.isJsxAttribute(parent) ||
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent)
  );
}
