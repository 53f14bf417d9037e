import type ts from "typescript";
import { hasModifier, isTypeOnlyNamespace } from "../node-tests.ts";
import type { Scope } from "./bindings.ts";
import { createBinding, type Walk } from "./walk.ts";

export function bindVariable(walk: Walk, node: ts.VariableDeclaration, scope: Scope): void {
  const { ts } = walk;
  const list = node.parent as ts.VariableDeclarationList | ts.CatchClause;
  if (ts.isCatchClause(list)) {
    walk.declarePattern(node.name, scope, scope, "catch", node);
    return;
  }
  const { Let, Const, BlockScoped } = ts.NodeFlags;
  const flags = list.flags & BlockScoped;
  const kind = flags === 0 ? "var" : flags === Let ? "let" : flags === Const ? "const" : "using";
  const statement = list.parent;
  const ambient = ts.isVariableStatement(statement) && hasModifier(statement, ts.SyntaxKind.DeclareKeyword);
  walk.declarePattern(node.name, scope, kind === "var" ? scope.hoist : scope, kind, node, ambient);
  if (!ambient) walk.visit(node.initializer, scope);
}

export function bindFunction(walk: Walk, node: ts.FunctionLikeDeclaration, scope: Scope): void {
  const { ts } = walk;
  walk.visitAll(node.modifiers, scope);
  if (ts.isFunctionDeclaration(node)) {
    const ambient = !node.body || hasModifier(node, ts.SyntaxKind.DeclareKeyword);
    if (node.name) walk.declare(scope, "function", node.name, node, ambient);
  } else if (!ts.isFunctionExpression(node)) walk.visitName(node.name, scope);
  if (!node.body) return;
  let inner = scope;
  if (ts.isFunctionExpression(node) && node.name) {
    inner = { node, parent: scope, bindings: new Map(), hoist: scope.hoist };
    walk.declare(inner, "function", node.name, node);
  }
  const params = walk.open(node, inner, true);
  for (const param of node.parameters) {
    walk.visitAll(param.modifiers, scope);
    if (ts.isIdentifier(param.name) && param.name.text === "this") continue;
    walk.declarePattern(param.name, params, params, "param", param);
    walk.visit(param.initializer, params);
  }
  if (ts.isBlock(node.body)) walk.visitChildren(node.body, walk.open(node.body, params, true));
  else walk.visit(node.body, params);
}

export function bindClass(walk: Walk, node: ts.ClassLikeDeclaration, scope: Scope): void {
  const { ts } = walk;
  walk.visitAll(node.modifiers, scope);
  const ambient = hasModifier(node, ts.SyntaxKind.DeclareKeyword);
  if (node.name && ts.isClassDeclaration(node)) walk.declare(scope, "class", node.name, node, ambient);
  if (ambient) return;
  const inner = walk.open(node, scope);
  if (node.name && ts.isClassExpression(node)) walk.declare(inner, "class", node.name, node);
  for (const clause of node.heritageClauses ?? []) {
    if (clause.token !== ts.SyntaxKind.ExtendsKeyword) continue;
    for (const type of clause.types) walk.visit(type.expression, inner);
  }
  walk.visitAll(node.members, inner);
}

export function bindProperty(walk: Walk, node: ts.PropertyDeclaration, scope: Scope): void {
  walk.visitAll(node.modifiers, scope);
  walk.visitName(node.name, scope);
  walk.visit(node.initializer, scope);
}

export function bindStaticBlock(walk: Walk, node: ts.ClassStaticBlockDeclaration, scope: Scope): void {
  walk.visitChildren(node.body, walk.open(node.body, walk.open(node, scope, true), true));
}

export function bindEnum(walk: Walk, node: ts.EnumDeclaration, scope: Scope): void {
  const { ts } = walk;
  const ambient = hasModifier(node, ts.SyntaxKind.DeclareKeyword);
  const binding = walk.declare(scope, "enum", node.name, node, ambient);
  binding.members ??= new Map();
  const inner = walk.open(node, scope);
  inner.owner = binding;
  for (const member of node.members) {
    walk.visit(member.initializer, inner);
    const { name } = member;
    const text = ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
    if (text === undefined || binding.members.has(text)) continue;
    binding.members.set(text, createBinding("member", name as ts.Identifier, member, node, ambient));
  }
}

export function bindNamespace(walk: Walk, node: ts.ModuleDeclaration, scope: Scope): void {
  const { ts } = walk;
  if (!ts.isIdentifier(node.name) || !node.body || node.flags & ts.NodeFlags.GlobalAugmentation) return;
  if (isTypeOnlyNamespace(ts, node)) return;
  const ambient = hasModifier(node, ts.SyntaxKind.DeclareKeyword);
  const binding = walk.declare(scope, "namespace", node.name, node, ambient);
  binding.members ??= new Map();
  if (ambient) return;
  const inner = walk.open(node.body, scope, true);
  inner.owner = binding;
  if (ts.isModuleDeclaration(node.body)) bindNamespace(walk, node.body, inner);
  else if (ts.isModuleBlock(node.body)) walk.visitAll(node.body.statements, inner);
}

/** What one part of a namespace exports is visible in its other parts by its bare name. */
export function publishMembers(scopes: Iterable<Scope>): void {
  for (const scope of scopes) {
    const members = scope.owner?.members;
    if (!members || scope.owner?.kind === "enum") continue;
    for (const [name, binding] of scope.bindings) if (!members.has(name)) members.set(name, binding);
  }
}
