import { buildPackage } from "../adapters/package.ts";
import { describeTool, type Tool } from "./matrix.ts";
import { programFor } from "./program.ts";

const RUN = ["node", "--enable-source-maps", "out/main.js"];

/** Strips types, as any loader or plugin behind cachet's does. */
const STRIP_LOADER = `const { transformSync } = require("esbuild");
module.exports = function (code, map) {
  const sourcefile = this.resourcePath;
  const inline = map ? "\\n//# sourceMappingURL=data:application/json;base64," + Buffer.from(JSON.stringify(map)).toString("base64") : "";
  const out = transformSync(code + inline, { loader: "ts", sourcemap: "external", sourcefile, target: "es2022" });
  this.callback(null, out.code, JSON.parse(out.map));
};
`;

const webpackLike = (name: string, strip: string, more = "") => `import tool from "${name}";
import cachet from "cachet/webpack";
import { writeFileSync } from "node:fs";
const config = {
  mode: "production", target: "node", context: process.cwd(), devtool: "source-map", entry: "./src/main.ts",
  output: { path: process.cwd() + "/out", filename: "main.js", devtoolModuleFilenameTemplate: "[absolute-resource-path]" },
  optimization: { minimize: false }, resolve: { extensions: [".ts", ".js"] }, ${more}
  module: { rules: [{ test: /\\.ts$/, exclude: /node_modules/, ${strip} }] },
  plugins: [cachet()],
};
const compiler = tool(config);
const done = (error, stats) => {
  if (error) throw error;
  if (stats.hasErrors()) { console.error(stats.toString({ all: false, errors: true })); process.exitCode = 1; }
};
if (process.argv[2] === "watch") {
  let builds = 0;
  const watching = compiler.watch({ aggregateTimeout: 50, poll: 100 }, (error, stats) => {
    done(error, stats);
    if (++builds === 1) setTimeout(() => writeFileSync("src/rate.ts", process.argv[3]), 1500);
    else watching.close(() => process.exit());
  });
} else compiler.run((error, stats) => { done(error, stats); compiler.close(() => {}); });
`;

const ESBUILD = `import { context } from "esbuild";
import cachet from "cachet/esbuild";
import { writeFileSync } from "node:fs";
const built = await context({
  entryPoints: ["src/main.ts"], bundle: true, platform: "node", format: "esm", outfile: "out/main.mjs", sourcemap: true,
  external: ["cachet"], plugins: [cachet()], logLevel: "error",
});
try {
  await built.rebuild();
  if (process.argv[2] === "watch") { writeFileSync("src/rate.ts", process.argv[3]); await built.rebuild(); }
} catch { process.exitCode = 1; }
await built.dispose();
`;

const ROLLDOWN = `import { rolldown, watch } from "rolldown";
import cachet from "cachet/rollup";
import { writeFileSync } from "node:fs";
const input = { input: "src/main.ts", plugins: [cachet()], external: /^cachet/, platform: "node" };
const output = { dir: "out", entryFileNames: "main.mjs", sourcemap: true };
if (process.argv[2] === "watch") {
  const watcher = watch({ ...input, output });
  let builds = 0;
  watcher.on("event", async (event) => {
    if (event.code === "BUNDLE_END" && ++builds === 1) setTimeout(() => writeFileSync("src/rate.ts", process.argv[3]), 1500);
    if (event.code === "END" && builds === 2) { await watcher.close(); process.exit(); }
    if (event.code === "ERROR") { console.error(event.error); process.exit(1); }
  });
} else {
  try { const bundle = await rolldown(input); await bundle.write(output); await bundle.close(); }
  catch (error) { console.error(error.message); process.exitCode = 1; }
}
`;

const ROLLUP = `import { rollup } from "rollup";
import { transform } from "esbuild";
import cachet from "cachet/rollup";
import { existsSync } from "node:fs";
import { join } from "node:path";
const files = {
  name: "files",
  resolveId(id, importer) { const file = importer && join(importer, "..", id + ".ts"); return file && existsSync(file) ? file : null; },
};
const strip = {
  name: "strip",
  async transform(code, id) { const { code: js, map } = await transform(code, { loader: "ts", sourcefile: id, sourcemap: true }); return { code: js, map }; },
};
// As those for JSON, CommonJS and assets: nobody knows what it makes of a file.
const loading = { name: "loading", load: () => null };
try {
  const bundle = await rollup({ input: process.cwd() + "/src/main.ts", plugins: [cachet(), files, strip, loading], external: /^cachet/ });
  await bundle.write({ file: "out/main.mjs", sourcemap: true });
} catch (error) { console.error(error.message, error.id, error.loc); process.exitCode = 1; }
`;

