import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, isAbsolute, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";
import { findMarks, mayHaveMark } from "../transformer/1-marks/find-marks.ts";
import { findTarget } from "../transformer/1-marks/mark-target.ts";
import { isWrappedBody } from "../transformer/4-rewrite/recognise.ts";
import { parse } from "../transformer/syntax/parse.ts";
import { toPosix } from "../transformer/syntax/paths.ts";
import type { TypeScript } from "../transformer/types.ts";
import type { Range, UntransformedMark } from "./untransformed.ts";

/** A marked function of a source that went into a built file. */
interface Marked {
  tag: string;
  source: string;
  start: { line: number; column: number };
  body: Range;
  /** How many marked functions it stands in, itself included. */
  depth: number;
  /** What the built file has of its body; done: a lookup around it, or it was reported. */
  found: "nothing" | "plain" | "done";
}

interface MarkedSource {
  sourceFile: ts.SourceFile;
  functions: Marked[];
}

/**
 * The marks of the sources that a source map names. esbuild and minifiers drop comments, so a built file may show no
 * mark although its functions had one. A function that the bundler left out is no finding, nor is one whose mark was
 * found in the built file (`known`: the bodies of those).
 */
export function findUntransformedBySourceMap(
  api: TypeScript,
  fileName: string,
  text: string,
  known: readonly Range[],
): UntransformedMark[] {
  const payload = readSourceMap(fileName, text);
  if (!payload) return [];
  const sources = readSources(api, fileName, payload);
  if (sources.size === 0) return [];
  const built = parse(api, fileName, text);
  const map = new SourceMap(payload);
  visitNames(api, built, (node, lookups) => {
    const marked = functionOf(built, node, map, sources);
    if (!marked || marked.found === "done") return;
    const position = node.getStart(built);
    const isKnown = known.some(({ pos, end }) => pos <= position && position < end);
    marked.found = isKnown || lookups >= marked.depth ? "done" : "plain";
  });
  return [...sources.values()]
    .flatMap(({ functions }) => functions)
    .filter(({ found }) => found === "plain")
    .map(({ tag, source, start }) => ({ tag, source, ...start }));
}

function readSourceMap(fileName: string, text: string): SourceMapPayload | undefined {
  const url = [...text.matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1];
  if (url === undefined) return undefined;
  try {
    const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
    const json = inline
      ? Buffer.from(decodeURIComponent(inline[2] ?? ""), inline[1] ? "base64" : "utf8").toString()
      : readFileSync(resolvePath(dirname(fileName), decodeURIComponent(url)), "utf8");
    const payload = JSON.parse(json);
    return Array.isArray(payload.sources) && typeof payload.mappings === "string" ? payload : undefined;
  } catch {
    return undefined;
  }
}

function readSources(api: TypeScript, fileName: string, payload: SourceMapPayload): Map<string, MarkedSource> {
  const sources = new Map<string, MarkedSource>();
  for (const [index, name] of payload.sources.entries()) {
    if (!name || !/\.[cm]?[jt]sx?$/.test(name) || name.includes("node_modules/")) continue;
    const path = sourcePath(fileName, payload.sourceRoot ?? "", name);
    const text = payload.sourcesContent?.[index] ?? readOrUndefined(path);
    if (text === undefined || !mayHaveMark(text)) continue;
    const sourceFile = parse(api, path, text);
    sources.set(name, { sourceFile, functions: markedFunctions(api, sourceFile, path) });
  }
  return sources;
}

function sourcePath(fileName: string, root: string, name: string): string {
  if (name.startsWith("file:")) return toPosix(fileURLToPath(name));
  return toPosix(isAbsolute(name) ? name : resolvePath(dirname(fileName), root, name));
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function markedFunctions(api: TypeScript, sourceFile: ts.SourceFile, path: string): Marked[] {
  const functions: Marked[] = [];
  for (const mark of findMarks(api, sourceFile, () => {})) {
    const body = findTarget(api, mark, () => {})?.node.body;
    if (!body) continue;
    const at = sourceFile.getLineAndCharacterOfPosition(mark.start);
    functions.push({
      tag: mark.tag,
      source: path,
      start: { line: at.line + 1, column: at.character + 1 },
      body: { pos: body.getStart(sourceFile), end: body.end },
      depth: 0,
      found: "nothing",
    });
  }
  for (const fn of functions) fn.depth = functions.filter((other) => contains(other, fn.body.pos)).length;
  return functions;
}

function contains({ body }: Marked, position: number): boolean {
  return body.pos <= position && position < body.end;
}

/** Visits every name and literal, with the number of lookups around it. */
function visitNames(api: TypeScript, built: ts.SourceFile, handle: (node: ts.Node, lookups: number) => void): void {
  const visit = (node: ts.Node, lookups: number): void => {
    if (api.isIdentifier(node) || api.isLiteralExpression(node)) handle(node, lookups);
    const inside = lookups + (api.isFunctionLike(node) && isWrappedBody(api, node) ? 1 : 0);
    api.forEachChild(node, (child) => visit(child, inside));
  };
  visit(built, 0);
}

/** The innermost marked function whose body a name of the built file comes from. */
function functionOf(
  built: ts.SourceFile,
  node: ts.Node,
  map: SourceMap,
  sources: ReadonlyMap<string, MarkedSource>,
): Marked | undefined {
  const at = built.getLineAndCharacterOfPosition(node.getStart(built));
  const entry = map.findEntry(at.line, at.character);
  if (!("originalSource" in entry) || entry.generatedLine !== at.line || entry.generatedColumn !== at.character) return;
  const source = sources.get(entry.originalSource);
  const lineStart = source?.sourceFile.getLineStarts()[entry.originalLine];
  if (!source || lineStart === undefined) return undefined;
  const position = lineStart + entry.originalColumn;
  const around = source.functions.filter((fn) => contains(fn, position));
  return around.sort((one, other) => other.depth - one.depth)[0];
}
