import { cached, cacheTag, clearTags, configure, expireTags, observed, subscribe } from "cachet";
import { type InspectedEntry, inspect } from "cachet/inspect";
import Keyv from "keyv";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { ANY_TAG, clearedScope, tagScope } from "../../runtime/persist/scopes.ts";
import { state } from "../../runtime/registry.ts";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { keyvStore } from "../../runtime/stores/keyv.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import type { Store } from "../../runtime/stores/store.ts";
import { deferred, handClock } from "../runtime/emitted.ts";
import { temporaryDirectory } from "../stores/bundle.ts";
import { ownerOf } from "./owner-of.ts";

// Epochs tell when they were made, by the clock of the machine.
const clock = handClock(Date.now());
const store = new MemoryStore({ now: () => clock.wall() });
let runs: string[] = []; // cachet-allow-mutable
let gate = deferred(); // cachet-allow-mutable

/** @cacheData({ tags: ["products", (id) => "product:" + id] }) */
function product(id: number) {
  runs.push(`product ${id}`);
  return { id };
}

/** @cacheData({ tags: [(ids) => ids.map((id) => `product:${id}`), () => undefined] }) */
function several(ids: number[]) {
  runs.push(`several ${ids}`);
  return ids;
}

/** @cacheData */
function page(id: number) {
  runs.push(`page ${id}`);
  return { product: product(id) };
}

/** @cacheData({ persist: "tags", tags: ["stored"] }) */
async function stored(id: number) {
  runs.push(`stored ${id}`);
  await gate.promise;
  cacheTag(`row:${id}`);
  return { id };
}

/** @cacheData({ persist: "tags" }) */
async function outer(id: number) {
  runs.push(`outer ${id}`);
  return { row: await stored(id) };
}

/** @cacheResource({ tags: ["pools"], onRelease: (pool) => runs.push(`end ${pool.id}`) }) */
function pool(id: number) {
  runs.push(`pool ${id}`);
  return { id };
}

/** @cacheData */
async function late(tag: string) {
  runs.push(`late ${tag}`);
  await gate.promise;
  cacheTag(tag);
  return tag;
}

/** @cacheData({ ttl: "1m", stale: { error: "1h" }, tags: ["news"] }) */
async function news() {
  runs.push("news");
  if (runs.includes("down")) throw new Error("down");
  return "news";
}

/** @cacheData({ tags: [(id) => id] }) */
function wrong(id: unknown) {
  return id;
}

/** @cacheData({ errors: { ttl: "1h" }, tags: ["failing"] }) */
function failing() {
  runs.push("failing");
  throw new Error("no");
}

let version = 0; // cachet-allow-mutable

/** @cacheData({ persist: "tags", ttl: "1d", stale: { refresh: "1h", error: "1h", retry: 0 }, tags: ["latest"] }) */
async function latest() {
  cacheTag("late");
  runs.push("latest");
  if (runs.includes("down")) throw new Error("down");
  return `latest ${++version}`;
}

/** @cacheData({ persist: "tags", ttl: "1d", stale: { refresh: "1h", error: "1h" } }) */
async function named(n: number) {
  if (runs.includes("down")) throw new Error("down");
  cacheTag(`name:${n}`);
  return n;
}

/** @cacheData({ persist: "tags", tags: ["checked"], validate: () => true }) */
async function checked() {
  return ++version;
}

/** @cacheData({ persist: "tags" }) */
async function listed() {
  runs.push("listed");
  return [await latest()];
}

const folder = temporaryDirectory("tags");
afterAll(folder.remove);
const stores: Record<string, () => Store> = {
  tags: () => new MemoryStore({ now: () => clock.wall() }),
  disk: () => new DiskStore({ dir: folder.path, now: () => clock.wall() }),
  keyv: () => keyvStore(new Keyv(), { now: () => clock.wall() }),
};

/** Lets what goes on in the background come to its end. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

class Shop {
  /** Refers back to its instance. */
  readonly self = this;

  /** @cacheData({ tags: ["shops", (n) => "shop:" + n] }) */
  list(n: number) {
    runs.push(`list ${n}`);
    return { n, known: this.self === this };
  }
}

async function collector(): Promise<() => void> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/** What ran during a call. */
async function ran(call: () => unknown): Promise<string[]> {
  runs = [];
  await call();
  return runs;
}

/** As another process finds it: nothing in memory, all in the store. */
function forgetMemory() {
  configure({ stores: { tags: new MemoryStore({ now: () => clock.wall() }) } });
}

beforeEach(async () => {
  gate = deferred();
  gate.resolve();
  configure({ clock, stores: { tags: store } });
  await Promise.all([cached(stored).clear(), cached(outer).clear()]);
  await Promise.all([cached(latest).clear(), cached(listed).clear()]);
  version = 0;
  for (const fn of [product, several, page, pool, late, news, wrong, failing, Shop.prototype.list])
    void cached(fn as (...args: never[]) => unknown).clear();
  runs = [];
});
afterAll(() => configure({ stores: {} }));

