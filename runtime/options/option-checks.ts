import { InvalidOptionError, messageOf } from "../errors.ts";
import { parseRules } from "../key/hash-rules.ts";
import { parseBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";
import type { OptionCheck } from "./options.ts";

/*
 * The build has checked every literal. What is left are options given as variables or expressions: their marks hand in
 * the check of each. All throw InvalidOptionError naming the function, the option, the value and the valid forms.
 */

const checked =
  (read: (value: unknown) => unknown): OptionCheck =>
  (functionName, option, value) => {
    try {
      return read(value);
    } catch (cause) {
      throw new InvalidOptionError(`${functionName}(): ${option}: ${messageOf(cause)}`, { cause });
    }
  };

/** `ttl`: seconds. */
export const checkDuration: OptionCheck = /* @__PURE__ */ checked(parseDuration);

/** `maxBytes`: bytes. */
export const checkBytes: OptionCheck = /* @__PURE__ */ checked(parseBytes);

/** `maxEntries` */
export const checkCount: OptionCheck = /* @__PURE__ */ checked((value) => {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 1)) return value;
  throw new RangeError(`${show(value)} is not a number of entries. Valid: an integer >= 1, or Infinity`);
});

/** `persist` */
export const checkStore: OptionCheck = /* @__PURE__ */ checked((value) => {
  if (typeof value === "boolean" || (typeof value === "string" && value !== "")) return value;
  throw new TypeError(
    `${show(value)} is not a store. Valid: true, false, "disk" or the name of a store given to configure({ stores })`,
  );
});

/** `showSpinner` */
export const checkSpinner: OptionCheck = /* @__PURE__ */ checked((value) => {
  if (typeof value === "boolean" || typeof value === "string") return value;
  throw new TypeError(`${show(value)} is not a spinner text. Valid: true, false or a text`);
});

/** `showTime` */
export const checkFlag: OptionCheck = /* @__PURE__ */ checked((value) => {
  if (typeof value === "boolean") return value;
  throw new TypeError(`${show(value)} is not true or false`);
});

/** `validate`, `onRelease` */
export const checkFunction: OptionCheck = /* @__PURE__ */ checked((value) => {
  if (typeof value === "function") return value;
  throw new TypeError(`${show(value)} is not a function`);
});

/** `hashFuncs` */
export const checkRules: OptionCheck = (functionName, _option, value) => parseRules(functionName, value);

const show = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? "an object" : String(value);
