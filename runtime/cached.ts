import { ownStore } from "#environment";
import { clearCall, clearFunction, clearMemory, emptyTable } from "./call/clear.ts";
import { createEntry, materialize } from "./call/entry.ts";
import { expireCall, expireFunction } from "./call/expire.ts";
import { isFresh, isUsable } from "./call/expiry.ts";
import { bindToRun } from "./call/in-flight.ts";
import { fresh } from "./call/intercept.ts";
import { put } from "./call/put.ts";
import { isPromise } from "./call/thenable.ts";
import type { CachedFunction, Entry, EntryTable, StoredValue } from "./call/types.ts";
import { CachetError, NotTransformedError } from "./errors.ts";
import { clearAllData, clearStores } from "./persist/all-stores.ts";
import { featureOf, install, knownFunctions, state } from "./registry.ts";
import { type FunctionStats, statsOf } from "./stats.ts";

// biome-ignore lint/suspicious/noExplicitAny: a function of any signature; `never[]` would lose the inferred arguments.
type AnyFunction = (...args: any[]) => unknown;

/** The argument lists of a function, of every overload up to four. */
export type ArgumentsOf<F> = F extends {
  (...args: infer A): unknown;
  (...args: infer B): unknown;
  (...args: infer C): unknown;
  (...args: infer D): unknown;
}
  ? A | B | C | D
  : never;

/** What `get` gives. An `async function*` counts as asynchronous, any other function that gives a stream only if it gives a promise. */
export type StoredResult<F extends AnyFunction> =
  ReturnType<F> extends PromiseLike<infer V>
    ? Promise<V | undefined>
    : ReturnType<F> extends AsyncGenerator
      ? ReturnType<F> | undefined | Promise<ReturnType<F> | undefined>
      : ReturnType<F> | undefined;

/** One entry in memory. */
export interface CachedEntry<F extends AnyFunction> {
  /** A copy of the value, made when it is asked for. */
  readonly value: Awaited<ReturnType<F>>;
  /** Milliseconds since it was computed. */
  readonly age: number;
  /** Milliseconds until it expires; Infinity for never, below 0 for a stale one. */
  readonly remaining: number;
  /** True once its ttl is over and `stale` keeps it. */
  readonly isStale: boolean;
  /** Estimated; 0 for resources. */
  readonly bytes: number;
  /** Removes this entry, from its store too. */
  clear(): void | Promise<void>;
}

/** What can be done with a cached function besides calling it. */
export interface Cached<F extends AnyFunction> {
  /** Forgets every entry, or with arguments the entry of that call. Resolves when an asynchronous store has done so too. */
  clear(...args: ArgumentsOf<F> | []): void | Promise<void>;
  /** True where a call with these arguments would be answered without running the body, from memory or a synchronous store. */
  has(...args: ArgumentsOf<F>): boolean;
  /**
   * What a call with these arguments would get without running the body: a copy, or `undefined` if there is nothing. A promise for
   * asynchronous functions, which may have to look in a store; for an `async function*` await it. Counts as no hit.
   */
  get(...args: ArgumentsOf<F>): StoredResult<F>;
  /**
   * Puts a value in place of what a call would compute; where caching is off, nothing does. A run of the same call under way keeps its
   * result to itself. Resolves when an asynchronous store has the value; of a stream, when it has been read to its end and kept, or
   * rejects where it fails.
   * @throws UnstorableValueError for a value that the function could not have kept.
   */
  set(args: ArgumentsOf<F>, value: Awaited<ReturnType<F>>): void | Promise<void>;
  /**
   * Ends the time to live of a call's entry, or without arguments of all: it is kept as long as `stale` allows, and cleared where
   * there is no `stale`. Resolves when an asynchronous store has done so too.
   */
  expire(...args: ArgumentsOf<F> | []): void | Promise<void>;
  /** Runs the body and replaces the entry, which answers other calls meanwhile and stays if the run fails. */
  refresh(...args: ArgumentsOf<F>): ReturnType<F>;
  /** What is in memory now, the least recently used first; without a limit, what was made first. */
  entries(): CachedEntry<F>[];
  stats(): FunctionStats;
  /** Function id: package name, path and qualified name. */
  readonly id: string;
  /** Hash of the function's code and of all it reaches. */
  readonly codeHash: string;
}

