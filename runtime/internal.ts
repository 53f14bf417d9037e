/** What transformed code imports. Its shape belongs to the transform of the same version; people use `cachet`. */

import { isTestWorld } from "#platform";
import { clearCalled } from "./cached.ts";
import { FunctionDescriptor } from "./call/cached-function.ts";
import { emptyFunction } from "./call/clear.ts";
import { bindToRun } from "./call/in-flight.ts";
import { dataPolicy } from "./call/policies/data.ts";
import { frozenPolicy } from "./call/policies/frozen.ts";
import { resourcePolicy } from "./call/policies/resource.ts";
import type { Entry, Policy } from "./call/types.ts";
import { ClearingFunction } from "./clearing-function.ts";
import type { Features, Replayer } from "./features.ts";
import { type Definition, resetsEntries } from "./options/options.ts";
import { install, state } from "./registry.ts";
import { callWithWidgets, storeShown } from "./replay/call-with-widgets.ts";
import {
  exportLog,
  importLog,
  type Log,
  type ReplayableDefinition,
  ReplayableFunction,
  replay,
  replayableFunctions,
} from "./replay/recording.ts";
import { beginAfterLookup, variants } from "./replay/widgets.ts";
import { GeneratorDescriptor } from "./streams/cached-generator.ts";

export { ownStore, spinner } from "#environment";
export { abort, ownSignal, ownSignals } from "./call/abort.ts";
export { holdEach } from "./call/hold-each.ts";
export { contextOf, keyed } from "./call/identity.ts";
export { hold, leave, resumed } from "./call/in-flight.ts";
export { instances } from "./call/instances.ts";
export { errors } from "./call/kept-errors.ts";
export { limits } from "./call/limits.ts";
export { nested } from "./call/nested.ts";
export { release } from "./call/release.ts";
export { scope, scoped } from "./call/scope.ts";
export { stale } from "./call/stale.ts";
export { tags } from "./call/tagged-entries.ts";
export { timeout } from "./call/timeout.ts";
export { validate } from "./call/validate.ts";
export { keys } from "./key/key.ts";
export { argumentTrie } from "./key/trie/argument-trie.ts";
export * from "./options/option-parsers.ts";
export { durable } from "./persist/store-persistence.ts";
export { parent } from "./streams/cached-generator.ts";
export { heed, streams } from "./streams/streams.ts";
export { messages } from "./values/messages.ts";
export { urlPatterns } from "./values/url-pattern.ts";
export { classes } from "./values/value-classes.ts";

/** What the transform tells about a cached function, with the parts of the runtime that it needs. */
export interface EmittedDefinition extends Definition {
  use?: Partial<Features>;
}

/** What `get` answers when `run` has to decide. */
export const MISS: symbol = state.miss;

/** The descriptor of a function whose results are copied. The same id and code share one. */
export function data(definition: EmittedDefinition): FunctionDescriptor {
  return define(definition, dataPolicy);
}

/** The descriptor of a function whose results are frozen and shared. The same id and code share one. */
export function frozen(definition: EmittedDefinition): FunctionDescriptor {
  return define(definition, frozenPolicy);
}

/** The descriptor of a function whose result is one live object. The same id and code share one. */
export function resource(definition: EmittedDefinition): FunctionDescriptor {
  return define(definition, resourcePolicy);
}

/** The descriptor of an `async function*`. */
export function generator(definition: EmittedDefinition): FunctionDescriptor {
  return define(definition, dataPolicy, GeneratorDescriptor);
}

/** The same, whose chunks are frozen and shared. */
export function frozenGenerator(definition: EmittedDefinition): FunctionDescriptor {
  return define(definition, frozenPolicy, GeneratorDescriptor);
}

function define(definition: EmittedDefinition, policy: Policy, Descriptor = FunctionDescriptor): FunctionDescriptor {
  if (definition.use !== undefined) install(definition.use);
  const old = state.functions.get(definition.id) as FunctionDescriptor | undefined;
  // A test runner evaluates a module again to give it other mocks, which are in no key.
  if (old !== undefined && isAlike(old, definition, policy) && (definition.perInstance === true || !isTestWorld())) {
    if (resetsEntries(old.definition, definition)) emptyFunction(old);
    old.redefine(definition);
    return old;
  }
  if (old !== undefined) {
    emptyFunction(old);
    state.retired.add(new WeakRef(old));
  }
  const made = new Descriptor(definition, policy);
  state.functions.set(definition.id, made);
  return made;
}

/** False where entries would be handed out in another way than before. */
function isAlike(old: FunctionDescriptor, { hash, copy }: EmittedDefinition, { kind }: Policy): boolean {
  return old.definition.hash === hash && old.policy.kind === kind && old.definition.copy === copy;
}

/** The descriptor of a function that shows something: a hit of whoever called it shows it again. */
export function element(definition: ReplayableDefinition): ReplayableFunction {
  return defineReplayable(definition, "element");
}

/** The descriptor of a function that reads an input: its value joins the key of whoever called it. */
export function widget(definition: ReplayableDefinition): ReplayableFunction {
  return defineReplayable(definition, "widget");
}

