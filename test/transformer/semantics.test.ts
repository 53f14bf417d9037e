import ts from "typescript";
import { describe, expect, it } from "vitest";
import {
  bothForms,
  compile,
  compileAst,
  compileText,
  execute,
  executeWithRuntime,
  executeWithStub,
  freshFile,
  transformText,
} from "./harness.ts";
import { SEMICOLON_TRAPS } from "./semicolon-traps.ts";
import { TRAPS } from "./traps.ts";

const TARGETS = [ts.ScriptTarget.ES2015, ts.ScriptTarget.ES2017, ts.ScriptTarget.ES2022];

const ALL = [...TRAPS, ...SEMICOLON_TRAPS];

describe.each(ALL)("$title", ({ source, marks = 1, extension, compilerOptions, unhashable }) => {
  const fileName = freshFile(extension);
  const report = transformText(source, { fileName });
  if (marks < 0) {
    it("is refused", () => expect(report.diagnostics.filter((d) => d.severity === "error").length).toBeGreaterThan(0));
    return;
  }

  it("finds every mark and gives each its own id", () => {
    expect(report.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    expect(report.functions).toHaveLength(marks);
    expect(new Set(report.functions.map(({ id }) => id)).size).toBe(marks);
  });

  it("keeps every line", () => expect(report.code.split("\n")).toHaveLength(source.split("\n").length));

  it("gives the same program from both emitters", () => {
    const { text, ast } = bothForms(source, { fileName });
    expect(ast).toEqual(text);
  });

  it.each(TARGETS.map((target) => [ts.ScriptTarget[target], target] as const))(
    "does what it did: %s",
    async (_, target) => {
      const settings = { fileName: fileName.replace(".mts", ".ts"), compilerOptions: { ...compilerOptions, target } };
      const plain = await execute(compile(source, settings)).probes["run"]();
      expect(await executeWithStub(compileText(source, settings)).probes["run"]()).toEqual(plain);
      expect(await executeWithStub(compileAst(source, settings)).probes["run"]()).toEqual(plain);
      if (unhashable) return;
      expect(await executeWithRuntime(compileAst(source, settings)).probes["run"]()).toEqual(plain);
    },
  );
});
