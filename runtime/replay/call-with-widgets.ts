import { answer } from "../call/answer.ts";
import { compute, fill, isPromised } from "../call/compute.ts";
import { createEntry } from "../call/entry.ts";
import { bindToRun } from "../call/in-flight.ts";
import { discard } from "../call/limits.ts";
import type { CachedFunction, CachedValue, Entry, EntryTable, Persistence, Run } from "../call/types.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { all, andThen } from "../persist/maybe-promise.ts";
import { state } from "../registry.ts";
import type { MaybePromise } from "../stores/store.ts";
import { bytesOfLog, type Log, logOf } from "./recording.ts";
import { branchKey, extend, lookUp, type ReplayedLookup, widgetPathOf } from "./widgets.ts";

/** A call whose widgets join its key: their values lead to the entry, or the body goes on from where they were read. */
export function callWithWidgets(
  owner: CachedFunction,
  table: EntryTable,
  callKey: EntryKey,
  body: () => unknown,
  args: readonly unknown[],
): unknown {
  const lookup = explore(table, lookUp(table, owner.textOf(callKey)), storeOf(owner, table));
  const goOn = (found: ReplayedLookup) => {
    const run = () => compute(owner, table, found.key, body, args, found);
    const value = answer(owner, table.at(found.key), { args, body, again: run, lookup: found });
    return value === state.miss ? run() : value;
  };
  return andThen(lookup, bindToRun(goOn));
}

/** Recordings are found by their call alone. */
const storeOf = (owner: CachedFunction, table: EntryTable): Persistence | undefined =>
  state.features.recordings === undefined ? owner.persistence(table) : undefined;

/** Goes on, where memory knows no further, by what a store knows of the widgets that other processes have read. */
function explore(
  table: EntryTable,
  found: ReplayedLookup,
  persistence: Persistence | undefined,
): MaybePromise<ReplayedLookup> {
  if (persistence === undefined || !found.isOpen || table.at(found.key) !== undefined) return found;
  return andThen(persistence.lookup(createEntry(table, branchKey(found.key))), (stored) => {
    if (stored?.replay === undefined) return found;
    return explore(table, extend(table, found, stored.replay as Log), persistence);
  });
}

/**
 * Keeps what a run has shown with its entry. True, or a promise of it, if the result was kept elsewhere, by the widgets that the
 * run read.
 */
export function storeShown(run: Run, cached: CachedValue, ttl: number): MaybePromise<boolean> {
  const { owner, entry } = run;
  const log = logOf(run);
  entry.replay = log;
  const path = widgetPathOf(run);
  if (owner.policy.entryBytes !== undefined) cached.bytes += bytesOfLog(log) + (path?.bytes ?? 0);
  if (path === undefined || path.key === entry.key) return false;
  const persistence = entry.state === "removed" ? undefined : storeOf(owner, entry.table);
  const bytes = persistence?.encode(cached, isPromised(owner, entry), entry.replay);
  const paths = path.branches.map(([key, steps]) => [key, persistence?.encode(PATH, false, steps)] as const);
  const kept = storeAt(owner, entry, path.key, cached, ttl);
  if (kept === undefined) return true;
  if (run.parent?.hasEnded === false) state.features.nested?.called(owner, kept, run.parent);
  if (persistence === undefined || bytes === undefined) return true;
  const writing = paths.map(([key, steps]) =>
    persistence.write(
      Object.assign(createEntry(entry.table, key), { created: kept.created }),
      steps as Uint8Array,
      entry,
    ),
  );
  return andThen(all([...writing, persistence.write(kept, bytes, entry)]), () => true);
}

/** What a store has of the path to an entry is no value, only what is shown. */
const PATH: CachedValue = { value: null, clone: undefined, bytes: 0 };

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
  if (variant.state === "ready") return variant;
  // Larger than `maxBytes`: no run would take it out again, and the next call would wait for one.
  entry.table.remove(variant);
  return undefined;
}
