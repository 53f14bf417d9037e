import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { CALLING_METHODS } from "./call-effects.ts";
import { calleeOf, isFunction, resultsOf } from "./callees.ts";
import { isStaticMember, membersNamed } from "./class-members.ts";
import { type DeclaredValue, declaredAs } from "./declared-values.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { constantText, memberName, pathOf } from "./name-path.ts";
import { baseClass, type ClassPlace, classNamed } from "./overrides.ts";
import { MATCHING, memberValue, namesToOwner } from "./positions.ts";
import type { ValueEvent } from "./value-events.ts";

/** What a declared value is or holds that goes on where it was left: patterns with the flag `g` or `y`. */
export interface HeldPatterns {
  any: boolean;
  /** With `y` alone: methods of strings go by its position, too. */
  sticky: boolean;
}

const NONE: HeldPatterns = { any: false, sticky: false };

/** The patterns in what a name stands for; in what a method is called on, where that shows. */
export type PatternsOf = (event?: ValueEvent) => Asking<HeldPatterns>;

export function patternsOf(session: Session, module: Module, binding: Binding, asker: Asker): PatternsOf {
  const { api } = session.context;
  let inAll: HeldPatterns | undefined;
  return function* (event) {
    const names = event && namesToOwner(api, module.scopes, event, binding);
    const owner = yield* ownerOf(session, module, binding, names ?? [], asker);
    if (owner) return yield* patternsIn(session, owner, asker);
    const made = names && (yield* instanceOf(session, module, binding, asker));
    // A method of its own class is looked into by itself.
    if (made) return names[0] === undefined ? NONE : yield* patternsOfInstance(session, made, asker, names[0]);
    if (inAll) return inAll;
    inAll = { ...NONE };
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

/** An instance of a class of the project: the class, and the expression that makes it. */
export interface Instance {
  start: ClassPlace;
  made: DeclaredValue & { value: ts.NewExpression };
}

/** The instance that a name is declared as. */
export function* instanceOf(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
): Asking<Instance | undefined> {
  const { api } = session.context;
  const declared = yield* declaredAs(session, module, binding, asker);
  if (!declared || !api.isNewExpression(declared.value)) return undefined;
  const made = { module: declared.module, value: declared.value };
  const start = yield* classNamed(session, made.module, made.value.expression, asker);
  return start && { start, made };
}

/**
 * The patterns in an instance's field, where the class says what is in there; else in all of its fields, its constructor
 * and what that is given.
 */
export function* patternsOfInstance(
  session: Session,
  { start, made }: Instance,
  asker: Asker,
  field?: string,
  seen: Set<ts.Node> = new Set(),
): Asking<HeldPatterns> {
  const { api } = session.context;
  const found = { ...NONE };
  const values = (made.value.arguments ?? []).map((value): DeclaredValue => ({ module: made.module, value }));
  for (let place: ClassPlace | undefined = start; place; place = yield* baseClass(session, place, asker)) {
    const { module, owner } = place;
    const [named] = field === undefined ? [] : membersNamed(api, owner, field, false);
    if (named && api.isPropertyDeclaration(named) && named.initializer)
      return yield* patternsIn(session, { module, value: named.initializer }, asker, seen);
    for (const member of owner.members) {
      const value = api.isPropertyDeclaration(member)
        ? !isStaticMember(api, member) && member.initializer
        : api.isConstructorDeclaration(member) && member.body;
      if (value) values.push({ module, value });
    }
  }
  for (const value of values) add(found, yield* patternsIn(session, value, asker, seen));
  return found;
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
  const found = { ...NONE };
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
      const start = yield* classNamed(session, module, node.expression, asker);
      if (start)
        add(
          found,
          yield* patternsOfInstance(session, { start, made: { module, value: node } }, asker, undefined, seen),
        );
      else work.push(...(node.arguments ?? []));
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
function argumentsOfRegExp(api: SyntaxApi, { scopes }: Module, node: ts.Node): readonly ts.Expression[] | undefined {
  if (!api.isNewExpression(node) && !api.isCallExpression(node)) return undefined;
  const path = pathOf(api, scopes, node.expression);
  return path?.root === "RegExp" && path.names.length === 0 ? (node.arguments ?? []) : undefined;
}

/** `test.call(word, text)`; `text.match(word)`, where the flag `y` alone has it begin where the last one ended. */
export function* isMatchedBy(
  api: SyntaxApi,
  { scopes }: Module,
  { call }: Extract<ValueEvent, { type: "argument" }>,
  patterns: PatternsOf,
): Asking<boolean> {
  const callee = skipWrappers(api, call.expression);
  const name = memberName(api, scopes, callee) ?? "";
  if (OF_TEXTS.has(name)) return (yield* patterns()).sticky;
  if (!CALLING_METHODS.has(name)) return handsMethodOn(api, call) && (yield* patterns()).any;
  const applied = skipWrappers(api, (callee as ts.PropertyAccessExpression).expression);
  const method = api.isIdentifier(applied) ? applied.text : memberName(api, scopes, applied);
  return MATCHING.has(method ?? "") && (yield* patterns()).any;
}

/** `texts.filter(RegExp.prototype.test, word)` */
function handsMethodOn(api: SyntaxApi, call: ts.CallExpression | ts.NewExpression): boolean {
  const [first, receiver] = call.arguments ?? [];
  const method = first && skipWrappers(api, first);
  return (
    receiver !== undefined &&
    method !== undefined &&
    api.isPropertyAccessExpression(method) &&
    MATCHING.has(method.name.text)
  );
}

const OF_TEXTS = new Set(["match", "replace", "replaceAll", "search", "split"]);
