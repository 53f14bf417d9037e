import { Entry, type Place } from "./entry.ts";
import type { FunctionEntries } from "./function-entries.ts";
import type { KnownCalls } from "./known-calls.ts";
import { isExpired } from "./limits.ts";
import { state } from "./state.ts";

/** One level of a lookup by two or three primitives. */
type Level = Map<unknown, Level | Entry>;

/**
 * The entries of one cached function, or of one receiver of a method. Emitted code asks it first, on every call.
 * Primitives are looked up as they are; anything else under an encoded text in a map of its own, so that a text
 * argument can never meet an encoding. `Map` treats `-0` as `0` and `NaN` as itself, as the key does.
 */
export class Table {
  readonly owner: FunctionEntries;
  /** Entries with a value and their bytes; outlives the table, so that the function can settle its own sums. */
  readonly sums = { entries: 0, bytes: 0 };
  /** The least and the most recently used entry. */
  oldest: Entry | undefined = undefined;
  newest: Entry | undefined = undefined;
  private known: KnownCalls | undefined = undefined;
  private none: Entry | undefined = undefined;
  private one = new Map<unknown, Entry>();
  private two: Level = new Map();
  private three: Level = new Map();
  private text = new Map<string, Entry>();

  constructor(owner: FunctionEntries) {
    this.owner = owner;
  }

  /** The value for a call without key parts, or `MISS`. */
  get0(): unknown {
    const { owner, none } = this;
    if (owner.fast && none?.easy) return owner.serveEasy(none);
    return owner.look(this, []);
  }

  /** The value for a call with one key part, or `MISS`. */
  get1(a: unknown): unknown {
    const { owner } = this;
    if (owner.fast) {
      const entry = this.one.get(a);
      if (entry?.easy) return owner.serveEasy(entry);
      if (entry?.ready && !isExpired(entry)) return owner.serve(entry);
    }
    return owner.look(this, [a]);
  }

  /** The value for a call with two key parts, or `MISS`. */
  get2(a: unknown, b: unknown): unknown {
    const { owner } = this;
    if (owner.fast) {
      const entry = (this.two.get(a) as Level | undefined)?.get(b) as Entry | undefined;
      if (entry?.easy) return owner.serveEasy(entry);
      if (entry?.ready && !isExpired(entry)) return owner.serve(entry);
    }
    return owner.look(this, [a, b]);
  }

  /** The value for a call with three key parts, or `MISS`. */
  get3(a: unknown, b: unknown, c: unknown): unknown {
    const { owner } = this;
    if (owner.fast) {
      const level = (this.three.get(a) as Level | undefined)?.get(b) as Level | undefined;
      const entry = level?.get(c) as Entry | undefined;
      if (entry?.easy) return owner.serveEasy(entry);
      if (entry?.ready && !isExpired(entry)) return owner.serve(entry);
    }
    return owner.look(this, [a, b, c]);
  }

  /** The value for a call with any number of key parts, or `MISS`. */
  getN(parts: readonly unknown[]): unknown {
    return this.owner.look(this, parts);
  }

  /** Runs the body unless the value can be had in another way. `args` are what `validate` sees beside the value. */
  run(parts: readonly unknown[], body: () => unknown, args?: readonly unknown[]): unknown {
    return this.owner.call(this, parts, body, args);
  }

  /** The entry at a place, if any. */
  at(place: Place): Entry | undefined {
    if (typeof place === "string") return this.text.get(place);
    if (place.length === 0) return this.none;
    if (place.length === 1) return this.one.get(place[0]);
    let level: Level | Entry | undefined = place.length === 2 ? this.two : this.three;
    for (const key of place) level = (level as Level | undefined)?.get(key);
    return level as Entry | undefined;
  }

  /** The entry of a call that was looked up by its encoding before; `undefined` says nothing. */
  recall(parts: readonly unknown[]): Entry | undefined {
    return this.known?.find(parts);
  }

