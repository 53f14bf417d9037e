import type { Options } from "../options/options.ts";
import { isExpired, isOver } from "./expiry.ts";
import type { Entry } from "./types.ts";

/**
 * What a call does with the entry that it found:
 *
 * - `hit`: the value is served;
 * - `validate`: the value is served if the `validate` option says so;
 * - `stale`: the value is served, or stands in where a run fails, as the `stale` option says;
 * - `join`: the call waits for the run under way;
 * - `expired`: the entry is removed, then the call runs;
 * - `compute`: the call runs.
 */
export type Decision = "hit" | "validate" | "stale" | "join" | "expired" | "compute";

/** The one place that decides what a call does, with or without widgets. */
export function decide(entry: Entry | undefined, options: Options): Decision {
  if (entry === undefined || entry.state === "removed") return "compute";
  if (entry.state === "pending") return "join";
  if (isExpired(entry)) return isOver(entry) ? "expired" : "stale";
  return options.validate === undefined ? "hit" : "validate";
}