function defineReplayable(definition: ReplayableDefinition, kind: ReplayableFunction["kind"]): ReplayableFunction {
  if (state.features.replayer === undefined) install({ replayer });
  const known = replayableFunctions.get(definition.id);
  if (known?.definition.hash === definition.hash && known.kind === kind) return known;
  const made = new ReplayableFunction(definition, kind);
  replayableFunctions.set(definition.id, made);
  return made;
}

const replayer: Replayer = {
  bindToRun,
  store: storeShown,
  replay: replayEntry,
  exportLog,
  importLog,
  call: callWithWidgets,
  begin: beginAfterLookup,
  variants,
};

function replayEntry(entry: Entry, results?: unknown[]): undefined | Promise<void> {
  return replay(entry.replay as Log, results);
}

/** The descriptor of a function that clears what others have cached. */
export function clears(definition: EmittedDefinition): ClearingFunction {
  if (definition.use !== undefined) install(definition.use);
  return new ClearingFunction(definition);
}

type Descriptor = FunctionDescriptor | ReplayableFunction | ClearingFunction;

/** Options that can only be evaluated beside the function, where their names mean what they mean there. */
type LocalOptions = NonNullable<EmittedDefinition["options"]>;

/** Links a function to its descriptor and gives it `clear`. Leaves a function alone that cannot be changed. */
export function attach<D extends Descriptor>(descriptor: D, fn: unknown, options?: LocalOptions): D {
  if ("again" in descriptor) {
    descriptor.fn = fn as ReplayableFunction["fn"];
    return descriptor;
  }
  if ("clearsAfter" in descriptor) {
    if (options) descriptor.redefine(options);
    return descriptor;
  }
  if (options) descriptor.redefine({ ...descriptor.definition, options });
  // A private method is attached by every instance anew.
  if (typeof fn !== "function" || state.links.get(fn) === descriptor) return descriptor;
  state.links.set(fn, descriptor);
  const clear = (...args: unknown[]) => clearCalled(descriptor, fn as (...args: unknown[]) => unknown, args);
  // A namespace that is merged with the function may bring a `clear` of its own: that is a property like all of its.
  const set = (value: unknown) =>
    tryDefine(fn, "clear", { value, writable: true, configurable: true, enumerable: true });
  tryDefine(fn, "clear", { get: () => clear, set, configurable: true });
  return descriptor;
}

/** Attaches a function-valued expression and names it, as the declaration it stands in would have. */
export function fn<F>(descriptor: Descriptor, name: PropertyKey | undefined, expression: F, options?: LocalOptions): F {
  if (typeof expression === "function" && expression.name === "" && name !== undefined) named(expression, name);
  attach(descriptor, expression, options);
  return expression;
}

/** Gives a function the name that the language would have inferred for it. */
export function named<F>(fn: F, name: PropertyKey): F {
  const value =
    typeof name === "symbol" ? (name.description === undefined ? "" : `[${name.description}]`) : String(name);
  tryDefine(fn, "name", { value, configurable: true });
  return fn;
}

type Member = readonly [Descriptor, PropertyKey, LocalOptions?];

/** Attaches the methods found on an object: an object literal, a prototype or a class. */
export function members<O>(object: O, ...methods: readonly Member[]): O {
  for (const [descriptor, key, options] of methods) attach(descriptor, ownValue(object, key), options);
  return object;
}

/** A decorator may have put a subclass in the place of a class. */
function ownValue(object: unknown, key: PropertyKey): unknown {
  for (let at = object; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    const property = Object.getOwnPropertyDescriptor(at, key);
    if (property) return property.value;
  }
  return undefined;
}

/** Attaches the methods of a class: those of its instances, and its own. */
export function methods<C extends { prototype: object }>(
  type: C,
  ofInstances: readonly Member[],
  own: readonly Member[] = [],
): C {
  members(type.prototype, ...ofInstances);
  members(type, ...own);
  return type;
}

/** A captured variable's value, or `undefined` while it is not initialised: then the body can't have read it either. */
export function capture<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** An option's constant. A bundler's `var` gives `undefined` where the constant itself would throw just this. */
export function initialised<T>(value: T, name: string): T {
  if (value === undefined) throw new ReferenceError(`Cannot access '${name}' before initialization`);
  return value;
}

/**
 * Options some of whose values are computed or imported: they may be `undefined` for good, but not as long as the code
 * that declares the function is still running for the first time, which then may not have come to them yet.
 */
export function late<T>(read: (known: typeof initialised) => T): () => T {
  let isEarly = true;
  queueMicrotask(() => {
    isEarly = false;
  });
  return () => read((value, name) => (isEarly ? initialised(value, name) : value));
}

/** An environment variable, for a function in whose scope `process` is something else. */
export function environment(name: string): string | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
}

/** A frozen function goes without its courtesies: it stays cached, and `cached(fn)` still works. */
function tryDefine(target: unknown, key: PropertyKey, descriptor: PropertyDescriptor): void {
  try {
    Object.defineProperty(target, key, descriptor);
  } catch {
    // Nothing depends on it.
  }
}
