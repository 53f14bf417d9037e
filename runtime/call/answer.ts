import { RecursiveCallError } from "../errors.ts";
import { featureOf, state } from "../registry.ts";
import { decide } from "./decide.ts";
import { materialize } from "./entry.ts";
import { joinRun } from "./in-flight.ts";
import type { CachedFunction, Entry } from "./types.ts";

/**
 * What a call gets of the entry that it found: its value, or that of the run under way; `MISS` if the body has to run.
 * `again` makes the call anew, `results` are what its widgets have shown on the way to the entry.
 */
export function answer(
  owner: CachedFunction,
  entry: Entry | undefined,
  args: readonly unknown[],
  again: () => unknown,
  results?: unknown[],
): unknown {
  const { name, options } = owner;
  const decision = decide(entry, options);
  if (entry === undefined || decision === "compute") return state.miss;
  if (decision === "hit") return owner.serve(entry, materialize(entry), "memory", results);
  if (decision === "validate") return featureOf("validate", name).entry(owner, entry, args, again, results);
  if (decision === "join") return join(owner, entry);
  featureOf("limits", name).expire(owner, entry);
  return state.miss;
}

/** Waits for a run of the same call. A synchronous run can only be met from within itself. */
function join(owner: CachedFunction, entry: Entry): unknown {
  const { run } = entry;
  if (run?.done === undefined) throw new RecursiveCallError(owner.name);
  const leave = joinRun(run);
  return run.done.finally(leave).then(() => owner.serve(entry, materialize(entry), "flight"));
}
