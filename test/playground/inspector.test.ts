import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import type { Copy } from "./page-support/playground.ts";
import { START_TIMEOUT, Visit } from "./page-support/visit.ts";
import { NARROW, type Scheme, type Visitor, WIDE } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");

const HELPER = "export const scale = (n: number) => n * 10;\n";
const LAB = `
import { stats } from "cachet";
import { scale } from "./lab-helper.ts";
/** @cacheData */
function scaled(n: number, unit = "m") { return scale(n) + unit; }
/** @cacheData({ maxEntries: 2 }) */
function few(n: number) { return [n]; }
/** @cacheData({ ttl: "300ms" }) */
function brief(n: number) { return n; }
/** @cacheData */
async function later(n: number) { await new Promise((go) => setTimeout(go, 2)); if (n === 13) throw new Error("unlucky"); return { n }; }
/** @cacheResource */
function pool(name: string) { return { name, at: scale(1) }; }
/** @cacheResource */
function steady(name: string) { return { name }; }
export const lab = { scaled, few, brief, later, pool, steady };
export { stats };
`;
/** A module of its own: what a module does to globals counts for all of its functions. */
const EXPOSE = `
import * as first from "./lab.ts";
const expose = ({ lab, stats }: typeof first) =>
  Object.assign(window, { lab, stats, updates: ((window as any).updates ?? 0) + 1 });
expose(first);
import.meta.hot?.accept("./lab.ts", (next) => next && expose(next as unknown as typeof first));
`;

let copy: Copy;
let visit: Visit<Copy>;
let visitor: Visitor;
let page: Page;

type Call = [name: string, ...args: unknown[]];

/** Calls functions of the lab, one after the other. */
const call = (...calls: Call[]) =>
  page.evaluate(async (all) => {
    const { lab } = window as unknown as { lab: Record<string, (...args: unknown[]) => unknown> };
    for (const [name, ...args] of all) await Promise.resolve(lab[name as string]?.(...args)).catch(() => {});
  }, calls);

/** The figures that the panel shows, by function name, beside those of `stats()`, read in the same instant. */
const figures = () =>
  page.evaluate(() => {
    const { stats } = window as unknown as { stats(): (Record<string, unknown> & { id: string })[] };
    const shown: Record<string, unknown> = {};
    for (const row of document.querySelectorAll<HTMLElement>(".insp-table tr[data-current=true]")) {
      const cells = [...row.querySelectorAll<HTMLElement>("td[data-value]")].map((cell) =>
        Number(cell.dataset["value"]),
      );
      if (cells.some((cell) => cell !== 0)) shown[row.dataset["id"] as string] = cells;
    }
    const names = ["entries", "hits", "misses", "timeSaved", "bytes"];
    const told = Object.fromEntries(stats().map((row) => [row.id, names.map((name) => row[name])]));
    return { shown, told };
  });

/** As text: Vitest rewrites an import in a function, and the page doesn't know by what. */
const loadLab = () => page.evaluate('import("/lab-expose.ts").then(() => {})');

const row = (name: string) => page.locator(`.insp-table tr[data-id$="lab.ts#${name}"]`);
/** The transformed text, with the code hashes in it. */
const labOnServer = () => page.evaluate('fetch("/lab.ts").then((answer) => answer.text())');

/** Waits for the panel to show why the newest run was one. */
const why = (type: string, text: RegExp) =>
  expect
    .poll(() =>
      page.locator(".insp-reason").evaluate((shown: HTMLElement) => `${shown.dataset["reason"]}: ${shown.textContent}`),
    )
    .toMatch(new RegExp(`^${type}: .*${text.source}`));

beforeAll(async () => {
  if (!hasChromium) return;
  visit = await Visit.ofCopy((made) => {
    writeFileSync(join(made.root, "lab.ts"), LAB);
    writeFileSync(join(made.root, "lab-expose.ts"), EXPOSE);
    writeFileSync(join(made.root, "lab-helper.ts"), HELPER);
  });
  ({ place: copy, visitor, page } = visit);
  await page.setViewportSize(WIDE);
  await visitor.open("start");
  await loadLab();
  await page.getByRole("button", { name: "Inspector" }).click();
  await page.waitForSelector(".insp-table");
}, START_TIMEOUT);

