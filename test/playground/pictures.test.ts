import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../stores/browser.ts";
import { buildPackage, Copy, type Running, repository, startDevServer } from "./page-support/playground.ts";
import { type Scheme, Visitor } from "./page-support/visitor.ts";

/** `UPDATE_PICTURES=1 npx vitest run test/playground/pictures.test.ts` takes them anew. */
const update = process.env["UPDATE_PICTURES"] === "1";
const SIZE = { width: 1040, height: 600 };
const SCHEMES: readonly Scheme[] = ["light", "dark"];
const LARGEST = 120_000;

/** What is in the README, and how it comes about. */
const PICTURES: Record<string, (page: Page) => Promise<void>> = {
  async weather(page) {
    await page.getByLabel("Days to average").fill("31");
    await page.waitForSelector("text=1 hit, 1 miss");
  },
  async flights(page) {
    await page.getByLabel("Hours per bar").fill("2");
    await page.waitForSelector("text=1 hit, 1 miss");
    await page.getByRole("button", { name: "Inspector" }).click();
    await page.waitForSelector("text=Why did this run?");
    await page.waitForTimeout(300);
  },
};

const pathOf = (name: string) => join(repository, "docs/pictures", `${name}.png`);
const names = Object.keys(PICTURES).flatMap((id) => SCHEMES.map((scheme) => `${id}-${scheme}`));

if (update) {
  describe("taking the pictures", () => {
    let copy: Copy;
    let server: Running;
    let profile: string;
    let browser: BrowserContext;

    beforeAll(async () => {
      buildPackage();
      mkdirSync(join(repository, "docs/pictures"), { recursive: true });
      copy = new Copy();
      server = await startDevServer(copy.root, { CACHET_DIR: join(copy.root, ".store") });
      profile = mkdtempSync(join(tmpdir(), "cachet-pictures-"));
      browser = await openBrowser(profile);
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      copy?.remove();
      if (profile) rmSync(profile, { recursive: true, force: true });
    }, 60_000);

    it.each(names)("%s", async (name) => {
      const [id, scheme] = name.split("-") as [string, Scheme];
      const visitor = await Visitor.arrive(browser, server.url);
      await visitor.page.setViewportSize(SIZE);
      await visitor.page.emulateMedia({ colorScheme: scheme });
      await visitor.open(id);
      await PICTURES[id]?.(visitor.page);
      await visitor.page.screenshot({ path: pathOf(name) });
      await visitor.page.close();
    });
  });
}

describe("the pictures in the README", () => {
  it.each(names)("%s is there, is shown, and is small", (name) => {
    expect(statSync(pathOf(name)).size).toBeLessThan(LARGEST);
    const readme = readFileSync(join(repository, "README.md"), "utf8");
    expect(readme.includes(`docs/pictures/${name}.png`)).toBe(true);
  });
});
