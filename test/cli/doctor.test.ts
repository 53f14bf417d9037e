import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cachet, project } from "./bin.ts";

const MARKED = "/** @cacheData */\nexport function load(id: number): number { return id; }\n";

interface Shown {
  tool: string;
  package: string;
  place: string;
  state: "ok" | "missing";
  line?: string;
  note?: string;
}

async function doctor(directory: string): Promise<Shown[]> {
  const { code, stdout } = await cachet(directory, "doctor", "--json");
  const { tools } = JSON.parse(stdout) as { tools: Shown[] };
  expect(code).toBe(tools.some(({ state }) => state === "missing") ? 1 : 0);
  return tools;
}

/** A package with a marked source, and what else is given. */
function app(manifest: Record<string, unknown>, files: Record<string, string> = {}): string {
  return project({
    "package.json": JSON.stringify({ name: "app", type: "module", ...manifest }, undefined, 2),
    "src/data.ts": MARKED,
    "src/main.ts": 'import { load } from "./data.js";\nload(1);\n',
    "src/other.ts": "export {};\n",
    ...files,
  });
}

const scripts = (...commands: string[]) => ({
  scripts: Object.fromEntries(commands.map((command, index) => [`s${index}`, command])),
});
const imports = (from: string) => `import cachet from "${from}";\n`;
const EMITS = { "tsconfig.json": '{ "compilerOptions": { "outDir": "out" } }' };
const PLUGIN = {
  "tsconfig.json":
    '{ "compilerOptions": { "outDir": "out", "plugins": [{ "transform": "cachet/transformer", "transformProgram": true }] } }',
};

