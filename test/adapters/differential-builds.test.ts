import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, createLogger } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProgram, editProgram, type Program } from "../transformer/fuzz/programs.ts";
import { environmentOf } from "../transformer/fuzz/run-program.ts";
import { createRandom } from "../transformer/fuzz/sources.ts";
import { buildPackage } from "./package.ts";
import { createProject, environment, type Project, REPOSITORY } from "./project.ts";

/**
 * Programs of the generator in real builds: built and run, edited, built and run again with what is stored. With the cache
 * and without it the last run must give the same, or the build must have warned. `CACHET_FUZZ_BUILDS` programs per tool.
 */
const count = Number(process.env["CACHET_FUZZ_BUILDS"] ?? 1);
const seed = Number(process.env["CACHET_FUZZ_SEED"] ?? 1);

let project: Project;
beforeAll(() => buildPackage());
afterAll(() => project?.remove());

const OPTIONS = ["persist: true", "persist: true, ttl: late", "persist: true, validate: kept"];

/** Marks `load`, with options that are read late: their constants stand after it. */
function marked(program: Program, options: string): Program {
  const mark = `/** @cacheData({ ${options} }) */`;
  const main = program["main.ts"]?.replace(/^export (?=(?:async function|const) load\b)|async load\(\)/m, `${mark} $&`);
  return { ...program, "main.ts": `${main}const late = "1h";\nconst kept = (value: unknown) => value !== null;\n` };
}

const inSource = (program: Program): Program =>
  Object.fromEntries(Object.entries(program).map(([file, text]) => [`src/${file}`, text]));

/** What a built program gives, or nothing where it doesn't run. */
async function run(tool: Tool, program: Program, more: Record<string, string>): Promise<string | undefined> {
  const env = environment({ ...environmentOf(program), CACHET_DIR: join(project.root, ".cache"), ...more });
  const args = ["run.mjs", `./${tool.output}`];
  try {
    return (await promisify(execFile)(process.execPath, args, { cwd: project.root, env })).stdout;
  } catch {
    return undefined;
  }
}

const RUN =
  "const all = await import(process.argv[2]); const main = all.default?.load || all.default?.loader ? all.default : all;\nconsole.log(JSON.stringify(await (main.loader ? main.loader.load() : main.load())) + '\\n');\n";

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    rootDir: "src",
    outDir: "out",
    resolveJsonModule: true,
    esModuleInterop: true,
    strict: false,
    types: ["node"],
    plugins: [{ transform: "cachet/transformer", transformProgram: true }],
  },
  include: ["src"],
});

interface Tool {
  /** What Node imports once it is built. */
  output: string;
  /** Whether it can build and Node run what the program is made of. */
  takes(program: Program): boolean;
  /** Gives what it says. */
  build(): Promise<string>;
}

const vite: Tool = {
  output: "dist/main.js",
  takes: () => true,
  async build() {
    const said: string[] = [];
    const logger = createLogger("warn");
    logger.warn = logger.warnOnce = (message) => void said.push(message);
    const { default: cachet } = await import(/* @vite-ignore */ `${REPOSITORY}/dist/node/tools/vite.js`);
    await build({
      root: project.root,
      configFile: false,
      customLogger: logger,
      plugins: [cachet()],
      build: { ssr: "src/main.ts", outDir: "dist", minify: false },
    });
    return said.join("\n");
  },
};

const tspc: Tool = {
  output: "out/main.js",
  // In CommonJS a path without an ending is no module for `import()`, and TypeScript knows no `?raw`.
  takes: (program) => !Object.values(program).some((text) => /\bimport\(|\?raw/.test(text)),
  build: async () => (await project.tspc({ typescript: "typescript", tsPatch: "ts-patch-4" })).output,
};

it.each([
  ["Vite", vite],
  ["tspc", tspc],
] as const)(
  `gives no stale result silently in ${count} program(s) that %s builds, from seed ${seed}`,
  { timeout: 0 },
  async (_, tool) => {
    let tried = 0;
    for (let index = 0; tried < count; index++) {
      const random = createRandom(seed * 2_000_000 + index);
      const edited = editProgram(createProgram(random), random);
      if (!tool.takes(edited.before)) continue;
      const options = OPTIONS[Math.floor(random() * OPTIONS.length)] as string;
      const [before, after] = [marked(edited.before, options), marked(edited.after, options)];
      project?.remove();
      project = createProject({
        "package.json": JSON.stringify({ name: "fuzz", type: tool === vite ? "module" : "commonjs" }),
        "tsconfig.json": TSCONFIG,
        "run.mjs": RUN,
        ...inSource(before),
      });
      await tool.build();
      const first = await run(tool, before, {});
      if (first === undefined) continue;
      project.write(inSource(after));
      const said = await tool.build();
      const real = await run(tool, after, { CACHET_DISABLE: "1" });
      const cached = await run(tool, after, {});
      if (real === undefined || cached === undefined) continue;
      tried++;
      if (!/CACHET3\d\d\d/.test(said))
        expect(cached, `program ${index}, ${edited.what}\n${JSON.stringify(before, null, 1)}`).toBe(real);
    }
  },
);
