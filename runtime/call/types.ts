/** The types that the rooms of the runtime share. What implements them is not imported here, so no import ever leads back. */

import type { EventPayload } from "../event-types.ts";
import type { EntryKey } from "../key/entry-key.ts";
import type { Definition, Options } from "../options/options.ts";
import type { ShapeInfo } from "../snapshot/shape-info.ts";
import type { Lease, MaybePromise } from "../stores/store.ts";

/** A cached value and how callers get it. */
export interface CachedValue {
  /** The live object of a resource, the snapshot of data. */
  value: unknown;
  /** Makes a caller's own copy; absent if the value itself can be handed out. */
  clone: ((snapshot: unknown) => unknown) | undefined;
  bytes: number;
  /** What was learnt of the value while it was copied and is still true of it, so that encoding it need not look again. */
  shapeInfo?: ShapeInfo;
}

/** Files by their absolute paths, with what they were. */
export type FileStates = Readonly<Record<string, string>>;

/** A stored entry, decoded. */
export interface StoredValue extends CachedValue {
  /** Milliseconds until its ttl is over; below 0 for a stale one. */
  remaining: number;
  /** Milliseconds until it is gone. */
  left: number;
  /** Milliseconds the body once took. */
  cost: number;
  /** When it was written, in milliseconds since 1970: tells it from what another process writes later. */
  written: number;
  /** True if callers expect a promise although the function was not declared async. */
  promised: boolean;
  /** What the body showed. */
  replay: unknown;
  /** The scopes of its tags. */
  tags: readonly string[];
  /** The names of some of them, for people. */
  tagNames: readonly string[] | undefined;
  /** True if one of them made it expire. */
  isOutdated: boolean;
  /** Files that the value depends on. */
  files: FileStates | undefined;
}

/** What tells data and resources apart. */
export interface Policy {
  kind: "data" | "resource";
  /** What stays in the cache of a value on its way to the first caller. */
  snapshot(value: unknown, owner: CachedFunction): CachedValue;
  /** Bytes that an entry takes besides its value; absent if none are counted. */
  entryBytes?(entry: Entry): number;
  /** How callers get a snapshot that was read from a store; `undefined` if it can't be had as the options ask. */
  restore(snapshot: unknown, shapeInfo: ShapeInfo, owner: CachedFunction): Pick<CachedValue, "clone"> | undefined;
}

/** An entry's life. It begins pending; only its table changes it, and nothing brings a removed entry back. */
export type EntryState = "pending" | "ready" | "removed";

