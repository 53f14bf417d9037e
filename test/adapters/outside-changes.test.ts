import { join } from "node:path";
import { rspack } from "@rspack/core";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import { build, createLogger } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";
import { buildPackage } from "./package.ts";
import { createProject, type Project, REPOSITORY } from "./project.ts";

// The entry evaluates a module that fills a registry, and no cached function reaches either.

const FILES = {
  "package.json": '{ "name": "outside", "type": "module" }',
  "src/main.js": 'import "./plugin.js";\nimport { f } from "./f.js";\nconsole.log(f("k"));\n',
  "src/plugin.js": 'import { registry } from "./barrel.js";\nregistry.set("a", 1);\n',
  "src/barrel.js": 'export * from "./registry.js";\n',
  "src/registry.js": "export const registry = new Map();\n",
  "src/f.js":
    'import { registry } from "./registry.js";\n/** @cacheData */\nexport function f(k) { return registry.get(k); }\n',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      allowJs: true,
      outDir: "out",
      types: [],
      plugins: [{ transform: "cachet/transformer", transformProgram: true }],
    },
    include: ["src"],
  }),
};

let project: Project;
const adapter = async (name: string) =>
  (await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/${name}.js`)).default;

beforeAll(() => {
  buildPackage();
  project = createProject(FILES);
});
afterAll(() => project.remove());

/** With webpack and what has its interface. */
async function bundleWith(bundler: typeof webpack | typeof rspack, more?: webpack.Configuration): Promise<string> {
  const compiler = (bundler as typeof webpack)({
    mode: "development",
    context: project.root,
    entry: "./src/main.js",
    externals: /^cachet/,
    ...(more ?? { plugins: [(await adapter("webpack"))()] }),
  });
  const stats = await new Promise<webpack.Stats | undefined>((done, fail) => {
    compiler?.run((error, found) => (error ? fail(error) : done(found)));
  });
  await new Promise((done) => compiler?.close(done));
  return (stats?.toJson({ warnings: true }).warnings ?? []).map(({ message }) => message).join("\n");
}

/** The rule of the documentation, without the plugin. */
const byHand = (): webpack.Configuration => ({
  module: { rules: [{ test: /\.js$/, enforce: "pre", use: `${REPOSITORY}/dist/node/tools/loader.js` }] },
});

const TOOLS: [title: string, says: () => Promise<string>][] = [
  [
    "Vite",
    async () => {
      const said: string[] = [];
      const logger = createLogger("warn");
      logger.warn = logger.warnOnce = (message) => void said.push(message);
      await build({
        root: project.root,
        configFile: false,
        customLogger: logger,
        plugins: [(await adapter("vite"))()],
        build: { ssr: "src/main.js", outDir: "dist" },
      });
      return said.filter((message) => message.includes("CACHET")).join("\n");
    },
  ],
  [
    "Rollup",
    async () => {
      const said: string[] = [];
      await rollup({
        input: join(project.root, "src/main.js"),
        external: [/^cachet/],
        plugins: [(await adapter("rollup"))({ root: project.root })],
        onwarn: ({ message, loc }) => void said.push(`${loc?.file}:${loc?.line} ${message}`),
      });
      return said.join("\n");
    },
  ],
  [
    "esbuild",
    async () => {
      const { warnings } = await esbuild.build({
        absWorkingDir: project.root,
        entryPoints: ["src/main.js"],
        bundle: true,
        write: false,
        external: ["cachet"],
        format: "esm",
        logLevel: "silent",
        plugins: [(await adapter("on-load"))()],
      });
      return warnings.map(({ text, location }) => `${location?.file}:${location?.line} ${text}`).join("\n");
    },
  ],
  ["webpack", () => bundleWith(webpack)],
  ["Rspack", () => bundleWith(rspack)],
  ["the loader alone in webpack", () => bundleWith(webpack, byHand())],
  ["the loader alone in Rspack", () => bundleWith(rspack, byHand())],
  ["tspc", async () => (await project.tspc({ typescript: "typescript", tsPatch: "ts-patch-4" })).output],
];

describe.each(TOOLS)("%s", (title, says) => {
  it("warns of code that fills a registry and isn't reached, in the next build as well", async () => {
    for (const line of title === "tspc" ? [2] : [2, 3]) {
      project.write({ ...FILES, "src/plugin.js": FILES["src/plugin.js"].replace("\n", "\n".repeat(line - 1)) });
      const said = await says();
      expect(said).toMatch(/CACHET3002: "registry" is changed here and used by f/);
      if (title !== "Vite") expect(said).toMatch(new RegExp(`plugin\\.js:${line}\\b`));
      if (title !== "tspc") expect(await says()).toBe(said);
    }
  });

  it("warns of a patched prototype of the language, also where nothing else could change", async () => {
    const files = {
      "src/f.js": "/** @cacheData */\nexport function f(k) { return [k].last(); }\n",
      "src/plugin.js": "Array.prototype.last = function () { return this[0]; };\n",
    };
    project.write({ ...FILES, ...files });
    expect(await says()).toMatch(/CACHET3002: "a global" is changed here and used by f/);
  });

  it("says nothing where the file is imported beside the function", async () => {
    project.write({ ...FILES, "src/f.js": `import "./plugin.js";\n${FILES["src/f.js"]}` });
    expect(await says()).not.toContain("CACHET3002");
  });
});
