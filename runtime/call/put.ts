import type { EntryKey } from "../key/entry-key.ts";
import { state } from "../registry.ts";
import { abandonAside, clearCall } from "./clear.ts";
import { end, fill, lifeOf, startAside, taggerOf } from "./compute.ts";
import { createEntry } from "./entry.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction, EntryTable } from "./types.ts";

/** Puts a value that nothing computed here into the cache and its store; a stream once it has been read to its end. */
export function put(
  owner: CachedFunction,
  table: EntryTable,
  key: EntryKey,
  value: unknown,
  args: readonly unknown[],
): undefined | Promise<void> {
  const { streams } = state.features;
  if (streams === undefined || !mayBeStream(value)) return putValue(owner, table, key, value, args);
  const run = startAside(owner, table, key, args, true);
  const persistence = owner.persistence(table);
  // Recorded as if a run in the background had given it.
  const record = (): undefined | Promise<void> => {
    let recorded: unknown;
    try {
      recorded = streams.take(run, value, persistence, undefined);
    } finally {
      if (recorded === undefined) end(run);
    }
    if (!isPromise(recorded)) return putValue(owner, table, key, value, args);
    return recorded.then(() => {
      // What began before is older; and where nothing could be kept, so is what was there.
      if (run.entry.state !== "ready") return clearCall(owner, { table, key });
      return abandonAside(owner, table, owner.textOf(key), false);
    });
  };
  const looked = persistence?.lookup(run.entry);
  return isPromise(looked) ? looked.then(record) : record();
}

const mayBeStream = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (Symbol.asyncIterator in value || "getReader" in value);

function putValue(
  owner: CachedFunction,
  table: EntryTable,
  key: EntryKey,
  value: unknown,
  args: readonly unknown[],
): undefined | Promise<void> {
  const ttl = lifeOf(owner, value, args);
  const persistence = owner.persistence(table);
  const tag = taggerOf(owner, args);
  const entry = createEntry(table, key);
  const cached = owner.policy.snapshot(value, owner);
  const promised = owner.definition.promised === true;
  const bytes = persistence?.encode(cached, promised);
  // The run under way, if any, began before: what it gives is older.
  abandonAside(owner, table, owner.textOf(key), false);
  owner.aside.add(entry);
  tag?.(entry);
  const looked = persistence?.lookup(entry);
  fill(owner, entry, cached, owner.lastCost, ttl, promised);
  // Larger than `maxBytes`, or of no lifetime: nobody computes it, so nobody would take its place out again.
  if (entry.state === "pending") table.remove(entry);
  if (bytes === undefined || persistence === undefined) return undefined;
  return isPromise(looked) ? looked.then(() => persistence.write(entry, bytes)) : persistence.write(entry, bytes);
}
