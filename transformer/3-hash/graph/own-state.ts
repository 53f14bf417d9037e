import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import { isWriteTarget, outermostWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { effectOfGlobal } from "./call-effects.ts";
import { type Callee, calleeOf, functionOf, isFunction } from "./callees.ts";
import { isStaticMember, membersNamed, type Owner } from "./class-members.ts";
import { type DeclaredValue, declaredAs } from "./declared-values.ts";
import type { Asker } from "./find-export.ts";
import { holdsIterator } from "./iterators-held.ts";
import { matchesOfThis } from "./matches-of-this.ts";
import type { Module, Session } from "./model.ts";
import { moduleLevelPart } from "./module-level.ts";
import { outermostAccess } from "./name-path.ts";
import { baseClass, type ClassPlace, classNamed } from "./overrides.ts";
import { type Instance, instanceOf, patternsIn, patternsOfInstance } from "./patterns-held.ts";
import { isPutBack, MATCHING } from "./positions.ts";
import type { ValueEvent } from "./value-events.ts";

/**
 * The first place at which a declaration's own code changes what its name stands for when that code is run later: static
 * methods and those of objects that write `this.x`, functions of a namespace that assign its variables, closures that
 * one and the same call made and that share a variable.
 */
export function* ownChangeOf(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  if (binding.kind === "namespace") return changedMember(binding);
  if (binding.import) return yield* ownChangeOfUnnamed(session, module, binding, asker);
  const held = api.isVariableDeclaration(binding.declaration) ? binding.declaration.initializer : binding.declaration;
  const value = held && skipWrappers(api, held);
  if (!value) return undefined;
  const declared = yield* declaredAs(session, module, binding, asker);
  // Whoever takes of its values leaves the others less.
  if (declared && (yield* holdsIterator(session, declared, asker)))
    return module.scopes.usesOf(binding).find((use) => !moduleLevelPart(api, use)) ?? value;
  if (api.isClassLike(value) || api.isObjectLiteralExpression(value))
    return yield* changeWithin(session, module, binding, value, asker);
  if (isFunction(api, value))
    return module.scopes
      .usesOf(binding)
      .find((use) => isInside(value, use) && changesPartOf(api, module.scopes, use, 1));
  if (api.isNewExpression(value)) return yield* ownChangeOfInstance(session, { module, value }, asker);
  if (!api.isCallExpression(value)) return undefined;
  const callee = yield* calleeOf(session, module, value, asker);
  if (!callee) return undefined;
  const at = sharedState(api, callee.module.scopes, callee.fn);
  return at ?? (yield* positionOfShared(session, callee, { module, value }, asker));
}

/** A getter of an instance's class that changes it, or a field that is an iterator. */
function* ownChangeOfInstance(
  session: Session,
  made: { module: Module; value: ts.NewExpression },
  asker: Asker,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  const place = yield* classNamed(session, made.module, made.value.expression, asker);
  for (const member of place?.owner.members ?? []) {
    if (!place || isStaticMember(api, member)) continue;
    if (api.isGetAccessorDeclaration(member) && changeOfThis(api, place.module.scopes, member)) return made.value;
    const value = api.isPropertyDeclaration(member) ? member.initializer : undefined;
    if (value && (yield* holdsIterator(session, { module: place.module, value }, asker))) return made.value;
  }
  return undefined;
}

/** `export default [1, 2].values()`: only those who import it have a name for it. */
function* ownChangeOfUnnamed(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  const declared = yield* declaredAs(session, module, binding, asker);
  if (!declared) return undefined;
  const { value } = declared;
  const isUnnamed = api.isClassLike(value) ? !value.name : api.isExportAssignment(outermostWrapper(api, value).parent);
  if (!isUnnamed) return undefined;
  const isOwner = api.isClassLike(value) || api.isObjectLiteralExpression(value);
  const isChanged =
    (yield* holdsIterator(session, declared, asker)) ||
    (isOwner && (yield* changeWithin(session, declared.module, undefined, value, asker)));
  return isChanged ? (module.scopes.usesOf(binding)[0] ?? binding.nameNode) : undefined;
}

const isInside = (outer: ts.Node, use: ts.Node): boolean => use.pos >= outer.pos && use.end <= outer.end;

function changedMember({ members }: Binding): ts.Node | undefined {
  for (const member of members?.values() ?? []) if (member.reassigned && member.writes[0]) return member.writes[0];
  return undefined;
}

function* changeWithin(
  session: Session,
  module: Module,
  binding: Binding | undefined,
  owner: Owner,
  asker: Asker,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  const { scopes } = module;
  const members: readonly ts.Node[] = api.isClassLike(owner)
    ? owner.members.filter((member) => isStaticMember(api, member) && !api.isClassStaticBlockDeclaration(member))
    : owner.properties;
  const functions = members.flatMap((member) => functionOf(api, member) ?? []);
  const uses = (binding ? scopes.usesOf(binding) : []).filter(
    (use) => isInside(owner, use) && !moduleLevelPart(api, use),
  );
  for (const fn of functions) {
    const at = changeOfThis(api, scopes, fn);
    if (at) return at;
  }
  const changed = uses.find((use) => changesPartOf(api, scopes, use, 1));
  if (changed) return changed;
  const [match] = functions.flatMap((fn) => matchesOfThis(api, scopes, fn));
  const matched = match?.call ?? uses.find((use) => isMatched(api, scopes, use));
  return matched && (yield* patternsIn(session, { module, value: owner }, asker)).any ? matched : undefined;
}

const changeOfThis = (api: SyntaxApi, scopes: Scopes, fn: ts.Node): ts.Node | undefined =>
  thisOf(api, fn).find((use) => changesPartOf(api, scopes, use, 1));

/** Whether a member of what a name stands for is told to match from where it ended. */
function isMatched(api: SyntaxApi, scopes: Scopes, use: ts.Node, depth = 2): boolean {
  const { node, names } = outermostAccess(api, scopes, use);
  const call = node.parent;
  const isCall = api.isCallExpression(call) && call.expression === node && names.length >= depth;
  return isCall && MATCHING.has(names.at(-1) as string) && !isPutBack(api, call);
}

/** What is set by `super.x = 1` is set on `this`. */
const thisOf = (api: SyntaxApi, fn: ts.Node): ts.Node[] =>
  [...walkOwn(api, fn)].filter(
    ({ kind }) => kind === api.SyntaxKind.ThisKeyword || kind === api.SyntaxKind.SuperKeyword,
  );

/** Whether a member of what a name stands for is written, or a part of it changed; `depth` members deep at least. */
export function changesPartOf(api: SyntaxApi, scopes: Scopes, use: ts.Node, depth: number): boolean {
  const { node, names } = outermostAccess(api, scopes, use);
  const { parent } = node;
  if (names.length >= depth && (isWriteTarget(api, node) || api.isDeleteExpression(parent))) return true;
  if (api.isElementAccessExpression(parent) && parent.expression === node) return isWriteTarget(api, parent);
  if (!api.isCallExpression(parent)) return false;
  if (parent.expression === node) return names.length > depth && isChangingMethod(names.at(-1) as string);
  return effectOfGlobal(api, scopes, parent, parent.arguments.indexOf(node as ts.Expression)) === "changes";
}

/** A variable of a function that one of the functions in it writes and another one reads, or that one counts with. */
function sharedState(api: SyntaxApi, scopes: Scopes, made: ts.FunctionLikeDeclaration): ts.Node | undefined {
  const written = new Map<Binding, { by: ts.Node; at: ts.Node }>();
  const read = new Map<Binding, Set<ts.Node>>();
  const steps: { binding: Binding; by: ts.Node; at: ts.Node }[] = [];
  for (const fn of functionsIn(api, made)) {
    for (const { binding, identifier } of scopes.freeReferences(fn)) {
      if (!binding || binding.scope.pos < made.pos || binding.scope.end > made.end) continue;
      const isWritten = isWriteTarget(api, identifier) || changesPartOf(api, scopes, identifier, 0);
      const { node } = outermostAccess(api, scopes, identifier);
      if (isWritten && isStep(api, node)) {
        if (!api.isExpressionStatement(node.parent.parent)) return identifier;
        if (node === identifier) steps.push({ binding, by: fn, at: identifier });
      }
      if (isWritten && !written.has(binding)) written.set(binding, { by: fn, at: identifier });
      if (!isWritten && !isOfOwnStep(api, identifier)) read.set(binding, (read.get(binding) ?? new Set()).add(fn));
    }
  }
  for (const [binding, { by, at }] of written) {
    for (const reader of read.get(binding) ?? []) if (reader !== by) return at;
  }
  return steps.find(({ binding, by }) => read.get(binding)?.has(by))?.at;
}

/** `count++`, `total += rate`, `count = count + 1`, `queue.pop()`: what comes of it depends on how often it was done. */
function isStep(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  if (api.isPostfixUnaryExpression(parent) || api.isPrefixUnaryExpression(parent)) return true;
  if (api.isCallExpression(parent))
    return parent.expression === node && api.isPropertyAccessExpression(node) && TAKING.has(node.name.text);
  if (!api.isBinaryExpression(parent) || parent.left !== node) return false;
  const operator = api.tokenToString(parent.operatorToken.kind) ?? "";
  if (operator === "=") return api.isIdentifier(node) && names(api, parent.right, node.text);
  return operator.endsWith("=") && !ONCE.has(operator);
}

const TAKING = new Set(["pop", "shift", "next"]);
/** What gives a variable a value that has none. */
const ONCE = new Set(["??=", "||=", "&&="]);

function names(api: SyntaxApi, node: ts.Node, name: string): boolean {
  if (api.isIdentifier(node)) return node.text === name;
  return !isFunction(api, node) && (api.forEachChild(node, (child) => names(api, child, name)) ?? false);
}

/** The other `count` of `count = count + 1`. */
function isOfOwnStep(api: SyntaxApi, identifier: ts.Identifier): boolean {
  for (let node: ts.Node = identifier; api.isExpression(node.parent); node = node.parent) {
    const { parent } = node;
    const isAssigned = api.isBinaryExpression(parent) && parent.right === node && api.isIdentifier(parent.left);
    if (isAssigned && (parent.left as ts.Identifier).text === identifier.text) return isStep(api, parent.left);
  }
  return false;
}

/**
 * `((word) => (text) => word.test(text))(/x/g)`, `((lines) => () => [...lines])(list.values())`: a pattern or iterator of
 * the call that what it gave goes on with.
 */
function* positionOfShared(
  session: Session,
  { module, fn: made }: Callee,
  call: { module: Module; value: ts.CallExpression },
  asker: Asker,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  for (const fn of functionsIn(api, made)) {
    for (const { binding, identifier } of module.scopes.freeReferences(fn)) {
      if (!binding || !isInside(made, binding.scope)) continue;
      const declared = yield* declaredAs(session, module, binding, asker);
      const values = api.isParameter(binding.declaration)
        ? call.value.arguments.map((value): DeclaredValue => ({ module: call.module, value }))
        : declared
          ? [declared]
          : [];
      const isMatch = isMatched(api, module.scopes, identifier, 1);
      for (const value of values) {
        if (isMatch && (yield* patternsIn(session, value, asker)).any) return identifier;
        if (yield* holdsIterator(session, value, asker)) return identifier;
      }
    }
  }
  return undefined;
}

/** The outermost functions in a function. */
function functionsIn(api: SyntaxApi, made: ts.FunctionLikeDeclaration): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (api.isFunctionLike(node) && (node as ts.FunctionLikeDeclaration).body) found.push(node);
    else api.forEachChild(node, visit);
  };
  if (made.body) visit(made.body);
  return found;
}

