import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { transform } from "../../transformer/index.ts";
import { openBrowser, serve } from "../stores/browser.ts";
import { buildPackage } from "./package.ts";
import { REPOSITORY } from "./project.ts";

export interface MarkedPage {
  /** Another window of the same browser, whose database lasts. */
  open(): Promise<Page>;
  reload(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** What a call gave, what it showed and which bodies ran. */
export interface Told {
  given: unknown;
  shown: string[];
  runs: string[];
}

/** What every program begins with: how its bodies say that they run, what shows something, and who tells of a call. */
const BEGINNING = `
const shown: string[] = []; // cachet-allow-mutable
const runs: string[] = []; // cachet-allow-mutable
const turn = () => new Promise((resolve) => setTimeout(resolve));
/** @cacheElement */
function note(text: string) { shown.push(text); }
const tell = async (call: () => unknown) => {
  shown.length = runs.length = 0;
  return { given: await call(), shown: [...shown], runs: [...runs] };
};
`;

/**
 * A page in Chromium whose script is a program with marks, bundled with the built package.
 * @param exported the global that has what the program exports
 */
export async function openMarkedPage(program: string, exported: string): Promise<MarkedPage> {
  buildPackage();
  const { code, diagnostics } = transform(BEGINNING + program, {
    fileName: join(REPOSITORY, "test/page.ts"),
    platform: "browser",
  });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const folder = mkdtempSync(join(tmpdir(), "cachet-marked-page-"));
  const site = join(folder, "site");
  mkdirSync(site);
  await build({
    stdin: { contents: code, resolveDir: REPOSITORY, loader: "ts", sourcefile: "page.ts" },
    bundle: true,
    format: "iife",
    globalName: exported,
    platform: "browser",
    outfile: join(site, "page.js"),
    tsconfigRaw: "{}",
    logLevel: "silent",
  });
  writeFileSync(join(site, "index.html"), '<!doctype html><script src="page.js"></script>');
  const server = await serve(site);
  const browser: BrowserContext = await openBrowser(join(folder, "profile"));
  return {
    async open() {
      const page = await browser.newPage();
      await page.goto(server.url);
      return page;
    },
    reload: async (page) => void (await page.goto(server.url)),
    async close() {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
