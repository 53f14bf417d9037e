import type { NestedEntries } from "../dependency-features.ts";
import { callScope, functionScope } from "../persist/scopes.ts";
import { state } from "../registry.ts";
import { currentRun } from "./in-flight.ts";
import { tagRun, tags } from "./tagged-entries.ts";
import type { CachedFunction, Entry, Run } from "./types.ts";

const scopeOf = ({ definition }: CachedFunction): string => functionScope(definition.id);

const scopeOfCall = (owner: CachedFunction, entry: Pick<Entry, "key">): string =>
  callScope(scopeOf(owner), owner.textOf(entry.key));

function called(owner: CachedFunction, entry: Entry, run: Run | undefined = currentRun()): void {
  if (run === undefined || run.hasEnded || run.owner.options.nested === undefined) return;
  run.end = Math.min(run.end ?? entry.expires, entry.expires);
  tagRun(run, [scopeOf(owner), scopeOfCall(owner, entry), ...(entry.tags ?? [])]);
}

function remaining(run: Run): number {
  return run.end === undefined ? Number.POSITIVE_INFINITY : Math.max(0, run.end - state.settings.clock.now());
}

function cleared(owner: CachedFunction, call?: Pick<Entry, "key">): void {
  // Which values of widgets an entry was called with is not known to the call.
  const isWhole = call === undefined || owner.options.allowWidgets;
  tags.clear([isWhole ? scopeOf(owner) : scopeOfCall(owner, call)]);
}

/** For functions with `nested`. */
export const nested: NestedEntries = { called, remaining, cleared };
