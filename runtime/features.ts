import type {
  CachedFunction,
  CachedValue,
  CallableFunction,
  CallKey,
  Entry,
  EntryTable,
  InstanceTables,
  Persistence,
  Run,
} from "./call/types.ts";
import type { BindToRun, Files, NestedEntries, TaggedEntries } from "./dependency-features.ts";
import type { EventPayload } from "./event-types.ts";
import type { EntryKey, KeyLabels, Keys } from "./key/entry-key.ts";
import type { OptionParser } from "./options/option-parser.ts";
import type { AnyCodec, Recordings } from "./settings.ts";
import type { Column } from "./snapshot/column.ts";
import type { ShapeInfo } from "./snapshot/shape-info.ts";
import type { ShowSpinner, StartSpinner } from "./spinner/spinner-types.ts";
import type { MaybePromise, Store } from "./stores/store.ts";

/** Key parts of any kind. */
export interface ArgumentTries {
  /** Lets the next call like this one be found without encoding it. */
  note(owner: CachedFunction, parts: readonly unknown[], entry: Entry): void;
  /** The key of a call. @throws UnhashableArgumentError if it has none. */
  keyOf(parts: readonly unknown[], labels: KeyLabels): EntryKey;
  /** A primitive as text. */
  textOf(part: unknown): string;
}

/** How entries are kept within `ttl`, `maxEntries` and `maxBytes`. */
export interface Limits {
  /** Takes a new entry in and evicts until all limits are met. False if the entry itself is too large. */
  admit(owner: CachedFunction, entry: Entry): boolean;
  /** Evicts until all limits are met, where an entry has grown. */
  keepWithin(owner: CachedFunction): void;
  /** From now on a table keeps the order in which its entries are used. */
  keepOrder(owner: CachedFunction, table: EntryTable): void;
  /** Removes an entry whose time is over. */
  expire(owner: CachedFunction, entry: Entry): void;
  /** True if later calls are not to wait for a run any more: it has taken longer than what it computes may live. */
  isOutrun(owner: CachedFunction, run: Run): boolean;
  /** Sees to it that expired entries do not linger. `earliest` is when the first of them expires. */
  scheduleSweep(owner: CachedFunction, earliest: number): void;
}

/** Clears a function, or one call of it by the text of its arguments, in every store, also in one it no longer uses. */
export type ClearStores = (owner: CachedFunction, args?: string) => undefined | Promise<void>;

/** Entries that outlive the process. */
export interface Durable {
  /** The durable side of a function; `previous` is kept if its store is still the right one. */
  open(owner: CachedFunction, previous: Persistence | undefined): Persistence | undefined;
  /** Takes what the store has, else computes; `serveStale` answers from an entry that was found to be stale. */
  throughStore(
    run: Run,
    persistence: Persistence,
    args: readonly unknown[],
    compute: () => unknown,
    serveStale?: () => unknown,
  ): unknown;
}

/** A call on its way through the cache. */
export interface AnsweredCall {
  readonly args: readonly unknown[];
  readonly body: (run: Run) => unknown;
  /** Makes the call anew. */
  readonly again: () => unknown;
  /** What its widgets have shown and read on the way to the entry. */
  readonly lookup?: WidgetLookup | undefined;
}

/** Results that are streams. */
export interface Streams {
  /**
   * Begins to record what a body gave, and gives what its caller reads, or in the background a promise of its end; nothing if it is
   * no stream. `hide` is called when the first chunk is there.
   */
  take(run: Run, value: unknown, persistence: Persistence | undefined, hide: (() => void) | undefined): unknown;
  /** What one more caller gets of a stream that is being recorded, if nothing but the entry leads there. */
  join(owner: CachedFunction, entry: Entry): unknown;
  /** A recorded stream as a snapshot for a store; nothing for any other value. */
  pack(cached: CachedValue): CachedValue | undefined;
  /** The way back; nothing if it can't be had as the options ask. */
  unpack(data: unknown, shapeInfo: ShapeInfo, owner: CachedFunction): Pick<CachedValue, "value" | "clone"> | undefined;
  /** Reads what a call gave to its end, if that is a stream. */
  drain(value: unknown): undefined | Promise<void>;
}

