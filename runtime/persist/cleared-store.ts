import { NEVER } from "../call/never.ts";
import { isPromise } from "../call/thenable.ts";
import type { FoundEntry } from "../dependency-features.ts";
import { state } from "../registry.ts";
import type { Captured, Epochs, MaybePromise, Metadata, Origin, Store, StoredEntry } from "../stores/store.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { type EpochStore, epochStoreOf } from "./entry-epochs.ts";
import { all, andThen, attempt } from "./maybe-promise.ts";
import { ALL_DATA, ANY_TAG, epochsOf } from "./scopes.ts";
import { Tombstones } from "./tombstones.ts";

/** What a read found. */
export interface Reading extends Captured {
  /** The entry, if nothing it depends on was cleared since it was computed. */
  found: FoundEntry | undefined;
}

/** What to tell of failures. They never reach a caller. */
export interface Report {
  read(error: unknown): void;
  write(error: unknown): void;
  /** A clear the store did not take; it will be tried again. */
  clear(error: unknown): void;
  /** What was cleared could not be removed. It is out of use all the same. */
  tidy(error: unknown): void;
}

/** False in the mode `read`, in which stores are left as they are. */
export const mayWrite = (): boolean => state.settings.mode !== "read";

const NOTHING: Reading = { found: undefined, epochs: undefined };

/** Pauses between two attempts to deliver a clear, in milliseconds: they double from the first to the last. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 10_000;
/** A clear that was delivered just before a connection broke may be lost with the server that took it. */
const MAY_BE_LOST = 60_000;
const MOST_RECENT = 1000;

/**
 * A store whose entries count only while nothing they depend on was cleared: the one place where clears are made to hold, for every
 * store. Each entry carries the epochs of its scopes as they were before its value was computed, and each read compares them
 * with those of now. So a clear is done when its scopes have new epochs, whatever a run anywhere writes afterwards and whatever
 * entries there are. Until the store has taken them, tombstones stand in here, and delivery is tried again.
 */
export class ClearedStore {
  readonly store: Store;
  readonly breaker = new CircuitBreaker();
  /** Of its own: a store that can't lock can be read all the same. */
  readonly lockBreaker = new CircuitBreaker();
  private readonly epochs: EpochStore;
  private readonly tombstones = new Tombstones();
  /** First attempts under way: a read that begins now waits for them rather than for its value to be computed in vain. */
  private readonly firstAttempts = new Set<Promise<unknown>>();
  private underWay = 0;
  /** What the store took lately, with the time. */
  private readonly recent = new Map<string, number>();
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pause = FIRST_PAUSE;
  private lastReport: Report | undefined;

  constructor(store: Store) {
    this.store = store;
    this.epochs = epochStoreOf(store);
  }

  /** Reads an entry with the epochs of its scopes. `make`: the caller will compute and write if there is none. */
  read(key: string, origin: Origin, scopes: readonly string[], report: Report, make = true): MaybePromise<Reading> {
    if (!this.tombstones.covers(scopes)) return this.readNow(key, origin, scopes, report, make);
    if (this.store.sync || this.firstAttempts.size === 0) return NOTHING;
    return Promise.all(this.firstAttempts).then(() =>
      this.tombstones.covers(scopes) ? NOTHING : this.readNow(key, origin, scopes, report, make),
    );
  }

  private readNow(
    key: string,
    origin: Origin,
    scopes: readonly string[],
    report: Report,
    make: boolean,
  ): MaybePromise<Reading> {
    let isTold = false;
    const failed = (error: unknown): undefined => {
      if (!isTold) report.read(error);
      isTold = true;
      return undefined;
    };
    const asked = make && state.features.tags ? [...scopes, ANY_TAG] : scopes;
    const makes = make && mayWrite();
    const now = attempt<readonly (string | undefined)[] | undefined>(
      () => this.breaker.ask(() => this.epochs.read(asked, makes)),
      failed,
    );
    // Asked for right behind, so that both are under way together.
    const entry = attempt<StoredEntry | undefined>(
      () => this.breaker.ask(() => this.store.lookup(key, origin)),
      failed,
    );
    return andThen(all<unknown>([now, entry]), ([current, found]) => {
      if (current === undefined) return NOTHING;
      const epochs = epochsOf(scopes, current as readonly (string | undefined)[]);
      if (epochs === undefined || this.tombstones.covers(scopes)) return NOTHING;
      const tags = (current as readonly (string | undefined)[])[scopes.length];
      return andThen(this.good(found as StoredEntry | undefined, epochs, failed), (good) => ({
        found: good,
        epochs,
        tags,
      }));
    });
  }

  /** A found entry, unless what it depends on was cleared. That may be more than its function where there are tags. */
  private good(
    found: StoredEntry | undefined,
    epochs: Epochs,
    failed: (error: unknown) => undefined,
  ): MaybePromise<FoundEntry | undefined> {
    const carried = found?.meta.epochs;
    if (typeof carried !== "object" || carried === null) return undefined;
    const { tags } = state.features;
    const isSame = () => Object.keys({ ...carried, ...epochs }).every((scope) => carried[scope] === epochs[scope]);
    const read = (scopes: readonly string[]) =>
      this.tombstones.covers(scopes)
        ? undefined
        : attempt(() => this.breaker.ask(() => this.epochs.read(scopes, false)), failed);
    const expired = tags === undefined ? (isSame() ? NEVER : undefined) : tags.expired(carried, epochs, read);
    return andThen(expired, (at) => (at === undefined ? undefined : { ...found, expired: at })) as MaybePromise<
      FoundEntry | undefined
    >;
  }