afterAll(() => visit?.end(), START_TIMEOUT);

describe.runIf(hasChromium)("the inspector", () => {
  it("shows the figures of stats(), exactly, after any use", async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const names = ["scaled", "few", "brief", "later", "pool", "steady"];
    for (let round = 0; round < 5; round++) {
      await call(...Array.from({ length: 40 }, (): Call => [names[random(6)] as string, random(15)]));
      if (round === 2) await row("few").getByRole("button", { name: "Clear few" }).click();
      await expect.poll(async () => differing(await figures())).toEqual([]);
    }
    const { shown } = await figures();
    expect(Object.keys(shown).filter((id) => id.includes("lab.ts"))).toHaveLength(6);
  });

  it("shows a function's definition and its entries, and clears one of them", async () => {
    await row("few").getByRole("button", { name: "Clear few" }).click();
    await call(["few", 1], ["few", 2], ["few", 2]);
    await row("few").locator(".insp-name").click();
    const details = page.locator(".insp-details");
    await details.locator("li").nth(1).waitFor();
    const text = await details.textContent();
    expect(text).toMatch(/lab\.ts#few/);
    expect(text).toMatch(/c\d:[0-9a-f]{32}/);
    expect(text).toContain("maxEntries 2");
    expect(await details.locator("li code").allTextContents()).toEqual(["few(n: 2)", "few(n: 1)"]);
    expect(await details.locator("li").first().textContent()).toContain("1 hit ·");
    await details.getByRole("button", { name: "Clear few(n: 2)" }).click();
    await expect.poll(() => details.locator("li code").allTextContents()).toEqual(["few(n: 1)"]);
    await call(["few", 1], ["few", 2]);
    await why("cleared", /Somebody cleared this entry/);
    await row("few").locator(".insp-name").click();
  });

  it("clears a function, and a kind", async () => {
    await call(["scaled", 1], ["pool", "a"], ["steady", "a"], ["few", 1]);
    await page.getByRole("button", { name: "Clear scaled" }).click();
    await expect.poll(() => entriesOf("scaled")).toEqual(["0"]);
    expect(await entriesOf("few")).not.toEqual(["0"]);
    await page.getByRole("button", { name: "Clear all data" }).click();
    await expect.poll(() => entriesOf("scaled", "few")).toEqual(["0", "0"]);
    expect(Number((await entriesOf("steady"))[0])).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Clear all resources" }).click();
    await expect.poll(() => entriesOf("pool", "steady")).toEqual(["0", "0"]);
  });

  it("says why a body ran: new arguments, expired, evicted, cleared, failed before", async () => {
    await call(["scaled", 4, "km"]);
    await call(["scaled", 5, "km"]);
    await why("arguments", /n was 4, is 5/);
    await call(["brief", 1]);
    await page.waitForTimeout(400);
    await call(["brief", 1]);
    await why("expired", /reached its ttl/);
    await call(["few", 1], ["few", 2], ["few", 3], ["few", 1]);
    await why("evicted", /maxEntries/);
    await page.getByRole("button", { name: "Clear few" }).click();
    await call(["few", 1]);
    await why("cleared", /cleared the function/);
    await call(["later", 13], ["later", 13]);
    await why("failed", /threw/);
  });

  it("lists events as they come, and holds still when asked to", async () => {
    await call(["steady", "live"], ["steady", "live"]);
    await expect
      .poll(() => page.locator(".insp-lines li").first().textContent())
      .toMatch(/hit.*steady\(name: "live"\).*from memory/);
    await page.getByRole("button", { name: "Hold" }).click();
    await call(["steady", "unseen"]);
    await page.waitForTimeout(300);
    expect(await page.locator(".insp-lines").textContent()).not.toContain("unseen");
    await page.getByRole("button", { name: "Hold" }).click();
    await expect.poll(() => page.locator(".insp-lines").textContent()).toContain("unseen");
  });

  it("shows what an edit of a helper made cold, which declaration is to blame, and what stayed live", async () => {
    await call(["scaled", 1], ["pool", "db"], ["steady", "db"], ["few", 1]);
    copy.edit("lab-helper.ts", "n * 10", "n * 100");
    await page.waitForSelector('.insp-edits [data-cold$="#pool"]');
    const edits = page.locator(".insp-edits li").first();
    const cold = await edits
      .locator("[data-cold]")
      .evaluateAll((all) => all.map((each) => each.getAttribute("data-cold")));
    expect(cold.map((id) => id?.split("#")[1]).sort()).toEqual(["pool", "scaled"]);
    expect(await edits.locator('[data-cold$="#pool"]').textContent()).toMatch(
      /pool, 1 entry gone: changed value scale \(lab-helper\.ts:1\)/,
    );
    expect(await edits.locator('[data-stayed$="#steady"]').textContent()).toMatch(/steady, \d+ entr/);
    expect(await edits.locator('[data-stayed$="#pool"]').count()).toBe(0);
    await page.waitForFunction("updates === 2");
    await call(["few", 1], ["steady", "db"], ["scaled", 1]);
    await why("code", /Changed: value scale \(lab-helper\.ts:1\)/);
  });

  it("says that an edit which changes no code hash made nothing cold", async () => {
    copy.edit("lab.ts", "import { scale }", "// a comment\nimport { scale }");
    await page.waitForFunction("updates === 3");
    await expect.poll(() => page.locator(".insp-edits li").first().textContent()).toContain("No code hash changed");
  });

  it("knows after a reload which code is another one", async () => {
    await call(["scaled", 1]);
    await visitor.open("start");
    const before = await labOnServer();
    copy.edit("lab-helper.ts", "n * 100", "n * 1000");
    await expect.poll(labOnServer).not.toBe(before);
    await loadLab();
    await page.getByRole("button", { name: "Inspector" }).click();
    await call(["few", 1]);
    await why("first", /not called before/);
    await call(["scaled", 1]);
    await why("code", /Changed: value scale \(lab-helper\.ts:1\)/);
  });

  const looks = [
    { look: "wide-light", size: WIDE, scheme: "light" },
    { look: "narrow-dark", size: NARROW, scheme: "dark" },
    { look: "wide-dark", size: WIDE, scheme: "dark" },
  ] satisfies { look: string; size: object; scheme: Scheme }[];

  it.each(looks)("can be used by everybody: $look", async ({ look, size, scheme }) => {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    await call(["few", 1], ["few", 2], ["few", 3]);
    if ((await page.locator(".insp-details").count()) === 0) await row("few").locator(".insp-name").click();
    await page.waitForSelector(".insp-details li");
    await visitor.screenshot(`inspector-${look}`);
    expect(await visitor.overhang()).toBe(0);
    expect(
      await page.evaluate(() => {
        const panel = document.querySelector(".inspector") as HTMLElement;
        return panel.scrollWidth - panel.clientWidth;
      }),
    ).toBe(0);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.problems).toEqual([]);
  });

  it("can be used with the keyboard alone", async () => {
    await page.setViewportSize(WIDE);
    await page.locator(".insp-filter input").focus();
    await page.keyboard.type("lab.ts#few");
    await expect.poll(() => page.locator(".insp-table tr[data-id]").count()).toBe(1);
    await page.keyboard.press("Tab");
    const before = await page.locator(".insp-name").getAttribute("aria-expanded");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator(".insp-name").getAttribute("aria-expanded")).not.toBe(before);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => entriesOf("few")).toEqual(["0"]);
  });
});

const entriesOf = (...names: string[]) =>
  Promise.all(names.map((name) => row(name).locator("td[data-value]").first().textContent()));

/** Function ids whose shown figures are not those of `stats()`. */
function differing({ shown, told }: Awaited<ReturnType<typeof figures>>): string[] {
  const ids = new Set([...Object.keys(shown), ...Object.keys(told)]);
  return [...ids].filter((id) => JSON.stringify(shown[id]) !== JSON.stringify(told[id]));
}
