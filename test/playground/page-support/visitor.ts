import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { REPOSITORY } from "../../adapters/project.ts";

export const SCREENSHOTS = join(REPOSITORY, ".cache/screenshots");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How long a page may take on a machine that is busy with something else, in milliseconds. */
export const BUSY = 3 * 60_000;

export type Scheme = "light" | "dark";
export const WIDE = { width: 1600, height: 900 };
export const NARROW = { width: 400, height: 800 };

/** Somebody in front of the playground, who notes what goes wrong. */
export class Visitor {
  readonly page: Page;
  readonly url: string;
  readonly problems: string[] = [];

  private constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
  }

  static async arrive(browser: BrowserContext, url: string): Promise<Visitor> {
    const page = await browser.newPage();
    page.setDefaultTimeout(BUSY);
    const visitor = new Visitor(page, url);
    page.on("pageerror", (error) => visitor.problems.push(String(error.stack)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") visitor.problems.push(message.text());
    });
    page.on("response", (response) => {
      if (response.status() >= 400) visitor.problems.push(`${response.status()} ${response.url()}`);
    });
    await page.addInitScript(noteShifts);
    return visitor;
  }

  /** Opens a page of the playground in a fresh document and waits until it is done. */
  async open(id: string): Promise<void> {
    await this.page.goto("about:blank");
    await this.page.goto(`${this.url}#/${id}`);
    await this.settled();
  }

  /** Waits until the script has run to its end. */
  async settled(): Promise<void> {
    await this.page.waitForSelector('[data-status="done"], [data-status="failed"]');
    await this.page.waitForFunction(() => document.querySelector(".code-text code")?.textContent !== "");
  }

  /** The line that tells how the last run went. */
  async status(): Promise<string> {
    return (await this.page.locator('[role="status"]').first().textContent()) ?? "";
  }

  /** What the accessibility checker objects to, seriously. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe);
    return this.page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<AxeResult> } };
      const { violations } = await axe.run({ resultTypes: ["violations"] });
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      return serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    });
  }

  /** How far the content is wider than the window, in pixels. */
  async overhang(): Promise<number> {
    return this.page.evaluate(() => {
      const wide = [document.documentElement, ...document.querySelectorAll("body, main")];
      return Math.max(...wide.map((element) => element.scrollWidth - element.clientWidth));
    });
  }

  /** The sum of layout shifts that nobody asked for. */
  async shifts(): Promise<number> {
    return this.page.evaluate(() => (window as unknown as { shifts: number }).shifts);
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name.replace("/", "-")}.png`) });
  }
}

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/** Runs in the page, before everything else. */
function noteShifts(): void {
  const noted = window as unknown as { shifts: number };
  noted.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
      if (!entry.hadRecentInput) noted.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}