  /** Epochs of scopes that an entry depends on besides those of `read`, as they are now. */
  capture(scopes: readonly string[], report: Report): MaybePromise<Epochs | undefined> {
    if (this.tombstones.covers(scopes)) return undefined;
    const failed = (error: unknown): undefined => {
      report.read(error);
      return undefined;
    };
    const now = attempt<readonly (string | undefined)[] | undefined>(
      () => this.breaker.ask(() => this.epochs.read(scopes, mayWrite())),
      failed,
    );
    return andThen(now, (current) => (current === undefined ? undefined : epochsOf(scopes, current)));
  }

  /** Writes what was computed after a read; nothing where that read could not tell the epochs, or where a clear waits. */
  write(
    key: string,
    bytes: Uint8Array,
    meta: Metadata,
    epochs: Epochs | undefined,
    report: Report,
  ): MaybePromise<void> {
    if (epochs === undefined || this.tombstones.covers(Object.keys(epochs))) return undefined;
    return attempt<void>(() => this.breaker.ask(() => this.store.write(key, bytes, { ...meta, epochs })), report.write);
  }

  /**
   * Puts everything under these scopes out of use: here from this moment on, for others from the moment the store knows.
   * Returns when the store has taken it or refused; then it is tried again until it takes it. `tidy` removes what is out of use.
   */
  clear(scopes: readonly string[], tidy: () => MaybePromise<void>, report: Report): MaybePromise<void> {
    this.lastReport = report;
    const taken = this.deliver(scopes, report);
    // What is out of use is in nobody's way, so an asynchronous store with epochs removes it in the background.
    const inBackground = !this.store.sync && this.store.renewEpochs !== undefined;
    const done = andThen(taken, (isTaken) => {
      const tidied = isTaken ? attempt<void>(() => this.breaker.ask(tidy), report.tidy) : undefined;
      return inBackground ? undefined : tidied;
    });
    if (!isPromise(taken)) return done;
    this.firstAttempts.add(taken);
    taken.finally(() => this.firstAttempts.delete(taken));
    return done;
  }

  /** Tries what is not delivered yet once more, now: the store says that it can be reached again. */
  retry(): void {
    this.pause = FIRST_PAUSE;
    if (this.tombstones.size > 0) this.deliverAgain();
  }

  /** The store may have lost what it took last, as a server does that another takes the place of. */
  mayHaveLost(): void {
    const oldest = Date.now() - MAY_BE_LOST;
    const scopes = [...this.recent].filter(([, time]) => time >= oldest).map(([scope]) => scope);
    this.recent.clear();
    this.tombstones.add(scopes);
    this.retry();
  }

  /** Each attempt makes epochs of its own: one that seemed to fail and arrives late must not bring an earlier one back. */
  private deliver(scopes: readonly string[], report: Report): MaybePromise<boolean> {
    const clear = this.tombstones.add(scopes);
    // In here it holds. Others are told with the next one, if that may be.
    if (!mayWrite()) return false;
    const renewed = attempt<boolean>(
      () =>
        andThen(
          this.breaker.ask(() => this.epochs.renew(scopes)),
          () => true,
        ),
      (error) => {
        report.clear(error);
        return false;
      },
    );
    this.underWay++;
    return andThen(renewed, (isTaken) => {
      this.underWay--;
      if (isTaken) this.delivered(scopes, clear);
      if (!isTaken || (this.underWay === 0 && this.tombstones.size > 0)) this.retryLater();
      return isTaken;
    });
  }

  private delivered(scopes: readonly string[], clear: number): void {
    this.tombstones.remove(scopes, clear);
    this.pause = FIRST_PAUSE;
    if (this.store.onInvalidate === undefined || this.store.sync) return;
    for (const scope of scopes) this.recent.set(scope, Date.now());
    if (this.recent.size <= MOST_RECENT) return;
    this.recent.clear();
    this.recent.set(ALL_DATA, Date.now());
  }

  private retryLater(): void {
    if (this.retryTimer !== undefined) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
      this.deliverAgain();
    }, this.pause);
    (this.retryTimer as { unref?: () => void }).unref?.();
  }

  private deliverAgain(): void {
    const { lastReport } = this;
    const scopes = this.tombstones.scopes();
    if (scopes.length > 0 && lastReport !== undefined) void this.deliver(scopes, lastReport);
  }
}

/** One per store and process, however many copies of this package are loaded. */
const CLEARED: unique symbol = Symbol.for("cachet.cleared-stores") as never;
const registry = globalThis as { [CLEARED]?: WeakMap<Store, ClearedStore> };

export function clearedStore(store: Store): ClearedStore {
  const known = (registry[CLEARED] ??= new WeakMap());
  let cleared = known.get(store);
  if (cleared === undefined) known.set(store, (cleared = new ClearedStore(store)));
  return cleared;
}
