import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { docComment, replace } from "../fixes.ts";
import { editDistance } from "../syntax/edit-distance.ts";
import type { Fix, Kind, Mark, Report, SyntaxApi } from "../types.ts";
import { tagPlaces } from "./tag-place.ts";

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
export function findMarks(api: SyntaxApi, sourceFile: ts.SourceFile, report: Report): Mark[] {
  const marks: Mark[] = [];
  const { text } = sourceFile;
  const placeOf = tagPlaces(text);
  const commentAt = commentsOf(api, sourceFile);
  let found: ReturnType<typeof commentAt>;
  for (const match of sourceFile.text.matchAll(CANDIDATE)) {
    const start = match.index;
    const word = match[0];
    const nearest = nearestTag(word);
    if (!nearest && !KINDLESS.includes(word)) continue;
    // A comment may speak of many tags.
    if (found === undefined || found.comment.end <= start) found = commentAt(start);
    if (!found) continue;
    const { comment, token } = found;
    const at = { start, length: word.length };
    const place = placeOf(comment, start, word);
    if (place === "prose") continue;
    const isDoc = text.startsWith("/**", comment.pos);
    if (place === "inline") report(DIAGNOSTICS.inlineTag(at, word));
    else if (!nearest) {
      if (isDoc) report(DIAGNOSTICS.kindlessTag(at, word, TAGS.slice(0, 2)));
    } else if (word !== nearest) report(DIAGNOSTICS.unknownTag(at, word, nearest));
    else if (!isDoc) report(DIAGNOSTICS.notADocComment(at, word, docComment(text, comment)));
    else if (place !== "mark") report(DIAGNOSTICS.unclearTag(at, word, place.unclear));
    else {
      const options = optionsAfter(api, text, start + word.length, comment.end - 2, word, report);
      if (options === "malformed") continue;
      marks.push({ kind: KINDS[word] as Kind, tag: word, start, token, comment, ...(options && { options }) });
    }
  }
  return marks;
}

function nearestTag(word: string): string | undefined {
  const lower = word.toLowerCase().replace("@st.", "@");
  return TAGS.find((tag) => tag === word) ?? TAGS.find((tag) => editDistance(lower, tag.toLowerCase()) <= 2);
}

/** Finds the comment that contains a position, with the token whose trivia it belongs to. Many may stand before one token. */
function commentsOf(api: SyntaxApi, sourceFile: ts.SourceFile) {
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
function childAt(api: SyntaxApi, sourceFile: ts.SourceFile, node: ts.Node, position: number): ts.Node | undefined {
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

/** The text between the parentheses after a tag; undefined for a bare tag and for `()`. */
function optionsAfter(
  api: SyntaxApi,
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
  if (!line.trim()) {
    // Text of its own follows; what looks like options would be dropped without a word.
    const next = /^\r?\n[ \t]*\*?[ \t]*((?:\(\s*(?:[{)]|\r?\n)|\{(?!@))[^\r\n]*)/.exec(rest.slice(line.length));
    if (!next?.[1]) return undefined;
    const at = from + line.length + next[0].length - next[1].length;
    return malformed(at, next[1].trim().length, `Options begin on the line of their tag: those of \`${tag}\` don't.`);
  }
  // A second mark on the line speaks for itself.
  if (TAGS.includes(/^\s+(@\w+)/.exec(line)?.[1] ?? "")) return undefined;
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

function firstGroup(api: SyntaxApi, sourceFile: ts.SourceFile): ts.Node | undefined {
  let node: ts.Node | undefined = sourceFile.statements[0];
  while (node && !(api.isParenthesizedExpression(node) && node.getStart(sourceFile) === 0)) {
    node = node.getChildren(sourceFile).find((child) => child.getStart(sourceFile) === 0 && child.end > 0);
  }
  return node;
}
