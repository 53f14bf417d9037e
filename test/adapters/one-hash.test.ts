import { readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build, createServer, type InlineConfig } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { type Compiler, createProject, definitionsIn, type Project, REPOSITORY } from "./project.ts";

/** What a hash can reach, in one project: every way to import, code that calls itself through others, things that are no code. */
const FILES: Record<string, string> = {
  "package.json": '{ "name": "shop", "type": "module" }',
  "src/prices.ts": `import defaultRate, { type Options, round } from "./money.js";
import * as tax from "./tax.js";
import { Status, walk } from "./barrel.js";
import { legacy } from "./legacy.js";
import { fresh } from "./checks.js";
import table from "./table.json" with { type: "json" };
import { pad } from "padded";
import { basename } from "node:path";

const limits = { most: 10 };
limits.most = 20;

/** @cacheData({ ttl: "1h", validate: fresh, maxEntries: LIMIT }) */
export function priceOf(id: number, options?: Options): string {
  return pad(round(id * tax.rateOf("food") * defaultRate) + Status.Open + table.base) as string;
}
const LIMIT = 5;

/** @cacheData */
export const walked = async <T,>(value: T): Promise<T[]> => (walk(3) > limits.most ? [] : [value]);

export class Basket {
  readonly #rate = legacy(2);
  constructor(private readonly size: number) {}
  /** @cacheData({ this: "value" }) */
  total(n: number): number {
    return this.scaled(n) + this.size;
  }
  private scaled(n: number): number {
    return n * this.#rate;
  }
}

/** @cacheResource({ version: 2 }) */
export default function (): object {
  return { name: basename("a/b"), notes: new URL("./notes.txt", import.meta.url).pathname, key: process.env["SHOP_KEY"] };
}

export function outer(factor: number) {
  const scale = (n: number) => n * factor;
  /** @cacheData({ codeHash: "own" }) */
  function inner(n: number): number {
    return scale(n);
  }
  return inner;
}
`,
  "src/money.ts":
    "export interface Options {\r\n  fast: boolean;\r\n}\r\nexport const round = (n: number): number => Math.round(n * CENTS) / CENTS;\r\nconst CENTS = 100;\r\nexport default `1\r\n`.length;\r\n",
  "src/tax.ts":
    'export const rateOf = (kind: string): number => (kind === "food" ? 1.07 : 1.19);\nexport const unused = 1;\n',
  "src/barrel.ts": 'export * from "./status.js";\nexport { walk } from "./walk.js";\n',
  "src/status.ts": "export enum Status {\n  Open = 1,\n  Closed,\n}\n",
  "src/walk.ts":
    'import { run } from "./run.js";\nexport function walk(n: number): number {\n  return n === 0 ? 0 : run(n - 1) + 1;\n}\n',
  "src/run.ts":
    'import { walk } from "./walk.js";\nexport function run(n: number): number {\n  return n === 0 ? 0 : walk(n - 1) * 2;\n}\n',
  "src/legacy.js":
    "/**\n * @param {number} n\n * @returns {number}\n */\nexport function legacy(n) {\n  /** @type {number} */\n  const twice = n * 2;\n  return twice;\n}\n",
  "src/checks.ts": "export const fresh = (value: unknown): boolean => value !== undefined;\n",
  "src/table.json": '{ "base": 3 }\n',
  "src/notes.txt": "a note\n",
  "src/main.ts": `import { cached } from "cachet";
import open, { Basket, outer, priceOf, walked } from "./prices.js";

/** What the running program says. */
export const definitions = (): string[] =>
  [open, priceOf, walked, Basket.prototype.total, outer(1)].map((fn) => {
    const { id, codeHash } = cached(fn as () => unknown);
    return \`\${id} \${codeHash}\`;
  });
console.log(JSON.stringify(definitions().sort()));
`,
  "test/prices.test.ts": `import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { definitions } from "../src/main.js";

it("writes down what it sees", () => {
  writeFileSync("vitest.json", JSON.stringify(definitions().sort()));
  expect(definitions()).toHaveLength(5);
});
`,
  "vitest.config.ts": `import cachet from "cachet/vite";
export default { plugins: [cachet()], test: { include: ["test/*.test.ts"] } };
`,
  "node_modules/padded/package.json":
    '{ "name": "padded", "version": "1.2.3", "main": "index.js", "types": "index.d.ts" }',
  "node_modules/padded/index.js": "exports.pad = (value) => String(value).padStart(8);\n",
  "node_modules/padded/index.d.ts": "export declare function pad(value: unknown): string;\n",
};

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    strict: true,
    allowJs: true,
    resolveJsonModule: true,
    rootDir: "src",
    types: ["node"],
    lib: ["es2022", "dom"],
    skipLibCheck: true,
    plugins: [{ transform: "cachet/transformer", transformProgram: true }],
  },
  include: ["src"],
};

