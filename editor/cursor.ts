import type { Kind } from "../transformer/types.ts";

/** What a mark has at an offset of its text. */
export type Cursor =
  /** In a word that starts with `@`, behind the start of a comment or of one of its lines. */
  | { in: "tag"; start: number }
  /** Where the name of an option goes. `given`: those that stand before it. */
  | { in: "option"; kind: Kind; start: number; given: string[] }
  /** Where the value of an option goes. */
  | { in: "value"; kind: Kind; option: string; start: number };

const KINDS: Readonly<Record<string, Kind>> = {
  "@cacheData": "data",
  "@cacheResource": "resource",
  "@cacheElement": "element",
  "@cacheWidget": "widget",
  "@cacheClears": "clears",
};
export const TAGS = Object.keys(KINDS);

/** Works on text that is being written, which no parser takes yet. */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const open = text.lastIndexOf("/*", offset - 1);
  if (open < 0 || !text.startsWith("/**", open) || text.slice(open + 3, offset).includes("*/")) return undefined;
  const before = text.slice(open + 3, offset);
  const tag = /(?:^|\n)[ \t]*\*?[ \t]*(@\w*)$/.exec(before)?.[1];
  if (tag !== undefined) return { in: "tag", start: offset - tag.length };
  const marks = [...before.matchAll(/(@cache\w+)[ \t]*\(/g)];
  const mark = marks.at(-1);
  const kind = KINDS[mark?.[1] ?? ""];
  if (!mark || kind === undefined) return undefined;
  return inOptions(before.slice(mark.index + mark[0].length), kind, offset);
}

function inOptions(written: string, kind: Kind, offset: number): Cursor | undefined {
  const masked = written.replace(/(\n[ \t]*)\*/g, "$1 ");
  const given: string[] = [];
  let depth = 0;
  let part = 0;
  let option: string | undefined;
  for (let index = 0; index < masked.length; index++) {
    const letter = masked[index] as string;
    if (/["'`]/.test(letter)) {
      const end = endOfString(masked, index);
      if (end === undefined) return option !== undefined && depth === 1 ? at("value", index) : undefined;
      index = end;
    } else if (/[{([]/.test(letter)) {
      depth++;
      if (depth === 1) part = index + 1;
    } else if (/[})\]]/.test(letter)) {
      depth--;
      if (depth <= 0) return undefined;
    } else if (depth === 1 && letter === ":" && option === undefined) {
      option = masked.slice(part, index).trim();
      given.push(option);
      part = index + 1;
    } else if (depth === 1 && letter === ",") {
      option = undefined;
      part = index + 1;
    }
  }
  if (depth !== 1) return undefined;
  const lead = /^\s*/.exec(masked.slice(part))?.[0].length ?? 0;
  return at(option === undefined ? "option" : "value", part + lead);

  function at(place: "option" | "value", index: number): Cursor {
    const start = offset - (masked.length - index);
    return place === "option"
      ? { in: place, kind, start, given }
      : { in: place, kind, option: option as string, start };
  }
}

function endOfString(text: string, start: number): number | undefined {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === text[start]) return index;
  }
  return undefined;
}
