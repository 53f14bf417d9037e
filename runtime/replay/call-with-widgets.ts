import { answer } from "../call/answer.ts";
import { compute, fill, isPromised } from "../call/compute.ts";
import { discard } from "../call/limits.ts";
import type { CachedFunction, CachedValue, Entry, EntryTable, Run } from "../call/types.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { state } from "../registry.ts";
import { logOf } from "./recording.ts";
import { keyOf, lookUp } from "./widgets.ts";

/** A call whose widgets join its key: their values lead to the entry, or the body goes on from where they were read. */
export function callWithWidgets(
  owner: CachedFunction,
  table: EntryTable,
  callKey: EntryKey,
  body: () => unknown,
  args: readonly unknown[],
): unknown {
  const lookup = lookUp(table, owner.textOf(callKey));
  const run = () => compute(owner, table, lookup.key, body, args, lookup);
  const value = answer(owner, table.at(lookup.key), { args, body, again: run, lookup });
  return value === state.miss ? run() : value;
}

/** Keeps what a run has shown with its entry. True if the result was kept elsewhere, by the widgets that the run read. */
export function storeShown(run: Run, cached: CachedValue, ttl: number): boolean {
  const { owner, entry } = run;
  entry.replay = logOf(run);
  const key = keyOf(run);
  if (key === undefined || key === entry.key) return false;
  const kept = storeAt(owner, entry, key, cached, ttl);
  if (kept !== undefined && run.parent?.hasEnded === false) state.features.nested?.called(owner, kept, run.parent);
  return true;
}

/**
 * Keeps a result under the widgets that its run has read. Those who wait take it from `entry`, where it was computed; later
 * calls find it under `key`.
 */
function storeAt(
  owner: CachedFunction,
  entry: Entry,
  key: string,
  cached: CachedValue,
  ttl: number,
): Entry | undefined {
  Object.assign(entry, { value: cached.value, clone: cached.clone, cost: owner.lastCost });
  if (entry.state === "removed") return undefined;
  const old = entry.table.at(key);
  if (old !== undefined) discard(owner, old, { type: "invalid" });
  if (ttl === 0) return undefined;
  const variant = entry.table.add(key);
  variant.replay = entry.replay;
  if (entry.tags !== undefined) state.features.tags?.add(owner, variant, entry.tags);
  variant.files = entry.files;
  fill(owner, variant, cached, owner.lastCost, ttl, isPromised(owner, entry));
  return variant;
}
