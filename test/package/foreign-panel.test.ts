import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environment, REPOSITORY } from "../adapters/project.ts";
import { Visitor } from "../playground/page-support/visitor.ts";
import { requires } from "../requirements.ts";
import { openBrowser } from "../stores/browser.ts";
import { type ForeignProject, installPacked } from "./foreign-project.ts";

/** `UPDATE_PICTURES=1 npx vitest run test/package/foreign-panel.test.ts` takes those of the README anew. */
const update = process.env["UPDATE_PICTURES"] === "1";

const FILES: Record<string, string> = {
  "package.json": '{ "name": "shop", "type": "module", "private": true }',
  "vite.config.js": 'import cachet from "cachet/vite";\nexport default { plugins: [cachet()] };\n',
  "server.js": `import { readFileSync } from "node:fs";
import express from "express";
import { createServer } from "vite";

const app = express();
const vite = await createServer({ server: { middlewareMode: true }, appType: "custom", logLevel: "error" });
app.use(vite.middlewares);
app.get("/", async (request, response) => {
  const { render } = await vite.ssrLoadModule("/src/entry-server.ts");
  const html = await vite.transformIndexHtml(request.originalUrl, readFileSync("index.html", "utf8"));
  response.type("html").send(html.replace("<!--app-->", await render(Number(request.query.id ?? 1))));
});
const server = app.listen(0, "0.0.0.0", () => console.log(server.address().port));
`,
  "index.html": `<!doctype html>
<html lang="en"><head><title>Shop</title><link rel="icon" href="data:,"></head>
<body><main id="app"><!--app--></main><script type="module" src="/src/entry-client.ts"></script></body></html>
`,
  "src/rates.ts": `/** What one euro costs. */
export const RATES: Record<string, number> = { EUR: 1, USD: 1.09, CHF: 0.94 };

export const convert = (amount: number, currency: string): number =>
  Math.round(amount * (RATES[currency] ?? 1) * 100) / 100;
`,
  "src/catalog.ts": `import { convert } from "./rates.ts";

let reads = 0; // cachet-allow-mutable

/** @cacheData({ ttl: "1h", stale: "1d", tags: ["products", (id) => \`product:\${id}\`] }) */
export async function product(id: number, currency = "USD") {
  return { name: \`Lamp no. \${id}\`, price: convert(40 + id, currency), reads: ++reads };
}

/** @cacheResource */
export function database(url: string) {
  return { url };
}
`,
  "src/entry-server.ts": `import { database, product } from "./catalog.ts";

export async function render(id: number): Promise<string> {
  database("postgres://localhost/shop");
  const { name, price, reads } = await product(id);
  return \`<h1>\${name}</h1><p>$\${price}</p><p>Read from the database: \${reads}</p>\`;
}
`,
  "src/entry-client.ts": `/** @cacheData */
function total(prices: number[]): number {
  return prices.reduce((sum, price) => sum + price, 0);
}

Object.assign(window, { total });
total([41, 42]);
`,
};

