import { afterEach, describe, expect, it } from "vitest";
import {
  cacheData,
  cached,
  cacheResource,
  configure,
  RecursiveCallError,
  UnhashableArgumentError,
} from "../../runtime/index.ts";
import { data, dataAsync, deferred, resource } from "./emitted.ts";

afterEach(() => configure({ enabled: true }));

describe("a clear", () => {
  it("empties one function and no other [B223][B229]", () => {
    const f = data(() => ({}));
    const g = data(() => ({}));
    const runs = () => [cached(f).stats().misses, cached(g).stats().misses];
    f();
    g();
    cached(f).clear();
    f();
    g();
    f();
    expect(runs()).toEqual([2, 1]);
  });

  it("with arguments drops just that entry [B224][B225]", () => {
    let n = 0;
    const f = data((_x: number) => ++n, { parts: ["x"] });
    f(1);
    cached(f).clear(2);
    expect(f(1)).toBe(1);
    cached(f).clear(1);
    expect(f(1)).toBe(2);
  });

  it("without arguments clears also a function that takes none [B226]", () => {
    let n = 0;
    const f = data(() => ++n);
    f();
    cached(f).clear();
    expect(f()).toBe(2);
  });

  it("refuses an unhashable argument and clears nothing [B227]", () => {
    const f = data((x: unknown) => x, { parts: ["x"] });
    f(1);
    expect(() => cached(f).clear(() => 1)).toThrow(UnhashableArgumentError);
    expect(cached(f).has(1)).toBe(true);
  });

  it("of one kind leaves the other [B19][B228]", () => {
    const f = data(() => ({}));
    const g = resource(() => ({}));
    f();
    const live = g();
    cacheData.clear();
    expect(cached(f).stats().entries).toBe(0);
    expect(g()).toBe(live);
    cacheResource.clear();
    expect(g()).not.toBe(live);
  });

  it("can be handed over as an event handler, whose event is not an argument [B230]", () => {
    const f = data((x: number) => x, { parts: ["x"] }) as ((x: number) => number) & { clear(...args: unknown[]): void };
    f(1);
    f(2);
    const { clear } = f;
    clear(new Event("click"));
    expect(cached(f).stats().entries).toBe(0);
    f(1);
    f(2);
    clear(1);
    expect([cached(f).has(1), cached(f).has(2)]).toEqual([false, true]);
    expect(Object.keys(f)).toEqual([]);
  });

  it("beats a run in flight: its caller gets the value, the cache does not [B232]", async () => {
    for (const clear of [(f: any) => cached(f).clear(), (f: any) => cached(f).clear(1), () => cacheData.clear()]) {
      const gate = deferred();
      let n = 0;
      const f = dataAsync(
        async (_x: number) => {
          const mine = ++n;
          await gate.promise;
          return mine;
        },
        { parts: ["x"] },
      );
      const old = [f(1), f(1)];
      clear(f);
      const fresh = f(1);
      gate.resolve();
      expect(await Promise.all(old)).toEqual([1, 1]);
      expect(await fresh).toBe(2);
      expect(await f(1)).toBe(2);
      expect(n).toBe(2);
    }
  });

  it("many times at once is safe [B231]", async () => {
    const f = dataAsync(async (x: number) => x, { parts: ["x"] });
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await f(i);
        cached(f).clear();
        cacheData.clear();
      }),
    );
    expect(await f(1)).toBe(1);
    expect(cached(f).stats().entries).toBe(1);
  });

  it("from inside the body keeps that run out of the cache", () => {
    let n = 0;
    const f: () => number = data(() => {
      if (++n === 1) cached(f).clear();
      return n;
    });
    expect([f(), f(), f()]).toEqual([1, 2, 2]);
  });

  it("is seen at once by calls that follow [B15]", () => {
    let n = 0;
    const f = data(() => ++n);
    const { ...held } = { f };
    held.f();
    cacheData.clear();
    expect(held.f()).toBe(2);
  });
});

describe("recursion", () => {
  it("with other arguments works: fib(30) takes 31 runs [B240]", () => {
    let runs = 0;
    const fib: (n: number) => number = data(
      (n: number) => {
        runs++;
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
      },
      { parts: ["n"] },
    );
    expect(fib(30)).toBe(832040);
    expect(runs).toBe(31);
  });

  it("of the same call throws instead of hanging, sync and async, direct and through others [B241]", async () => {
    const f: (n: number) => number = data((n: number) => f(n), { parts: ["n"] });
    expect(() => f(1)).toThrow(RecursiveCallError);
    const g: (n: number) => Promise<number> = dataAsync(
      async (n: number) => {
        await null;
        return g(n);
      },
      { parts: ["n"] },
    );
    await expect(g(1)).rejects.toThrow(RecursiveCallError);
    const a: (n: number) => Promise<number> = dataAsync(
      async (n: number) => {
        await null;
        return b(n);
      },
      { parts: ["n"] },
    );
    const b: (n: number) => Promise<number> = dataAsync(
      async (n: number) => {
        await null;
        return a(n);
      },
      { parts: ["n"] },
    );
    await expect(a(1)).rejects.toThrow(RecursiveCallError);
    const both = await Promise.allSettled([a(2), b(2)]);
    expect(both.map((r) => r.status)).toEqual(["rejected", "rejected"]);
    expect(f.name && cached(f).stats().entries).toBe(0);
  });

  it("is not what equal calls side by side within another cached function are", async () => {
    const inner = dataAsync(
      async (x: number) => {
        await null;
        return x;
      },
      { parts: ["x"] },
    );
    const outer = dataAsync(async () => {
      const all = await Promise.all([inner(1), inner(1), inner(1)]);
      return all;
    });
    expect(await outer()).toEqual([1, 1, 1]);
    expect(cached(inner).stats().misses).toBe(1);
  });

  it("is not what two functions that share a slow third are", async () => {
    const gate = deferred();
    const shared = dataAsync(async () => {
      await gate.promise;
      return 1;
    });
    const a = dataAsync(async () => (await shared()) + 1);
    const b = dataAsync(async () => (await shared()) + (await a()));
    const all = Promise.all([a(), b(), shared()]);
    gate.resolve();
    expect(await all).toEqual([2, 3, 1]);
  });
});
