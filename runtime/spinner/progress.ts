import { currentRun } from "../call/in-flight.ts";
import { state } from "../registry.ts";

/**
 * Shows how far many calls of a cached function have come, once they take a while, in the place of a spinner for each; returns what
 * ends it. Within a cached function nothing is shown, as for any nested call.
 */
export function startProgress(fn: object, progress: () => string): () => void {
  const owner = state.links.get(fn);
  if (owner === undefined || currentRun() !== undefined) return () => {};
  const { name, options, lastCost } = owner;
  const subject = { name, options, lastCost, definition: { async: true }, together: owner, progress };
  return state.features.spinner?.(subject, true) ?? (() => {});
}
