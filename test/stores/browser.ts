import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BrowserContext, chromium } from "playwright-core";
import { build } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the test page with Vite and the plugin, both from the built package, into a folder. */
export async function buildPage(outDir: string): Promise<void> {
  execFileSync(process.execPath, [here("../../scripts/build.mjs"), "--if-needed"], { stdio: "inherit" });
  const { default: cachet } = await import(
    /* @vite-ignore */ pathToFileURL(here("../../dist/transformer/adapters/vite.js")).href
  );
  const dist = (path: string) => here(`../../dist/runtime/${path}`);
  await build({
    root: here("./page"),
    base: "./",
    configFile: false,
    logLevel: "error",
    plugins: [cachet()],
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

const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

/** Serves a folder on a free port of this machine. */
export async function serve(folder: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const path = join(folder, request.url === "/" ? "index.html" : (request.url ?? ""));
    try {
      const body = readFileSync(path);
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
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
