import type { CachedFunction, CallKey, Entry, FileStates, Run, StoredValue } from "./call/types.ts";
import type { Captured, Epochs, MaybePromise, StoredEntry } from "./stores/store.ts";

/* The features by which entries depend on files, tags and other cached functions. The others are in `features.ts`. */

/** A stored entry that is still good. */
export interface FoundEntry extends StoredEntry {
  /** When a tag made it expire, in milliseconds of wall time. */
  expired: number;
}

/** A stored entry, and what stood in front of its bytes: the files that it depends on, the names of its tags. */
export interface UnwrappedEntry extends FoundEntry {
  files?: FileStates | undefined;
  tagNames?: readonly string[] | undefined;
}

/** Files that entries depend on. */
export interface Files {
  /** Those that a run has named, as they were. */
  of(run: Run): FileStates | undefined;
  /** Adds the files of an entry that a run has got to its own. */
  inherit(files: FileStates, run: Run): void;
  /** Ends an entry of which a file has changed. */
  check(entry: Entry): void;
  /** The bytes of an entry for a store, with its files in front. */
  wrap(files: FileStates, bytes: Uint8Array): Uint8Array;
  /** The way back; nothing if one of the files has changed. */
  unwrap(stored: FoundEntry): UnwrappedEntry | undefined;
}

/** Makes what comes after a promise part of the run that asks for it: a value that is served there is served within that run. */
export type BindToRun = <T>(next: () => T) => () => T;

/** Entries that are cleared by their tags. Tags are told apart by their scopes. */
export interface TaggedEntries {
  bindToRun: BindToRun;
  /** What gives the entry of a call the tags that the option says; throws before there is one. */
  tagger(owner: CachedFunction, args: readonly unknown[]): (entry: Entry) => void;
  /** Adds tags to an entry; returns the new ones. `isOutdated`: one of its tags made it expire. */
  add(owner: CachedFunction, entry: Entry, scopes: readonly string[], isOutdated?: boolean): string[];
  /** The same for an entry that was read from a store, with the names that the store has. */
  restore(owner: CachedFunction, entry: Entry, stored: StoredValue): void;
  /** The bytes of an entry for a store, with the names of its tags in front. */
  wrap(entry: Entry, bytes: Uint8Array): Uint8Array;
  /** The way back; nothing if the bytes are damaged. */
  unwrap(stored: UnwrappedEntry): UnwrappedEntry | undefined;
  /**
   * Lets what a run computes, without one the current run, have the tags and files of an entry that was served or made within it.
   * `isOutdated`: a tag made it expire.
   */
  inherit(entry: Entry, run?: Run, isOutdated?: boolean): void;
  /** Adds the epochs of tags that a run learnt of on its way: none are left if any tag was cleared since it began. */
  late(began: MaybePromise<Captured | undefined>, later: MaybePromise<Epochs | undefined>): MaybePromise<Captured>;
  /** Bytes that an entry's tags take, those that others have too only once. */
  bytesOf(entry: Entry): number;
  /** The tags of an entry, as far as this process has met their names, here or in a store. */
  namesOf(entry: Entry): string[];
  /** Forgets the tags of an entry that leaves the cache. */
  forget(entry: Entry): void;
  /** Removes what carries one of these tags from memory. What `stale` keeps after a tag has expired only expires. */
  clear(scopes: readonly string[]): void;
  /**
   * When a stored entry expired because a tag of it did, in milliseconds of wall time; infinity for never, nothing if it was
   * cleared. `known` are epochs of now, `read` finds those of what else it depends on, if they can be told.
   */
  expired(
    carried: Epochs,
    known: Epochs,
    read: (scopes: readonly string[]) => MaybePromise<readonly (string | undefined)[] | undefined>,
  ): MaybePromise<number | undefined>;
}

/** Entries that go with those of the cached functions that their bodies called. */
export interface NestedEntries {
  /** Lets what a run computes, without one the current run, go with an entry that was served or made within it. */
  called(owner: CachedFunction, entry: Entry, run?: Run): void;
  /** Milliseconds until the first of the entries that a run has called expires. */
  remaining(run: Run): number;
  /** Removes what goes with a function, or with one call of it. */
  cleared(owner: CachedFunction, call?: CallKey): void;
}
