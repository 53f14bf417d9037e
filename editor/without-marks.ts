import type { Diagnostic } from "../transformer/types.ts";
import type { ParsedFile } from "./parsed-file.ts";

/** The text of a file without the marks that errors are about, everything else in its place: so the others can be looked at. */
export function withoutMarks({ text, marks, functions, toSource, toText }: ParsedFile, errors: readonly Diagnostic[]) {
  let rest = text;
  for (const { start, length } of errors) {
    const at = toSource(start);
    const isIn = ({ pos, end }: { pos: number; end: number }) => pos <= at && at < end;
    const mark = marks.find(({ comment }) => isIn(comment)) ?? functions.findLast(({ node }) => isIn(node))?.mark;
    if (mark) rest = blank(rest, toText(mark.comment.pos), toText(mark.comment.end));
    // A misspelled tag makes no mark.
    else if (/^\{?@/.test(text.slice(start))) rest = blank(rest, start, start + length);
  }
  return rest;
}

const blank = (text: string, start: number, end: number): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, " ") + text.slice(end);