/** One call's result in memory, or the place of one that is being computed. */
export interface Entry extends CachedValue {
  readonly table: EntryTable;
  readonly key: EntryKey;
  state: EntryState;
  /** True if a hit hands out the value and does nothing else, however much later: of a ready entry only. */
  fastPath: boolean;
  /** True if callers expect a promise although the function was not declared async. */
  promised: boolean;
  /** Monotonic milliseconds, whole ones, at which its value was computed, wherever that was; while its body runs, when that began. */
  created: number;
  /** Monotonic milliseconds at which its time to live is over. */
  expires: number;
  /** Monotonic milliseconds at which the entry is gone; later than `expires` by what `stale` allows. */
  ends: number;
  /** Milliseconds the body took: what each hit saves. */
  cost: number;
  /** The same in microseconds: a small integer takes no memory of its own. */
  readonly micros: number;
  /** Estimated bytes; 0 for resources, which cannot be measured. */
  bytes: number;
  /** The scopes of its tags, if it has any. */
  tags: readonly string[] | undefined;
  /** Names of tags that came with it from a store; only of an entry that goes back there without being in the cache. */
  tagNames?: readonly string[] | undefined;
  /** Counts up over all functions with every use, as long as the table keeps their order. */
  used: number;
  /** The run under way, if any. */
  run: Run | undefined;
  /** What elements showed while the body ran, to be shown again on each hit. */
  replay: unknown;
  /** Files that it depends on, if any. */
  files: FileStates | undefined;
  /** The calls by which it is found without encoding them; `null` if its calls cannot be read. */
  leaves: TrieNode[] | undefined | null;
  /** Neighbours in the order of use. */
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** A run of tokens that calls have in common, and how they go on; the last one of a call leads to its entry. */
export interface TrieNode {
  tokens: unknown[];
  before: TrieNode | undefined;
  next: Map<unknown, TrieNode> | undefined;
  entry: Entry | undefined;
}

/** Finds the entries of calls that are not a few primitives, without encoding them. */
export interface ArgumentIndex {
  /** The entry of an equal call; `undefined` says nothing. */
  find(parts: readonly unknown[]): Entry | undefined;
  /**
   * Notes under which entry a call was found, so that the next one like it needs no encoding.
   * @returns the bytes of copies that were made; none are kept if that is more than `room`.
   */
  insert(parts: readonly unknown[], entry: Entry, room?: number): number;
  /** Forgets the calls of an entry that leaves its table. */
  forget(leaves: readonly TrieNode[]): void;
}

/** The entries of one cached function, or of one instance of a method. */
export interface EntryTable {
  /** Entries with a value and their bytes; outlives the table, so that the function can settle its own sums. */
  readonly sums: { entries: number; bytes: number };
  /** The order in which its entries are used, where a limit may ask for it. */
  order: OrderOfUse | undefined;
  /** What finds calls again that were looked up by their encoding. */
  trie: ArgumentIndex | undefined;
  /** The entry of a call with so many primitives; anything else is never found. */
  find0(): Entry | undefined;
  find1(a: unknown): Entry | undefined;
  find2(a: unknown, b: unknown): Entry | undefined;
  find3(a: unknown, b: unknown, c: unknown): Entry | undefined;
  /** The entry of a key, if any. */
  at(key: EntryKey): Entry | undefined;
  /** A new entry without a value. */
  add(key: EntryKey): Entry;
  /** Makes an entry the one that its key leads to. */
  put(entry: Entry): void;
  /** Takes in the value that an entry now has. */
  fill(entry: Entry): void;
  /** Removes an entry from the lookup and the order of use. */
  remove(entry: Entry): void;
  /** Takes an entry without a value out of the lookup only: it may still get one. */
  withdraw(entry: Entry): void;
  /** Every entry with a value, least recently used first; where no order of use is kept, in that of their making. */
  values(): Entry[];
  /** Empties the table and returns what had a value. Runs under way keep their entry, which no longer belongs to any cache. */
  empty(): Entry[];
}

/** The entries of a table with a value, by when they were used last. */
export interface OrderOfUse {
  /** The least recently used entry. */
  readonly oldest: Entry | undefined;
  /** Takes in an entry as the most recently used. */
  append(entry: Entry): void;
  detach(entry: Entry): void;
  /** Makes an entry the most recently used. */
  touch(entry: Entry): void;
  clear(): void;
}

/** The call that an event is about, as it is looked up. */
export interface CallKey {
  readonly table: EntryTable;
  readonly key: EntryKey;
}

/** Who waits for a run, and what its body hears of it. */
export interface Waiters {
  /** Callers from outside of the run. */
  callers: number;
  /** Behind the run's signal, if its body has asked for it. */
  controller: AbortController | undefined;
  /** Set while nobody needs the result. */
  abandoned: { reason: unknown } | undefined;
}

/** One execution of a body. */
export interface Run {
  readonly owner: CachedFunction;
  readonly entry: Entry;
  /** Those of the call, as options that are functions see them. */
  readonly args: readonly unknown[];
  /** `state.tick` at its start. */
  readonly began: number;
  /** The run within which this one was started. */
  parent: Run | undefined;
  /** Runs this one started or joined and that have not ended. Most runs start none. */
  waits: Set<Run> | undefined;
  /** True while this run holds a lease of a durable store. */
  leased: boolean;
  /** True for a run that nobody waits for: it replaces a stale entry. */
  isBackground: boolean;
  /** True for one within which no other run, element or widget can begin: it is carried nowhere. */
  readonly isAlone: boolean | undefined;
  /** True once its last caller has left or its entry was cleared: that it fails then means nothing. */
  isAbandoned: boolean;
  /** True once callers have got a `CallTimeoutError` of it, or calls run anew rather than wait for it. */
  hasTimedOut: boolean;
  /** What the lookup of its call has shown: it is not shown again where a store has the value. */
  shown: unknown[] | undefined;
  /** Gives the lease of a durable store back. */
  release: (() => unknown) | undefined;
  hasEnded: boolean;
  /**
   * Resolves when the result of the run is in `entry`, which for a stream is its recording; absent for a synchronous run, which nobody can
   * join.
   */
  done: Promise<unknown> | undefined;
  /** Gives one of those who wait what the run came to; one function for all of them. */
  serve?: () => unknown;
  /** There while the body's stream goes on, and with it the run; resolves at its end. */
  streaming?: Promise<void> | undefined;
  /** Where somebody may stop waiting for it. */
  waiters?: Waiters;
  /** Files that its body has named so far. */
  files?: Record<string, string>;
  /** When the first of the entries that it follows expires, in monotonic milliseconds. */
  end?: number;
  /** What its body has shown so far, as `replay/` keeps it. */
  recording?: object;
  /** True for the run of an element's own body: what it calls is part of it and not recorded. */
  isSilent?: true;
}

/** Takes over calls from the usual way: what `fresh` and `observed` do with those made within them. */
export type Intercept = (
  owner: CallableFunction,
  table: EntryTable,
  parts: readonly unknown[],
  body: () => unknown,
  args: readonly unknown[],
) => unknown;

/** The cached function as the methods of one instance call it. */
export interface InstanceCalls {
  readonly table: EntryTable;
  /** The value of a call with so many key parts, or `MISS`. */
  get0(): unknown;
  get1(a: unknown): unknown;
  get2(a: unknown, b: unknown): unknown;
  get3(a: unknown, b: unknown, c: unknown): unknown;
  getN(parts: readonly unknown[]): unknown;
  /** Runs the body unless the value can be had in another way. `args` are what `validate` sees beside the value. */
  run(parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown;
}

/** The tables of a method, one per instance. */
export interface InstanceTables {
  /** The calls of an instance; primitives and `undefined` count by value. */
  of(instance: unknown): InstanceCalls;
  /** Takes the entries of collected instances out of the function's sums. */
  settle(): void;
  /** The tables of every instance that is still alive. */
  tables(): Generator<EntryTable>;
  /** The instances that a question is about, with their tables: the one it names, or all that are alive. */
  select(instance: object | undefined): [unknown, EntryTable][];
}

/** What a function's cache has done so far, and what it holds. */
export interface Figures {
  /** Entries with a value over all tables, and their estimated bytes. */
  entries: number;
  bytes: number;
  hits: number;
  /** Hits that were stale. */
  stale: number;
  misses: number;
  /** Runs in the background. */
  refreshes: number;
  /** Runs that took longer than `timeout` allows; absent while there were none. */
  timeouts?: number;
  /** Microseconds of body that hits saved: as long as they are few, adding whole numbers makes none that needs memory. */
  savedMicros: number;
}

/** A store that tells nobody of clears elsewhere, and is looked at instead. */
export interface PolledStore {
  /** When the next look is due, as `performance.now()` tells it. */
  next: number;
  /** Takes out of memory what others have cleared. Never throws. */
  look(): void;
}

/** The durable side of a function, as a call sees it. A store's failures never leave it: they become a miss, one warning and an event. */
export interface Persistence {
  /** Set if the store has to be looked at before memory answers. */
  readonly polled: PolledStore | undefined;
  /** What the store has that is still good. */
  lookup(entry: Entry): MaybePromise<StoredValue | undefined>;
  /** True if a synchronous store has something that is still good. */
  has(key: EntryKey): boolean;
  /**
   * Bytes of a cached value, whether callers expect a promise of it, and what its run showed.
   * @throws UnstorableValueError for a value that only memory can hold.
   */
  encode(cached: CachedValue, promised: boolean, replay?: unknown): Uint8Array;
  /** `from`: the entry in whose place it was computed, if that is another. */
  write(entry: Entry, bytes: Uint8Array, from?: Entry): undefined | Promise<void>;
  /** Lets what is computed for an entry depend on more scopes. */
  capture(entry: Entry, scopes: readonly string[]): void;
  remove(key: EntryKey): undefined | Promise<void>;
  /** Resolves when this process may compute; `undefined` if the store has no locks. `nested`: the caller holds one already. */
  lock(entry: Entry, nested: boolean): Promise<Lease | undefined> | undefined;
  /** The same for a synchronous function: returns when it may compute. */
  lockSync(entry: Entry, nested: boolean): { lease: Lease | undefined } | undefined;
}

/** A cached function: its definition, its options and its entries. */
export interface CachedFunction {
  readonly definition: Definition;
  readonly policy: Policy;
  readonly name: string;
  /** @throws InvalidOptionError for options that turn out wrong at the first use. */
  readonly options: Options;
  readonly figures: Figures;
  /** True for an `async function*`. */
  readonly isGenerator?: boolean;
  readonly root: EntryTable;
  /** The tables of instances, for a method whose entries belong to them. */
  readonly instances: InstanceTables | undefined;
  /** Entries that are computed while the one they are to replace still answers. */
  readonly aside: Set<Entry>;
  /** Milliseconds the last run of the body took. */
  lastCost: number;
  /** Milliseconds an entry may live, the shortest if they differ: how often expired ones are looked for. */
  lifetime: number;
  /** Monotonic milliseconds at which a timer looks for expired entries. */
  nextSweep: number;
  /** Whether a limit may ask which entry was used least recently. */
  readonly isBounded: boolean;
  /** The durable side as last used, if any. */
  readonly opened: Persistence | undefined;
  /** The calls whose entries belong to an instance, or to what stands for one. */
  of(instance: unknown): InstanceCalls;
  /** Every table that may hold entries. */
  tables(): Iterable<EntryTable>;
  /** Works out again, after a change of settings, whether hits may take the fast path and which store there is. */
  refresh(): void;
  /**
   * The durable side, if there is one. Entries of an instance live with it and are never persisted.
   * @throws UnknownStoreError or AsyncStoreError if the options ask for what is not there.
   */
  persistence(table?: EntryTable): Persistence | undefined;
  /** The key of a call. Up to three primitives are looked up as they are, anything else by its encoding. */
  keyOf(parts: readonly unknown[]): EntryKey;
  /** A key as text, whichever way it is looked up. */
  textOf(key: EntryKey): string;
  /** The entry of a call; with widgets one for each combination of their values. */
  entriesAt(table: EntryTable, key: EntryKey): Entry[];
  /** The key parts a call with these arguments would have: the function's own header applies defaults and captures. */
  partsOf(call: () => unknown): readonly unknown[] | undefined;
  /** Emits an event, if anything listens. */
  emit(payload: EventPayload, call?: CallKey): void;
  /** Counts a hit and shows what the run showed, from where a lookup with widgets has not shown it yet. */
  serve(entry: Entry, value: unknown, from: "memory" | "store" | "flight", results?: unknown[]): unknown;
}

/** A cached function as its calls reach it, over a table of its own or of an instance. */
export interface CallableFunction extends CachedFunction {
  /** True while a hit needs nothing but the lookup: nothing validates or listens, caching is on. */
  readonly fastPath: boolean;
  /** What a caller gets of an entry that has not expired. */
  hit(entry: Entry): unknown;
  /** The same if the entry only hands out its value. */
  fastHit(entry: Entry): unknown;
  /** The lookup in full: any kind of argument, any kind of entry. */
  look(table: EntryTable, parts: readonly unknown[]): unknown;
  /** Everything a lookup cannot answer: validate, join, read the store, or run the body. */
  call(table: EntryTable, parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown;
}
