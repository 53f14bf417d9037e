import ts from "typescript";
import { expect, it } from "vitest";
import { findMarks } from "../../transformer/1-marks/find-marks.ts";
import { transform } from "../../transformer/index.ts";

it("a comment that speaks of many tags is looked for once", () => {
  const lines = Array.from({ length: 500 }, (_, i) => ` * what @cacheData means, ${i}`).join("\n");
  const file = ts.createSourceFile("a.ts", `/**\n${lines}\n */\nexport const x = 1;`, ts.ScriptTarget.ESNext, true);
  let scans = 0;
  const getLeadingCommentRanges: typeof ts.getLeadingCommentRanges = (text, position) => {
    scans++;
    return ts.getLeadingCommentRanges(text, position);
  };
  expect(findMarks({ ...ts, getLeadingCommentRanges }, file, () => {})).toEqual([]);
  expect(scans).toBe(1);
});

it("each of many misspelled tags is told once, at its place", () => {
  const source = Array.from({ length: 300 }, (_, i) => `/** @cacheDta */ export function f${i}() { return ${i}; }`);
  const { diagnostics } = transform(source.join("\n"), { fileName: "/p/a.ts" });
  expect(diagnostics.map(({ line, column }) => [line, column])).toEqual(source.map((_, i) => [i + 1, 5]));
});

it("of many comments before one token each is read once", () => {
  const lines = Array.from({ length: 300 }, () => "// @cacheData");
  const file = ts.createSourceFile("a.ts", `${lines.join("\n")}\nexport const x = 1;`, ts.ScriptTarget.ESNext, true);
  let scans = 0;
  const getLeadingCommentRanges: typeof ts.getLeadingCommentRanges = (text, position) => {
    scans++;
    return ts.getLeadingCommentRanges(text, position);
  };
  const found: string[] = [];
  findMarks({ ...ts, getLeadingCommentRanges }, file, ({ code }) => found.push(code));
  expect([found.length, scans]).toEqual([300, 1]);
});

it("an option with a name longer than any has no nearest one", () => {
  const { diagnostics } = transform(`/** @cacheData({ ${"maxEntries".repeat(10_000)}: 1 }) */ export function f() {}`, {
    fileName: "/p/a.ts",
  });
  expect(diagnostics.map(({ code }) => code)).toEqual(["CACHET1008"]);
});

const deep = (open: string, close: string) => `${open.repeat(20_000)}1${close.repeat(20_000)}`;

it.each([
  ["parentheses", deep("(", ")")],
  ["lists", deep("[", "]")],
  ["calls", deep("String(", ")")],
  ["sums", `${"x + ".repeat(20_000)}1`],
  ["members", `x${".b".repeat(20_000)}`],
])("code nested too deeply is told with its file: %s", (_what, expression) => {
  const at = { fileName: "/p/deep.ts" };
  const { code, diagnostics } = transform(`/** @cacheData */ export function f(x) { return ${expression}; }`, at);
  expect(diagnostics.map(({ code, file, line }) => [code, file, line])).toEqual([["CACHET2004", "/p/deep.ts", 1]]);
  expect(code).toContain("@cacheData");
});

it("so are options nested too deeply, and files that a cached function reaches", () => {
  const at = { fileName: "/p/a.ts" };
  const options = transform(`/** @cacheData({ ttl: ${deep("(", ")")} }) */ export function f() {}`, at);
  const read = (file: string) => (file === "/p/b.ts" ? `export const table = ${deep("[", "]")};` : undefined);
  const reached = transform('import { table } from "./b"; /** @cacheData */ export function f() { return table; }', {
    ...at,
    read,
    resolve: (specifier: string) => (specifier === "./b" ? "/p/b.ts" : undefined),
  });
  expect([options, reached].map(({ diagnostics }) => diagnostics[0]?.code)).toEqual(["CACHET2004", "CACHET2004"]);
});
