import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, REPOSITORY } from "../../adapters/project.ts";
import type { Running } from "../../stores/browser.ts";

const vite = join(REPOSITORY, "node_modules/vite/bin/vite.js");

/** A copy of the playground that tests may edit, inside the repository so that its packages are found. */
export class Copy {
  readonly root = mkdtempSync(join(REPOSITORY, ".cache/playground-copy-"));

  constructor() {
    cpSync(join(REPOSITORY, "playground"), this.root, { recursive: true, filter: isNeeded });
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), "utf8");
  }

  /** Replaces a text in a file that must hold it. */
  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
    writeFileSync(join(this.root, file), text.replace(from, to));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The examples' tsconfig extends one that is not beside the copy. */
const isNeeded = (path: string) => !path.includes("playground/tsconfig");

/** Starts the dev server in a process of its own, as `npm run playground` does, and waits until it answers. */
export async function startDevServer(root: string, env: Record<string, string> = {}): Promise<Running> {
  const dev = spawn(process.execPath, [vite, root, "--port", "0", "--clearScreen", "false"], {
    cwd: root,
    env: environment({ NO_COLOR: "1", PLAYGROUND_CACHE: join(root, "node_modules/.vite"), ...env }),
  });
  return { url: await addressOf(dev), stop: () => ended(dev) };
}

function addressOf(dev: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /Local:\s+(http:\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url.replace("localhost", "127.0.0.1"));
    };
    dev.stdout?.on("data", listen);
    dev.stderr?.on("data", listen);
    dev.once("exit", (code) => reject(new Error(`the dev server ended with ${code}: ${said}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exit;
}

/** Builds the static site into a folder of its own. */
export function buildSite(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cachet-site-"));
  const args = [vite, "build", root, "--outDir", folder, "--emptyOutDir", "--logLevel", "error"];
  execFileSync(process.execPath, args, { cwd: root, env: environment(), stdio: ["ignore", "ignore", "pipe"] });
  return folder;
}
