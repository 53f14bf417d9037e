import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import type { Copy } from "./page-support/playground.ts";
import { START_TIMEOUT, Visit } from "./page-support/visit.ts";
import type { Visitor } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");

let copy: Copy;
let visit: Visit<Copy>;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  if (!hasChromium) return;
  visit = await Visit.ofCopy();
  ({ place: copy, visitor, page } = visit);
}, START_TIMEOUT);

afterAll(() => visit?.end(), START_TIMEOUT);

const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });
const withoutTime = (status: string) => status.replace(/^ran in [\d.]+ m?s – /, "");
const figures = async () => withoutTime(await visitor.status());
const firstMean = () => page.locator("tbody tr td").nth(2).textContent();

/** Notes what is told of each run from now on: a write that the watcher sees as two makes the script run twice. */
const noteStatuses = () =>
  page.evaluate(() => {
    const statuses: string[] = [];
    Object.assign(window, { statuses });
    new MutationObserver(() => statuses.push(document.querySelector('[role="status"]')?.textContent ?? "")).observe(
      document.body,
      { childList: true, characterData: true, subtree: true },
    );
  });
const statuses = async () =>
  (await page.evaluate(() => (window as { statuses?: string[] }).statuses ?? [])).map(withoutTime);

/** Marks the document, so that a reload of it can be told from an update. */
const stay = () => page.evaluate(() => Object.assign(window, { stayed: true }));
const stayed = () => page.evaluate(() => (window as { stayed?: boolean }).stayed === true);

describe.runIf(hasChromium)("an edit while a page is open", () => {
  it("of a helper makes cold what reaches it, and leaves the live resource", async () => {
    await visitor.open("flights");
    await stay();
    expect(await firstMean()).toBe("41.86");
    expect(await figures()).toBe("0 hits, 2 misses");
    await noteStatuses();
    copy.edit("pages/support/bins.ts", "sum / (counts[bin] ?? 1)", "(2 * sum) / (counts[bin] ?? 1)");
    await eventually(firstMean).toBe("83.73");
    // The miss is the function that reaches the helper; the hit is the table of flights, which it asked for.
    await eventually(statuses).toContain("1 hit, 1 miss");
    expect(await stayed()).toBe(true);
  });

  it("of its comments and layout runs the script again, but no cached function", async () => {
    await visitor.open("flights");
    await stay();
    copy.edit("pages/flights.ts", "/** @cacheData */", "// A remark.\n\n/** @cacheData */");
    copy.edit("pages/flights.ts", 'ui.title("Delays of', 'ui.title("The delays of');
    await eventually(() => page.locator("h1").textContent()).toBe("The delays of 200,000 flights");
    await eventually(figures).toBe("1 hit, 0 misses");
    expect(await stayed()).toBe(true);
  });

  it("shows the new code beside the page", async () => {
    await visitor.open("flights");
    await page.getByRole("button", { name: "pages/support/bins.ts" }).click();
    await eventually(() => page.locator(".code-text").textContent()).toContain("(2 * sum)");
    copy.edit("pages/support/bins.ts", "(2 * sum)", "(3 * sum)");
    await eventually(() => page.locator(".code-text").textContent()).toContain("(3 * sum)");
  });

  it("of a script keeps what its widgets are set to", async () => {
    await visitor.open("stocks");
    await stay();
    await page.getByRole("checkbox", { name: "AAPL" }).check();
    copy.edit("pages/stocks.ts", 'What a hundred dollars became")', 'What became of a hundred dollars")');
    await eventually(() => page.locator("h1").textContent()).toBe("What became of a hundred dollars");
    expect(await page.getByRole("checkbox", { name: "AAPL" }).isChecked()).toBe(true);
    expect(await stayed()).toBe(true);
  });

  it("of a widget's range forgets a value outside of it", async () => {
    await visitor.open("weather");
    const slider = page.getByLabel("Days to average");
    await slider.fill("61");
    await eventually(() => page.locator(".legend").textContent()).toBe("mean of 61 days");
    copy.edit("pages/weather.ts", '"Days to average", 1, 61, 15', '"Days to average", 1, 31, 9');
    await eventually(() => page.locator(".legend").textContent()).toBe("mean of 9 days");
    expect(await slider.inputValue()).toBe("9");
    expect(await page.locator("output").textContent()).toBe("9");
  });

  it("of an example plays the new one", async () => {
    await visitor.open("example/hash-date");
    await stay();
    copy.edit("examples/hash-date.ts", "`report of ${dayOf(date)}`", "`the report of ${dayOf(date)}`");
    await eventually(() => page.locator(".script .caption").first().textContent()).toBe("the report of 2026-05-04");
    expect(await stayed()).toBe(true);
  });

  it("that fails is told where it happened, and is gone when it is mended", async () => {
    await visitor.open("texts");
    copy.edit(
      "pages/texts.ts",
      "const score = rate(text);",
      'ui.slider("A text", 0, 1, 0, { key: "text A text" }); const score = rate(text);',
    );
    const alert = page.getByRole("alert");
    await eventually(() => alert.count()).toBe(1);
    expect(await alert.textContent()).toContain('two widgets with the key "text A text"');
    expect(await page.getByLabel("A text").count()).toBe(1);
    copy.edit("pages/texts.ts", ' ui.slider("A text", 0, 1, 0, { key: "text A text" });', "");
    await eventually(() => alert.count()).toBe(0);
    await eventually(() => page.locator(".metric").count()).toBe(1);
  });

  it("of a mark that makes no sense is told with its place and the fix", async () => {
    await visitor.open("texts");
    copy.edit("pages/texts.ts", "maxEntries: 100", "maxEntires: 100");
    const overlay = page.locator("vite-error-overlay");
    await eventually(() => overlay.count()).toBe(1);
    const told = await overlay.evaluate((element) => element.shadowRoot?.textContent ?? "");
    expect(told).toMatch(/maxEntires.*maxEntries/s);
    expect(told).toContain("pages/texts.ts:4");
    copy.edit("pages/texts.ts", "maxEntires: 100", "maxEntries: 100");
    await eventually(() => overlay.count()).toBe(0);
  });
});
