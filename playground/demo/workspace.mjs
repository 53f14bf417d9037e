import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the package where `dist/` is missing or older than its sources. */
export function ensurePackage() {
  if (!existsSync(join(root, "dist"))) console.log("Building cachet …\n");
  execFileSync(process.execPath, ["scripts/build.mjs", "--if-needed"], { cwd: root, stdio: "inherit" });
}

/** A temporary copy of the program, in which `cachet` is installed like any other package. */
export class Workspace {
  #folder;
  #builds = 0;

  constructor() {
    mkdirSync(join(root, ".cache"), { recursive: true });
    this.#folder = mkdtempSync(join(root, ".cache", "demo-"));
    cpSync(fileURLToPath(new URL("program", import.meta.url)), this.#folder, { recursive: true });
    mkdirSync(join(this.#folder, "node_modules"));
    symlinkSync(root, join(this.#folder, "node_modules", "cachet"), "junction");
  }

  /** Rewrites a source file. */
  async edit(file, change) {
    const path = join(this.#folder, "src", file);
    const before = readFileSync(path, "utf8");
    const after = await change(before);
    if (after === before) throw new Error(`the edit of ${file} changes nothing`);
    writeFileSync(path, after);
  }

  /** Compiles with `tspc`, the tsconfig plugin's compiler, and returns the address of the program. */
  async compile() {
    const out = this.#nextOutput("tspc");
    const tspc = join(root, "node_modules/ts-patch/bin/tspc.js");
    try {
      await promisify(execFile)(process.execPath, [tspc, "-p", "tsconfig.json", "--outDir", out], {
        cwd: this.#folder,
      });
    } catch (error) {
      throw new Error(`tspc failed:\n${error.stdout}${error.stderr}`, { cause: error });
    }
    return pathToFileURL(join(this.#folder, out, "main.js")).href;
  }

  /** Bundles with Vite into one minified file, everything included, and returns its address. */
  async bundle() {
    const out = this.#nextOutput("vite");
    const { build } = await import("vite");
    const { default: cachet } = await import("cachet/vite");
    await build({
      root: this.#folder,
      configFile: false,
      logLevel: "warn",
      plugins: [cachet()],
      ssr: { noExternal: true },
      build: {
        ssr: "src/main.ts",
        outDir: out,
        minify: true,
        // On a busy machine Rolldown would remark how long plugins took.
        rolldownOptions: { checks: { bundlerTimings: false } },
      },
    });
    return pathToFileURL(join(this.#folder, out, "main.js")).href;
  }

  /** Both at once; the compiler works in a process of its own. */
  async build() {
    const [compiled, bundled] = await Promise.all([this.compile(), this.bundle()]);
    return { compiled, bundled };
  }

  #nextOutput(tool) {
    this.#builds++;
    return `out/${this.#builds}-${tool}`;
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
