import { parseDuration } from "./duration.ts";
import { optionParser, type Refuse } from "./option-parser.ts";

/** `stale`, parsed. Seconds. */
export interface StaleOption {
  /** How long after the ttl the old value is handed out at once, while one run in the background replaces it. */
  readonly refresh?: number;
  /** How long after the ttl the old value stands in where a run fails. */
  readonly error?: number;
  /** How long after a run that failed none is tried. */
  readonly retry: number;
}

const RETRY = 30;

/** `stale` */
export const parseStale = /* @__PURE__ */ optionParser(
  "a duration or { refresh?, error?, retry? } with durations",
  (value, refuse): StaleOption | undefined => {
    if (typeof value === "number" || typeof value === "string") {
      const both = seconds(value, "", refuse);
      return { refresh: both, error: both, retry: RETRY };
    }
    if (typeof value !== "object" || value === null) return undefined;
    if (isDuration(value)) {
      const both = seconds(value, "", refuse);
      return { refresh: both, error: both, retry: RETRY };
    }
    const { refresh, error, retry, ...others } = value as Record<string, unknown>;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) refuse(`there is no \`${unknown}\` in it`);
    if (refresh === undefined && error === undefined) refuse("give `refresh`, `error` or both");
    return {
      ...(refresh !== undefined && { refresh: seconds(refresh, "its `refresh`: ", refuse) }),
      ...(error !== undefined && { error: seconds(error, "its `error`: ", refuse) }),
      retry: retry === undefined ? RETRY : seconds(retry, "its `retry`: ", refuse),
    };
  },
);

/** True for `{ hours: 1 }` and its like, whose fields no part of the option is called by. */
export function isDuration(value: object): boolean {
  try {
    parseDuration(value);
    return true;
  } catch {
    return false;
  }
}

function seconds(value: unknown, where: string, refuse: Refuse): number {
  try {
    return parseDuration(value);
  } catch (error) {
    return refuse(`${where}${(error as Error).message}`);
  }
}