/** Compiles each file by itself, as Babel's command line does. */
const babel = (core: string) => `import { mkdirSync, writeFileSync } from "node:fs";
import { transformFileSync } from "${core}";
mkdirSync("out", { recursive: true });
writeFileSync("out/package.json", '{ "type": "module" }');
for (const name of ["rate", "scale", "data", "report", "main"]) {
  const relative = { visitor: { ImportDeclaration({ node }) { if (node.source.value.startsWith("./")) node.source.value += ".js"; } } };
  const options = { configFile: false, babelrc: false, sourceMaps: "inline", parserOpts: { plugins: ["typescript"] } };
  const plugins = ["cachet/babel", () => relative];
  const overrides = [{ plugins: [TYPES] }];
  const { code } = transformFileSync("src/" + name + ".ts", { ...options, plugins, overrides });
  writeFileSync("out/" + name + ".js", code);
}
`;

const TOOLS: Record<string, Tool & { packages: string[] }> = {
  "webpack 5": {
    packages: ["webpack", "esbuild"],
    files: {
      "strip.cjs": STRIP_LOADER,
      "build.mjs": webpackLike(
        "webpack",
        'use: process.cwd() + "/strip.cjs"',
        'cache: process.argv[2] === "watch" ? { type: "memory" } : { type: "filesystem", cacheDirectory: process.cwd() + "/.webpack" },',
      ),
    },
    build: ["node", "build.mjs"],
    watch: ["node", "build.mjs", "watch"],
    run: RUN,
  },
  "Rspack 2": {
    packages: ["@rspack/core"],
    files: {
      "build.mjs": webpackLike(
        "@rspack/core",
        'use: { loader: "builtin:swc-loader", options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } } }',
      ).replace("import tool from", "import { rspack as tool } from"),
    },
    build: ["node", "build.mjs"],
    watch: ["node", "build.mjs", "watch"],
    run: RUN,
  },
  esbuild: {
    packages: ["esbuild"],
    files: { "build.mjs": ESBUILD },
    build: ["node", "build.mjs"],
    watch: ["node", "build.mjs", "watch"],
    run: ["node", "--enable-source-maps", "out/main.mjs"],
  },
  "Rollup 4, beside a plugin that loads": {
    packages: ["esbuild"],
    files: { "build.mjs": ROLLUP },
    build: ["node", "build.mjs"],
    run: ["node", "--enable-source-maps", "out/main.mjs"],
  },
  "Rolldown 1": {
    packages: ["rolldown"],
    files: { "build.mjs": ROLLDOWN },
    build: ["node", "build.mjs"],
    watch: ["node", "build.mjs", "watch"],
    run: ["node", "--enable-source-maps", "out/main.mjs"],
  },
  "Babel 8": {
    packages: ["@babel/core", "@babel/preset-typescript"],
    files: {
      "build.mjs": babel("@babel/core").replace(
        "const overrides = [{ plugins: [TYPES] }];",
        'const overrides = [{ presets: ["@babel/preset-typescript"] }];',
      ),
    },
    build: ["node", "build.mjs"],
    run: RUN,
  },
  "Babel 7": {
    packages: ["babel-core-7", "esbuild"],
    files: {
      "build.mjs": `import { transformSync } from "esbuild";\n${babel("babel-core-7")}`
        .replace("const overrides = [{ plugins: [TYPES] }];", "const overrides = [];")
        .replace(
          "const { code } = transformFileSync(",
          'const strip = ({ code }) => transformSync(code, { loader: "ts", sourcemap: "inline", target: "es2022" });\n  const { code } = strip(transformFileSync(',
        )
        .replace("plugins, overrides });", "plugins, overrides }));"),
    },
    build: ["node", "build.mjs"],
    run: RUN,
  },
  "Jest 30 with @swc/jest": {
    packages: ["jest", "@swc/jest", "@swc/core"],
    files: {
      "jest.config.cjs": `module.exports = {
  cacheDirectory: __dirname + "/.jest", watchman: false,
  transform: { "\\\\.[jt]sx?$": ["cachet/jest", { transformer: ["@swc/jest", { jsc: { target: "es2022" } }] }] },
};
`,
      "test/report.test.ts": `import { report } from "../src/report";
test("reports", async () => { process.stdout.write("REPORT " + JSON.stringify(await report()) + "\\n"); });
`,
    },
    run: ["node", "node_modules/jest/bin/jest.js", "--silent=false"],
  },
};

for (const [name, { packages, ...tool }] of Object.entries(TOOLS))
  describeTool(name, tool, (files) => {
    buildPackage();
    return programFor(packages, files);
  });
