import { rmSync } from "node:fs";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import transformProgram from "../../transformer/adapters/ts-patch.ts";
import { buildPackage } from "./package.ts";
import { type Compiler, createProject, definitionsIn, EXPECTED, PROGRAM, type Project } from "./project.ts";

const COMPILERS: (Compiler & { title: string })[] = [
  { title: "TypeScript 5.9 with ts-patch 3", typescript: "typescript-5.9", tsPatch: "ts-patch" },
  { title: "TypeScript 6.0 with ts-patch 3", typescript: "typescript", tsPatch: "ts-patch" },
  { title: "TypeScript 6.0 with ts-patch 4", typescript: "typescript", tsPatch: "ts-patch-4" },
];

const config = (options: object = {}, more: object = {}, marked = true) =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      strict: true,
      noUnusedLocals: false,
      rootDir: "src",
      outDir: "out",
      declaration: true,
      sourceMap: true,
      types: [],
      lib: ["es2022", "dom"],
      skipLibCheck: true,
      ...options,
      plugins: marked ? [{ transform: "cachet/transformer", transformProgram: true }] : [],
    },
    include: ["src"],
    ...more,
  });

let project: Project;
beforeAll(() => {
  buildPackage();
  project = createProject(PROGRAM);
});
afterAll(() => project.remove());

describe.each(COMPILERS)("$title", (compiler) => {
  it("emits cached functions and the same declarations as without the plugin", async () => {
    project.write({ ...PROGRAM, "tsconfig.json": config({ outDir: "plain" }, {}, false) });
    expect(await project.tspc(compiler)).toEqual({ code: 0, output: "" });
    project.write({ "tsconfig.json": config() });
    expect(await project.tspc(compiler)).toEqual({ code: 0, output: "" });
    expect(project.read("out/cached.d.ts")).toBe(project.read("plain/cached.d.ts"));
    expect(definitionsIn(project.read("out/cached.js"))).toHaveLength(5);
    const { output } = await project.node("out/main.js");
    expect(JSON.parse(output)).toMatchObject(EXPECTED);
  });

  it("maps every frame of an error to its line and column", async () => {
    project.write({ ...PROGRAM, ...THROWING, "tsconfig.json": config({ outDir: "throwing" }) });
    expect(await project.tspc(compiler)).toEqual({ code: 0, output: "" });
    const { output } = await project.node("throwing/throw.js");
    const stacks = JSON.parse(output) as Record<string, string>;
    const map = project.read("throwing/throwing.js.map");
    const source = THROWING["src/throwing.ts"] as string;
    const inFail = placeOf(source, "new Error(name)");
    const own = {
      declared: placeOf(source, 'new Error("declared")'),
      arrow: placeOf(source, 'fail("arrow")'),
      method: placeOf(source, 'fail("method")'),
    };
    const frames = Object.entries(stacks).map(([name, stack]) => [name, mapFrames(stack, "throwing", map)]);
    expect(Object.fromEntries(frames)).toEqual({
      // The call of the runtime stands behind the body, so the frame of the function itself is its end.
      declared: [own.declared, "7:1"],
      arrow: [inFail, own.arrow],
      method: [inFail, own.method, "18:67"],
    });
    for (const file of Object.keys(THROWING)) rmSync(join(project.root, file));
  });

  it("fails on a wrong mark: plainly, with --noEmit and with --noEmitOnError", async () => {
    const wrong = (PROGRAM["src/cached.ts"] as string).replace("@cacheResource", "@cacheResuorce");
    project.write({ "src/cached.ts": wrong, "tsconfig.json": config({ outDir: "wrong" }) });
    for (const flags of [[], ["--noEmit"], ["--noEmitOnError"]]) {
      const { code, output } = await project.tspc(compiler, ...flags);
      expect(code, output).not.toBe(0);
      expect(output).toMatch(/src\/cached\.ts\(19,5\): error TS901001: CACHET1001: .*`@cacheResource`/);
    }
    const deep = `/** @cacheData */\nexport function deep(x: number) { return ${"x + ".repeat(5000)}1; }`;
    project.write({ ...PROGRAM, "src/deep.ts": deep });
    const { code, output } = await project.tspc(compiler);
    rmSync(join(project.root, "src/deep.ts"));
    expect([code > 0, output]).toEqual([
      true,
      expect.stringMatching(/src\/deep\.ts\(1,1\): error TS902004: CACHET2004: /),
    ]);
  });

  it("emits again under --incremental what a helper's edit reached, and nothing for an unrelated edit", async () => {
    const incremental = { incremental: true, outDir: "inc", tsBuildInfoFile: "inc/info" };
    project.write({ ...PROGRAM, "tsconfig.json": config(incremental) });
    const build = async () => {
      expect(await project.tspc(compiler)).toMatchObject({ code: 0 });
      return definitionsIn(project.read("inc/cached.js"));
    };
    const before = await build();
    project.write({ "src/rates.ts": "export const RATE = 3;\nexport const unrelated = 1;\n" });
    const after = await build();
    const changed = after.filter((line) => !before.includes(line));
    expect(changed.map((line) => line.split(" ")[0])).toEqual(["app/src/cached.ts#load"]);
    project.write({ "src/rates.ts": "export const RATE = 3;\nexport const unrelated = 22;\n" });
    expect(await build()).toEqual(after);
    project.write(PROGRAM);
  });

  it("emits again what a mark alone has changed, in the comment of a helper", async () => {
    const lone = `import { helper } from "./lone-helper.js";

/** @cacheData */
export function lone(n: number): number {
  return helper(n);
}
`;
    const helper =
      "export const helper = (n: number): number => inner(n);\n\nfunction inner(n: number): number {\n  return n;\n}\n";
    const incremental = { incremental: true, outDir: "marks", tsBuildInfoFile: "marks/info" };
    const build = async (text: string) => {
      project.write({ "src/lone-helper.ts": text, "src/lone.ts": lone, "tsconfig.json": config(incremental) });
      expect(await project.tspc(compiler)).toMatchObject({ code: 0 });
      return project.read("marks/lone.js");
    };
    const before = await build(helper);
    expect(before).toContain("alone: true");
    const after = await build(helper.replace("function", "/** @cacheData */\nfunction"));
    expect(after).toBe(before.replace(" alone: true,", ""));
    for (const file of ["src/lone-helper.ts", "src/lone.ts"]) rmSync(join(project.root, file));
  });
});

