import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import { isWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { CALLING_METHODS, effectOfGlobal, HANDING_METHODS, LOGGING_METHODS, READING_METHODS } from "./call-effects.ts";
import { type Callee, calleeOf, functionNamed, parametersOf } from "./callees.ts";
import type { Asker } from "./find-export.ts";
import { heldBy, heldInGiven } from "./given-results.ts";
import { isOtherName } from "./holders.ts";
import { methodNamed } from "./methods-named.ts";
import type { Module, Session } from "./model.ts";
import { type HeldPatterns, isMatchedBy, type PatternsOf } from "./patterns-held.ts";
import { isMatching, isPutBack } from "./positions.ts";
import { isAssertion } from "./test-libraries.ts";
import type { ValueEvent } from "./value-events.ts";
import { valueEvents } from "./value-flow.ts";

/** What an event does to the value: change it for sure, perhaps, or not at all. */
export type Certainty = "certain" | "perhaps" | "none";

/** The value that events are about. */
interface Followable {
  patterns: PatternsOf;
  /** It is followed only where it goes for sure. */
  isSure?: boolean;
  /** The parameters that it was followed into, with what is around it. */
  seen?: Map<ts.Node, Pick<Given, "held" | "as">[]> | undefined;
}

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
      if (HANDING_METHODS.has(event.name) && (yield* isChangedByNamed(session, module, event, asker, value)))
        return "certain";
      return isResultUnused(api, event.call) && event.name !== "forEach" ? "perhaps" : "none";
    case "escape":
      return "perhaps";
    case "returned":
      return "none";
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
      const callee = yield* calleeOf(session, module, event.call, asker);
      if (callee) return yield* parameterCertainty(session, callee, event, asker, value);
      // Another class may have a method of that name in its place, so one that changes nothing says nothing.
      if (yield* isChangedByMethod(session, module, event, asker, value)) return "certain";
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
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  const all = [...events];
  const followed = new Set<ts.Node>();
  for (const event of all) {
    if ((yield* certaintyOf(session, module, event, asker, ANYTHING)) === "certain") return event.at;
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
function* isChangedByNamed(
  session: Session,
  module: Module,
  { call, name }: Extract<ValueEvent, { type: "method" }>,
  asker: Asker,
  value: Followable,
): Asking<boolean> {
  const { api } = session.context;
  const [callback, seed] = call.arguments;
  const handed = callback && skipWrappers(api, callback);
  if (!handed || !(api.isIdentifier(handed) || api.isPropertyAccessExpression(handed))) return false;
  const index = name.startsWith("reduce") && seed ? 1 : 0;
  const callee =
    (yield* functionNamed(session, module, handed, asker)) ?? (yield* methodNamed(session, module, handed, asker));
  if (!callee) return false;
  return (yield* parameterCertainty(session, callee, { index, held: 0 }, asker, surely(value))) === "certain";
}

/** `Table.fill(rows)`, `helper.fill(rows)`, `fill.call(null, rows)`, `fill.apply(null, [rows])` */
function* isChangedByMethod(
  session: Session,
  module: Module,
  event: Extract<ValueEvent, { type: "argument" }>,
  asker: Asker,
  value: Followable,
): Asking<boolean> {
  const { api } = session.context;
  const called = skipWrappers(api, event.call.expression);
  if (!api.isPropertyAccessExpression(called)) return false;
  const { text } = called.name;
  const { index, held } = event;
  const isApplied = index > 0 && (text === "call" || text === "apply");
  const callee = isApplied
    ? ((yield* functionNamed(session, module, called.expression, asker)) ??
      (yield* methodNamed(session, module, called.expression, asker)))
    : yield* methodNamed(session, module, called, asker);
  if (!callee) return false;
  const applied =
    text === "apply" ? { index: 0, isSpread: true, held: Math.max(0, held - 1) } : { ...event, index: index - 1 };
  const given = isApplied ? applied : event;
  return (yield* parameterCertainty(session, callee, given, asker, surely(value))) === "certain";
}

/** What isn't followed that far has been looked into less. */
const surely = ({ patterns, isSure, seen }: Followable): Followable => ({
  patterns,
  isSure: true,
  seen: isSure ? seen : undefined,
});

/** `x = 1` gives the name another value: that is the reassignment of a variable, told apart from a change in place. */
export function isOwnName({ type, at }: ValueEvent, { writes }: Binding): boolean {
  return type === "write" && writes.includes(at as ts.Identifier);
}

/** Whether a method's result goes nowhere: then it is called for what it does. */
export function isResultUnused(api: SyntaxApi, call: ts.Node): boolean {
  let node = call;
  while (isWrapper(api, node.parent) || api.isAwaitExpression(node.parent)) node = node.parent;
  return api.isExpressionStatement(node.parent);
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
  { index, held, as: member, isSpread }: Given,
  asker: Asker,
  { patterns, isSure = false, seen = new Map() }: Followable,
): Asking<Certainty> {
  const { api } = session.context;
  const { module, fn } = callee;
  if (!fn.body) return "perhaps";
  const as = isSure ? member : undefined;
  const all = parametersOf(api, fn);
  const from = all.at(-1)?.dotDotDotToken ? Math.min(index, all.length - 1) : index;
  const parameters = index === -1 ? all : all.slice(from, isSpread ? undefined : from + 1);
  if (parameters.length === 0) return usesArguments(module, fn) ? "perhaps" : "none";
  let worst: Certainty = "none";
  for (const parameter of parameters) {
    const before = seen.get(parameter) ?? [];
    if (before.some((one) => one.held <= held && (one.as === undefined || one.as === as))) continue;
    seen.set(parameter, [...before, { held, as }]);
    if (parameter.modifiers?.length) worst = "perhaps";
    for (const binding of module.scopes.declaredBy(parameter)) {
      if (isOtherName(api, parameter.name, binding, as)) continue;
      const isWhole = binding.nameNode === parameter.name && !parameter.dotDotDotToken;
      const holding = { held: heldBy(api, binding, parameter, held, isSure), as: isWhole ? as : undefined };
      const events = valueEvents(api, module.scopes, binding, { ...holding, isSure });
      for (const event of events) {
        if (isOwnName(event, binding)) continue;
        const certainty = yield* certaintyOf(session, module, event, asker, {
          patterns: () => patterns(),
          isSure,
          seen,
        });
        if (certainty === "certain") return "certain";
        if (certainty === "perhaps") worst = "perhaps";
      }
    }
  }
  return worst;
}

function usesArguments({ scopes }: Module, fn: ts.Node): boolean {
  return scopes.usesArguments(fn);
}
