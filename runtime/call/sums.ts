import { state } from "../registry.ts";
import type { CachedFunction, Entry, EntryTable } from "./types.ts";

/*
 * What an entry adds to the sums of its table, its function and the process. Every entry with a value comes in by
 * `addEntry` and leaves by `removeEntry`.
 */

/** Takes in an entry that now has a value. */
export function addEntry(owner: CachedFunction, entry: Entry): void {
  entry.table.fill(entry);
  owner.figures.entries++;
  count(owner, entry.bytes);
  state.features.prefetchedCopies?.fit();
}

/** Counts more bytes as an entry's. */
export function growEntry(owner: CachedFunction, entry: Entry, bytes: number): void {
  entry.bytes += bytes;
  entry.table.sums.bytes += bytes;
  count(owner, bytes);
}

/** Removes an entry, whether it has a value or not; true if it had one. Who removes it tells why and releases it. */
export function removeEntry(owner: CachedFunction, entry: Entry): boolean {
  const wasReady = entry.state === "ready";
  entry.table.remove(entry);
  if (wasReady) subtract(owner, entry);
  return wasReady;
}

/** Takes an entry with a value, which is in no table any more, out of the sums. */
export function subtract(owner: CachedFunction, entry: Entry): void {
  owner.figures.entries--;
  count(owner, -entry.bytes);
  state.features.prefetchedCopies?.forget(entry.value);
  if (entry.tags !== undefined) state.features.tags?.forget(entry);
}

function count(owner: CachedFunction, bytes: number): void {
  owner.figures.bytes += bytes;
  state.bytes += bytes;
}

/** Hands a resource that left the cache to `onRelease`, once. */
export function releaseEntry(owner: CachedFunction, entry: Entry): void {
  if (owner.policy.kind === "resource") state.features.release?.(owner, entry);
}

/** Takes the entries of a collected instance out of the sums. */
export function subtractCollected(owner: CachedFunction, sums: EntryTable["sums"]): void {
  owner.figures.entries -= sums.entries;
  count(owner, -sums.bytes);
}