const THROWING: Record<string, string> = {
  "src/throwing.ts": `const twice = (n: number): number => n * 2;

/** @cacheData({ ttl: "1h" }) */
export function declared(n: number, more = twice(n)): number {
  if (more > 0) { throw new Error("declared"); }
  return n;
}

/** @cacheData */
export const arrow = async (n: number): Promise<number> => {
  await null;
  return twice(n) + fail("arrow");
};

export class Repo {
  constructor(private readonly k: number) {}
  /** @cacheResource */
  method(n: number): object { return [n, this.k, fail("method")]; }
}

function fail(name: string): never {
  throw new Error(name);
}
`,
  "src/throw.ts": `import { arrow, declared, Repo } from "./throwing.js";

const stacks: Record<string, string> = {};
for (const run of [() => declared(1), () => arrow(1), () => new Repo(1).method(1)]) {
  try {
    await run();
  } catch (error) {
    stacks[(error as Error).message] = (error as Error).stack ?? "";
  }
}
console.log(JSON.stringify(stacks));
`,
};

/** `line:column` of each frame in a compiled file, in its source. */
function mapFrames(stack: string, file: string, map: string): string[] {
  const trace = new TraceMap(JSON.parse(map));
  const frames = [...stack.matchAll(new RegExp(`${file}\\.js:(\\d+):(\\d+)`, "g"))];
  return frames.flatMap(([, line, column]) => {
    const at = originalPositionFor(trace, { line: Number(line), column: Number(column) - 1 });
    // What calls the runtime was inserted, so it has no place in the source.
    return at.line === null ? [] : [`${at.line}:${at.column}`];
  });
}

/** Where a piece of a source stands, in the same form. */
function placeOf(source: string, piece: string, within = piece): string {
  const offset = source.indexOf(within) + within.indexOf(piece);
  const before = source.slice(0, offset).split("\n");
  return `${before.length}:${before.at(-1)?.length}`;
}

describe("output formats of TypeScript 6.0", () => {
  const compiler = COMPILERS[1] as Compiler;

  it("runs as CommonJS, down to ES2017", async () => {
    const main = (PROGRAM["src/main.ts"] as string).replace(
      "import open, {",
      "import * as all from './cached.js';\nimport {",
    );
    const text = `${main.replace(/await later\("a"\)/g, "1").replace("const repo", "const open = all.default;\nconst repo")}`;
    const options = { module: "commonjs", target: "es2017", moduleResolution: "bundler", ignoreDeprecations: "6.0" };
    project.write({
      ...PROGRAM,
      "src/main.ts": text.replace("later, load", "later, load"),
      "out-cjs/package.json": '{ "type": "commonjs" }',
      "tsconfig.json": config({ ...options, outDir: "out-cjs" }),
    });
    expect(await project.tspc(compiler)).toEqual({ code: 0, output: "" });
    const { output } = await project.node("out-cjs/main.js");
    expect(JSON.parse(output)).toMatchObject({ runs: ["default", "load", "get"], name: EXPECTED.name });
    project.write(PROGRAM);
  });

  it("works with isolatedModules and verbatimModuleSyntax, and -b of a composite project", async () => {
    const options = { isolatedModules: true, verbatimModuleSyntax: true, composite: true, outDir: "iso" };
    project.write({ ...PROGRAM, "tsconfig.json": config(options) });
    expect(await project.tspc(compiler, "-b")).toEqual({ code: 0, output: "" });
    const before = definitionsIn(project.read("iso/cached.js"));
    project.write({ "src/rates.ts": "export const RATE = 4;\nexport const unrelated = 1;\n" });
    expect(await project.tspc(compiler, "-b")).toEqual({ code: 0, output: "" });
    const after = definitionsIn(project.read("iso/cached.js"));
    expect(after.filter((line) => !before.includes(line))).toHaveLength(1);
    const { output } = await project.node("iso/main.js");
    expect(JSON.parse(output).values[0]).toEqual({ id: 4, deep: true });
    project.write(PROGRAM);
  });

  it("shows a function that throws at its own line", async () => {
    project.write({ ...PROGRAM, "tsconfig.json": config({ sourceMap: false, inlineSourceMap: true, outDir: "maps" }) });
    expect(await project.tspc(compiler)).toEqual({ code: 0, output: "" });
    const { output } = await project.node("maps/main.js");
    expect(JSON.parse(output).place).toMatch(/cached\.js:/);
    expect(project.read("maps/cached.js")).toContain("sourceMappingURL=data:");
  });

  it("fails for marks where a program's emit doesn't count, as Angular's builder says of isolatedModules", () => {
    const options: ts.CompilerOptions = { noLib: true, noEmit: true, types: [], _useTypeScriptTranspilation: false };
    const program = ts.createProgram([join(project.root, "src/cached.ts")], options);
    const extended = transformProgram(program, undefined, {}, { ts });
    const found = extended.getSemanticDiagnostics().filter(({ code }) => code === 901016);
    expect(found).not.toEqual([]);
    for (const { messageText } of found) expect(messageText).toMatch(/CACHET1016: .*isolatedModules.* Set/);
  });
});
