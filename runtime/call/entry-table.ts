import type { EntryKey } from "../key/entry-key.ts";
import { state } from "../registry.ts";
import { createEntry } from "./entry.ts";
import type { ArgumentIndex, Entry, EntryTable, OrderOfUse, Run } from "./types.ts";

/** One level of a lookup. */
type Level = Map<unknown, Level | Entry>;

/**
 * Entries in nested maps. Primitives are looked up as they are; anything else under an encoded text in a map of its own, so that
 * a text argument can never meet an encoding. `Map` treats `-0` as `0` and `NaN` as itself, as the key does.
 */
export class NestedTable implements EntryTable {
  readonly sums = { entries: 0, bytes: 0 };
  order: OrderOfUse | undefined = undefined;
  trie: ArgumentIndex | undefined = undefined;
  private none: Entry | undefined = undefined;
  private readonly one: Level = new Map();
  private readonly two: Level = new Map();
  private readonly three: Level = new Map();
  private readonly text: Level = new Map();

  find0(): Entry | undefined {
    return this.none;
  }
  find1(a: unknown): Entry | undefined {
    return this.one.get(a) as Entry | undefined;
  }
  find2(a: unknown, b: unknown): Entry | undefined {
    return (this.two.get(a) as Level | undefined)?.get(b) as Entry | undefined;
  }
  find3(a: unknown, b: unknown, c: unknown): Entry | undefined {
    const level = (this.three.get(a) as Level | undefined)?.get(b) as Level | undefined;
    return level?.get(c) as Entry | undefined;
  }

  /** Where the way to a key begins. */
  private start(key: EntryKey): Level {
    if (typeof key === "string") return this.text;
    return key.length === 3 ? this.three : key.length === 2 ? this.two : this.one;
  }

  at(key: EntryKey): Entry | undefined {
    if (key.length === 0) return this.none;
    let found: Level | Entry | undefined = this.start(key);
    const path = pathTo(key);
    for (let i = 0; i < path.length; i++) found = (found as Level | undefined)?.get(path[i]);
    return found as Entry | undefined;
  }

  add(key: EntryKey): Entry {
    const entry = createEntry(this, key);
    this.place(entry, key);
    return entry;
  }

  put(entry: Entry): void {
    this.place(entry, entry.key);
  }

  private place(entry: Entry, key: EntryKey): void {
    if (key.length === 0) {
      this.none = entry;
      return;
    }
    let level = this.start(key);
    const path = pathTo(key);
    const last = path.length - 1;
    for (let i = 0; i < last; i++) {
      let next = level.get(path[i]) as Level | undefined;
      if (next === undefined) level.set(path[i], (next = new Map()));
      level = next;
    }
    level.set(path[last], entry);
  }

  fill(entry: Entry): void {
    this.order?.append(entry);
    entry.state = "ready";
    this.sums.entries++;
    this.sums.bytes += entry.bytes;
  }

  withdraw({ key }: Entry): void {
    if (key.length === 0) this.none = undefined;
    else removeAt(this.start(key), pathTo(key), 0);
  }

  remove(entry: Entry): void {
    this.withdraw(entry);
    if (entry.leaves) this.trie?.forget(entry.leaves);
    if (entry.state === "ready") {
      this.order?.detach(entry);
      this.sums.entries--;
      this.sums.bytes -= entry.bytes;
    }
    entry.state = "removed";
  }

  values(): Entry[] {
    return this.all()
      .filter(({ state }) => state === "ready")
      .sort((one, other) => one.used - other.used || one.created - other.created);
  }

  private all(): Entry[] {
    const { none, one, two, three, text } = this;
    const found: Entry[] = none === undefined ? [] : [none];
    for (const level of [one, two, three, text]) collect(level, found);
    return found;
  }

  empty(): Entry[] {
    const removed: Entry[] = [];
    const runs: Run[] = [];
    for (const entry of this.all()) {
      if (entry.state === "ready") removed.push(entry);
      entry.state = "removed";
      if (entry.run !== undefined) runs.push(entry.run);
    }
    for (const level of [this.one, this.two, this.three, this.text]) level.clear();
    this.none = this.trie = undefined;
    this.order?.clear();
    this.sums.entries = this.sums.bytes = 0;
    // Last, since those who hear of it may call again.
    for (const run of runs) state.features.abort?.abandon(run);
    return removed;
  }
}

/** The keys under which an entry is found, level by level. */
const pathTo = (key: EntryKey): readonly unknown[] => (typeof key === "string" ? [key] : key);

function removeAt(level: Level, path: readonly unknown[], depth: number): void {
  if (depth + 1 < path.length) {
    const next = level.get(path[depth]) as Level | undefined;
    if (next === undefined) return;
    removeAt(next, path, depth + 1);
    if (next.size > 0) return;
  }
  level.delete(path[depth]);
}

function collect(level: Level, found: Entry[]): void {
  for (const item of level.values())
    if (item instanceof Map) collect(item, found);
    else found.push(item);
}
