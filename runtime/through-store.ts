import type { CachedFunction } from "./call.ts";
import { fill } from "./compute.ts";
import { type Entry, handOut } from "./entry.ts";
import { holdsLease, type Run } from "./in-flight.ts";
import type { Found } from "./kept.ts";
import type { Persistence } from "./persistence.ts";

/** One call that has to be computed unless the durable store has it. */
interface Call {
  owner: CachedFunction;
  entry: Entry;
  run: Run;
  persistence: Persistence;
  compute: () => unknown;
}

/** Takes what the durable store has, else computes; where the store knows locks, only one process does. */
export function throughStore(
  owner: CachedFunction,
  entry: Entry,
  run: Run,
  persistence: Persistence,
  compute: () => unknown,
): unknown {
  const call: Call = { owner, entry, run, persistence, compute };
  const found = persistence.lookup(entry);
  if (found instanceof Promise) return found.then((stored) => foundOr(call, stored, () => locked(call)));
  return foundOr(call, found, () => (owner.definition.async === true ? locked(call) : lockedSync(call)));
}

async function locked(call: Call): Promise<unknown> {
  const { entry, run, persistence, compute } = call;
  const waiting = persistence.lock(entry.place, holdsLease(run));
  if (waiting === undefined) return compute();
  const lease = await waiting;
  run.leased = lease !== undefined;
  try {
    // Whoever held the lock before may have left the result.
    return await foundOr(call, await persistence.lookup(entry), compute);
  } finally {
    await lease?.release();
  }
}

function lockedSync(call: Call): unknown {
  const { entry, run, persistence, compute } = call;
  const waited = persistence.lockSync(entry.place, holdsLease(run));
  if (waited === undefined) return compute();
  const { lease } = waited;
  run.leased = lease !== undefined;
  const release = () => void lease?.release();
  let result: unknown;
  try {
    result = foundOr(call, persistence.lookup(entry) as Found | undefined, compute);
  } catch (error) {
    release();
    throw error;
  }
  if (result instanceof Promise) return result.finally(release);
  release();
  return result;
}

function foundOr({ owner, entry }: Call, found: Found | undefined, otherwise: () => unknown): unknown {
  if (found === undefined) return otherwise();
  fill(owner, entry, found, found.cost, found.remaining);
  entry.replay = found.replay;
  return owner.answer(entry, handOut(entry), "store");
}
