import type { EntryKey } from "../key/entry-key.ts";
import { NEVER } from "./never.ts";
import type { CachedValue, Entry, EntryState, EntryTable, Run } from "./types.ts";

/** The smallest integer that is small to V8. */
const NOT_YET = -(2 ** 31);

/**
 * An entry as small as it can be: a program may have a million, and a full cache makes and drops one at each miss. What few entries
 * have is a property of theirs alone; of all others the prototype says that they have none. So no entry is copied by spreading it:
 * the copy would have no key.
 */
class LeanEntry {
  readonly table: EntryTable;
  /** The key: of a list of one part just that, which is no object, and of a text something that holds it, to tell the two apart. */
  private readonly place: unknown;
  /** A ready entry is on the fast path or not. */
  private phase: EntryState | "fast" = "pending";
  value: unknown = undefined;
  clone: CachedValue["clone"] = undefined;
  /** A small integer, for three weeks: any other number takes memory of its own. */
  private at = NOT_YET;
  micros = 0;
  bytes = 0;
  run: Run | undefined = undefined;

  constructor(table: EntryTable, key: EntryKey) {
    this.table = table;
    this.place = typeof key === "string" ? { text: key } : key.length === 1 ? key[0] : key;
  }

  get state(): EntryState {
    return this.phase === "fast" ? "ready" : this.phase;
  }
  set state(state: EntryState) {
    this.phase = state;
  }
  get fastPath(): boolean {
    return this.phase === "fast";
  }
  set fastPath(isFast: boolean) {
    if (this.state === "ready") this.phase = isFast ? "fast" : "ready";
  }
  get created(): number {
    return this.at === NOT_YET ? NEVER : this.at;
  }
  set created(milliseconds: number) {
    this.at = Math.floor(milliseconds);
  }
  get key(): EntryKey {
    const place = this.place as readonly unknown[] | { text: string } | null;
    if (typeof place !== "object" || place === null) return [place];
    return "text" in place ? place.text : place;
  }
  get cost(): number {
    return this.micros / 1000;
  }
  set cost(milliseconds: number) {
    this.micros = Math.round(milliseconds * 1000);
  }
}

/** An entry of a table that keeps the order of use. */
class OrderedEntry extends LeanEntry {
  used = 0;
  older: Entry | undefined = undefined;
  newer: Entry | undefined = undefined;
}

const NO_RARITIES = {
  used: 0,
  older: undefined,
  newer: undefined,
  promised: false,
  expires: NEVER,
  ends: NEVER,
  tags: undefined,
  replay: undefined,
  files: undefined,
  leaves: undefined,
};
Object.assign(LeanEntry.prototype, NO_RARITIES);

/** An entry without a value. */
export function createEntry(table: EntryTable, key: EntryKey): Entry {
  const Kind = table.order === undefined ? LeanEntry : OrderedEntry;
  return new Kind(table, key) as LeanEntry & typeof NO_RARITIES;
}

/** True if a hit hands out the value and does nothing else: no copy, no promise to wrap, nothing to show. */
export const isBare = (entry: Entry): boolean =>
  entry.clone === undefined &&
  !entry.promised &&
  entry.replay === undefined &&
  entry.tags === undefined &&
  entry.files === undefined;

/** What a caller gets of a cached value: the value itself, or a copy of its own. */
export const materialize = (cached: Pick<CachedValue, "value" | "clone">): unknown =>
  cached.clone === undefined ? cached.value : cached.clone(cached.value);
