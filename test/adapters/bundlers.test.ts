import { join } from "node:path";
import { rollup } from "rollup";
import { build, createServer, type InlineConfig } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { createProject, definitionsIn, EXPECTED, PROGRAM, type Project, REPOSITORY } from "./project.ts";

let project: Project;
let cachet: (options?: object) => any;
let rollupCachet: (options?: object) => any;
const definitions: Record<string, string[]> = {};

beforeAll(async () => {
  buildPackage();
  project = createProject(PROGRAM);
  cachet = (await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/vite.js`)).default;
  rollupCachet = (await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/rollup.js`)).default;
});
afterAll(() => project.remove());

const config = (more: InlineConfig = {}): InlineConfig => ({
  root: project.root,
  configFile: false,
  logLevel: "silent",
  plugins: [cachet()],
  ...more,
});

const buildFor = (outDir: string, ssr: boolean) =>
  build(
    config({
      build: {
        outDir,
        ssr,
        minify: false,
        target: "es2022",
        sourcemap: true,
        rollupOptions: { input: join(project.root, "src/main.ts"), output: { entryFileNames: "main.js" } },
      },
    }),
  );

const WRONG = {
  "src/wrong.ts": "export const a = 1;\n/** @cacheData({ tll: 1 }) */\nexport function f() { return a; }\n",
};

describe("Vite", () => {
  it.each([
    ["a page", "out-page", false],
    ["a server", "out-ssr", true],
  ] as const)("builds for %s", async (_, outDir, ssr) => {
    await buildFor(outDir, ssr);
    const code = project.read(`${outDir}/main.js`);
    definitions[outDir] = definitionsIn(code);
    expect(definitions[outDir]).toHaveLength(5);
    if (!ssr) expect(code).not.toMatch(/["']node:/);
    const { output } = await project.node(`${outDir}/main.js`);
    expect(JSON.parse(output)).toMatchObject(EXPECTED);
  });

  it("serves the same functions in dev, and the program runs", async () => {
    const server = await createServer(config({ server: { middlewareMode: true, ws: false, watch: null } }));
    try {
      const client = await server.transformRequest("/src/cached.ts");
      const ssr = await server.transformRequest("/src/cached.ts", { ssr: true });
      definitions["dev client"] = definitionsIn(client?.code ?? "");
      definitions["dev ssr"] = definitionsIn(ssr?.code ?? "");
      const { report } = await server.ssrLoadModule("/src/main.ts");
      expect(report).toMatchObject(EXPECTED);
      project.write(WRONG);
      await expect(server.ssrLoadModule("/src/wrong.ts")).rejects.toMatchObject({
        message: expect.stringContaining("CACHET1008"),
        loc: { line: 2, column: 17 },
      });
      await expect(server.transformRequest("/src/wrong.ts")).rejects.toThrow(/Did you mean `ttl`\?/);
    } finally {
      await server.close();
    }
  });

  it("refuses to build a wrong mark, at its place", async () => {
    project.write(WRONG);
    const input = join(project.root, "src/wrong.ts");
    const wrong = build(config({ build: { outDir: "out-wrong", rollupOptions: { input } } }));
    await expect(wrong).rejects.toThrow(/CACHET1008[\s\S]*wrong\.ts:2:1[67]|wrong\.ts:2:1[67][\s\S]*CACHET1008/);
    const deep = `/** @cacheData */\nexport function deep(x) { return ${"x + ".repeat(5000)}1; }`;
    project.write({ "src/wrong.ts": deep });
    const tooDeep = build(config({ build: { outDir: "out-wrong", rollupOptions: { input } } }));
    await expect(tooDeep).rejects.toThrow(/wrong\.ts[\s\S]*CACHET2004/);
  });
});

it("takes what Vitest builds for a page and runs in Node, as under jsdom, for a program of Node", async () => {
  project.write({
    "src/sync.ts": "/** @cacheData({ persist: true }) */\nexport function kept(x: number) { return x; }\n",
  });
  const transformed = async (test: object | undefined) => {
    const server = await createServer(
      config({ ...(test && { test }), server: { middlewareMode: true }, appType: "custom" }),
    );
    try {
      return (await server.environments.client.transformRequest("/src/sync.ts"))?.code;
    } finally {
      await server.close();
    }
  };
  expect(await transformed({})).toContain("sync.ts#kept");
  await expect(transformed(undefined)).rejects.toThrow(/CACHET1015/);
  await expect(transformed({ browser: { enabled: true } })).rejects.toThrow(/CACHET1015/);
});

describe("Rollup", () => {
  it("transforms before types are stripped", async () => {
    const ts = (await import("typescript")).default;
    const strip = {
      name: "strip",
      transform: (code: string, id: string) =>
        id.endsWith(".ts")
          ? ts.transpileModule(code, { compilerOptions: { target: 9, module: 99 }, fileName: id }).outputText
          : null,
      resolveId: (source: string, importer?: string) =>
        source.startsWith("./") && importer ? join(importer, "..", source.replace(/\.js$/, ".ts")) : null,
    };
    const bundle = await rollup({
      input: join(project.root, "src/main.ts"),
      plugins: [rollupCachet(), strip],
      external: /^cachet/,
    });
    await bundle.write({ file: join(project.root, "out-rollup/main.js"), format: "es" });
    await bundle.close();
    definitions["rollup"] = definitionsIn(project.read("out-rollup/main.js"));
    const { output } = await project.node("out-rollup/main.js");
    expect(JSON.parse(output)).toMatchObject(EXPECTED);
  });
});

it("gives every function one id and one hash, whatever the tool", () => {
  const all = Object.values(definitions);
  expect(all).toHaveLength(5);
  for (const found of all) expect(found, JSON.stringify(definitions)).toEqual(all[0]);
});
