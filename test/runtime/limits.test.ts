import { describe, expect, it, vi } from "vitest";
import { type CacheEvent, cacheData, cached, configure, InvalidOptionError, subscribe } from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import { data, dataAsync, resource } from "./emitted.ts";
import { useHandClock } from "./hand-clock.ts";

const clock = useHandClock();
const DAY = 86_400;

/** An option that only run time knows. */
const late = (name: string, option: string, value: unknown) =>
  Object.defineProperty({ name }, option, { get: () => value, enumerable: true });

describe("ttl", () => {
  it("absent means never [B157][B171]", () => {
    const body = vi.fn(() => 1);
    const f = data(body);
    const g = data(body, { ttl: Infinity });
    f();
    g();
    clock.add(3650 * DAY);
    f();
    g();
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("counts from the write; reading does not extend it, and functions do not disturb each other [B158][B166][B167]", () => {
    const runs: [string, number][] = [];
    const f = data(
      () => {
        runs.push(["f", clock.ms / 1000]);
        return 1;
      },
      { ttl: DAY },
    );
    const g = data(
      () => {
        runs.push(["g", clock.ms / 1000]);
        return 1;
      },
      { ttl: 2 * DAY },
    );
    for (const at of [0, 0.5 * DAY, 1.5 * DAY, 2 * DAY + 1, 2.5 * DAY + 1]) {
      clock.ms = at * 1000;
      f();
      g();
    }
    expect(runs.filter(([n]) => n === "f").map(([, t]) => t)).toEqual([0, 1.5 * DAY, 2.5 * DAY + 1]);
    expect(runs.filter(([n]) => n === "g").map(([, t]) => t)).toEqual([0, 2 * DAY + 1]);
  });

  it("is over at exactly ttl [B168]", () => {
    const f = resource(() => ({}), { ttl: 10 });
    const first = f();
    clock.ms = 9_999;
    expect(f()).toBe(first);
    clock.ms = 10_000;
    expect(cached(f).has()).toBe(false);
    expect(f()).not.toBe(first);
  });

  it("follows the monotonic clock, not the wall [B169]", () => {
    const f = data(() => ({}), { ttl: 10 });
    f();
    configure({ clock: { now: clock.now, wall: () => 1e15 } });
    f();
    expect(cached(f).stats().misses).toBe(1);
  });

  it("of 0 expires at once [B170]", () => {
    const body = vi.fn(() => 1);
    const f = data(body, { ttl: 0 });
    f();
    f();
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("given as text or object at run time is parsed, and a bad one is refused before the body runs [B159][B160][B161][B163][B165]", () => {
    const body = vi.fn(() => 1);
    for (const ttl of ["1h23s", { hours: 1, seconds: 23 }, "PT1H23S", 3623]) {
      const f = data(body, { ttl });
      f();
      clock.add(3622);
      f();
      clock.add(1);
      f();
      expect(cached(f).stats().misses).toBe(2);
    }
    body.mockClear();
    for (const ttl of ["", "10", "1M", "1y", -1, Number.NaN, true, "1 flecond", null]) {
      const f = data(body, late("load", "ttl", ttl));
      expect(f, String(ttl)).toThrow(InvalidOptionError);
      expect(f).toThrow(/load\(\): invalid `ttl`: expected /);
    }
    expect(body).not.toHaveBeenCalled();
  });

  it("leaves nothing to linger: expired entries go by themselves, released, without keeping the process alive [B172]", () => {
    vi.useFakeTimers();
    try {
      const released: unknown[] = [];
      const f = resource((x: number) => ({ x }), {
        parts: ["x"],
        ttl: 10,
        onRelease: (r: unknown) => released.push(r),
      });
      f(1);
      clock.add(5);
      f(2);
      clock.add(7);
      vi.advanceTimersByTime(12_000);
      expect(released).toEqual([{ x: 1 }]);
      clock.add(7);
      vi.advanceTimersByTime(20_000);
      expect(released).toEqual([{ x: 1 }, { x: 2 }]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("shorter than zero time left is shown by statistics [B308]", () => {
    const f = data((x: number) => x, { parts: ["x"], ttl: 10 });
    f(1);
    f(2);
    expect(cached(f).stats().entries).toBe(2);
    clock.add(10);
    expect(cached(f).stats().entries).toBe(0);
  });
});

describe("maxEntries", () => {
  const computed = (calls: number[], options: object) => {
    const seen: number[] = [];
    const f = data(
      (x: number) => {
        seen.push(x);
        return x;
      },
      { parts: ["x"], ...options },
    );
    for (const x of calls) f(x);
    return seen;
  };

  it("has no limit by default [B177]", () => {
    const calls = Array.from({ length: 10_000 }, (_, i) => i);
    expect(computed([...calls, ...calls], {})).toHaveLength(10_000);
  });

  it("lets the least recently used go; reads refresh [B178][B179]", () => {
    expect(computed([1, 2, 1, 3, 1, 2], { maxEntries: 2 })).toEqual([1, 2, 3, 2]);
  });

  it("works the same for keys of two, three and four parts and for objects", () => {
    for (const parts of [
      ["a", "b"],
      ["a", "b", "c"],
      ["a", "b", "c", "d"],
    ]) {
      const seen: number[] = [];
      const f = data(
        (...args: number[]) => {
          seen.push(args.at(-1)!);
          return 1;
        },
        { parts, maxEntries: 2 },
      );
      for (const x of [1, 2, 1, 3, 1, 2]) f(...Array(parts.length - 1).fill(0), x);
      expect(seen).toEqual([1, 2, 3, 2]);
    }
    const seen: number[] = [];
    const f = data(
      (o: { x: number }) => {
        seen.push(o.x);
        return 1;
      },
      { parts: ["o"], maxEntries: 2 },
    );
    for (const x of [1, 2, 1, 3, 1, 2]) f({ x });
    expect(seen).toEqual([1, 2, 3, 2]);
  });

  it("drops what has expired before a live entry [B180]", () => {
    const f = data((x: string) => x, { parts: ["x"], maxEntries: 2, ttl: 10 });
    f("a");
    clock.add(5);
    f("b");
    f("a");
    clock.add(6);
    f("c");
    expect([cached(f).has("a"), cached(f).has("b"), cached(f).has("c")]).toEqual([false, true, true]);
  });

  it("is per function [B182]", () => {
    const f = data(() => 1, { maxEntries: 1 });
    const g = data(() => 1, { maxEntries: 1 });
    f();
    g();
    expect([cached(f).has(), cached(g).has()]).toEqual([true, true]);
  });

  it("outside its valid forms is refused [B181]", () => {
    for (const maxEntries of [0, -1, 1.5, "2", Number.NaN])
      expect(
        data(() => 1, late("load", "maxEntries", maxEntries)),
        String(maxEntries),
      ).toThrow(InvalidOptionError);
  });

  it("releases each resource that leaves, exactly once [B255]", () => {
    const released: number[] = [];
    const f = resource((x: number) => x, {
      parts: ["x"],
      maxEntries: 2,
      onRelease: (x: number) => released.push(x),
    });
    for (const x of [1, 2, 3, 2, 4]) f(x);
    expect(released).toEqual([1, 3]);
    cached(f).clear(4);
    cached(f).clear();
    cached(f).clear();
    expect(released.sort()).toEqual([1, 2, 3, 4]);
  });
});

describe("maxBytes", () => {
  it("bounds a function, least recently used first", () => {
    const f = data((x: number) => "x".repeat(x), { parts: ["x"], maxBytes: 3000 });
    f(1000);
    f(1001);
    f(1000);
    f(1002);
    expect([cached(f).has(1000), cached(f).has(1001), cached(f).has(1002)]).toEqual([true, false, true]);
    expect(cached(f).stats().bytes).toBeLessThanOrEqual(3000);
  });

  it("returns what is larger than the limit but does not keep it, and says so", () => {
    const events: CacheEvent[] = [];
    const end = subscribe((e) => events.push(e));
    const f = data((x: number) => "x".repeat(x), { parts: ["x"], maxBytes: 3000 });
    f(10);
    expect(f(10_000)).toHaveLength(10_000);
    expect([cached(f).has(10), cached(f).has(10_000)]).toEqual([true, false]);
    expect(events).toContainEqual(expect.objectContaining({ type: "evict", reason: "tooLarge" }));
    end();
  });

  it("bounds all functions together, whichever was used least recently", () => {
    cacheData.clear();
    configure({ maxBytes: 3000 });
    const f = data((x: number) => "x".repeat(x), { parts: ["x"] });
    const g = data((x: number) => "x".repeat(x), { parts: ["x"] });
    f(1000);
    g(1000);
    f(1000);
    f(1001);
    expect([cached(f).has(1000), cached(g).has(1000), cached(f).has(1001)]).toEqual([true, false, true]);
    configure({ maxBytes: Infinity });
  });

  it("lets others go for what a hit adds to its entry, and not the entry that was hit", () => {
    const f = data((x: { id: string }) => x.id.length, { parts: ["x"], maxBytes: 3000 });
    const call = (id: number) => ({ id: String(id).padEnd(60, "x") });
    let last = 0;
    while (cached(f).has(call(0)) || last === 0) f(call(last++));
    const oldest = Array.from({ length: last }, (_, id) => id).find((id) => cached(f).has(call(id))) as number;
    f(call(oldest));
    f(call(oldest));
    expect([cached(f).has(call(oldest)), cached(f).has(call(oldest + 1))]).toEqual([true, false]);
    expect(cached(f).stats().bytes).toBeLessThanOrEqual(3000);
  });

  it("counts uses from the moment that there is a limit, of what is there already, too", () => {
    cacheData.clear();
    const f = data((x: number, part: string) => part.repeat(x), { parts: ["x", "part"] });
    const g = data((x: number) => "x".repeat(x), { parts: ["x"] });
    f(1000, "a");
    f(1001, "a");
    f(1000, "b");
    g(1000);
    configure({ maxBytes: 8000 });
    f(1000, "a");
    g(1000);
    configure({ maxBytes: 3500 });
    const has = () => [
      cached(f).has(1000, "a"),
      cached(f).has(1001, "a"),
      cached(f).has(1000, "b"),
      cached(g).has(1000),
    ];
    expect(has()).toEqual([true, false, false, true]);
    // Without a limit nothing is put in order, and what came meanwhile is taken in by the next one.
    configure({ maxBytes: Infinity });
    const h = data((x: number) => "y".repeat(x), { parts: ["x"] });
    h(1000);
    configure({ maxBytes: 3500 });
    h(1000);
    f(1000, "a");
    configure({ maxBytes: 2600 });
    expect([...has(), cached(h).has(1000)]).toEqual([true, false, false, false, true]);
    configure({ maxBytes: Infinity });
  });

  it("takes effect on what is there already", () => {
    const f = data(() => "x".repeat(5000));
    f();
    configure({ maxBytes: "1 b" });
    expect(cached(f).has()).toBe(false);
    expect(state.bytes).toBeLessThanOrEqual(1);
  });
});

describe("statistics", () => {
  it("count the time that hits saved", async () => {
    const f = data(() => {
      clock.add(2);
      return 1;
    });
    f();
    f();
    f();
    expect(cached(f).stats().timeSaved).toBe(4000);
    const g = dataAsync(async () => {
      clock.add(1);
      return 1;
    });
    await Promise.all([g(), g()]);
    expect(cached(g).stats()).toMatchObject({ hits: 1, misses: 1, timeSaved: 1000 });
  });
});
