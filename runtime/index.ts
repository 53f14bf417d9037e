import { clearKind } from "./cached.ts";

export { cacheTag, clearTags, expireTags } from "./cache-tags.ts";
export { type ArgumentsOf, type Cached, type CachedEntry, cached, type StoredResult } from "./cached.ts";
export { cacheSignal } from "./call/abort.ts";
export { fresh, type Observed, observed } from "./call/intercept.ts";
export { cacheScope } from "./call/scope.ts";
export { codec, configure } from "./config.ts";
export {
  AsyncStoreError,
  CachetError,
  CallTimeoutError,
  HashFuncError,
  InvalidOptionError,
  LaggingReaderError,
  NoScopeError,
  NotRecordedError,
  NotTransformedError,
  RecursiveCallError,
  ReplayClosureError,
  UnhashableArgumentError,
  UnknownStoreError,
  UnstorableValueError,
  WidgetNotAllowedError,
} from "./errors.ts";
export type { CacheEvent, Listener, Operation } from "./event-types.ts";
export { subscribe } from "./events.ts";
export { dependsOn } from "./files/depends-on.ts";
export type { HashFuncs, HashFunction } from "./key/hash-rules.ts";
export type { Duration, DurationObject } from "./options/duration.ts";
export type { CacheScope } from "./options/scope-option.ts";
export type { AnyCodec, Clock, Codec, Configuration, Mode } from "./settings.ts";
export type { Spinner, SpinnerHandle, SpinnerInfo } from "./spinner/spinner-types.ts";
export { type FunctionStats, stats } from "./stats.ts";
export type { Lease, MaybePromise, Metadata, Origin, Store, StoredEntry, Waiting } from "./stores/store.ts";
export { type WarmOptions, type WarmResult, warm } from "./warm.ts";

/** All functions marked `@cacheData`. */
export const cacheData = {
  /** Forgets every entry of data, in memory and in stores; resolves when asynchronous stores have done so too. */
  clear: (): void | Promise<void> => clearKind("data"),
};

/** All functions marked `@cacheResource`. */
export const cacheResource = {
  /** Forgets every resource; each is handed to its `onRelease`. */
  clear: (): void | Promise<void> => clearKind("resource"),
};
