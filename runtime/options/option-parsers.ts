/*
 * The parsers that emitted code may name: `cachet/internal` hands on what this file exports, so a new option needs no line there.
 */

import { parseRules } from "../key/hash-rules.ts";
import { optionParser } from "./option-parser.ts";

export { parseBytes } from "./bytes.ts";
export { parseErrors } from "./errors-option.ts";
export { parseScope } from "./scope-option.ts";
export { parseStale } from "./stale-option.ts";
export { parseTags } from "./tags-option.ts";
export { parseTimeout } from "./timeout-option.ts";
export { parseTtl } from "./ttl.ts";

/** `maxEntries` */
export const parseCount = /* @__PURE__ */ optionParser("an integer of at least 1", (value) =>
  value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1)
    ? (value as number)
    : undefined,
);

/** `jitter`: a share of 1. */
export const parseShare = /* @__PURE__ */ optionParser('a number from 0 to 1 or a string such as "10%"', (value) => {
  const percent = typeof value === "string" ? /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(value)?.[1] : undefined;
  const share = percent === undefined ? value : Number(percent) / 100;
  return typeof share === "number" && share >= 0 && share <= 1 ? share : undefined;
});

/** `persist` */
export const parseStore = /* @__PURE__ */ optionParser(
  'a boolean, "disk" or the name of a registered store',
  (value): string | boolean | undefined =>
    typeof value === "boolean" || (typeof value === "string" && value !== "") ? value : undefined,
  ["true", '"disk"', "false"],
);

/** `showSpinner` */
export const parseSpinner = /* @__PURE__ */ optionParser(
  "a boolean or a string",
  (value): string | boolean | undefined =>
    typeof value === "boolean" || typeof value === "string" ? value : undefined,
  ["true", "false"],
);

/** `showTime`, `allowWidgets` */
export const parseFlag = /* @__PURE__ */ optionParser(
  "a boolean",
  (value) => (typeof value === "boolean" ? value : undefined),
  ["true", "false"],
);

// biome-ignore lint/suspicious/noExplicitAny: takes what the function it belongs to takes and gives.
type AnyFunction = (...args: any[]) => unknown;

/** `validate`, `onRelease`, `key` */
export const parseFunction = /* @__PURE__ */ optionParser("a function", (value) =>
  typeof value === "function" ? (value as AnyFunction) : undefined,
);

/** `functions` */
export const parseFunctions = /* @__PURE__ */ optionParser("a list of cached functions", (value) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "function")
    ? (value as readonly AnyFunction[])
    : undefined,
);

/** `context` */
export const parseContext = /* @__PURE__ */ optionParser("a list of functions", (value) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "function")
    ? (value as readonly (() => unknown)[])
    : undefined,
);

/** `hashFuncs` */
export const parseHashFuncs = /* @__PURE__ */ optionParser("{ TypeName: fn } or [[Class, fn], …]", parseRules);
