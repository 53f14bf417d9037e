/** A value, or a promise of it: stores may answer at once or later. */
export type Maybe<T> = T | Promise<T>;

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
  /** Keep at most this many entries of this function (the least recently written go first). */
  maxEntries?: number;
}

/** What `lookup` finds. */
export interface StoredEntry {
  bytes: Uint8Array;
  meta: Metadata;
}

/** Held while one machine computes an entry; `release` gives it back and never throws. */
export interface Lease {
  release(): Maybe<void>;
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
  /** The entry, or `undefined` where there is none (or it has expired). */
  lookup(key: string): Maybe<StoredEntry | undefined>;
  /** Adds or replaces an entry. The bytes belong to the store from now on. */
  write(key: string, bytes: Uint8Array, meta: Metadata): Maybe<void>;
  /** Removes an entry; an unknown key is no error. */
  delete(key: string): Maybe<void>;
  /** Removes all entries of one function (of every code version), or all entries this store ever wrote. */
  clear(functionId?: string): Maybe<void>;
  /**
   * Lets one process or machine compute while others wait: resolves with a lease, or with `undefined` when another
   * holder finished or the wait is not worth it; the caller then looks up again and computes by itself if need be.
   */
  lock?(key: string): Promise<Lease | undefined>;
  /** Called when another store takes its place. */
  close?(): Maybe<void>;
  /** Tells the runtime that other machines changed entries: a key, or everything of a function. */
  onInvalidate?(listener: (change: { key?: string; function?: string }) => void): () => void;
}
