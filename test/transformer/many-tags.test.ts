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
