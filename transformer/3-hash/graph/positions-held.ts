import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import { calleeOf, isFunction } from "./callees.ts";
import { isStaticMember, membersNamed } from "./class-members.ts";
import { type DeclaredValue, declaredAs } from "./declared-values.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { constantText, memberName, pathOf } from "./name-path.ts";
import { classNamed } from "./overrides.ts";
import { memberValue, namesToOwner } from "./positions.ts";
import type { ValueEvent } from "./value-events.ts";

/** What a declared value is or holds that goes on where it was left: patterns with the flag `g` or `y`. */
export interface HeldPatterns {
  any: boolean;
  /** With `y` alone: methods of strings go by its position, too. */
  sticky: boolean;
}

/** The patterns in what a name stands for; in what a method is called on, where that shows. */
export type PatternsOf = (event?: ValueEvent) => Asking<HeldPatterns>;

export function patternsOf(session: Session, module: Module, binding: Binding, asker: Asker): PatternsOf {
  const { api } = session.context;
  let inAll: HeldPatterns | undefined;
  return function* (event) {
    const names = (event && namesToOwner(api, module.scopes, event, binding)) ?? [];
    const owner = yield* ownerOf(session, module, binding, names, asker);
    if (owner) return yield* patternsIn(session, owner, asker);
    if (inAll) return inAll;
    inAll = { any: false, sticky: false };
    for (const declared of yield* declaredIn(session, module, binding, asker))
      add(inAll, yield* patternsIn(session, declared, asker));
    return inAll;
  };
}

/** What members lead to, by their names. */
function* ownerOf(
  session: Session,
  module: Module,
  binding: Binding,
  [first, ...names]: readonly string[],
  asker: Asker,
): Asking<DeclaredValue | undefined> {
  if (first === undefined) return undefined;
  const member = binding.members?.get(first);
  const isNamespace = binding.import?.imported === "*";
  const declared = yield* declaredAs(session, module, member ?? binding, asker, isNamespace ? first : undefined);
  const named = member || isNamespace ? declared : memberOf(declared, first);
  return names.reduce<DeclaredValue | undefined>((owner, name) => memberOf(owner, name), named);

  function memberOf(owner: DeclaredValue | undefined, name: string): DeclaredValue | undefined {
    const value = owner && memberValue(session.context.api, owner.value, name);
    return owner && value && { module: owner.module, value };
  }
}

/** All that a name stands for: of a namespace each of its members. */
function* declaredIn(session: Session, module: Module, binding: Binding, asker: Asker): Asking<DeclaredValue[]> {
  const found: (DeclaredValue | undefined)[] = [];
  if (binding.import?.imported === "*") {
    const { specifier } = binding.import;
    const [outcome] = yield* findExport(session, asker, { from: module, specifier, imported: "*" });
    const other = outcome.type === "followed" ? outcome.node.module : undefined;
    for (const name of other?.exports.keys() ?? [])
      found.push(yield* declaredAs(session, module, binding, asker, name));
  } else if (binding.members) {
    for (const member of binding.members.values()) found.push(yield* declaredAs(session, module, member, asker));
  } else found.push(yield* declaredAs(session, module, binding, asker));
  return found.filter((one) => one !== undefined);
}

/** Methods that make another value of patterns and texts. */
const MATCHING_TEXT = new Set(["replace", "replaceAll", "match", "matchAll", "split", "search", "test", "exec"]);
const OF_PATTERNS = new Set(["source", "flags", "lastIndex", "length", "name"]);

