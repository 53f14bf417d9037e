import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { openBrowser } from "../stores/browser.ts";
import { startDevServer } from "./dev-server.ts";
import { buildPackage } from "./package.ts";
import { createProject, type Project } from "./project.ts";

const hasChromium = requires("chromium");

const HELPER = "export const scale = (n: number) => n * 10;\n";
const DATA = `
import { scale } from "./helper.ts";
const log: string[] = ((window as any).log ??= []);
/** @cacheData */
export function scaled(n: number) { log.push("scaled"); return scale(n); }
/** @cacheResource({ onRelease: (c) => log.push("released " + c.name) }) */
export function connection(name: string) { return { name, at: scale(1) }; }
/** @cacheResource */
export function steady(name: string) { log.push("steady"); return { name }; }
`;
const MAIN = `
import * as first from "./data.ts";
import "./show.ts";
(window as any).data = first;
const changed: unknown[] = ((window as any).changed = []);
import.meta.hot?.on("cachet:changed", (functions) => changed.push(...functions));
import.meta.hot?.accept("./data.ts", (next) => { (window as any).data = next; (window as any).updates = ((window as any).updates ?? 0) + 1; });
`;
const SHOW = `
const page: string[] = ((window as any).shown ??= []);
/** @cacheElement */
function text(value: string) { page.push(value); }
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
/** @cacheData */
async function feed(name: string, turns: number) {
  for (let i = 0; i < turns; i++) {
    await turn();
    text(name + i);
    try { await Promise.reject(new Error("no")); } catch { text(name + "!"); }
  }
  return name;
}
async function* drops(name: string, many: number) { for (let i = 0; i < many; i++) { await turn(); yield name + i; } }
/** @cacheData */
async function drip(name: string, many: number) {
  await turn();
  for await (const drop of drops(name, many)) text(drop);
  for await (const drop of [turn(), name]) { text(name + "."); break; }
  try { for await (const drop of { [Symbol.asyncIterator]() { return { next() { throw new Error("no"); } }; } } as any); } catch { text(name + "!"); }
  return name;
}
/** @cacheData */
async function knot(n: number): Promise<number> { await turn(); return knot(n); }
Object.assign(window, { feed, drip, knot, text });
`;

let project: Project;
let server: ViteDevServer;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  if (!hasChromium) return;
  buildPackage();
  const files = { "package.json": '{ "name": "page", "type": "module" }', "helper.ts": HELPER, "data.ts": DATA };
  const rest = { "main.ts": MAIN, "show.ts": SHOW, "index.html": '<script type="module" src="/main.ts"></script>' };
  project = createProject({ ...files, ...rest });
  const dev = await startDevServer(project.root);
  server = dev.server;
  browser = await openBrowser(join(project.root, "node_modules/.profile"));
  page = await browser.newPage();
  await page.goto(dev.url);
  await page.waitForFunction("window.data && window.feed");
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  project?.remove();
});

describe.runIf(hasChromium)("a page under the dev server", () => {
  it("keeps what interleaved asynchronous functions show apart, also behind a rejected await [B281]", async () => {
    const shown = await page.evaluate(async () => {
      const { feed, shown } = window as unknown as {
        feed(name: string, turns: number): Promise<string>;
        shown: string[];
      };
      const text = (window as unknown as { text(value: string): void }).text;
      const both = Promise.all([feed("a", 3), feed("b", 2)]);
      text("outside");
      await both;
      const live = [...shown];
      shown.length = 0;
      await feed("a", 3);
      const a = [...shown];
      shown.length = 0;
      await feed("b", 2);
      return { live: live.sort(), a, b: [...shown] };
    });
    expect(shown.a).toEqual(["a0", "a!", "a1", "a!", "a2", "a!"]);
    expect(shown.b).toEqual(["b0", "b!", "b1", "b!"]);
    expect(shown.live).toEqual([...shown.a, ...shown.b, "outside"].sort());
  });

  it("keeps apart what is shown between the steps of a for await loop", async () => {
    const shown = await page.evaluate(async () => {
      const { drip, shown, text } = window as unknown as {
        drip(name: string, many: number): Promise<string>;
        shown: string[];
        text(value: string): void;
      };
      const replayed = async (name: string, many: number) => {
        shown.length = 0;
        await drip(name, many);
        return [...shown];
      };
      const both = Promise.all([drip("a", 2), drip("b", 3), drip("a", 2)]);
      for (let i = 0; i < 20; i++) {
        text("outside");
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await both;
      return { a: await replayed("a", 2), b: await replayed("b", 3) };
    });
    expect(shown).toEqual({ a: ["a0", "a1", "a.", "a!"], b: ["b0", "b1", "b2", "b.", "b!"] });
  });

  it("recognises a call of itself behind an await", async () => {
    const message = await page.evaluate(() =>
      (window as unknown as { knot(n: number): Promise<number> }).knot(1).catch((error: Error) => error.name),
    );
    expect(message).toBe("RecursiveCallError");
  });

  it("keeps entries and live resources over an accepted update, except where the code changed", async () => {
    await page.evaluate(() => {
      const { data } = window as unknown as { data: Record<string, (x: unknown) => unknown> };
      const kept = {
        scaled: data["scaled"]?.(2),
        connection: data["connection"]?.("db"),
        steady: data["steady"]?.("pool"),
      };
      Object.assign(window, { kept });
      (window as unknown as { log: string[] }).log.length = 0;
    });
    project.write({ "data.ts": `// reformatted\n${DATA.replaceAll("; return", ";\n  return")}` });
    await page.waitForFunction("window.updates === 1");
    const afterFormat = await page.evaluate(compare);
    expect(afterFormat).toEqual({ scaled: 20, sameConnection: true, sameSteady: true, log: [] });
    expect(await page.evaluate("changed")).toEqual([]);

    project.write({ "helper.ts": HELPER.replace("n * 10", "n * 100") });
    await page.waitForFunction("window.updates === 2");
    const afterEdit = await page.evaluate(compare);
    expect(afterEdit).toEqual({ scaled: 200, sameConnection: false, sameSteady: true, log: ["released db", "scaled"] });
    await page.waitForFunction("changed.length > 0");
    const changes = [{ kind: "value", name: "scale", change: "changed", place: "helper.ts:1" }];
    const hash = expect.stringMatching(/^c\d:/);
    expect(await page.evaluate("changed")).toEqual([
      { id: "page/data.ts#scaled", name: "scaled", kind: "data", before: hash, after: hash, changes },
      { id: "page/data.ts#connection", name: "connection", kind: "resource", before: hash, after: hash, changes },
    ]);
  });
});

/** Runs in the page. */
function compare(): unknown {
  const { data, kept, log } = window as unknown as {
    data: Record<string, (x: unknown) => unknown>;
    kept: Record<string, unknown>;
    log: string[];
  };
  const scaled = data["scaled"]?.(2);
  const sameConnection = data["connection"]?.("db") === kept["connection"];
  const sameSteady = data["steady"]?.("pool") === kept["steady"];
  return { scaled, sameConnection, sameSteady, log };
}
