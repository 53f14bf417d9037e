import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environment, REPOSITORY } from "../../adapters/project.ts";
import { commit, write } from "../../cli/bin.ts";
import { type ForeignProject, installPacked } from "../../package/foreign-project.ts";
import { openBrowser } from "../../stores/browser.ts";
import { VsCodeServer } from "../vscode-server.ts";

/** `UPDATE_PICTURES=1 npx vitest run --config test/tools/vitest.config.ts vscode` takes those of the README anew. */
const update = process.env["UPDATE_PICTURES"] === "1";
const SLOWLY = { timeout: 60_000 };
const EXTENSION = join(REPOSITORY, "editors/vscode");

const RATES = `export const RATES: Record<string, number> = { EUR: 1, USD: 1.09, CHF: 0.94 };

export function convert(amount: number, currency: string): number {
  return Math.round(amount * (RATES[currency] ?? 1) * 100) / 100;
}
`;
const FILES = {
  "package.json": '{ "name": "shop", "type": "module", "private": true }',
  "tsconfig.json": '{ "compilerOptions": { "module": "nodenext", "target": "es2023" }, "include": ["src"] }',
  ".gitignore": "node_modules\n*.tgz\n",
  "src/rates.ts": RATES,
  "src/catalog.ts": `import { convert } from "./rates.js";

export interface Product {
  id: number;
  name: string;
  price: number;
}

/** @cacheData({ ttl: "1h", stale: "1d", tags: ["products"] }) */
export async function product(id: number, currency: string): Promise<Product> {
  const response = await fetch(\`https://shop.example/products/\${id}\`);
  const found = (await response.json()) as Product;
  return { ...found, price: convert(found.price, currency) };
}

/** @cacheData({ ttl: "5 minutes" }) */
export async function search(words: string): Promise<Product[]> {
  const response = await fetch(\`https://shop.example/search?q=\${words}\`);
  return (await response.json()) as Product[];
}
`,
};

describe("the extension in VS Code itself", () => {
  const code = new VsCodeServer();
  let project: ForeignProject;
  let profile: string;
  let browser: BrowserContext;

  beforeAll(async () => {
    execFileSync("npm", ["run", "vscode"], { cwd: REPOSITORY, env: environment(), stdio: "pipe" });
    project = installPacked(FILES, ["typescript@6.0.3"]);
    commit(project.root);
    write(project.root, { "src/rates.ts": RATES.replace("amount *", "amount * 1.1 *") });
    code.install();
    await code.start(join(EXTENSION, "dist/cachet.vsix"));
    profile = mkdtempSync(join(tmpdir(), "cachet-profile-"));
    browser = await openBrowser(profile);
  });
  afterAll(async () => {
    await browser?.close();
    await code.stop();
    project?.remove();
    if (profile) rmSync(profile, { recursive: true, force: true });
  });

  const lensesOf = (page: Page) => page.locator(".codelens-decoration a");
  const rowsOf = (page: Page, where: string) => page.locator(`${where} .monaco-list-row`);

  async function open(scheme: "light" | "dark"): Promise<Page> {
    write(project.root, { "src/catalog.ts": FILES["src/catalog.ts"] });
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 1240, height: 560 });
    await page.goto(code.urlOf(project.root, "src/catalog.ts"));
    await lensesOf(page).filter({ hasText: "cold since HEAD" }).waitFor();
    return page;
  }

  it.each(["light", "dark"] as const)(
    "shows lenses, what a hash covers, completion and quick fixes, %s",
    async (scheme) => {
      const page = await open(scheme);
      const lenses = ["covers 3 declarations in 2 files · cold since HEAD", "covers 1 declaration in 1 file"];
      await expect.poll(() => lensesOf(page).allTextContents(), SLOWLY).toEqual(lenses);
      await lensesOf(page).first().click();
      const convert = rowsOf(page, ".pane-body").filter({ hasText: "convert" });
      await convert.locator(".monaco-tl-twistie").click();
      const rates = rowsOf(page, ".pane-body").filter({ hasText: /RATES/ });
      expect(await rates.textContent()).toContain("src/rates.ts:1");
      const mark = page.locator(".view-line", { hasText: "5 minutes" });
      await mark.click();
      await page.keyboard.press("End");
      for (let left = 0; left < 6; left++) await page.keyboard.press("ArrowLeft");
      await page.keyboard.type(", max", { delay: 80 });
      const suggested = rowsOf(page, ".suggest-widget");
      await suggested.filter({ hasText: "maxEntries" }).waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.type("Entires: 500", { delay: 40 });
      await page.keyboard.press("Escape");
      await page.locator(".squiggly-error").first().waitFor();
      for (let left = 0; left < 8; left++) await page.keyboard.press("ArrowLeft");
      const fix = rowsOf(page, ".action-widget").filter({ hasText: "Write maxEntries" });
      await expect
        .poll(async () => {
          if (!(await fix.isVisible())) await page.keyboard.press("Control+.");
          await page.waitForTimeout(2000);
          return fix.isVisible();
        }, SLOWLY)
        .toBe(true);
      // It is wrong for the moment.
      expect(await lensesOf(page).allTextContents()).toEqual(lenses);
      if (update) await page.screenshot({ path: join(REPOSITORY, `docs/pictures/editor-${scheme}.png`) });
      await page.keyboard.press("Enter");
      await expect.poll(() => mark.textContent(), SLOWLY).toMatch(/maxEntries:.500/);
      // What isn't saved comes back in the next window.
      await page.keyboard.press("Control+S");
      await expect.poll(() => page.locator(".tab.dirty").count(), SLOWLY).toBe(0);
      await page.close();
    },
  );

  it("is packed with what it needs and nothing else", () => {
    const bin = join(EXTENSION, "node_modules/.bin/vsce");
    const listed = execFileSync(bin, ["ls", "--no-dependencies"], { cwd: EXTENSION, encoding: "utf8" });
    expect(listed.trim().split("\n").sort()).toEqual(["README.md", "dist/extension.js", "package.json"]);
  });
});
