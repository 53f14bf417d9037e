import type { CachedFunction, Entry } from "./call/types.ts";
import type { AnyCodec } from "./codec/codec-types.ts";
import type { EntryKey } from "./key/entry-key.ts";
import type { Spinner } from "./spinner/spinner-types.ts";
import type { Store } from "./stores/store.ts";

export type { AnyCodec, Codec } from "./codec/codec-types.ts";

/** Where time comes from. */
export interface Clock {
  /** Milliseconds that never jump; entries in memory expire by it. */
  now(): number;
  /** Milliseconds since 1970; entries in durable stores expire by it. */
  wall(): number;
}

/**
 * How the process caches:
 *
 * - `on`: as the marks say;
 * - `off`: every call runs;
 * - `read`: stores are read and never written;
 * - `record`: every call of a data function that is not recorded runs and is kept in a file;
 * - `replay`: data functions answer from those files only; a call that is not there throws a `NotRecordedError`.
 */
export type Mode = "on" | "off" | "read" | "record" | "replay";

/** What the modes `record` and `replay` bring along. */
export interface Recordings {
  readonly mode: "record" | "replay";
  readonly store: Store;
  /** A call with its arguments, for people. */
  describe(owner: CachedFunction, key: EntryKey): string;
  /** Says once of a function that its calls can't be recorded, since its entries belong to an instance or a scope. */
  refuse(owner: CachedFunction): void;
  /** @throws NotRecordedError */
  missed(owner: CachedFunction, entry: Entry): never;
}

/** What `configure` accepts; everything is optional and may be given again at any time. */
export interface Configuration {
  /** Stores by the name that `persist: "name"` uses. Added to those already registered. */
  stores?: Record<string, Store>;
  /** The environment's own durable store, behind `persist: true`; `false` for none. */
  disk?: Store | { dir?: string } | false;
  /** Most bytes all entries in memory may take together: a number or `"100MB"`. */
  maxBytes?: number | string;
  /** How classes are stored. Added to those already registered. */
  codecs?: readonly AnyCodec[];
  /** Shows that a function is running; `false` for nothing at all. */
  spinner?: Spinner | false;
  clock?: Partial<Clock>;
  /** Called instead of `console.warn`. */
  onWarning?: (message: string) => void;
  /** `false` makes every call run, as `CACHET_DISABLE=1` does. */
  enabled?: boolean;
  /**
   * Keeps the platform from ending while work in the background goes on: `context.waitUntil` of Workers, `waitUntil` of
   * `@vercel/functions`.
   */
  waitUntil?: (work: Promise<unknown>) => void;
  /** How the process caches; `CACHET_MODE` says it from outside. */
  mode?: Mode;
  /** Where recordings are kept: `cachet-recordings` in the working directory by default. */
  dir?: string;
}

/** The configuration in force. */
export interface Settings {
  stores: Record<string, Store>;
  disk?: Store | { dir?: string } | false;
  maxBytes: number;
  codecs: readonly AnyCodec[];
  spinner?: Spinner | false;
  clock: Clock;
  onWarning: (message: string) => void;
  waitUntil?: (work: Promise<unknown>) => void;
  /** Whether anything is cached: what `enabled`, `mode` and the environment come to. */
  enabled: boolean;
  /** False if `configure({ enabled: false })` was the last word on it. */
  isWanted?: boolean;
  mode?: Mode;
  dir?: string;
}
