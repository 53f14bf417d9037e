import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";
import { kindsOf } from "../node-kinds.ts";
import { fillParents } from "../node-tests.ts";
import type { Scope } from "./bindings.ts";
import {
  bindClass,
  bindEnum,
  bindFunction,
  bindNamespace,
  bindProperty,
  bindStaticBlock,
  bindVariable,
  publishMembers,
} from "./declarations.ts";
import { bindExport, bindImport, bindImportEquals } from "./module-syntax.ts";
import { type NodeVisit, type Use, Walk } from "./walk.ts";

export interface Bound {
  root: Scope;
  scopes: Map<ts.Node, Scope>;
  /** In source order. */
  uses: Use[];
  /** In source order. */
  callSites: ts.Node[];
}

/** Collects every scope, declaration and value use of a file in one pass, on the syntax alone. */
export function bind(ts: SyntaxApi, file: ts.SourceFile): Bound {
  fillParents(ts, file);
  const root: Scope = { node: file, parent: undefined, bindings: new Map(), hoist: undefined as never };
  root.hoist = root;
  const walk = new Walk(ts, root);
  const steps = stepsOf(ts);
  const { typeSyntax } = kindsOf(ts);
  walk.run((_, node, scope) => {
    if (typeSyntax[node.kind] === 1) return;
    const step = steps[node.kind];
    if (step) step(walk, node, scope);
    else walk.visitChildren(node, scope);
  });
  publishMembers(walk.scopes.values());
  const { scopes, uses, callSites } = walk;
  uses.sort((one, other) => one.identifier.pos - other.identifier.pos);
  callSites.sort((one, other) => one.pos - other.pos);
  return { root, scopes, uses, callSites };
}

/** By kind; a node without a step of its own is what its children are. */
type Steps = readonly (NodeVisit<ts.Node> | undefined)[];

const known = new WeakMap<SyntaxApi, Steps>();

function stepsOf(ts: SyntaxApi): Steps {
  const steps = known.get(ts) ?? createSteps(ts);
  known.set(ts, steps);
  return steps;
}

function createSteps(ts: SyntaxApi): Steps {
  const K = ts.SyntaxKind;
  const steps = new Array<NodeVisit<ts.Node> | undefined>(K.Count).fill(undefined);
  const set = (step: NodeVisit, ...kinds: ts.SyntaxKind[]) => {
    for (const kind of kinds) steps[kind] = step as NodeVisit<ts.Node>;
  };
  set(bindVariable, K.VariableDeclaration);
  set(bindFunction, K.FunctionDeclaration, K.FunctionExpression, K.ArrowFunction);
  set(bindFunction, K.MethodDeclaration, K.Constructor, K.GetAccessor, K.SetAccessor);
  set(bindClass, K.ClassDeclaration, K.ClassExpression);
  set(bindProperty, K.PropertyDeclaration);
  set(bindStaticBlock, K.ClassStaticBlockDeclaration);
  set(bindEnum, K.EnumDeclaration);
  set(bindNamespace, K.ModuleDeclaration);
  set(bindImport, K.ImportDeclaration);
  set(bindImportEquals, K.ImportEqualsDeclaration);
  set(bindExport, K.ExportDeclaration);
  set(useName, K.Identifier);
  set(visitAccess, K.PropertyAccessExpression);
  set(visitAssignment, K.PropertyAssignment);
  set(visitStatement, K.LabeledStatement);
  set(visitSpot, K.CallExpression, K.NewExpression, K.JsxFragment);
  set(visitJsxAttribute, K.JsxAttribute);
  set(visitJsxElement, K.JsxOpeningElement, K.JsxSelfClosingElement);
  set(noteMeta, K.MetaProperty);
  set(visitBlock, K.Block, K.ForStatement, K.ForInStatement, K.ForOfStatement, K.CaseBlock, K.CatchClause);
  set(skip, K.BreakStatement, K.ContinueStatement, K.JsxClosingElement, K.NamespaceExportDeclaration);
  set(skip, K.JsxNamespacedName);
  return steps;
}

function useName(walk: Walk, identifier: ts.Identifier, scope: Scope): void {
  if (identifier.text !== "") walk.uses.push({ identifier, scope });
}

function visitAccess(walk: Walk, node: ts.PropertyAccessExpression, scope: Scope): void {
  if (node.name.text === "env" || node.name.text === "getStore") walk.callSites.push(node);
  walk.visit(node.expression, scope);
}

function visitAssignment(walk: Walk, { name, initializer }: ts.PropertyAssignment, scope: Scope): void {
  walk.visitName(name, scope);
  walk.visit(initializer, scope);
}

function visitStatement(walk: Walk, node: ts.LabeledStatement, scope: Scope): void {
  walk.visit(node.statement, scope);
}

function visitSpot(walk: Walk, node: ts.Node, scope: Scope): void {
  walk.callSites.push(node);
  walk.visitChildren(node, scope);
}

function visitJsxAttribute(walk: Walk, node: ts.JsxAttribute, scope: Scope): void {
  walk.visit(node.initializer, scope);
}

function visitJsxElement(walk: Walk, node: ts.JsxOpeningLikeElement, scope: Scope): void {
  const { ts } = walk;
  const tag = node.tagName;
  walk.callSites.push(node);
  if (ts.isIdentifier(tag)) {
    if (!/^[a-z]/.test(tag.text) && !tag.text.includes("-") && tag.text !== "this") walk.visit(tag, scope);
  } else if (!ts.isJsxNamespacedName(tag)) walk.visit(tag, scope);
  walk.visit(node.attributes, scope);
}

function noteMeta(walk: Walk, node: ts.Node): void {
  walk.callSites.push(node);
}

function visitBlock(walk: Walk, node: ts.Node, scope: Scope): void {
  walk.visitChildren(node, walk.open(node, scope));
}

function skip(): void {}
