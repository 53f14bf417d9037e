import { state } from "../registry.ts";
import { releaseEntry, removeEntry, subtract } from "./sums.ts";
import type { CachedFunction, CallKey, EntryTable } from "./types.ts";

/** Removes everything of a function from memory and releases it. */
export function emptyFunction(owner: CachedFunction): void {
  for (const table of owner.tables()) emptyTable(owner, table);
}

/** Removes the entries of one table. */
export function emptyTable(owner: CachedFunction, table: EntryTable): void {
  abandonAside(owner, table);
  state.features.errors?.forget(owner, table);
  for (const entry of table.empty()) {
    subtract(owner, entry);
    releaseEntry(owner, entry);
  }
}

/**
 * What is being computed to replace an entry of a table, or those of one call, is kept nowhere. If that is due to a clear, its run
 * hears of it.
 */
export function abandonAside(owner: CachedFunction, table: EntryTable, call?: string, isClear = true): void {
  for (const entry of owner.aside) {
    if (entry.table !== table || (call !== undefined && owner.textOf(entry.key) !== call)) continue;
    entry.state = "removed";
    owner.aside.delete(entry);
    if (isClear && entry.run !== undefined) state.features.abort?.abandon(entry.run);
  }
}

/** Removes every entry, in memory and in stores. A run under way keeps its result to itself. */
export function clearFunction(owner: CachedFunction): undefined | Promise<void> {
  clearMemory(owner);
  return clearStoresOf(owner);
}

/** Removes every entry from memory, because a clear says so. */
export function clearMemory(owner: CachedFunction): void {
  emptyFunction(owner);
  state.features.nested?.cleared(owner);
  owner.emit({ type: "clear", all: true });
}

/** Clears all calls, or the one with these arguments as text, in every store that holds data. */
const clearStoresOf = (owner: CachedFunction, args?: string): undefined | Promise<void> =>
  owner.policy.kind === "resource" && state.features.nested === undefined
    ? undefined
    : state.features.clearStores?.(owner, args);

/** Removes one call's entry, in memory and in the store. */
export function clearCall(owner: CachedFunction, call: CallKey): undefined | Promise<void> {
  const { table, key } = call;
  const text = owner.options.allowWidgets ? undefined : owner.textOf(key);
  abandonAside(owner, table, text);
  state.features.errors?.forget(owner, table, owner.options.allowWidgets ? undefined : key);
  for (const entry of owner.entriesAt(table, key)) {
    if (removeEntry(owner, entry)) releaseEntry(owner, entry);
    if (entry.run !== undefined) state.features.abort?.abandon(entry.run);
  }
  state.features.nested?.cleared(owner, call);
  owner.emit({ type: "clear", all: false }, call);
  // Entries in a store may go with one in memory.
  if (owner.persistence(table) === undefined && state.features.nested === undefined) return undefined;
  // Which values of widgets a store has this call's results under is not known here: all of the function's go.
  return clearStoresOf(owner, text);
}
