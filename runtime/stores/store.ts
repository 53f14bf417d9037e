/** A value, or a promise of it: stores may answer at once or later. */
export type MaybePromise<T> = T | Promise<T>;

/** What is known about an entry beside its bytes. Times are milliseconds of wall time, since they outlive a process. */
export interface Metadata {
  /** Id of the cached function; `clear` selects by it. */
  function: string;
  /** Code hash of the function when the entry was written; stores prune old versions by it. */
  hash: string;
  /** When the value was computed. A copy kept elsewhere keeps this time. */
  written: number;
  /** When the entry is gone, if it ever is. A store may drop it from then on; the runtime never uses it after. */
  expires?: number;
  /** How long the body ran, in milliseconds. */
  cost: number;
  /** The call with its arguments, for people; only recordings have it. */
  call?: string;
  /** Keep at most this many entries of this code version of the function; the least recently used go first. */
  maxEntries?: number;
  /** Keep at most this many bytes of this code version of the function; the least recently used go first. */
  maxBytes?: number;
  /** Epochs of all scopes the entry depends on, as they were before its value was computed. A store returns them as written. */
  epochs?: Epochs;
}

/** Epochs by the name of their scope. */
export type Epochs = Readonly<Record<string, string>>;

/** Where the clears of a store stood before a value is computed. */
export interface Captured {
  /**
   * Epochs before whatever is computed next. Absent where the store cannot tell them or does not know of a clear yet: what is
   * computed then is not written.
   */
  epochs: Epochs | undefined;
  /** That of all tags, where any are in use: it tells whether one was cleared since. */
  tags?: string | undefined;
}

/**
 * What other processes or machines cleared: scopes as they were given to `renewEpochs`, or everything where there are none,
 * because something may have been missed.
 */
export interface Invalidation {
  scopes?: readonly string[];
  /** True where the store was away, and another may have taken its place that does not know of the last clears. */
  isReconnected?: boolean;
}

/** Where a key belongs, so that a store can keep what belongs together in one place. */
export type Origin = Pick<Metadata, "function" | "hash">;

/** What `lookup` finds. */
export interface StoredEntry {
  bytes: Uint8Array;
  meta: Metadata;
}

/**
 * Held while one process or machine computes. A write made under a lease that was lost meanwhile (the holder was
 * taken for dead, or the entry was cleared) must not land: the store that gave the lease remembers it by its key.
 */
export interface Lease {
  /** Gives the lease back; never throws, and does nothing the second time. */
  release(): MaybePromise<void>;
}

/** How long it is worth to wait for another holder. */
export interface Waiting {
  /** Epochs under which the caller would compute: a lock taken under others is not waited for. */
  epochs?: Epochs;
  /** When the entry was written that the caller has seen and can't use: that it is there doesn't mean that another holder has finished. */
  seen?: number;
  /** True where the caller holds a lease already: two that wait for each other must not wait long. */
  nested?: boolean;
  /** Called once when a synchronous wait has taken two seconds, since meanwhile nothing else runs on this thread. */
  slow?: () => void;
}

/**
 * Where entries outlive the process. A store sees opaque keys and bytes: it never edits a key and never looks
 * into the bytes. Every method may throw or reject; the runtime then recomputes, warns once and emits an event.
 * A store must return exactly what was written or nothing: its own checksum, temporary file or transaction sees to that.
 */
export interface Store {
  /** Shown in warnings and errors. */
  readonly name: string;
  /** True where every method answers at once; only such a store serves synchronous functions. */
  readonly sync: boolean;
  /** True where the store sums its bytes up itself, so that the runtime need not do so once more. */
  readonly hasChecksum?: boolean;
  /** True where nobody changes the bytes that `lookup` finds, from then on: large arrays may then stay where they lie in them. */
  readonly transfersBytes?: boolean;
  /** The entry, or `undefined` where there is none (or it has expired). */
  lookup(key: string, origin: Origin): MaybePromise<StoredEntry | undefined>;
  /** Adds or replaces an entry. The bytes belong to the store from now on. */
  write(key: string, bytes: Uint8Array, meta: Metadata): MaybePromise<void>;
  /** Removes an entry; an unknown key is no error. */
  delete(key: string, origin: Origin): MaybePromise<void>;
  /**
   * Removes all entries of one function (of every code version), or all entries this store ever wrote. With epochs of its own a
   * store may do so later, in small steps: they are out of use from the moment their epoch changed.
   */
  clear(functionId?: string): MaybePromise<void>;
  /**
   * Epochs as the store knows them now, in the order of the scopes: short texts that change with each `renewEpochs` and never
   * return to an earlier one. A scope is all data (`kind:data`), a function (`fn:…`), a call (`args:<function>:…`), a tag
   * (`tag:…`, and `cleared:…` where it does more than expire) or all of these (`tags`), named by digests. One that the store has lost is `undefined` and, with `make`, gets a new one. Without
   * these two methods the runtime keeps epochs as entries of their own.
   */
  readEpochs?(scopes: readonly string[], make: boolean): MaybePromise<readonly (string | undefined)[]>;
  /** Gives scopes new epochs: entries that carry older ones are no longer used. This is what a clear is. */
  renewEpochs?(scopes: readonly string[]): MaybePromise<void>;
  /**
   * Lets one process or machine compute while others wait. Resolves with a lease, or with `undefined` where another
   * holder has finished, the wait took too long or nothing can be locked. In either case the caller looks up again,
   * and computes by itself if there is still no entry. Waiting is bounded, and a holder that died is noticed.
   */
  lock?(key: string, origin: Origin, waiting?: Waiting): Promise<Lease | undefined>;
  /**
   * How many milliseconds `lock` may make a caller wait for another holder. Ten seconds after that the runtime goes on without a
   * lock, and for half a minute without asking. Where it is not said, `lock` has to answer within ten seconds.
   */
  readonly lockTimeout?: number;
  /** The same as `lock` for a synchronous function: it blocks while it waits. Only a store with `sync: true` has it. */
  lockSync?(key: string, origin: Origin, waiting?: Waiting): Lease | undefined;
  /** Removes what has expired and what old code versions left, by age and size. It also happens by itself. */
  prune?(): MaybePromise<unknown>;
  /** Called when another store takes its place. */
  close?(): MaybePromise<void>;
  /** Looks, synchronously and at next to no cost, whether others cleared something, and tells the listeners. Asked before memory answers, at most every 50 ms. */
  poll?(): void;
  /** Tells the runtime what others cleared, so that it leaves this process's memory. Returns what ends that. */
  onInvalidate?(listener: (change: Invalidation) => void): () => void;
}