/** Whether a method that is called of a constant's instance changes that: `const store = new Store()`, `store.update(1)`. */
export function* changesItsInstance(
  session: Session,
  module: Module,
  binding: Binding,
  event: ValueEvent,
  asker: Asker,
): Asking<boolean> {
  const { api } = session.context;
  if (event.type !== "method") return false;
  const callee = skipWrappers(api, event.call.expression);
  const isOwnMethod = api.isPropertyAccessExpression(callee) && skipWrappers(api, callee.expression) === event.at;
  const instance = isOwnMethod ? yield* instanceOf(session, module, binding, asker) : undefined;
  return instance !== undefined && (yield* isChangedBy(session, instance, event.name, asker, new Set()));
}

/** Whether a method writes into its `this`, itself or by others that it calls. */
function* isChangedBy(
  session: Session,
  instance: Instance,
  name: string,
  asker: Asker,
  seen: Set<string>,
): Asking<boolean> {
  const { start } = instance;
  if (seen.has(name)) return false;
  seen.add(name);
  const { api } = session.context;
  let members: ts.Node[] = [];
  let place: ClassPlace | undefined = start;
  for (; place; place = yield* baseClass(session, place, asker)) {
    members = membersNamed(api, place.owner, name, false);
    if (members.length > 0) break;
  }
  for (const member of members) {
    const { scopes } = (place as ClassPlace).module;
    const fn = functionOf(api, member);
    if (!fn) continue;
    if (changeOfThis(api, scopes, fn)) return true;
    for (const { field } of matchesOfThis(api, scopes, fn))
      if ((yield* patternsOfInstance(session, instance, asker, field)).any) return true;
    for (const use of thisOf(api, fn)) {
      const { node, names } = outermostAccess(api, scopes, use);
      const isCall = api.isCallExpression(node.parent) && node.parent.expression === node && names.length === 1;
      if (isCall && (yield* isChangedBy(session, instance, names[0] as string, asker, seen))) return true;
    }
  }
  return false;
}
