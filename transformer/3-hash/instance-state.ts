import type ts from "typescript";
import type { Asking } from "../host-requests.ts";
import { isResultUnused, outermostWrapper } from "../syntax/node-tests.ts";
import type { CachedFunction, HashWarning, SyntaxApi } from "../types.ts";
import { functionOf } from "./graph/callees.ts";
import { isLeftAlone, sureChange } from "./graph/certainty.ts";
import {
  bindingOfOwner,
  isStaticMember,
  membersNamed,
  type Owner,
  ownerOf,
  subclassesOf,
} from "./graph/class-members.ts";
import { filesOf } from "./graph/closure.ts";
import type { DeclaredValue } from "./graph/declared-values.ts";
import { eventsOfField, type FieldUse, fieldUses } from "./graph/field-uses.ts";
import type { FileLinks } from "./graph/hash-function.ts";
import { matchesOfThis } from "./graph/matches-of-this.ts";
import type { GraphNode, Module, Session } from "./graph/model.ts";
import { createGraphNode } from "./graph/nodes.ts";
import { baseClass, type ClassPlace } from "./graph/overrides.ts";
import { patternsIn } from "./graph/patterns-held.ts";
import { warningOfField } from "./graph/warnings.ts";
import { isSetBefore } from "./set-before.ts";

/** A class or object, and the module that it stands in. */
interface OwnerPlace {
  module: Module;
  owner: Owner;
}

interface Member {
  module: Module;
  member: ts.Node;
}

interface Place {
  module: Module;
  at: ts.Node;
}

/** The function that a member is or holds. */
interface Method {
  module: Module;
  fn: ts.Node;
}

/** What is said of the fields that a method reads, and the files that were looked at to find out. */
export interface InstanceState {
  warnings: HashWarning[];
  files: string[];
}

/**
 * Under `this: "identity"` entries belong to the instance, and no key has its content: warnings about fields that a
 * method reads, itself or by others that it calls through `this`, and that methods of its class change, of those that it
 * extends, or of the file's subclasses; also by functions of the project that they hand them to.
 */
export function* instanceStateOf({ session, module }: FileLinks, { node }: CachedFunction): Asking<InstanceState> {
  const { api } = session.context;
  const owner = ownerOf(api, node);
  // Of a class's own members, and of an object that has a name, it is said by that name.
  if (!owner || isStaticMember(api, node) || isNamed(api, module, owner)) return { warnings: [], files: [] };
  const asker = createGraphNode(module, "statement", "", []);
  const owners = yield* ownersOf(session, module, owner, asker);
  const heirs = api.isClassLike(owner) ? subclassesOf(api, module.scopes, owner) : [];
  const methods = methodsOf(api, [...owners, ...heirs.map((heir) => ({ module, owner: heir }))]);
  const changes = new Map<string, Place | undefined>();
  const found = new Map<string, HashWarning | undefined>();
  const run: Method[] = [{ module, fn: node }];
  for (const method of run) {
    for (const { call, field } of matchesOfThis(api, method.module.scopes, method.fn)) {
      if (field === undefined || found.has(field)) continue;
      const read = { module: method.module, at: call };
      const declared = memberOf(field);
      if (yield* holdsPattern(session, owners, declared, asker))
        found.set(field, warningOfField(read, field, read, declared?.member));
    }
    for (const use of fieldUses(api, method.module.scopes, method.fn)) {
      const { field, at, isRead } = use;
      const declared = memberOf(field);
      const called = declared && functionOf(api, declared.member);
      if (called && !run.some(({ fn }) => fn === called)) run.push({ module: declared.module, fn: called });
      if (!isRead || found.has(field)) continue;
      if (!changes.has(field)) changes.set(field, yield* changeOfField(session, methods, field, asker));
      const change = changes.get(field);
      if (!change || (method.fn === node && isSetBefore(api, node, use) && !isAccessor(field))) continue;
      if (yield* isOnlyChanged(session, method.module, use, asker)) continue;
      found.set(field, warningOfField({ module: method.module, at }, field, change, declared?.member));
    }
  }
  return {
    warnings: [...found.values()].filter((warning) => warning !== undefined),
    files: filesOf(asker.lookupPaths),
  };

  /** Setting one runs code. */
  function isAccessor(name: string): boolean {
    return methods.some(({ fn }) => api.isAccessor(fn) && "text" in fn.name && fn.name.text === name);
  }

  function memberOf(name: string): Member | undefined {
    for (const place of owners) {
      const [member] = membersNamed(api, place.owner, name, false);
      if (member) return { module: place.module, member };
    }
    return undefined;
  }
}

