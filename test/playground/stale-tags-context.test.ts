import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { START_TIMEOUT, Visit } from "./page-support/visit.ts";
import { BUSY, type Visitor, WIDE } from "./page-support/visitor.ts";

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
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: BUSY });
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const metrics = () => page.locator(".metric dd:first-of-type").allTextContents();
const choose = (label: string, value: string) => page.getByLabel(label, { exact: true }).selectOption(value);

/** The rows of a table, each as its cells. */
async function rows(name: string): Promise<string[][]> {
  const found = page.getByRole("region", { name }).locator("tbody tr");
  return found.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}

describe.runIf(hasChromium)("a slow source", { timeout: 2 * BUSY }, () => {
  it("is answered for by an old value while one run fetches a new one, and while it is down", async () => {
    await visitor.open("slow-source");
    expect((await metrics()).slice(0, 2)).toEqual(["1", "miss"]);
    await press("Ask again");
    await eventually(metrics).toEqual(["1", "hit", "0 min"]);
    await press("Let 15 minutes pass");
    await eventually(metrics).toEqual(["1", "stale", "15 min"]);
    await eventually(async () => {
      await press("Ask again");
      return (await metrics()).slice(0, 2);
    }).toEqual(["2", "hit"]);
    await choose("The source is", "down");
    await press("Let 15 minutes pass");
    await eventually(metrics).toEqual(["2", "stale", "15 min"]);
    await press("Let 15 minutes pass");
    await eventually(metrics).toEqual(["2", "stale", "30 min"]);
    expect(visitor.problems).toEqual([]);
  });

  it("fails where nothing was kept, and says why", async () => {
    await visitor.open("slow-source");
    await choose("The source is", "down");
    await eventually(async () => (await metrics())[1]).toBe("hit");
    await press("Clear the answer");
    await eventually(async () => (await metrics())[0]).toBe("503 Service Unavailable");
  });
});

describe.runIf(hasChromium)("a shop", { timeout: 2 * BUSY }, () => {
  it("runs again what shows a changed product, and nothing where the change failed", async () => {
    await visitor.open("shop");
    const answers = async () =>
      (await rows("What the shop shows")).map(([shows, now, answer]) => [shows, now, answer].join(": "));
    await press("Set the price");
    await eventually(answers).toEqual([
      "the chair: chair 50: ran",
      "the lamp: lamp 25: cached",
      "all seats: chair 50, bench 90: ran",
      "all lights: lamp 25: cached",
      "the cheapest: lamp 25: ran",
    ]);
    await page.getByLabel("New price").fill("0");
    await press("Set the price");
    await eventually(() => page.locator(".note").textContent()).toContain("Nothing was cleared");
    expect(await answers()).toEqual([
      "the chair: chair 50: cached",
      "the lamp: lamp 25: cached",
      "all seats: chair 50, bench 90: cached",
      "all lights: lamp 25: cached",
      "the cheapest: lamp 25: cached",
    ]);
  });
});

describe.runIf(hasChromium)("a page per user", { timeout: 2 * BUSY }, () => {
  it("shows each user their own orders, and asks for their rights once in each request", async () => {
    await visitor.open("per-user");
    const shown = () => page.locator(".note").textContent();
    const calls = () => rows("Calls in this request");
    expect(await shown()).toBe("orders of ann in May (read, write)");
    expect(await calls()).toEqual([
      ["ordersPage", "0", "1"],
      ["rights", "1", "1"],
    ]);
    await choose("Signed in", "bob");
    await eventually(shown).toBe("orders of bob in May (read)");
    await choose("Signed in", "ann");
    await eventually(shown).toBe("orders of ann in May (read, write)");
    expect(await calls()).toEqual([
      ["ordersPage", "1", "0"],
      ["rights", "1", "1"],
    ]);
    await press("Clear what this user sees");
    await eventually(calls).toEqual([
      ["ordersPage", "0", "1"],
      ["rights", "1", "1"],
    ]);
    await choose("Signed in", "bob");
    await eventually(async () => (await calls())[0]).toEqual(["ordersPage", "1", "0"]);
  });
});
