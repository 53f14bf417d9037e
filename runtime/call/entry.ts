import type { EntryKey } from "../key/entry-key.ts";
import { NEVER } from "./never.ts";
import type { CachedValue, Entry, EntryTable } from "./types.ts";

/** An entry without a value. */
export function createEntry(table: EntryTable, key: EntryKey): Entry {
  return {
    table,
    key,
    state: "pending",
    value: undefined,
    clone: undefined,
    fastPath: false,
    promised: false,
    created: NEVER,
    expires: NEVER,
    ends: NEVER,
    cost: 0,
    bytes: 0,
    used: 0,
    tags: undefined,
    run: undefined,
    replay: undefined,
    files: undefined,
    leaves: undefined,
    older: undefined,
    newer: undefined,
  };
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
