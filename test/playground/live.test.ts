import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile } from "../../playground/live/compile.ts";
import { type Project, sample, withText } from "../../playground/live/project.ts";
import { codeIn, decodeProject, encodeProject } from "../../playground/live/share.ts";
import { REPOSITORY } from "../adapters/project.ts";
import { requires } from "../requirements.ts";
import { startDevServer } from "./page-support/playground.ts";
import { START_TIMEOUT, Visit } from "./page-support/visit.ts";
import { NARROW, type Scheme, Visitor, WIDE } from "./page-support/visitor.ts";

const hasChromium = requires("chromium");
const MINUTES = 60_000;
/** What the page says of the size of the compiler before the server has told. */
const STATED_BYTES = 3_660_000;

let site: string;
let visit: Visit<string>;
let visitor: Visitor;
let page: Page;

const open = async (hash: string) => {
  await page.goto("about:blank");
  await page.goto(`${visit.url}#/live${hash}`);
  await page.waitForSelector('.live-bar[data-status="ready"]');
};
const write = async (text: string) => {
  await page.locator(".live-source .cm-content").click();
  await page.keyboard.press("Control+a");
  // As pasted: typed text would be completed by the editor, bracket by bracket.
  await page.keyboard.insertText(text);
};
/** The text of an editor, whole: only what is in sight is in the document. */
const textIn = (part: "source" | "output") =>
  page.locator(`.live-${part} .cm-content`).evaluate((content) => {
    const { cmTile, cmView } = content as unknown as Record<"cmTile" | "cmView", { view: { state: { doc: object } } }>;
    return String((cmTile ?? cmView).view.state.doc);
  });
const highlighted = () => page.locator(".live-output .cm-inserted").allTextContents();
const problems = () => page.locator(".live-problems li").allTextContents();

beforeAll(async () => {
  if (!hasChromium) return;
  visit = await Visit.ofSite("/some/where/");
  ({ place: site, visitor, page } = visit);
  await page.setViewportSize(WIDE);
}, START_TIMEOUT);

afterAll(() => visit?.end(), START_TIMEOUT);

