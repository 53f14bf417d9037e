import { parseDuration } from "./duration.ts";
import { optionParser } from "./option-parser.ts";

/** `errors`, parsed. */
export interface ErrorsOption {
  /** Seconds that an error is kept. */
  readonly ttl: number;
  /** Which errors are kept; absent: all. */
  readonly when?: (error: unknown) => unknown;
}

/** `errors` */
export const parseErrors = /* @__PURE__ */ optionParser(
  "{ ttl, when? } with a duration and a function",
  (value, refuse): ErrorsOption | undefined => {
    if (typeof value !== "object" || value === null) return undefined;
    const { ttl, when, ...others } = value as Record<string, unknown>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) refuse(`there is no \`${unknown}\` in it`);
    if (when !== undefined && typeof when !== "function") return undefined;
    try {
      const seconds = parseDuration(ttl);
      return when === undefined ? { ttl: seconds } : { ttl: seconds, when: when as (error: unknown) => unknown };
    } catch (error) {
      return refuse(`its \`ttl\`: ${(error as Error).message}`);
    }
  },
);
