import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { docComment, replace } from "../fixes.ts";
import { editDistance } from "../syntax/edit-distance.ts";
import type { Fix, Kind, Mark, Report, TypeScript } from "../types.ts";

const KINDS: Record<string, Kind> = {
  "@cacheData": "data",
  "@cacheResource": "resource",
  "@cacheElement": "element",
  "@cacheWidget": "widget",
  "@cacheClears": "clears",
};
const TAGS = Object.keys(KINDS);

/** Words that are a tag or could be a misspelled one. A superset; `nearestTag` decides. */
const CANDIDATE = /@(?:st\.)?c[a-z]{0,3}[ch][a-z_-]{2,}/gi;

/** What people write who mean a mark and know no kind. */
const KINDLESS = ["@cache", "@cached"];

/** Whether a file needs to be parsed at all: it holds a mark or what looks like a misspelled one. */
export function mayHaveMark(text: string): boolean {
  for (const [word] of text.matchAll(CANDIDATE)) if (nearestTag(word) || KINDLESS.includes(word)) return true;
  return false;
}

/**
 * Finds every mark of a file. TypeScript parses JSDoc only in some modes and binds it to other nodes than a reader
 * would, so comments are read here, from the tree's own trivia: a tag inside a string or a template is no mark.
 */
export function findMarks(api: TypeScript, sourceFile: ts.SourceFile, report: Report): Mark[] {
  const marks: Mark[] = [];
  const isFenced = fencesOf(sourceFile.text);
  const commentAt = commentsOf(api, sourceFile);
  let place: ReturnType<typeof commentAt>;
  for (const match of sourceFile.text.matchAll(CANDIDATE)) {
    const start = match.index;
    const word = match[0];
    const nearest = nearestTag(word);
    if (!nearest && !KINDLESS.includes(word)) continue;
    // A comment may speak of many tags.
    if (place === undefined || place.comment.end <= start) place = commentAt(start);
    const at = { start, length: word.length };
    if (!place || isFenced(place.comment, start)) continue;
    if (isInline(sourceFile.text, place.comment, start, word)) {
      report(DIAGNOSTICS.inlineTag(at, word));
      continue;
    }
    if (!isTag(sourceFile.text, place.comment, start, word)) continue;
    if (!nearest) {
      if (sourceFile.text.startsWith("/**", place.comment.pos))
        report(DIAGNOSTICS.kindlessTag(at, word, TAGS.slice(0, 2)));
      continue;
    }
    if (word !== nearest) {
      report(DIAGNOSTICS.unknownTag(at, word, nearest));
    } else if (!sourceFile.text.startsWith("/**", place.comment.pos)) {
      report(DIAGNOSTICS.notADocComment(at, word, docComment(sourceFile.text, place.comment)));
    } else {
      const options = optionsAfter(api, sourceFile.text, start + word.length, place.comment.end - 2, word, report);
      if (options === "malformed") continue;
      marks.push({
        kind: KINDS[word] as Kind,
        tag: word,
        start,
        token: place.token,
        comment: place.comment,
        ...(options && { options }),
      });
    }
  }
  return marks;
}

function nearestTag(word: string): string | undefined {
  const lower = word.toLowerCase().replace("@st.", "@");
  return TAGS.find((tag) => tag === word) ?? TAGS.find((tag) => editDistance(lower, tag.toLowerCase()) <= 2);
}

/** Finds the comment that contains a position, with the token whose trivia it belongs to. Many may stand before one token. */
function commentsOf(api: TypeScript, sourceFile: ts.SourceFile) {
  const { text } = sourceFile;
  let last: { token: ts.Node; comments: ts.TextRange[] } | undefined;
  const before = (token: ts.Node): ts.TextRange[] => {
    const start = token.pos === 0 ? (api.getShebang(text)?.length ?? 0) : token.pos;
    const leading = api.getLeadingCommentRanges(text, start) ?? [];
    return [...leading, ...(api.getTrailingCommentRanges(text, token.pos) ?? [])];
  };
  return (position: number): { comment: ts.TextRange; token: ts.Node } | undefined => {
    let token: ts.Node = sourceFile;
    for (let child: ts.Node | undefined = token; child !== undefined; child = childAt(api, sourceFile, token, position))
      token = child;
    if (token.kind === api.SyntaxKind.JsxText) return undefined;
    if (last?.token !== token) last = { token, comments: before(token) };
    const comment = last.comments.find((range) => range.pos <= position && position < range.end);
    return comment && { comment, token };
  };
}

