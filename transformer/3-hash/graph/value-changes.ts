import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isResultUnused, skipWrappers } from "../../syntax/node-tests.ts";
import { isRelative } from "../../syntax/paths.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { effectOfGlobal, LOGGING_METHODS } from "./call-effects.ts";
import { isFunction } from "./callees.ts";
import { certaintyOf } from "./certainty.ts";
import { isSureChange, nothingKnown } from "./followed-value.ts";
import { givenOut } from "./given-out.ts";
import { heldInGiven, isBareCall, isKeptByFunction } from "./given-results.ts";
import type { Change, Likelihood, Module, Session, ValueChanges } from "./model.ts";
import { callersOf, callsOfResult, isAfterWait, moduleLevelPart } from "./module-level.ts";
import { createGraphNode } from "./nodes.ts";
import { changesItsInstance, ownChangeOf } from "./own-state.ts";
import { patternsOf } from "./patterns-held.ts";
import { isPositional } from "./positions.ts";
import { fixedValue, isFixedMember } from "./primitive-values.ts";
import { isOwnName, type ValueEvent } from "./value-events.ts";
import { valueEvents } from "./value-flow.ts";

/**
 * Finds what else a file does to one of its module-level names, its own or imported: `table.x = 1`,
 * `Foo.prototype.bar = …`, `dayjs.extend(utc)`, `routes.push(r)`, `register(table)`, `setup()` where `setup` does one
 * of these. Module-level code that may change the value counts like its declaration; what only run time does is noted
 * for a warning. Functions of the project are looked into; those of packages may do anything.
 */
export function* changesOf(session: Session, module: Module, binding: Binding): Asking<ValueChanges> {
  const known = session.changes.get(binding);
  if (known) return known;
  const { api } = session.context;
  const asker = createGraphNode(module, "statement", "", []);
  const parts = new Map<ts.Node, Change>();
  let changedAt: ts.Node | undefined;
  let changeLikelihood: Likelihood = "guess";
  const changedAlso: ts.Node[] = [];
  const calledAlso: ts.Node[] = [];
  let calledAt: ts.Node | undefined;
  const fixed = yield* fixedValue(session, module, binding, asker);
  if (fixed !== "primitive") {
    const isFixed = (member: string | undefined) => isFixedMember(fixed, member);
    const events = [...valueEvents(api, module.scopes, binding, { isFixed })];
    const given = yield* givenOut(session, module, binding, asker);
    events.push(...(given?.events ?? []));
    const followed = new Set<ts.Node>();
    const patterns = patternsOf(session, module, binding, asker);
    const known = nothingKnown();
    for (const event of events) {
      let certainty = yield* certaintyOf(session, module, event, asker, { patterns, known });
      if (event.type === "argument" && !followed.has(event.call)) {
        followed.add(event.call);
        const held = yield* heldInGiven(session, module, event, asker);
        if (held !== undefined) events.push(...valueEvents(api, module.scopes, binding, { given: event.call, held }));
        else if (certainty !== "none" && (yield* isKeptByFunction(session, module, event, asker))) {
          const given = valueEvents(api, module.scopes, binding, { given: event.call, held: 0 });
          events.push(...given.map((one) => (isBareCall(one) ? ({ type: "write", at: one.at } as const) : one)));
        }
      }
      if (!isSureChange(certainty)) {
        const owners = [
          [module, binding] as const,
          ...(given?.kept ?? []).map((kept) => [given?.module ?? module, kept] as const),
        ];
        for (const [place, owner] of owners)
          if (yield* changesItsInstance(session, place, owner, event, asker)) certainty = "certain";
      }
      if (certainty === "none") continue;
      const isSure = isSureChange(certainty);
      const likelihood = likelihoodOf(api, module, binding, event, isSure);
      const part = moduleLevelPart(api, event.at);
      // Who has taken a method, or was handed what it changes later, does so wherever that was.
      let runsLater = event.type === "taken" || certainty === "later";
      const calls = runsLater && event.type === "argument" && callsOfResult(api, module.scopes, event.call);
      if (calls) {
        runsLater = false;
        events.push(...calls.map((at) => ({ type: "write", at }) as const));
      }
      if (part && event.type !== "taken") {
        if (isSure || !isDeclaration(api, part) || countsInDeclaration(api, binding, event))
          addChange(parts, part, { likelihood, at: event.at });
        if (!runsLater && !isAfterWait(api, event.at)) continue;
      }
      const callers = callersOf(api, module.scopes, event.at);
      for (const caller of callers.parts) {
        const isLater = !isSure && callers.laterParts.has(caller);
        addChange(parts, caller, { likelihood: isLater ? "guess" : likelihood, at: event.at });
      }
      const mayChange = isSure || isHandedToPackage(api, module, event);
      if (!mayChange || !(callers.escapes || runsLater) || isOwnName(event, binding)) continue;
      const isItself = event.type !== "method" || isPositional(event);
      if (isItself || isPlain(api, binding)) {
        if (!changedAt || likelier(changeLikelihood, likelihood) !== changeLikelihood) {
          changedAt = event.at;
          changedAlso.length = 0;
        } else if (likelihood === changeLikelihood) changedAlso.push(event.at);
        changeLikelihood = likelier(changeLikelihood, likelihood);
      } else if (binding.import || hasOwnState(api, binding)) {
        if (calledAt) calledAlso.push(event.at);
        calledAt ??= event.at;
      }
    }
  }
  const ownChangedAt = yield* ownChangeOf(session, module, binding, asker);
  const changes = {
    parts: [...parts.keys()],
    changes: parts,
    lookupPaths: [...asker.lookupPaths],
    ...(changedAt && { changedAt }),
    ...(ownChangedAt && { ownChangedAt }),
    changeLikelihood,
    ...(changedAlso.length > 0 && { changedAlso }),
    ...(calledAt && { calledAt }),
    ...(calledAlso.length > 0 && { calledAlso }),
  };
  session.changes.set(binding, changes);
  return changes;
}

