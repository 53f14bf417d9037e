import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool } from "../matrix.ts";

let project: Installed;
beforeAll(() => {
  project = new Installed("metro");
});
afterAll(() => project.remove());

const FILES = {
  "metro.config.js": `const { withCachet } = require("cachet/metro");
const { join } = require("node:path");
module.exports = withCachet({
  projectRoot: __dirname,
  resolver: { sourceExts: ["js", "ts", "json", "cjs"] },
  cacheStores: (metro) => [new metro.FileStore({ root: join(__dirname, ".metro") })],
});
`,
  "babel.config.js": `module.exports = {
  presets: ["@babel/preset-typescript"],
  plugins: ["@babel/plugin-transform-modules-commonjs"],
};
`,
  "build.cjs": `const { loadConfig, runBuild } = require("metro");
const { AnyMap, encodedMap } = require("@jridgewell/trace-mapping");
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
async function build() {
  mkdirSync("out", { recursive: true });
  const map = { sourceMap: true, sourceMapUrl: "main.map" };
  await runBuild(await loadConfig(), { entry: "src/main.ts", out: "out/main.js", dev: true, minify: false, ...map });
  // Node reads no map that is made of sections.
  writeFileSync("out/main.map", JSON.stringify(encodedMap(new AnyMap(JSON.parse(readFileSync("out/main.map", "utf8"))))));
}
build().catch((error) => { console.error(error.message ?? error); process.exitCode = 1; });
`,
  // Serves the bundle's report: what a device would run.
  "serve.cjs": `const { loadConfig, runServer } = require("metro");
const { createServer } = require("node:http");
const { runInNewContext } = require("node:vm");
async function serve() {
  const config = await loadConfig();
  await runServer({ ...config, server: { ...config.server, port: 8081 } }, { host: "127.0.0.1", watch: true });
  createServer(async (_, response) => {
    const bundle = await (await fetch("http://127.0.0.1:8081/src/main.bundle?dev=true&minify=false")).text();
    const lines = [];
    const console = { ...globalThis.console, log: (line) => lines.push(line) };
    try { runInNewContext(bundle, { ...globals(), console }); } catch (error) { lines.push(String(error)); }
    setTimeout(() => response.end(lines.join("\\n")), 200);
  }).listen(8082);
}
const globals = () => ({ process, setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, TextEncoder, performance, Buffer });
serve().catch((error) => { console.error(error); process.exitCode = 1; });
`,
};

describeTool(
  "Metro 0.87",
  {
    files: FILES,
    build: ["node", "build.cjs"],
    run: ["node", "--enable-source-maps", "out/main.js"],
    dev: { command: ["node", "serve.cjs"], url: "http://127.0.0.1:8082" },
    env: { CI: "" },
  },
  (files) => project.open(files),
);