describe.skipIf(!requires("chromium"))(
  "the panel of a project that installed the package, under its own server",
  () => {
    let project: ForeignProject;
    let server: ChildProcess;
    let port: string;
    let url: string;
    let profile: string;
    let browser: BrowserContext;

    beforeAll(async () => {
      project = installPacked(FILES, ["vite", "express@5.2.1"]);
      const options = {
        cwd: project.root,
        env: environment(),
        stdio: ["ignore", "pipe", "inherit"] as ["ignore", "pipe", "inherit"],
      };
      const started = spawn(process.execPath, ["server.js"], options);
      server = started;
      port = await new Promise((resolve) => createInterface({ input: started.stdout }).once("line", resolve));
      url = `http://localhost:${port}`;
      profile = mkdtempSync(join(tmpdir(), "cachet-profile-"));
      browser = await openBrowser(profile);
    }, 400_000);
    afterAll(async () => {
      await browser?.close();
      server?.kill();
      project?.remove();
      if (profile) rmSync(profile, { recursive: true, force: true });
    });

    const rowOf = ({ page }: Visitor, name: string) => page.locator(`tr[data-id$="#${name}"]`);
    const entriesOf = (visitor: Visitor, name: string) => rowOf(visitor, name).locator("td").first().textContent();
    const readsOf = async (id: number) => /database: (\d+)/.exec(await (await fetch(`${url}/?id=${id}`)).text())?.[1];
    const stateOf = async () =>
      (await (await fetch(`${url}/__cachet/state`)).json()) as { name: string; entries: number }[];

    it("shows what the server and the page keep, and clears and refreshes it", async () => {
      expect([await readsOf(1), await readsOf(1), await readsOf(2)]).toEqual(["1", "1", "2"]);
      const shop = await Visitor.arrive(browser, url);
      await shop.page.goto(`${url}/?id=2`);
      expect(await shop.page.textContent("#app")).toContain("Lamp no. 2");
      const panel = await Visitor.arrive(browser, url);
      await panel.page.goto(`${url}/__cachet`);
      await expect.poll(() => entriesOf(panel, "product")).toBe("2");
      expect(await entriesOf(panel, "database")).toBe("1");
      const press = (name: string) => panel.page.getByRole("button", { name, exact: true }).click();
      await rowOf(panel, "product").locator(".insp-name").click();
      // The old value once more, while the new one is made.
      await press("Expire all of product");
      await panel.page.getByText("stale for").first().waitFor();
      expect(await readsOf(1)).toBe("1");
      await panel.page.locator('[data-reason="refreshed"]').waitFor();
      expect(await readsOf(1)).toBe("3");
      await press("Clear tag product:2");
      await expect.poll(() => entriesOf(panel, "product")).toBe("1");
      expect(await readsOf(2)).toBe("4");
      // Another hash alone would not load it anew, and a reload may meet one that Vite asks for.
      await panel.page.goto("about:blank");
      await panel.page.goto(`${url}/__cachet#page`);
      await expect.poll(() => entriesOf(panel, "total")).toBe("1");
      await shop.page.evaluate("window.total([1, 2])");
      await expect.poll(() => entriesOf(panel, "total")).toBe("2");
      await press("Clear total");
      await expect.poll(() => entriesOf(panel, "total")).toBe("0");
      expect([...shop.problems, ...panel.problems]).toEqual([]);
      await Promise.all([shop.page.close(), panel.page.close()]);
    });

    if (update) {
      it.each(["light", "dark"] as const)("has its picture taken, %s", async (scheme) => {
        const visitor = await Visitor.arrive(browser, url);
        const { page } = visitor;
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width: 1240, height: 720 });
        await page.goto(`${url}/__cachet`);
        await page.getByRole("button", { name: "Clear all data" }).click();
        await rowOf(visitor, "product").locator(".insp-name").click();
        for (const id of [1, 1, 2]) await readsOf(id);
        await page.getByRole("button", { name: "What the code hash covers" }).click();
        await page.getByRole("button", { name: /value convert/ }).click();
        await page.locator(".insp-covered pre").waitFor();
        await page.evaluate(() => scrollTo(0, 0));
        expect(await visitor.violations()).toEqual([]);
        await page.screenshot({ path: join(REPOSITORY, `docs/pictures/panel-${scheme}.png`) });
        await page.close();
      });
    }

    it("refuses other machines, and whoever has no token", async () => {
      await readsOf(1);
      const outward = Object.values(networkInterfaces())
        .flat()
        .find((one) => one && !one.internal && one.family === "IPv4");
      expect(outward).toBeDefined();
      for (const path of ["", "/state", "/events"])
        expect((await fetch(`http://${outward?.address}:${port}/__cachet${path}`)).status).toBe(403);
      const clear = (headers: Record<string, string>) =>
        fetch(`${url}/__cachet/clear`, { method: "POST", headers, body: '{ "kind": "data" }' });
      expect((await clear({})).status).toBe(403);
      expect((await clear({ "x-cachet-token": "guessed" })).status).toBe(403);
      expect((await stateOf()).find(({ name }) => name === "product")?.entries).toBeGreaterThan(0);
      const token = /"token":"([^"]+)"/.exec(await (await fetch(`${url}/__cachet`)).text())?.[1] as string;
      expect((await clear({ "x-cachet-token": token })).status).toBe(200);
      expect((await stateOf()).find(({ name }) => name === "product")?.entries).toBe(0);
    });

    it("leaves nothing of itself in builds of the page and of the server", () => {
      project.run(project.bin("vite"), ["build", "--logLevel", "warn"]);
      project.run(project.bin("vite"), [
        "build",
        "--ssr",
        "src/entry-server.ts",
        "--outDir",
        "dist/server",
        "--logLevel",
        "warn",
      ]);
      const files = readdirSync(join(project.root, "dist"), { recursive: true, encoding: "utf8" });
      const built = files.filter((file) => /\.(?:js|html|css)$/.test(file));
      expect(built.length).toBeGreaterThanOrEqual(3);
      const text = built.map((file) => readFileSync(join(project.root, "dist", file), "utf8")).join("\n");
      expect(text).toContain("shop/src/entry-client.ts#total");
      expect(text).toContain("shop/src/catalog.ts#product");
      expect(text).not.toMatch(/BroadcastChannel|\/__cachet|inspect\/(?:agent|http)/);
    });
  },
);
