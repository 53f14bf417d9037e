import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform as esbuild } from "esbuild";
import fc from "fast-check";
import { type Plugin, rollup } from "rollup";
import { createServer, type InlineConfig, build as viteBuild } from "vite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSource } from "../../scripts/load-source.mjs";
import { readBuildCache, updateBuildCache, writeBuildCache } from "../../transformer/engine/build-cache-file.ts";
import type { BuildEntries } from "../../transformer/engine/build-cache-format.ts";

import { buildPackage } from "./package.ts";
import { environment, REPOSITORY } from "./project.ts";

type Adapter = typeof import("../../transformer/adapters/rollup.ts");
const { default: cachet } = await loadSource<Adapter>("transformer/adapters/rollup.ts");
type ViteAdapter = typeof import("../../transformer/adapters/vite.ts");
const { default: forVite } = await loadSource<ViteAdapter>("transformer/adapters/vite.ts");

const FILES = {
  "package.json": '{ "name": "remembered", "type": "module" }',
  "node_modules/dep/package.json": '{ "name": "dep", "version": "1.0.0", "type": "module", "main": "index.js" }',
  "node_modules/dep/index.js": "export const lib = (n) => n;",
  "deep.ts": "export const deep = (n: number) => n + 1;\n",
  "other.ts": "export const other = (n: number) => n + 2;\n",
  "barrel.ts": 'export * from "./other";\nexport * from "./deep";\n',
  "main.ts": `import { lib } from "dep";
import { deep } from "./barrel";
import { own } from "./own";
/** @cacheData({ ttl: Infinity }) */
export function reaches(n: number) { return deep(n) + lib(n); }
export { own };
`,
  "own.ts": `import { other } from "./barrel";
/** @cacheData */
export function own(n: number) { return other(n) + Date.now(); }
/** @cacheData({ codeHash: "own" }) */
export function alone(n: number) { return other(n); }
`,
};

let root: string;
const write = (files: Record<string, string>) => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
};
const remove = (file: string) => rmSync(join(root, file), { force: true });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cachet-build-cache-"));
  write(FILES);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Resolves like a compiler would, and strips types. */
const typescript = (): Plugin => ({
  name: "typescript",
  resolveId(specifier, importer) {
    if (specifier === "dep") return { id: join(root, "node_modules/dep/index.js"), external: false };
    if (!specifier.startsWith(".") || !importer) return null;
    const base = join(dirname(importer), specifier);
    return [".first.ts", ".ts", "/index.ts"].map((end) => base + end).find((file) => existsSync(file)) ?? null;
  },
  transform: async (code, id) => (id.endsWith(".ts") ? (await esbuild(code, { loader: "ts" })).code : null),
});

interface Output {
  code: string;
  map: string;
  warnings: string[];
  manifest: string;
}

async function build(options: Parameters<typeof cachet>[0] = {}, ...first: Plugin[]): Promise<Output> {
  const warnings: string[] = [];
  const bundle = await rollup({
    input: join(root, "main.ts"),
    external: [/^cachet/],
    plugins: [...first, cachet({ root, manifest: true, ...options }), typescript()],
    onwarn: ({ message }) => warnings.push(message),
  });
  const { output } = await bundle.generate({ format: "es", sourcemap: true });
  await bundle.close();
  const [{ code, map }] = output;
  const manifest = output.find(({ fileName }) => fileName === "cachet.json");
  const text = manifest?.type === "asset" ? String(manifest.source) : "";
  return { code, map: String(map), warnings: warnings.sort(), manifest: text };
}

const folder = () => join(root, "node_modules/.cache/cachet-build");
const caches = () => (existsSync(folder()) ? readdirSync(folder()).map((name) => join(folder(), name)) : []);

/** Puts a word into what each build cache there says, to see who takes it. */
function tamper(): void {
  for (const path of caches()) {
    const entries = readBuildCache(path);
    for (const entry of entries.values()) entry.result.code += "\nconsole.log('from the build cache');\n";
    writeBuildCache(path, entries);
  }
}
const countKept = (code: string) => code.match(/from the build cache/g)?.length ?? 0;

