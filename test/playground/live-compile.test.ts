import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../playground/live/compile.ts";
import { follow } from "../../playground/live/follow.ts";
import { findInserted } from "../../playground/live/inserted.ts";
import { type Project, sample, withNewFile, withoutFile, withText } from "../../playground/live/project.ts";
import { decodeProject, encodeProject } from "../../playground/live/share.ts";
import { transform } from "../../transformer/index.ts";

const FIXTURES = fileURLToPath(new URL("../transformer/fixtures/", import.meta.url));

/** The output without what was inserted. */
function without(code: string, ranges: readonly { from: number; to: number }[]): string {
  let rest = code;
  for (const { from, to } of [...ranges].reverse()) rest = rest.slice(0, from) + rest.slice(to);
  return rest;
}

describe("what was inserted", () => {
  const sources = readdirSync(FIXTURES).map((name) => [name, `${FIXTURES}${name}/main.ts`] as const);

  it.each(sources)("is all that the output has more than the source: %s", (_, fileName) => {
    const source = readFileSync(fileName, "utf8");
    const { code, map } = transform(source, { fileName });
    const inserted = findInserted(source, code, String(map));
    expect(inserted.length).toBeGreaterThan(0);
    expect(without(code, inserted)).toBe(source);
    for (const { from, to } of inserted) expect(code.slice(from, to)).not.toMatch(/\n/);
  });
});

describe("compile()", () => {
  it("gives what transform() gives, over files that see each other", () => {
    const [main, helper] = sample.files as [Project["files"][0], Project["files"][0]];
    const [compiled] = compile(sample.files);
    const alone = transform(main.text, {
      fileName: "/app/src/main.ts",
      resolve: (specifier) => (specifier === "./helper.ts" ? "/app/src/helper.ts" : undefined),
      read: (file) => ({ "/app/src/helper.ts": helper.text, "/app/package.json": '{"name":"app"}' })[file],
    });
    expect(compiled).toMatchObject({ code: alone.code, functions: alone.functions, problems: [] });
    expect(alone.functions[0]?.dependencies).toEqual(["/app/src/helper.ts"]);
    expect(without(alone.code, compiled?.inserted ?? [])).toBe(main.text);
  });

  it("finds a helper with its ending, without, and as what it is compiled to", () => {
    const hashes = ["./h.ts", "./h", "./h.js"].map((path) => {
      const main = `import { h } from "${path}"; /** @cacheData */ export function f() { return h(); }`;
      const [compiled] = compile([
        { name: "main.ts", text: main },
        { name: "h.ts", text: "export const h = () => 1;" },
      ]);
      return compiled?.functions[0]?.dependencies;
    });
    expect(hashes).toEqual([["/app/src/h.ts"], ["/app/src/h.ts"], ["/app/src/h.ts"]]);
  });

  it("tells of wrong marks, and of syntax that nobody takes, each at its place", () => {
    const [wrong, broken] = compile([
      { name: "wrong.ts", text: "\n/** @cacheDta */ export function f() {}" },
      { name: "broken.ts", text: "/** @cacheData */ export function f() {\n  return (1;\n}" },
    ]);
    expect(wrong?.problems).toMatchObject([{ code: "CACHET1001", line: 2, column: 5, severity: "error" }]);
    expect(wrong?.problems[0]?.fix).toContain("@cacheData");
    expect(broken).toMatchObject({ functions: [], problems: [{ code: "TS1005", line: 2, column: 12 }] });
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (text, option) => {
        const files = [text, `/** @cacheData(${option}) */ export function f() {}`, `/** @cacheData */ ${text}`];
        for (const file of files)
          for (const { code } of compile([{ name: "a.ts", text: file }])) expect(code).toBeTypeOf("string");
      }),
      { numRuns: 200 },
    );
  });
});

describe("a code hash that changed", () => {
  it("names the declaration that is to blame, and the functions that stay", () => {
    const before = follow([], compile(sample.files));
    const text = sample.files[1]?.text.replace('rates"', 'rates2"') as string;
    const after = follow(before, compile(withText(sample, "helper.ts", text).files));
    expect(after.map(({ report, changes }) => [report.name, changes])).toEqual([
      ["convert", [{ kind: "value", name: "BASE", change: "changed", place: "helper.ts:1" }]],
      ["connect", undefined],
    ]);
    const reformatted = follow(after, compile(withText(sample, "helper.ts", `// note\n${text}`).files));
    expect(reformatted.map(({ changes }) => changes)).toEqual([undefined, undefined]);
  });
});

describe("a link", () => {
  it("carries any project, in letters that no address escapes", async () => {
    const texts = fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        const files = all.map((text, i) => ({ name: `f${i}.ts`, text: text.replace(/\r\n?/g, "\n") }));
        const project = { files, open: "f0.ts" };
        const code = await encodeProject(project);
        expect(code).toMatch(/^[\w-]+$/);
        expect(await decodeProject(code)).toEqual(project);
      }),
    );
  });

  it("that was cut off or changed is refused", async () => {
    const code = await encodeProject(sample);
    expect(await decodeProject(code.slice(0, -10))).toBeUndefined();
    expect(await decodeProject("AAAA")).toBeUndefined();
    expect(await decodeProject("")).toBeUndefined();
  });

  it("to what is no project is refused: names that lead elsewhere, texts that are none, far too much", async () => {
    const file = (name: unknown, text: unknown = "") => ({ files: [{ name, text }], open: name });
    const hostile = [
      file("../a.ts"),
      file("a.exe"),
      file("a.ts", 1),
      file("__proto__"),
      file("a.ts", "x".repeat(300_000)),
    ];
    const others = [null, [], {}, { files: [], open: "a.ts" }, { files: [{ name: "a.ts", text: "" }], open: "b.ts" }];
    for (const project of [...hostile, ...others]) {
      expect(await decodeProject(await encodeProject(project as Project))).toBeUndefined();
    }
  });
});

describe("files", () => {
  it("are added under free names, up to eight, and removed down to one", () => {
    let project = sample;
    for (let i = 0; i < 20; i++) project = withNewFile(project);
    expect(new Set(project.files.map(({ name }) => name)).size).toBe(8);
    for (const { name } of project.files) project = withoutFile(project, name);
    expect(project.files).toHaveLength(1);
    expect(project.open).toBe(project.files[0]?.name);
  });
});
