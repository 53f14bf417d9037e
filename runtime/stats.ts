import { removeExpired } from "./call/limits.ts";
import type { CachedFunction } from "./call/types.ts";
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
  /** Hits that were served after their ttl. */
  stale: number;
  /** Runs of the body. */
  misses: number;
  /** Those in the background, to replace a stale entry. */
  refreshes: number;
  /** How often a run was not waited for any longer, because of `timeout`. */
  timeouts: number;
  /** Milliseconds of body that hits saved. */
  timeSaved: number;
}

/** One row per cached function that was called, with what is in memory now. */
export function stats(): FunctionStats[] {
  const rows: FunctionStats[] = [];
  for (const owner of knownFunctions()) if (wasCalled(owner)) rows.push(statsOf(owner));
  return rows;
}

/** True once the function has an entry or a figure. */
export const wasCalled = ({ figures: { entries, hits, misses } }: CachedFunction): boolean =>
  entries + hits + misses > 0;

/** The row of one function. */
export function statsOf(owner: CachedFunction): FunctionStats {
  const { definition, figures, policy } = owner;
  if (figures.entries > 0) removeExpired(owner);
  const { id, name } = definition;
  const { entries, bytes, hits, stale, misses, refreshes, timeouts = 0, savedMicros } = figures;
  return {
    id,
    name,
    kind: policy.kind,
    entries,
    bytes,
    hits,
    stale,
    misses,
    refreshes,
    timeouts,
    timeSaved: savedMicros / 1000,
  };
}
