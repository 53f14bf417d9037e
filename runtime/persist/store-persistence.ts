import { emptyFunction } from "../call/clear.ts";
import { discard } from "../call/limits.ts";
import { NEVER } from "../call/never.ts";
import { isPromise } from "../call/thenable.ts";
import type { CachedFunction, CachedValue, Entry, Persistence, PolledStore, StoredValue } from "../call/types.ts";
import { decodeValue, encodeValue, UNDECODABLE } from "../codec/codec.ts";
import { OnlyInMemory } from "../codec/write.ts";
import type { FoundEntry, UnwrappedEntry } from "../dependency-features.ts";
import { AsyncStoreError, UnstorableValueError } from "../errors.ts";
import type { Operation } from "../event-types.ts";
import type { Durable } from "../features.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { knownCodecs, state } from "../registry.ts";
import { ShapeInfo } from "../snapshot/shape-info.ts";
import { copySnapshot } from "../snapshot/take-snapshot.ts";
import type { Captured, Lease, MaybePromise, Metadata, Origin, Store, Waiting } from "../stores/store.ts";
import { askLock } from "./circuit-breaker.ts";
import { type ClearedStore, clearedStore, mayWrite, type Reading, type Report } from "./cleared-store.ts";
import { lifeInHeader, PROMISE, REPLAY, STREAM, withHeader, withLife, withoutHeaders } from "./entry-headers.ts";
import { findStore } from "./find-store.ts";
import { guard, reportOf, warnOfWait } from "./guard-store.ts";
import { listen, polledStore } from "./invalidation.ts";
import { andThen } from "./maybe-promise.ts";
import { throughStore } from "./read-through.ts";
import { ALL_DATA, ANY_TAG, callScope, functionScope } from "./scopes.ts";
import { storeKey } from "./store-key.ts";

/**
 * The durable side of one function.
 * @throws UnknownStoreError where `persist` names a store that is not registered.
 * @throws AsyncStoreError for a synchronous function on an asynchronous store.
 */
function open(owner: CachedFunction, previous: Persistence | undefined): Persistence | undefined {
  const store = findStore(owner);
  if (store === undefined) return undefined;
  if ((previous as StorePersistence | undefined)?.store === store) return previous;
  const { async, promised } = owner.definition;
  if (!store.sync && async !== true && promised !== true) throw new AsyncStoreError(owner.name, store.name);
  listen(store, sideOf);
  return new StorePersistence(owner, store);
}

/** Whatever has been opened was opened here, if maybe by another copy of this package. */
const sideOf = ({ opened }: CachedFunction): StorePersistence | undefined => opened as StorePersistence | undefined;

/** A stored entry without its files and tags in front; nothing if one of the files has changed. */
function currentOf(stored: FoundEntry | undefined): UnwrappedEntry | undefined {
  const { files, tags } = state.features;
  const current: UnwrappedEntry | undefined = stored && files ? files.unwrap(stored) : stored;
  return current && tags ? tags.unwrap(current) : current;
}

/** How long an entry may be served, in milliseconds. */
type Times = Pick<StoredValue, "remaining" | "left">;
const OVER: Times = { remaining: 0, left: 0 };

/** What an entry says that its body took: whoever can write to the store can't make the sum of what was saved no number. */
const costOf = ({ cost, written }: Metadata): number => (cost >= 0 ? Math.min(cost, written) : 0);

class StorePersistence implements Persistence {
  readonly store: Store;
  /** The function's scope, as `functionScope` names it. */
  readonly scope: string;
  readonly polled: PolledStore | undefined;
  private readonly owner: CachedFunction;
  private readonly cleared: ClearedStore;
  private readonly report: Report;
  /** Entries by the scope of their call, for a store that tells of clears elsewhere. */
  private readonly known = new Map<string, Entry>();
  /** Epochs as they were before the value of an entry is computed; those of tags that its run learns of on its way join. */
  private readonly captured = new WeakMap<Entry, MaybePromise<Captured>>();
  /** When what was last found for an entry was written. */
  private readonly seen = new WeakMap<Entry, number>();

  constructor(owner: CachedFunction, store: Store) {
    this.owner = owner;
    this.store = store;
    this.scope = functionScope(owner.definition.id);
    this.cleared = clearedStore(store);
    this.report = reportOf(store, owner);
    this.polled = polledStore(store);
  }

  private get origin(): Origin {
    return { function: this.owner.definition.id, hash: this.owner.definition.hash };
  }

  private keyOf(key: EntryKey): string {
    return storeKey(this.owner, this.owner.textOf(key));
  }

  /** Everything whose clear concerns this call. */
  private scopesOf(key: EntryKey): string[] {
    // A call with widgets has many keys, and is cleared with the whole function.
    const call = this.owner.options.allowWidgets ? "" : this.owner.textOf(key);
    return [ALL_DATA, this.scope, callScope(this.scope, call)];
  }

  /** Remembers which entry a call stands for. Those that left the cache are forgotten now and then. */
  private remember(scope: string, entry: Entry): void {
    if (this.store.onInvalidate === undefined) return;
    if (this.known.size > 2 * this.owner.figures.entries + 100) {
      for (const [old, each] of this.known) if (each.state === "removed") this.known.delete(old);
    }
    this.known.set(scope, entry);
  }