describe("tags", () => {
  it("forget what carries them, whatever its function, and nothing else", async () => {
    product(1);
    product(2);
    several([1, 3]);
    several([2]);
    await clearTags("product:1");
    expect(await ran(() => [product(1), product(2), several([1, 3]), several([2])])).toEqual([
      "product 1",
      "several 1,3",
    ]);
    await clearTags("products", "never set");
    expect(await ran(() => [product(1), product(2), several([2])])).toEqual(["product 1", "product 2"]);
    expect(cached(product).stats().entries).toBe(2);
  });

  it("are those of the functions called, too: on a miss and on a hit", async () => {
    page(1);
    product(2);
    page(2);
    await clearTags("product:1");
    expect(await ran(() => [page(1), page(2)])).toEqual(["page 1", "product 1"]);
    await clearTags("product:2");
    expect(await ran(() => [page(1), page(2)])).toEqual(["page 2", "product 2"]);
  });

  it("reach stores, tags of the body and of inner entries from the store included", async () => {
    expect(await ran(() => outer(1))).toEqual(["outer 1", "stored 1"]);
    expect(await ran(() => outer(2))).toEqual(["outer 2", "stored 2"]);
    // Another function's clear leaves the inner entries in the store.
    await cached(outer).clear();
    expect(await ran(async () => [await outer(1), await outer(2)])).toEqual(["outer 1", "outer 2"]);
    await clearTags("row:1");
    expect(cached(outer).entries().length).toBe(1);
    expect(await ran(async () => [await outer(1), await outer(2)])).toEqual(["outer 1", "stored 1"]);
    await clearTags("stored");
    expect(await ran(async () => [await outer(1), await outer(2)])).toEqual([
      "outer 1",
      "stored 1",
      "outer 2",
      "stored 2",
    ]);
  });

  it("make a miss of what lies in the store only", async () => {
    await outer(1);
    const entries = store;
    forgetMemory();
    configure({ stores: { tags: entries } });
    await clearTags("row:1");
    expect(await ran(() => stored(1))).toEqual(["stored 1"]);
    forgetMemory();
    configure({ stores: { tags: entries } });
    expect(await ran(() => stored(1))).toEqual([]);
  });

  it("that are cleared while a run is under way keep its result out, also where it learns of them later", async () => {
    for (const [call, tag] of [
      [() => stored(1), "stored"],
      [() => stored(2), "row:2"],
      [() => late("x"), "x"],
    ] as const) {
      gate = deferred();
      const first = call();
      await Promise.resolve();
      const cleared = clearTags(tag);
      gate.resolve();
      await cleared;
      await first;
      expect((await ran(call)).length, tag).toBe(1);
      expect((await ran(call)).length, tag).toBe(0);
    }
  });

  it("release resources", async () => {
    pool(1);
    pool(2);
    expect(await ran(() => clearTags("pools"))).toEqual(["end 1", "end 2"]);
    expect(await ran(() => pool(1))).toEqual(["pool 1"]);
  });

  it("forget kept errors", async () => {
    expect(failing).toThrow("no");
    expect(failing).toThrow("no");
    expect(runs).toEqual(["failing"]);
    await clearTags("failing");
    expect(failing).toThrow("no");
    expect(runs).toEqual(["failing", "failing"]);
  });

  it("tell of each entry in an event", async () => {
    product(1);
    const events: string[] = [];
    await news();
    const listed = inspect().find(({ name }) => name === "product");
    expect(listed?.list().map(({ tags }) => tags)).toEqual([["products", "product:1"]]);
    const stop = subscribe((event) => void events.push(`${event.type} ${event.name} ${"tag" in event && event.tag}`));
    await clearTags("products");
    await expireTags("news");
    expect(inspect().flatMap(({ list }) => list().flatMap(({ tags }) => tags))).toEqual(["news"]);
    await clearTags("news");
    stop();
    expect(events).toEqual(["clear product products", "expire news news", "clear news news"]);
  });

  it("that expire leave what `stale` allows", async () => {
    await news();
    product(1);
    await expireTags("news", "products");
    expect(await ran(async () => [await news(), product(1)])).toEqual(["news", "product 1"]);
    await expireTags("news");
    runs = ["down"];
    expect(await news()).toBe("news");
    await clearTags("news");
    await expect(news()).rejects.toThrow("down");
  });

  it.each(["tags", "disk", "keyv"])("that expire leave in the store %s what `stale` allows", async (name) => {
    clock.ms = 0;
    configure({ stores: { tags: stores[name]?.() as Store } });
    await latest();
    await listed();
    emptyFunction(ownerOf(latest));
    emptyFunction(ownerOf(listed));
    await expireTags("latest");
    runs = [];
    // A function without `stale` has nothing to fall back on, also where it only calls the other one.
    expect(await listed()).toEqual(["latest 1"]);
    await settled();
    expect(runs).toEqual(["listed", "latest"]);
    // What was made of an old value is not kept as a new one.
    expect(await listed()).toEqual(["latest 2"]);
    emptyFunction(ownerOf(latest));
    expect(await latest()).toBe("latest 2");
    await expireTags("late");
    runs = ["down"];
    emptyFunction(ownerOf(latest));
    expect(await latest()).toBe("latest 2");
    await settled();
    clock.add(7200);
    emptyFunction(ownerOf(latest));
    await expect(latest()).rejects.toThrow("down");
    runs = [];
    await latest();
    await clearTags("late");
    runs = ["down"];
    await expect(latest()).rejects.toThrow("down");
  });

  it("keep their names where a process that has not met them makes a stored entry expire", async () => {
    await named(1);
    emptyFunction(ownerOf(named));
    await cached(named).expire(1);
    runs = ["down"];
    expect(await named(1)).toBe(1);
    const [entry] =
      inspect()
        .find(({ name }) => name === "named")
        ?.list() ?? [];
    expect(entry?.tags).toEqual(["name:1"]);
  });

  it.each([
    ["a call whose entries are validated", async () => (await checked()) === 2],
    ["observed", async () => (await (await observed(() => checked())).value) === 2],
    ["has", async () => !cached(checked).has()],
    ["get", async () => (await cached(checked).get()) === undefined],
  ])("that another process cleared on disk are noticed by %s", async (_what, notices) => {
    configure({ stores: { tags: stores["disk"]?.() as Store } });
    await cached(checked).clear();
    version = 0;
    expect(await checked()).toBe(1);
    expect(await notices()).toBe(false);
    const scope = tagScope("checked");
    stores["disk"]?.().renewEpochs?.([scope, clearedScope(scope), ANY_TAG]);
    await expect.poll(notices).toBe(true);
  });

  it("leave instances to the garbage collector, with their entries", async () => {
    const collect = await collector();
    const { figures } = ownerOf(Shop.prototype.list);
    const kept = new Shop();
    kept.list(0);
    const use = (n: number) => {
      const shop = new Shop();
      return [shop.list(n), shop.list(n), new WeakRef(shop)] as const;
    };
    const refs = Array.from({ length: 100 }, (_, i) => use(i)[2]);
    expect(figures.entries).toBe(101);
    for (let i = 0; i < 100 && figures.entries > 1; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(refs.filter((ref) => ref.deref() !== undefined)).toEqual([]);
    expect(figures.entries).toBe(1);
    const tables = [...ownerOf(Shop.prototype.list).tables()].length;
    expect(await ran(() => clearTags("shops"))).toEqual([]);
    expect([figures.entries, figures.bytes, tables]).toEqual([0, 0, 2]);
    expect(await ran(() => kept.list(0))).toEqual(["list 0"]);
  });

  it("count an entry that somebody can still reach once, when its instance is gone", async () => {
    const collect = await collector();
    const { figures } = ownerOf(Shop.prototype.list);
    const held: InspectedEntry[] = [];
    let ref: WeakRef<object> | undefined;
    (() => {
      const shop = new Shop();
      ref = new WeakRef(shop);
      shop.list(1);
      held.push(
        ...(inspect()
          .find(({ name }) => name === "Shop.list")
          ?.list() ?? []),
      );
    })();
    for (let i = 0; i < 50 && ref?.deref() !== undefined; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect([ref?.deref(), figures.entries]).toEqual([undefined, 1]);
    for (const entry of held) void entry.clear();
    expect([figures.entries, figures.bytes]).toEqual([0, 0]);
  });

  it("of a stored entry make a miss where no part of the program knows of tags", async () => {
    await stored(1);
    emptyFunction(ownerOf(stored));
    const { tags } = state.features;
    delete state.features.tags;
    expect(await ran(() => cached(stored).get(1))).toEqual([]);
    expect(await cached(stored).get(1)).toBeUndefined();
    state.features.tags = tags as NonNullable<typeof tags>;
    expect(await cached(stored).get(1)).toEqual({ id: 1 });
  });

  it("are refused where they are none", async () => {
    expect(() => clearTags("")).toThrow('clearTags(): a tag is a string that is not empty, got `""`');
    expect(() => clearTags(1 as never)).toThrow("clearTags(): a tag is a string that is not empty, got `1`");
    expect(() => clearTags(["a"] as never)).toThrow(
      'clearTags(): a tag is a string that is not empty, got `["a"]`. Hand them over one by one: clearTags(...tags)',
    );
    const bare = Object.assign(Object.create(null), { id: 1 });
    expect(() => expireTags(bare)).toThrow('expireTags(): a tag is a string that is not empty, got `{"id":1}`');
    expect(() => wrong(bare)).toThrow('is not empty, got `{"id":1}`');
    expect(() => wrong(7)).toThrow("wrong(): its `tags` can't be told for this call: a tag is a string");
    expect(wrong("fine")).toBe("fine");
    expect(() => cacheTag("a")).toThrow("outside of the body of a cached function");
  });
});
