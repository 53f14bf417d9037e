import ts from "typescript";
import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";

const source = "/** @cacheData */\nexport function load(id: number) { return id; }\n";

describe("text that a transform has seen", () => {
  it("is left alone, as a module and as CommonJS", () => {
    const once = transform(source, { fileName: "/p/a.ts" });
    expect(once.functions).toHaveLength(1);
    expect(transform(once.code, { fileName: "/p/a.ts" })).toMatchObject({ code: once.code, functions: [] });
    const module = ts.ModuleKind.CommonJS;
    const { outputText } = ts.transpileModule(once.code, {
      compilerOptions: { module, target: ts.ScriptTarget.ES2022 },
    });
    expect(outputText).toContain("@cacheData");
    expect(transform(outputText, { fileName: "/p/a.js" })).toMatchObject({ code: outputText, functions: [] });
  });
});