/** Values that are served although their ttl is over. */
export interface StaleValues {
  /**
   * Milliseconds that an entry is kept beyond its ttl.
   * @throws InvalidOptionError where a function without promises is to be refreshed in the background.
   */
  span(owner: CachedFunction, promised: boolean): number;
  /** True if a call would get the entry at once, although it is stale. */
  isServed(owner: CachedFunction, entry: Entry): boolean;
  /** Serves a stale entry, or what the run that replaces it comes to. */
  answer(owner: CachedFunction, entry: Entry, call: AnsweredCall): unknown;
  /** The run that is to replace an entry, if one is under way. */
  runOf(entry: Entry): Run | undefined;
  /** Ends an entry's time to live now; false if nothing of it may be served any more. */
  expire(owner: CachedFunction, entry: Entry): boolean;
}

/** How long callers wait. */
export interface Timeouts {
  /** What callers get of a run: its result, or a `CallTimeoutError`. */
  limit(run: Run, result: Promise<unknown>): Promise<unknown>;
  /** What one caller gets who has a stale value to fall back on: the result, or after the soft limit what `instead` gives. */
  soften(run: Run, result: Promise<unknown>, instead: () => unknown): Promise<unknown>;
  /** @throws InvalidOptionError for a function whose callers don't wait. */
  refuse(owner: CachedFunction): never;
}

/** Asks the `validate` option. */
export interface Validation {
  /** About an entry in memory, before `serve`; `results` are those of the elements that the lookup has shown. */
  entry(
    owner: CachedFunction,
    entry: Entry,
    args: readonly unknown[],
    again: () => unknown,
    results?: unknown[],
    serve?: (value: unknown) => unknown,
  ): unknown;
  /** About a value that was found elsewhere during a run. `mayWait`: the caller of the function is handed a promise. */
  found(
    run: Run,
    value: unknown,
    args: readonly unknown[],
    mayWait: boolean,
    settle: (isValid: unknown) => unknown,
  ): unknown;
}

/** Callers that stop waiting, and runs that nobody needs any more. */
export interface Abort {
  /** The rejection of a call whose signal has aborted before, if the function is async. */
  refuse(owner: CachedFunction, args: readonly unknown[]): undefined | Promise<never>;
  /** Lets a caller wait for a run until its own signal aborts. `result` settles with the run. */
  wait(run: Run, result: Promise<unknown>, args: readonly unknown[]): Promise<unknown>;
  /** Tells a run that nobody needs its result; without a reason because its entry was cleared. */
  abandon(run: Run, reason?: unknown): void;
  /** Tells a run that it took too long. Its value is still kept. */
  tell(run: Run, reason: unknown): void;
  /** The signal that a call was given: an argument, or the `signal` of one. */
  signalOf(args: readonly unknown[]): AbortSignal | undefined;
}

/** The tables of functions whose entries belong to a scope. */
export interface ScopedCalls {
  /** Those that a question within a run of the scope is about, with their instances. @throws NoScopeError */
  select(owner: CachedFunction, instance: object | undefined): [unknown, EntryTable][];
}

/** Why the content of a value is not there yet, and what fetches it where it can be had. */
export interface UnreadBody {
  readonly why: string;
  readonly read?: () => Promise<void>;
}

/** Responses and requests, whose bodies are read before they are kept. */
export interface Messages {
  /** How one is kept; `undefined` for anything else. */
  codecFor(value: object): AnyCodec | undefined;
  codecNamed(name: string): AnyCodec | undefined;
  /** The same, but where a body has to be read first it is, and the result comes later. */
  reading(succeeded: (value: unknown) => unknown): (value: unknown) => unknown;
}

/** Errors that are thrown again without running the body. */
export interface KeptErrors {
  /** Keeps what a run ended with. `rejects`: as a rejection. */
  keep(run: Run, error: unknown, rejects: boolean): void;
  /** Throws what a call is known to end with, or gives a promise that rejects with it; else nothing. */
  rethrow(owner: CachedFunction, table: EntryTable, key: EntryKey): undefined | Promise<never>;
  /** Forgets the errors of a call, or of all calls of a table. */
  forget(owner: CachedFunction, table: EntryTable, key?: EntryKey): void;
}

/** What a lookup has shown and read on its way, when a function's widgets join its key. */
export interface WidgetLookup {
  /** The call's own key as text. */
  callKey: string;
  /** Key of the entry that belongs to the values read. */
  key: string;
  /** Results of the elements and widgets called so far, by step. */
  results: unknown[];
}

