import { execFile } from "node:child_process";
import { join } from "node:path";
import { createLogger, createServer } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Engine } from "../../transformer/engine/engine.ts";
import { isOwnScript } from "../../transformer/engine/file-filter.ts";
import type { SyncToolHost } from "../../transformer/engine/host.ts";
import { OutsideWatch } from "../../transformer/engine/outside-watch.ts";
import { resolveLikeNode } from "../../transformer/engine/resolve-file.ts";
import { buildPackage } from "./package.ts";
import { createProject, environment, type Project, REPOSITORY } from "./project.ts";

// Tools that meet one module at a time. A module fills a registry, and no cached function reaches it.

const FILES = {
  "package.json": '{ "name": "watched", "type": "module" }',
  "src/main.js": 'import "./plugin.js";\nimport { f } from "./f.js";\nconsole.log(f("k"));\n',
  "src/plugin.js": 'import { registry } from "./barrel.js";\nregistry.set("a", 1);\n',
  "src/barrel.js": 'export * from "./registry.js";\n',
  "src/registry.js": "export const registry = new Map();\n",
  "src/f.js":
    'import { registry } from "./registry.js";\n/** @cacheData */\nexport function f(k) { return registry.get(k); }\n',
  "tests/f.test.js": `import { expect, test } from "vitest";
import "../src/plugin.js";
import { f } from "../src/f.js";
test("f", () => expect(f("a")).toBe(1));
`,
  "vitest.config.js":
    'import cachet from "cachet/vite";\nexport default { plugins: [cachet()], test: { include: ["tests/*.js"] } };\n',
  "specs/f.spec.cjs":
    'require("../src/plugin.js");\nconst { f } = require("../src/f.js");\ntest("f", () => expect(f("a")).toBe(1));\n',
  "jest.config.cjs": `module.exports = { watchman: false, cacheDirectory: __dirname + "/.jest", testMatch: ["**/specs/*"],
  transform: { "\\\\.c?js$": ["cachet/jest", { transformer: __dirname + "/to-commonjs.cjs" }] } };
`,
  "to-commonjs.cjs": `const { transformSync } = require("esbuild");
module.exports = { process: (code) => ({ code: transformSync(code, { format: "cjs" }).code }) };
`,
  "babel.js": `import { transformFileSync } from "@babel/core";
for (const name of ["main", "plugin", "barrel", "registry", "f"])
  transformFileSync("src/" + name + ".js", { configFile: false, babelrc: false, plugins: ["cachet/babel"] });
`,
};
const SAID = /plugin\.js:2:1 CACHET3002: "registry" is changed here and used by f/;

let project: Project;

beforeAll(() => {
  buildPackage();
  project = createProject(FILES, { vitest: "", jest: "", esbuild: "", "@babel": "" });
});
beforeEach(() => project.write(FILES));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => project.remove());

describe("Vite's dev server", () => {
  const start = async (said: string[]) => {
    vi.stubEnv("VITEST", "");
    const { default: cachet } = await import(`${REPOSITORY}/dist/node/tools/vite.js`);
    const logger = createLogger("warn");
    logger.warn = (message) => void said.push(message);
    return createServer({
      root: project.root,
      configFile: false,
      customLogger: logger,
      plugins: [cachet({ panel: false })],
      server: { middlewareMode: true, ws: false, watch: null },
      optimizeDeps: { noDiscovery: true, include: [] },
    });
  };
  const isSaid = (said: string[], what: RegExp) => () => expect(said.join("\n")).toMatch(what);

  it.each(["ssr", "client"])(
    "warns of a module, before or after the mark, in the next process too (%s)",
    async (name) => {
      for (const order of [
        ["plugin", "barrel", "registry", "f"],
        ["f", "registry", "plugin", "barrel"],
      ]) {
        const said: string[] = [];
        const server = await start(said);
        for (const each of order) await server.environments[name]?.transformRequest(`/src/${each}.js`);
        await vi.waitFor(isSaid(said, SAID), { timeout: 20_000 });
        expect(said.filter((message) => message.includes("CACHET"))).toHaveLength(1);
        await server.close();
      }
    },
  );

  it("warns of what an edit brings, and once of a place that stays", async () => {
    const said: string[] = [];
    const server = await start(said);
    const load = async () => {
      for (const each of ["f", "registry", "plugin", "barrel"])
        await server.environments.ssr.transformRequest(`/src/${each}.js`);
    };
    await load();
    await vi.waitFor(isSaid(said, SAID), { timeout: 20_000 });
    project.write({ "src/plugin.js": `\n${FILES["src/plugin.js"]}registry.delete("b");\n` });
    const changed = new Promise((next) => server.watcher.once("change", next));
    server.watcher.emit("change", join(project.root, "src/plugin.js"));
    await changed;
    await load();
    await server.close();
    expect(said.filter((message) => message.includes("CACHET"))).toHaveLength(1);
  });

  it("says what is left when it is closed", async () => {
    const said: string[] = [];
    const server = await start(said);
    for (const each of ["f", "registry", "plugin", "barrel"])
      await server.environments.ssr.transformRequest(`/src/${each}.js`);
    await server.close();
    expect(said.join("\n")).toMatch(SAID);
  });
});

