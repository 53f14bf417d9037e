import type { ArgumentTrie } from "../key/trie/argument-trie.ts";
import { Entry, type Place } from "./entry.ts";
import type { FunctionEntries } from "./function-state.ts";
import { isExpired } from "./limits.ts";

/** One level of a lookup. */
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
  /** What finds calls again that were looked up by their encoding. */
  trie: ArgumentTrie | undefined = undefined;
  private none: Entry | undefined = undefined;
  private readonly one: Level = new Map();
  private readonly two: Level = new Map();
  private readonly three: Level = new Map();
  private readonly text: Level = new Map();

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
      const entry = this.one.get(a) as Entry | undefined;
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

  /** Where the way to a place begins. */
  private start(place: Place): Level {
    if (typeof place === "string") return this.text;
    return place.length === 3 ? this.three : place.length === 2 ? this.two : this.one;
  }

  /** The entry at a place, if any. */
  at(place: Place): Entry | undefined {
    if (place.length === 0) return this.none;
    let found: Level | Entry | undefined = this.start(place);
    const way = wayTo(place);
    for (let i = 0; i < way.length; i++) found = (found as Level | undefined)?.get(way[i]);
    return found as Entry | undefined;
  }

  /** A new entry without a value. */
  add(place: Place): Entry {
    const entry = new Entry(this, place);
    if (place.length === 0) {
      this.none = entry;
      return entry;
    }
    let level = this.start(place);
    const way = wayTo(place);
    const last = way.length - 1;
    for (let i = 0; i < last; i++) {
      let next = level.get(way[i]) as Level | undefined;
      if (next === undefined) level.set(way[i], (next = new Map()));
      level = next;
    }
    level.set(way[last], entry);
    return entry;
  }

  /** Takes an entry out of the lookup and the order of use. */
  remove(entry: Entry): void {
    const { place } = entry;
    if (place.length === 0) this.none = undefined;
    else removeAt(this.start(place), wayTo(place), 0);
    if (entry.leaves) this.trie?.forget(entry.leaves);
    if (entry.ready) {
      this.detach(entry);
      this.sums.entries--;
      this.sums.bytes -= entry.bytes;
    }
    entry.live = false;
  }

  /** Adds an entry that now has a value to the order of use. */
  link(entry: Entry): void {
    this.append(entry);
    this.sums.entries++;
    this.sums.bytes += entry.bytes;
  }

  private append(entry: Entry): void {
    entry.older = this.newest;
    if (this.newest === undefined) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
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
    this.append(entry);
  }

  /** Every entry with a value, least recently used first. Entries may be removed meanwhile. */
  *values(): Generator<Entry> {
    for (let entry = this.oldest; entry !== undefined; ) {
      const next: Entry | undefined = entry.newer;
      if (entry.live) yield entry;
      entry = next;
    }
  }

  /** Empties the table and returns what had a value. Runs under way keep their entry, which no longer belongs to any cache. */
  empty(): Entry[] {
    const gone = [...this.values()];
    if (this.none !== undefined) this.none.live = false;
    for (const level of [this.one, this.two, this.three, this.text]) abandon(level);
    this.none = this.trie = this.oldest = this.newest = undefined;
    this.sums.entries = this.sums.bytes = 0;
    return gone;
  }
}

/** The keys under which an entry is found, level by level. */
const wayTo = (place: Place): readonly unknown[] => (typeof place === "string" ? [place] : place);

function removeAt(level: Level, way: readonly unknown[], depth: number): void {
  if (depth + 1 < way.length) {
    const next = level.get(way[depth]) as Level | undefined;
    if (next === undefined) return;
    removeAt(next, way, depth + 1);
    if (next.size > 0) return;
  }
  level.delete(way[depth]);
}

function abandon(level: Level): void {
  for (const item of level.values()) {
    if (item instanceof Map) abandon(item);
    else item.live = false;
  }
  level.clear();
}
