import { state } from "../registry.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction } from "./types.ts";

/** Milliseconds spent over the runs of a function so far. */
export interface Totals {
  runs: number;
  /** By its body. */
  computing: number;
  /** By keeping what the body gave: copied, encoded, written. */
  keeping: number;
}

const totals = /* @__PURE__ */ new WeakMap<CachedFunction, Totals>();

/** What the runs of a function came to so far; `undefined` for one that has not run, or whose mark says `warnCost: false`. */
export function weighed(owner: CachedFunction): Readonly<Totals> | undefined {
  return totals.get(owner);
}

/** Functions that have been told of. */
const warned = /* @__PURE__ */ new WeakSet<CachedFunction>();

/** Before so many runs nothing is said: a program that has just started has only misses. */
const ENOUGH = 1000;

/**
 * Weighs what it takes to keep a value against what hits have saved. It looks at runs only, so hits pay nothing for it. A mark is
 * told of once, if keeping values has taken longer than computing them, and longer than all hits have saved.
 * @param kept what keeping the value came to, maybe later
 * @param computed monotonic milliseconds at which the body had ended
 * @param ended the same for when the value was kept, where that is known
 */
export function weigh(owner: CachedFunction, kept: unknown, computed: number, ended?: number): void {
  if (owner.options.warnCost === false) return;
  if (isPromise(kept)) {
    kept.then(
      () => add(owner, computed),
      () => {},
    );
  } else add(owner, computed, ended);
}

function add(owner: CachedFunction, computed: number, ended = state.settings.clock.now()): void {
  let sums = totals.get(owner);
  if (sums === undefined) totals.set(owner, (sums = { runs: 0, computing: 0, keeping: 0 }));
  sums.runs++;
  sums.computing += owner.lastCost;
  sums.keeping += Math.max(ended - computed, 0);
  if (
    sums.runs >= ENOUGH &&
    !warned.has(owner) &&
    sums.keeping > Math.max(sums.computing, owner.figures.savedMicros / 1000)
  )
    warn(owner, sums);
}

const inMs = (milliseconds: number): string => `${Math.round(milliseconds)} ms`;

function warn(owner: CachedFunction, { runs, computing, keeping }: Totals): void {
  warned.add(owner);
  const key = `${owner.definition.id}:cost`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  try {
    state.settings.onWarning(
      `cachet: caching ${owner.name}() costs more than it saves: over ${runs} runs keeping its results took ${inMs(keeping)} and computing ` +
        `them ${inMs(computing)}; hits have saved ${inMs(owner.figures.savedMicros / 1000)}. Remove the mark, or write \`warnCost: false\` in it`,
    );
  } catch {
    // A failing reporter must not fail the call it reports about.
  }
}
