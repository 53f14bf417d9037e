import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rollup } from "rollup";
import ts from "typescript";
import { build } from "vite";
import { describe, expect, it } from "vitest";
import cachetRollup from "../../transformer/adapters/rollup.ts";
import cachetVite from "../../transformer/adapters/vite.ts";
import { buildPackage, cachet, project, write } from "./bin.ts";

const TSPC = createRequire(import.meta.url).resolve("ts-patch/bin/tspc.js");

function shop(): string {
  return project({
    "package.json": `{ "name": "shop", "version": "1.0.0", "type": "module" }`,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        target: "es2022",
        module: "esnext",
        moduleResolution: "bundler",
        rootDir: "src",
        outDir: "out",
        types: [],
        lib: ["es2022"],
        skipLibCheck: true,
        incremental: true,
        plugins: [
          {
            transform: join(buildPackage(), "dist/transformer/adapters/ts-patch.js"),
            transformProgram: true,
            manifest: "facts/cachet.json",
          },
        ],
      },
      include: ["src"],
    }),
    "src/data.ts": `import { get } from "./http";
/** @cacheData({ ttl: Infinity, persist: true }) */
export async function load(id: number) { return get(id); }
/** @cacheResource({ version: 2 }) */
export const connect = (dsn: string) => ({ dsn });`,
    "src/http.ts": "export function get(id: number) { return [id]; }",
    "src/unmarked.ts": "export const plain = 1;",
  });
}

const buildWithVite = (directory: string, manifest: boolean | string) =>
  build({
    root: directory,
    configFile: false,
    logLevel: "silent",
    plugins: [cachetVite({ manifest, root: directory })],
    build: { outDir: "dist", lib: { entry: "src/data.ts", formats: ["es"] }, rollupOptions: { external: /^cachet/ } },
  });

function stripTypes(directory: string) {
  return {
    name: "strip-types",
    resolveId: (id: string) => (id.startsWith("./") ? join(directory, "src", `${id}.ts`) : null),
    transform: (code: string) => ({
      code: ts.transpileModule(code, { compilerOptions: { target: 99, module: 99 } }).outputText,
      map: null,
    }),
  };
}

const tspc = (directory: string) => execFileSync(process.execPath, [TSPC], { cwd: directory, stdio: "pipe" });

describe("the manifest of a build", () => {
  it("is the same file from Vite, Rollup and the tsconfig plugin, and what cachet list --json prints", async () => {
    const directory = shop();
    await buildWithVite(directory, true);
    tspc(directory);
    const bundle = await rollup({
      input: join(directory, "src/data.ts"),
      external: /^cachet/,
      plugins: [cachetRollup({ manifest: "meta/facts.json", root: directory }), stripTypes(directory)],
    });
    await bundle.write({ dir: join(directory, "rolled") });
    const text = readFileSync(join(directory, "dist/cachet.json"), "utf8");
    expect(JSON.parse(text)).toEqual({
      format: 1,
      functions: [
        {
          id: "shop/src/data.ts#connect",
          kind: "resource",
          hash: expect.stringMatching(/^c1:/),
          options: { version: 2 },
          place: "src/data.ts:4:5",
          dependencies: [],
        },
        {
          id: "shop/src/data.ts#load",
          kind: "data",
          hash: expect.stringMatching(/^c1:/),
          options: { ttl: "Infinity", persist: true },
          place: "src/data.ts:2:5",
          dependencies: ["src/http.ts"],
        },
      ],
    });
    expect(readFileSync(join(directory, "facts/cachet.json"), "utf8")).toBe(text);
    expect(readFileSync(join(directory, "rolled/meta/facts.json"), "utf8")).toBe(text);
    expect((await cachet(directory, "list", "--json")).stdout).toBe(text);
  });

  it("is written by a build for a server too, where Vite drops other assets", async () => {
    const directory = shop();
    await build({
      root: directory,
      configFile: false,
      logLevel: "silent",
      plugins: [cachetVite({ manifest: true })],
      build: { outDir: "server", ssr: "src/data.ts", rollupOptions: { external: /^cachet/ } },
    });
    expect(JSON.parse(readFileSync(join(directory, "server/cachet.json"), "utf8")).functions).toHaveLength(2);
  });

  it("is complete where Rollup took modules from its cache", async () => {
    const directory = shop();
    const options = () => ({
      input: join(directory, "src/data.ts"),
      external: /^cachet/,
      plugins: [cachetRollup({ manifest: true }), stripTypes(directory)],
    });
    const first = await rollup(options());
    const second = await rollup({ ...options(), ...(first.cache && { cache: first.cache }) });
    const sources = await Promise.all([first, second].map(async (bundle) => (await bundle.generate({})).output));
    const [one, other] = sources.map((output) => output.find((file) => file.fileName === "cachet.json"));
    expect(one).toMatchObject({ source: expect.stringContaining("#load") });
    expect(other).toMatchObject({ source: (one as { source: string }).source });
  });

  it("follows an edit under --incremental, and is left alone by a build that changes nothing", () => {
    const directory = shop();
    const file = join(directory, "facts/cachet.json");
    tspc(directory);
    const before = readFileSync(file, "utf8");
    const { mtimeMs } = statSync(file);
    tspc(directory);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    write(directory, { "src/http.ts": "export function get(id: number) { return [id, 1]; }" });
    tspc(directory);
    const after = readFileSync(file, "utf8");
    const hashes = (text: string) => JSON.parse(text).functions.map((fn: { hash: string }) => fn.hash);
    expect(hashes(after)[0]).toBe(hashes(before)[0]);
    expect(hashes(after)[1]).not.toBe(hashes(before)[1]);
  });

  it("covers the sources of a referenced project, not its declarations, once the dependent is built again", () => {
    const transform = join(buildPackage(), "dist/transformer/adapters/ts-patch.js");
    const config = (name: string, references: object[]) =>
      JSON.stringify({
        compilerOptions: {
          composite: true,
          target: "es2022",
          module: "esnext",
          moduleResolution: "bundler",
          lib: ["es2022"],
          types: [],
          rootDir: ".",
          outDir: "out",
          plugins: [{ transform, transformProgram: true, manifest: "cachet.json" }],
        },
        files: [`${name}.ts`],
        references,
      });
    const directory = project({
      "package.json": `{ "name": "shop" }`,
      "lib/tsconfig.json": config("lib", []),
      "lib/lib.ts": "export function helper(): number { return 1; }",
      "app/tsconfig.json": config("app", [{ path: "../lib" }]),
      "app/app.ts": `import { helper } from "../lib/lib"; /** @cacheData */ export function f() { return helper(); }`,
    });
    const buildApp = (...args: string[]) => {
      execFileSync(process.execPath, [TSPC, "-b", "app", ...args], { cwd: directory, stdio: "pipe" });
      return JSON.parse(readFileSync(join(directory, "app/cachet.json"), "utf8")).functions[0];
    };
    const before = buildApp();
    expect(before.dependencies).toEqual(["../lib/lib.ts"]);
    write(directory, { "lib/lib.ts": "export function helper(): number { return 2; }" });
    expect(buildApp("--force").hash).not.toBe(before.hash);
  });

  it("is not written unless asked for, nor by a build that writes nothing", async () => {
    const directory = shop();
    await buildWithVite(directory, false);
    expect(existsSync(join(directory, "dist/cachet.json"))).toBe(false);
    rmSync(join(directory, "facts"), { recursive: true, force: true });
    execFileSync(process.execPath, [TSPC, "--noEmit"], { cwd: directory, stdio: "pipe" });
    expect(existsSync(join(directory, "facts/cachet.json"))).toBe(false);
  });
});
