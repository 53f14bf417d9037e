import { parseRules } from "../key/hash-rules.ts";
import { type OptionParser, optionParser } from "./option-parser.ts";

/** `maxEntries` */
export const parseCount = /* @__PURE__ */ optionParser("an integer of at least 1", (value) =>
  value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1)
    ? (value as number)
    : undefined,
);

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

/** `version` */
export const parseVersion = /* @__PURE__ */ optionParser(
  "a string or a number",
  (value): string | number | undefined =>
    typeof value === "string" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined,
);

/** One of a few strings. */
export const parseOneOf = <const T extends string>(...names: readonly T[]): OptionParser<T> => {
  const quoted = names.map((name) => JSON.stringify(name));
  const last = quoted.at(-1) ?? "";
  const accepts = quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} or ${last}` : last;
  return optionParser(accepts, (value) => names.find((name) => name === value), quoted);
};

// biome-ignore lint/suspicious/noExplicitAny: takes what the function it belongs to takes and gives.
type AnyFunction = (...args: any[]) => unknown;

/** `validate`, `onRelease` */
export const parseFunction = /* @__PURE__ */ optionParser("a function", (value) =>
  typeof value === "function" ? (value as AnyFunction) : undefined,
);

/** `hashFuncs` */
export const parseHashFuncs = /* @__PURE__ */ optionParser("{ TypeName: fn } or [[Class, fn], …]", parseRules);
