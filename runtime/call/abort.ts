import type { Abort } from "../features.ts";
import { install, state } from "../registry.ts";
import { isSignal } from "../values/abort-signal.ts";
import { currentRun, dropPending } from "./in-flight.ts";
import { onAbort } from "./on-abort.ts";
import type { CachedFunction, Run, Waiters } from "./types.ts";

const waitersOf = (run: Run): Waiters => (run.waiters ??= { callers: 0, controller: undefined, abandoned: undefined });

/**
 * The signal of the run of a cached function within which the current code executes. It aborts when the last caller that waited
 * for the run has stopped waiting, with that caller's reason, or when the entry is cleared meanwhile, with an `AbortError`.
 * Outside of a run, a signal that never aborts.
 */
export function cacheSignal(): AbortSignal {
  const run = currentRun();
  if (run === undefined) return new AbortController().signal;
  if (state.features.abort === undefined) install({ abort });
  return signalOfRun(run);
}

function signalOfRun(run: Run): AbortSignal {
  const waiters = waitersOf(run);
  waiters.controller ??= new AbortController();
  if (waiters.abandoned !== undefined) {
    if (run.hasTimedOut) waiters.controller.abort(waiters.abandoned.reason);
    else abandon(run, waiters.abandoned.reason);
  }
  return waiters.controller.signal;
}

/**
 * What a body gets in place of an argument that is a signal, or has one as its `signal`: that of its run, which does not abort
 * when the first caller leaves and others wait. `isOne`: where there is none, the body can take one all the same.
 */
export function ownSignal(run: Run | undefined, value: unknown, isOne = false): unknown {
  // Caching is off.
  if (run === undefined) return value;
  if (value === undefined || value === null) return isOne ? signalOfRun(run) : value;
  if (isSignal(value)) return run.owner.definition.async !== true && value.aborted ? value : signalOfRun(run);
  if (typeof value !== "object" || !isSignal(signalIn(value)) || !isPlain(value)) return value;
  const properties = Object.getOwnPropertyDescriptors(value) as PropertyDescriptorMap;
  properties["signal"] = { ...properties["signal"], value: signalOfRun(run) };
  return Object.create(Object.getPrototypeOf(value), properties);
}

/** The same for each argument of a list, in the list itself. */
export function ownSignals(run: Run | undefined, list: unknown[]): void {
  for (let i = 0; i < list.length; i++) list[i] = ownSignal(run, list[i]);
}

/** Options of another class may not be what they were, once they are copied. */
function isPlain(options: object): boolean {
  const prototype = Object.getPrototypeOf(options) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refuse(owner: CachedFunction, args: readonly unknown[]): undefined | Promise<never> {
  const signal = owner.definition.async === true ? signalOf(args) : undefined;
  return signal?.aborted ? Promise.reject(signal.reason) : undefined;
}

function wait(run: Run, result: Promise<unknown>, args: readonly unknown[]): Promise<unknown> {
  const waiters = waitersOf(run);
  waiters.callers++;
  if (waiters.controller === undefined) {
    waiters.abandoned = undefined;
    run.isAbandoned = false;
  }
  const signal = signalOf(args);
  if (signal === undefined) return result;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason);
      if (--waiters.callers === 0 && !run.hasEnded && !run.isBackground) abandon(run, signal.reason);
    };
    if (signal.aborted) leave();
    const stop = signal.aborted ? undefined : onAbort(signal, leave);
    result.then(resolve, reject).finally(stop);
  });
}

/**
 * A body that listens is likely to fail: the next equal call runs anew. One that has not asked for the signal goes on; it can be
 * joined, and its value is kept.
 */
function abandon(run: Run, reason: unknown = new DOMException("The entry was cleared", "AbortError")): void {
  const waiters = waitersOf(run);
  run.isAbandoned = true;
  waiters.abandoned = { reason };
  if (waiters.controller === undefined) return;
  dropPending(run);
  waiters.controller.abort(reason);
}

function tell(run: Run, reason: unknown): void {
  const waiters = waitersOf(run);
  waiters.abandoned = { reason };
  waiters.controller?.abort(reason);
}

/** The signal that a call was given: an argument, or the `signal` of one. */
function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  for (const arg of args) {
    if (typeof arg !== "object" || arg === null) continue;
    if (isSignal(arg)) return arg;
    const signal = signalIn(arg);
    if (isSignal(signal)) return signal;
  }
  return undefined;
}

function signalIn(options: object): unknown {
  try {
    return Object.getOwnPropertyDescriptor(options, "signal")?.value;
  } catch {
    // A proxy may refuse to be looked at.
    return undefined;
  }
}

/** For functions whose arguments may be or hold a signal. */
export const abort: Abort = { refuse, wait, abandon, tell, signalOf };
