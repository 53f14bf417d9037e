import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { createProject, type Project, REPOSITORY } from "./project.ts";

// What a coverage report counts of a file: the same with marks and without.

const API = `let n = 0;
/** @cacheData({ ttl: 60 }) */
export async function load(id: number): Promise<number> {
  n++;
  if (id < 0) {
    return -1;
  }
  return id * 10 + n * 0;
}
export const runs = () => n;
/** @cacheData */
export const sum = (a: number, b = 1) => a + b;
export class Repo {
  /** @cacheData */
  find(id: number) { return "r" + id; }
  /** @cacheData */
  never(id: number) {
    return id;
  }
  /** @cacheData */
  static #hidden(id: number) { return id; }
  static shown(id: number) { return Repo.#hidden(id); }
}
export const Anonymous = class {
  /** @cacheData */
  find(id: number) { return id; }
};
/** @cacheData */
export function unused(x: number) {
  return x > 1 ? x : 0;
}
export const api = { /** @cacheData({ this: "ignore" }) */ get(id: number) { return id + 1; } };
/** @cacheResource */
export default function () {
  return {};
}
export const outer = (k: number) => {
  /** @cacheData */
  function inner(x: number) { return x * k; }
  return inner(1) + inner(1);
};
`;

const TEST = `import { expect, test } from "vitest";
import open, { api, load, outer, Repo, sum } from "./src/api.ts";
test("some of it", async () => {
  expect([await load(1), await load(-1), sum(1), api.get(1), new Repo().find(1), Repo.shown(3), outer(2)]).toHaveLength(7);
  open();
});
`;

const config = (provider: string, plugins: string) => `${plugins ? 'import cachet from "cachet/vite";' : ""}
export default {
  plugins: [${plugins}],
  test: { coverage: { enabled: true, provider: "${provider}", include: ["src/**"], reporter: ["json"], reportsDirectory: "out" } },
};
`;

interface Place {
  start: { line: number; column: number };
  end: { line: number; column: number };
}
interface FileCoverage {
  fnMap: Record<string, { loc: Place }>;
  branchMap: Record<string, { type: string; loc: Place; locations: Place[] }>;
  statementMap: Record<string, Place>;
}

let project: Project;
beforeAll(() => {
  buildPackage();
  project = createProject({
    "package.json": '{ "name": "app", "type": "module" }',
    "src/api.ts": API,
    "a.test.ts": TEST,
  });
  for (const name of ["vitest", "@vitest"])
    symlinkSync(join(REPOSITORY, "node_modules", name), join(project.root, "node_modules", name));
});
afterAll(() => project.remove());

async function counted(provider: string, plugins: string) {
  project.write({ "vitest.config.ts": config(provider, plugins) });
  const { code, output } = await project.node("node_modules/vitest/vitest.mjs", "run");
  expect(output).toContain("1 passed");
  expect(code).toBe(0);
  const [report] = Object.values(JSON.parse(project.read("out/coverage-final.json"))) as [FileCoverage];
  const start = ({ start: { line, column } }: Place) => `${line}:${column}`;
  return {
    functions: Object.values(report.fnMap).map(({ loc }) => start(loc)),
    branches: Object.values(report.branchMap).map(
      ({ type, loc, locations }) => `${type} ${start(loc)} ${locations.length}`,
    ),
    statements: Object.values(report.statementMap).map(start),
  };
}

describe.each(["v8", "istanbul"])("the report of %s", (provider) => {
  it("counts what the file itself has, and nothing that was inserted", { timeout: 120_000 }, async () => {
    const plain = await counted(provider, "");
    expect(plain.statements.length).toBeGreaterThan(10);
    expect(await counted(provider, "cachet()")).toEqual(plain);
  });
});