  /** Another process cleared a call: what is in memory, or on its way there, is no longer good. */
  forgetCall(scope: string): void {
    if (this.owner.options.allowWidgets) {
      emptyFunction(this.owner);
      return;
    }
    const entry = this.known.get(scope);
    state.features.errors?.forget(this.owner, this.owner.root, entry?.key);
    if (entry === undefined || entry.state === "removed") return;
    this.known.delete(scope);
    if (entry.state === "ready") discard(this.owner, entry, { type: "invalid" });
    else entry.table.remove(entry);
  }

  lookup(entry: Entry): MaybePromise<StoredValue | undefined> {
    const key = this.keyOf(entry.key);
    const scopes = [...this.scopesOf(entry.key), ...(entry.tags ?? [])];
    this.remember(scopes[2] as string, entry);
    return andThen(this.cleared.read(key, this.origin, scopes, this.report), ({ found, epochs, tags }) => {
      this.captured.set(entry, { epochs, tags });
      if (found !== undefined) this.seen.set(entry, found.meta.written);
      return this.guard("decode", () => this.decode(key, currentOf(found), scopes), undefined);
    });
  }

  capture(entry: Entry, scopes: readonly string[]): void {
    const { tags } = state.features;
    const later = this.cleared.capture([ANY_TAG, ...scopes], this.report);
    if (tags !== undefined) this.captured.set(entry, tags.late(this.captured.get(entry), later));
  }

  has(key: EntryKey): boolean {
    if (!this.store.sync) return false;
    const reading = this.cleared.read(this.keyOf(key), this.origin, this.scopesOf(key), this.report, false);
    const found = currentOf((reading as Reading).found);
    if (found === undefined) return false;
    const { remaining, left } = this.guard("decode", () => this.times(found), OVER) as Times;
    const { stale } = this.owner.options;
    return remaining > 0 || (left > 0 && remaining + (stale?.refresh ?? 0) * 1000 > 0);
  }

  /**
   * Milliseconds until the ttl of a stored entry is over and until it is gone: as long as it was given when it was written, but
   * no longer than the function's present options say; one from the future is not trusted.
   */
  private times({ bytes, meta, expired }: FoundEntry): Times {
    const { ttl, stale } = this.owner.options;
    const whole = (meta.expires ?? Number.POSITIVE_INFINITY) - meta.written;
    const life = Math.min(ttl, lifeInHeader(bytes) ?? whole, expired - meta.written);
    if (!(Number.isFinite(meta.written) && meta.written >= 0) || Number.isNaN(life) || Number.isNaN(whole)) return OVER;
    if (life === Number.POSITIVE_INFINITY || state.features.recordings !== undefined)
      return { remaining: life, left: life };
    const age = state.settings.clock.wall() - meta.written;
    if (age < 0) return OVER;
    const span = Math.max(stale?.refresh ?? 0, stale?.error ?? 0) * 1000;
    return { remaining: life - age, left: Math.min(whole, life + span) - age };
  }

  private decode(key: string, stored: UnwrappedEntry | undefined, scopes: readonly string[]): StoredValue | undefined {
    if (stored === undefined) return undefined;
    const { remaining, left } = this.times(stored);
    if (left <= 0) {
      this.delete(key);
      return undefined;
    }
    const tags = Object.keys(stored.meta.epochs ?? {}).filter((scope) => !scopes.includes(scope));
    const shapeInfo = new ShapeInfo();
    const { isPromised, isStream, isReplayed, encoded } = withoutHeaders(stored.bytes);
    if (this.owner.isGenerator && !isStream) throw new TypeError("what is stored is no stream");
    const content = this.decoded(encoded, shapeInfo);
    const [value, log] = isReplayed ? (content as [unknown, unknown]) : [content, undefined];
    const replay = log === undefined ? undefined : state.features.replayer?.importLog(log);
    // What it shows can't be shown here (yet): the body shows it itself.
    if (log !== undefined && replay === undefined) return undefined;
    const restored = isStream
      ? state.features.streams?.unpack(value, shapeInfo, this.owner)
      : this.owner.policy.restore(value, shapeInfo, this.owner);
    if (restored === undefined) return undefined;
    return {
      value,
      ...restored,
      bytes: stored.bytes.length,
      remaining,
      left,
      cost: costOf(stored.meta),
      written: stored.meta.written,
      promised: isPromised || this.owner.definition.promised === true,
      replay,
      files: stored.files,
      tags,
      tagNames: stored.tagNames,
      isOutdated: stored.expired < NEVER,
    };
  }

  /** Hands out one copy at once, so that a codec which fails on old data costs a recompute and not every later hit. */
  private decoded(bytes: Uint8Array, shapeInfo: ShapeInfo): unknown {
    const value = decodeValue(bytes, knownCodecs(), shapeInfo, this.store);
    if (value === UNDECODABLE)
      throw new Error("the stored bytes are damaged, of another format, or of a class without a codec");
    if (shapeInfo.hasInstances) copySnapshot(value);
    return value;
  }

