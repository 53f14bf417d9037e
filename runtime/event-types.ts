/** What every event tells. */
interface Base {
  /** Function id. */
  id: string;
  /** Function name. */
  name: string;
  kind: "data" | "resource";
}

/** What can go wrong without reaching the caller, and what the body itself threw (`run`). */
export type Operation =
  | "run"
  | "validate"
  | "errors"
  | "release"
  | "read"
  | "decode"
  | "write"
  | "delete"
  | "lock"
  | "clear";

/**
 * Everything a cache does, as a typed union by `type`. A stale value that is served is a `hit` too; `because` says whether a run in
 * the background replaces it, a run failed or one takes longer than the soft limit. A run in the background is a `refresh` and a `miss`.
 * `tag` is the one that an entry was cleared by, or made to expire.
 */
export type CacheEvent =
  | (Base & { type: "hit"; from: "memory" | "store" | "flight" })
  | (Base & { type: "stale"; because: "refresh" | "error" | "timeout"; age: number })
  | (Base & { type: "refresh" })
  | (Base & { type: "timeout"; limit: "soft" | "hard" })
  | (Base & { type: "miss" })
  | (Base & { type: "write"; duration: number; bytes: number })
  | (Base & { type: "expire"; tag?: string })
  | (Base & { type: "evict"; reason: "maxEntries" | "maxBytes" | "tooLarge" })
  | (Base & { type: "invalid" })
  | (Base & { type: "clear"; all: boolean; tag?: string })
  | (Base & { type: "error"; operation: Operation; error: unknown; store?: string });

/** An event without what the function adds to each. */
export type EventPayload = CacheEvent extends infer E ? (E extends CacheEvent ? Omit<E, keyof Base> : never) : never;

/** Called with each event, synchronously; what it throws is ignored. */
export type Listener = (event: CacheEvent) => void;
