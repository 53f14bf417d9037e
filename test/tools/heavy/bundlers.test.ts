import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool, type Tool } from "../matrix.ts";

let project: Installed;
beforeAll(() => {
  project = new Installed("bundlers");
});
afterAll(() => project.remove());

const run = (file: string) => ["node", "--enable-source-maps", file];

const TSUP = `import { defineConfig } from "tsup";
import cachet from "cachet/esbuild";
export default defineConfig({
  entry: ["src/main.ts"], format: ["esm", "cjs"], outDir: "out", sourcemap: true, external: [/^cachet/],
  esbuildPlugins: [cachet()],
});
`;

const TOOLS: Record<string, Tool> = {
  "tsup 9, as ES modules": { files: { "tsup.config.ts": TSUP }, build: ["tsup"], run: run("out/main.mjs") },
  "tsup 9, as CommonJS": { files: { "tsup.config.ts": TSUP }, build: ["tsup"], run: run("out/main.js") },
  // It needs Node 22.18, which the project brings along.
  "tsdown 0.23": {
    files: {
      "tsdown.config.mjs": `import { defineConfig } from "tsdown";
import cachet from "cachet/rollup";
export default defineConfig({ entry: ["src/main.ts"], outDir: "out", sourcemap: true, dts: false, plugins: [cachet()] });
`,
    },
    build: ["tsdown"],
    run: run("out/main.mjs"),
  },
  "unbuild 3": {
    files: {
      "build.config.ts": `import { defineBuildConfig } from "unbuild";
import cachet from "cachet/rollup";
export default defineBuildConfig({
  entries: ["src/main"], outDir: "out", sourcemap: true, externals: ["cachet", "cachet/internal"], failOnWarn: false,
  hooks: { "rollup:options": (_, options) => void options.plugins.unshift(cachet()) },
});
`,
    },
    build: ["unbuild"],
    run: run("out/main.mjs"),
  },
  "Rsbuild 2": {
    files: {
      "rsbuild.config.mjs": `import { defineConfig } from "@rsbuild/core";
import cachet from "cachet/webpack";
export default defineConfig({
  source: { entry: { main: "./src/main.ts" } },
  output: { target: "node", distPath: { root: "out" }, sourceMap: { js: "source-map" }, minify: false, module: false },
  tools: { rspack: { plugins: [cachet()] } },
});
`,
    },
    build: ["rsbuild", "build"],
    run: run("out/main.js"),
  },
};

for (const [name, tool] of Object.entries(TOOLS)) describeTool(name, tool, (files) => project.open(files));
