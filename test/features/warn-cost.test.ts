import { cached, configure } from "cachet";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { state } from "../../runtime/registry.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { handClock } from "../runtime/emitted.ts";

const clock = handClock();

/** Each write takes ten milliseconds. */
class SlowStore extends MemoryStore {
  override write(...args: Parameters<MemoryStore["write"]>): void {
    clock.ms += 10;
    super.write(...args);
  }
}

const source = { takes: 1 }; // cachet-allow-mutable
const compute = (x: number) => {
  clock.ms += source.takes;
  return { x };
};

/** @cacheData({ persist: "slow" }) */
function costly(x: number) {
  return compute(x);
}

/** @cacheData({ persist: "slow", warnCost: false }) */
function meant(x: number) {
  return compute(x);
}

/** @cacheData({ persist: "slow" }) */
async function later(x: number) {
  return compute(x);
}

/** @cacheData({ persist: "slow" }) */
function heavy(x: number) {
  return compute(x);
}

/** @cacheData({ persist: "slow" }) */
function useful(x: number) {
  return compute(x);
}

const warnings: string[] = []; // cachet-allow-mutable
const call = async (fn: (x: number) => unknown, runs: number, hits = 0) => {
  for (let x = 0; x < runs; x++) {
    await fn(x);
    for (let hit = 0; hit < hits; hit++) await fn(x);
  }
};

beforeEach(() => {
  configure({
    clock,
    stores: { slow: new SlowStore({ now: clock.wall }) },
    onWarning: (text) => void warnings.push(text),
  });
  for (const fn of [costly, meant, later, heavy, useful]) void cached(fn as (x: number) => unknown).clear();
  warnings.length = 0;
  state.warned.clear();
  source.takes = 1;
});
afterAll(() =>
  configure({
    clock: { now: () => performance.now(), wall: () => Date.now() },
    onWarning: (message) => console.warn(message),
  }),
);

describe("a mark that costs more than it saves", () => {
  it("is told of once, with figures and the way out, after a thousand runs", async () => {
    await call(costly, 999);
    expect(warnings).toEqual([]);
    await call(costly, 1001);
    expect(warnings).toEqual([
      "cachet: caching costly() costs more than it saves: over 1000 runs keeping its results took 10000 ms and computing " +
        "them 1000 ms; hits have saved 999 ms. Remove the mark, or write `warnCost: false` in it",
    ]);
    await call(costly, 1100);
    expect(warnings).toHaveLength(1);
  });

  it("is told of where the function is async, too", async () => {
    await call(later, 1000);
    expect(warnings).toHaveLength(1);
  });

  it("isn't told of where the mark says so, where hits save more, or where bodies take longer", async () => {
    await call(meant, 1100);
    source.takes = 11;
    await call(heavy, 1100);
    source.takes = 1;
    await call(useful, 1100, 11);
    expect(warnings).toEqual([]);
  });
});