/**
 * Speaks about the cache of a function. For a method, `cached(a.m)` speaks for all instances and `cached(a.m, a)` for one.
 * @throws NotTransformedError where the function carries no mark or its file was compiled without the transform.
 */
export function cached<F extends AnyFunction>(fn: F, instance?: object): Cached<F> {
  const owner = typeof fn === "function" ? state.links.get(fn) : undefined;
  if (owner === undefined)
    throw new NotTransformedError(typeof fn === "function" ? `${fn.name || "this function"}()` : `${String(fn)}`);
  knowOwnStore();
  return {
    clear: (...args) => (args.length === 0 ? clearAll(owner, instance) : clearCalls(owner, fn, args, instance)),
    has: (...args) => callsOf(owner, fn, args, instance).some(([table, parts]) => holds(owner, table, parts)),
    get: (...args) => storedResult(owner, callsOf(owner, fn, args, instance)) as StoredResult<F>,
    set: (args, value) => settled(callsOf(owner, fn, args, instance).map((call) => putAt(owner, call, value, args))),
    expire: (...args) =>
      args.length === 0 && instance === undefined
        ? expireFunction(owner)
        : settled(
            callsOf(owner, fn, args, instance).map(([table, parts]) =>
              expireCall(owner, { table, key: owner.keyOf(parts) }),
            ),
          ),
    refresh: (...args) => fresh(() => Reflect.apply(fn, instance, args)) as ReturnType<F>,
    entries: () => entriesOf(owner, instance) as CachedEntry<F>[],
    stats: () => statsOf(owner),
    id: owner.definition.id,
    codeHash: owner.definition.hash,
  };
}

/** What a program that never persists clears may have been written by an earlier version of it, which did. */
function knowOwnStore(): void {
  install({ ownStore, clearStores });
}

/**
 * `load.clear(…)` at run time. As an event handler (`button.onclick = load.clear`) it is called with an event, which is
 * not an argument of the function: it then clears everything, as without arguments.
 */
export function clearCalled(owner: CachedFunction, fn: AnyFunction, args: unknown[]): void | Promise<void> {
  const isHandler = args.length === 1 && typeof Event !== "undefined" && args[0] instanceof Event;
  return args.length === 0 || isHandler ? clearAll(owner, undefined) : clearCalls(owner, fn, args, undefined);
}

/** The instances of a method that a question is about, with their tables; `undefined` if entries belong to the function. */
function instancesOf(owner: CachedFunction, instance: object | undefined): [unknown, EntryTable][] | undefined {
  if (owner.options.scope !== undefined) return featureOf("scope", owner.name).select(owner, instance);
  return owner.instances?.select(instance) ?? (owner.definition.this === "identity" ? [] : undefined);
}

function clearAll(owner: CachedFunction, instance: object | undefined): void | Promise<void> {
  const own = instance && instancesOf(owner, instance);
  if (own === undefined) return clearFunction(owner);
  for (const [, table] of own) emptyTable(owner, table);
  state.features.nested?.cleared(owner);
  return undefined;
}

function clearCalls(
  owner: CachedFunction,
  fn: AnyFunction,
  args: readonly unknown[],
  instance: object | undefined,
): void | Promise<void> {
  const calls = callsOf(owner, fn, args, instance);
  return settled(calls.map(([table, parts]) => clearCall(owner, { table, key: owner.keyOf(parts) })));
}

/** A promise if any of several stores answers later. */
function settled(all: readonly (undefined | Promise<void>)[]): undefined | Promise<void> {
  const pending = all.filter((done) => done !== undefined);
  return pending.length > 0 ? Promise.all(pending).then(() => {}) : undefined;
}

type CallParts = [table: EntryTable, parts: readonly unknown[]];

function putAt(
  owner: CachedFunction,
  [table, parts]: CallParts,
  value: unknown,
  args: readonly unknown[],
): undefined | Promise<void> {
  if (owner.options.allowWidgets) {
    throw new CachetError(
      "CACHET_UNREADABLE_CALL",
      `${owner.name}(): a value can't be set for a call whose widgets join its key`,
    );
  }
  return state.settings.enabled ? put(owner, table, owner.keyOf(parts), value, args) : undefined;
}

