import { join } from "node:path";
import * as emitFirst from "@rollup/plugin-typescript";
import { transform as esbuild } from "esbuild";
import { type Plugin, rollup } from "rollup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { createProject, definitionsIn, EXPECTED, PROGRAM, type Project, REPOSITORY } from "./project.ts";

/** Its types say CommonJS, its code is ES: the default export is the plugin. */
const compileFirst = emitFirst.default as unknown as (options: object) => Plugin;

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    types: [],
    skipLibCheck: true,
    // Without it the compiler drops imports that only an option names before cachet sees the module.
    verbatimModuleSyntax: true,
  },
  include: ["src"],
};
const OVERLOADS = {
  "on the implementation": `export function twice(x: number): number;
export function twice(x: string): string;
/** @cacheData */
export function twice(x: any): any { counted.push(x); return x + x; }`,
  "on the first signature": `/** @cacheData */
export function twice(x: number): number;
export function twice(x: string): string;
export function twice(x: any): any { counted.push(x); return x + x; }`,
};
const overloaded = (text: string) =>
  `// cachet-allow-mutable\nconst counted: unknown[] = [];\n${text}\ntwice(2); twice(2); twice("a");\nconsole.log(JSON.stringify(counted));\n`;

let project: Project;
let cachet: (options?: object) => Plugin;
beforeAll(async () => {
  buildPackage();
  project = createProject({ ...PROGRAM, "tsconfig.json": JSON.stringify(TSCONFIG) });
  cachet = (await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/rollup.js`)).default;
});
afterAll(() => project.remove());

/** Emits with the whole program while the build starts or a module is loaded: what later plugins transform is JavaScript. */
const emitting = (compilerOptions: object = {}) =>
  compileFirst({
    tsconfig: join(project.root, "tsconfig.json"),
    filterRoot: project.root,
    noEmitOnError: true,
    compilerOptions,
  }) as Plugin;

/** As plugins around esbuild do it: one module at a time, from TypeScript text to JavaScript text. */
const stripping = (): Plugin => ({
  name: "strip",
  resolveId: (source, importer) =>
    source.startsWith("./") && importer ? join(importer, "..", source.replace(/\.js$/, ".ts")) : null,
  async transform(code, id) {
    if (!id.endsWith(".ts")) return null;
    const { code: stripped, map } = await esbuild(code, {
      loader: "ts",
      target: "es2022",
      sourcefile: id,
      sourcemap: true,
    });
    return { code: stripped, map };
  },
});

async function bundle(entry: string, outFile: string, plugins: Plugin[]): Promise<string> {
  const input = join(project.root, entry);
  const built = await rollup({ input, plugins, external: /^cachet/ });
  await built.write({ file: join(project.root, outFile), format: "es", sourcemap: true });
  await built.close();
  return project.read(outFile);
}

describe.each([
  ["@rollup/plugin-typescript, which hands out JavaScript", "typescript", emitting],
  ["a plugin that strips types as esbuild does", "strip", stripping],
] as const)("Rollup with %s", (_, name, compile) => {
  it.each([
    ["before", () => [cachet(), compile()]],
    ["after", () => [compile(), cachet()]],
  ] as const)("caches where cachet stands %s it", async (place, plugins) => {
    const code = await bundle("src/main.ts", `out-${name}-${place}/main.js`, plugins());
    expect(definitionsIn(code)).toHaveLength(5);
    const { output } = await project.node(`out-${name}-${place}/main.js`);
    expect(JSON.parse(output), output).toMatchObject(EXPECTED);
  });

  it("fails on a wrong mark", async () => {
    project.write({ "src/wrong.ts": "/** @cacheData({ tll: 1 }) */\nexport function f() { return 1; }\n" });
    const plugins = [cachet(), compile()];
    try {
      await expect(bundle("src/wrong.ts", "out-wrong/main.js", plugins)).rejects.toThrow(/CACHET1008/);
    } finally {
      project.write({ "src/wrong.ts": "export {};\n" });
    }
  });

  it("caches an overloaded function that is marked at its implementation", async () => {
    project.write({ "src/overloaded.ts": overloaded(OVERLOADS["on the implementation"]) });
    const plugins = [cachet(), compile()];
    await bundle("src/overloaded.ts", `out-${name}-overload/main.js`, plugins);
    expect((await project.node(`out-${name}-overload/main.js`)).output.trim()).toBe('[2,"a"]');
  });
});

describe("a mark on an overload's signature", () => {
  it("caches where cachet sees TypeScript", async () => {
    project.write({ "src/overloaded.ts": overloaded(OVERLOADS["on the first signature"]) });
    await bundle("src/overloaded.ts", "out-signature/main.js", [cachet(), stripping()]);
    expect((await project.node("out-signature/main.js")).output.trim()).toBe('[2,"a"]');
  });

  it("is an error where plugin-typescript dropped the signature first", async () => {
    project.write({ "src/overloaded.ts": overloaded(OVERLOADS["on the first signature"]) });
    const built = bundle("src/overloaded.ts", "out-signature-ts/main.js", [cachet(), emitting()]);
    await expect(built).rejects.toMatchObject({
      message: expect.stringMatching(
        /CACHET1016: Marks of this file were gone .*put the mark of an overloaded function/s,
      ),
      loc: { line: 3, column: 4 },
    });
  });
});

describe("a plugin that compiles while it loads", () => {
  const MARKED = `import { unrelated } from "./rates.js";
import { LIMIT } from "./limits.js";
/** @cacheData({ ttl: LIMIT }) */
export const f = (n: number) => n + unrelated;
console.log(f(1));
`;

  it("may not drop an import that only a mark uses", async () => {
    project.write({ "src/marked.ts": MARKED });
    const plugins = [cachet(), emitting({ verbatimModuleSyntax: false })];
    await expect(bundle("src/marked.ts", "out-import/main.js", plugins)).rejects.toThrow(
      /CACHET1016: The import of 'LIMIT'/,
    );
    await bundle("src/marked.ts", "out-import/main.js", [cachet(), emitting()]);
    expect((await project.node("out-import/main.js")).output.trim()).toBe("2");
  });

  it("may not drop the marks with all comments", async () => {
    project.write({ "src/marked.ts": MARKED });
    const plugins = [cachet(), emitting({ removeComments: true })];
    await expect(bundle("src/marked.ts", "out-comments/main.js", plugins)).rejects.toThrow(
      /CACHET1016: Marks of this file/,
    );
  });

  it("may stand beside the output of an earlier build that has the runtime in it", async () => {
    project.write({
      "src/built.js": `const MISS = {};
const descriptor = { get1: () => MISS, run: (parts, body) => body() };
const load$ = () => descriptor;
/** @cacheData */
export function load(id) {
  const hit = load$().get1(id);
  if (hit !== MISS) return hit;
  let body = () => { return id + 1; };
  return load$().run([id], body);
}
console.log(load(2));
`,
    });
    await bundle("src/built.js", "out-built/main.js", [cachet(), emitting()]);
    expect((await project.node("out-built/main.js")).output.trim()).toBe("3");
  });

  it("may do as it likes with files that cachet was told to leave alone, and with words that are no marks", async () => {
    project.write({ "src/marked.ts": MARKED, "src/words.ts": 'export const tag = "@cacheData";\nconsole.log(tag);\n' });
    const emit = () => emitting({ removeComments: true });
    await bundle("src/marked.ts", "out-left/main.js", [cachet({ exclude: /marked/ }), emit()]);
    await bundle("src/words.ts", "out-words/main.js", [cachet(), emit()]);
    expect((await project.node("out-words/main.js")).output.trim()).toBe("@cacheData");
  });
});
