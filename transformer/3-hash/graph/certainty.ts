import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import { isResultUnused, skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { CALLING_METHODS, effectOfGlobal, HANDING_METHODS, LOGGING_METHODS, READING_METHODS } from "./call-effects.ts";
import { type Callee, calleeOf, functionNamed, parametersOf } from "./callees.ts";
import { eventsOfField, fieldUses } from "./field-uses.ts";
import type { Asker } from "./find-export.ts";
import {
  type Certainty,
  type Followable,
  harmlessOf,
  isIn,
  isSureChange,
  note,
  type Seen,
  surely,
  wasSeen,
} from "./followed-value.ts";
import { heldBy, heldInGiven } from "./given-results.ts";
import { isOtherName } from "./holders.ts";
import { constructorCalled, methodNamed, methodsAround } from "./methods-named.ts";
import type { Module, Session } from "./model.ts";
import { isAfterWait, runsWithin } from "./module-level.ts";
import { type HeldPatterns, isMatchedBy } from "./patterns-held.ts";
import { isMatching, isPutBack } from "./positions.ts";
import { isAssertion } from "./test-libraries.ts";
import { isOwnName, type ValueEvent } from "./value-events.ts";
import { valueEvents } from "./value-flow.ts";

export function* certaintyOf(
  session: Session,
  module: Module,
  event: ValueEvent,
  asker: Asker,
  value: Followable,
): Asking<Certainty> {
  const { api } = session.context;
  switch (event.type) {
    case "write":
      // `word.lastIndex = 0`: what matters is who goes on from there.
      return event.member === "lastIndex" && (yield* value.patterns()).any ? "none" : "certain";
    case "taken":
      return (yield* value.patterns()).any ? "certain" : "none";
    case "method":
      if (isMatching(event) && (yield* value.patterns(event)).any)
        return isPutBack(api, event.call) ? "none" : "certain";
      if (event.ofHolder && (isChangingMethod(event.name) || READING_METHODS.has(event.name))) return "none";
      // `rows.values().next()` is told of an iterator that was made for it.
      if (event.name === "next" && isOfNewIterator(api, event.call)) return "none";
      if (isChangingMethod(event.name)) return "certain";
      if (LOGGING_METHODS.has(event.name)) return "none";
      if (!READING_METHODS.has(event.name)) return "perhaps";
      if (HANDING_METHODS.has(event.name)) {
        const byNamed = yield* certaintyOfNamed(session, module, event, asker, value);
        if (isSureChange(byNamed)) return byNamed;
      }
      return isResultUnused(api, event.call) && event.name !== "forEach" ? "perhaps" : "none";
    case "escape":
      return "perhaps";
    case "returned":
      return "none";
    case "kept":
      return yield* keptCertainty(session, module, event, asker, value);
    case "argument": {
      if (isAssertion(api, module.scopes, event.call)) return "none";
      if (yield* isMatchedBy(api, module, event, value.patterns)) return "certain";
      const effect = effectOfGlobal(api, module.scopes, event.call, event.index);
      // `Array.prototype.push.apply(all, rows)` leaves the rows as they are.
      if (effect === "applies") return !value.isSure || isApplied(api, event) ? "certain" : "perhaps";
      if (effect === "changes") return event.held > 0 ? "none" : "certain";
      if (effect) return effect === "reads" || event.ofPart ? "none" : "perhaps";
      if (isApplied(api, event)) return "certain";
      if (event.byCallback) return isTakenIn(api, event.call) ? "none" : "perhaps";
      const callee =
        (yield* calleeOf(session, module, event.call, asker)) ??
        (yield* constructorCalled(session, module, event.call, asker));
      if (callee) return yield* parameterCertainty(session, callee, event, asker, value);
      // Another class may have a method of that name in its place, so one that changes nothing says nothing.
      const byMethod = yield* certaintyOfMethod(session, module, event, asker, value);
      if (isSureChange(byMethod)) return byMethod;
      return isTakenIn(api, event.call) ? "none" : "perhaps";
    }
  }
}

/** The first of some events that surely changes a value which may be anything; also what it does to results that have it. */
export function* sureChange(
  session: Session,
  module: Module,
  events: readonly ValueEvent[],
  asker: Asker,
  value: Followable = ANYTHING,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  const all = [...events];
  const followed = new Set<ts.Node>();
  for (const event of all) {
    if (isSureChange(yield* certaintyOf(session, module, event, asker, value))) return event.at;
    if (event.type !== "argument" || event.byCallback || followed.has(event.call)) continue;
    followed.add(event.call);
    const held = yield* heldInGiven(session, module, event, asker, true);
    if (held !== undefined)
      all.push(...valueEvents(api, module.scopes, undefined, { given: event.call, held, isSure: true }));
  }
  return undefined;
}

// biome-ignore lint/correctness/useYield: it asks for nothing.
function* noPatterns(): Asking<HeldPatterns> {
  return { any: false, sticky: false };
}

/** Whether a call leaves one of its arguments as it is. */
export function* isLeftAlone(
  session: Session,
  module: Module,
  { call, index, at }: { call: ts.CallExpression; index: number; at: ts.Node },
  asker: Asker,
): Asking<boolean> {
  const event = { type: "argument", at, call, index, held: 0, ofPart: false } as const;
  return (yield* certaintyOf(session, module, event, asker, ANYTHING)) === "none";
}

const ANYTHING: Followable = { patterns: noPatterns, isSure: true };

/** Which of a function's arguments a value is, with how many objects around it. */
type Given = Pick<Extract<ValueEvent, { type: "argument" }>, "index" | "held" | "isSpread"> & {
  as?: string | undefined;
};

/** `rows.forEach(change)`: a function that is handed parts, and has a name. */
function* certaintyOfNamed(
  session: Session,
  module: Module,
  { call, name }: Extract<ValueEvent, { type: "method" }>,
  asker: Asker,
  value: Followable,
): Asking<Certainty> {
  const { api } = session.context;
  const [callback, seed] = call.arguments;
  const handed = callback && skipWrappers(api, callback);
  if (!handed || !(api.isIdentifier(handed) || api.isPropertyAccessExpression(handed))) return "none";
  const index = name.startsWith("reduce") && seed ? 1 : 0;
  const callee =
    (yield* functionNamed(session, module, handed, asker)) ?? (yield* methodNamed(session, module, handed, asker));
  return callee ? yield* parameterCertainty(session, callee, { index, held: 0 }, asker, surely(value)) : "none";
}

/** `Table.fill(rows)`, `helper.fill(rows)`, `fill.call(null, rows)`, `fill.apply(null, [rows])`, `fill.bind(rows)` */
function* certaintyOfMethod(
  session: Session,
  module: Module,
  event: Extract<ValueEvent, { type: "argument" }>,
  asker: Asker,
  value: Followable,
): Asking<Certainty> {
  const { api } = session.context;
  const called = skipWrappers(api, event.call.expression);
  if (!api.isPropertyAccessExpression(called)) return "none";
  const { text } = called.name;
  const { index, held } = event;
  const isThis = index === 0 && CALLING_METHODS.has(text);
  const isApplied = isThis || (index > 0 && (text === "call" || text === "apply"));
  const callee = isApplied
    ? ((yield* functionNamed(session, module, called.expression, asker)) ??
      (yield* methodNamed(session, module, called.expression, asker)))
    : yield* methodNamed(session, module, called, asker);
  if (!callee) return "none";
  if (isThis) {
    const isChanged = fieldUses(api, callee.module.scopes, callee.fn).some((use) => use.isChanged);
    return isChanged && held === 0 ? (text === "bind" ? "later" : "certain") : "none";
  }
  const applied =
    text === "apply" ? { index: 0, isSpread: true, held: Math.max(0, held - 1) } : { ...event, index: index - 1 };
  const given = isApplied ? applied : event;
  return yield* parameterCertainty(session, callee, given, asker, surely(value));
}

/** `all.push(table)`, `map.get(key)`: an argument of an array's or collection's method is kept or compared. */
function isTakenIn(api: SyntaxApi, call: ts.CallExpression | ts.NewExpression): boolean {
  const callee = skipWrappers(api, call.expression);
  if (!api.isPropertyAccessExpression(callee)) return false;
  const { text } = callee.name;
  return !CALLING_METHODS.has(text) && (isChangingMethod(text) || READING_METHODS.has(text));
}

function isOfNewIterator(api: SyntaxApi, { expression }: ts.CallExpression): boolean {
  const iterator = skipWrappers(api, (skipWrappers(api, expression) as ts.PropertyAccessExpression).expression);
  const made = api.isCallExpression(iterator) ? skipWrappers(api, iterator.expression) : undefined;
  return made !== undefined && api.isPropertyAccessExpression(made) && /^(?:entries|keys|values)$/.test(made.name.text);
}

/** `table.set.call(table, …)`: what a method that changes is applied to. */
function isApplied(api: SyntaxApi, { call, index }: Extract<ValueEvent, { type: "argument" }>): boolean {
  const callee = skipWrappers(api, call.expression);
  if (index !== 0 || !api.isPropertyAccessExpression(callee) || !/^(?:call|apply)$/.test(callee.name.text))
    return false;
  const method = skipWrappers(api, callee.expression);
  return api.isPropertyAccessExpression(method) && isChangingMethod(method.name.text);
}

/** What a function does to its parameter. */
function* parameterCertainty(
  session: Session,
  callee: Callee,
  given: Given,
  asker: Asker,
  value: Followable,
): Asking<Certainty> {
  const { fn } = callee;
  if (!fn.body) return "perhaps";
  const { known, isSure } = value;
  const ofFunction = known?.certainties.get(fn) ?? new Map<string, Certainty>();
  known?.certainties.set(fn, ofFunction);
  const key = [isSure, given.index, given.held, given.isSpread, given.as].join(" ");
  const before = ofFunction.get(key);
  if (before) return before;
  const seen: Seen = value.seen ?? new Map();
  const found = yield* certaintyWithin(session, callee, given, asker, { ...value, seen });
  // Within another search a function that is being searched counts as harmless: only what was found there is final.
  if (!value.seen || isSureChange(found)) ofFunction.set(key, found);
  const harmless = value.seen || found !== "none" ? undefined : harmlessOf(value);
  if (harmless) for (const [at, places] of seen) for (const place of places) note(harmless, at, place);
  return found;
}

function* certaintyWithin(
  session: Session,
  { module, fn }: Callee,
  { index, held, as: member, isSpread }: Given,
  asker: Asker,
  { patterns, isSure = false, seen = new Map(), known }: Followable,
): Asking<Certainty> {
  const { api } = session.context;
  const as = isSure ? member : undefined;
  const all = parametersOf(api, fn);
  const from = all.at(-1)?.dotDotDotToken ? Math.min(index, all.length - 1) : index;
  const parameters = index === -1 ? all : all.slice(from, isSpread ? undefined : from + 1);
  if (parameters.length === 0) return usesArguments(module, fn) ? "perhaps" : "none";
  const value: Followable = { patterns: () => patterns(), isSure, seen, ...(known && { known }) };
  const harmless = harmlessOf(value);
  let worst: Certainty = "none";
  for (const parameter of parameters) {
    if ((harmless && isIn(harmless, parameter, { held, as })) || wasSeen(seen, parameter, { held, as })) continue;
    if (parameter.modifiers?.length) {
      if (worst === "none") worst = "perhaps";
      if (yield* isChangedAsField(session, module, parameter, { held, as }, asker, value)) return "later";
    }
    for (const binding of module.scopes.declaredBy(parameter)) {
      if (isOtherName(api, parameter.name, binding, as)) continue;
      const isWhole = binding.nameNode === parameter.name && !parameter.dotDotDotToken;
      const holding = { held: heldBy(api, binding, parameter, held, isSure), as: isWhole ? as : undefined };
      for (const event of valueEvents(api, module.scopes, binding, { ...holding, isSure })) {
        if (isOwnName(event, binding)) continue;
        const certainty = yield* certaintyOf(session, module, event, asker, value);
        const isNow = runsWithin(api, module.scopes, event.at, fn, { orSoon: false }) && !isAfterWait(api, event.at);
        if (certainty === "later" || (certainty === "certain" && !isNow)) return "later";
        if (certainty === "certain" || worst === "none") worst = certainty;
      }
    }
  }
  return worst;
}

/** `constructor(private rows: Row[])` */
function* isChangedAsField(
  session: Session,
  module: Module,
  parameter: ts.ParameterDeclaration,
  holding: Pick<Given, "held" | "as">,
  asker: Asker,
  value: Followable,
): Asking<boolean> {
  const { api } = session.context;
  const { name, parent } = parameter;
  if (!api.isIdentifier(name) || !api.isConstructorDeclaration(parent)) return false;
  const kept = { by: parameter, field: name.text, held: holding.held, as: holding.as };
  return isSureChange(yield* keptCertainty(session, module, kept, asker, value));
}

/** What methods do to what a field holds: those of its class, of those that it extends, and of the file's subclasses. */
function* keptCertainty(
  session: Session,
  module: Module,
  { by, field, held, as }: Pick<Extract<ValueEvent, { type: "kept" }>, "by" | "field" | "held" | "as">,
  asker: Asker,
  value: Followable,
): Asking<Certainty> {
  const { api } = session.context;
  const seen: Seen = (value.isSure && value.seen) || new Map();
  for (const { module: place, fn } of yield* methodsAround(session, module, by, asker)) {
    for (const use of fieldUses(api, place.scopes, fn)) {
      if (use.field !== field || wasSeen(seen, use.at, { held, as })) continue;
      const events = eventsOfField(api, place.scopes, use, { held, as });
      if (yield* sureChange(session, place, events, asker, { ...surely(value), seen })) return "later";
    }
  }
  return "none";
}

function usesArguments({ scopes }: Module, fn: ts.Node): boolean {
  return scopes.usesArguments(fn);
}
