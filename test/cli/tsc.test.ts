import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../adapters/package.ts";
import {
  createProject,
  definitionsIn,
  EXPECTED,
  environment,
  type Outcome,
  PROGRAM,
  type Project,
  REPOSITORY,
} from "../adapters/project.ts";

const BIN = join(REPOSITORY, "dist/cli/index.js");
const TSPC = { typescript: "typescript", tsPatch: "ts-patch-4" };

const config = (options: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      rootDir: "src",
      outDir: "out",
      types: [],
      lib: ["es2022", "dom"],
      ...options,
    },
    include: ["src"],
    ...more,
  });

const projects: Project[] = [];
let child: ChildProcess | undefined;

beforeAll(() => void buildPackage());
afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child?.once("exit", resolve));
  child.kill();
  await ended;
});
afterAll(() => {
  for (const project of projects) project.remove();
});

function fixture(files: Record<string, string>, typescript = "typescript-7"): Project {
  const project = createProject(files, { typescript });
  projects.push(project);
  return project;
}

function start(project: Project): ChildProcess {
  child = spawn(process.execPath, [BIN, "tsc", "--watch", "--preserveWatchOutput"], {
    cwd: project.root,
    env: environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  return child;
}

const tsc = (project: Project, ...args: string[]): Promise<Outcome> => project.node(BIN, "tsc", ...args);

describe("cachet tsc", () => {
  it("gives the ids and code hashes of tspc, and a program that hits", async () => {
    const project = fixture({
      ...PROGRAM,
      "tsconfig.json": config({ sourceMap: true }),
      "tspc.json": config(
        { outDir: "tspc", plugins: [{ transform: "cachet/transformer", transformProgram: true }] },
        {},
      ),
    });
    expect(await tsc(project)).toEqual({ code: 0, output: "" });
    await project.tspc(TSPC, "-p", "tspc.json");
    const definitions = definitionsIn(project.read("out/cached.js"));
    expect(definitions).toHaveLength(5);
    expect(definitions).toEqual(definitionsIn(project.read("tspc/cached.js")));
    const { output } = await project.node("out/main.js");
    expect(JSON.parse(output)).toMatchObject(EXPECTED);
    const mapped = await project.node("--enable-source-maps", "out/main.js");
    const line = PROGRAM["src/cached.ts"]?.split("\n").findIndex((text) => text.includes("throw new Error")) as number;
    expect(JSON.parse(mapped.output).place).toBe(`cached.ts:${line + 1}`);
  });

  it("knows what only types say: that a function gives a promise, that callers may abort", async () => {
    const project = fixture({
      "package.json": '{ "name": "app", "type": "module" }',
      "src/types.ts": `/** @cacheData({ persist: true }) */
export function read(id: string): Promise<string> { return Promise.resolve(id); }
/** @cacheData */
export function ask(on: AbortSignal, o: { a: number }) { return { ...o, aborted: on.aborted }; }
`,
      "tsconfig.json": config(),
      "tspc.json": config({ outDir: "tspc", plugins: [{ transform: "cachet/transformer", transformProgram: true }] }),
    });
    expect(await tsc(project)).toEqual({ code: 0, output: "" });
    await project.tspc(TSPC, "-p", "tspc.json");
    const told = (file: string) =>
      [...project.read(file).matchAll(/name: "(\w+)".*?promised: true|abort: /g)].map(([text]) => text.slice(-14));
    expect(told("out/types.js")).toEqual(["promised: true", "abort: "]);
    expect(told("tspc/types.js")).toEqual(told("out/types.js"));
  });

  it.each([
    ["ES modules", { module: "nodenext" }],
    ["CommonJS", { module: "commonjs", moduleResolution: "bundler" }],
    ["inline source maps", { inlineSourceMap: true, inlineSources: true }],
    ["ES2018", { target: "es2018" }],
  ])("keeps a thrown error's line and column: %s", async (name, options) => {
    const source = `import { fresh, LIMIT } from "./limits.js";
import fallback from "./fallback.js";
export const MOST = 3;
/** @cacheData({ ttl: LIMIT, validate: fresh, maxEntries: MOST, hashFuncs: { Date: fallback } }) */
export function fail(x: number): number { const label: string = "at "; throw new Error(label + x); }
/** @cacheData({ ttl: LIMIT, validate: fresh, maxEntries: MOST }) */
export async function load(x: number): Promise<object> { await null; return { x }; }
`;
    const project = fixture({
      "package.json": `{ "name": "app", "type": "${name === "CommonJS" ? "commonjs" : "module"}" }`,
      "src/limits.ts":
        "export const LIMIT = 60;\nexport const fresh = (value: unknown): boolean => value !== undefined;\n",
      "src/fallback.ts": "export default (date: Date): number => date.getTime();\n",
      "src/fail.ts": source,
      "src/main.ts": `import { fail, load } from "./fail.js";
let place = "";
try { fail(1); } catch (error) { place = /fail\\.[jt]s:\\d+:\\d+/.exec((error as Error).stack ?? "")?.[0] ?? ""; }
void Promise.all([load(1), load(1)]).then(([a, b]) => console.log(JSON.stringify({ place, same: a === b, a, b })));
`,
      "tsconfig.json": config({ sourceMap: !("inlineSourceMap" in options), ...options }),
    });
    expect(await tsc(project)).toEqual({ code: 0, output: "" });
    const { output } = await project.node("--enable-source-maps", "out/main.js");
    const column = (source.split("\n")[4]?.indexOf("new Error") as number) + 1;
    expect(JSON.parse(output)).toEqual({ place: `fail.ts:5:${column}`, same: false, a: { x: 1 }, b: { x: 1 } });
    if (!("inlineSourceMap" in options)) {
      const map = new TraceMap(JSON.parse(project.read("out/fail.js.map")));
      const lines = project.read("out/fail.js").split("\n");
      const at = lines.findIndex((text) => text.includes("new Error"));
      const found = originalPositionFor(map, { line: at + 1, column: lines[at]?.indexOf("new Error") as number });
      expect(found).toMatchObject({ source: "../src/fail.ts", line: 5, column: column - 1 });
    }
  });

  it.each([["--incremental"], ["-b"]])(
    "sees a helper's edit although tsc doesn't write the file again: %s",
    async (mode) => {
      const project = fixture({ ...PROGRAM, "tsconfig.json": config({ composite: true }) });
      const hashes = async () => {
        const { code, output } = await tsc(project, ...(mode === "-b" ? ["-b"] : ["-p", ".", mode]));
        expect({ code, output }).toEqual({ code: 0, output: "" });
        return definitionsIn(project.read("out/cached.js"));
      };
      const first = await hashes();
      expect(await hashes()).toEqual(first);
      project.write({ "src/rates.ts": "export const RATE = 3;\nexport const unrelated = 1;\n" });
      const second = await hashes();
      expect(second.filter((one) => !first.includes(one))).toEqual([expect.stringContaining("#load ")]);
      // Without the record of what tsc wrote, it has to write everything again.
      rmSync(join(project.root, "node_modules/.cache"), { recursive: true });
      project.write({ "src/rates.ts": PROGRAM["src/rates.ts"] as string });
      expect(await hashes()).toEqual(first);
      expect(JSON.parse((await project.node("out/main.js")).output)).toMatchObject(EXPECTED);
    },
  );

  it("ends the compiler when it is stopped", async () => {
    const project = fixture({ ...PROGRAM, "tsconfig.json": config() });
    const watching = start(project);
    await new Promise((resolve) => watching.stdout?.once("data", resolve));
    // Only once no process holds the pipe any more.
    const closed = new Promise((resolve) => watching.once("close", resolve));
    watching.kill();
    await closed;
  });

  it("follows edits under --watch", async () => {
    // The watcher of 7.0 hears of no edit on the file systems of containers; 6 goes the same way through here.
    const project = fixture({ ...PROGRAM, "tsconfig.json": config() }, "typescript");
    const watching = start(project);
    let output = "";
    watching.stdout?.on("data", (chunk) => void (output += chunk));
    const until = async (holds: () => boolean, edit?: () => void) => {
      for (let tries = 0; tries < 300 && !holds(); tries++) {
        if (tries % 50 === 0) edit?.();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(holds(), output).toBe(true);
    };
    const definitions = () => (project.has("out/cached.js") ? definitionsIn(project.read("out/cached.js")) : []);
    await until(() => definitions().length === 5);
    const first = definitions();
    await until(
      () => definitions().length === 5 && definitions().some((one) => !first.includes(one)),
      () => project.write({ "src/rates.ts": "export const RATE = 4;\n" }),
    );
    expect(definitions().filter((one) => !first.includes(one))).toEqual([expect.stringContaining("#load ")]);
    const marked = PROGRAM["src/cached.ts"] as string;
    await until(
      () => output.includes("src/cached.ts(7,18): error TS901008: CACHET1008"),
      () => project.write({ "src/cached.ts": marked.replace("ttl: TTL", "tll: TTL") }),
    );
  });

  it.each([
    ["a wrong mark", {}, "export function f() {}\n/** @cacheDta */\nexport function g() {}", "2,5", "CACHET1001", 2],
    ["a wrong mark, noEmit", { noEmit: true }, "/** @cacheDta */\nexport function g() {}", "1,5", "CACHET1001", 2],
    [
      "a wrong mark, noEmitOnError",
      { noEmitOnError: true },
      "/** @cacheDta */\nexport function g() {}",
      "1,5",
      "CACHET1001",
      1,
    ],
    [
      "code nested too deeply",
      {},
      `/** @cacheData */\nexport function g(x: number) { return ${"x + ".repeat(5000)}1; }`,
      "1,1",
      "CACHET2004",
      2,
    ],
    [
      "comments removed",
      { removeComments: true },
      "/** @cacheData */\nexport function g() {}",
      "1,5",
      'Remove "removeComments"',
      2,
    ],
    [
      "a mark on an overload",
      {},
      "/** @cacheData */\nexport function g(a: string): string;\nexport function g(a: unknown): unknown { return a; }",
      "1,5",
      "Move the mark from the first signature to the implementation",
      2,
    ],
    [
      "a field that becomes an assignment",
      { target: "es2018" },
      "export class A {\n  /** @cacheData */\n  g = (a: string): string => a;\n}",
      "2,7",
      'Set "target": "es2022"',
      2,
    ],
    [
      "an async function that becomes a generator",
      { target: "es2015" },
      "/** @cacheData */\nexport async function g(): Promise<number> { return 1; }",
      "1,5",
      'Set "target": "es2018"',
      2,
    ],
  ])("fails for %s, at its place, with the fix", async (_, options, source, place, message, code) => {
    const project = fixture({
      "package.json": '{ "name": "app", "type": "module" }',
      "src/a.ts": source,
      "tsconfig.json": config({ lib: ["es2022"], ...options }),
    });
    const outcome = await tsc(project);
    expect(outcome.output).toContain(`src/a.ts(${place}): error TS90`);
    expect(outcome.output).toContain(message);
    expect(outcome.code).toBe(code);
    if ("noEmitOnError" in options) expect(project.has("out/a.js")).toBe(false);
  });

  it("takes the files that only an import brings, files on the command line, and tsc's own errors", async () => {
    const project = fixture({ ...PROGRAM, "tsconfig.json": config({}, { include: [], files: ["src/main.ts"] }) });
    expect(await tsc(project)).toEqual({ code: 0, output: "" });
    expect(definitionsIn(project.read("out/cached.js"))).toHaveLength(5);
    const options = [
      "--ignoreConfig",
      "--outDir",
      "files",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--types",
      "node",
    ];
    await tsc(project, "src/main.ts", ...options);
    expect(definitionsIn(project.read("files/cached.js"))).toEqual(definitionsIn(project.read("out/cached.js")));
    project.write({ "src/main.ts": "export const x: number = 'text';" });
    const { code, output } = await tsc(project);
    expect(output).toContain("src/main.ts(1,14): error TS2322");
    expect(code).toBe(2);
  });

  it("hands on what only asks tsc for information, and says where TypeScript is missing", async () => {
    const project = fixture(PROGRAM);
    expect(await tsc(project, "--version")).toEqual({ code: 0, output: "Version 7.0.2\n" });
    rmSync(join(project.root, "node_modules/typescript"));
    const { code, output } = await tsc(project, "-p", ".");
    expect(output).toContain("This project has no TypeScript.");
    expect(code).toBe(2);
  });
});
