import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import { writeProject } from "../project.ts";
import { bytes, duration, ratio } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const projects = fileURLToPath(new URL("./starts/", import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** `again`: nothing was edited since the start before; `edited`: one helper that marked functions reach was. */
type Way = "without" | "first" | "again" | "edited";
type Tool = "dev" | "test";
interface Cost {
  /** Milliseconds. */
  wall: number;
  /** Milliseconds of all threads and bytes at most, where it is one process. */
  cpu?: number;
  memory?: number;
}

const WAYS: readonly Way[] = ["without", "first", "again", "edited"];
const TITLES: Record<Tool, string> = {
  dev: "Vite's dev server: from the start until every module is loaded, on the server's side",
  test: "vitest run: one test file that reaches every module",
};

export const start: Custom = {
  kind: "custom",
  name: "start",
  title: "Starts of a dev server and of a test run",
  about:
    "A project of which one module of 30, or 100 modules of 1,000, have a marked function that reaches many others. Each start is a process of its own. A first start finds nothing that an earlier one " +
    "kept; the one again finds what that kept; before the last, one helper was edited.",
  async run(context) {
    const sizes: [modules: number, marked: number][] = context.quick
      ? [[10, 1]]
      : [
          [30, 1],
          [1000, 100],
        ];
    const tables = (["dev", "test"] as const).flatMap((tool) =>
      sizes.map(([modules, marked]) => compare(tool, modules, marked, context)),
    );
    rmSync(projects, { recursive: true, force: true });
    return tables;
  },
  async child(directory): Promise<Cost> {
    const began = performance.now();
    const { createServer } = await import("vite");
    const server = await createServer({
      root: directory,
      logLevel: "silent",
      server: { middlewareMode: true, ws: false, watch: null },
    });
    const { summaries } = await server.ssrLoadModule("/src/index.ts");
    if (!summaries.every((summary: (count: number) => number) => Number.isFinite(summary(0)))) throw new Error("wrong");
    const wall = performance.now() - began;
    await server.close();
    return { wall, ...used(process.resourceUsage()) };
  },
};

/** Milliseconds of CPU, and bytes. */
const used = ({ userCPUTime, systemCPUTime, maxRSS }: NodeJS.ResourceUsage) => ({
  cpu: (userCPUTime + systemCPUTime) / 1000,
  memory: maxRSS * 1024,
});

function compare(tool: Tool, modules: number, marked: number, context: Context): Table {
  const directory = join(projects, `${tool}-${modules}`);
  writeProject(directory, root, modules, marked);
  install(join(directory, "node_modules/cachet"));
  const link = (name: string) =>
    symlinkSync(dirname(resolve(`${name}/package.json`)), join(directory, "node_modules", name), "dir");
  link("vitest");
  link("vite");
  mkdirSync(join(directory, "test"));
  writeFileSync(
    join(directory, "test/all.test.ts"),
    `import { expect, it } from "vitest";
import { summaries } from "../src/index.ts";
it("sums up", () => expect(summaries.every((summary) => Number.isFinite(summary(0)))).toBe(true));
`,
  );
  const costs: Record<Way, Cost[]> = { without: [], first: [], again: [], edited: [] };
  const rounds = context.quick ? 1 : context.rounds;
  for (let round = 0; round < rounds; round++)
    for (const way of WAYS) {
      context.log(`start: ${tool}, ${modules} modules, round ${round + 1} of ${rounds}, ${way}`);
      if (way === "first") rmSync(join(directory, "node_modules/.cache"), { recursive: true, force: true });
      if (way === "edited") edit(join(directory, "src/m1.ts"));
      writeFileSync(join(directory, "vite.config.js"), configOf(way !== "without"));
      costs[way].push(tool === "dev" ? context.child<Cost>(directory) : testRun(directory));
    }
  const without = costs.without;
  const more = (way: Way, what: keyof Cost) =>
    median(costs[way].map((cost, i) => (cost[what] ?? 0) - ((without[i] as Cost)[what] ?? 0)));
  return {
    title: `${TITLES[tool]}, ${marked} of ${modules} marked`,
    note: rounds === 1 ? "1 round." : `${rounds} rounds.`,
    columns: ["", "time", "ratio", "more time", "more CPU", "more memory"],
    rows: WAYS.map((way) => [
      way === "without" ? "without cachet" : `with cachet, ${way}`,
      duration(median(costs[way].map(({ wall }) => wall)) * 1e6),
      ...(way === "without"
        ? ["", "", "", ""]
        : [
            ratio(median(costs[way].map((cost, i) => cost.wall / (without[i] as Cost).wall))),
            `${Math.round(more(way, "wall"))} ms`,
            ...(tool === "dev"
              ? [`${Math.round(more(way, "cpu"))} ms`, bytes(Math.max(0, more(way, "memory")))]
              : ["", ""]),
          ]),
    ]),
  };
}

/** A copy: Vite takes a linked package for a part of the project, and would transform it. */
function install(target: string): void {
  rmSync(target, { recursive: true });
  for (const part of ["package.json", "dist"]) cpSync(join(root, part), join(target, part), { recursive: true });
}

/** With a cache of its own each, since Vite bundles dependencies anew where its plugins are others. */
const configOf = (hasPlugin: boolean) => `import cachet from "cachet/vite";
export default { plugins: [${hasPlugin ? "cachet()" : ""}], cacheDir: "node_modules/.vite-${hasPlugin}" };
`;

/** Another rate, which every function of the module reaches. */
function edit(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/const RATE1 = (\d+)/, (_, rate: string) => `const RATE1 = ${Number(rate) + 1}`),
  );
}

function testRun(directory: string): Cost {
  const vitest = join(directory, "node_modules/vitest/vitest.mjs");
  const began = performance.now();
  const run = spawnSync(process.execPath, [vitest, "run", "--root", directory], { cwd: directory, encoding: "utf8" });
  const wall = performance.now() - began;
  if (run.status !== 0) throw new Error(`${run.stdout.slice(-2000)}${run.stderr.slice(-2000)}`);
  return { wall };
}
