import { createContext } from "#platform";
import { isDirectPart } from "../key/direct-parts.ts";
import { state } from "../registry.ts";
import type { CachedFunction, Entry, Run } from "./types.ts";

const context = (state.context ??= createContext<Run>());

/**
 * The run within which the current code executes. Browsers know it only until the first `await`. What a body left behind and
 * goes on after its end belongs to the run around it, if that has not ended either.
 */
export function currentRun(): Run | undefined {
  let run = context.get();
  while (run?.hasEnded) run = run.parent;
  return run;
}

/** Starts a run within the current one, or on its own if it is for the background. */
export function startRun(owner: CachedFunction, entry: Entry, args: readonly unknown[], isBackground = false): Run {
  const parent = isBackground ? undefined : currentRun();
  const run: Run = {
    owner,
    entry,
    args,
    began: state.tick,
    parent,
    waits: undefined,
    leased: false,
    isBackground,
    // The build went by declared types, which may be wrong.
    isAlone: owner.definition.alone && args.every(isDirectPart),
    isAbandoned: false,
    hasTimedOut: false,
    shown: undefined,
    release: undefined,
    hasEnded: false,
    done: undefined,
  };
  if (!run.isAlone) context.started?.();
  if (parent !== undefined) waitsOf(parent).add(run);
  return run;
}

const waitsOf = (run: Run): Set<Run> => (run.waits ??= new Set());

/** Executes code as part of a run. */
export const within = context.run;

/**
 * What goes on when a promise is there, as part of the run that asked for it: what it hands out is what that run depends on. Browsers
 * carry nothing there.
 */
export function bindToRun<A extends unknown[], R>(next: (...args: A) => R): (...args: A) => R {
  const run = context.set && currentRun();
  return run === undefined ? next : (...args) => within(run, next, ...args);
}

/** What a promise came to, on its way into a body that goes on. */
interface Held {
  run: Run | undefined;
  read(): unknown;
}

/**
 * Browsers carry nothing across `await`. There, emitted code awaits `hold(run, promise)` and hands the outcome to
 * `resumed`, which makes the run the current one again before the body goes on.
 */
export function hold(run: Run | undefined, value: unknown): unknown {
  if (context.set === undefined) return value;
  context.set(undefined);
  return Promise.resolve(value).then(
    (settled): Held => ({ run, read: () => settled }),
    (error: unknown): Held => ({
      run,
      read: () => {
        throw error;
      },
    }),
  );
}

/** The outcome of what was held, with its run current again. */
export function resumed(held: unknown): unknown {
  if (context.set === undefined) return held;
  const { run, read } = held as Held;
  context.set(run);
  return read();
}

/** Ends a body's turn, maybe with a value: nothing that the page does next belongs to its run. */
export function leave<T>(value?: T): T | undefined {
  context.set?.(undefined);
  return value;
}

/** Ends a run, once: nobody waits for it any more. */
export function endRun(run: Run): void {
  if (run.hasEnded) return;
  run.hasEnded = true;
  if (!run.isAlone) context.ended?.();
  run.parent?.waits?.delete(run);
  run.waits = undefined;
}

/** What `joinRun` returns where there is no run that could wait. */
export const noop = (): void => {};

/**
 * Notes that the current run waits for another, until the returned function is called; `undefined` if that one, directly or
 * through others, waits for the current run.
 */
export function joinRun(target: Run): (() => void) | undefined {
  const current = currentRun();
  if (current === undefined) return noop;
  const ancestors = new Set<Run>();
  for (let at: Run | undefined = current; at !== undefined; at = at.parent) ancestors.add(at);
  if (reaches(target, ancestors, new Set())) return undefined;
  waitsOf(current).add(target);
  return () => current.waits?.delete(target);
}

function reaches(from: Run, goals: Set<Run>, seen: Set<Run>): boolean {
  if (goals.has(from)) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  for (const next of from.waits ?? []) if (reaches(next, goals, seen)) return true;
  return false;
}

/** True where the current code runs within the computation or validation of this entry. */
export function isWithin(entry: Entry): boolean {
  for (let at = currentRun(); at !== undefined; at = at.parent) if (at.entry === entry) return true;
  return false;
}

/** True where a run within which this one executes holds a lease: it must not wait long for another. */
export function holdsLease(run: Run): boolean {
  for (let at = run.parent; at !== undefined; at = at.parent) if (at.leased) return true;
  return false;
}

/** Takes the entry of a run that gave no value out of the cache. */
export function dropPending({ owner, entry }: Run): void {
  if (owner.aside.size > 0 && owner.aside.delete(entry)) entry.state = "removed";
  else if (entry.state === "pending") entry.table.remove(entry);
}