/** The patterns in a value: in literals, lists, maps, arguments and what own functions give back. */
export function* patternsIn(
  session: Session,
  { module, value }: DeclaredValue,
  asker: Asker,
  seen: Set<ts.Node> = new Set(),
): Asking<HeldPatterns> {
  const { api } = session.context;
  const { scopes } = module;
  const found: HeldPatterns = { any: false, sticky: false };
  if (seen.has(value)) return found;
  seen.add(value);
  const work: ts.Node[] = [value];
  for (let node = work.pop(); node; node = work.pop()) {
    if (api.isRegularExpressionLiteral(node)) {
      addFlags(found, /\w*$/.exec(node.text)?.[0] ?? "");
      continue;
    }
    const given = argumentsOfRegExp(api, module, node);
    if (given) {
      const [source, flags] = given;
      if (flags) addFlags(found, constantText(api, scopes, flags) ?? "g");
      else if (source) work.push(source);
      continue;
    }
    if (api.isPropertyAccessExpression(node)) {
      if (!OF_PATTERNS.has(node.name.text)) work.push(node.expression);
      continue;
    }
    if (api.isIdentifier(node)) {
      const binding = scopes.resolve(node.text, node);
      const declared = binding && (yield* declaredAs(session, module, binding, asker));
      if (declared && !api.isClassLike(declared.value)) add(found, yield* patternsIn(session, declared, asker, seen));
      continue;
    }
    if (api.isPropertyAssignment(node) || api.isPropertyDeclaration(node)) {
      if (node.initializer) work.push(node.initializer);
      continue;
    }
    if (api.isClassLike(node)) {
      work.push(...node.members.filter((member) => api.isPropertyDeclaration(member) && isStaticMember(api, member)));
      continue;
    }
    if (api.isCallExpression(node)) {
      const method = memberName(api, scopes, skipWrappers(api, node.expression)) ?? "";
      if (MATCHING_TEXT.has(method)) continue;
      const callee = yield* calleeOf(session, module, node, asker);
      for (const result of callee ? resultsOf(api, callee.fn) : [])
        add(found, yield* patternsIn(session, { module: callee?.module ?? module, value: result }, asker, seen));
      if (api.isPropertyAccessExpression(node.expression)) work.push(node.expression.expression);
      for (const argument of node.arguments) {
        const fn = skipWrappers(api, argument);
        work.push(...(isFunction(api, fn) ? resultsOf(api, fn) : [argument]));
      }
      continue;
    }
    if (api.isNewExpression(node)) {
      work.push(...(node.arguments ?? []));
      continue;
    }
    if (!api.isFunctionLike(node) && !api.isTypeNode(node)) api.forEachChild(node, (child) => void work.push(child));
  }
  return found;
}

function add(found: HeldPatterns, more: HeldPatterns): void {
  found.any ||= more.any;
  found.sticky ||= more.sticky;
}

function addFlags(found: HeldPatterns, flags: string): void {
  add(found, { any: /[gy]/.test(flags), sticky: flags.includes("y") && !flags.includes("g") });
}

/** `new RegExp(text, "y")`, `RegExp(pattern)` */
function argumentsOfRegExp(api: TypeScript, { scopes }: Module, node: ts.Node): readonly ts.Expression[] | undefined {
  if (!api.isNewExpression(node) && !api.isCallExpression(node)) return undefined;
  const path = pathOf(api, scopes, node.expression);
  return path?.root === "RegExp" && path.names.length === 0 ? (node.arguments ?? []) : undefined;
}

/** What a function gives back. */
function resultsOf(api: TypeScript, fn: ts.FunctionLikeDeclaration): ts.Node[] {
  const { body } = fn;
  if (!body) return [];
  if (!api.isBlock(body)) return [body];
  const results: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (api.isReturnStatement(node) && node.expression) results.push(node.expression);
    else if (!api.isFunctionLike(node)) api.forEachChild(node, visit);
  };
  api.forEachChild(body, visit);
  return results;
}

const ITERATING = new Set(["values", "keys", "entries"]);
const HELPERS = new Set(["map", "filter", "take", "drop", "flatMap"]);

