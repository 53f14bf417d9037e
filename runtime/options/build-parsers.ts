import { type OptionParser, optionParser } from "./option-parser.ts";

/* Parsers of options whose values the build alone reads, or that are always literals. */

/** One of a few strings. */
export const parseOneOf = <const T extends string>(...names: readonly T[]): OptionParser<T> => {
  const quoted = names.map((name) => JSON.stringify(name));
  const last = quoted.at(-1) ?? "";
  const accepts = quoted.length > 1 ? `${quoted.slice(0, -1).join(", ")} or ${last}` : last;
  return optionParser(accepts, (value) => names.find((name) => name === value), quoted);
};

/** `version` */
export const parseVersion = /* @__PURE__ */ optionParser(
  "a string or a number",
  (value): string | number | undefined =>
    typeof value === "string" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined,
);
