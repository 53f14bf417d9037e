import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool, type Tool } from "../matrix.ts";
import { runCommand } from "../spawn.ts";

/** Tools that bring their own call of `tsc`: `ts-patch install` makes them carry the plugin. */
let project: Installed;
beforeAll(async () => {
  project = new Installed("patched");
  await runCommand(project.root, ["ts-patch", "install"]);
});
afterAll(() => project.remove());

const CONFIG = {
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      rootDir: "src",
      outDir: "out",
      sourceMap: true,
      types: [],
      lib: ["es2022", "dom"],
      skipLibCheck: true,
      plugins: [{ transform: "cachet/transformer", transformProgram: true }],
    },
    include: ["src"],
  }),
};
const RUN = ["node", "--enable-source-maps", "out/main.js"];
const WEBPACK = `const webpack = require("webpack");
const compiler = webpack({
  mode: "production", target: "node", entry: "./src/main.ts", devtool: "source-map",
  output: { path: __dirname + "/out", filename: "main.js", devtoolModuleFilenameTemplate: "[absolute-resource-path]" },
  optimization: { minimize: false }, resolve: { extensions: [".ts", ".js"] },
  module: { rules: [{ test: /\\.ts$/, loader: "ts-loader" }] },
});
compiler.run((error, stats) => {
  if (error || stats.hasErrors()) { console.error(error ?? stats.toString({ all: false, errors: true })); process.exitCode = 1; }
  compiler.close(() => {});
});
`;

const TOOLS: Record<string, Tool> = {
  "Nest 12 (tsc), ts-patch": {
    files: { ...CONFIG, "nest-cli.json": '{ "sourceRoot": "src", "compilerOptions": { "deleteOutDir": true } }' },
    build: ["nest", "build"],
    run: RUN,
    compilesItself: true,
  },
  "ts-loader 9, ts-patch": {
    files: { ...CONFIG, "build.cjs": WEBPACK },
    build: ["node", "build.cjs"],
    run: RUN,
    compilesItself: true,
  },
  "ts-node 10, ts-patch": { files: CONFIG, run: ["ts-node", "src/main.ts"], compilesItself: true },
};

for (const [name, tool] of Object.entries(TOOLS)) describeTool(name, tool, (files) => project.open(files));