describe("a build that remembers the one before", () => {
  it("gives the same, down to warnings, maps and the manifest", async () => {
    const first = await build();
    expect(first.warnings.join()).toContain("Date.now()");
    expect(first.manifest).toContain('"ttl": "Infinity"');
    expect(await build()).toEqual(first);
    expect(await build({ buildCache: false })).toEqual(first);
  });

  it("takes what holds, and makes anew what an edit concerns", async () => {
    await build();
    tamper();
    expect(countKept((await build()).code)).toBe(2);
    write({ "deep.ts": "export const deep = (n: number) => n + 10;\n" });
    const edited = await build();
    expect(countKept(edited.code)).toBe(1);
    expect(edited.code).toContain("n + 10");
    write({ "own.ts": `${FILES["own.ts"]}// more\n` });
    expect(countKept((await build()).code)).toBe(0);
  });

  it("goes by the text that it is handed, not by the file", async () => {
    const adding = (term: string): Plugin => ({
      name: "adding",
      transform: { order: "pre", handler: (code) => code.replace("+ lib(n)", `+ ${term} + lib(n)`) },
    });
    expect((await build({}, adding("3"))).code).toContain("deep(n) + 3 + lib(n)");
    expect((await build({}, adding("4"))).code).toContain("deep(n) + 4 + lib(n)");
  });

  it("has the hash of the present helpers where Rollup is handed the modules of an earlier build", async () => {
    const plugins = [cachet({ root }), typescript()];
    const options = { input: join(root, "main.ts"), external: [/^cachet/], plugins, onwarn: () => {} };
    const { cache } = await rollup(options);
    if (cache === undefined) throw new Error("Rollup keeps nothing");
    write({ "deep.ts": "export const deep = (n: number) => n + 10;\n" });
    const hashesOf = async (bundle: Awaited<ReturnType<typeof rollup>>) =>
      (await bundle.generate({ format: "es" })).output[0].code.match(/c1:\w+/g);
    const [reused, anew] = [await rollup({ ...options, cache }), await rollup({ ...options, cache: false })];
    expect(await hashesOf(reused)).toEqual(await hashesOf(anew));
  });

  it("keeps nothing where it is told not to, and believes nothing of another kind of build", async () => {
    await build({ buildCache: false });
    expect(caches()).toEqual([]);
    await build();
    tamper();
    expect(countKept((await build({ buildCache: false })).code)).toBe(0);
    expect(countKept((await build({ root: join(root, "..") })).code)).toBe(0);
  });

  it.each([
    ["cut short", (bytes: Uint8Array) => bytes.slice(0, bytes.length - 10)],
    ["empty", () => new Uint8Array()],
    ["changed in one place", (bytes: Uint8Array) => bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1)],
  ])("makes everything anew where the file is %s", async (_, damage) => {
    const first = await build();
    tamper();
    const [path = ""] = caches();
    const { readFileSync } = await import("node:fs");
    writeFileSync(path, damage(new Uint8Array(readFileSync(path))));
    expect(await build()).toEqual(first);
  });

  it("goes on without a build cache where it can't write", async () => {
    writeFileSync(join(root, "node_modules/.cache"), "a file where a directory is to be");
    const first = await build();
    expect(await build()).toEqual(first);
  });

  it("reports a wrong mark each time", async () => {
    write({ "own.ts": "/** @cacheData({ tll: 1 }) */\nexport function own(n: number) { return n; }\n" });
    for (let time = 0; time < 2; time++) await expect(build()).rejects.toThrow("tll");
  });

  it("finds every change of anything that a function depends on", async () => {
    const edits: Record<string, () => void> = {
      "a helper": () => write({ "deep.ts": "export const deep = (n: number) => n + 3;\n" }),
      "the helper back": () => write({ "deep.ts": FILES["deep.ts"] }),
      "a file before the one that was found": () => write({ "deep/index.ts": "export const deep = () => 1;\n" }),
      "a file that is taken instead": () => write({ "deep.first.ts": "export const deep = () => 3;\n" }),
      "the found one gone": () => remove("deep.ts"),
      "a name that an earlier star has": () =>
        write({ "other.ts": `${FILES["other.ts"]}export const deep = () => 2;\n` }),
      "that name gone": () => write({ "other.ts": FILES["other.ts"] }),
      "another version of a package": () =>
        write({ "node_modules/dep/package.json": FILES["node_modules/dep/package.json"].replace("1.0.0", "1.0.1") }),
      "another name of the package": () => write({ "package.json": '{ "name": "renamed", "type": "module" }' }),
      "no package": () => remove("package.json"),
      "a mark that comes": () =>
        write({ "other.ts": "/** @cacheData */\nexport function other(n: number) { return n + 2; }\n" }),
      "a comment": () => write({ "main.ts": `// a comment\n${FILES["main.ts"]}` }),
    };
    const steps = fc.array(fc.constantFrom(...Object.keys(edits)), { minLength: 3, maxLength: 8 });
    const property = fc.asyncProperty(steps, async (names) => {
      write(FILES);
      for (const file of ["deep/index.ts", "deep.first.ts"]) remove(file);
      await build();
      for (const name of names) {
        edits[name]?.();
        expect([name, await outcome()]).toEqual([name, await outcome({ buildCache: false })]);
      }
    });
    await fc.assert(property, { numRuns: Number(process.env["CACHET_FUZZ"] ?? 15) });
  });
});

