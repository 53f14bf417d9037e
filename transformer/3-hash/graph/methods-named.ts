import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { type Callee, functionOf } from "./callees.ts";
import { isStaticMember, membersNamed, type Owner, ownerOf } from "./class-members.ts";
import { declaredAs } from "./declared-values.ts";
import type { Asker } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { baseClass, classNamed } from "./overrides.ts";

/** A class or object that something is or is made of: a class's static members are its own. */
interface Receiver {
  module: Module;
  owner: Owner;
  isStatic: boolean;
}

/** How many names and fields are followed one behind the other. */
const DEPTH = 8;

/** The project's own method that an expression names: `Table.fill`, `table.fill`, `this.fill`, `this.table.fill`. */
export function* methodNamed(
  session: Session,
  module: Module,
  expression: ts.Node,
  asker: Asker,
): Asking<Callee | undefined> {
  const { api } = session.context;
  const callee = skipWrappers(api, expression);
  if (!api.isPropertyAccessExpression(callee)) return undefined;
  const found = yield* membersOf(session, module, callee.expression, callee.name.text, asker);
  for (const member of found?.members ?? []) {
    const fn = functionOf(api, member) as ts.FunctionLikeDeclaration | undefined;
    if (found && fn?.body) return { module: found.module, fn };
  }
  return undefined;
}

/** The members of that name of an object, class or instance of the project; nothing where it is none. */
export function* membersOf(
  session: Session,
  module: Module,
  receiver: ts.Node,
  name: string,
  asker: Asker,
): Asking<{ module: Module; members: ts.Node[] } | undefined> {
  const { api } = session.context;
  const start = yield* receiverOf(session, module, receiver, asker, DEPTH);
  for (let place = start; place; place = yield* baseOf(session, place, asker)) {
    const members = membersNamed(api, place.owner, name, place.isStatic);
    if (members.length > 0) return { module: place.module, members };
  }
  const isWhole = start && (start.isStatic || !api.isClassLike(start.owner));
  return isWhole ? { module: start.module, members: [] } : undefined;
}

function* baseOf(session: Session, { module, owner, isStatic }: Receiver, asker: Asker): Asking<Receiver | undefined> {
  if (!session.context.api.isClassLike(owner)) return undefined;
  const base = yield* baseClass(session, { module, owner }, asker);
  return base && base.owner !== owner ? { ...base, isStatic } : undefined;
}

function* receiverOf(
  session: Session,
  module: Module,
  expression: ts.Node,
  asker: Asker,
  depth: number,
): Asking<Receiver | undefined> {
  if (depth === 0) return undefined;
  const { api } = session.context;
  const node = skipWrappers(api, expression);
  if (api.isObjectLiteralExpression(node)) return { module, owner: node, isStatic: false };
  if (api.isClassLike(node)) return { module, owner: node, isStatic: true };
  if (api.isNewExpression(node)) {
    const made = yield* classNamed(session, module, node.expression, asker);
    return made && { ...made, isStatic: false };
  }
  if (node.kind === api.SyntaxKind.ThisKeyword) return ownerAround(api, module, node);
  if (node.kind === api.SyntaxKind.SuperKeyword) {
    const own = ownerAround(api, module, node);
    return own && (yield* baseOf(session, own, asker));
  }
  if (api.isIdentifier(node)) {
    const binding = module.scopes.resolve(node.text, node);
    const declared = binding && (yield* declaredAs(session, module, binding, asker));
    return declared && (yield* receiverOf(session, declared.module, declared.value, asker, depth - 1));
  }
  if (!api.isPropertyAccessExpression(node)) return undefined;
  const holder = yield* receiverOf(session, module, node.expression, asker, depth - 1);
  const held = holder && valueOfMember(api, holder.owner, node.name.text, holder.isStatic);
  return holder && held && (yield* receiverOf(session, holder.module, held, asker, depth - 1));
}

/** The class or object that a `this` stands for, as far as its code is run as that of a member. */
function ownerAround(api: SyntaxApi, module: Module, use: ts.Node): Receiver | undefined {
  let node = use.parent;
  while (node && (api.isArrowFunction(node) || !(api.isFunctionLike(node) || api.isPropertyDeclaration(node))))
    node = node.parent;
  const owner = node && ownerOf(api, node);
  return owner && { module, owner, isStatic: api.isClassLike(owner) && isStaticMember(api, node) };
}

/** What a field holds, as it is declared or as its constructor sets it. */
function valueOfMember(api: SyntaxApi, owner: Owner, name: string, isStatic: boolean): ts.Node | undefined {
  const [member] = membersNamed(api, owner, name, isStatic);
  if (member && (api.isPropertyDeclaration(member) || api.isPropertyAssignment(member)) && member.initializer)
    return member.initializer;
  const made = api.isClassLike(owner) && !isStatic ? owner.members.find(api.isConstructorDeclaration) : undefined;
  for (const statement of made?.body?.statements ?? []) {
    const set = api.isExpressionStatement(statement) ? statement.expression : undefined;
    if (!set || !api.isBinaryExpression(set) || set.operatorToken.kind !== api.SyntaxKind.EqualsToken) continue;
    const { left, right } = set;
    const isOwn = api.isPropertyAccessExpression(left) && left.expression.kind === api.SyntaxKind.ThisKeyword;
    if (isOwn && left.name.text === name) return right;
  }
  return undefined;
}
