import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium } from "playwright-core";
import { build } from "vite";
import { builtPlugin } from "../adapters/dev-server.ts";
import { buildPackage } from "../adapters/package.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the test page with Vite and the plugin, both from the built package, into a folder. */
export async function buildPage(outDir: string): Promise<void> {
  buildPackage();
  const dist = (path: string) => here(`../../dist/runtime/${path}`);
  await build({
    root: here("./page"),
    base: "./",
    configFile: false,
    logLevel: "error",
    plugins: [builtPlugin()],
    resolve: {
      alias: [
        { find: /^cachet$/, replacement: dist("index.js") },
        { find: /^cachet\/internal$/, replacement: dist("internal.js") },
        { find: /^cachet\/store-contract$/, replacement: dist("stores/contract.js") },
        { find: /^cachet\/stores\/indexeddb$/, replacement: dist("stores/indexeddb.js") },
      ],
    },
    build: { outDir, emptyOutDir: true, target: "es2022" },
  });
}

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

export interface Running {
  url: string;
  stop(): Promise<void>;
}

/** A plain file server on a free port of this machine: `folder` under `path`, and nothing anywhere else. */
export async function serve(folder: string, path = "/"): Promise<Running> {
  const server = createServer((request, response) => {
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

/** A browser with a profile of its own, which outlives its windows as long as the folder does. */
export function openBrowser(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
