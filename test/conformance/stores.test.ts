import { cacheData, cached, configure, type Metadata, type Store, type StoredEntry } from "cachet";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;

/** What such a store is told of clears lies between the entries; here it is kept apart, so that entries can be counted. */
const epochs = new Map<string, StoredEntry>();
const placeOf = (entries: Map<string, StoredEntry>, { function: id }: { function: string }) =>
  id === "cachet:epochs" ? epochs : entries;

/** Keeps what it is told in `kept`; the least a store may be. */
const kept = new Map<string, StoredEntry>();
const calls: string[] = [];
const least: Store = {
  name: "stores-least",
  sync: true,
  lookup: (key, origin) => placeOf(kept, origin).get(key),
  write: (key, bytes, meta) => void placeOf(kept, meta).set(key, { bytes, meta }),
  delete: (key) => void kept.delete(key),
  clear(functionId) {
    calls.push(`clear ${functionId ?? "everything"}`);
    for (const [key, { meta }] of kept) if (functionId === undefined || meta.function === functionId) kept.delete(key);
  },
};

/** Never finds anything. */
const nothing: Store = {
  name: "stores-nothing",
  sync: true,
  lookup: () => undefined,
  write() {},
  delete() {},
  clear() {},
};

/** Answers later, calls overlapping. */
const pending = { now: 0, most: 0 };
const later = async <T>(answer: () => T): Promise<T> => {
  pending.most = Math.max(pending.most, ++pending.now);
  await new Promise((resolve) => setTimeout(resolve, 2));
  pending.now--;
  return answer();
};
const remote = new Map<string, StoredEntry>();
const slow: Store = {
  name: "stores-slow",
  sync: false,
  lookup: (key, origin) => later(() => placeOf(remote, origin).get(key)),
  write: (key, bytes, meta) => later(() => void placeOf(remote, meta).set(key, { bytes, meta })),
  delete: (key) => later(() => void remote.delete(key)),
  clear: () => later(() => remote.clear()),
};

configure({ stores: { "stores-least": least, "stores-nothing": nothing, "stores-slow": slow } });
afterAll(() => configure({ clock: { wall: () => Date.now() } }));
beforeEach(() => {
  kept.clear();
  calls.length = 0;
  ran.mockClear();
});

/** @cacheData({ persist: "stores-least", maxEntries: 7, ttl: 60 }) */
function square(x: number): number {
  return x * x + ran("square");
}

/** @cacheData({ persist: "stores-least" }) */
function cube(x: number): number {
  return x ** 3 + ran("cube");
}

/** @cacheData({ persist: "stores-nothing", maxBytes: 1 }) */
function unkept(x: number): string {
  return String(x) + (ran("unkept") || "");
}

/** @cacheData({ persist: "stores-slow" }) */
async function root(x: number): Promise<number> {
  return Math.sqrt(x) + ran("root");
}

describe("a store", () => {
  it("needs four methods and serves every function [B210]", () => {
    expect([square(3), cube(3), square(3)]).toEqual([9, 27, 9]);
    expect(kept.size).toBe(2);
    expect(cached(square).has(3)).toBe(true);
    cached(square).clear();
    cached(cube).clear();
  });

  it("answers undefined for what it does not know, and the body runs [B211]", () => {
    expect(least.lookup("unknown", { function: "", hash: "" })).toBeUndefined();
    square(4);
    expect(runs("square")).toBe(1);
    cached(square).clear();
  });

  it("gives what was written last [B212]", () => {
    square(5);
    const [key, entry] = [...kept][0] as [string, StoredEntry];
    cached(square).clear();
    square(5);
    expect(kept.size).toBe(1);
    expect(kept.get(key)).not.toBe(entry);
    expect(square(5)).toBe(25);
    cached(square).clear();
  });

  it("forgets what is cleared, in every layer, and twice is fine [B213]", () => {
    square(6);
    for (const _ of [1, 2]) cached(square).clear(6);
    expect([kept.size, cached(square).has(6)]).toEqual([0, false]);
    square(6);
    expect(runs("square")).toBe(2);
    cached(square).clear();
  });

  it("may never find anything [B214]", () => {
    expect([unkept(1), unkept(1)]).toEqual(["1", "1"]);
    expect(runs("unkept")).toBe(2);
    cached(unkept).clear();
  });

  it("is told function, code, times, cost and limit with each entry [B216]", () => {
    configure({ clock: { wall: () => 1_800_000_000_000 } });
    square(8);
    const { meta } = [...kept.values()][0] as { meta: Metadata };
    expect(meta).toMatchObject({
      function: cached(square).id,
      hash: cached(square).codeHash,
      written: 1_800_000_000_000,
      expires: 1_800_000_060_000,
      maxEntries: 7,
    });
    expect(meta.cost).toBeGreaterThanOrEqual(0);
    cached(square).clear();
  });

  it("is cleared as a whole where all data is [B218]", async () => {
    square(9);
    cube(9);
    await cacheData.clear();
    expect(kept.size).toBe(0);
    expect(calls.length).toBeGreaterThan(0);
  });

  it("may answer later, with many calls at once [B221]", async () => {
    const numbers = Array.from({ length: 20 }, (_, i) => i * i);
    const twice = [...numbers, ...numbers];
    expect(await Promise.all(twice.map((x) => root(x)))).toEqual(twice.map(Math.sqrt));
    expect(runs("root")).toBe(20);
    expect(pending.most).toBeGreaterThan(1);
    expect(remote.size).toBe(20);
    await Promise.all(numbers.map((x) => cached(root).clear(x)));
    expect(remote.size).toBe(0);
  });
});
