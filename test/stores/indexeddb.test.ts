import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { buildPage, openBrowser, type Running, serve } from "./browser.ts";
import { temporaryDirectory } from "./bundle.ts";

describe.skipIf(!requires("chromium"))("IndexedDB in Chromium", () => {
  const base = temporaryDirectory("page");
  let server: Running;
  let browser: BrowserContext;

  beforeAll(async () => {
    await buildPage(join(base.path, "site"));
    server = await serve(join(base.path, "site"));
    browser = await openBrowser(join(base.path, "profile"));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    base.remove();
  });

  const open = async (before?: (page: Page) => Promise<unknown>): Promise<Page> => {
    const page = await browser.newPage();
    await before?.(page);
    await visit(page);
    return page;
  };
  const visit = async (page: Page) => {
    await page.goto(server.url);
    await page.waitForFunction(() => window.page !== undefined);
  };
  const report = (page: Page) => page.evaluate(() => window.page.report());

  it("creates nothing until a function persists [B185]", async () => {
    const page = await open();
    await page.evaluate(() => window.page.memoryOnly(1));
    await page.evaluate(() => window.page.clear());
    expect(await page.evaluate(() => window.page.databases())).not.toContain("cachet");
    await page.close();
  });

  it("after a reload the value is there, in full, and the body does not run [B189]", async () => {
    const page = await open();
    expect(await page.evaluate(() => window.page.isRight(1))).toBe(true);
    expect(await report(page)).toMatchObject({ runs: 1, warnings: [] });
    await visit(page);
    expect(await page.evaluate(() => window.page.isRight(1))).toBe(true);
    expect(await report(page)).toMatchObject({ runs: 0, warnings: [] });
    await page.close();
  });

  it("two tabs that call at once run the body once", async () => {
    const tabs = [await open(), await open()];
    const values = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.page.slow(7))));
    expect(values).toEqual(["slow 7", "slow 7"]);
    const runs = (await Promise.all(tabs.map(report))).map((each) => each.runs);
    expect(runs.reduce((sum, each) => sum + each, 0)).toBe(1);
    for (const tab of tabs) await tab.close();
  });

  it("a tab that is closed in the middle of a run lets the other compute", async () => {
    const [first, second] = [await open(), await open()];
    first.evaluate(() => window.page.slow(8)).catch(() => {});
    await first.waitForFunction(() => window.page.report().runs === 1);
    const value = second.evaluate(() => window.page.slow(8));
    await first.close();
    expect(await value).toBe("slow 8");
    expect(await report(second)).toMatchObject({ runs: 1, warnings: [] });
    await second.close();
  });

  it("a clear in one tab empties the memory of the others", async () => {
    const [first, second] = [await open(), await open()];
    for (const tab of [first, second]) await tab.evaluate(() => window.page.load(3));
    expect((await report(second)).runs).toBe(0);
    await first.evaluate(() => window.page.clear());
    await expect
      .poll(async () => {
        await second.evaluate(() => window.page.load(3));
        return (await report(second)).runs;
      })
      .toBe(1);
    await first.close();
    await second.close();
  });

  it("without IndexedDB, as in some private windows: memory and one warning", async () => {
    const page = await open((fresh) =>
      fresh.addInitScript(() => {
        Object.defineProperty(window, "indexedDB", {
          value: {
            open: () => {
              throw new DOMException("not allowed here", "SecurityError");
            },
            databases: async () => [],
          },
        });
      }),
    );
    for (const id of [1, 2, 1, 2]) expect(await page.evaluate((n) => window.page.isRight(n), id)).toBe(true);
    const seen = await report(page);
    expect(seen.runs).toBe(2);
    expect(seen.warnings).toHaveLength(1);
    expect(seen.warnings[0]).toContain("IndexedDB");
    await page.close();
  });

  it("where the quota is used up: the value, in memory, with at most one warning", async () => {
    // The browser remembers for a while how much room an origin had, so this one is new.
    const elsewhere = await serve(join(base.path, "site"));
    const origin = new URL(elsewhere.url).origin;
    const page = await browser.newPage();
    await page.goto(elsewhere.url);
    const session = await browser.newCDPSession(page);
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 4_000_000 });
    await page.waitForFunction(() => window.page !== undefined);
    for (const id of [1, 2, 3, 4, 1, 2, 3, 4]) {
      const value = await page.evaluate(async (n) => {
        const bytes = await window.page.large(n);
        return [bytes.length, bytes[0]];
      }, id);
      expect(value).toEqual([3_000_000, id]);
    }
    const { usage } = await session.send("Storage.getUsageAndQuota", { origin });
    expect(usage).toBeLessThan(5_000_000);
    const seen = await report(page);
    expect(seen.runs).toBe(4);
    expect(seen.warnings.length).toBeLessThanOrEqual(1);
    await page.close();
    await elsewhere.stop();
  });

  it("a clear costs the same however many entries there are, and removes them in steps that hold nobody up", async () => {
    const page = await open();
    const few = await page.evaluate(() => window.page.clearCost(10));
    const many = await page.evaluate(() => window.page.clearCost(600));
    expect(many.awaited).toBeLessThanOrEqual(few.awaited + 5);
    // A hundred entries in one step, each with the epochs of what it hangs on.
    expect(many.longest).toBeLessThanOrEqual(700);
    expect(many.longest).toBeLessThan(10 * few.longest + 100);
    expect((await report(page)).warnings).toEqual([]);
    await page.close();
  });

  it("passes the store contract", async () => {
    const page = await open();
    const { count, failures } = await page.evaluate(() => window.page.contract());
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(15);
    await page.close();
  });
});
