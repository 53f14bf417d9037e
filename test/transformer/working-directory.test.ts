import { describe, expect, it } from "vitest";
import { linkFunction } from "./link-project.ts";

const IMPORTS =
  "import path from 'node:path'; import { fileURLToPath, pathToFileURL } from 'node:url'; import os from 'node:os'; import { ROOT, LOCAL } from './root'; ";

/** What is said of `load` in main.ts, which gives that. */
function codesOf(result: string): string[] {
  const files = {
    "package.json": '{ "name": "app" }',
    "main.ts": `${IMPORTS} const dir = "x"; const root = "/x"; const here = path.dirname(__filename); export function load(a: string, b: any) { return ${result} }`,
    "root.ts":
      "import path from 'node:path'; export const ROOT = path.join(import.meta.dirname, '..'); export const LOCAL = 'src';",
  };
  return linkFunction({ files }, "main.ts", "load").warnings.map(({ code }) => code);
}

describe("paths that begin at the working directory, or may", () => {
  it.each([
    "path.resolve()",
    "path.resolve('')",
    "path.resolve(a)",
    "path.resolve(a, b)",
    "path.resolve(dir, a)",
    "path.resolve(b.dir, 'x')",
    "path.resolve(...b)",
    "path.resolve(`x/${a}`)",
    "path.resolve(LOCAL, a)",
    "path.resolve(a ? root : b)",
    "path.posix.resolve('x')",
    "path.relative('x', a)",
    "path.relative('', root)",
    "pathToFileURL(a)",
    "pathToFileURL('x')",
    "b.map(path.resolve)",
  ])("are warned about: %s", (result) => {
    expect(codesOf(result)).toEqual(["CACHET3003"]);
  });

  it.each([
    "path.resolve(import.meta.dirname, a) + path.resolve(__dirname, a) + path.resolve(root, a)",
    "path.resolve(a, '/x')",
    "path.resolve(path.join(here, '..'), a)",
    "path.resolve(`/x/${a}`) + path.resolve('/x/' + a) + path.resolve(a ? root : '/y')",
    "path.resolve(ROOT, a) + path.resolve(path.join(ROOT, 'y'))",
    "path.relative('/a', '/b') + path.relative('a', 'b') + path.relative(root, a) + path.relative(a, b)",
    "pathToFileURL('/x').href + pathToFileURL(import.meta.filename) + path.join(a, 'x')",
    "path.resolve(path.dirname(fileURLToPath(import.meta.url)), a)",
  ])("are told from others: %s", (result) => {
    expect(codesOf(result)).toEqual([]);
  });
});
