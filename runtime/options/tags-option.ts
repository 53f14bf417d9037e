import { optionParser } from "./option-parser.ts";

/** A tag, or a function of the arguments that gives one, several or none. */
// biome-ignore lint/suspicious/noExplicitAny: takes what the function it belongs to takes.
export type TagSource = string | ((...args: any[]) => string | readonly string[] | null | undefined);

/** `tags` */
export const parseTags = /* @__PURE__ */ optionParser(
  "a list of strings and functions, or one function",
  (value): readonly TagSource[] | undefined =>
    typeof value === "function"
      ? [value as Exclude<TagSource, string>]
      : Array.isArray(value) &&
          value.length > 0 &&
          value.every((tag) => typeof tag === "function" || (typeof tag === "string" && tag !== ""))
        ? (value as readonly TagSource[])
        : undefined,
);