let project: Project;
let adapters: { vite: () => any; rollup: () => any; transform: typeof import("../../transformer/index.ts").transform };

beforeAll(async () => {
  buildPackage();
  project = createProject(FILES);
  symlinkSync(join(REPOSITORY, "node_modules/vitest"), join(project.root, "node_modules/vitest"));
  const load = (file: string) => import(/* @vite-ignore */ `${REPOSITORY}/dist/${file}.js`);
  adapters = {
    vite: (await load("node/tools/vite")).default,
    rollup: (await load("node/tools/rollup")).default,
    transform: (await load("transformer/index")).transform,
  };
});
afterAll(() => project.remove());

async function withTspc(compiler: Compiler, outDir: string): Promise<string[]> {
  const { compilerOptions, include } = TSCONFIG;
  project.write({ "tsconfig.json": JSON.stringify({ compilerOptions: { ...compilerOptions, outDir }, include }) });
  expect(await project.tspc(compiler)).toEqual({ code: 0, output: "" });
  return definitionsIn(project.read(`${outDir}/prices.js`));
}

const viteConfig = (more: InlineConfig): InlineConfig => ({
  root: project.root,
  configFile: false,
  logLevel: "silent",
  plugins: [adapters.vite()],
  ...more,
});

async function withViteBuild(): Promise<string[]> {
  const input = join(project.root, "src/main.ts");
  const output = { entryFileNames: "main.js" };
  const options = { outDir: "out-vite", ssr: true, minify: false, target: "es2022", rollupOptions: { input, output } };
  await build(viteConfig({ build: options }));
  return definitionsIn(project.read("out-vite/main.js"));
}

async function withViteDev(): Promise<string[]> {
  const server = await createServer(viteConfig({ server: { middlewareMode: true, ws: false, watch: null } }));
  try {
    const module = await server.transformRequest("/src/prices.ts", { ssr: true });
    return definitionsIn(module?.code ?? "");
  } finally {
    await server.close();
  }
}

async function withVitest(): Promise<string[]> {
  const { code, output } = await project.node("node_modules/vitest/vitest.mjs", "run");
  expect(code, output).toBe(0);
  return JSON.parse(project.read("vitest.json")) as string[];
}

async function withRollup(): Promise<string[]> {
  const strip = {
    name: "strip",
    resolveId: (source: string, importer?: string) => {
      const file = importer && source.startsWith("./") ? join(dirname(importer), source) : undefined;
      return file?.endsWith(".js") ? toSource(file) : file;
    },
    transform: async (code: string, id: string) => {
      if (id.endsWith(".json")) return { code: `export default ${code}`, map: null };
      return id.endsWith(".ts") ? { code: (await esbuild(code, { loader: "ts" })).code, map: null } : null;
    },
  };
  const bundle = await rollup({
    input: join(project.root, "src/main.ts"),
    plugins: [adapters.rollup(), strip],
    external: [/^cachet/, "padded", /^node:/],
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "es" });
  return definitionsIn(output[0].code);
}

/** `a.js` → `a.ts` where that is what there is. */
function toSource(file: string): string {
  const source = file.replace(/\.js$/, ".ts");
  return statSync(source, { throwIfNoEntry: false }) ? source : file;
}

function withTransform(): string[] {
  const fileName = join(project.root, "src/prices.ts");
  const { functions, diagnostics } = adapters.transform(readFileSync(fileName, "utf8"), {
    fileName,
    resolve: (specifier, importer) =>
      specifier.startsWith(".") ? toSource(join(dirname(importer), specifier)) : undefined,
    read: (file) => (statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined),
  });
  expect(diagnostics).toEqual([]);
  return functions.map(({ id, hash }) => `${id} ${hash}`).sort();
}

it("gives every function one id and one code hash, whatever compiles it", async () => {
  const found = {
    "tspc, TypeScript 5.9": await withTspc({ typescript: "typescript-5.9", tsPatch: "ts-patch" }, "out-59"),
    "tspc, TypeScript 6.0": await withTspc({ typescript: "typescript", tsPatch: "ts-patch" }, "out-60"),
    "tspc of ts-patch 4": await withTspc({ typescript: "typescript", tsPatch: "ts-patch-4" }, "out-4"),
    "Vite, build": await withViteBuild(),
    "Vite, dev server": await withViteDev(),
    Vitest: await withVitest(),
    Rollup: await withRollup(),
    "transform()": withTransform(),
  };
  const expected = found["transform()"];
  expect(expected.map((line) => line.split(" ")[0])).toEqual(
    ["#Basket.total", "#default", "#outer.inner", "#priceOf", "#walked"].map((name) => `shop/src/prices.ts${name}`),
  );
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((tool) => [tool, expected])));
});