describe("cachet doctor", () => {
  it.each<
    [tool: string, manifest: Record<string, unknown>, without: Record<string, string>, carried: Record<string, string>]
  >([
    [
      "Vite",
      scripts("vite build"),
      { "vite.config.ts": "export default {};" },
      { "vite.config.ts": `${imports("cachet/vite")}export default { plugins: [cachet()] };` },
    ],
    [
      "Vitest",
      scripts("vitest run"),
      { "vitest.config.ts": "export default {};" },
      { "vitest.config.ts": `${imports("cachet/vite")}export default { plugins: [cachet()] };` },
    ],
    [
      "Astro",
      scripts("astro build"),
      { "astro.config.mjs": "export default {};" },
      { "astro.config.mjs": `${imports("cachet/vite")}export default { vite: { plugins: [cachet()] } };` },
    ],
    [
      "Nuxt",
      {},
      { "nuxt.config.ts": "export default {};" },
      { "nuxt.config.ts": 'export default { modules: ["cachet/nuxt"] };' },
    ],
    [
      "Next",
      scripts("next dev"),
      {},
      { "next.config.mjs": 'import { withCachet } from "cachet/next";\nexport default withCachet({});' },
    ],
    [
      "webpack",
      scripts("webpack --mode production"),
      {},
      { "webpack.config.js": 'module.exports = { module: { rules: [{ test: /x/, use: "cachet/loader" }] } };' },
    ],
    [
      "Rspack",
      {},
      { "rspack.config.mjs": "export default {};" },
      { "rspack.config.mjs": `${imports("cachet/webpack")}export default { plugins: [cachet()] };` },
    ],
    [
      "Rollup",
      scripts("rollup -c"),
      {},
      { "rollup.config.js": `${imports("cachet/rollup")}export default { plugins: [cachet()] };` },
    ],
    [
      "tsdown",
      scripts("tsdown"),
      {},
      { "tsdown.config.ts": `${imports("cachet/rollup")}export default { plugins: [cachet()] };` },
    ],
    [
      "tsup",
      scripts("tsup src/main.ts"),
      {},
      { "tsup.config.ts": `${imports("cachet/esbuild")}export default { esbuildPlugins: [cachet()] };` },
    ],
    [
      "Jest",
      { ...scripts("jest"), jest: {} },
      {},
      { "jest.config.js": 'export default { transform: { x: ["cachet/jest", {}] } };' },
    ],
    [
      "Babel",
      scripts("babel src -d out"),
      { "babel.config.json": "{}" },
      { "babel.config.json": '{ "plugins": ["cachet/babel"] }' },
    ],
    [
      "React Native",
      { dependencies: { "react-native": "1" } },
      { "babel.config.js": 'module.exports = { plugins: ["cachet/babel"] };' },
      {
        "metro.config.js":
          'const { withCachet } = require("cachet/metro");\nmodule.exports = withCachet({ resolver: {} });',
      },
    ],
    ["Mocha", scripts("mocha"), {}, { ".mocharc.json": '{ "import": "cachet/register" }' }],
    ["Bun", scripts("bun src/main.ts"), {}, { "bunfig.toml": 'preload = ["cachet/register"]' }],
    ["tspc", scripts("tspc"), EMITS, PLUGIN],
    [
      "ts-node",
      scripts("ts-node src/main.ts"),
      EMITS,
      { "tsconfig.json": PLUGIN["tsconfig.json"].replace("{", '{ "ts-node": { "compiler": "ts-patch/compiler" },') },
    ],
    [
      "Wrangler",
      {},
      { "wrangler.toml": 'main = "src/main.ts"' },
      { "wrangler.toml": 'main = "out/main.js"\nno_bundle = true' },
    ],
  ])("names %s without the plugin and is content with it", async (tool, manifest, without, carried) => {
    const of = (shown: Shown[]) => shown.filter((one) => one.tool === tool).map(({ state }) => state);
    expect(of(await doctor(app(manifest, without)))).toEqual(["missing"]);
    expect(of(await doctor(app(manifest, { ...without, ...carried })))).toEqual(["ok"]);
  });

  it.each<[command: string, tools: string[]]>([
    ["node src/main.ts", ["Node missing"]],
    ["node --import cachet/register src/main.ts", ["Node ok"]],
    ["NODE_ENV=test cross-env A=1 npx tsx watch src/main.ts", ["tsx missing"]],
    ["node src/other.ts", []],
    ["node out/main.js", []],
    ["node --test", ["Node missing"]],
    ["deno run -A src/main.ts", ["Deno missing"]],
    ["deno run --import npm:cachet/register -A src/main.ts", ["Deno ok"]],
    ["bun test", ["Bun missing"]],
    ["bun build src/main.ts", ["Bun missing"]],
    ["echo vite && rm -rf jest", []],
    ['concurrently "tsx src/main.ts" "vite"', ["Vite missing", "tsx missing"]],
    ["pnpm exec vitest && yarn vite build", ["Vite missing"]],
    ["next start", []],
    ["swc src -d out", ["swc missing"]],
    ["tsc --noEmit", []],
    ["tsc --version", []],
  ])("reads the script %j", async (command, tools) => {
    const shown = await doctor(app(scripts(command), EMITS));
    expect(shown.map(({ tool, state }) => `${tool} ${state}`)).toEqual(tools);
  });

  it.each<[what: string, manifest: Record<string, unknown>, files: Record<string, string>, note: RegExp]>([
    [
      "Nuxt's server",
      {},
      { "nuxt.config.ts": `${imports("cachet/vite")}export default { vite: { plugins: [cachet()] } };` },
      /nothing in server\/ is cached/,
    ],
    [
      "Rollup's plugin in tsup",
      {},
      { "tsup.config.ts": `${imports("cachet/rollup")}export default { plugins: [cachet()] };` },
      /not Rollup's/,
    ],
    [
      "Angular's custom esbuild",
      { scripts: {} },
      { "angular.json": '{ "builder": "@angular-builders/custom-esbuild:application" }' },
      /never asked for TypeScript/,
    ],
    [
      "Angular with isolatedModules",
      { scripts: { prepare: "ts-patch install" } },
      {
        "angular.json": "{}",
        "tsconfig.json":
          '{ "compilerOptions": { "isolatedModules": true, "plugins": [{ "transform": "cachet/transformer" }] } }',
      },
      /esbuild compiles/,
    ],
    ["Nest's swc builder", {}, { "nest-cli.json": '{ "compilerOptions": { "builder": "swc" } }' }, /takes no plugin/],
    [
      "tspc beside TypeScript 7",
      { ...scripts("tspc"), devDependencies: { typescript: "^7.0.2" } },
      PLUGIN,
      /can't run TypeScript 7/,
    ],
    [
      "tsc of TypeScript 7",
      { ...scripts("tsc"), devDependencies: { typescript: "^7.0.2" } },
      PLUGIN,
      /loads no plugins/,
    ],
  ])("finds what is half there: %s", async (_, manifest, files, note) => {
    expect(await doctor(app(manifest, files))).toEqual([
      expect.objectContaining({ state: "missing", note: expect.stringMatching(note) }),
    ]);
  });

  it.each([
    ["a comment", `${imports("cachet/vite")}export default { plugins: [/* cachet() */] };`],
    ["an import without a use", `${imports("cachet/vite")}export default { plugins: [] };`],
    ["another module", 'import cachet from "cachet/vite-like";\nexport default { plugins: [cachet()] };'],
  ])("doesn't take %s for the plugin", async (_, config) => {
    expect(await doctor(app(scripts("vite"), { "vite.config.ts": config }))).toMatchObject([{ state: "missing" }]);
  });

  it("finds the plugin in a configuration that another one brings", async () => {
    const shared = `${imports("cachet/vite")}export const plugins = [cachet()];`;
    const config = 'import { plugins } from "../plugins.ts";\nexport default { plugins };';
    const directory = project({
      "plugins.ts": shared,
      "app/package.json": '{ "name": "app", "scripts": { "s": "vite" } }',
      "app/a.ts": MARKED,
      "app/vite.config.ts": config,
    });
    expect(await doctor(join(directory, "app"))).toMatchObject([{ tool: "Vite", state: "ok" }]);
  });

  it("looks at a monorepo's packages: those with marks, and those that compile them", async () => {
    const directory = project({
      "package.json": '{ "name": "root", "workspaces": ["packages/*"] }',
      "packages/data/package.json": '{ "name": "data", "scripts": { "build": "tsup" } }',
      "packages/data/src/data.ts": MARKED,
      "packages/web/package.json":
        '{ "name": "web", "dependencies": { "data": "*" }, "scripts": { "build": "vite build" } }',
      "packages/other/package.json": '{ "name": "other", "scripts": { "build": "webpack" } }',
    });
    const shown = (await doctor(directory)).map((one) => `${one.package} ${one.tool} ${one.state} ${one.place}`);
    expect(shown).toEqual([
      'data tsup missing packages/data/package.json, script "build"',
      'web Vite missing packages/web/package.json, script "build"',
    ]);
  });

  it("says so to people, and where there is nothing to look at", async () => {
    const { code, stdout, stderr } = await cachet(
      app(scripts("vite", "node --import cachet/register src/main.ts")),
      "doctor",
    );
    expect(stdout).toBe(
      'missing Vite (package.json, script "s0"): plugins: [cachet()] with import cachet from "cachet/vite"\nok      Node (package.json, script "s1")\n',
    );
    expect(stderr).toContain("1 tool carries no cachet plugin");
    expect(code).toBe(1);
    expect(await cachet(project({ "a.txt": "" }), "doctor")).toMatchObject({ code: 2 });
    expect(await cachet(app({}), "doctor")).toMatchObject({ code: 0 });
  });
});

