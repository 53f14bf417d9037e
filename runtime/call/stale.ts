import { InvalidOptionError } from "../errors.ts";
import type { AnsweredCall, StaleValues } from "../features.ts";
import type { StaleOption } from "../options/stale-option.ts";
import { featureOf, state } from "../registry.ts";
import { join } from "./answer.ts";
import { recompute, startAside } from "./compute.ts";
import { materialize } from "./entry.ts";
import { isExpired, isUsable } from "./expiry.ts";
import { bindToRun } from "./in-flight.ts";
import { staleCalls } from "./stale-calls.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction, Entry, Run } from "./types.ts";

/** What became of the attempts to replace a stale entry. */
interface Attempts {
  /** The one under way. */
  run: Run | undefined;
  /** True from the call that starts one in the background on, until that begins. */
  isDue: boolean;
  /** Monotonic milliseconds before which no other is made, since the last one failed. */
  next: number;
}

/** By the stale entry: what replaces it begins anew. */
const attempts = /* @__PURE__ */ new WeakMap<Entry, Attempts>();

function attemptsOf(entry: Entry): Attempts {
  let known = attempts.get(entry);
  if (known === undefined) attempts.set(entry, (known = { run: undefined, isDue: false, next: 0 }));
  return known;
}

const now = (): number => state.settings.clock.now();
const optionOf = ({ options }: CachedFunction): StaleOption => options.stale ?? { retry: 0 };

function span(owner: CachedFunction, promised: boolean): number {
  const { refresh, error } = optionOf(owner);
  if (refresh !== undefined && !promised && owner.definition.async !== true)
    throw new InvalidOptionError(
      `${owner.name}(): invalid \`stale\`: only an async function can be refreshed in the background. Make it async, or allow old values where a run fails: \`stale: { error: … }\``,
    );
  return Math.max(refresh ?? 0, error ?? 0) * 1000;
}

/** True while the old value is handed out at once and replaced in the background. */
const isRefreshed = (owner: CachedFunction, entry: Entry): boolean =>
  now() < entry.expires + (optionOf(owner).refresh ?? 0) * 1000;

const isServed = (owner: CachedFunction, entry: Entry): boolean => isUsable(entry) && isRefreshed(owner, entry);

function answer(owner: CachedFunction, entry: Entry, call: AnsweredCall): unknown {
  const refused = state.features.abort?.refuse(owner, call.args);
  if (refused !== undefined) return refused;
  const known = attemptsOf(entry);
  if (known.run !== undefined && isGivenUp(owner, known.run)) known.run = undefined;
  const mayTry = known.run === undefined && !known.isDue && now() >= known.next;
  if (isRefreshed(owner, entry)) {
    return checked(owner, entry, call, "refresh", call.again, () => {
      if (mayTry) refreshLater(owner, entry, call);
    });
  }
  if (known.run !== undefined) return joinAttempt(owner, entry, known.run, call);
  if (!mayTry) return checked(owner, entry, call, "error", call.again);
  return replace(owner, entry, call);
}

/** True for an attempt that is not waited for any more: its last caller has left, or it may never end. */
const isGivenUp = (owner: CachedFunction, run: Run): boolean =>
  run.entry.state === "removed" || featureOf("limits", owner.name).isOutrun(owner, run);

/** Runs the body for the caller, who gets the old value if that fails. */
function replace(owner: CachedFunction, entry: Entry, call: AnsweredCall): unknown {
  const run = beginRefresh(owner, entry, call, false);
  try {
    const result = recompute(run, call.body, { lookup: call.lookup, takesStored: true });
    if (!isPromise(result)) {
      attempts.delete(entry);
      return result;
    }
    follow(owner, entry, run);
    return softened(owner, entry, run, call, result);
  } catch (error) {
    failed(owner, entry, run);
    return instead(owner, entry, run, call, error);
  }
}

function joinAttempt(owner: CachedFunction, entry: Entry, run: Run, call: AnsweredCall): unknown {
  return softened(owner, entry, run, call, join(owner, run.entry, call.args));
}

