import { type Duration, parseDuration } from "./duration.ts";
import { optionParser } from "./option-parser.ts";
import { isDuration } from "./stale-option.ts";

/** `timeout`, parsed. Seconds. */
export interface TimeoutOption {
  /** After this a stale value is served, if there is one, and the run goes on. */
  readonly soft?: number;
  /** After this callers get a `CallTimeoutError`. */
  readonly hard?: number;
}

/** `timeout` */
export const parseTimeout = /* @__PURE__ */ optionParser(
  "a duration or { soft?, hard? } with durations",
  (value, refuse, beside): TimeoutOption | undefined => {
    const seconds = (part: unknown, where: string): number => {
      try {
        return parseDuration(part as Duration);
      } catch (error) {
        return refuse(`${where}${(error as Error).message}`);
      }
    };
    const limit = (part: unknown, where: string): number =>
      seconds(part, where) || refuse(`${where}no run ends in no time; leave it out for no limit`);
    if (typeof value === "number" || typeof value === "string") return { hard: limit(value, "") };
    if (typeof value !== "object" || value === null) return undefined;
    if (isDuration(value)) return { hard: limit(value, "") };
    const { soft, hard, ...others } = value as Record<string, unknown>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) refuse(`there is no \`${unknown}\` in it`);
    if (soft === undefined && hard === undefined) refuse("give `soft`, `hard` or both");
    if (soft !== undefined && beside !== undefined && beside["stale"] === undefined)
      refuse("`soft` means nothing without `stale`: add that, or remove `soft`");
    const read = {
      ...(soft !== undefined && { soft: seconds(soft, "its `soft`: ") }),
      ...(hard !== undefined && { hard: limit(hard, "its `hard`: ") }),
    };
    if (read.soft !== undefined && read.hard !== undefined && read.soft >= read.hard)
      refuse("`soft` means nothing where `hard` comes first");
    return read;
  },
);
