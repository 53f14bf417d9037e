import { build } from "esbuild";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { findUntransformedMarks } from "../../cli/untransformed.ts";
import { transform } from "../../transformer/index.ts";
import { cachet, project, write } from "./bin.ts";

const SOURCE = `const BASE = "http://x/";
/** @cacheData */
export async function load(id: number) { return fetch(BASE + id); }
/** @cacheResource */
export const connect = (dsn: string) => ({ dsn });
export class Repo {
  /** @cacheData({ this: "value" }) */
  find(name: string) { return [this, name]; }
}
export const table = {
  /** @cacheData */
  row(id: number) { return [id]; },
};
export const outer = () => {
  /** @cacheData */
  function inner(x: number) { return x + 1; }
  return inner;
};
/** @cacheData */
export default function () { return "default"; }
`;
const MARKS = 6;

const FILES = { "package.json": `{ "name": "shop", "type": "module" }`, "src/data.ts": SOURCE };
const transformed = (source = SOURCE) => transform(source, { fileName: "/shop/src/data.ts" });

function compile(directory: string, text: string, options: ts.CompilerOptions = {}): void {
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: "data.ts",
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, ...options },
  });
  write(directory, { "dist/data.js": outputText, ...(sourceMapText && { "dist/data.js.map": sourceMapText }) });
}

async function untransformed(directory: string, ...args: string[]) {
  const { code, stdout } = await cachet(directory, "check", "--json", ...args);
  const report = JSON.parse(stdout) as {
    files: number;
    untransformed: { file: string; line: number; tag: string; source?: string }[];
  };
  expect(code).toBe(report.untransformed.length > 0 ? 1 : 0);
  return report.untransformed;
}

