import { state } from "../registry.ts";
import { isWithin } from "./in-flight.ts";
import { NEVER } from "./never.ts";
import type { CachedFunction, Run } from "./types.ts";

/** So many times what the last run of its function took is not unusual. */
const UNUSUAL = 3;

/**
 * True if a run has taken longer than an entry may live, and much longer than the last one: it may never end. Later calls
 * run anew, as they do after a `timeout`.
 */
export function isOutrun(owner: CachedFunction, run: Run): boolean {
  const { ttl, stale } = owner.options;
  if (run.hasTimedOut) return true;
  // Thousands of callers may ask this of one run.
  if (ttl === 0 || ttl === NEVER || run.done === undefined || isWithin(run.entry)) return false;
  const life = ttl + Math.max(stale?.refresh ?? 0, stale?.error ?? 0) * 1000;
  // It has not begun where a store is still asked.
  if (state.settings.clock.now() - run.entry.created <= Math.max(life, UNUSUAL * owner.lastCost)) return false;
  putAside(run);
  return true;
}

/** Lets the next call run anew. The value of this run takes its place if it comes first. */
export function putAside(run: Run): void {
  const { owner, entry } = run;
  run.hasTimedOut = true;
  if (entry.state === "pending" && !owner.aside.has(entry)) {
    entry.table.withdraw(entry);
    owner.aside.add(entry);
  }
  void run.release?.();
}
