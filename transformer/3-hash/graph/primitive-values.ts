import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { memberName } from "./name-path.ts";

/** Constants that stand for one another at most. */
const DEPTH = 6;

/**
 * What a name can't be changed in: a text, number or symbol, or an enum, whose members are such. Of an object literal
 * those members that are; `areAll` where it has no others.
 */
export type Fixed = "primitive" | "enum" | { members: ReadonlySet<string>; areAll: boolean } | undefined;

/** Whether a member, or any where its name can't be told, is a text, number or symbol. */
export function isFixedMember(fixed: Fixed, member: string | undefined): boolean {
  if (typeof fixed !== "object") return fixed === "enum";
  return member === undefined ? fixed.areAll : fixed.members.has(member);
}

/** Whether a name always stands for something that nobody can change, through imports and constants. */
export function* fixedValue(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
  depth = DEPTH,
): Asking<Fixed> {
  const { api } = session.context;
  if (depth === 0 || binding.ambient) return undefined;
  if (binding.import) {
    const { specifier, imported, typeOnly } = binding.import;
    if (imported === "*" || typeOnly) return undefined;
    const [outcome, another] = yield* findExport(session, asker, { from: module, specifier, imported });
    if (outcome.type !== "followed" || another) return undefined;
    if (outcome.node.kind === "enum") return "enum";
    const [declared] = outcome.node.module.scopes.declaredBy(outcome.node.syntax[0] as ts.Node);
    return declared && (yield* fixedValue(session, outcome.node.module, declared, asker, depth - 1));
  }
  if (binding.kind === "enum") return "enum";
  const { declaration, nameNode } = binding;
  if (binding.kind !== "const" || !api.isVariableDeclaration(declaration) || declaration.name !== nameNode)
    return undefined;
  const { initializer, type } = declaration;
  if (!initializer) return undefined;
  if (yield* isPrimitive(session, module, initializer, asker, depth)) return "primitive";
  // A declared type may let a member be something else later.
  const literal = type ? undefined : skipWrappers(api, initializer);
  if (!literal || !api.isObjectLiteralExpression(literal)) return undefined;
  return yield* fixedMembers(session, module, literal, asker, depth);
}

function* fixedMembers(
  session: Session,
  module: Module,
  literal: ts.ObjectLiteralExpression,
  asker: Asker,
  depth: number,
): Asking<Fixed> {
  const { api } = session.context;
  const members = new Set<string>();
  let areAll = true;
  for (const property of literal.properties) {
    const spread = api.isSpreadAssignment(property) ? skipWrappers(api, property.expression) : undefined;
    const other = spread && api.isIdentifier(spread) ? module.scopes.resolve(spread.text, spread) : undefined;
    const held = other && (yield* fixedValue(session, module, other, asker, depth - 1));
    if (typeof held === "object") {
      for (const name of held.members) members.add(name);
      areAll &&= held.areAll;
      continue;
    }
    const isFixed = api.isPropertyAssignment(property) && isLiteral(api, skipWrappers(api, property.initializer));
    areAll &&= isFixed;
    if (property.name && "text" in property.name) members[isFixed ? "add" : "delete"](property.name.text);
    // It may stand in place of any of those before.
    else if (!isFixed) members.clear();
  }
  return members.size > 0 ? { members, areAll } : undefined;
}

function* isPrimitive(
  session: Session,
  module: Module,
  expression: ts.Node,
  asker: Asker,
  depth: number,
): Asking<boolean> {
  const { api } = session.context;
  const node = skipWrappers(api, expression);
  if (isLiteral(api, node)) return true;
  if (api.isConditionalExpression(node)) {
    return (
      (yield* isPrimitive(session, module, node.whenTrue, asker, depth)) &&
      (yield* isPrimitive(session, module, node.whenFalse, asker, depth))
    );
  }
  if (api.isIdentifier(node)) {
    const binding = module.scopes.resolve(node.text, node);
    return !!binding && (yield* fixedValue(session, module, binding, asker, depth - 1)) === "primitive";
  }
  return yield* isPrimitiveMember(session, module, node, asker, depth);
}

/** `THEME.DARK`: a member of an enum, or of an object that holds a literal there. */
function* isPrimitiveMember(
  session: Session,
  module: Module,
  node: ts.Node,
  asker: Asker,
  depth: number,
): Asking<boolean> {
  const { api } = session.context;
  const name = memberName(api, module.scopes, node);
  const owner = name === undefined ? undefined : skipWrappers(api, (node as ts.PropertyAccessExpression).expression);
  const binding = owner && api.isIdentifier(owner) ? module.scopes.resolve(owner.text, owner) : undefined;
  if (!binding) return false;
  const fixed = yield* fixedValue(session, module, binding, asker, depth - 1);
  return isFixedMember(fixed, name);
}

/** A text, number, truth value or template, what operators make of some, or a symbol. */
export function isLiteral(api: SyntaxApi, node: ts.Node): boolean {
  const K = api.SyntaxKind;
  if (api.isBinaryExpression(node)) return node.operatorToken.kind === K.PlusToken || isArithmetic(api, node);
  if (api.isCallExpression(node)) return api.isIdentifier(node.expression) && node.expression.text === "Symbol";
  return (
    api.isStringLiteralLike(node) ||
    api.isNumericLiteral(node) ||
    api.isBigIntLiteral(node) ||
    api.isTemplateExpression(node) ||
    api.isPrefixUnaryExpression(node) ||
    api.isTypeOfExpression(node) ||
    node.kind === K.TrueKeyword ||
    node.kind === K.FalseKeyword ||
    node.kind === K.NullKeyword
  );
}

function isArithmetic(api: SyntaxApi, { operatorToken: { kind } }: ts.BinaryExpression): boolean {
  const K = api.SyntaxKind;
  return kind === K.MinusToken || kind === K.AsteriskToken || kind === K.SlashToken || kind === K.PercentToken;
}
