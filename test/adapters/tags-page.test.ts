import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requires } from "../requirements.ts";
import { type MarkedPage, openMarkedPage, type Told } from "./marked-page.ts";

const PROGRAM = `
import { cached, cacheTag, clearTags, expireTags } from "cachet";
import { inspect } from "cachet/inspect";
const state = { isDown: false }; // cachet-allow-mutable
/** @cacheData({ persist: true }) */
async function price(id: number) {
  runs.push("price");
  await turn();
  cacheTag("price:" + id);
  note("price " + id);
  return id;
}
/** @cacheData */
async function page(id: number, _nonce?: number) {
  runs.push("page");
  return await price(id);
}
/** @cacheData */
async function other(id: number) {
  runs.push("other");
  return await price(id);
}
/** @cacheData */
async function inMemory(id: number) {
  runs.push("inMemory");
  await turn();
  cacheTag("memory:" + id);
  return id;
}
/** @cacheData */
async function one(id: number) { return await inMemory(id); }
/** @cacheData */
async function two(id: number) { return await inMemory(id); }
/** @cacheData */
async function byHand(id: number) {
  runs.push("byHand");
  return await cached(price).get(id);
}
/** @cacheData({ persist: true, ttl: "1d", stale: { error: "1d", retry: 0 } }) */
async function news(id: number) {
  runs.push("news");
  await turn();
  cacheTag("news");
  if (state.isDown) throw new Error("down");
  return "news " + id;
}
export const api = {
  page: (id: number) => tell(() => page(id)),
  both: (id: number) => tell(() => Promise.all([page(id), other(id)])),
  joined: (id: number) => tell(() => Promise.all([one(id), two(id)])),
  byHand: (id: number) => tell(() => byHand(id)),
  news: (id: number, isDown: boolean) => tell(() => { state.isDown = isDown; return news(id); }),
  clear: (tag: string) => clearTags(tag),
  expire: (tag: string) => expireTags(tag),
  tags: () => inspect().flatMap((fn) => fn.list().map((entry) => [fn.name, ...entry.tags].join(" "))),
};
`;

type Api = Record<"page" | "both" | "joined" | "byHand", (id: number) => Promise<Told>> & {
  news(id: number, isDown: boolean): Promise<Told>;
  clear(tag: string): Promise<void>;
  expire(tag: string): Promise<void>;
  tags(): string[];
};
declare global {
  interface Window {
    tags?: { api: Api };
  }
}

describe.skipIf(!requires("chromium"))("tags in a page", () => {
  let marked: MarkedPage;
  let page: Page;

  beforeAll(async () => {
    marked = await openMarkedPage(PROGRAM, "tags");
    page = await marked.open();
  });
  afterAll(() => marked?.close());

  const reload = () => marked.reload(page);
  const call = (name: "page" | "both" | "joined" | "byHand", id: number) =>
    page.evaluate(([method, given]) => window.tags?.api[method](given), [name, id] as const);
  const clear = (tag: string) => page.evaluate((given) => window.tags?.api.clear(given), tag);
  const expire = (tag: string) => page.evaluate((given) => window.tags?.api.expire(given), tag);
  const tags = () => page.evaluate(() => window.tags?.api.tags());
  const news = (id: number, isDown: boolean) =>
    page.evaluate(([given, down]) => window.tags?.api.news(given, down), [id, isDown] as const);

  it("that a body names late are those of what waits for it, also where the database has it", async () => {
    expect(await call("page", 1)).toMatchObject({ given: 1, runs: ["page", "price"], shown: ["price 1"] });
    await reload();
    expect(await call("page", 1)).toMatchObject({ given: 1, runs: ["page"], shown: ["price 1"] });
    expect(await call("page", 1)).toMatchObject({ given: 1, runs: [], shown: ["price 1"] });
    expect(await tags()).toEqual(["price price:1", "page price:1"]);
    await clear("price:1");
    expect(await call("page", 1)).toMatchObject({ given: 1, runs: ["page", "price"] });
  });

  it("are those of all who wait for one run", async () => {
    const runsOf = async (name: "both" | "joined") => (await call(name, 2))?.runs.sort();
    expect(await runsOf("both")).toEqual(["other", "page", "price"]);
    await clear("price:2");
    expect(await runsOf("both")).toEqual(["other", "page", "price"]);
    await reload();
    expect(await runsOf("both")).toEqual(["other", "page"]);
    await clear("price:2");
    expect(await runsOf("both")).toEqual(["other", "page", "price"]);
    expect(await runsOf("joined")).toEqual(["inMemory"]);
    await clear("memory:2");
    expect(await runsOf("joined")).toEqual(["inMemory"]);
  });

  it("are those of a body that asks by hand", async () => {
    await call("page", 3);
    await reload();
    expect(await call("byHand", 3)).toMatchObject({ given: 3, runs: ["byHand"] });
    await clear("price:3");
    expect(await call("byHand", 3)).toMatchObject({ given: undefined, runs: ["byHand"] });
  });

  it("that expire leave in the database what `stale` allows", async () => {
    expect(await news(1, false)).toMatchObject({ given: "news 1", runs: ["news"] });
    await expire("news");
    await reload();
    expect(await news(1, true)).toMatchObject({ given: "news 1", runs: ["news"] });
    expect(await news(1, false)).toMatchObject({ given: "news 1", runs: ["news"] });
    await reload();
    expect(await news(1, true)).toMatchObject({ given: "news 1", runs: [] });
    await clear("news");
    await reload();
    await expect(news(1, true)).rejects.toThrow("down");
  });
});
