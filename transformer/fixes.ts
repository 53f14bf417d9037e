import type ts from "typescript";
import { renamed } from "./syntax/renaming.ts";
import type { Binding, Scopes } from "./syntax/scopes.ts";
import type { AllowWord } from "./syntax/suppressions.ts";
import type { Fix, FunctionNode, Mark, SyntaxApi } from "./types.ts";

/** A range of a file: offset and length in UTF-16 units. */
export interface Span {
  start: number;
  length: number;
}

/** Where a mark's tag stands. */
export const tagSpan = ({ start, tag }: Mark): Span => ({ start, length: tag.length });

export function replace(title: string, { start, length }: Span, text: string): Fix {
  return { title, edits: [{ start, end: start + length, text }] };
}

/** `// cachet-allow-impure` on a line of its own before the one that a node stands on. */
export function allowComment(word: AllowWord, node: ts.Node): Fix {
  const sourceFile = node.getSourceFile();
  const { line } = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile));
  const start = sourceFile.getLineStarts()[line] ?? 0;
  const indent = /^[ \t]*/.exec(sourceFile.text.slice(start))?.[0] ?? "";
  const newline = sourceFile.text.includes("\r\n") ? "\r\n" : "\n";
  const comment = `// cachet-allow-${word}`;
  return {
    title: `Add ${comment}`,
    file: sourceFile.fileName,
    edits: [{ start, end: start, text: `${indent}${comment}${newline}` }],
  };
}

/** `// @cacheData(…)` and `/* @cacheData *\/` → `/** @cacheData *\/`. */
export function docComment(text: string, comment: { pos: number; end: number }): Fix {
  const title = "Make it a doc comment";
  const isBlock = text.startsWith("/*", comment.pos);
  if (isBlock) return { title, edits: [{ start: comment.pos + 2, end: comment.pos + 2, text: "*" }] };
  const content = text
    .slice(comment.pos, comment.end)
    .replace(/^\/+\s*/, "")
    .trimEnd();
  return { title, edits: [{ start: comment.pos, end: comment.end, text: `/** ${content} */` }] };
}

/** Takes a mark away, with its comment where that says nothing else. */
export function removeMark(text: string, mark: Mark): Fix {
  const title = `Remove ${mark.tag}`;
  const end = mark.options ? mark.options.start + mark.options.text.trimEnd().length : mark.start + mark.tag.length;
  const { comment } = mark;
  const rest = text.slice(comment.pos, mark.start) + text.slice(end, comment.end);
  const isWhole = /^[\s/*]*$/.test(rest);
  if (!isWhole) return { title, edits: [{ start: mark.start, end, text: "" }] };
  const after = /^[ \t]*\r?\n|^[ \t]*/.exec(text.slice(comment.end))?.[0] ?? "";
  return { title, edits: [{ start: comment.pos, end: comment.end + after.length, text: "" }] };
}

/** Takes a property of an object literal away, with the comma behind or before it. `offset`: where the literal's file begins. */
export function removeProperty(parsed: ts.SourceFile, node: ts.ObjectLiteralElementLike, offset: number): Fix {
  const { text } = parsed;
  const after = /^\s*,\s*/.exec(text.slice(node.end))?.[0];
  const before = after === undefined ? (/,\s*$/.exec(text.slice(0, node.getStart(parsed)))?.[0] ?? "") : "";
  const start = node.getStart(parsed) - before.length;
  const end = node.end + (after ?? "").length;
  const title = `Remove ${node.name?.getText(parsed) ?? "it"}`;
  return { title, edits: [{ start: offset + start, end: offset + end, text: "" }] };
}

/** Another option at the beginning of a mark's options. */
export function addOption({ options }: Mark, option: string): Fix {
  const brace = options?.text.indexOf("{") ?? -1;
  const start = (options?.start ?? 0) + brace + 1;
  return { title: `Add ${option}`, edits: brace < 0 ? [] : [{ start, end: start, text: ` ${option},` }] };
}

/** `async` before a function; absent where its declared type would then be wrong. */
export function makeAsync(api: SyntaxApi, node: FunctionNode): Fix | undefined {
  if (node.type !== undefined) return undefined;
  const keyword = node.getChildren().find((child) => child.kind === api.SyntaxKind.FunctionKeyword);
  const start = (keyword ?? (api.isMethodDeclaration(node) ? node.name : node)).getStart();
  return { title: "Make the function async", edits: [{ start, end: start, text: "async " }] };
}

/** A name in front of which `_` leaves it out of the key, with all of its uses; absent where the new name stands in the file already. */
export function leaveOut(api: SyntaxApi, scopes: Scopes, binding: Binding | undefined): Fix | undefined {
  if (!binding) return undefined;
  const name = `_${binding.name}`;
  const { file } = scopes;
  if (new RegExp(`\\b${name.replaceAll("$", "\\$&")}\\b`).test(file.text)) return undefined;
  const edits = [binding.nameNode, ...scopes.usesOf(binding)].map((node) => ({
    start: node.getStart(file),
    end: node.end,
    text: renamed(api, node, name),
  }));
  return { title: `Call it ${name}, which leaves it out of the key`, edits };
}

/** `export {}` at the end of a file. */
export function appendExport(text: string): Fix {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.endsWith("\n") || text === "" ? "" : newline;
  return {
    title: "Add export {}",
    edits: [{ start: text.length, end: text.length, text: `${before}export {};${newline}` }],
  };
}
