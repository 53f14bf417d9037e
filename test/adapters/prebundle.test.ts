import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createLogger, createServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSource } from "../../scripts/load-source.mjs";

const root = fileURLToPath(new URL(`../../.cache/prebundle-${process.pid}`, import.meta.url));
type Adapter = typeof import("../../transformer/adapters/vite.ts");
const { default: cachet } = await loadSource<Adapter>("transformer/adapters/vite.ts");

beforeAll(() => {
  mkdirSync(root, { recursive: true });
  writeFileSync(`${root}/package.json`, '{ "name": "bundled", "type": "module" }');
  // Nothing is run here, so the runtime need not be one.
  writeFileSync(`${root}/internal.js`, "export {};");
  writeFileSync(
    `${root}/data.ts`,
    `import { csvParse } from "d3-dsv";
/** @cacheData */
export function parse(text: string) { return csvParse(text); }
`,
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The code hash that a page gets from a dev server which keeps its pre-bundles in `cacheDir`, and what it warns of. */
async function serve(
  cacheDir: string,
): Promise<{ hash: string | undefined; imports: string | undefined; warnings: string[] }> {
  const warnings: string[] = [];
  const customLogger = createLogger("silent");
  customLogger.warn = (message) => void (message.includes("CACHET") && warnings.push(message));
  const server = await createServer({
    root,
    configFile: false,
    customLogger,
    cacheDir,
    resolve: { alias: { "cachet/internal": `${root}/internal.js` } },
    plugins: [cachet()],
    optimizeDeps: { include: ["d3-dsv"], noDiscovery: true },
    server: { port: 0, ws: false },
  });
  try {
    await server.listen();
    await expect.poll(() => importOf(server), { timeout: 30_000 }).toContain("/deps/d3-dsv.js");
    const code = (await server.transformRequest("/data.ts"))?.code ?? "";
    return { hash: /hash: "([^"]+)"/.exec(code)?.[1], imports: await importOf(server), warnings };
  } finally {
    await server.close();
  }
}

async function importOf(server: Awaited<ReturnType<typeof createServer>>): Promise<string | undefined> {
  const code = (await server.transformRequest("/data.ts"))?.code ?? "";
  return /from "([^"]*d3-dsv[^"]*)"/.exec(code)?.[1];
}

describe("packages that Vite has bundled before", () => {
  it("count as packages, wherever their bundles lie", async () => {
    const usual = await serve("node_modules/.vite");
    const elsewhere = await serve("bundles");
    expect(elsewhere.imports).toContain("/bundles/deps/d3-dsv.js");
    expect(usual.hash).toMatch(/^c1:/);
    expect(elsewhere).toMatchObject({ hash: usual.hash, warnings: [] });
  });
});