function likelihoodOf(
  api: SyntaxApi,
  { scopes }: Module,
  binding: Binding,
  event: ValueEvent,
  isSure: boolean,
): Likelihood {
  const imported = binding.import;
  const isNamespace = imported?.imported === "*";
  if (isNamespaceCall(api, binding, event)) return "guess";
  // `ns.define("x", (made) => { made.y = 1; })`: what a module's functions hand to callbacks is hardly a part of it.
  if (event.isVague && imported && (isNamespace || !isRelative(imported.specifier))) return "guess";
  // What the project's functions do to it may be done to what they make of it.
  const isDirect = event.type !== "argument" || effectOfGlobal(api, scopes, event.call, event.index) !== undefined;
  if (isSure) return isDirect ? "sure" : "likely";
  return isCalledForChange(api, binding, event) ? "likely" : "guess";
}

const LIKELIHOODS: readonly Likelihood[] = ["guess", "likely", "sure"];

/** Of several changes that one thing makes the likeliest counts, or the first of such. */
export function addChange<T>(changes: Map<T, Change>, by: T, change: Change): void {
  const known = changes.get(by);
  if (!known || likelier(known.likelihood, change.likelihood) !== known.likelihood) changes.set(by, change);
  else if (known.likelihood === change.likelihood)
    changes.set(by, { ...known, also: [...(known.also ?? []), change.at] });
}

export function likelier(one: Likelihood | undefined, other: Likelihood): Likelihood {
  return one && LIKELIHOODS.indexOf(one) > LIKELIHOODS.indexOf(other) ? one : other;
}

/**
 * Whether what may change a value looks as if it did: `dayjs.extend(utc);`, `setUp(config);`, `routes.add(home)` of an
 * object of the project. Code that asks a package for something (`z.object({ … })`, `new Pool(config)`) does it everywhere
 * and changes nothing.
 */
function isCalledForChange(api: SyntaxApi, { import: imported }: Binding, event: ValueEvent): boolean {
  if (event.type !== "method" && event.type !== "argument") return false;
  const isOwnObject = event.type === "method" && /^\.\.?\//.test(imported?.specifier ?? "");
  return isOwnObject || isResultUnused(api, event.call);
}

/** `shapes.point(3)` for a module's namespace: what its functions do is asked of them. */
function isNamespaceCall(api: SyntaxApi, { import: imported }: Binding, event: ValueEvent): boolean {
  if (event.type !== "method" || imported?.imported !== "*") return false;
  const callee = skipWrappers(api, event.call.expression);
  return api.isPropertyAccessExpression(callee) && skipWrappers(api, callee.expression) === event.at;
}

/** `merge(table, more);`, `_.set(table, path, 1);`: a package's function that is called for what it does may do it to this. */
function isHandedToPackage(api: SyntaxApi, { scopes }: Module, event: ValueEvent): boolean {
  if (event.type !== "argument" || event.byCallback || !isResultUnused(api, event.call)) return false;
  const callee = skipWrappers(api, event.call.expression);
  const isMethod = api.isPropertyAccessExpression(callee);
  const name = isMethod ? skipWrappers(api, callee.expression) : callee;
  const called = api.isIdentifier(name) ? scopes.resolve(name.text, name)?.import : undefined;
  if (!called || /^(?:\.|node:)/.test(called.specifier)) return false;
  return !isMethod || !LOGGING_METHODS.has(callee.name.text);
}

function initializerOf(api: SyntaxApi, binding: Binding): ts.Node | undefined {
  if (!api.isVariableDeclaration(binding.declaration)) return undefined;
  const { initializer } = binding.declaration;
  return initializer && skipWrappers(api, initializer);
}

/** An object, array or collection made on the spot: its content is its own. */
export function isPlain(api: SyntaxApi, binding: Binding): boolean {
  const node = initializerOf(api, binding);
  if (!node) return false;
  if (api.isCallExpression(node))
    return api.isPropertyAccessExpression(node.expression) && isOfObject(api, node.expression);
  return api.isObjectLiteralExpression(node) || api.isArrayLiteralExpression(node) || api.isNewExpression(node);
}

/** `Object.create(null)`, `Object.assign({}, …)`, `Array.from(…)`. */
function isOfObject(api: SyntaxApi, { expression }: ts.PropertyAccessExpression): boolean {
  return api.isIdentifier(expression) && (expression.text === "Object" || expression.text === "Array");
}

function isDeclaration(api: SyntaxApi, node: ts.Node): boolean {
  return api.isVariableDeclaration(node) || api.isClassDeclaration(node) || api.isExportAssignment(node);
}

/**
 * A call in another name's initialiser that may change a value counts where it is known to be called for that: a
 * method that gives something else than the next step of a builder, or a value whose content is its own.
 */
function countsInDeclaration(api: SyntaxApi, binding: Binding, event: ValueEvent): boolean {
  if (event.type === "method") return !isFunctionLike(api, binding);
  return isPlain(api, binding) || binding.kind === "class";
}

function isFunctionLike(api: SyntaxApi, binding: Binding): boolean {
  const node = initializerOf(api, binding);
  return binding.kind === "function" || (!!node && (api.isArrowFunction(node) || api.isFunctionExpression(node)));
}

/** `(() => { let count = 0; return { add() { count++ } } })()`: its methods change what it holds. */
function hasOwnState(api: SyntaxApi, binding: Binding): boolean {
  const node = initializerOf(api, binding);
  return !!node && api.isCallExpression(node) && isFunction(api, skipWrappers(api, node.expression));
}
