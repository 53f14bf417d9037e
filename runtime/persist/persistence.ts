import type { Found, Kept } from "../call/cached-value.ts";
import type { Entry, Place } from "../call/entry.ts";
import type { Lease, MaybePromise } from "../stores/store.ts";

/** A store that tells nobody of clears elsewhere, and is looked at instead. */
export interface Watched {
  /** When the next look is due, as `performance.now()` tells it. */
  next: number;
  /** Takes out of memory what others have cleared. Never throws. */
  look(): void;
}

/** The durable side of a function, as a call sees it. A store's failures never leave it: they become a miss, one warning and an event. */
export interface Persistence {
  /** Set where the store has to be looked at before memory answers. */
  readonly watched: Watched | undefined;
  /** What the store has that is still good. */
  lookup(entry: Entry): MaybePromise<Found | undefined>;
  /** True where a synchronous store has something that is still good. */
  has(place: Place): boolean;
  /**
   * Bytes of a kept value, whether callers expect a promise of it, and what its run showed.
   * @throws UnstorableValueError for a value that only memory can hold.
   */
  encode(kept: Kept, promised: boolean, replay?: unknown): Uint8Array;
  write(entry: Entry, bytes: Uint8Array): undefined | Promise<void>;
  remove(place: Place): undefined | Promise<void>;
  /** Resolves when this process may compute; `undefined` where the store has no locks. `nested`: the caller holds one already. */
  lock(entry: Entry, nested: boolean): Promise<Lease | undefined> | undefined;
  /** The same for a synchronous function: returns when it may compute. */
  lockSync(entry: Entry, nested: boolean): { lease: Lease | undefined } | undefined;
}