describe.each([
  ["Vitest", ["node_modules/vitest/vitest.mjs", "run"]],
  ["Jest", ["node_modules/jest/bin/jest.js"]],
  ["Babel", ["babel.js"]],
])("%s", (_, args) => {
  it("warns of code that fills a registry and isn't reached, in the next process too", async () => {
    const run = () =>
      new Promise<string>((done) => {
        execFile(process.execPath, args, { cwd: project.root, env: environment() }, (_error, stdout, stderr) =>
          done(stdout + stderr),
        );
      });
    expect(await run()).toMatch(SAID);
    expect(await run()).toMatch(SAID);
  });
});

describe("a tool that meets one module at a time", () => {
  const host: SyncToolHost = { resolve: resolveLikeNode };
  const texts = (files: Record<string, string>) => {
    const made = createProject({ "package.json": '{ "name": "met" }', ...files });
    const said: string[] = [];
    const engine = new Engine({ buildCache: false }, { tool: "test", freshness: "stamps" });
    const watch = new OutsideWatch<SyncToolHost>(engine, {
      accepts: isOwnScript,
      say: ({ file, line }) => said.push(`${file.replace(`${made.root}/`, "")}:${line}`),
      modulesOf: (asked, around) => around.graph(asked),
    });
    for (const file of Object.keys(files)) {
      watch.meet(join(made.root, file), host);
      if (files[file]?.includes("@cacheData")) engine.transform(files[file], join(made.root, file), host);
    }
    watch.finishAtOnce();
    watch.finishAtOnce();
    made.remove();
    return said;
  };
  const MARK = "/** @cacheData */\nexport const load = () => rates.usd;\n";
  const RATES = { "rates.ts": "export const rates = { usd: 1 };\n" };

  it.each<[title: string, files: Record<string, string>]>([
    ["an import", { "patch.ts": 'import { rates } from "./rates";\nrates.usd = 2;\n' }],
    [
      "an import of a script by its later name",
      { "patch.ts": 'import { rates } from "./rates.js";\nrates.usd = 2;\n' },
    ],
    ["a namespace", { "patch.ts": 'import * as all from "./rates";\nall.rates.usd = 2;\n' }],
    [
      "a name of paths",
      {
        "tsconfig.json": '{ "compilerOptions": { "paths": { "#own": ["./rates.ts"] } } }',
        "patch.ts": 'import { rates } from "#own";\nrates.usd = 2;\n',
      },
    ],
    [
      "a folder",
      {
        "patch.ts": 'import { rates } from "./deep";\nrates.usd = 2;\n',
        "deep/index.ts": 'export { rates } from "../rates";\n',
      },
    ],
    [
      "an object that is handed on",
      {
        "patch.ts": 'import all from "./all";\nall.rates.usd = 2;\n',
        "all.ts": 'import { rates } from "./rates";\nexport default { rates };\n',
      },
    ],
    ["a prototype", { "patch.ts": "Object.prototype.x = 1;\nObject.prototype.x = 2;\n" }],
  ])("tells by the texts: %s", (_, files) => {
    const said = texts({ ...files, ...RATES, "load.ts": `import { rates } from "./rates";\n${MARK}` });
    expect(said[0]).toMatch(/^patch\.ts:[12]$/);
    expect(new Set(said).size).toBe(said.length);
  });

  it("says nothing where nothing is marked, or what is changed isn't reached", () => {
    const patch = { "patch.ts": 'import { rates } from "./rates";\nrates.usd = 2;\n' };
    expect(texts({ ...patch, ...RATES })).toEqual([]);
    const other = "const rates = { usd: 1 };\n";
    expect(texts({ ...patch, ...RATES, "load.ts": `${other}${MARK}` })).toEqual([]);
  });
});
