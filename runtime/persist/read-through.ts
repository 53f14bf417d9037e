import { fill } from "../call/compute.ts";
import { materialize } from "../call/entry.ts";
import { bindToRun, holdsLease } from "../call/in-flight.ts";
import { isPromise } from "../call/thenable.ts";
import type { CachedFunction, Entry, Persistence, Run, StoredValue } from "../call/types.ts";
import { featureOf, state } from "../registry.ts";

/** One call that has to be computed unless the durable store has it. */
interface PersistedCall {
  owner: CachedFunction;
  entry: Entry;
  run: Run;
  persistence: Persistence;
  args: readonly unknown[];
  compute: () => unknown;
  /** Answers from a stale entry, once it is in memory; absent for a run that is to replace one. */
  serveStale: (() => unknown) | undefined;
  /** Hands out what was found. */
  serve: (value: unknown) => unknown;
  /** When the value was written that `validate` has refused. */
  rejected: number | undefined;
}

/** Takes what the durable store has, else computes; where the store knows locks, only one process does. */
export function throughStore(
  run: Run,
  persistence: Persistence,
  args: readonly unknown[],
  compute: () => unknown,
  serveStale?: () => unknown,
): unknown {
  const { owner, entry } = run;
  const call: PersistedCall = {
    owner,
    entry,
    run,
    persistence,
    args,
    compute,
    serveStale: serveStale && bindToRun(serveStale),
    serve: bindToRun((value) => owner.serve(entry, value, "store", run.shown)),
    rejected: undefined,
  };
  const isAsync = owner.definition.async === true || owner.definition.promised === true;
  const found = persistence.lookup(entry);
  if (isPromise(found)) return found.then((stored) => staleOr(call, stored, () => locked(call)));
  return staleOr(call, found, () => (isAsync ? locked(call) : lockedSync(call)));
}

async function locked(call: PersistedCall): Promise<unknown> {
  const { entry, run, persistence } = call;
  const compute = () => computed(call);
  const waiting = persistence.lock(entry, holdsLease(run));
  if (waiting === undefined) return compute();
  const lease = await waiting;
  run.leased = lease !== undefined;
  run.release = () => lease?.release();
  try {
    // Whoever held the lock before may have left the result.
    return await foundOr(call, await persistence.lookup(entry), compute);
  } finally {
    // A stream is computed until it ends.
    if (run.streaming === undefined) await lease?.release();
    else void run.streaming.then(() => lease?.release());
  }
}

function lockedSync(call: PersistedCall): unknown {
  const { entry, run, persistence } = call;
  const compute = () => computed(call);
  const waited = persistence.lockSync(entry, holdsLease(run));
  if (waited === undefined) return compute();
  const { lease } = waited;
  run.leased = lease !== undefined;
  const release = () => void lease?.release();
  let result: unknown;
  try {
    result = foundOr(call, persistence.lookup(entry) as StoredValue | undefined, compute);
  } catch (error) {
    release();
    throw error;
  }
  if (isPromise(result)) return result.finally(release);
  release();
  return result;
}

/** Runs the body. Where it fails, nothing is left of what `validate` has refused. */
function computed({ owner, entry, persistence, compute, rejected }: PersistedCall): unknown {
  const { recordings } = state.features;
  if (recordings?.mode === "replay") recordings.missed(owner, entry);
  if (rejected === undefined) return compute();
  const failed = (error: unknown): never => {
    persistence.remove(entry.key);
    throw error;
  };
  try {
    const result = compute();
    return isPromise(result) ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

/** Before a lock is taken: a stale entry goes to memory, and answers from there. */
function staleOr(call: PersistedCall, found: StoredValue | undefined, otherwise: () => unknown): unknown {
  const { owner, entry, serveStale } = call;
  if (found === undefined || found.remaining > 0 || serveStale === undefined || entry.state === "removed")
    return foundOr(call, found, otherwise);
  keepFound(owner, entry, found);
  return serveStale();
}

/** Serves what was found, if it is still valid. What is not is overwritten by what is computed. */
function foundOr(call: PersistedCall, found: StoredValue | undefined, otherwise: () => unknown): unknown {
  if (found === undefined || found.remaining <= 0 || found.written === call.rejected) return otherwise();
  const { owner, entry, run, args } = call;
  const value = materialize(found);
  const settle = (isValid: unknown): unknown => {
    if (isValid) {
      keepFound(owner, entry, found);
      return run.isBackground ? value : call.serve(value);
    }
    call.rejected = found.written;
    owner.emit({ type: "invalid" }, entry);
    return otherwise();
  };
  if (owner.options.validate === undefined) return settle(true);
  return featureOf("validate", owner.name).found(
    run,
    value,
    args,
    owner.definition.async === true || found.promised,
    settle,
  );
}

function keepFound(owner: CachedFunction, entry: Entry, found: StoredValue): void {
  entry.replay = found.replay;
  state.features.tags?.restore(owner, entry, found);
  entry.files = found.files;
  fill(owner, entry, found, found.cost, found.remaining, found.promised, found.left);
  entry.created -= Math.max(0, state.settings.clock.wall() - found.written);
}