/** Children follow one another without a gap, so a file with many statements is not read once for each of its tags. */
function childAt(api: TypeScript, sourceFile: ts.SourceFile, node: ts.Node, position: number): ts.Node | undefined {
  const children = node.getChildren(sourceFile);
  // What is known of comments stands first, wherever they are.
  const first = children.findIndex((child) => !api.isJSDoc(child));
  let [low, high] = [first, first < 0 ? first : children.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((children[middle] as ts.Node).pos <= position) low = middle + 1;
    else high = middle;
  }
  const child = children[low - 1];
  if (child === undefined || low === first) return undefined;
  return position < child.end + (child.kind === api.SyntaxKind.EndOfFileToken ? 1 : 0) ? child : undefined;
}

/**
 * A tag starts its line, as in JSDoc, or ends it. In the middle of a sentence or in backticks it is prose, and in a
 * doc comment behind `//` it belongs to code that was commented out.
 */
function isTag(text: string, comment: { pos: number; end: number }, start: number, word: string): boolean {
  const before = lineBefore(text, comment, start);
  if (REFERENCE.test(before)) return false;
  if (/^\/\/+\s*(?:\*|.*\/\*)/.test(before)) return false;
  if (/^\s*(?:\/\*+|\/\/+|\*)?\s*$/.test(before)) return true;
  const after = text.slice(start + word.length, comment.end);
  return /\s$/.test(before) && /^\s*(?:\(|\*\/|\r?\n|$)/.test(after);
}

/** What stands before a place on its line of a comment. */
function lineBefore(text: string, comment: { pos: number }, start: number): string {
  return text.slice(Math.max(comment.pos, text.lastIndexOf("\n", start) + 1), start);
}

/** `@see @cacheData` speaks of the tag, and so do words about something else: `@param id what @cacheData takes`. */
const REFERENCE =
  /@(?:(?:see|example|link(?:code|plain)?)\s+(?:\S+\s+)*|(?:param|returns?|throws|deprecated|todo|remarks|template|since|summary|property)\s+(?:\S+\s+)+)$/;

/** `{@cacheData}` or `{@cacheData({ … })}` where a tag would stand, in a doc comment. */
function isInline(text: string, comment: { pos: number; end: number }, start: number, word: string): boolean {
  if (!text.startsWith("/**", comment.pos)) return false;
  const before = lineBefore(text, comment, start);
  const after = text.slice(start + word.length, comment.end);
  if (!before.endsWith("{") || REFERENCE.test(before.slice(0, -1))) return false;
  const isFirst = /^\s*(?:\/\*+|\*)?\s*\{$/.test(before);
  return isFirst ? /^\s*[(}]/.test(after) : /^\s*(?:\([^\r\n]*\)\s*)?\}\s*(?:\*\/|\r?\n)/.test(after);
}

/** A line that opens or closes a code fence, in a list or a quotation too. */
const FENCE = /^[ \t]*(?:\/\*)?[*/]*[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*)*(`{3,}|~{3,})(.*)$/gm;

/** Whether a place of a comment lies in a code fence. Asked in the order of the text, so that each line is read once. */
function fencesOf(text: string): (comment: { pos: number }, start: number) => boolean {
  let last = { pos: -1, at: -1, open: "" };
  return ({ pos }, start) => {
    if (last.pos !== pos) last = { pos, at: pos, open: "" };
    const lineStart = Math.max(pos, text.lastIndexOf("\n", start) + 1);
    if (lineStart > last.at) {
      let { open } = last;
      for (const [, fence = "", info = ""] of text.slice(last.at, lineStart).matchAll(FENCE)) {
        // Within one line, as in a word between backticks, it is none; a shorter one or another doesn't close it.
        if (open === "") open = info.includes("`") ? "" : fence;
        else if (fence.startsWith(open) && info.trim() === "") open = "";
      }
      last = { pos, at: lineStart, open };
    }
    return last.open !== "";
  };
}

