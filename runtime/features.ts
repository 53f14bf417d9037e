import type { CachedFunction } from "./call/cached-function.ts";
import type { Entry, Place } from "./call/entry.ts";
import type { FunctionEntries } from "./call/function-state.ts";
import type { Run } from "./call/in-flight.ts";
import type { Receivers } from "./call/instances.ts";
import type { Rules } from "./key/hash-rules.ts";
import type { ArgumentTrie } from "./key/trie/argument-trie.ts";
import type { Persistence } from "./persist/persistence.ts";
import type { Watch } from "./spinner/spinner.ts";
import type { Store } from "./stores/store.ts";

/** Names of a call's key parts, for errors. */
export interface Labels {
  name: string;
  parts: readonly string[];
}

/** How calls are told apart whose key parts are not a few primitives. */
export interface Keys {
  /** Where the entry of a call sits. @throws UnhashableArgumentError or HashFuncError where no key can be made of it. */
  place(parts: readonly unknown[], labels: Labels, rules: Rules | undefined): Place;
  /** The text of a place. */
  text(place: Place): string;
}

/** How entries are kept within `ttl`, `maxEntries` and `maxBytes`. */
export interface Limits {
  /** Takes a new entry in and lets others go until every limit holds. False where the entry itself is too large. */
  admit(owner: FunctionEntries, entry: Entry): boolean;
  /** Removes an entry whose time is over. */
  expire(entry: Entry): void;
  /** Sees to it that expired entries do not linger. `earliest` is when the first of them expires. */
  scheduleSweep(owner: FunctionEntries, earliest: number): void;
}

/** Clears a function, or one call of it by the text of its arguments, in every store, also in one it no longer uses. */
export type ClearStores = (owner: FunctionEntries, args?: string) => undefined | Promise<void>;

/** Entries that outlive the process. */
export interface Durable {
  clearStores: ClearStores;
  /** The durable side of a function; `previous` is kept where its store is still the right one. */
  open(owner: FunctionEntries, previous: Persistence | undefined): Persistence;
  /** Takes what the store has, else computes. */
  throughStore(
    owner: CachedFunction,
    entry: Entry,
    run: Run,
    persistence: Persistence,
    args: readonly unknown[],
    compute: () => unknown,
  ): unknown;
}

/** Asks the `validate` option. */
export interface Validation {
  /** About an entry in memory; `results` are those of the elements that the lookup has shown. */
  entry(
    owner: CachedFunction,
    entry: Entry,
    args: readonly unknown[],
    again: () => unknown,
    results?: unknown[],
  ): unknown;
  /** About a value that was found elsewhere during a run. `mayWait`: the caller of the function is handed a promise. */
  found(
    owner: CachedFunction,
    run: Run,
    value: unknown,
    args: readonly unknown[],
    mayWait: boolean,
    settle: (isValid: unknown) => unknown,
  ): unknown;
}

/** Checks an option that only run time knows, and gives it the form in which `Options` holds it. */
export type Check = (functionName: string, option: string, value: unknown) => unknown;

/**
 * The parts of the runtime that not every cached function needs. Emitted code hands in those its mark asks for, as
 * members of `cachet/internal`; whatever no function of a program names, a bundler leaves out.
 */
export interface Features {
  /** Where there are key parts. */
  keys?: Keys;
  /** Where key parts may well be objects, or many: for each table, what finds calls again without that text. */
  argumentTrie?: () => ArgumentTrie;
  /** Async functions, which can show that they run where a synchronous one can't. */
  spinner?: Watch;
  /** Methods whose entries belong to their instance. */
  receivers?: (owner: FunctionEntries) => Receivers;
  /** `ttl`, `maxEntries`, `maxBytes`. */
  limits?: Limits;
  /** `validate`. */
  validate?: Validation;
  /** `onRelease`. */
  release?: (owner: FunctionEntries, entry: Entry) => void;
  /** `persist`. */
  durable?: Durable;
  /** `persist` to the environment's own store. */
  ownStore?: (options?: { dir?: string }) => Store;
  /** Options that are no literals, by name. */
  checks?: Readonly<Record<string, Check>>;
}