describe("cachet check", () => {
  it("finds every mark in what a plain tsc wrote, with its place", async () => {
    const directory = project(FILES);
    compile(directory, SOURCE);
    const { code, stdout, stderr } = await cachet(directory, "check");
    expect(code).toBe(1);
    expect(stdout.trim().split("\n")).toHaveLength(MARKS);
    expect(stdout).toContain("untransformed dist/data.js:2:5 @cacheData\n");
    expect(stderr).toContain("6 marks in 1 file went through no transform");
  });

  it.each([
    ["ES2022", {}],
    ["ES2015, async functions as generators", { target: ts.ScriptTarget.ES2015 }],
    ["CommonJS", { module: ts.ModuleKind.CommonJS }],
    ["source maps", { sourceMap: true, inlineSources: true }],
    ["no comments", { removeComments: true, inlineSourceMap: true, inlineSources: true }],
  ])("is content with transformed code as %s", async (_name, options) => {
    const directory = project(FILES);
    compile(directory, transformed().code, options);
    expect(await untransformed(directory)).toEqual([]);
    const { stdout } = await cachet(directory, "check");
    expect(stdout).toBe("ok No untransformed marks in 1 file.\n");
  });

  it("finds the one function that was left out among others", async () => {
    const directory = project(FILES);
    compile(directory, `${transformed().code}\n/** @cacheData */\nexport function late() { return 1; }`);
    expect(await untransformed(directory)).toMatchObject([{ tag: "@cacheData" }]);
  });

  it("is content with a mark that begins its file, as a module and bundled", async () => {
    const { code } = transformed(`/** @cacheData */\nexport function first() { return "first"; }`);
    const directory = project(FILES);
    compile(directory, code);
    expect(await untransformed(directory)).toEqual([]);
    compile(directory, code.replace(/import \* as __cachet from "cachet\/internal";/, ""));
    expect(await untransformed(directory)).toEqual([]);
  });

  it("looks into bodies of any depth", async () => {
    const deep = `/** @cacheData */ export function g(x) { return ${"x + ".repeat(20_000)}1; }`;
    const directory = project({ ...FILES, "dist/deep.js": deep });
    expect(await untransformed(directory)).toMatchObject([{ file: "dist/deep.js", line: 1, tag: "@cacheData" }]);
  });

  it("finds misspelled tags and marks on what is no function", async () => {
    const directory = project(FILES);
    write(directory, { "dist/a.mjs": "/** @cacheDta */\nfunction f() {}\n/** @cacheData */\nconst x = 1;" });
    expect(await untransformed(directory)).toMatchObject([
      { tag: "@cacheDta", line: 1 },
      { tag: "@cacheData", line: 3 },
    ]);
  });

  describe("with source maps, where the comments are gone", () => {
    const bundle = async (directory: string, minify: boolean, code?: string) => {
      const plugin = {
        name: "cachet",
        setup({ onLoad }: { onLoad: (filter: { filter: RegExp }, load: () => unknown) => void }) {
          onLoad({ filter: /data\.ts$/ }, () => ({ contents: code, loader: "ts" }));
        },
      };
      await build({
        absWorkingDir: directory,
        entryPoints: ["src/data.ts"],
        outdir: "dist",
        bundle: true,
        format: "esm",
        minify,
        sourcemap: true,
        external: ["cachet"],
        logLevel: "silent",
        plugins: code === undefined ? [] : [plugin as never],
      });
    };

    it.each([false, true])("finds every mark in what esbuild wrote (minified: %s)", async (minify) => {
      const directory = project(FILES);
      await bundle(directory, minify);
      const found = await untransformed(directory);
      expect(found).toHaveLength(MARKS);
      expect(found.some(({ source }) => source === "src/data.ts")).toBe(true);
    });

    it.each([false, true])("is content with transformed code (minified: %s)", async (minify) => {
      const directory = project(FILES);
      const { code, map } = transformed();
      const inline = Buffer.from(JSON.stringify({ ...map, sources: ["data.ts"] })).toString("base64");
      await bundle(directory, minify, `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}`);
      expect(await untransformed(directory)).toEqual([]);
    });

    it("doesn't miss a function that the bundler left out", async () => {
      const directory = project({ ...FILES, "src/main.ts": `import { table } from "./data"; console.log(table);` });
      await build({
        absWorkingDir: directory,
        entryPoints: ["src/main.ts"],
        outdir: "dist",
        bundle: true,
        format: "esm",
        sourcemap: true,
        minify: true,
        logLevel: "silent",
      });
      expect(await untransformed(directory)).toMatchObject([{ source: "src/data.ts", line: 11 }]);
    });

    it.each(["not a map", `{"version":3,"sources":[null],"mappings":""}`, `{"sections":[]}`, "null"])(
      "reads past the source map %j",
      async (map) => {
        const directory = project(FILES);
        write(directory, { "dist/a.js": "export const a = 1;\n//# sourceMappingURL=a.js.map", "dist/a.js.map": map });
        expect(await untransformed(directory)).toEqual([]);
      },
    );
  });

  it("looks where the tsconfig writes to, and where it is told to", async () => {
    const directory = project({
      ...FILES,
      "tsconfig.json": `{ "compilerOptions": { "outDir": "out" }, "include": ["src"] }`,
    });
    write(directory, { "out/a.js": "/** @cacheData */ export function f() {}", "dist/b.js": "export {};" });
    expect(await untransformed(directory)).toMatchObject([{ file: "out/a.js" }]);
    expect(await untransformed(directory, "dist")).toEqual([]);
    expect(await untransformed(directory, "dist", "out/a.js")).toMatchObject([{ file: "out/a.js" }]);
  });

  it("takes a tag in a string, in prose and in a package for what it is", async () => {
    const directory = project(FILES);
    write(directory, {
      "dist/a.js":
        "// Write a @cacheData mark.\nexport const help = '/** @cacheData */';\nexport const t = `/** @cacheData */`;",
      "dist/node_modules/x/index.js": "/** @cacheData */ function f() {}",
    });
    expect(await untransformed(directory)).toEqual([]);
  });

  it.each([
    [["nope"], "There is no file or directory 'nope'."],
    [[], "There is no file or directory"],
    [["src"], "There is no JavaScript in 'src'."],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await cachet(project(FILES), "check", ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("knows a block's first function by what tsc puts between it and its comment, and not by less", () => {
    const body = "const v = c$0().get1(x); return v !== c.MISS ? v : c$0().run([x], () => { return x; });";
    const seen = `if (1) { /** @cacheData */\n c.attach(c$0(), f);\n function f(x) { ${body} } }`;
    expect(findUntransformedMarks(ts, "data.js", seen).marks).toEqual([]);
    const untransformed = "if (1) { /** @cacheData */\n watch(log(), f);\n function f(x) { return x; } }";
    expect(findUntransformedMarks(ts, "data.js", untransformed).marks).toHaveLength(1);
  });
});
