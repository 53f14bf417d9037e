import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { environment } from "../../adapters/project.ts";

export const repository = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const vite = join(repository, "node_modules/vite/bin/vite.js");

/** Builds the package where it is not up to date: the playground uses it as people do. */
export function buildPackage(): void {
  execFileSync(process.execPath, [join(repository, "scripts/build.mjs"), "--if-needed"], { stdio: "inherit" });
}

/** A copy of the playground that tests may edit, inside the repository so that its packages are found. */
export class Copy {
  readonly root = mkdtempSync(join(repository, ".cache/playground-copy-"));

  constructor() {
    cpSync(join(repository, "playground"), this.root, { recursive: true, filter: isNeeded });
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

export interface Running {
  url: string;
  stop(): Promise<void>;
}

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

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** A plain file server: `folder` under `path`, and nothing anywhere else. */
export async function serveUnder(path: string, folder: string): Promise<Running> {
  const server: Server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://localhost").pathname;
    try {
      if (!asked.startsWith(path)) throw new Error("not ours");
      const file = join(folder, asked.slice(path.length) || "index.html");
      const body = readFileSync(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end("not found");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
