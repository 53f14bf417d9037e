import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examples } from "../../playground/examples/index.ts";
import { requires } from "../requirements.ts";
import { openBrowser } from "../stores/browser.ts";
import { buildPackage, buildSite, type Running, repository, serveUnder } from "./page-support/playground.ts";
import { Visitor } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");
const MINUTES = 60_000;
const PAGES = ["start", "weather", "flights", "stocks", "texts", "report", "server"];
const ALL = [...PAGES, ...examples.map(({ file }) => `example/${file.replace(".ts", "")}`)];

let folder: string;
let server: Running;
let profile: string;
let browser: BrowserContext;
let visitor: Visitor;

beforeAll(async () => {
  if (!hasChromium) return;
  buildPackage();
  folder = buildSite(join(repository, "playground"));
  server = await serveUnder("/some/where/else/", folder);
  profile = mkdtempSync(join(tmpdir(), "cachet-site-profile-"));
  browser = await openBrowser(profile);
  visitor = await Visitor.arrive(browser, server.url);
}, 3 * MINUTES);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  for (const made of [folder, profile]) if (made) rmSync(made, { recursive: true, force: true });
}, MINUTES);

describe.runIf(hasChromium)("the built site, on a plain file server, in a folder of it", () => {
  it.each(ALL)("%s runs to its end without a complaint", async (id) => {
    visitor.problems.length = 0;
    await visitor.open(id);
    expect(visitor.problems).toEqual([]);
    expect(await visitor.page.locator('[role="alert"]').count()).toBe(0);
  });

  it("says where an answer is a recorded one", async () => {
    await visitor.open("server");
    expect(await visitor.page.locator(".note").textContent()).toContain("npm run playground");
    expect(await visitor.page.locator(".chart canvas").count()).toBe(1);
  });

  it("finds what it has persisted after a reload [B189]", async () => {
    await visitor.open("weather");
    await visitor.page.reload();
    await visitor.settled();
    expect(await visitor.status()).toContain("1 hit, 1 miss");
  });

  it("says what to do where there is no such page", async () => {
    await visitor.page.goto(`${server.url}#/nowhere`);
    await visitor.page.waitForSelector("text=There is no page");
    await visitor.page.getByRole("link", { name: "Go to the start" }).click();
    await visitor.settled();
    expect(await visitor.page.locator("h1").textContent()).toBe("A comment makes a function cached");
  });
});
