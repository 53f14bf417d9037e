import type ts from "typescript";

/** What the place of a tag in its comment makes of it; `unclear`: a mark or not, people have to say. */
export type TagPlace = "mark" | "inline" | "prose" | { unclear: string };

type Range = Pick<ts.TextRange, "pos" | "end">;

/** Tells of a text's tags what they are, in the order of the text. */
export function tagPlaces(text: string): (comment: Range, start: number, word: string) => TagPlace {
  let last = { pos: -1, code: [] as CodeRange[] };
  return (comment, start, word) => {
    if (last.pos !== comment.pos) last = { pos: comment.pos, code: codeIn(text, comment) };
    const code = last.code.find(({ pos, end }) => pos <= start && start < end);
    if (code?.isClosed) return "prose";
    const place = placeOutsideCode(text, comment, start, word);
    return place === "mark" && code ? { unclear: "stands behind a code fence that nothing closes" } : place;
  };
}

/**
 * A tag starts its line, as in JSDoc, or follows a sentence or another tag and ends the line. In the middle of a sentence
 * or in backticks it is prose, and in a doc comment behind `//` it belongs to code that was commented out.
 */
function placeOutsideCode(text: string, comment: Range, start: number, word: string): TagPlace {
  if (isInline(text, comment, start, word)) return "inline";
  const before = lineBefore(text, comment, start);
  if (REFERENCE.test(before) || /^\/\/+\s*(?:\*|.*\/\*)/.test(before)) return "prose";
  const lead = /^\s*(?:\/\*+|\/\/+|\*)?/.exec(before)?.[0] ?? "";
  const words = before.slice(lead.length);
  // Four blanks behind the one that all lines have: in Markdown that is code.
  if (words.trim() === "") return EXAMPLE.test(words) && lead.endsWith("*") && !lead.includes("/") ? INDENTED : "mark";
  const after = text.slice(start + word.length, comment.end);
  if (!/\s$/.test(before) || !/^\s*(?:\(|\*\/|\r?\n|$)/.test(after) || NOTE.test(words)) return "prose";
  return SAID.test(words) ? "mark" : { unclear: "stands behind words" };
}

const EXAMPLE = /^(?: {5}|[ ]*\t)/;
const INDENTED: TagPlace = { unclear: "is indented like an example" };

/** `TODO: @cacheData` marks nothing yet. */
const NOTE = /\b(?:TODO|FIXME|XXX|HACK)\b/;

/** The end of a sentence, or of another tag with or without options. */
const SAID = /(?:\p{Sentence_Terminal}["'”’»)\]*_]*|(?:^|\s)@\w+(?:\(.*\))?)\s*$/u;

/** What stands before a place on its line of a comment. */
function lineBefore(text: string, comment: Range, start: number): string {
  return text.slice(Math.max(comment.pos, text.lastIndexOf("\n", start) + 1), start);
}

/** `@see @cacheData` speaks of the tag, and so do words about something else: `@param id what @cacheData takes`. */
const REFERENCE =
  /@(?:(?:see|example|link(?:code|plain)?)\s+(?:\S+\s+)*|(?:param|returns?|throws|deprecated|todo|remarks|template|since|summary|property)\s+(?:\S+\s+)+)$/;

/** `{@cacheData}` or `{@cacheData({ … })}` where a tag would stand, in a doc comment. */
function isInline(text: string, comment: Range, start: number, word: string): boolean {
  if (!text.startsWith("/**", comment.pos)) return false;
  const before = lineBefore(text, comment, start);
  const after = text.slice(start + word.length, comment.end);
  if (!before.endsWith("{") || REFERENCE.test(before.slice(0, -1))) return false;
  const isFirst = /^\s*(?:\/\*+|\*)?\s*\{$/.test(before);
  return isFirst ? /^\s*[(}]/.test(after) : /^\s*(?:\([^\r\n]*\)\s*)?\}\s*(?:\*\/|\r?\n)/.test(after);
}

interface CodeRange extends Range {
  isClosed: boolean;
}

/** A line that opens or closes a code fence, in a list or a quotation too; and what HTML has for code. */
const FENCE = /^[ \t]*(?:\/\*)?[*/]*[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*)*(`{3,}|~{3,})(.*)$|<(\/?)(pre|code)\b[^>]*>/gim;

/** Where a comment holds code, from the opening line or tag to the closing one. */
function codeIn(text: string, { pos, end }: Range): CodeRange[] {
  const found: CodeRange[] = [];
  let open = "";
  let at = 0;
  const close = (index: number, isClosed = true) => {
    if (open !== "") found.push({ pos: pos + at, end: pos + index, isClosed });
    open = "";
  };
  for (const { 1: fence = "", 2: info = "", 3: slash, 4: tag, index } of text.slice(pos, end).matchAll(FENCE)) {
    if (tag !== undefined) {
      const name = `<${tag.toLowerCase()}`;
      if (slash === "" && open === "") [open, at] = [name, index];
      else if (slash === "/" && open === name) close(index);
    }
    // Within one line, as in a word between backticks, it is none; a shorter one or another doesn't close it.
    else if (open === "") [open, at] = info.includes("`") ? ["", 0] : [fence, index];
    else if (fence.startsWith(open) && info.trim() === "") close(index);
  }
  // A `<pre>` that nothing closes is none.
  if (!open.startsWith("<")) close(end - pos, false);
  return found;
}
