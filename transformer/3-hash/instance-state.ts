import type ts from "typescript";
import type { Asking } from "../host-requests.ts";
import { isChangingMethod } from "../syntax/changing-methods.ts";
import { outermostWrapper } from "../syntax/node-tests.ts";
import { walkOwn } from "../syntax/scope/own-use.ts";
import type { Scopes } from "../syntax/scopes.ts";
import type { CachedFunction, HashWarning, SyntaxApi } from "../types.ts";
import { functionOf } from "./graph/callees.ts";
import {
  bindingOfOwner,
  isStaticMember,
  membersNamed,
  type Owner,
  ownerOf,
  subclassesOf,
} from "./graph/class-members.ts";
import type { DeclaredValue } from "./graph/declared-values.ts";
import type { FileLinks } from "./graph/hash-function.ts";
import { matchesOfThis } from "./graph/matches-of-this.ts";
import { membersTaken } from "./graph/members-taken.ts";
import type { Module, Session } from "./graph/model.ts";
import { outermostAccess } from "./graph/name-path.ts";
import { createGraphNode } from "./graph/nodes.ts";
import { baseClass, type ClassPlace } from "./graph/overrides.ts";
import { changesPartOf } from "./graph/own-state.ts";
import { patternsIn } from "./graph/patterns-held.ts";
import { isResultUnused } from "./graph/value-changes.ts";
import { warningOfField } from "./graph/warnings.ts";

/** A class or object, and the module that it stands in. */
interface OwnerPlace {
  module: Module;
  owner: Owner;
}

interface Member {
  module: Module;
  member: ts.Node;
}

/** The function that a member is or holds. */
interface Method {
  module: Module;
  fn: ts.Node;
}

/** What a method does with a field of its `this`. */
interface FieldUse {
  field: string;
  at: ts.Node;
  isRead: boolean;
  isChanged: boolean;
}

/**
 * Under `this: "identity"` entries belong to the instance, and no key has its content: warnings about fields that a
 * method reads, itself or by others that it calls through `this`, and that methods of its class change, of those that it extends, or of the file's subclasses.
 */
export function* instanceStateOf({ session, module }: FileLinks, { node }: CachedFunction): Asking<HashWarning[]> {
  const { api } = session.context;
  const owner = ownerOf(api, node);
  // Of a class's own members, and of an object that has a name, it is said by that name.
  if (!owner || isStaticMember(api, node) || isNamed(api, module, owner)) return [];
  const owners = yield* ownersOf(session, module, owner);
  const heirs = api.isClassLike(owner) ? subclassesOf(api, module.scopes, owner) : [];
  const changing = [...owners, ...heirs.map((heir) => ({ module, owner: heir }))];
  const changed = new Map<string, { module: Module; at: ts.Node }>();
  for (const { module: own, fn } of methodsOf(api, changing))
    for (const { field, at, isChanged } of fieldUses(api, own.scopes, fn))
      if (isChanged && !changed.has(field)) changed.set(field, { module: own, at });
  const found = new Map<string, HashWarning | undefined>();
  const run: Method[] = [{ module, fn: node }];
  for (const method of run) {
    for (const { call, field } of matchesOfThis(api, method.module.scopes, method.fn)) {
      if (field === undefined || found.has(field)) continue;
      const read = { module: method.module, at: call };
      const declared = memberOf(field);
      if (yield* holdsPattern(session, owners, declared))
        found.set(field, warningOfField(read, field, read, declared?.member));
    }
    for (const { field, at, isRead } of fieldUses(api, method.module.scopes, method.fn)) {
      const declared = memberOf(field);
      const called = declared && functionOf(api, declared.member);
      if (called && !run.some(({ fn }) => fn === called)) run.push({ module: declared.module, fn: called });
      const change = changed.get(field);
      if (change && isRead && !found.has(field))
        found.set(field, warningOfField({ module: method.module, at }, field, change, declared?.member));
    }
  }
  return [...found.values()].filter((warning) => warning !== undefined);

  function memberOf(name: string): Member | undefined {
    for (const place of owners) {
      const [member] = membersNamed(api, place.owner, name, false);
      if (member) return { module: place.module, member };
    }
    return undefined;
  }
}

