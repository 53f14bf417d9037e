import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../adapters/package.ts";
import { REPOSITORY } from "../adapters/project.ts";
import { openBrowser, type Running } from "../stores/browser.ts";
import { startDevServer } from "./page-support/playground.ts";
import { type Scheme, Visitor } from "./page-support/visitor.ts";

/** `UPDATE_PICTURES=1 npx vitest run test/playground/pictures.test.ts` takes them anew. */
const update = process.env["UPDATE_PICTURES"] === "1";
const SCHEMES: readonly Scheme[] = ["light", "dark"];
const LARGEST = 180_000;

interface Picture {
  width: number;
  height: number;
  show(visitor: Visitor): Promise<void>;
}

/** What is in the README, and how it comes about. */
const PICTURES: Record<string, Picture> = {
  weather: {
    width: 1040,
    height: 600,
    async show(visitor) {
      await visitor.open("weather");
      await visitor.page.getByLabel("Days to average").fill("31");
      await visitor.page.waitForSelector("text=1 hit, 1 miss");
    },
  },
  flights: {
    width: 1040,
    height: 900,
    async show(visitor) {
      const { page } = visitor;
      await visitor.open("flights");
      await page.getByLabel("Hours per bar").fill("2");
      await page.waitForSelector("text=1 hit, 1 miss");
      await page.getByRole("button", { name: "Inspector" }).click();
      await page.waitForSelector("text=Why did this run?");
      await page.waitForTimeout(300);
    },
  },
  live: {
    width: 1240,
    height: 640,
    async show({ page, url }) {
      await page.goto(`${url}#/live`);
      await page.waitForSelector("text=Transformed in", { timeout: 60_000 });
      await page.waitForTimeout(500);
    },
  },
};

/** What other tests take: the panel in `test/package/foreign-panel.test.ts`, the editor in `test/tools/heavy/vscode.test.ts`. */
const TAKEN_ELSEWHERE = ["panel", "editor"];

const pathOf = (name: string) => join(REPOSITORY, "docs/pictures", `${name}.png`);
const inSchemes = (ids: string[]) => ids.flatMap((id) => SCHEMES.map((scheme) => `${id}-${scheme}`));
const names = inSchemes(Object.keys(PICTURES));

if (update) {
  describe("taking the pictures", () => {
    let store: string;
    let server: Running;
    let profile: string;
    let browser: BrowserContext;

    beforeAll(async () => {
      buildPackage();
      mkdirSync(join(REPOSITORY, "docs/pictures"), { recursive: true });
      store = mkdtempSync(join(tmpdir(), "cachet-pictures-store-"));
      const folders = { CACHET_DIR: store, PLAYGROUND_CACHE: join(REPOSITORY, ".cache/pictures-dev-server") };
      server = await startDevServer(join(REPOSITORY, "playground"), folders);
      profile = mkdtempSync(join(tmpdir(), "cachet-pictures-"));
      browser = await openBrowser(profile);
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      if (store) rmSync(store, { recursive: true, force: true });
      if (profile) rmSync(profile, { recursive: true, force: true });
    }, 60_000);

    it.each(names)("%s", async (name) => {
      const [id, scheme] = name.split("-") as [string, Scheme];
      const visitor = await Visitor.arrive(browser, server.url);
      const { width, height, show } = PICTURES[id] as Picture;
      await visitor.page.setViewportSize({ width, height });
      await visitor.page.emulateMedia({ colorScheme: scheme });
      await show(visitor);
      await visitor.page.screenshot({ path: pathOf(name) });
      await visitor.page.close();
    });
  });
}

describe("the pictures in the README", () => {
  it.each([...names, ...inSchemes(TAKEN_ELSEWHERE)])("%s is there, is shown, and is small", (name) => {
    expect(statSync(pathOf(name)).size).toBeLessThan(LARGEST);
    const readme = readFileSync(join(REPOSITORY, "README.md"), "utf8");
    expect(readme.includes(`docs/pictures/${name}.png`)).toBe(true);
  });
});
