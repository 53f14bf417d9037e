import { RecursiveCallError } from "../errors.ts";
import type { AnsweredCall } from "../features.ts";
import { featureOf, state } from "../registry.ts";
import { decide } from "./decide.ts";
import { materialize } from "./entry.ts";
import { isExpired, isFresh } from "./expiry.ts";
import { joinRun, noop } from "./in-flight.ts";
import type { CachedFunction, Entry, Run } from "./types.ts";

/** What a call gets of the entry that it found: its value, or that of the run under way; `MISS` if the body has to run. */
export function answer(owner: CachedFunction, entry: Entry | undefined, call: AnsweredCall): unknown {
  const { name, options } = owner;
  const { args, again, lookup } = call;
  const results = lookup?.results;
  const decision = decide(entry, options);
  if (entry === undefined || decision === "compute") return state.miss;
  if (decision === "hit") return owner.serve(entry, materialize(entry), "memory", results);
  if (decision === "validate") return featureOf("validate", name).entry(owner, entry, args, again, results);
  if (decision === "stale") return featureOf("stale", name).answer(owner, entry, call);
  const isPending = decision === "join";
  const run = isPending ? entry.run : state.features.stale?.runOf(entry);
  const isOutrun = run !== undefined && state.features.limits?.isOutrun(owner, run);
  if (!isOutrun && (isPending || run !== undefined)) {
    const joined = run?.entry ?? entry;
    return state.features.streams?.join(owner, joined) ?? join(owner, joined, args);
  }
  if (!isPending) featureOf("limits", name).expire(owner, entry);
  return state.miss;
}

/** Waits for a run of the same call. The run of a function that is not async can only be met from within itself. */
export function join(owner: CachedFunction, entry: Entry, args: readonly unknown[]): Promise<unknown> {
  const { run } = entry;
  if (run === undefined || (run.done === undefined && owner.definition.async !== true))
    throw new RecursiveCallError(owner.name);
  const leave = run.done === undefined ? undefined : joinRun(run);
  let waiting = leave === undefined ? joinFromWithin(run) : doneOf(run);
  // Each promise on the way counts where thousands of callers join.
  if (leave !== undefined && leave !== noop) waiting = waiting.finally(leave);
  if (leave !== undefined) waiting = state.features.abort?.wait(run, waiting, args) ?? waiting;
  const serve = (run.serve ??= serving(owner, entry));
  const { tags, replayer } = state.features;
  return waiting.then((tags ?? replayer)?.bindToRun(serve) ?? serve);
}

/** What those who wait get when the run has ended. */
const serving = (owner: CachedFunction, entry: Entry) => (): unknown => {
  // The run may have replaced a stale entry that it found in a store.
  const kept = entry.state === "removed" && isExpired(entry) ? entry.table.at(entry.key) : entry;
  const source = isFresh(kept) ? kept : entry;
  return owner.serve(source, materialize(source), "flight");
};

/** Before the synchronous part of a body is over, the promise of its run is not there yet. */
const doneOf = (run: Run): Promise<unknown> => run.done ?? Promise.resolve().then(() => run.done);

/** Under fake timers too, a cycle must not hang. */
const startTimer = setTimeout;
const stopTimer = clearTimeout;

/** Milliseconds that a run may take to end although a call within it waits for it. */
const GRACE = 1000;

/**
 * A call within the run that it would wait for. If the body awaits it, neither ever ends; if it is work that the body has left
 * in the background, the run ends and answers it. Nothing tells them apart but time.
 */
function joinFromWithin(run: Run): Promise<unknown> {
  const error = new RecursiveCallError(run.owner.name);
  return new Promise((resolve, reject) => {
    const timer = startTimer(reject, GRACE, error);
    doneOf(run)
      .then(resolve, reject)
      .finally(() => stopTimer(timer));
  });
}
