import type ts from "typescript";
import { isErased } from "../3-hash/normal-form/erase.ts";
import { serialize } from "../3-hash/normal-form/serialize.ts";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { parse } from "../syntax/parse.ts";
import { createScopes } from "../syntax/scopes.ts";
import { isSuppressed } from "../syntax/suppressions.ts";
import type { Finding, SyntaxApi } from "../types.ts";

/** What a plugin of a bundler made of a file. */
export interface Rewriting {
  file: string;
  plugin: string;
  /** What the plugin was given; what lies on disk where it loaded the file. */
  before: string;
  after: string;
  isLoad: boolean;
}

/** Those that also run plugins of other people. */
const REWRITER = /babel|react|solid|preact|macros/i;

/**
 * Warns where a plugin gave a file another meaning, since the hash covers the text on disk. A literal or name that is
 * gone was replaced; what a plugin adds (imports, a compiler's helpers, hot updates) replaces nothing.
 */
export function findRewriting(api: SyntaxApi, { file, plugin, before, after, isLoad }: Rewriting): Finding | undefined {
  const source = parse(api, file, before);
  const first = source.statements[0];
  if (first && isSuppressed(source, first, "unknown")) return undefined;
  const from = normalForm(api, source);
  const to = normalForm(api, parse(api, file, after));
  if (from === to || !(isLoad || isAnythingGone(from, to, REWRITER.test(plugin)))) return undefined;
  return DIAGNOSTICS.rewritten({ start: 0, length: 0 }, file.replace(/^.*\//, ""), plugin);
}

/** The running code of a file without imports and re-exports, which only say where names come from. */
function normalForm(api: SyntaxApi, source: ts.SourceFile): string {
  createScopes(api, source);
  return source.statements
    .filter((node) => !api.isImportDeclaration(node) && !api.isExportDeclaration(node) && !isErased(api, node))
    .map((node) => serialize(api, node))
    .join("\n");
}

/** One name or literal of a normal form: its tag and its value. */
const LEAF = /([a-zA-Z])("(?:[^"\\]|\\.)*"|(?<=\bn)[\d.eE+-]+|(?<=\bN)\d+)/g;
const NAME_TAGS = new Set(["i", "p", "k"]);

/** A literal that stands there less often than before, or a name that is nowhere; `leniently`, a literal that is nowhere. */
function isAnythingGone(from: string, to: string, leniently: boolean): boolean {
  const left = new Map<string, number>();
  for (const [, , value = ""] of to.matchAll(LEAF)) left.set(value, (left.get(value) ?? 0) + 1);
  const seen = new Map<string, number>();
  for (const [, tag = "", value = ""] of from.matchAll(LEAF)) {
    const isName = NAME_TAGS.has(tag);
    const count = isName ? 1 : (seen.get(value) ?? 0) + 1;
    if (!isName) seen.set(value, count);
    if (leniently ? !isName && !left.has(value) : (left.get(value) ?? 0) < count) return true;
  }
  return false;
}
