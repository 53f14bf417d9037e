import { cached, configure, InvalidOptionError } from "cachet";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
const store = new MemoryStore({ now: () => clock.wall() });
let runs = 0; // cachet-allow-mutable

/** @cacheData({ ttl: 100, jitter: "10%", persist: "jitter" }) */
function spread(x: number) {
  runs++;
  return x;
}

/** @cacheResource({ ttl: () => 100, jitter: 0.5 }) */
function made(x: number) {
  runs++;
  return { x };
}

/** @cacheData({ ttl: Infinity, jitter: 0.5 }) */
function forEver(x: number) {
  runs++;
  return x;
}

/** @cacheData({ ttl: 1, jitter: String("a lot") }) */
function misspelt(x: number) {
  return x;
}

const remaining = (fn: (x: number) => unknown) => cached(fn).entries()[0]?.remaining;

beforeEach(() => {
  configure({ clock, stores: { jitter: store } });
  for (const fn of [spread, made, forEver]) void cached(fn as (x: number) => unknown).clear();
  runs = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
});

describe("jitter", () => {
  it("shortens the ttl of an entry by up to its share, at random", () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
    spread(1);
    expect(remaining(spread)).toBeCloseTo(95_000);
    random.mockReturnValue(0);
    cached(spread).refresh(1);
    expect(remaining(spread)).toBeCloseTo(100_000);
    random.mockReturnValue(0.9);
    void cached(spread).set([1], 2);
    expect(remaining(spread)).toBeCloseTo(91_000);
  });

  it("never makes an entry live longer, and gives each one its own time", () => {
    for (let x = 0; x < 200; x++) spread(x);
    const times = cached(spread)
      .entries()
      .map((entry) => entry.remaining);
    expect(Math.max(...times)).toBeLessThanOrEqual(100_000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(90_000);
    expect(new Set(times).size).toBeGreaterThan(150);
  });

  it("applies to a ttl that is a function, and not to what lives for ever", () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    made(1);
    forEver(1);
    expect(remaining(made)).toBeCloseTo(75_000);
    expect(remaining(forEver)).toBe(Number.POSITIVE_INFINITY);
  });

  it("holds in a store: who reads the entry there gives it no more time", () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    spread(1);
    emptyFunction(ownerOf(spread));
    clock.add(60);
    spread(1);
    expect(runs).toBe(1);
    expect(remaining(spread)).toBeCloseTo(30_000);
    emptyFunction(ownerOf(spread));
    clock.add(30);
    spread(1);
    expect(runs).toBe(2);
  });

  it("needs a share", () => {
    expect(() => misspelt(1)).toThrow(InvalidOptionError);
    expect(() => misspelt(1)).toThrow(
      'misspelt(): invalid `jitter`: expected a number from 0 to 1 or a string such as "10%", got `"a lot"`',
    );
    const built = (value: string) =>
      transform(`/** @cacheData({ ttl: 1, jitter: ${value} }) */\nexport function f(x: number) { return x; }`, {
        fileName: "/p/a.ts",
      });
    for (const wrong of ["2", "-0.1", '"120%"', '"0.1"', "true", "NaN", "{}"])
      expect(built(wrong).diagnostics.map(({ code }) => code)).toEqual(["CACHET1009"]);
    for (const right of ["0", "1", "0.25", '"12.5%"', '"0%"']) expect(built(right).diagnostics).toEqual([]);
    expect(built('"12.5%"').code).toContain("jitter: 0.125");
  });
});