/** What the first of the calls that has something has. */
function storedResult(owner: CachedFunction, calls: readonly CallParts[]): unknown {
  const isAsync = owner.definition.async === true || owner.definition.promised === true;
  for (const [table, parts] of state.settings.enabled ? calls : []) {
    const key = owner.keyOf(parts);
    const entry = owner.entriesAt(table, key).find((each) => isAtOnce(owner, each));
    if (entry !== undefined) return isAsync ? Promise.resolve(handOver(owner, entry)) : handOver(owner, entry);
    const found = owner.persistence(table)?.lookup(createEntry(table, key));
    const taken = bindToRun((stored: StoredValue | undefined) =>
      isGood(owner, stored) ? handOver(owner, entryOf(stored, createEntry(table, key)), stored.isOutdated) : undefined,
    );
    if (isPromise(found)) return found.then(taken);
    if (isGood(owner, found)) return isAsync ? Promise.resolve(taken(found)) : taken(found);
  }
  return isAsync ? Promise.resolve(undefined) : undefined;
}

/** What a store has, as an entry that is in no cache. */
const entryOf = (stored: StoredValue, entry: Entry): Entry =>
  Object.assign(entry, stored, { expires: state.settings.clock.now() + stored.remaining });

/** A value that was not called for: what is made of it depends on the same things all the same. */
function handOver(owner: CachedFunction, entry: Entry, isOutdated = false): unknown {
  state.features.tags?.inherit(entry, undefined, isOutdated);
  state.features.nested?.called(owner, entry);
  return materialize(entry);
}

/** True for an entry that a call would get without waiting for a run. */
const isAtOnce = (owner: CachedFunction, entry: Entry): boolean =>
  state.features.stale?.isServed(owner, entry) === true || isFresh(entry);

const isGood = (owner: CachedFunction, stored: StoredValue | undefined): stored is StoredValue =>
  stored !== undefined && stored.remaining + (owner.options.stale?.refresh ?? 0) * 1000 > 0;

function entriesOf(owner: CachedFunction, instance: object | undefined): CachedEntry<AnyFunction>[] {
  const tables =
    instance === undefined ? owner.tables() : (instancesOf(owner, instance) ?? []).map(([, table]) => table);
  const { clock } = state.settings;
  return [...tables].flatMap((table) =>
    table
      .values()
      .filter(isUsable)
      .map((entry) => ({
        get value() {
          return handOver(owner, entry) as Awaited<ReturnType<AnyFunction>>;
        },
        age: clock.now() - entry.created,
        remaining: entry.expires - clock.now(),
        isStale: !isFresh(entry),
        bytes: entry.bytes,
        clear: () => clearCall(owner, entry),
      })),
  );
}

/** The tables and key parts a call with these arguments would use: one, or one per living instance of a method. */
function callsOf(
  owner: CachedFunction,
  fn: AnyFunction,
  args: readonly unknown[],
  instance: object | undefined,
): CallParts[] {
  const targets = instancesOf(owner, instance) ?? [[instance, owner.root]];
  return targets.map(([target, table]) => {
    const parts = owner.partsOf(() => Reflect.apply(fn, target, args));
    if (parts === undefined) {
      throw new CachetError(
        "CACHET_UNREADABLE_CALL",
        `${owner.name}(): these arguments fail before the function's body starts, so there is no such call`,
      );
    }
    return [table, parts];
  });
}

function holds(owner: CachedFunction, table: EntryTable, parts: readonly unknown[]): boolean {
  if (!state.settings.enabled) return false;
  const key = owner.keyOf(parts);
  const entries = owner.entriesAt(table, key).filter((entry) => entry.state === "ready");
  if (entries.some(isUsable)) return entries.some((entry) => isAtOnce(owner, entry));
  return owner.persistence(table)?.has(key) ?? false;
}

/** Clears every function of a kind, in memory and in stores. */
export function clearKind(kind: "data" | "resource"): void | Promise<void> {
  knowOwnStore();
  for (const owner of [...knownFunctions()]) if (owner.policy.kind === kind) clearMemory(owner);
  return kind === "data" ? clearAllData() : undefined;
}
