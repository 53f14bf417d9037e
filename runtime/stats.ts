import type { FunctionEntries } from "./call/function-state.ts";
import { dropExpired } from "./call/limits.ts";
import { knownFunctions } from "./registry.ts";

/** Figures of one cached function in this process. */
export interface FunctionStats {
  /** Function id, such as `pkg/src/data.ts#load`. */
  id: string;
  name: string;
  kind: "data" | "resource";
  /** Entries in memory. */
  entries: number;
  /** Their size in memory, estimated; 0 for resources, which cannot be measured. */
  bytes: number;
  hits: number;
  /** Runs of the body. */
  misses: number;
  /** Milliseconds of body that hits saved. */
  timeSaved: number;
}

/** One row per cached function that was called, with what is in memory now. */
export function stats(): FunctionStats[] {
  const rows: FunctionStats[] = [];
  for (const owner of knownFunctions())
    if (owner.entries > 0 || owner.hits + owner.misses > 0) rows.push(statsOf(owner));
  return rows;
}

/** The row of one function. */
export function statsOf(owner: FunctionEntries): FunctionStats {
  if (owner.entries > 0) dropExpired(owner);
  const { id, name } = owner.definition;
  const { entries, bytes, hits, misses, saved } = owner;
  return { id, name, kind: owner.policy.kind, entries, bytes, hits, misses, timeSaved: saved };
}
