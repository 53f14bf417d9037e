import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { START_TIMEOUT, Visit } from "./page-support/visit.ts";
import { NARROW, type Visitor, WIDE } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");

let visit: Visit;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  if (!hasChromium) return;
  visit = await Visit.ofCopy();
  ({ visitor, page } = visit);
}, START_TIMEOUT);

beforeEach(async () => {
  visitor.problems.length = 0;
  await page?.setViewportSize(WIDE);
});

afterAll(() => visit?.end(), START_TIMEOUT);

/** Waits for a value; the machine may be busy with something else. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });

/** `2 hits, 1 miss` of the status line; how long it took is another matter on each machine. */
const figures = async () => (await visitor.status()).replace(/^ran in [\d.]+ m?s – /, "");

const slide = (label: string, value: number) => page.getByLabel(label).fill(String(value));

describe.runIf(hasChromium)("a rerun", () => {
  it("answers from the cache what it has computed, and computes what is new", async () => {
    await visitor.open("flights");
    expect(await figures()).toBe("0 hits, 2 misses");
    await slide("Hours per bar", 2);
    await eventually(figures).toBe("1 hit, 1 miss");
    await slide("Hours per bar", 1);
    await eventually(figures).toBe("1 hit, 0 misses");
  });

  it("runs again what a button clears", async () => {
    await visitor.open("start");
    expect(await figures()).toBe("0 hits, 1 miss");
    const primes = await page.locator(".metric dd").first().textContent();
    expect(primes).toBe("148,933");
    await slide("Millions of numbers to look at", 1);
    await eventually(async () => page.locator(".metric dd").first().textContent()).toBe("78,498");
    await slide("Millions of numbers to look at", 2);
    await eventually(figures).toBe("1 hit, 0 misses");
    await page.getByRole("button", { name: "Clear this result" }).click();
    await eventually(figures).toBe("0 hits, 1 miss");
    await page.getByRole("button", { name: "Clear all results" }).click();
    await page.waitForSelector('[data-busy="true"]');
    await page.waitForSelector('[data-busy="false"]');
    expect(await figures()).toBe("0 hits, 1 miss");
  });

  it("lets the newest of many win, and drops those between", async () => {
    await visitor.open("start");
    await page.getByRole("button", { name: "Clear all results" }).click();
    await page.evaluate(async () => {
      const slider = document.querySelector("input[type=range]") as HTMLInputElement;
      for (const value of [3, 4, 5, 4, 3, 4, 5, 4, 3, 4, 3, 1]) {
        slider.value = String(value);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    await page.waitForSelector('[data-busy="false"]', { timeout: 30_000 });
    expect(await page.locator(".metric dd").first().textContent()).toBe("78,498");
    expect(await page.locator("output").textContent()).toBe("1");
    // Those between were never run.
    await slide("Millions of numbers to look at", 5);
    await eventually(figures).toBe("0 hits, 1 miss");
  });

  it("shows again what a cached function shows, and keys it by the widget it reads [B267][B275][B288]", async () => {
    await visitor.open("report");
    expect(await figures()).toBe("0 hits, 2 misses");
    const rows = () => page.locator("tbody tr").count();
    expect(await rows()).toBe(10);
    await slide("Airports to list", 20);
    await eventually(rows).toBe(20);
    expect(await figures()).toBe("1 hit, 1 miss");
    await slide("Airports to list", 10);
    await eventually(figures).toBe("1 hit, 0 misses");
    expect(await rows()).toBe(10);
    expect(await page.getByRole("heading", { name: "Airports of AK" }).count()).toBe(1);
    expect(await page.getByLabel("Airports to list").count()).toBe(1);
    expect(await page.locator(".metric").count()).toBe(2);
  });

  it("keeps what widgets are set to while another page is open, and its place in the list", async () => {
    await visitor.open("stocks");
    await page.getByRole("checkbox", { name: "GOOG" }).check();
    await eventually(figures).toBe("4 hits, 1 miss");
    await page.getByRole("link", { name: "Texts" }).click();
    await page.waitForSelector('h1:has-text("How positive")');
    await page.getByRole("link", { name: "Stocks" }).click();
    await eventually(figures).toBe("5 hits, 0 misses");
    expect(await page.getByRole("checkbox", { name: "GOOG" }).isChecked()).toBe(true);
    expect(await page.locator("[aria-current=page]").textContent()).toBe("Stocks");
  });

  it("runs at each letter of a text and keeps the focus", async () => {
    await visitor.open("texts");
    const field = page.getByLabel("A text");
    await field.focus();
    await field.press("Control+A");
    await page.keyboard.type("awful", { delay: 15 });
    await eventually(() => page.locator(".note").textContent()).toBe("That does not sound good.");
    expect(await field.inputValue()).toBe("awful");
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe.runIf(hasChromium)("a result that takes a while", () => {
  it.each([WIDE, NARROW])("shows that it is coming, and moves nothing when it is there (%o)", async (size) => {
    await page.setViewportSize(size);
    await visitor.open("start");
    await slide("Millions of numbers to look at", 4);
    await page.waitForSelector("text=Counting primes…");
    expect(await page.locator(".item.is-old .metric").count()).toBe(1);
    await eventually(() => page.locator(".metric dd").first().textContent()).toBe("283,146");
    expect(await page.locator(".item.is-old").count()).toBe(0);
    expect(await visitor.shifts()).toBeLessThan(0.01);
  });

  it("leaves a page at once for another one, which comes as soon as it can", async () => {
    await visitor.open("start");
    await slide("Millions of numbers to look at", 5);
    await page.waitForSelector("text=Counting primes…");
    await page.getByRole("link", { name: "Stocks" }).evaluate((link: HTMLElement) => link.click());
    await page.waitForSelector('h1:has-text("What a hundred dollars became")', { timeout: 30_000 });
    expect(await page.locator(".metric").count()).toBe(0);
    expect(await figures()).toBe("0 hits, 4 misses");
  });
});

describe.runIf(hasChromium)("a reload", () => {
  it("finds persisted results in the browser's database [B189]", async () => {
    await visitor.open("weather");
    await page.reload();
    await visitor.settled();
    expect(await figures()).toBe("1 hit, 1 miss");
  });
});

describe.runIf(hasChromium)("without a mouse", () => {
  it("reaches the page, its widgets and its code by the keyboard", async () => {
    await visitor.open("flights");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("range");
    await page.keyboard.press("ArrowRight");
    await eventually(() => page.locator("output").textContent()).toBe("2");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Mean delays");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "Source of pages/flights.ts",
    );
  });

  it("opens the list of pages in a narrow window, closes it by Escape, and moves to the page that was chosen", async () => {
    await page.setViewportSize(NARROW);
    await visitor.open("stocks");
    const list = page.getByRole("navigation", { name: "Pages" });
    expect(await list.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Pages" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => list.isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    await expect.poll(() => list.isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Weather" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector('h1:has-text("Weather in Seattle")');
    await expect.poll(() => list.isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await page.getByRole("button", { name: "Code" }).click();
    expect(await page.locator(".code").isVisible()).toBe(true);
    expect(await page.locator(".result").isVisible()).toBe(false);
  });
});

describe.runIf(hasChromium)("the theme", () => {
  it("follows the system until somebody chooses, and is kept over a reload", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await visitor.open("texts");
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.emulateMedia({ colorScheme: "light" });
    const light = await background();
    expect(light).not.toBe(dark);
    await page.getByLabel("Theme").selectOption("dark");
    expect(await background()).toBe(dark);
    await page.reload();
    expect(await background()).toBe(dark);
    await page.getByLabel("Theme").selectOption("system");
    expect(await background()).toBe(light);
  });
});