describe("Vite", () => {
  const config = (define: Record<string, string> = {}): InlineConfig => ({
    root,
    configFile: false,
    logLevel: "silent",
    define,
    resolve: { alias: { dep: join(root, "node_modules/dep/index.js") } },
    plugins: [forVite()],
    build: {
      write: false,
      minify: false,
      lib: { entry: "main.ts", formats: ["es"] },
      rollupOptions: { external: [/^cachet/] },
    },
  });
  const viteCode = async (define?: Record<string, string>): Promise<string> => {
    const [output] = (await viteBuild(config(define))) as { output: { code: string }[] }[];
    return output?.output[0]?.code ?? "";
  };

  it("remembers builds, each with its own replacements", async () => {
    write({ "deep.ts": "declare const RATE: number;\nexport const deep = (n: number) => n * RATE;\n" });
    const [two, three] = [await viteCode({ RATE: "2" }), await viteCode({ RATE: "3" })];
    expect(await viteCode({ RATE: "2" })).toBe(two);
    expect(await viteCode({ RATE: "3" })).toBe(three);
    expect(two).not.toBe(three);
    tamper();
    expect(countKept(await viteCode({ RATE: "3" }))).toBe(2);
    expect(countKept(await viteCode({ RATE: "2" }))).toBe(1);
    expect(countKept(await viteCode({ RATE: "2", MORE: "1" }))).toBe(0);
  });

  it("makes nothing anew where a name has another replacement that no cached function reads", async () => {
    await viteCode({ BUILT_AT: "1" });
    tamper();
    expect(countKept(await viteCode({ BUILT_AT: "2" }))).toBe(2);
  });

  const alias = () => ({ dep: join(root, "deep.ts"), "cachet/internal": join(root, "deep.ts") });
  const serve = async () => {
    const server = await createServer({
      ...config(),
      resolve: { alias: alias() },
      server: { middlewareMode: true, ws: false, watch: null },
    });
    const codeOf = async (file: string) => (await server.environments.client.transformRequest(file))?.code ?? "";
    return { server, codeOf };
  };
  const untilSaved = async (count: number) => {
    for (let tries = 0; caches().length < count && tries < 400; tries++) await new Promise((r) => setTimeout(r, 25));
  };

  it("serves what an earlier dev server left, until a file is edited", async () => {
    const first = await serve();
    const before = await first.codeOf("/main.ts");
    await untilSaved(1);
    await first.server.close();
    tamper();
    const second = await serve();
    const served = await second.codeOf("/main.ts");
    expect(countKept(served)).toBe(1);
    expect(hashesIn(served)).toEqual(hashesIn(before));
    write({ "deep.ts": "export const deep = (n: number) => n + 10;\n" });
    second.server.watcher.emit("change", join(root, "deep.ts"));
    let edited = served;
    for (let tries = 0; edited === served && tries < 200; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      edited = await second.codeOf("/main.ts");
    }
    await second.server.close();
    expect(countKept(edited)).toBe(0);
    expect(hashesIn(edited)).not.toEqual(hashesIn(before));
  });
});

const hashesIn = (code: string) => code.match(/c1:\w+/g);

/** A build may fail after an edit, and then has to fail alike. */
async function outcome(options?: Parameters<typeof cachet>[0]): Promise<Output | string> {
  try {
    return await build(options);
  } catch (error) {
    return String(error);
  }
}

it("keeps the files of the builds that ran last", () => {
  const entries: BuildEntries = new Map();
  for (let kind = 0; kind < 30; kind++)
    updateBuildCache(join(folder(), `${String(kind).padStart(32, "0")}.cache`), entries);
  expect(caches()).toHaveLength(24);
});

it("keeps what several processes found at the same time", async () => {
  const files = Array.from({ length: 8 }, (_, index) => `part-${index}.ts`);
  for (const file of files) write({ [file]: `import { deep } from "./deep";\n${FILES["own.ts"]}export { deep };\n` });
  const script = join(root, "process.mjs");
  const adapter = JSON.stringify(pathToFileURL(join(REPOSITORY, "dist/transformer/engine/engine.js")).href);
  writeFileSync(
    script,
    `import { Engine } from ${adapter};
    import { readFileSync } from "node:fs";
    const engine = new Engine({ root: process.cwd() }, { tool: "test", freshness: "told" });
    const result = engine.transform(readFileSync(process.argv[2], "utf8"), process.argv[2], { resolve: () => undefined });
    console.log(result.functions.length);`,
  );
  buildPackage();
  const run = (file: string) =>
    promisify(execFile)(process.execPath, [script, join(root, file)], { cwd: root, env: environment() });
  await Promise.all(files.map(run));
  const [path = ""] = caches();
  expect([...readBuildCache(path).keys()].sort()).toEqual(files.map((file) => join(root, file)));
  const covered = readBuildCache(path)
    .get(join(root, "part-0.ts"))
    ?.inputs.map(({ file }) => file);
  expect(covered).toEqual(["part-0.ts", "barrel.ts", "other.ts"].map((file) => join(root, file)));
});
