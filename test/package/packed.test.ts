import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../adapters/package.ts";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const MODULES = join(REPOSITORY, "node_modules");
const manifest = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8"));
const ENTRIES = Object.keys(manifest.exports).filter((entry) => !entry.endsWith(".json"));

let project: string;
let tarball: string;

/** The packed files, unpacked where a package manager would put them; its dependencies are those of the repository. */
beforeAll(() => {
  buildPackage();
  project = mkdtempSync(join(tmpdir(), "cachet-packed-"));
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", project];
  execFileSync("npm", pack, { cwd: REPOSITORY, stdio: "ignore" });
  tarball = join(project, readdirSync(project).find((name) => name.endsWith(".tgz")) as string);
  mkdirSync(join(project, "node_modules/cachet"), { recursive: true });
  execFileSync("tar", ["xzf", tarball, "-C", join(project, "node_modules/cachet"), "--strip-components=1"]);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
    link(name, join(MODULES, name), join(project, "node_modules", name));
  writeFileSync(join(project, "package.json"), '{ "name": "app", "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function link(name: string, from: string, to: string): void {
  if (name.startsWith("@")) mkdirSync(join(to, ".."), { recursive: true });
  symlinkSync(from, to);
}

function node(code: string, type: "module" | "commonjs" = "module"): string {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
  const options: ExecFileSyncOptions = { cwd: project, env, encoding: "utf8" };
  return String(execFileSync(process.execPath, [`--input-type=${type}`, "-e", code], options)).trim();
}

/** Every file that an import loads, whichever way: modules are seen by a hook, what they require in its cache. */
function loadedBy(entry: string): string[] {
  const hook = `import { writeSync } from "node:fs";
    export async function load(url, context, next) {
      writeSync(1, url + "\\n");
      return next(url, context);
    }`;
  const url = (code: string) => JSON.stringify(`data:text/javascript,${encodeURIComponent(code)}`);
  const files = node(`const { createRequire, register } = await import("node:module");
    register(${url(hook)});
    await import("${entry}");
    console.log(Object.keys(createRequire(import.meta.url).cache ?? {}).join("\\n"));`);
  return files.split("\n");
}

const specifier = (entry: string) => `cachet${entry.slice(1)}`;

describe("the packed package", () => {
  it("holds dist, docs and nothing of the sources", () => {
    const files = String(execFileSync("tar", ["tzf", tarball]))
      .trim()
      .split("\n");
    const folders = new Set(files.map((file) => file.split("/")[1]));
    expect(
      [...folders].filter(
        (name) => !/^(dist|docs|language-service|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(name!),
      ),
    ).toEqual([]);
    expect(files).toContain("package/dist/runtime/index.js");
  });

  it("is what publint and attw ask for", () => {
    execFileSync(process.execPath, [join(MODULES, "publint/src/cli.js"), tarball, "--strict"], { stdio: "pipe" });
    // The CommonJS build for test runners has the same named exports, and so the same declarations.
    const attw = [
      join(MODULES, "@arethetypeswrong/cli/dist/index.js"),
      tarball,
      "--profile",
      "esm-only",
      "--ignore-rules",
      "false-esm",
    ];
    execFileSync(process.execPath, attw, { stdio: "pipe" });
  });

  // The contract needs a test runner; the others act when they are imported.
  it.each(ENTRIES.filter((entry) => !["./store-contract", "./register", "./inspect/agent"].includes(entry)))(
    "imports %s",
    (entry) => {
      expect(node(`console.log(Object.keys(await import("${specifier(entry)}")).length > 0)`)).toBe("true");
    },
  );

  it("loads its transformer by require, as ts-patch does", () => {
    expect(node(`console.log(typeof require("cachet/transformer").default)`, "commonjs")).toBe("function");
  });

  it("loads no compiler with the runtime, nor with a plugin that has met no mark", () => {
    const heavy = /node_modules\/(typescript|vite|rollup|rolldown|ts-patch|magic-string)\//;
    const compiler = /\/typescript\/|\/parser\.cjs$|\/tools\/transform/;
    const transformer = loadedBy("cachet/transformer");
    expect(transformer.some((file) => heavy.test(file))).toBe(true);
    expect(transformer.some((file) => compiler.test(file))).toBe(true);
    for (const entry of ["cachet", "cachet/internal", "cachet/inspect", "cachet/stores/disk"])
      expect(loadedBy(entry).filter((file) => heavy.test(file))).toEqual([]);
    for (const entry of ["cachet/rollup", "cachet/vite"])
      expect(loadedBy(entry).filter((file) => compiler.test(file))).toEqual([]);
  });

  it("starts in Node from two files, which every other entry shares", () => {
    const imports = (file: string) =>
      [...readFileSync(join(project, "node_modules/cachet/dist/node", file), "utf8").matchAll(/\bfrom ?['"](.*?)['"]/g)]
        .map((match) => match[1])
        .filter((name) => name?.startsWith("."));
    expect(imports("internal.js")).toEqual(["./core.js"]);
    expect(imports("core.js")).toEqual([]);
    expect(imports("stores/redis.js")).toEqual(["../core.js"]);
    // It takes as long to load as all of the runtime, and brings Node's streams along.
    const loaded = node(`await import("cachet"); console.log(process.moduleLoadList.includes("NativeModule crypto"))`);
    expect(loaded).toBe("false");
  });

  it("exports these names and no others", () => {
    const names = node(`console.log(JSON.stringify(Object.keys(await import("cachet")).sort()))`);
    expect(JSON.parse(names)).toMatchInlineSnapshot(`
      [
        "AsyncStoreError",
        "CachetError",
        "CallTimeoutError",
        "HashFuncError",
        "InvalidOptionError",
        "LaggingReaderError",
        "NoScopeError",
        "NotRecordedError",
        "NotTransformedError",
        "RecursiveCallError",
        "ReplayClosureError",
        "UnhashableArgumentError",
        "UnknownStoreError",
        "UnstorableValueError",
        "WidgetNotAllowedError",
        "cacheData",
        "cacheResource",
        "cacheScope",
        "cacheSignal",
        "cacheTag",
        "cached",
        "clearTags",
        "codec",
        "configure",
        "dependsOn",
        "expireTags",
        "fresh",
        "observed",
        "stats",
        "subscribe",
        "warm",
      ]
    `);
    const inspect = node(`console.log(JSON.stringify(Object.keys(await import("cachet/inspect")).sort()))`);
    expect(JSON.parse(inspect)).toEqual(["inspect", "observeCalls"]);
    const http = node(`console.log(JSON.stringify(Object.keys(await import("cachet/inspect/http")).sort()))`);
    expect(JSON.parse(http)).toEqual(["inspectHandler", "isLocal"]);
    const transformer = node(`console.log(JSON.stringify(Object.keys(await import("cachet/transformer")).sort()))`);
    expect(JSON.parse(transformer)).toEqual(["createSession", "default", "formatDiagnostic", "transform"]);
    const internal = node(`console.log(JSON.stringify(Object.keys(await import("cachet/internal")).sort()))`);
    expect(JSON.parse(internal)).toMatchInlineSnapshot(`
      [
        "MISS",
        "abort",
        "argumentTrie",
        "attach",
        "capture",
        "classes",
        "clears",
        "contextOf",
        "data",
        "durable",
        "element",
        "environment",
        "errors",
        "fn",
        "frozen",
        "frozenGenerator",
        "generator",
        "heed",
        "hold",
        "holdEach",
        "initialised",
        "instances",
        "keyed",
        "keys",
        "late",
        "leave",
        "limits",
        "members",
        "messages",
        "methods",
        "named",
        "nested",
        "ownSignal",
        "ownSignals",
        "ownStore",
        "parent",
        "parseBytes",
        "parseContext",
        "parseCount",
        "parseErrors",
        "parseFlag",
        "parseFunction",
        "parseFunctions",
        "parseHashFuncs",
        "parseScope",
        "parseShare",
        "parseSpinner",
        "parseStale",
        "parseStore",
        "parseTags",
        "parseTimeout",
        "parseTtl",
        "release",
        "resource",
        "resumed",
        "scope",
        "scoped",
        "spinner",
        "stale",
        "streams",
        "tags",
        "timeout",
        "urlPatterns",
        "validate",
        "widget",
      ]
    `);
  });

  it("reaches nothing of Node in a page", async () => {
    const { build } = await import("esbuild");
    const contents = 'export * from "cachet"; export * as internal from "cachet/internal";';
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: project },
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
    });
    const [file] = outputFiles;
    expect(file?.text).not.toMatch(/["']node:|yocto-spinner|require\(/);
  });
});
