import { InvalidOptionError, RecursiveCallError } from "../errors.ts";
import type { Validation } from "../features.ts";
import { materialize } from "./entry.ts";
import { bindToRun, endRun, isWithin, startRun, within } from "./in-flight.ts";
import { discard } from "./limits.ts";
import { isThenable } from "./thenable.ts";
import type { CachedFunction, Entry, Run } from "./types.ts";

/** The value of an entry that is not valid is dropped, here and in the durable store, and computed `again`. */
function entry(
  owner: CachedFunction,
  entry: Entry,
  args: readonly unknown[],
  again: () => unknown,
  results?: unknown[],
  serve: (value: unknown) => unknown = (value) => owner.serve(entry, value, "memory", results),
): unknown {
  if (isWithin(entry)) throw new RecursiveCallError(owner.name);
  const value = materialize(entry);
  const run = startRun(owner, entry, args);
  return found(run, value, args, owner.definition.async === true || entry.promised, (isValid) => {
    endRun(run);
    if (isValid) return serve(value);
    if (entry.state === "removed") return again();
    discard(owner, entry, { type: "invalid" });
    const removed = owner.persistence(entry.table)?.remove(entry.key);
    return removed === undefined ? again() : removed.then(again);
  });
}

/**
 * Asks the option about a value before it is served, and tells `settle` the answer; a throw means no.
 * @throws InvalidOptionError where a synchronous function's check answers later.
 */
function found(
  run: Run,
  value: unknown,
  args: readonly unknown[],
  mayWait: boolean,
  settle: (isValid: unknown) => unknown,
): unknown {
  const { owner } = run;
  const next = bindToRun(settle);
  const failed = (error: unknown): unknown => {
    owner.emit({ type: "error", operation: "validate", error }, run.entry);
    return next(false);
  };
  let answer: unknown;
  try {
    const check = () => owner.options.validate?.(value, ...args);
    answer = run.isAlone ? check() : within(run, check);
  } catch (error) {
    return failed(error);
  }
  if (!isThenable(answer)) return settle(answer);
  const later = Promise.resolve(answer);
  if (mayWait) return later.then(next, failed);
  later.catch(() => {});
  endRun(run);
  throw new InvalidOptionError(
    `${owner.name}(): validate returned a promise, but the function is synchronous. Make the function async, or the check synchronous`,
  );
}

/** For functions with `validate`. */
export const validate: Validation = { entry, found };
