import type { CachedFunction } from "../call/cached-function.ts";
import type { Kept } from "../call/cached-value.ts";
import { compute, fill, isPromised } from "../call/compute.ts";
import { type Entry, handOut, type Place } from "../call/entry.ts";
import type { Table } from "../call/entry-table.ts";
import type { Run } from "../call/in-flight.ts";
import { drop, isExpired } from "../call/limits.ts";
import { logOf } from "./recording.ts";
import { placeOf, walk } from "./widgets.ts";

/** A call whose widgets join its key: their values lead to the entry, or the body goes on from where they were read. */
export function callWithWidgets(
  owner: CachedFunction,
  table: Table,
  call: Place,
  body: () => unknown,
  args: readonly unknown[],
): unknown {
  const found = walk(table, owner.textOf(call));
  const { place, results } = found;
  const entry = table.at(place);
  const run = () => compute(owner, table, place, body, args, found);
  if (entry?.ready && isExpired(entry)) drop(entry, "expire");
  else if (entry?.ready && owner.options.validate === undefined)
    return owner.answer(entry, handOut(entry), "memory", results);
  else if (entry?.ready) return owner.use.validate?.entry(owner, entry, args, run, results);
  else if (entry?.flight !== undefined) return owner.join(entry, entry.flight);
  return run();
}

/** Keeps what a run has shown with its entry. True where the result was kept elsewhere, by the widgets that the run read. */
export function keepShown(owner: CachedFunction, entry: Entry, run: Run, kept: Kept): boolean {
  entry.replay = logOf(run);
  const place = placeOf(run);
  if (place === undefined || place === entry.place) return false;
  keepAt(owner, entry, place, kept);
  return true;
}

/**
 * Keeps a result where the widgets that its run has read say. Those who wait take it from `entry`, where it was computed;
 * later calls find it at `place`.
 */
function keepAt(owner: CachedFunction, entry: Entry, place: string, kept: Kept): void {
  Object.assign(entry, { value: kept.value, give: kept.give, cost: owner.lastCost });
  if (!entry.live) return;
  const old = entry.table.at(place);
  if (old !== undefined) drop(old, "invalid");
  const variant = entry.table.add(place);
  variant.replay = entry.replay;
  fill(owner, variant, kept, owner.lastCost, owner.options.ttl, isPromised(owner, entry));
}
