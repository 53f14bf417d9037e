import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { type ViteDevServer, build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NARROW, type Scheme, Visitor, WIDE } from "../playground/page-support/visitor.ts";
import { requires } from "../requirements.ts";
import { openBrowser } from "../stores/browser.ts";
import { configOf, startDevServer } from "./dev-server.ts";
import { buildPackage } from "./package.ts";
import { createProject, type Project } from "./project.ts";

const hasChromium = requires("chromium");

const FILES = {
  "package.json": '{ "name": "app", "type": "module" }',
  "server.ts": `import { label } from "./label.ts";
/** @cacheData({ ttl: "1h", tags: ["products", (id) => "product:" + id] }) */
export function product(id: number) { return { id, name: label(id) }; }
/** @cacheResource */
export function database(url: string) { return { url }; }
/** @cacheData({ ttl: "1h", stale: "1h", tags: ["products"] }) */
export async function prices(shop: string) { return [shop, 1]; }
`,
  "label.ts": `// How products are called.
export const label = (id: number) => "Product " + id;
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
  let project: Project;
  let url: string;
  let server: ViteDevServer;
  let browser: BrowserContext;
  let app: {
    product(id: number): unknown;
    database(url: string): unknown;
    prices(shop: string): Promise<unknown>;
  };

  beforeAll(async () => {
    buildPackage();
    project = createProject(FILES);
    ({ server, url } = await startDevServer(project.root));
    app = (await server.ssrLoadModule("/server.ts")) as typeof app;
    browser = await openBrowser(join(project.root, "node_modules/.profile"));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    project?.remove();
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

  const openPanel = async (size = WIDE, scheme: Scheme = "light") => {
    const visitor = await Visitor.arrive(browser, url);
    await visitor.page.emulateMedia({ colorScheme: scheme });
    await visitor.page.setViewportSize(size);
    await visitor.page.goto(`${url}/__cachet`);
    await visitor.page.locator(".insp-table").waitFor();
    return visitor;
  };
  const entriesOf = (visitor: Visitor, name: string) => rowOf(visitor, name).locator("td").first().textContent();

  it("shows tags, and clears and expires by entry, function, tag and kind", async () => {
    app.product(1);
    app.product(2);
    await app.prices("a");
    await app.prices("b");
    const visitor = await openPanel();
    const { page } = visitor;
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
    await expect.poll(() => entriesOf(visitor, "prices")).toBe("2");
    await expect.poll(() => page.locator(".insp-tags li").first().textContent()).toContain("products4 entries");
    await rowOf(visitor, "prices").locator(".insp-name").click();
    const entries = page.locator(".insp-entries li");
    await press('Expire prices(shop: "a")');
    await expect.poll(() => entries.filter({ hasText: '"a"' }).textContent()).toMatch(/stale for/);
    await expect.poll(() => entries.filter({ hasText: '"b"' }).textContent()).toMatch(/expires in .*products/);
    expect(await visitor.violations()).toEqual([]);
    await press("Expire all of prices");
    await expect.poll(() => entries.filter({ hasText: "stale for" }).count()).toBe(2);
    await app.prices("a");
    await page.locator('[data-reason="refreshed"]').waitFor();
    await press("Clear tag product:1");
    await expect.poll(() => entriesOf(visitor, "product")).toBe("1");
    app.product(1);
    await expect.poll(() => page.locator('[data-reason="cleared"]').textContent()).toContain("the tag “product:1”");
    await press("Expire tag products");
    // What has no `stale` is gone with its time to live.
    await expect.poll(() => entriesOf(visitor, "product")).toBe("0");
    await expect.poll(() => entriesOf(visitor, "prices")).toBe("2");
    await press("Expire all data");
    await expect.poll(() => entries.filter({ hasText: "stale for" }).count()).toBe(2);
    await press("Clear all data");
    await expect.poll(() => entriesOf(visitor, "prices")).toBe("0");
    await expect.poll(() => page.locator(".insp-tags").count()).toBe(0);
    expect(visitor.problems).toEqual([]);
    await page.close();
  });

  const looks = [
    { look: "wide-light", size: WIDE, scheme: "light" },
    { look: "wide-dark", size: WIDE, scheme: "dark" },
    { look: "narrow-light", size: NARROW, scheme: "light" },
    { look: "narrow-dark", size: NARROW, scheme: "dark" },
  ] satisfies { look: string; size: object; scheme: Scheme }[];

  it.each(looks)("shows what a code hash covers with the source beside it, $look", async ({ look, size, scheme }) => {
    app.product(3);
    await app.prices("a");
    const visitor = await openPanel(size, scheme);
    const { page } = visitor;
    await rowOf(visitor, "product").locator(".insp-name").click();
    await page.getByRole("button", { name: "What the code hash covers" }).click();
    const source = page.locator(".insp-covered pre");
    await source.waitFor();
    expect(await source.textContent()).toBe(FILES["server.ts"].split("\n").slice(1, 3).join("\n"));
    await page.getByRole("button", { name: /value label label\.ts:2/ }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => source.textContent()).toBe(FILES["label.ts"].trimEnd());
    await visitor.screenshot(`panel-covers-${look}`);
    expect(await visitor.overhang()).toBe(0);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.problems).toEqual([]);
    await page.close();
  });

  it("says which declaration an edit changed, and tells one that opens later", async () => {
    app.product(1);
    const visitor = await openPanel();
    project.write({ "label.ts": FILES["label.ts"].replace("Product ", "No. ") });
    await expect
      .poll(async () => {
        app = (await server.ssrLoadModule("/server.ts")) as typeof app;
        return app.product(1);
      })
      .toEqual({ id: 1, name: "No. 1" });
    await visitor.page.locator('[data-reason="code"]').waitFor();
    expect(await visitor.page.locator(".insp-reason").textContent()).toContain("Changed: value label (label.ts:2)");
    expect(await visitor.page.locator(".insp-edits li").textContent()).toMatch(
      /Loaded again: label\.ts.*cold.*product, \d entr.* gone: changed value label \(label\.ts:2\)/,
    );
    await visitor.page.close();
    const later = await openPanel();
    await later.page.locator(".insp-edits [data-cold]").waitFor();
    expect(await later.page.locator(".insp-edits li").textContent()).toMatch(/cold product: changed value label/);
    await later.page.close();
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

  it("has a link in a corner of pages where that is wanted", async () => {
    const { server: linking, url: address } = await startDevServer(project.root, { panel: { button: true } });
    const visitor = await Visitor.arrive(browser, address);
    const link = visitor.page.getByRole("link", { name: "cachet" });
    for (const scheme of ["light", "dark"] as const) {
      await visitor.page.emulateMedia({ colorScheme: scheme });
      await visitor.page.goto(address);
      await link.waitFor();
      await visitor.screenshot(`panel-link-${scheme}`);
      expect(await visitor.violations()).toEqual([]);
    }
    const opened = visitor.page.waitForEvent("popup");
    await link.focus();
    await visitor.page.keyboard.press("Enter");
    const panel = await opened;
    await panel.locator('tr[data-id$="#total"]').waitFor();
    expect(panel.url()).toBe(`${address}/__cachet#page`);
    await visitor.page.goto(url);
    await visitor.page.waitForFunction("window.total");
    expect(await link.count()).toBe(0);
    expect(visitor.problems).toEqual([]);
    await Promise.all([panel.close(), visitor.page.close()]);
    await linking.close();
  });

  it("is in no build", async () => {
    const built = await viteBuild({ ...configOf(project.root), build: { write: false, minify: false } });
    const { output } = (Array.isArray(built) ? built[0] : built) as { output: { code?: string; source?: string }[] };
    expect(output.map(({ code, source }) => code ?? source).join("\n")).not.toMatch(
      /BroadcastChannel|__cachet\b.*agent/,
    );
  });
});
