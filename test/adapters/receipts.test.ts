import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transform as esbuild } from "esbuild";
import fc from "fast-check";
import { type Plugin, rollup } from "rollup";
import { createServer, type InlineConfig, build as viteBuild } from "vite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSource } from "../../scripts/load-source.mjs";
import { type Book, readBook, writeBook } from "../../transformer/engine/build-cache-file.ts";

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
  root = mkdtempSync(join(tmpdir(), "cachet-receipts-"));
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
const books = () => (existsSync(folder()) ? readdirSync(folder()).map((name) => join(folder(), name)) : []);

/** Puts a word into what the receipts of the one book there say, to see who is believed. */
function tamper(): void {
  const [path] = books();
  const book = readBook(path as string);
  for (const receipt of book.receipts.values()) receipt.result.code += "\nconsole.log('from a receipt');\n";
  writeBook(path as string, book);
}
const fromReceipts = ({ code }: Output) => code.match(/from a receipt/g)?.length ?? 0;

describe("a build that remembers the one before", () => {
  it("gives the same, down to warnings, maps and the manifest", async () => {
    const first = await build();
    expect(first.warnings.join()).toContain("Date.now()");
    expect(first.manifest).toContain('"ttl": "Infinity"');
    expect(await build()).toEqual(first);
    expect(await build({ remember: false })).toEqual(first);
  });

  it("takes what has a receipt, and makes anew what an edit concerns", async () => {
    await build();
    tamper();
    expect(fromReceipts(await build())).toBe(2);
    write({ "deep.ts": "export const deep = (n: number) => n + 10;\n" });
    const edited = await build();
    expect(fromReceipts(edited)).toBe(1);
    expect(edited.code).toContain("n + 10");
    write({ "own.ts": `${FILES["own.ts"]}// more\n` });
    expect(fromReceipts(await build())).toBe(0);
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
    await build({ remember: false });
    expect(books()).toEqual([]);
    await build();
    tamper();
    expect(fromReceipts(await build({ remember: false }))).toBe(0);
    expect(fromReceipts(await build({ root: join(root, "..") }))).toBe(0);
  });

  it.each([
    ["cut short", (bytes: Uint8Array) => bytes.slice(0, bytes.length - 10)],
    ["empty", () => new Uint8Array()],
    ["changed in one place", (bytes: Uint8Array) => bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1)],
  ])("makes everything anew where the book is %s", async (_, damage) => {
    const first = await build();
    tamper();
    const [path = ""] = books();
    const { readFileSync } = await import("node:fs");
    writeFileSync(path, damage(new Uint8Array(readFileSync(path))));
    expect(await build()).toEqual(first);
  });

  it("goes on without receipts where it can't write", async () => {
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
        expect([name, await outcome()]).toEqual([name, await outcome({ remember: false })]);
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
  const countReceipts = (code: string) => code.match(/from a receipt/g)?.length ?? 0;

  it("remembers builds, each with its own replacements", async () => {
    write({ "deep.ts": "declare const RATE: number;\nexport const deep = (n: number) => n * RATE;\n" });
    const [two, three] = [await viteCode({ RATE: "2" }), await viteCode({ RATE: "3" })];
    expect(await viteCode({ RATE: "2" })).toBe(two);
    expect(await viteCode({ RATE: "3" })).toBe(three);
    expect(two).not.toBe(three);
    expect(books()).toHaveLength(2);
    tamper();
    expect(countReceipts(await viteCode({ RATE: "2" })) + countReceipts(await viteCode({ RATE: "3" }))).toBe(2);
  });

  it("leaves a dev server to what it knows itself", async () => {
    await viteCode();
    tamper();
    const kept = books();
    const alias = { dep: join(root, "deep.ts"), "cachet/internal": join(root, "deep.ts") };
    const server = await createServer({ ...config(), resolve: { alias }, server: { middlewareMode: true, ws: false } });
    const served = await server.environments.client.transformRequest("/main.ts");
    await server.close();
    expect(served?.code).toContain("c1:");
    expect(countReceipts(served?.code ?? "")).toBe(0);
    expect(books()).toEqual(kept);
  });
});

/** A build may fail after an edit, and then has to fail alike. */
async function outcome(options?: Parameters<typeof cachet>[0]): Promise<Output | string> {
  try {
    return await build(options);
  } catch (error) {
    return String(error);
  }
}

it("keeps the books of the builds that ran last", () => {
  const book: Book = { receipts: new Map(), notes: new Map() };
  for (let kind = 0; kind < 20; kind++) writeBook(join(folder(), `${String(kind).padStart(32, "0")}.receipts`), book);
  expect(books()).toHaveLength(12);
});
