import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ForeignProject, installPacked } from "./foreign-project.ts";

/** Other versions of Node that the package says it runs on, beside the one that runs this test. */
const NODES = ["22", "24"] as const;
const nodePackage = (version: string) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`;

const FILES: Record<string, string> = {
  "package.json": '{ "name": "foreign", "type": "module", "private": true }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      strict: true,
      outDir: "out",
      rootDir: "src",
      types: [],
      plugins: [{ transform: "cachet/transformer", transformProgram: true }],
    },
    include: ["src"],
  }),
  "vite.config.ts": `import cachet from "cachet/vite";
export default {
  plugins: [cachet()],
  build: { ssr: "src/main.ts", outDir: "bundle" },
  ssr: { noExternal: true },
};
`,
  "src/helper.ts": "export const scale = (n: number): number => n * 2;\n",
  "src/cached.ts": `import { scale } from "./helper.js";

export const runs: string[] = []; // cachet-allow-mutable

/** @cacheData({ ttl: "1h", persist: true }) */
export function table(rows: number): { squares: number[]; at: Date; seen: Map<string, bigint> } {
  runs.push("table");
  return { squares: Array.from({ length: rows }, (_, i) => scale(i)), at: new Date(0), seen: new Map([["a", 1n]]) };
}

/** @cacheResource */
export async function connect(options: { host: string }): Promise<{ host: string }> {
  runs.push("connect");
  return { ...options };
}
`,
  "src/main.ts": `import { connect, runs, table } from "./cached.js";

const one = table(3);
const other = table(3);
one.squares.push(99);
const same = (await connect({ host: "a" })) === (await connect({ host: "a" }));
console.log(JSON.stringify({ runs, squares: other.squares, at: other.at, a: String(other.seen.get("a")), same }));
`,
  "src/cached.test.ts": `import { expect, it } from "vitest";
import { cached } from "cachet";
import { connect, runs } from "./cached.js";

it("is cached under Vitest", async () => {
  expect(await connect({ host: "b" })).toBe(await connect({ host: "b" }));
  expect(runs).toEqual(["connect"]);
  expect(cached(connect).stats()).toMatchObject({ hits: 1, misses: 1 });
});
`,
};

let project: ForeignProject;
beforeAll(() => {
  const tools = ["typescript@6.0.3", "ts-patch", "vite", "vitest"];
  project = installPacked(FILES, [...tools, ...NODES.map(nodePackage)]);
}, 400_000);
afterAll(() => project.remove());

const run: ForeignProject["run"] = (...args) => project.run(...args);
const bin = (name: string) => project.bin(name);
const inProject = (path: string) => join(project.root, path);
const nodes: readonly (readonly [string, () => string])[] = [
  ["this Node", () => process.execPath],
  ...NODES.map((version) => [`Node ${version}`, () => inProject(`node_modules/node-${version}/bin/node`)] as const),
];

const COLD = { runs: ["table", "connect"], squares: [0, 2, 4], at: "1970-01-01T00:00:00.000Z", a: "1", same: true };
const WARM = { ...COLD, runs: ["connect"] };

describe("a project that installed the package from its tarball", () => {
  it("type-checks and compiles with tspc", () => {
    run(bin("tspc"), ["-p", "."]);
    expect(readFileSync(inProject("out/cached.js"), "utf8")).toContain("cachet/internal");
  });

  it.each(nodes)("runs compiled by tspc on %s, and finds what that process left on disk", (name, node) => {
    const folder = { CACHET_DIR: inProject(`cache/${name}`) };
    expect(JSON.parse(run(node(), ["out/main.js"], folder))).toEqual(COLD);
    expect(JSON.parse(run(node(), ["out/main.js"], folder))).toEqual(WARM);
  });

  it("shares one folder between versions of Node", () => {
    const folder = { CACHET_DIR: inProject("cache/shared") };
    const answers = nodes.map(([, node]) => JSON.parse(run(node(), ["out/main.js"], folder)));
    expect(answers).toEqual([COLD, WARM, WARM]);
  });

  it.each(nodes)("builds with Vite on %s and runs there", (name, node) => {
    run(node(), [inProject("node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"]);
    const folder = { CACHET_DIR: inProject(`cache/bundle/${name}`) };
    expect(JSON.parse(run(node(), ["bundle/main.js"], folder))).toEqual(COLD);
    expect(JSON.parse(run(node(), ["bundle/main.js"], folder))).toEqual(WARM);
  });

  it("is cached under Vitest", () => {
    expect(run(bin("vitest"), ["run", "src"], { NO_COLOR: "1" })).toMatch(/1 passed/);
  });

  it("answers the command", () => {
    expect(run(bin("cachet"), ["list"])).toMatch(/foreign\/src\/cached\.ts#table/);
    run(bin("cachet"), ["check"]);
    expect(existsSync(inProject("node_modules/cachet/README.md"))).toBe(true);
  });
});
