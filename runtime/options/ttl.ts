import { parseDuration } from "./duration.ts";
import { givesNoAnswer, type OptionParser } from "./option-parser.ts";

/** How long an entry with this value lives, in milliseconds. */
export type TtlFunction = (value: unknown, args: readonly unknown[]) => number;

/** `ttl`: seconds, or what tells them of each value. That it answers with a duration is seen when it is called. */
export const parseTtl: OptionParser<number | TtlFunction> = /* @__PURE__ */ Object.assign(
  (value: unknown, functionName?: string, option?: string): number | TtlFunction => {
    if (typeof value !== "function" || givesNoAnswer(value)) return parseDuration(value, functionName, option);
    return (result, args) => parseDuration(value(result, ...args), functionName, `${option}()`) * 1000;
  },
  { accepts: parseDuration.accepts },
);
