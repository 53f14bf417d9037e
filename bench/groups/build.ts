import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import { writeProject } from "../project.ts";
import { duration } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);
const bin = (name: string, file: string) => join(dirname(require.resolve(`${name}/package.json`)), file);

type Tool = "vite" | "rollup" | "tsc";
/** A bundler's first build has no build cache yet; `again` is one after it, where nothing was edited. */
type Way = "without" | "first" | "again";

/** How many of the modules have a marked function. */
const MARKED = [0, 1, 100];
/** Builds of each kind in three rounds: short ones vary more. */
const BUILDS: Record<Tool, number> = { vite: 4, rollup: 2, tsc: 1 };
const TITLES: Record<Tool, string> = {
  vite: "Vite",
  rollup: "Rollup, types stripped by esbuild",
  tsc: "tsc and tspc, with type checking",
};

const projects = fileURLToPath(new URL("./projects/", import.meta.url));
const directoryOf = (marked: number) => join(projects, String(marked));

export const build: Custom = {
  kind: "custom",
  name: "build",
  title: "Build time",
  about:
    "1,000 generated modules of about 75 lines, of which 0, 1 or 100 have a marked function that reaches many others (deep hash). " +
    "Each build runs in a process of its own: with Vite and Rollup the build alone is timed, loading of the plugin and of the TypeScript " +
    "API included; with tsc the whole process. A first build finds nothing that an earlier one kept; the one again finds what a first one kept, and " +
    "no file was edited in between. Builds without cachet, which are the same for all three, and with it take turns.",
  async run(context) {
    const modules = context.quick ? 30 : 1000;
    const counts = context.quick ? [3] : MARKED;
    for (const marked of counts) writeProject(directoryOf(marked), root, modules, marked);
    const tables = (["vite", "rollup", "tsc"] as const).map((tool) => compare(tool, counts, context));
    rmSync(projects, { recursive: true, force: true });
    return tables;
  },
  async child(argument): Promise<number> {
    const { tool, marked, way } = JSON.parse(argument) as { tool: "vite" | "rollup"; marked: number; way: Way };
    if (way === "first") rmSync(join(directoryOf(marked), "node_modules/.cache"), { recursive: true, force: true });
    return tool === "vite" ? buildWithVite(marked, way !== "without") : buildWithRollup(marked, way !== "without");
  },
};

/** Milliseconds of one build. */
function once(tool: Tool, marked: number, way: Way, context: Context): number {
  if (tool !== "tsc") return context.child<number>(JSON.stringify({ tool, marked, way }));
  const plugin = way !== "without";
  const program = plugin ? bin("ts-patch", "bin/tspc.js") : bin("typescript", "bin/tsc");
  const config = plugin ? "tsconfig.cachet.json" : "tsconfig.json";
  const started = performance.now();
  const run = spawnSync(process.execPath, [program, "-p", config], { cwd: directoryOf(marked), encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${program}: ${run.stdout.slice(0, 2000)}${run.stderr.slice(0, 2000)}`);
  return performance.now() - started;
}

function compare(tool: Tool, counts: readonly number[], context: Context): Table {
  const without: number[] = [];
  const results = counts.flatMap((marked) => {
    const ways: Way[] = tool === "tsc" || marked === 0 ? ["first"] : ["first", "again"];
    return ways.map((way) => ({ marked, way, with: [] as number[] }));
  });
  const rounds = context.quick ? 1 : Math.ceil((context.rounds * BUILDS[tool]) / 3);
  for (let round = 0; round < rounds; round++) {
    context.log(`build: ${tool}, round ${round + 1} of ${rounds}`);
    const builds = [
      () => without.push(once(tool, counts[0] as number, "without", context)),
      ...results.map((result) => () => result.with.push(once(tool, result.marked, result.way, context))),
    ];
    for (const build of round % 2 === 0 ? builds : builds.reverse()) build();
  }
  return {
    title: TITLES[tool],
    note: rounds === 1 ? "1 round." : `${rounds} rounds.`,
    columns: [
      "marked modules",
      "build",
      "without cachet",
      "with cachet",
      "ratio",
      "difference",
      "least without",
      "least with",
    ],
    rows: results.map((result) => {
      const ratios = result.with.map((time, i) => time / (without[i] as number));
      const differences = result.with.map((time, i) => time - (without[i] as number));
      const show = (milliseconds: number) => duration(milliseconds * 1e6);
      return [
        String(result.marked),
        result.way,
        show(median(without)),
        show(median(result.with)),
        `×${median(ratios).toFixed(2)}`,
        `${Math.round(median(differences))} ms`,
        show(Math.min(...without)),
        show(Math.min(...result.with)),
      ];
    }),
  };
}

async function buildWithVite(marked: number, plugin: boolean): Promise<number> {
  const vite = await import("vite");
  const { default: cachet } = plugin ? await import("cachet/vite") : { default: undefined };
  const started = performance.now();
  await vite.build({
    root: directoryOf(marked),
    configFile: false,
    logLevel: "silent",
    plugins: cachet === undefined ? [] : [cachet()],
    build: { write: false, minify: false, lib: { entry: "src/index.ts", formats: ["es"] } },
  });
  return performance.now() - started;
}

async function buildWithRollup(marked: number, plugin: boolean): Promise<number> {
  const { rollup } = await import("rollup");
  const { transform } = await import("esbuild");
  const { default: cachet } = plugin ? await import("cachet/rollup") : { default: undefined };
  const started = performance.now();
  const bundle = await rollup({
    input: join(directoryOf(marked), "src/index.ts"),
    external: [/^cachet/],
    onwarn(warning) {
      throw new Error(warning.message);
    },
    plugins: [
      ...(cachet === undefined ? [] : [cachet({ root: directoryOf(marked) })]),
      {
        name: "strip-types",
        resolveId: (id, importer) => (id.startsWith("./") && importer ? join(dirname(importer), id) : null),
        transform: async (code, id) =>
          id.endsWith(".ts") ? { code: (await transform(code, { loader: "ts" })).code, map: null } : null,
      },
    ],
  });
  await bundle.generate({ format: "es" });
  return performance.now() - started;
}
