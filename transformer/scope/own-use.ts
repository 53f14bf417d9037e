import type ts from "typescript";
import { isTypeSyntax } from "./syntax.ts";

type TypeScript = typeof ts;

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
export function findOwnUse(ts: TypeScript, fn: ts.Node): OwnUse {
  const K = ts.SyntaxKind;
  const found: OwnUse = { this: false, arguments: false, super: false, newTarget: false };
  const stack: ts.Node[] = [];
  const push = (node: ts.Node | undefined) => {
    if (node) stack.push(node);
  };
  const outerParts = (node: { name?: ts.Node; modifiers?: ts.NodeArray<ts.ModifierLike> | undefined }) => {
    if (node.name && ts.isComputedPropertyName(node.name)) push(node.name);
    node.modifiers?.forEach(push);
  };

  if (ts.isFunctionLike(fn)) {
    fn.parameters.forEach(push);
    push((fn as ts.FunctionLikeDeclaration).body);
  } else push(fn);

  for (let node = stack.pop(); node; node = stack.pop()) {
    if (isTypeSyntax(ts, node)) continue;
    switch (node.kind) {
      case K.ThisKeyword:
        found.this = true;
        continue;
      case K.SuperKeyword:
        found.super = true;
        continue;
      case K.MetaProperty:
        if ((node as ts.MetaProperty).keywordToken === K.NewKeyword) found.newTarget = true;
        continue;
      case K.Identifier:
        if ((node as ts.Identifier).text === "arguments" && isValueName(ts, node as ts.Identifier))
          found.arguments = true;
        if ((node as ts.Identifier).text === "this") found.this = isThisTag(ts, node) || found.this;
        continue;
      case K.FunctionDeclaration:
      case K.FunctionExpression:
      case K.MethodDeclaration:
      case K.Constructor:
      case K.GetAccessor:
      case K.SetAccessor:
      case K.PropertyDeclaration:
        outerParts(node as ts.MethodDeclaration);
        continue;
      case K.ClassStaticBlockDeclaration:
        continue;
      case K.Parameter:
        if (isThisParameter(ts, node as ts.ParameterDeclaration)) continue;
    }
    ts.forEachChild(node, push);
  }
  return found;
}

function isThisParameter(ts: TypeScript, node: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(node.name) && node.name.text === "this";
}

function isThisTag(ts: TypeScript, node: ts.Node): boolean {
  return ts.isJsxOpeningElement(node.parent) || ts.isJsxSelfClosingElement(node.parent);
}

/** Not a property or label that happens to be called like the value. */
function isValueName(ts: TypeScript, node: ts.Identifier): boolean {
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
