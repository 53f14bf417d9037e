import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheData, cached, configure } from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import { data } from "./emitted.ts";

const LENGTH = 2 ** 18;
const BYTES = LENGTH * 8;
const table = () => ({ a: new Float64Array(LENGTH).fill(1), b: new Float64Array(LENGTH).fill(2), note: ["x"] });
/** What prefetched copies hold. */
const held = () => [
  ...(state.features.prefetchedCopies as unknown as { ready: Map<object, { copy: Float64Array }> }).ready.values(),
];
const heldBytes = () => held().reduce((sum, { copy }) => sum + copy.byteLength, 0);
const idle = () => vi.advanceTimersByTime(1000);

beforeEach(async () => {
  // The first large value asks for what makes prefetched copies; from then on it is there.
  data(table)();
  await vi.waitFor(() => expect(state.features.prefetchedCopies).toBeDefined());
  cacheData.clear();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.advanceTimersByTime(20_000);
  vi.useRealTimers();
  configure({ maxBytes: Number.POSITIVE_INFINITY });
  cacheData.clear();
});

describe("a prefetched copy of large columns", () => {
  it("is made in idle time after the second hit, handed out once, and made again", () => {
    const load = data(table);
    load();
    load();
    idle();
    expect(held()).toEqual([]);
    load();
    idle();
    const [a, b] = held().map(({ copy }) => copy);
    const got = load();
    expect(got.a).toBe(a);
    expect(got.b).toBe(b);
    got.a[0] = 9;
    got.b.fill(0);
    const next = load();
    expect(next.a).not.toBe(got.a);
    expect(next).toEqual(table());
    idle();
    expect(load()).toEqual(table());
  });

  it("is not waited for: a burst of hits gets ordinary copies", () => {
    const load = data(table);
    const all = Array.from({ length: 5 }, () => load());
    expect(new Set(all.map(({ a }) => a.buffer)).size).toBe(5);
    for (const each of all) expect(each).toEqual(table());
  });

  it("that is half made is not handed out", () => {
    const load = data(() => ({ a: new Float64Array(2 ** 21).fill(3) }));
    for (let i = 0; i < 3; i++) load();
    vi.advanceTimersToNextTimer();
    expect(held()).toHaveLength(1);
    expect(load().a.every((x) => x === 3)).toBe(true);
    expect(held()).toHaveLength(1);
  });

  it("goes when its entry goes, and when nobody takes it for ten seconds", () => {
    const load = data(table);
    for (let i = 0; i < 3; i++) load();
    idle();
    expect(heldBytes()).toBe(2 * BYTES);
    void cached(load).clear();
    expect(held()).toEqual([]);
    for (let i = 0; i < 3; i++) load();
    idle();
    expect(heldBytes()).toBe(2 * BYTES);
    vi.advanceTimersByTime(10_000);
    expect(held()).toEqual([]);
  });

  it("goes when nobody takes it for ten seconds, whatever else is hit meanwhile", () => {
    const idleOne = data(table);
    const busy = data(() => ({ c: new Float64Array(LENGTH).fill(3) }));
    for (let i = 0; i < 3; i++) idleOne();
    for (let i = 0; i < 3; i++) busy();
    idle();
    expect(heldBytes()).toBe(3 * BYTES);
    for (let second = 0; second < 10; second++) {
      busy();
      idle();
    }
    expect(held().map(({ copy }) => copy[0])).toEqual([3]);
    expect(busy().c).toEqual(new Float64Array(LENGTH).fill(3));
  });

  it("counts in the function's maxBytes", () => {
    const tight = data(table, { maxBytes: 3 * BYTES });
    for (let i = 0; i < 3; i++) tight();
    idle();
    expect(heldBytes()).toBeLessThanOrEqual(BYTES);
    const wide = data((n: number) => new Float64Array(LENGTH).fill(n), { maxBytes: 3.5 * BYTES });
    for (let i = 0; i < 3; i++) wide(1);
    idle();
    expect(heldBytes()).toBeGreaterThanOrEqual(BYTES);
    wide(2);
    wide(3);
    expect(cached(wide).stats().entries).toBe(3);
    expect(held().filter(({ copy }) => copy[0] === 1)).toEqual([]);
  });

  it("counts in the global maxBytes, and goes before any entry does", () => {
    const load = data((n: number) => new Float64Array(LENGTH).fill(n));
    configure({ maxBytes: 2.5 * BYTES });
    for (let i = 0; i < 3; i++) load(1);
    idle();
    expect(heldBytes()).toBe(BYTES);
    load(2);
    expect(held()).toEqual([]);
    expect(cached(load).stats().entries).toBe(2);
    configure({ maxBytes: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 3; i++) load(1);
    idle();
    expect(heldBytes()).toBe(BYTES);
    configure({ maxBytes: 2.2 * BYTES });
    expect(held()).toEqual([]);
    expect(cached(load).stats().entries).toBe(2);
  });

  it("is made of every typed array and of nothing small", () => {
    const load = data(() => ({
      big: new BigInt64Array(LENGTH).fill(5n),
      bytes: new Uint8ClampedArray(2 ** 20).fill(7),
      small: new Float64Array(10),
    }));
    for (let i = 0; i < 3; i++) load();
    idle();
    expect(held()).toHaveLength(2);
    const { big, bytes } = load();
    expect(big).toEqual(new BigInt64Array(LENGTH).fill(5n));
    expect(bytes).toEqual(new Uint8ClampedArray(2 ** 20).fill(7));
    expect(bytes).toBeInstanceOf(Uint8ClampedArray);
  });
});