/** Whether a field is or holds a pattern that goes on where it ended, as it is declared or as constructors set it. */
function* holdsPattern(session: Session, owners: readonly OwnerPlace[], declared: Member | undefined): Asking<boolean> {
  const { api } = session.context;
  const { initializer } = (declared?.member ?? {}) as Partial<ts.PropertyDeclaration>;
  const values = owners.flatMap(({ module, owner }): DeclaredValue[] => {
    const bodies = api.isClassLike(owner) ? owner.members.filter(api.isConstructorDeclaration) : [];
    return bodies.flatMap(({ body }) => (body ? [{ module, value: body }] : []));
  });
  for (const value of declared && initializer ? [{ module: declared.module, value: initializer }] : values) {
    const asker = createGraphNode(value.module, "statement", "", []);
    if ((yield* patternsIn(session, value, asker)).any) return true;
  }
  return false;
}

const isNamed = (api: SyntaxApi, { scopes }: Module, owner: Owner): boolean =>
  !api.isClassLike(owner) && bindingOfOwner(api, scopes, owner) !== undefined;

/** A class with those that it extends, or an object. */
function* ownersOf(session: Session, module: Module, owner: Owner): Asking<OwnerPlace[]> {
  const { api } = session.context;
  if (!api.isClassLike(owner)) return [{ module, owner }];
  const asker = createGraphNode(module, "statement", "", []);
  const places: (OwnerPlace & ClassPlace)[] = [{ module, owner }];
  for (const place of places) {
    const base = yield* baseClass(session, place, asker);
    if (base && places.every((known) => known.owner !== base.owner)) places.push(base);
  }
  return places;
}

/** The functions that run once something is made: no constructor. */
function methodsOf(api: SyntaxApi, owners: readonly OwnerPlace[]): Method[] {
  return owners.flatMap(({ module, owner }) => {
    const members: readonly ts.Node[] = api.isClassLike(owner)
      ? owner.members.filter((member) => !isStaticMember(api, member) && !api.isConstructorDeclaration(member))
      : owner.properties;
    return members.flatMap((member) => {
      const fn = functionOf(api, member);
      return fn ? [{ module, fn }] : [];
    });
  });
}

function fieldUses(api: SyntaxApi, scopes: Scopes, fn: ts.Node): FieldUse[] {
  const found: FieldUse[] = [];
  for (const use of usesOfThis(api, scopes, fn)) {
    const { node, names } = outermostAccess(api, scopes, use);
    const [field] = names;
    if (field === undefined) {
      for (const name of membersTaken(api, scopes, use) ?? [])
        found.push({ field: name, at: use.parent, isRead: true, isChanged: false });
      continue;
    }
    const isChanged = changesPartOf(api, scopes, use, 1) && !isSetOnce(api, node);
    found.push({ field, at: node, isRead: !(isChanged && isForItself(api, node, names)), isChanged });
  }
  return found;
}

/** Each `this` of a function, and of constants that stand for it. */
function usesOfThis(api: SyntaxApi, scopes: Scopes, fn: ts.Node): ts.Node[] {
  const uses: ts.Node[] = [...walkOwn(api, fn)].filter(({ kind }) => kind === api.SyntaxKind.ThisKeyword);
  for (const use of uses) {
    const { parent } = outermostWrapper(api, use);
    if (!api.isVariableDeclaration(parent) || !api.isIdentifier(parent.name)) continue;
    const [alias] = scopes.declaredBy(parent);
    if (alias) uses.push(...scopes.usesOf(alias));
  }
  return uses;
}

const ONCE = new Set(["??=", "||="]);

/** `this.rows ??= read()`: what it has once stays. */
function isSetOnce(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  return api.isBinaryExpression(parent) && ONCE.has(api.tokenToString(parent.operatorToken.kind) ?? "");
}

/** `this.runs++;`, `this.calls.push(id);`: the method does with it what it does for others. */
function isForItself(api: SyntaxApi, node: ts.Node, names: readonly string[]): boolean {
  const { parent } = node;
  if (api.isCallExpression(parent)) return isChangingMethod(names.at(-1) ?? "") && isResultUnused(api, parent);
  const isAssigned = api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.EqualsToken;
  return isAssigned || api.isExpressionStatement(parent.parent);
}
