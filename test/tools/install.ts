import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildPackage } from "../adapters/package.ts";
import { environment, type Project, REPOSITORY } from "../adapters/project.ts";
import { PROGRAM } from "./program.ts";

/** Where installed projects are kept from run to run; a folder for temporary files if it is not set. */
const KEPT = process.env["CACHET_TOOLS_DIR"];

/** A folder outside the repository with what `npm install` makes of one of `projects/` and the packed package. */
export class Installed {
  readonly root: string;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.root = KEPT === undefined ? mkdtempSync(join(tmpdir(), `cachet-${name}-`)) : join(KEPT, name);
    this.#copy();
    if (existsSync(join(this.root, "node_modules/cachet"))) this.#renew();
    else npm(this.root, ["install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline", pack()]);
  }

  /** The project with the program and what a tool needs, and nothing that an earlier tool left. */
  open(files: Record<string, string>): Project {
    const { root } = this;
    const project: Project = {
      root,
      write(more) {
        for (const [file, text] of Object.entries(more)) {
          mkdirSync(dirname(join(root, file)), { recursive: true });
          writeFileSync(join(root, file), text);
        }
      },
      read: (file) => readFileSync(join(root, file), "utf8"),
      has: (file) => existsSync(join(root, file)),
      node: () => Promise.reject(new Error("not here")),
      tspc: () => Promise.reject(new Error("not here")),
      remove: () => this.#clean(),
    };
    const { "package.json": _, ...program } = PROGRAM;
    this.#clean();
    this.#copy();
    project.write({ ...program, ...files });
    return project;
  }

  remove(): void {
    if (KEPT === undefined) rmSync(this.root, { recursive: true, force: true });
  }

  /** Another build of the package in a project that is installed already. */
  #renew(): void {
    const target = join(this.root, "node_modules/cachet");
    rmSync(join(target, "dist"), { recursive: true });
    execFileSync("tar", ["-xzf", pack(), "-C", target, "--strip-components=1"]);
  }

  #copy(): void {
    cpSync(join(import.meta.dirname, "projects", this.#name), this.root, { recursive: true });
  }

  #clean(): void {
    for (const name of readdirSync(this.root))
      if (name !== "node_modules") rmSync(join(this.root, name), { recursive: true, force: true });
    rmSync(join(this.root, "node_modules/.cache"), { recursive: true, force: true });
  }
}

let tarball: string | undefined;

/** Packs once for all projects of a run. */
function pack(): string {
  if (tarball !== undefined) return tarball;
  buildPackage();
  const folder = mkdtempSync(join(tmpdir(), "cachet-pack-"));
  npm(REPOSITORY, ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder]);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return (tarball = join(folder, readdirSync(folder)[0] as string));
}

function npm(cwd: string, args: string[]): void {
  execFileSync("npm", args, { cwd, env: environment(), stdio: ["ignore", "ignore", "pipe"] });
}