/** The text between the parentheses after a tag; undefined for a bare tag and for `()`. */
function optionsAfter(
  api: TypeScript,
  text: string,
  from: number,
  commentEnd: number,
  tag: string,
  report: Report,
): { text: string; start: number } | undefined | "malformed" {
  const rest = text.slice(from, commentEnd);
  const line = rest.slice(0, /\r?\n|$/.exec(rest)?.index);
  const malformed = (start: number, length: number, message: string, fix?: Fix) => {
    const at = { start, length: Math.max(1, length) };
    report(DIAGNOSTICS.malformedOptions(at, message, `${tag}({ … })`, fix));
    return "malformed" as const;
  };
  // A second mark on the line speaks for itself.
  if (!line.trim() || TAGS.includes(/^\s+(@\w+)/.exec(line)?.[1] ?? "")) return undefined;
  const lead = line.length - line.trimStart().length;
  const start = from + lead;
  if (!line.trimStart().startsWith("(")) {
    const found = line.trim();
    const isObject = found.startsWith("{") && found.endsWith("}");
    const fix = isObject ? replace("Add parentheses", { start, length: found.length }, `(${found})`) : undefined;
    return malformed(start, found.length, `\`${found}\` after \`${tag}\` is not an options object.`, fix);
  }
  const masked = maskLinePrefixes(rest.slice(lead));
  // Text behind the options would be dropped without a word; a second mark speaks for itself.
  const behind = (end: number) => {
    const extra = /^[^\r\n]*/.exec(masked.slice(end))?.[0] ?? "";
    const at = start + end + extra.length - extra.trimStart().length;
    if (extra.trim() === "" || /^\s+@\w/.test(extra)) return undefined;
    const message = `'${extra.trim()}' after the options of ${tag} means nothing.`;
    report(DIAGNOSTICS.textBehindOptions({ start: at, length: extra.trim().length }, message));
    return "malformed" as const;
  };
  const empty = /^\(\s*\)/.exec(masked)?.[0].length;
  if (empty !== undefined) return behind(empty);
  const parsed = api.createSourceFile("options.ts", masked, api.ScriptTarget.Latest, true);
  const group = firstGroup(api, parsed);
  if (!group) return malformed(start, line.trim().length, `The options of \`${tag}\` can't be read.`);
  const error = (parsed as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] }).parseDiagnostics.find(
    (d) => d.start < group.end,
  );
  if (error || masked[group.end - 1] !== ")") {
    const what = error ? api.flattenDiagnosticMessageText(error.messageText, " ") : "')' expected.";
    return malformed(
      start + (error?.start ?? group.end),
      error?.length ?? 1,
      `The options of \`${tag}\` can't be read: ${what}`,
    );
  }
  return behind(group.end) ?? { text: masked.slice(0, group.end), start };
}

/** ` * ` at the start of a comment's lines is layout, not options; blanks of the same length keep every offset. */
function maskLinePrefixes(text: string): string {
  return text.replace(/(\n[ \t]*)\*/g, "$1 ");
}

function firstGroup(api: TypeScript, sourceFile: ts.SourceFile): ts.Node | undefined {
  let node: ts.Node | undefined = sourceFile.statements[0];
  while (node && !(api.isParenthesizedExpression(node) && node.getStart(sourceFile) === 0)) {
    node = node.getChildren(sourceFile).find((child) => child.getStart(sourceFile) === 0 && child.end > 0);
  }
  return node;
}
