import type { CachedFunction } from "../call/types.ts";
import type { PrefetchingCopier } from "../features.ts";
import type { State } from "../registry.ts";
import type { Column } from "./column.ts";

/** A copy that is being made ahead. */
interface PrefetchedCopy {
  readonly bytes: number;
  /** Not there before the first part is copied: to ask for memory takes time too. */
  copy: Column | undefined;
  /** Elements copied so far. */
  done: number;
  readonly root: object;
  readonly owner: CachedFunction;
  /** Drops it if it is not taken in time. */
  readonly waiting: Timer;
}

type Timer = ReturnType<typeof setTimeout>;

/** Most bytes that prefetched copies hold together. */
const MOST = 2 ** 29;
/** Bytes copied at once: a few milliseconds, so that no caller waits. */
const AT_ONCE = 2 ** 23;
/** Copies not taken for this many milliseconds are dropped. */
const UNUSED_TIME = 10_000;

/**
 * Copies of large typed arrays, made while the program has nothing to do, for values that were hit more than once. Most of
 * what a copy of hundreds of megabytes costs is the first touch of fresh memory; a prefetched copy has that behind it. A caller who comes before
 * the prefetched copy is ready gets an ordinary copy. There is at most one prefetched copy of each array, 512 MB in all, they count in
 * `maxBytes` and are the first to go, and what is not taken for ten seconds is dropped.
 */
export class PrefetchedCopies implements PrefetchingCopier {
  /** Handed in, not imported: what is loaded later then shares no module with the first chunk of a page, which stays one file. */
  private readonly state: State;
  private readonly ready = new Map<object, PrefetchedCopy>();
  private readonly hits = new WeakMap<object, number>();
  /** Whose copy is being made right now. */
  private at: { owner: CachedFunction; root: object; wanted: Column[] } | undefined = undefined;
  private filling: Timer | undefined = undefined;

  constructor(state: State) {
    this.state = state;
  }

  /** A caller's copy of a snapshot, using prefetched copies if there are any; then others are prepared. */
  give(owner: CachedFunction, root: object, copy: (kept: object) => unknown): unknown {
    const hits = (this.hits.get(root) ?? 0) + 1;
    this.hits.set(root, hits);
    const outer = this.at;
    const at = { owner, root, wanted: [] };
    this.at = at;
    try {
      return copy(root);
    } finally {
      this.at = outer;
      if (hits > 1) this.want(at);
    }
  }

  /** The copy of a column that was made ahead, if it is complete. */
  take(column: Column): Column | undefined {
    this.at?.wanted.push(column);
    const prefetched = this.ready.get(column);
    if (prefetched === undefined || prefetched.done < column.length) return undefined;
    this.remove(column, prefetched);
    return prefetched.copy;
  }

  /** Gives back what belongs to a snapshot that left the cache. */
  forget(root: unknown): void {
    this.drop((prefetched) => prefetched.root === root);
  }

  /** Drops what no longer fits next to the entries. */
  fit(): void {
    if (!this.fits()) this.drop(() => true);
    for (const { owner } of this.ready.values()) {
      if (!this.fitsIn(owner)) this.drop((prefetched) => prefetched.owner === owner);
    }
  }

  private want({ owner, root, wanted }: { owner: CachedFunction; root: object; wanted: readonly Column[] }): void {
    for (const column of wanted) {
      if (this.ready.has(column)) continue;
      const { byteLength: bytes } = column;
      if (!this.fits(bytes) || !this.fitsIn(owner, bytes)) break;
      const waiting = later(UNUSED_TIME, () => this.ready.delete(column));
      this.ready.set(column, { bytes, copy: undefined, done: 0, root, owner, waiting });
    }
    if (this.ready.size > 0) this.filling ??= later(0, () => this.fill());
  }

  /** Copies a part of the first copy that is not complete, and comes back for the next. */
  private fill(): void {
    this.filling = undefined;
    for (const [key, prefetched] of this.ready) {
      const column = key as Column;
      if (prefetched.done === column.length) continue;
      prefetched.copy ??= new (column.constructor as new (length: number) => Column)(column.length);
      const next = Math.min(column.length, prefetched.done + (AT_ONCE * column.length) / column.byteLength);
      prefetched.copy.set(column.subarray(prefetched.done, next), prefetched.done);
      prefetched.done = next;
      this.filling = later(0, () => this.fill());
      return;
    }
  }

  private fits(more = 0): boolean {
    const bytes = this.bytes() + more;
    const { bytes: inEntries, settings } = this.state;
    return bytes <= MOST && inEntries + bytes <= settings.maxBytes;
  }

  private fitsIn(owner: CachedFunction, more = 0): boolean {
    return owner.figures.bytes + this.bytes(owner) + more <= owner.options.maxBytes;
  }

  /** Bytes held, for one function or for all. */
  private bytes(owner?: CachedFunction): number {
    let sum = 0;
    for (const prefetched of this.ready.values())
      if (owner === undefined || prefetched.owner === owner) sum += prefetched.bytes;
    return sum;
  }

  private drop(is: (prefetched: PrefetchedCopy) => boolean): void {
    for (const [column, prefetched] of this.ready) if (is(prefetched)) this.remove(column, prefetched);
  }

  private remove(column: object, prefetched: PrefetchedCopy): void {
    clearTimeout(prefetched.waiting);
    this.ready.delete(column);
  }
}

/** A timer that does not keep the process alive. */
function later(milliseconds: number, action: () => void): Timer {
  const timer = setTimeout(action, milliseconds);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