/** Whether a value is an iterator, a generator or a stream, or holds one: who reads on leaves others less. */
export function* holdsIterator(
  session: Session,
  { module, value }: DeclaredValue,
  asker: Asker,
  seen: Set<ts.Node> = new Set(),
): Asking<boolean> {
  const { api } = session.context;
  if (seen.has(value)) return false;
  seen.add(value);
  const work: ts.Node[] = [value];
  for (let next = work.pop(); next; next = work.pop()) {
    const node = skipWrappers(api, next);
    if (api.isObjectLiteralExpression(node)) {
      for (const property of node.properties) {
        if (api.isPropertyAssignment(property)) work.push(property.initializer);
        else if (api.isShorthandPropertyAssignment(property)) work.push(property.name);
      }
    } else if (api.isArrayLiteralExpression(node))
      work.push(...node.elements.filter((one) => !api.isSpreadElement(one)));
    else if (api.isConditionalExpression(node)) work.push(node.whenTrue, node.whenFalse);
    else if (api.isBinaryExpression(node)) work.push(node.left, node.right);
    else if (api.isAwaitExpression(node)) work.push(node.expression);
    else if (api.isClassLike(node)) {
      for (const member of node.members)
        if (api.isPropertyDeclaration(member) && isStaticMember(api, member) && member.initializer)
          work.push(member.initializer);
    } else if (api.isIdentifier(node)) {
      const binding = module.scopes.resolve(node.text, node);
      const declared = binding && (yield* declaredAs(session, module, binding, asker));
      if (declared && !api.isClassLike(declared.value) && (yield* holdsIterator(session, declared, asker, seen)))
        return true;
    } else if (api.isNewExpression(node)) {
      const path = pathOf(api, module.scopes, node.expression);
      if (path?.root === "ReadableStream" && path.names.length === 0) return true;
      if (path?.root === "Map") work.push(...(node.arguments ?? []));
    } else if (api.isCallExpression(node)) {
      const path = pathOf(api, module.scopes, node.expression);
      if (path?.root === "Object" && /^(?:freeze|seal|assign)$/.test(path.names[0] ?? "")) work.push(...node.arguments);
      else if (yield* isIterator(session, module, node, asker)) return true;
      const callee = yield* calleeOf(session, module, node, asker);
      for (const result of callee ? resultsOf(api, callee.fn) : [])
        if (yield* holdsIterator(session, { module: callee?.module ?? module, value: result }, asker, seen))
          return true;
    }
  }
  return false;
}

/** `list.values()`, `text.matchAll(x)`, `list[Symbol.iterator]()`, `Iterator.from(x)`, `count()` of a generator function. */
function* isIterator(session: Session, module: Module, call: ts.CallExpression, asker: Asker): Asking<boolean> {
  const { api } = session.context;
  const { scopes } = module;
  const callee = yield* calleeOf(session, module, call, asker);
  if (callee) return callee.fn.asteriskToken !== undefined;
  const called = skipWrappers(api, call.expression);
  if (!api.isPropertyAccessExpression(called) && !api.isElementAccessExpression(called)) return false;
  const receiver = skipWrappers(api, called.expression);
  if (api.isElementAccessExpression(called)) {
    const path = pathOf(api, scopes, called.argumentExpression);
    return path?.root === "Symbol" && /^(?:asyncIterator|iterator)$/.test(path.names[0] ?? "");
  }
  const name = called.name.text;
  if (name === "getReader") return true;
  if (name === "from" && pathOf(api, scopes, receiver)?.root === "Iterator") return true;
  if (HELPERS.has(name)) return api.isCallExpression(receiver) && (yield* isIterator(session, module, receiver, asker));
  const own = yield* ownMembers(session, module, receiver, name, asker);
  if (own) return own.some((member) => (member as Partial<ts.MethodDeclaration>).asteriskToken !== undefined);
  return name === "matchAll" || (ITERATING.has(name) && call.arguments.length === 0);
}

/** The members of that name of an object or instance of the project; nothing where it is none. */
function* ownMembers(
  session: Session,
  module: Module,
  receiver: ts.Node,
  name: string,
  asker: Asker,
): Asking<readonly ts.Node[] | undefined> {
  const { api } = session.context;
  let place: DeclaredValue = { module, value: receiver };
  if (api.isIdentifier(receiver)) {
    const binding = module.scopes.resolve(receiver.text, receiver);
    const declared = binding && (yield* declaredAs(session, module, binding, asker));
    if (!declared) return undefined;
    place = declared;
  }
  const value = skipWrappers(api, place.value);
  if (api.isObjectLiteralExpression(value)) return membersNamed(api, value, name, false);
  if (api.isClassLike(value)) return membersNamed(api, value, name, true);
  if (!api.isNewExpression(value)) return undefined;
  const made = yield* classNamed(session, place.module, value.expression, asker);
  const members = made && membersNamed(api, made.owner, name, false);
  return members && members.length > 0 ? members : undefined;
}
