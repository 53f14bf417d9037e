import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examples } from "../../playground/examples/index.ts";
import { requires } from "../requirements.ts";
import { openBrowser } from "../stores/browser.ts";
import { buildPackage, Copy, type Running, startDevServer } from "./page-support/playground.ts";
import { NARROW, type Scheme, Visitor, WIDE } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");
const PAGES = ["start", "weather", "flights", "stocks", "texts", "report", "server"];
const ALL = [...PAGES, ...examples.map(({ file }) => `example/${file.replace(".ts", "")}`)];
const MINUTES = 60_000;

let copy: Copy;
let server: Running;
let profile: string;
let browser: BrowserContext;
let visitor: Visitor;

beforeAll(async () => {
  if (!hasChromium) return;
  buildPackage();
  copy = new Copy();
  server = await startDevServer(copy.root, { CACHET_DIR: join(copy.root, ".store") });
  profile = mkdtempSync(join(tmpdir(), "cachet-playground-"));
  browser = await openBrowser(profile);
  visitor = await Visitor.arrive(browser, server.url);
}, 3 * MINUTES);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  copy?.remove();
  if (profile) rmSync(profile, { recursive: true, force: true });
}, MINUTES);

describe.runIf(hasChromium)("each page of the playground", () => {
  const looks = [
    { look: "wide, light", size: WIDE, scheme: "light" },
    { look: "narrow, dark", size: NARROW, scheme: "dark" },
  ] satisfies { look: string; size: object; scheme: Scheme }[];

  describe.each(looks)("$look", ({ look, size, scheme }) => {
    beforeAll(async () => {
      await visitor.page.setViewportSize(size);
      await visitor.page.emulateMedia({ colorScheme: scheme });
    });

    it.each(ALL)("%s runs to its end, fits, does not jump and can be used by everybody", async (id) => {
      visitor.problems.length = 0;
      await visitor.open(id);
      await visitor.screenshot(`${id} ${look}`.replaceAll(/[ ,]+/g, "-"));
      expect(visitor.problems).toEqual([]);
      expect(await visitor.page.locator('[role="alert"]').count()).toBe(0);
      expect(await visitor.overhang()).toBe(0);
      expect(await visitor.shifts()).toBeLessThan(0.01);
      expect(await visitor.violations()).toEqual([]);
    });
  });
});
