import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrowserContext } from "playwright-core";
import { createServer, type ViteDevServer, build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NARROW, Visitor, WIDE } from "../playground/page-support/visitor.ts";
import { requires } from "../requirements.ts";
import { openBrowser } from "../stores/browser.ts";
import { buildPackage } from "./package.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const hasChromium = requires("chromium");

const FILES = {
  "package.json": '{ "name": "app", "type": "module" }',
  "server.ts": `/** @cacheData({ ttl: "1h" }) */
export function product(id: number) { return { id, name: "Product " + id }; }
/** @cacheResource */
export function database(url: string) { return { url }; }
`,
  "page.ts": `/** @cacheData */
export function total(prices: number[]) { return prices.reduce((sum, price) => sum + price, 0); }
(window as any).total = total;
total([1, 2, 3]);
`,
  "index.html":
    '<!doctype html><html lang="en"><head><title>app</title><link rel="icon" href="data:,"></head><body><script type="module" src="/page.ts"></script></body></html>',
};

describe.runIf(hasChromium)("the panel over a Vite dev server", () => {
  let root: string;
  let url: string;
  let server: ViteDevServer;
  let browser: BrowserContext;
  let app: { product(id: number): unknown; database(url: string): unknown };

  beforeAll(async () => {
    buildPackage();
    root = mkdtempSync(join(tmpdir(), "cachet-panel-"));
    mkdirSync(`${root}/node_modules`);
    symlinkSync(repository, `${root}/node_modules/cachet`);
    for (const [file, text] of Object.entries(FILES)) writeFileSync(`${root}/${file}`, text);
    const { default: cachet } = await import(`${repository}dist/transformer/adapters/vite.js`);
    const fs = { allow: [root, repository] };
    server = await createServer({
      root,
      configFile: false,
      logLevel: "silent",
      plugins: [cachet()],
      server: { port: 0, fs },
    });
    await server.listen();
    const { local } = server.resolvedUrls as { local: string[] };
    url = (local[0] as string).replace(/\/$/, "");
    app = (await server.ssrLoadModule("/server.ts")) as typeof app;
    browser = await openBrowser(mkdtempSync(join(tmpdir(), "cachet-profile-")));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (root) rmSync(root, { recursive: true, force: true });
  });

  const rowOf = (visitor: Visitor, name: string) => visitor.page.locator(`tr[data-id$="#${name}"]`);

  it("shows the server's functions, what happens to them and why they ran, and clears", async () => {
    app.product(1);
    const visitor = await Visitor.arrive(browser, url);
    await visitor.page.setViewportSize(WIDE);
    await visitor.page.goto(`${url}/__cachet`);
    await rowOf(visitor, "product").getByRole("button", { name: "product" }).first().click();
    await visitor.page.getByText("product(id: 1)").first().waitFor();
    app.product(1);
    app.product(2);
    app.database("db:1");
    await visitor.page.getByText("product(id: 2)").first().waitFor();
    await visitor.page.locator('[data-reason="first"], [data-reason="arguments"]').waitFor();
    await visitor.screenshot("panel-wide");
    expect(await visitor.violations()).toEqual([]);
    await rowOf(visitor, "product").getByRole("button", { name: "Clear product" }).click();
    await expect.poll(() => rowOf(visitor, "product").locator("td").first().textContent()).toBe("0");
    await visitor.page.getByRole("button", { name: "Clear all resources" }).click();
    await expect.poll(() => rowOf(visitor, "database").locator("td").first().textContent()).toBe("0");
    expect(visitor.problems).toEqual([]);
    await visitor.page.close();
  });

  it("shows the caches of an open page of the same app", async () => {
    const page = await Visitor.arrive(browser, url);
    await page.page.goto(url);
    await page.page.waitForFunction("window.total");
    const visitor = await Visitor.arrive(browser, url);
    await visitor.page.emulateMedia({ colorScheme: "dark" });
    await visitor.page.setViewportSize(NARROW);
    await visitor.page.goto(`${url}/__cachet#page`);
    await rowOf(visitor, "total").waitFor();
    await page.page.evaluate("window.total([4, 5])");
    await expect.poll(() => rowOf(visitor, "total").locator("td").first().textContent()).toBe("2");
    await visitor.screenshot("panel-narrow-dark");
    expect(await visitor.overhang()).toBe(0);
    expect(await visitor.violations()).toEqual([]);
    await rowOf(visitor, "total").getByRole("button", { name: "Clear total" }).click();
    await expect.poll(() => rowOf(visitor, "total").locator("td").first().textContent()).toBe("0");
    expect([...page.problems, ...visitor.problems]).toEqual([]);
    await Promise.all([page.page.close(), visitor.page.close()]);
  });

  it("is in no build", async () => {
    const { default: cachet } = await import(`${repository}dist/transformer/adapters/vite.js`);
    const built = await viteBuild({
      root,
      configFile: false,
      logLevel: "silent",
      plugins: [cachet()],
      build: { write: false, minify: false },
    });
    const { output } = (Array.isArray(built) ? built[0] : built) as { output: { code?: string; source?: string }[] };
    expect(output.map(({ code, source }) => code ?? source).join("\n")).not.toMatch(
      /BroadcastChannel|__cachet\b.*agent/,
    );
  });
});