describe.runIf(hasChromium)("the source → output view, in a built site under a path of its own", () => {
  it("tells how much of the compiler is loaded, and jumps nowhere when it is there", async () => {
    let release = () => {};
    const held = new Promise<void>((go) => {
      release = go;
    });
    await page.route("**/compiler.worker-*.js", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${visit.url}#/live`);
    await page.waitForSelector('.live-bar[data-status="loading"] progress');
    expect(await page.locator(".live-bar").textContent()).toMatch(/Loading the compiler.* about 3\.7 MB/);
    expect(await textIn("source")).toBe(sample.files[0]?.text);
    release();
    await page.waitForSelector('.live-bar[data-status="ready"]');
    await page.waitForSelector(".live-functions details");
    await page.unroute("**/compiler.worker-*.js");
    expect(await visitor.shifts()).toBeLessThan(0.01);
  });

  it("states the size that the worker has", () => {
    const name = readdirSync(join(site, "assets")).find((file) => file.startsWith("compiler.worker-")) as string;
    const { size } = statSync(join(site, "assets", name));
    expect(Math.abs(size - STATED_BYTES) / STATED_BYTES).toBeLessThan(0.1);
  });

  it("shows what transform() gives in Node, with what was inserted highlighted", async () => {
    await open("");
    const [main] = compile(sample.files);
    await expect.poll(() => textIn("output")).toBe(main?.code);
    const shown = (await highlighted()).join("");
    const inserted = main?.inserted.map(({ from, to }) => main.code.slice(from, to)).join("");
    expect(shown).toBe(inserted);
  });

  it("follows what is written, and shows each diagnostic at its place, with code and fix", async () => {
    await open("");
    const text =
      "export const a = 1;\n/** @cacheData({ maxEntires: 5 }) */\nexport function f(n: number) { return n; }\n";
    await write(text);
    const [expected] = compile(withText(sample, "main.ts", text).files);
    const problem = expected?.problems[0];
    expect(problem).toMatchObject({ code: "CACHET1008", line: 2 });
    await expect
      .poll(problems)
      .toEqual([`main.ts:2:${problem?.column} CACHET1008 ${problem?.message} ${problem?.fix}`]);
    expect(await page.locator(".live-source .cm-lintRange-error").textContent()).toBe("maxEntires");
    expect(await page.locator(".live-source .cm-lint-marker-error").count()).toBe(1);
    await page.locator(".live-place").click();
    await page.waitForSelector(".live-source .cm-focused");
    await page.keyboard.insertText("maxEntries: 1, ");
    await expect.poll(() => textIn("source")).toContain("{ maxEntries: 1, maxEntires: 5 }");
    await write("/** @cacheData */ export function f(");
    await expect.poll(async () => (await problems())[0]).toMatch(/^main\.ts:1:\d+ TS1\d+/);
    await write(text.replace("maxEntires", "maxEntries"));
    await expect.poll(problems).toEqual([]);
    await expect
      .poll(() => textIn("output"))
      .toBe(compile([{ name: "main.ts", text: text.replace("maxEntires", "maxEntries") }])[0]?.code);
  });

  it("shows what a code hash covers, and which declaration an edit of a helper changes", async () => {
    await open("");
    const tree = page.locator('.live-functions details[data-id="app/src/main.ts#convert"] .tree');
    await expect.poll(() => tree.locator("code").allTextContents()).toEqual(["convert", "fetchRates", "BASE", "round"]);
    await page.getByRole("button", { name: "helper.ts", exact: true }).click();
    const helper = sample.files[1]?.text.replace("* 100)", "* 1000)") as string;
    await write(helper);
    const convert = page.locator('.live-functions details[data-id="app/src/main.ts#convert"]');
    await expect
      .poll(() => convert.locator(".live-change").textContent())
      .toBe("Cold: changed value round (helper.ts:8).");
    const connect = page.locator('.live-functions details[data-id="app/src/main.ts#connect"]');
    expect(await connect.locator(".live-change").textContent()).toContain("entries stay");
    const [main] = compile(withText(sample, "helper.ts", helper).files);
    expect(await convert.locator(".live-hash").textContent()).toBe(main?.functions[0]?.hash);
  });

  it("carries the files in the address, there and back", async () => {
    await open("");
    await page.getByRole("button", { name: "helper.ts", exact: true }).click();
    await page.getByRole("button", { name: "Add a file" }).click();
    await write("export const ø = '✓';");
    const files = [...sample.files, { name: "file-3.ts", text: "export const ø = '✓';" }];
    // Browsers may deflate in another way than Node does.
    await expect.poll(() => decodeProject(codeIn(page.url()) ?? "")).toEqual({ files, open: "file-3.ts" });
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await expect.poll(() => textIn("source")).toBe("export const ø = '✓';");
    await page.getByRole("button", { name: "Remove file-3.ts" }).click();
    await expect.poll(() => textIn("source")).toBe(sample.files[0]?.text);
  });

  it("takes another link while it is open, and says of a damaged one that it is", async () => {
    await open("");
    const other: Project = {
      files: [{ name: "a.ts", text: "/** @cacheData */ export const f = () => 1;" }],
      open: "a.ts",
    };
    const code = await encodeProject(other);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/live?code=${code}`);
    await expect.poll(() => textIn("output")).toBe(compile(other.files)[0]?.code);
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#/live?code=${code.slice(0, -9)}`,
    );
    await expect.poll(() => page.locator(".live [role=alert]").textContent()).toContain("can't be read");
    expect(await textIn("source")).toBe(other.files[0]?.text);
  });

  it("keeps up with fast typing, and shows the newest text in the end", async () => {
    await open("");
    await write("");
    await page.keyboard.type("/** @cacheData */ export function typed(n: number) return n; }", { delay: 0 });
    await expect.poll(() => textIn("output")).toBe(await textIn("source"));
    expect(await textIn("source")).toMatch(/^\/\*\* @cacheData \*\/ export function typed\(n: number\) return n; }/);
  });

  it("says so where the compiler can't be loaded, and tries again", async () => {
    await page.goto("about:blank");
    await page.route("**/compiler.worker-*.js", (route) => route.abort());
    await page.goto(`${visit.url}#/live`);
    await expect.poll(() => page.locator(".live-bar").textContent()).toContain("could not be loaded");
    await page.unroute("**/compiler.worker-*.js");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector('.live-bar[data-status="ready"]');
    visitor.problems.length = 0;
  });

  const looks = [
    { look: "wide-light", size: WIDE, scheme: "light" },
    { look: "narrow-dark", size: NARROW, scheme: "dark" },
    { look: "narrow-light", size: NARROW, scheme: "light" },
    { look: "wide-dark", size: WIDE, scheme: "dark" },
  ] satisfies { look: string; size: object; scheme: Scheme }[];

  it.each(looks)("can be used by everybody: $look", async ({ look, size, scheme }) => {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme });
    await open("");
    await page.waitForSelector(".live-functions details");
    await page.waitForSelector(".live-output .cm-inserted");
    await visitor.screenshot(`live-${look}`);
    expect(await visitor.overhang()).toBe(0);
    expect(await visitor.shifts()).toBeLessThan(0.01);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.problems).toEqual([]);
  });

  it("can be left with the Tab key: the editor does not keep it", async () => {
    await page.setViewportSize(WIDE);
    await open("");
    await page.locator(".live-source .cm-content").focus();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement?.closest('.live-source .cm-content') === null")).toBe(true);
    expect(await textIn("source")).toBe(sample.files[0]?.text);
  });
});

describe.runIf(hasChromium)("the source → output view under the dev server", () => {
  it(
    "loads its compiler and transforms, without a word on the console",
    async () => {
      const cache = join(REPOSITORY, ".cache/live-dev-server");
      const dev = await startDevServer(join(REPOSITORY, "playground"), { PLAYGROUND_CACHE: cache });
      const there = await Visitor.arrive(page.context(), dev.url);
      try {
        await there.page.goto(`${dev.url}#/live`);
        await there.page.waitForSelector(".live-functions details", { timeout: MINUTES });
        expect(await there.page.locator(".live-bar").textContent()).toMatch(/^Transformed in \d+ ms/);
        expect(there.problems).toEqual([]);
      } finally {
        await there.page.close();
        await dev.stop();
      }
    },
    2 * MINUTES,
  );
});
