import { watchAtHand } from "#platform";
import type { Persistence } from "../persist/persistence.ts";
import { state } from "../registry.ts";
import type { Walk } from "../replay/replayer.ts";
import type { CachedFunction } from "./cached-function.ts";
import type { Kept } from "./cached-value.ts";
import { type Entry, isBare, NEVER, type Place } from "./entry.ts";
import type { Table } from "./entry-table.ts";
import { endRun, type Run, startRun, within } from "./in-flight.ts";

/** A miss: takes the result from the durable store or runs the body, and keeps it. Equal calls meanwhile join this one. */
export function compute(
  owner: CachedFunction,
  table: Table,
  place: Place,
  body: (run: Run) => unknown,
  args: readonly unknown[],
  walk?: Walk,
): unknown {
  const persistence = owner.persistence(table);
  const entry = table.add(place);
  const run = startRun(entry);
  entry.flight = run;
  if (walk !== undefined) state.replayer?.begin(run, walk);
  let result: unknown;
  try {
    result =
      persistence === undefined
        ? execute(owner, entry, run, body, persistence)
        : owner.use.durable?.throughStore(owner, entry, run, persistence, args, () =>
            execute(owner, entry, run, body, persistence),
          );
  } catch (error) {
    land(run);
    throw error;
  }
  if (!(result instanceof Promise)) {
    land(run);
    return result;
  }
  entry.promised = owner.definition.async !== true;
  run.done = result.finally(() => land(run));
  return run.done;
}

function execute(
  owner: CachedFunction,
  entry: Entry,
  run: Run,
  body: (run: Run) => unknown,
  persistence: Persistence | undefined,
): unknown {
  const { clock } = state.settings;
  owner.misses++;
  owner.tell({ type: "miss" }, entry);
  const started = clock.now();
  const watch = run.parent === undefined ? (owner.use.spinner ?? state.watch ?? watchAtHand()) : undefined;
  const hide = watch?.(owner, entry.place.length > 0);
  const failed = (error: unknown): never => {
    hide?.();
    owner.tell({ type: "error", operation: "run", error }, entry);
    throw error;
  };
  const succeeded = (value: unknown): unknown => {
    hide?.();
    owner.lastCost = clock.now() - started;
    return keep(owner, entry, run, value, persistence);
  };
  let value: unknown;
  try {
    // Where nothing is carried across an `await`, the body says with it that it goes on.
    value = within(run, body, run);
  } catch (error) {
    return failed(error);
  }
  return value instanceof Promise ? value.then(succeeded, failed) : succeeded(value);
}

/** Keeps a computed value, here and in the durable store, and hands it to the first caller. */
function keep(
  owner: CachedFunction,
  entry: Entry,
  run: Run,
  value: unknown,
  persistence: Persistence | undefined,
): unknown {
  const kept = owner.policy.keep(value, owner);
  // What needs no copy is the value itself, or the frozen one that all callers share.
  const first = kept.give === undefined ? kept.value : value;
  if (state.replayer?.keep(owner, entry, run, kept)) return first;
  const promised = isPromised(owner, entry);
  const bytes = entry.live ? persistence?.encode(kept, promised, entry.replay) : undefined;
  fill(owner, entry, kept, owner.lastCost, owner.options.ttl, promised);
  if (bytes === undefined || !entry.live) return first;
  const written = persistence?.write(entry, bytes);
  return written === undefined ? first : written.then(() => first);
}

/** True where the body gave a promise although the function was not declared async: hits are handed one too. */
export const isPromised = (owner: CachedFunction, entry: Entry): boolean =>
  entry.flight?.done !== undefined && owner.definition.async !== true;

/**
 * Puts a value into an entry and, unless it was cleared meanwhile, the entry into the cache. `cost` is what the body
 * took and `ttl` how long the entry may live, both in milliseconds; `promised` as in `Entry`.
 */
export function fill(
  owner: CachedFunction,
  entry: Entry,
  kept: Kept,
  cost: number,
  ttl: number,
  promised: boolean,
): void {
  const mayStay = ttl === NEVER;
  entry.value = kept.value;
  entry.give = kept.give;
  entry.bytes = kept.bytes;
  entry.cost = cost;
  entry.promised = promised;
  if (!mayStay) {
    entry.expires = state.settings.clock.now() + ttl;
    owner.lifetime = owner.options.ttl;
  }
  if (!entry.live) return;
  const { limits } = owner;
  if (limits === undefined) owner.take(entry);
  else if (!limits.admit(owner, entry)) return;
  entry.easy = mayStay && isBare(entry);
  owner.tell({ type: "write", duration: cost, bytes: entry.bytes }, entry);
  limits?.scheduleSweep(owner, entry.expires);
}

/** Ends a run. A place that got no value is given back. */
function land(run: Run): void {
  const { entry } = run;
  endRun(run);
  entry.flight = undefined;
  if (!entry.ready && entry.live) entry.table.remove(entry);
}