/** What a run comes to; the old value where it fails, or takes longer than the soft limit. */
function softened(
  owner: CachedFunction,
  entry: Entry,
  run: Run,
  call: AnsweredCall,
  result: Promise<unknown>,
): Promise<unknown> {
  const replaced = result.catch(bindToRun((error: unknown) => instead(owner, entry, run, call, error)));
  if (owner.options.timeout?.soft === undefined) return replaced;
  const late = () => (isUsable(entry) ? checked(owner, entry, call, "timeout", () => replaced) : replaced);
  return featureOf("timeout", owner.name).soften(run, replaced, bindToRun(late));
}

/** The old value in place of a failure. A caller who stopped waiting gets none, nor does one whose entry was cleared. */
function instead(owner: CachedFunction, entry: Entry, run: Run, call: AnsweredCall, error: unknown): unknown {
  const fail = () => {
    throw error;
  };
  if (!(run.hasEnded || run.hasTimedOut) || !isUsable(entry)) return fail();
  return checked(owner, entry, call, "error", fail);
}

/** Begins after the caller has its value: what a body does before its first `await` takes time, too. */
function refreshLater(owner: CachedFunction, entry: Entry, call: AnsweredCall): void {
  const known = attemptsOf(entry);
  known.isDue = true;
  const refreshed = Promise.resolve().then(() => {
    known.isDue = false;
    // Cleared, or replaced by a call of `fresh`.
    if (entry.state !== "ready" || known.run !== undefined) return;
    const run = beginRefresh(owner, entry, call, true);
    try {
      const result = recompute(run, call.body, { lookup: call.lookup, takesStored: true });
      if (isPromise(result)) return follow(owner, entry, run);
      attempts.delete(entry);
    } catch {
      failed(owner, entry, run);
    }
  });
  state.settings.waitUntil?.(refreshed);
}

function beginRefresh(owner: CachedFunction, entry: Entry, { args }: AnsweredCall, isBackground: boolean): Run {
  const run = startAside(owner, entry.table, entry.key, args, isBackground);
  run.entry.promised = entry.promised;
  attemptsOf(entry).run = run;
  return run;
}

/** Notes how a run ended. Its failure is told by the event that every run has. */
const follow = (owner: CachedFunction, entry: Entry, run: Run): Promise<unknown> | undefined =>
  run.done?.then(
    () => {
      if (attempts.get(entry)?.run === run) attempts.delete(entry);
    },
    () => failed(owner, entry, run),
  );

/** The next attempt has to wait, unless this one was given up since nobody needed it. */
function failed(owner: CachedFunction, entry: Entry, run: Run): void {
  const known = attemptsOf(entry);
  if (known.run !== run) return;
  known.run = undefined;
  if (!run.isAbandoned) known.next = now() + optionOf(owner).retry * 1000;
}

/** Serves the old value if `validate` has nothing against it, else does `otherwise`. */
function checked(
  owner: CachedFunction,
  entry: Entry,
  { args, lookup }: AnsweredCall,
  because: "refresh" | "error" | "timeout",
  otherwise: () => unknown,
  served?: () => void,
): unknown {
  const serve = (value: unknown) => {
    staleCalls.set(args, entry);
    owner.figures.stale++;
    owner.emit({ type: "stale", because, age: now() - entry.created }, entry);
    served?.();
    return owner.serve(entry, value, "memory", lookup?.results);
  };
  if (owner.options.validate === undefined) return serve(materialize(entry));
  return featureOf("validate", owner.name).entry(owner, entry, args, otherwise, lookup?.results, serve);
}

const runOf = (entry: Entry): Run | undefined => attempts.get(entry)?.run;

function expire(owner: CachedFunction, entry: Entry): boolean {
  attempts.delete(entry);
  if (!isExpired(entry)) {
    entry.expires = now();
    entry.ends = Math.min(entry.ends, entry.expires + span(owner, entry.promised));
    entry.fastPath = false;
  }
  return isUsable(entry);
}

/** For functions with `stale`. */
export const stale: StaleValues = { span, isServed, answer, runOf, expire };
