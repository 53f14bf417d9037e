import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";
import { buildPackage } from "../adapters/package.ts";
import { createProject, type Project, REPOSITORY } from "../adapters/project.ts";

const SOURCE = `/** @cacheData */
export function double(n: number): number { return n * 2; }
let runs = 0; // cachet-allow-mutable
/** @cacheData({ tags: ["rows"] }) */
export function row(n: number): number { return n + ++runs; }
`;

let project: Project;
beforeAll(() => {
  buildPackage();
  project = createProject({ "package.json": '{ "name": "app" }' });
  const { code } = transform(SOURCE, { fileName: join(project.root, "double.ts") });
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  // As a tool would that knows no ES modules.
  const paths = outputText.replace("cachet/internal", join(REPOSITORY, "dist/cjs/internal.cjs"));
  project.write({ "double.cjs": paths });
});
afterAll(() => project.remove());

it("shares one registry with the ES modules, in one process", async () => {
  project.write({
    "main.mjs": `import { createRequire } from "node:module";
      import { cached } from "cachet";
      const require = createRequire(import.meta.url);
      const { double } = require("./double.cjs");
      const values = [double(2), double(2), double(3)];
      const common = require(${JSON.stringify(join(REPOSITORY, "dist/cjs/index.cjs"))});
      const { hits, misses } = cached(double).stats();
      console.log(JSON.stringify({ values, hits, misses, same: common.cached(double).id === cached(double).id, two: common.cached !== cached }));`,
  });
  const { output } = await project.node("main.mjs");
  expect(JSON.parse(output)).toEqual({ values: [4, 4, 6], hits: 1, misses: 2, same: true, two: true });
});

it("clears what the ES modules tag, and the other way round", async () => {
  project.write({
    "tags.mjs": `import { createRequire } from "node:module";
      import { clearTags } from "cachet";
      const require = createRequire(import.meta.url);
      const { row } = require("./double.cjs");
      const common = require(${JSON.stringify(join(REPOSITORY, "dist/cjs/index.cjs"))});
      const values = [row(0), row(0)];
      clearTags("rows");
      values.push(row(0), row(0));
      common.clearTags("rows");
      values.push(row(0));
      console.log(JSON.stringify(values));`,
  });
  expect(JSON.parse((await project.node("tags.mjs")).output)).toEqual([1, 1, 2, 2, 3]);
});

it("gives Node's own require the ES modules, so that a program has one runtime", async () => {
  project.write({
    "main.cjs": `import("cachet").then((modules) => console.log(require("cachet").cached === modules.cached));`,
  });
  expect((await project.node("main.cjs")).output).toBe("true\n");
});

it("needs no package that is an ES module only", async () => {
  project.write({
    "main.cjs": `const { readdirSync, readFileSync } = require("node:fs");
      const folder = ${JSON.stringify(join(REPOSITORY, "dist/cjs"))};
      const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".cjs"));
      const found = files.flatMap((file) => [...readFileSync(folder + "/" + file, "utf8").matchAll(/\\brequire\\(['"]([^.'"][^'"]*)['"]\\)|\\bimport\\(/g)].map((match) => match[1] ?? match[0]));
      console.log(JSON.stringify([...new Set(found)].sort()));`,
  });
  const { output } = await project.node("main.cjs");
  expect(JSON.parse(output)).toEqual(["@opentelemetry/api", "apache-arrow", "ioredis"]);
});