/** Elements and widgets. */
export interface Replayer {
  bindToRun: BindToRun;
  /**
   * Keeps what a run has shown with its entry. True, or a promise of it, if the result was kept elsewhere, by the widgets that the
   * run read.
   */
  store(run: Run, cached: CachedValue, ttl: number): MaybePromise<boolean>;
  /** Shows an entry's log again, from where `results` ends. A promise if an element has to be awaited. */
  replay(entry: Entry, results?: unknown[]): undefined | Promise<void>;
  /** The log as plain data for a store. */
  exportLog(log: unknown): unknown;
  /** The way back; `undefined` if a function it names is not loaded in this process. */
  importLog(data: unknown): unknown;
  /** A call of a function whose widgets join its key. */
  call(owner: CachedFunction, table: EntryTable, key: EntryKey, body: () => unknown, args: readonly unknown[]): unknown;
  /** Lets a run begin where a lookup ended: what has been shown is not shown twice. */
  begin(run: Run, lookup: WidgetLookup): void;
  /** Entries of a call, whatever its widgets gave. */
  variants(table: EntryTable, key: string): Entry[];
}

/** Copies that are made before they are asked for. */
export interface PrefetchingCopier {
  /** A caller's copy of a snapshot, of prepared parts if there are some. */
  give(owner: CachedFunction, root: object, copy: (snapshot: object) => unknown): unknown;
  /** The copy of a large typed array that was made ahead, if it is complete. */
  take(column: Column): Column | undefined;
  /** Drops what belongs to a snapshot that left the cache. */
  forget(root: unknown): void;
  /** Drops what does not fit beside the entries any more. */
  fit(): void;
}

/**
 * The parts of the runtime that not every program needs, in one record for the process. What a mark needs, emitted code hands
 * in as members of `cachet/internal`; what every program of an environment has, `environment.node.ts` installs; what a call of
 * `configure`, `subscribe` or `cached` needs, that call installs. What nothing of a program names, a bundler leaves out.
 */
export interface Features {
  /** Functions with key parts. */
  keys: Keys;
  /** Functions whose key parts may be objects, or many. */
  argumentTrie: ArgumentTries;
  /** Functions whose arguments may be or hold an `AbortSignal`, and bodies that ask for theirs. */
  abort: Abort;
  /** Functions that may give a Response or a Request. */
  messages: Messages;
  /** Functions that may give or be given a `URLPattern`. */
  urlPatterns: AnyCodec;
  /** Shows that a body runs. */
  spinner: StartSpinner;
  /** Shows a spinner without loading anything. */
  showSpinner: ShowSpinner;
  /** Methods whose entries belong to their instance. */
  instances: (owner: CallableFunction) => InstanceTables;
  /** Bodies that read files. */
  files: Files;
  /** Functions that may give streams. */
  streams: Streams;
  /** `scope`. */
  scope: ScopedCalls;
  /** `ttl`, `maxEntries`, `maxBytes`. */
  limits: Limits;
  /** `stale`. */
  stale: StaleValues;
  /** `timeout`. */
  timeout: Timeouts;
  /** `validate`. */
  validate: Validation;
  /** `errors`. */
  errors: KeptErrors;
  /** `nested`. */
  nested: NestedEntries;
  /** `tags` and `cacheTag`. */
  tags: TaggedEntries;
  /** `onRelease`. */
  release: (owner: CachedFunction, entry: Entry) => void;
  /** `persist`. */
  durable: Durable;
  /** `persist` to the environment's own store. */
  ownStore: (options?: { dir?: string }) => Store;
  /** Removes a function's entries from every store. */
  clearStores: ClearStores;
  /** Events: something may listen. */
  emitEvent: (owner: CachedFunction, payload: EventPayload, call: CallKey | undefined) => void;
  /** Warns of a mark that costs more than it saves, by what it takes to keep the value of a run. */
  weigh: (owner: CachedFunction, kept: unknown, computed: number, ended?: number) => void;
  /** What `weigh` has added up, in milliseconds; `undefined` where it has not. */
  weighed: (owner: CachedFunction) => { runs: number; computing: number; keeping: number } | undefined;
  /** Elements and widgets. */
  replayer: Replayer;
  /** Large typed arrays. */
  prefetchedCopies: PrefetchingCopier;
  /** The modes `record` and `replay`. */
  recordings: Recordings;
  /** Of options that are not literals, by name. */
  parsers: Readonly<Record<string, OptionParser<unknown>>>;
}
