import type { CachedFunction } from "./call.ts";
import { type Entry, handOut } from "./entry.ts";
import { InvalidOptionError, RecursiveCallError } from "./errors.ts";
import { isThenable } from "./function-entries.ts";
import { endRun, isWithin, startRun, within } from "./in-flight.ts";
import { drop } from "./limits.ts";

/**
 * Asks the `validate` option about an entry's value before it is served; what is not valid is dropped and computed `again`.
 * `results` are those of the elements that the lookup has shown.
 * @throws InvalidOptionError where a synchronous function's check answers later.
 */
export function validate(
  owner: CachedFunction,
  entry: Entry,
  args: readonly unknown[],
  again: () => unknown,
  results?: unknown[],
): unknown {
  if (isWithin(entry)) throw new RecursiveCallError(owner.name);
  const value = handOut(entry);
  const settle = (isValid: unknown): unknown => {
    if (isValid) return owner.answer(entry, value, "memory", results);
    if (entry.live) drop(entry, "invalid");
    return again();
  };
  const failed = (error: unknown): unknown => {
    owner.tell({ type: "error", operation: "validate", error }, entry);
    return settle(false);
  };
  const run = startRun(entry);
  let answer: unknown;
  try {
    answer = within(run, () => owner.options.validate?.(value, ...args));
  } catch (error) {
    endRun(run);
    return failed(error);
  }
  if (!isThenable(answer)) {
    endRun(run);
    return settle(answer);
  }
  const later = Promise.resolve(answer).finally(() => endRun(run));
  if (owner.definition.async === true || entry.promised) return later.then(settle, failed);
  later.catch(() => {});
  throw new InvalidOptionError(
    `${owner.name}(): validate returned a promise, but the function is synchronous. Make the function async, or the check synchronous`,
  );
}
