import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { type Callee, functionOf } from "./callees.ts";
import { isStaticMember, membersNamed, type Owner, ownerOf, subclassesOf } from "./class-members.ts";
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

/** The constructor that `super(…)` calls, or `new` of a class that has none of its own. */
export function* constructorCalled(
  session: Session,
  module: Module,
  call: ts.CallExpression | ts.NewExpression,
  asker: Asker,
): Asking<Callee | undefined> {
  const { api } = session.context;
  const isSuper = call.expression.kind === api.SyntaxKind.SuperKeyword;
  if (!isSuper && !api.isNewExpression(call)) return undefined;
  const own = isSuper ? ownerAround(api, module, call.expression) : undefined;
  const start =
    own && api.isClassLike(own.owner)
      ? yield* baseClass(session, { module, owner: own.owner }, asker)
      : yield* classNamed(session, module, call.expression, asker);
  const seen = new Set<ts.Node>();
  for (let place = start; place && !seen.has(place.owner); place = yield* baseClass(session, place, asker)) {
    seen.add(place.owner);
    const fn = place.owner.members.find((member) => api.isConstructorDeclaration(member) && member.body);
    if (fn) return { module: place.module, fn: fn as ts.ConstructorDeclaration };
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

/** The functions that have the same `this` as a field: of an instance, an object, or a class itself. */
export function* methodsAround(session: Session, module: Module, by: ts.Node, asker: Asker): Asking<Callee[]> {
  const { api } = session.context;
  const around = by.kind === api.SyntaxKind.ThisKeyword ? ownerAround(api, module, by) : holderOf(api, module, by);
  if (!around) return [];
  const { owner, isStatic } = around;
  const places = [around];
  if (api.isClassLike(owner)) {
    for (const heir of subclassesOf(api, module.scopes, owner)) places.push({ module, owner: heir, isStatic });
    let base = yield* baseOf(session, around, asker);
    for (; base && places.every((known) => known.owner !== base?.owner); base = yield* baseOf(session, base, asker))
      places.push(base);
  }
  return places.flatMap((place) => {
    const members: readonly ts.Node[] = api.isClassLike(place.owner)
      ? place.owner.members.filter((member) => isStaticMember(api, member) === isStatic)
      : place.owner.properties;
    return members.flatMap((member) => {
      const fn = functionOf(api, member);
      return fn ? [{ module: place.module, fn: fn as ts.FunctionLikeDeclaration }] : [];
    });
  });
}

/** The object, class or instance that a member's value is declared in. */
function holderOf(api: SyntaxApi, module: Module, by: ts.Node): Receiver | undefined {
  if (api.isObjectLiteralExpression(by)) return { module, owner: by, isStatic: false };
  if (api.isParameter(by)) return { module, owner: by.parent.parent as Owner, isStatic: false };
  return api.isPropertyDeclaration(by) ? { module, owner: by.parent, isStatic: isStaticMember(api, by) } : undefined;
}