/** Where methods change a field: what one writes itself comes before what it has others do. */
function* changeOfField(
  session: Session,
  methods: readonly Method[],
  field: string,
  asker: GraphNode,
): Asking<Place | undefined> {
  const { api } = session.context;
  const uses = methods.flatMap(({ module, fn }) =>
    fieldUses(api, module.scopes, fn).flatMap((use) => (use.field === field ? [{ module, use }] : [])),
  );
  const direct = uses.find(({ use }) => use.isChanged);
  if (direct) return { module: direct.module, at: direct.use.at };
  for (const { module, use } of uses) {
    const at = yield* changeByOthers(session, module, use, asker);
    if (at) return { module, at };
  }
  return undefined;
}

/** Where a field's value is changed under another name, or by a function of the project that it is handed to. */
function* changeByOthers(
  session: Session,
  module: Module,
  use: FieldUse,
  asker: GraphNode,
): Asking<ts.Node | undefined> {
  const key = use.given ?? use.names?.[0]?.nameNode;
  if (!key) return undefined;
  let change = session.fieldChanges.get(key);
  if (!change) {
    const own = createGraphNode(module, "statement", "", []);
    const events = eventsOfField(session.context.api, module.scopes, use);
    change = { at: yield* sureChange(session, module, events, own), lookupPaths: own.lookupPaths };
    session.fieldChanges.set(key, change);
  }
  for (const path of change.lookupPaths) asker.lookupPaths.add(path);
  return change.at;
}

/** `push(this.calls, id);`: nothing comes back, and no other argument has anything of it afterwards. */
function* isOnlyChanged(session: Session, module: Module, use: FieldUse, asker: GraphNode): Asking<boolean> {
  const { api } = session.context;
  const argument = use.given && outermostWrapper(api, use.given);
  const call = argument?.parent;
  if (!call || !api.isCallExpression(call) || call.expression === argument || !isResultUnused(api, call)) return false;
  if (!(yield* changeByOthers(session, module, use, asker))) return false;
  for (const [index, at] of call.arguments.entries()) {
    if (at !== argument && !(yield* isLeftAlone(session, module, { call, index, at }, asker))) return false;
  }
  return true;
}

/** Whether a field is or holds a pattern that goes on where it ended, as it is declared or as constructors set it. */
function* holdsPattern(
  session: Session,
  owners: readonly OwnerPlace[],
  declared: Member | undefined,
  asker: GraphNode,
): Asking<boolean> {
  const { api } = session.context;
  const { initializer } = (declared?.member ?? {}) as Partial<ts.PropertyDeclaration>;
  const values = owners.flatMap(({ module, owner }): DeclaredValue[] => {
    const bodies = api.isClassLike(owner) ? owner.members.filter(api.isConstructorDeclaration) : [];
    return bodies.flatMap(({ body }) => (body ? [{ module, value: body }] : []));
  });
  for (const value of declared && initializer ? [{ module: declared.module, value: initializer }] : values) {
    if ((yield* patternsIn(session, value, asker)).any) return true;
  }
  return false;
}

const isNamed = (api: SyntaxApi, { scopes }: Module, owner: Owner): boolean =>
  !api.isClassLike(owner) && bindingOfOwner(api, scopes, owner) !== undefined;

/** A class with those that it extends, or an object. */
function* ownersOf(session: Session, module: Module, owner: Owner, asker: GraphNode): Asking<OwnerPlace[]> {
  const { api } = session.context;
  if (!api.isClassLike(owner)) return [{ module, owner }];
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
