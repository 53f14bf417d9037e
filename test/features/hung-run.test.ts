import { cached, configure } from "cachet";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
const store = new MemoryStore({ now: () => clock.wall() });
const runs: ((value: unknown) => void)[] = []; // cachet-allow-mutable
const source = () => new Promise<unknown>((resolve) => void runs.push(resolve));

/** @cacheData({ ttl: 10 }) */
async function load(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, persist: "hung" }) */
async function stored(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { refresh: 100 } }) */
async function refreshed(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { error: 100 } }) */
async function backed(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 0 }) */
async function unkept(x: number) {
  return [x, await source()];
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const answer = async (value: unknown, which = 0) => {
  await turn();
  runs.splice(which, 1)[0]?.(value);
  await turn();
};

beforeEach(() => {
  configure({ clock, stores: { hung: store } });
  runs.length = 0;
  for (const fn of [load, stored, refreshed, backed, unkept]) {
    void cached(fn).clear();
    ownerOf(fn).lastCost = 0;
  }
});
afterAll(() => configure({ clock: { now: () => performance.now(), wall: () => Date.now() } }));

describe.each([
  ["in memory", load],
  ["with a store", stored],
])("a run that has taken longer than an entry may live, %s", (_, fn) => {
  it("is joined no more: the next call runs anew, and its value is kept", async () => {
    const first = fn(1);
    await turn();
    clock.ms += 10_000;
    const joined = fn(1);
    await turn();
    expect(runs.length).toBe(1);
    clock.ms += 1;
    const next = fn(1);
    const nextToo = fn(1);
    await turn();
    expect(runs.length).toBe(2);
    await answer("new", 1);
    expect(await Promise.all([next, nextToo, fn(1)])).toEqual(Array(3).fill([1, "new"]));
    await answer("old");
    expect(await Promise.all([first, joined, fn(1)])).toEqual([
      [1, "old"],
      [1, "old"],
      [1, "new"],
    ]);
  });
});

describe("a run that has taken longer than an entry may live", () => {
  it("is joined where the function usually takes as long", async () => {
    const first = load(1);
    await turn();
    clock.ms += 60_000;
    await answer("slow");
    expect(await first).toEqual([1, "slow"]);
    clock.ms += 10_000;
    const second = load(1);
    clock.ms += 100_000;
    const joined = load(1);
    await answer("again");
    expect(await Promise.all([second, joined])).toEqual(Array(2).fill([1, "again"]));
  });

  it.each([
    ["in the background", refreshed],
    ["for a caller", backed],
  ])("makes way for another where it replaces a stale value, %s", async (_, fn) => {
    const first = fn(1);
    await answer("old");
    await first;
    clock.ms += 10_000;
    void fn(1);
    await turn();
    clock.ms += 110_000;
    const joined = fn(1);
    await turn();
    expect(runs.length).toBe(1);
    clock.ms += 1;
    void fn(1);
    await turn();
    expect(runs.length).toBe(2);
    await answer("new", 1);
    expect(await fn(1)).toEqual([1, "new"]);
    await answer("late");
    expect(await joined).toEqual([1, "late"]);
    expect(await fn(1)).toEqual([1, "new"]);
  });

  it("is joined where nothing is kept", async () => {
    const first = unkept(1);
    await turn();
    clock.ms += 1000;
    const second = unkept(1);
    await answer("value");
    expect(await Promise.all([first, second])).toEqual(Array(2).fill([1, "value"]));
  });
});