  /** @throws UnstorableValueError for a value that only memory can hold. */
  encode(cached: CachedValue, promised: boolean, replay?: unknown): Uint8Array {
    const stream = state.features.streams?.pack(cached);
    const encoded = this.encoded(stream ?? cached, replay);
    const bytes = stream === undefined ? encoded : withHeader(STREAM, encoded);
    return promised ? withHeader(PROMISE, bytes) : bytes;
  }

  private encoded({ value, shapeInfo }: CachedValue, replay: unknown): Uint8Array {
    try {
      const { hasChecksum } = this.store;
      if (replay === undefined) return encodeValue(value, hasChecksum, shapeInfo);
      return withHeader(REPLAY, encodeValue([value, state.features.replayer?.exportLog(replay)], hasChecksum));
    } catch (error) {
      if (!(error instanceof OnlyInMemory)) throw error;
      const hint = `It lives in memory only, so the function cannot persist. Return its content instead, or leave out \`persist\``;
      throw new UnstorableValueError({ function: this.owner.name, path: "result", type: error.type, hint });
    }
  }

  write(entry: Entry, bytes: Uint8Array, from = entry): undefined | Promise<void> {
    if (!mayWrite()) return undefined;
    const key = this.keyOf(entry.key);
    const { maxEntries, maxBytes } = this.owner.options;
    const life = entry.expires - entry.created;
    const whole = entry.ends - entry.created;
    // What it replaces is no longer good.
    if (life === 0) return this.remove(entry.key);
    const written = state.settings.clock.wall();
    const meta: Metadata = {
      function: this.owner.definition.id,
      hash: this.owner.definition.hash,
      written,
      cost: entry.cost,
    };
    const { recordings } = state.features;
    if (recordings !== undefined) meta.call = recordings.describe(this.owner, entry.key);
    if (whole !== Number.POSITIVE_INFINITY) meta.expires = written + whole;
    if (maxEntries !== Number.POSITIVE_INFINITY) meta.maxEntries = maxEntries;
    if (maxBytes !== Number.POSITIVE_INFINITY) meta.maxBytes = maxBytes;
    const wrapped = recordings === undefined ? this.wrapped(entry, bytes, life, whole) : bytes;
    const done = andThen(this.captured.get(from), (captured) =>
      this.cleared.write(key, wrapped, meta, captured?.epochs, this.report),
    );
    return isPromise(done) ? done : undefined;
  }

  /** What an entry in a store depends on stands in front of it. A recording depends on nothing. */
  private wrapped(entry: Entry, bytes: Uint8Array, life: number, whole: number): Uint8Array {
    const { tags, files } = state.features;
    const content = whole === life ? bytes : withLife(life, bytes);
    const tagged = entry.tags === undefined ? content : (tags?.wrap(entry, content) ?? content);
    return (entry.files && files?.wrap(entry.files, tagged)) ?? tagged;
  }

  remove(key: EntryKey): undefined | Promise<void> {
    return this.delete(this.keyOf(key));
  }

  private delete(key: string): undefined | Promise<void> {
    if (!mayWrite()) return undefined;
    const done = this.guard(
      "delete",
      () => this.cleared.breaker.ask(() => this.store.delete(key, this.origin)),
      undefined,
    );
    return isPromise(done) ? done : undefined;
  }

  lock(entry: Entry, nested: boolean): Promise<Lease | undefined> | undefined {
    const { store } = this;
    if (store.lock === undefined || !mayWrite()) return undefined;
    const key = this.keyOf(entry.key);
    const waiting = this.waiting(entry, nested);
    const { lockBreaker } = this.cleared;
    const ask = () => askLock(lockBreaker, store, () => store.lock?.(key, this.origin, waiting));
    return Promise.resolve(this.guard("lock", ask, undefined)).then(
      (lease) =>
        lease && { release: () => this.guard("lock", () => lockBreaker.ask(() => lease.release()), undefined) },
    );
  }

  lockSync(entry: Entry, nested: boolean): { lease: Lease | undefined } | undefined {
    const { store } = this;
    if (store.lockSync === undefined || !mayWrite()) return undefined;
    const key = this.keyOf(entry.key);
    const waiting = this.waiting(entry, nested);
    return {
      lease: this.guard("lock", () => store.lockSync?.(key, this.origin, waiting), undefined) as Lease | undefined,
    };
  }

  private waiting(entry: Entry, nested: boolean): Waiting {
    const { epochs } = (this.captured.get(entry) ?? {}) as Partial<Captured>;
    const seen = this.seen.get(entry);
    const slow = () => warnOfWait(this.owner, this.store);
    return { nested, slow, ...(epochs && { epochs }), ...(seen !== undefined && { seen }) };
  }

  private guard<T>(operation: Operation, action: () => MaybePromise<T>, otherwise: T): MaybePromise<T> {
    return guard(this.owner, this.store, operation, action, otherwise);
  }
}

/** For functions with `persist`. */
export const durable: Durable = { open, throughStore };