  /**
   * Takes note of a call whose encoding led to an entry, so that the next one like it needs none. Copies of long arrays and
   * bytes count as the entry's; where there is no room for them, none are made.
   */
  learn(parts: readonly unknown[], entry: Entry): void {
    const { owner } = this;
    this.known ??= owner.use.knownCalls?.();
    const isMeasured = owner.policy.kind === "data";
    const room = Math.min(owner.options.maxBytes - owner.bytes, state.settings.maxBytes - state.bytes);
    const bytes = this.known?.learn(parts, entry, isMeasured ? room : Number.POSITIVE_INFINITY) ?? 0;
    if (isMeasured) owner.grow(entry, bytes);
  }

  /** A new entry without a value. */
  add(place: Place): Entry {
    const entry = new Entry(this, place);
    if (typeof place === "string") this.text.set(place, entry);
    else if (place.length === 0) this.none = entry;
    else if (place.length === 1) this.one.set(place[0], entry);
    else this.addDeep(place, entry);
    return entry;
  }

  private addDeep(place: readonly unknown[], entry: Entry): void {
    let level = place.length === 2 ? this.two : this.three;
    for (const key of place.slice(0, -1)) {
      let next = level.get(key) as Level | undefined;
      if (next === undefined) level.set(key, (next = new Map()));
      level = next;
    }
    level.set(place.at(-1), entry);
  }

  /** Takes an entry out of the lookup and the order of use. */
  remove(entry: Entry): void {
    const { place } = entry;
    if (typeof place === "string") {
      this.text.delete(place);
      if (entry.known) this.known?.forget(entry.known);
    } else if (place.length === 0) this.none = undefined;
    else if (place.length === 1) this.one.delete(place[0]);
    else removeDeep(place.length === 2 ? this.two : this.three, place, 0);
    if (entry.ready) this.unlink(entry);
    entry.live = false;
  }

  /** Adds an entry that now has a value to the order of use. */
  link(entry: Entry): void {
    entry.older = this.newest;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
    this.sums.entries++;
    this.sums.bytes += entry.bytes;
  }

  private unlink(entry: Entry): void {
    this.detach(entry);
    this.sums.entries--;
    this.sums.bytes -= entry.bytes;
  }

  private detach(entry: Entry): void {
    if (entry.older === undefined) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.newest = entry.older;
    else entry.newer.older = entry.older;
    entry.older = entry.newer = undefined;
  }

  /** Makes an entry the most recently used. */
  touch(entry: Entry): void {
    if (this.newest === entry) return;
    this.detach(entry);
    entry.older = this.newest;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
  }

  /** Every entry with a value, least recently used first. Entries may be removed meanwhile. */
  *values(): Generator<Entry> {
    for (let entry = this.oldest; entry !== undefined; ) {
      const next: Entry | undefined = entry.newer;
      if (entry.live) yield entry;
      entry = next;
    }
  }

  /** Empties the table. Runs under way keep their entry, which no longer belongs to any cache. */
  empty(): Entry[] {
    const gone = [...this.values()];
    for (const entry of this.pending()) entry.live = false;
    for (const entry of gone) entry.live = false;
    this.none = this.known = undefined;
    this.one = new Map();
    this.two = new Map();
    this.three = new Map();
    this.text = new Map();
    this.oldest = this.newest = undefined;
    this.sums.entries = this.sums.bytes = 0;
    return gone;
  }

  private *pending(): Generator<Entry> {
    if (this.none !== undefined && !this.none.ready) yield this.none;
    for (const root of [this.one, this.two, this.three, this.text] as Level[]) yield* pendingIn(root);
  }
}

function* pendingIn(level: Level): Generator<Entry> {
  for (const item of level.values()) {
    if (item instanceof Map) yield* pendingIn(item);
    else if (!item.ready) yield item;
  }
}

function removeDeep(level: Level, place: readonly unknown[], depth: number): void {
  const key = place[depth];
  const next = level.get(key);
  if (next instanceof Map) {
    removeDeep(next, place, depth + 1);
    if (next.size > 0) return;
  }
  level.delete(key);
}
