import type { FunctionEntries } from "../call/function-state.ts";
import type { State } from "../registry.ts";

/** A typed array, as far as copies go. */
export interface Column {
  readonly byteLength: number;
  readonly length: number;
  set(from: Column, at: number): void;
  subarray(from: number, to: number): Column;
}

/** A copy that is being made ahead. */
interface Spare {
  readonly bytes: number;
  /** Not there before the first part is copied: to ask for memory takes time too. */
  copy: Column | undefined;
  /** Elements copied so far. */
  done: number;
  readonly root: object;
  readonly owner: FunctionEntries;
  /** Gives it back when nobody takes it. */
  readonly waiting: Timer;
}

type Timer = ReturnType<typeof setTimeout>;

/** Most bytes that spares hold together. */
const MOST = 2 ** 29;
/** Bytes copied at once: a few milliseconds, so that nobody waits. */
const AT_ONCE = 2 ** 23;
/** Spares that nobody took for so many milliseconds are given back. */
const PATIENCE = 10_000;

/**
 * Copies of large typed arrays, made while the program has nothing to do, for values that were hit more than once. Most of
 * what a copy of hundreds of megabytes costs is the first touch of fresh memory; a spare has that behind it. A caller who comes before
 * the spare is ready gets an ordinary copy. There is at most one spare of each array, 512 MB in all, they count in
 * `maxBytes` and are the first to go, and what nobody takes for ten seconds is given back.
 */
export class Spares {
  /** Handed in, not imported: what is loaded later then shares no module with the first chunk of a page, which stays one file. */
  private readonly state: State;
  private readonly ready = new Map<object, Spare>();
  private readonly hits = new WeakMap<object, number>();
  /** Whose copy is being made right now. */
  private at: { owner: FunctionEntries; root: object; wanted: Column[] } | undefined = undefined;
  private filling: Timer | undefined = undefined;

  constructor(state: State) {
    this.state = state;
  }

  /** A caller's copy of a snapshot, of spares where there are some; then others are made ready. */
  give(owner: FunctionEntries, root: object, copy: (kept: object) => unknown): unknown {
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
    const spare = this.ready.get(column);
    if (spare === undefined || spare.done < column.length) return undefined;
    this.remove(column, spare);
    return spare.copy;
  }

  /** Gives back what belongs to a snapshot that left the cache. */
  forget(root: unknown): void {
    this.drop((spare) => spare.root === root);
  }

  /** Gives back what does not fit beside the entries any more. */
  fit(): void {
    if (!this.fits()) this.drop(() => true);
    for (const { owner } of this.ready.values()) {
      if (!this.fitsIn(owner)) this.drop((spare) => spare.owner === owner);
    }
  }

  private want({ owner, root, wanted }: { owner: FunctionEntries; root: object; wanted: readonly Column[] }): void {
    for (const column of wanted) {
      if (this.ready.has(column)) continue;
      const { byteLength: bytes } = column;
      if (!this.fits(bytes) || !this.fitsIn(owner, bytes)) break;
      const waiting = later(PATIENCE, () => this.ready.delete(column));
      this.ready.set(column, { bytes, copy: undefined, done: 0, root, owner, waiting });
    }
    if (this.ready.size > 0) this.filling ??= later(0, () => this.fill());
  }

  /** Copies a part of the first spare that is not complete, and comes back for the next. */
  private fill(): void {
    this.filling = undefined;
    for (const [key, spare] of this.ready) {
      const column = key as Column;
      if (spare.done === column.length) continue;
      spare.copy ??= new (column.constructor as new (length: number) => Column)(column.length);
      const next = Math.min(column.length, spare.done + (AT_ONCE * column.length) / column.byteLength);
      spare.copy.set(column.subarray(spare.done, next), spare.done);
      spare.done = next;
      this.filling = later(0, () => this.fill());
      return;
    }
  }

  private fits(more = 0): boolean {
    const bytes = this.bytes() + more;
    const { bytes: inEntries, settings } = this.state;
    return bytes <= MOST && inEntries + bytes <= settings.maxBytes;
  }

  private fitsIn(owner: FunctionEntries, more = 0): boolean {
    return owner.bytes + this.bytes(owner) + more <= owner.options.maxBytes;
  }

  /** Bytes held, for one function or for all. */
  private bytes(owner?: FunctionEntries): number {
    let sum = 0;
    for (const spare of this.ready.values()) if (owner === undefined || spare.owner === owner) sum += spare.bytes;
    return sum;
  }

  private drop(is: (spare: Spare) => boolean): void {
    for (const [column, spare] of this.ready) if (is(spare)) this.remove(column, spare);
  }

  private remove(column: object, spare: Spare): void {
    clearTimeout(spare.waiting);
    this.ready.delete(column);
  }
}

/** A timer that does not keep the process alive. */
function later(milliseconds: number, action: () => void): Timer {
  const timer = setTimeout(action, milliseconds);
  (timer as { unref?: () => void }).unref?.();
  return timer;
}
