import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build, type OutputFile, transform as strip } from "esbuild";
import { transform } from "../../transformer/index.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const execute = promisify(execFile);

/** A project of one marked source file and modules beside it, in a directory of its own, run in processes of their own. */
export interface Program {
  readonly directory: string;
  /** Where its disk store keeps its files. */
  readonly cache: string;
  /** Runs the program once; what it printed as JSON, one value per line. `modules` by their names: it imports them as `./name.mjs`. */
  run(source: string, environment?: Record<string, string>, modules?: Record<string, string>): Promise<unknown[]>;
  /** Every file below the cache directory, as paths relative to it. */
  files(): string[];
  remove(): void;
}

/** Makes an empty project named `program`. */
export function createProgram(): Program {
  const directory = mkdtempSync(join(tmpdir(), "cachet-program-"));
  const cache = join(directory, "node_modules", ".cache", "cachet");
  writeFileSync(join(directory, "package.json"), '{ "name": "program", "type": "module" }');
  let count = 0;
  return {
    directory,
    cache,
    async run(source, environment = {}, modules = {}) {
      if (count === 0) await install(directory);
      for (const [name, text] of Object.entries(modules))
        writeFileSync(join(directory, `${name}.mjs`), await compile(text, directory, name));
      const file = join(directory, `run-${++count}.mjs`);
      writeFileSync(file, await compile(source, directory));
      const { NODE_ENV: _, CACHET_DIR: __, VITEST: ___, ...inherited } = process.env;
      const { stdout } = await execute(process.execPath, [file], {
        cwd: directory,
        env: { ...inherited, ...environment },
      });
      const lines = stdout.trim().split("\n").filter(Boolean);
      return lines.map((line) => JSON.parse(line));
    },
    files: () =>
      existing(cache)
        .filter((file) => !file.isDirectory())
        .map((file) => join(file.parentPath, file.name).slice(cache.length + 1)),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function existing(directory: string) {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
}

/** What the build makes of the source as `src/main.ts`, or of another module. */
async function compile(source: string, directory: string, name = "main"): Promise<string> {
  const { code, diagnostics } = transform(source, { fileName: join(directory, "src", `${name}.ts`) });
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.message);
  return (await strip(code, { loader: "ts", format: "esm", target: "node20" })).code;
}

let runtime: Promise<OutputFile[]> | undefined;

/** Puts the runtime where the program finds it by the name of the package. */
async function install(directory: string): Promise<void> {
  runtime ??= bundleRuntime();
  const home = join(directory, "node_modules", "cachet");
  mkdirSync(home, { recursive: true });
  const exports = { ".": "./index.js", "./internal": "./internal.js" };
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "cachet", type: "module", exports }));
  for (const { path, contents } of await runtime) writeFileSync(join(home, basename(path)), contents);
}

/** Both entries with what they share, so that there is one state. */
async function bundleRuntime(): Promise<OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints: [here("../../runtime/index.ts"), here("../../runtime/internal.ts")],
    bundle: true,
    splitting: true,
    write: false,
    outdir: "/",
    format: "esm",
    platform: "node",
    target: "node20",
    alias: {
      "#environment": here("../../runtime/environment.node.ts"),
      "#platform": here("../../runtime/platform/node.ts"),
    },
    logLevel: "error",
  });
  return outputFiles;
}