describe("cachet init", () => {
  const read = (directory: string, file: string) => readFileSync(join(directory, file), "utf8");

  it.each<[file: string, before: string, after: string]>([
    [
      "vite.config.ts",
      'import { defineConfig } from "vite";\nimport vue from "@vitejs/plugin-vue";\n\nexport default defineConfig({\n  plugins: [vue()],\n});\n',
      'import cachet from "cachet/vite";\nimport { defineConfig } from "vite";\nimport vue from "@vitejs/plugin-vue";\n\nexport default defineConfig({\n  plugins: [cachet(), vue()],\n});\n',
    ],
    [
      "vite.config.js",
      "// Ours.\nexport default ({ mode }) => ({\n  base: mode,\n});\n",
      '// Ours.\nimport cachet from "cachet/vite";\nexport default ({ mode }) => ({\n  plugins: [cachet()],\n  base: mode,\n});\n',
    ],
    [
      "webpack.config.js",
      "const config = { plugins: [\n  a(),\n] };\nmodule.exports = config;\n",
      'const { default: cachet } = require("cachet/webpack");\nconst config = { plugins: [\n  cachet(),\n  a(),\n] };\nmodule.exports = config;\n',
    ],
    [
      "astro.config.mjs",
      "export default { vite: {} };\n",
      'import cachet from "cachet/vite";\nexport default { vite: { plugins: [cachet()] } };\n',
    ],
    [
      "nuxt.config.ts",
      "export default defineNuxtConfig({});\n",
      'export default defineNuxtConfig({ modules: ["cachet/nuxt"] });\n',
    ],
    [
      "next.config.mjs",
      "const nextConfig = {};\nexport default nextConfig;\n",
      'import { withCachet } from "cachet/next";\nconst nextConfig = {};\nexport default withCachet(nextConfig);\n',
    ],
  ])("writes %s", async (file, before, after) => {
    const directory = app({}, { [file]: before });
    const dry = await cachet(directory, "init", "--dry-run");
    expect(dry.stdout).toContain(`would write ${file} for`);
    expect(read(directory, file)).toBe(before);
    expect((await cachet(directory, "init")).code).toBe(0);
    expect(read(directory, file)).toBe(after);
    expect(await doctor(directory)).toMatchObject([{ state: "ok" }]);
  });

  it("writes scripts, and a configuration where there is none", async () => {
    const directory = app(
      {
        scripts: {
          build: "tsc && vite build",
          start: "A=1 node --watch src/main.ts",
          test: "mocha",
          dev: "deno run -A src/main.ts",
        },
        devDependencies: { typescript: "7" },
      },
      EMITS,
    );
    const { code, stdout } = await cachet(directory, "init");
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(JSON.parse(read(directory, "package.json")).scripts).toEqual({
      build: "cachet tsc && vite build",
      start: "A=1 node --import cachet/register --watch src/main.ts",
      test: "mocha --import=cachet/register",
      dev: "deno run --import npm:cachet/register -A src/main.ts",
    });
    expect(read(directory, "package.json")).toContain('\n  "name": "app",\n');
    expect(read(directory, "vite.config.ts")).toBe(
      'import cachet from "cachet/vite";\n\nexport default { plugins: [cachet()] };\n',
    );
    expect((await cachet(directory, "init")).stdout).toBe("Nothing to do: every tool in use carries the plugin.\n");
  });

  it.each([
    ["spread", "export default { ...base };\n"],
    ["a call with more arguments", "export default merge(a, {});\n"],
    ["the name taken", "const cachet = 1;\nexport default { plugins: [] };\n"],
    ["broken", "export default {\n"],
  ])("leaves to you what isn't clear: %s", async (_, config) => {
    const directory = app({}, { "vite.config.ts": config });
    const { code, stdout } = await cachet(directory, "init");
    expect(code).toBe(1);
    expect(stdout).toContain("missing Vite (vite.config.ts): plugins: [cachet()]");
    expect(read(directory, "vite.config.ts")).toBe(config);
  });
});
