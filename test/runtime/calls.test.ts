import { afterEach, describe, expect, it, vi } from "vitest";
import {
  cacheData,
  cached,
  cacheResource,
  configure,
  RecursiveCallError,
  stats,
  subscribe,
  UnhashableArgumentError,
  UnstorableValueError,
} from "../../runtime/index.ts";
import * as __cachet from "../../runtime/internal.ts";
import { data, dataAsync, deferred, features, freshId, resource, resourceAsync } from "./emitted.ts";

afterEach(() => configure({ enabled: true }));

describe("a cached call", () => {
  it("runs once for equal arguments and keeps each result [B25][B26]", () => {
    const body = vi.fn((x: number) => x * 2);
    const f = data(body, { parts: ["x"] });
    expect([f(0), f(1), f(0), f(1)]).toEqual([0, 2, 0, 2]);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("has exactly one entry without parameters [B27]", () => {
    const f = data(() => ({ at: Math.random() }), { parts: [] });
    expect(f()).toEqual(f());
    expect(cached(f).stats()).toMatchObject({ entries: 1, hits: 1, misses: 1 });
  });

  it("takes every spelling of a call as the same [B28]", () => {
    const body = vi.fn((x: number) => x);
    const f = data(body, { parts: ["x"] });
    f(1);
    f(...([1] as const));
    f.call(null, 1);
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("does not care for the order of properties [B29][B67]", () => {
    const body = vi.fn((_o: object) => 1);
    const f = data(body, { parts: ["o"] });
    f({ a: 1, b: { c: 1, d: 2 } });
    f({ b: { d: 2, c: 1 }, a: 1 });
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("keys by the arguments as they were before the body ran [B37]", () => {
    const f = data((o: { answer: number }) => ++o.answer, { parts: ["o"] });
    const d = { answer: 0 };
    expect([f(d), f(d), f({ answer: 0 })]).toEqual([1, 2, 1]);
  });

  it("refuses an unhashable argument before the body runs, and the next good call works [B38][B104][B110]", () => {
    const body = vi.fn((_x: unknown) => 1);
    const f = data(body, { parts: ["x"] });
    expect(() => f(() => 1)).toThrow(UnhashableArgumentError);
    expect(body).not.toHaveBeenCalled();
    expect(f(1)).toBe(1);
  });

  it.each([undefined, null, 0, "", false, Number.NaN])("keeps %s like any other value [B147]", (value) => {
    const body = vi.fn(() => value);
    const f = data(body, { parts: [] });
    expect([f(), f()]).toEqual([value, value]);
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("does not store a failed run [B238]", async () => {
    let runs = 0;
    const f = data(() => {
      if (++runs < 2) throw new Error("no");
      return runs;
    });
    expect(f).toThrow("no");
    expect(f()).toBe(2);
    const g = dataAsync(async () => {
      if (++runs < 4) throw new Error("no");
      return runs;
    });
    await expect(g()).rejects.toThrow("no");
    expect(await g()).toBe(4);
  });

  it("keeps 0 and -0 in one entry, and NaN with itself [B47]", () => {
    const body = vi.fn((x: number) => x);
    const f = data(body, { parts: ["x"] });
    f(0);
    f(-0);
    f(Number.NaN);
    f(Number.NaN);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("never lets a text argument meet an encoding", () => {
    const body = vi.fn((x: unknown) => x);
    const f = data(body, { parts: ["x"] });
    f([1]);
    f("[1:n1;");
    f("n1;");
    f(1);
    expect(body).toHaveBeenCalledTimes(4);
  });

  it("leaves an abort signal out, next to others and as a property", () => {
    const body = vi.fn((..._x: unknown[]) => 1);
    const f = data(body, { parts: ["x", "signal"] });
    f(1, undefined);
    f(1, new AbortController().signal);
    f({ a: 1 }, 0);
    f({ a: 1, signal: new AbortController().signal }, 0);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("runs every call while caching is off", () => {
    const body = vi.fn(() => 1);
    const f = data(body);
    f();
    configure({ enabled: false });
    f();
    f();
    expect(body).toHaveBeenCalledTimes(3);
    configure({ enabled: true });
    f();
    expect(body).toHaveBeenCalledTimes(3);
  });
});

describe("data and resources", () => {
  it("gives the first caller the value itself and later ones copies of their own [B139][B143][B144]", () => {
    const own = [0, 1];
    const f = data(() => own);
    const first = f();
    expect(first).toBe(own);
    first[0] = 9;
    const second = f();
    expect(second).toEqual([0, 1]);
    second[0] = 7;
    expect(f()).toEqual([0, 1]);
  });

  it("shares one resource with everybody [B140][B141][B153]", () => {
    const list = resource(() => [1]);
    expect([list, list, list].map((get) => ++(get() as number[])[0]!)).toEqual([2, 3, 4]);
    const fn = resource(() => () => 1);
    expect(fn()).toBe(fn());
  });

  it("gives data to each caller unspoilt where a resource would not [B142]", () => {
    const copy = data(() => ({ Lat: 1 }) as { Lat?: number });
    const live = resource(() => ({ Lat: 1 }) as { Lat?: number });
    copy();
    delete copy().Lat;
    delete live().Lat;
    expect(copy()).toEqual({ Lat: 1 });
    expect(live()).toEqual({});
  });

  it("refuses at the first call what cannot be copied, and stores nothing [B148][B149][B314]", () => {
    const body = vi.fn(() => ({ rows: [{ get: () => 1 }] }));
    const f = data(body, { name: "load" });
    for (let i = 0; i < 2; i++) {
      expect(f).toThrow(
        expect.objectContaining({ path: "result.rows[0].get", type: "function", code: "CACHET_UNSTORABLE_VALUE" }),
      );
    }
    expect(f).toThrow(/load\(\).*@cacheResource/);
    expect(f).toThrow(UnstorableValueError);
    expect(body).toHaveBeenCalledTimes(4);
    expect(cached(f).stats().entries).toBe(0);
  });
});

describe("calls in flight", () => {
  it("share one run, with copies for data [B234][B235]", async () => {
    const gate = deferred();
    const body = vi.fn(async () => {
      await gate.promise;
      return [1];
    });
    const f = dataAsync(body);
    const calls = Array.from({ length: 50 }, () => f());
    gate.resolve();
    const results = await Promise.all(calls);
    expect(body).toHaveBeenCalledTimes(1);
    expect(new Set(results).size).toBe(50);
    expect(results.every((r) => r.length === 1 && r[0] === 1)).toBe(true);
  });

  it("share the resource itself [B235]", async () => {
    const f = resourceAsync(async () => ({}));
    const results = await Promise.all(Array.from({ length: 50 }, () => f()));
    expect(new Set(results).size).toBe(1);
  });

  it("share a rejection, and the next call runs again [B239]", async () => {
    let runs = 0;
    const f = dataAsync(async () => {
      runs++;
      await null;
      throw new Error(`run ${runs}`);
    });
    const results = await Promise.allSettled([f(), f(), f()]);
    expect(results.map((r) => (r as PromiseRejectedResult).reason.message)).toEqual(["run 1", "run 1", "run 1"]);
    await expect(f()).rejects.toThrow("run 2");
  });

  it("give a fresh promise each time [B244]", async () => {
    const f = dataAsync(async () => 1);
    const [a, b] = [f(), f()];
    expect(a).not.toBe(b);
    expect([await a, await b, await f()]).toEqual([1, 1, 1]);
  });

  it("do not hold up other keys or hits [B236][B237]", async () => {
    const gate = deferred();
    const f = dataAsync(
      async (x: number) => {
        if (x === 1) await gate.promise;
        return x;
      },
      { parts: ["x"] },
    );
    const slow = f(1);
    expect(await f(2)).toBe(2);
    expect(await f(2)).toBe(2);
    gate.resolve();
    expect(await slow).toBe(1);
  });

  it("treat a function that returns a promise as async: the value is stored, promises stay fresh [B152]", async () => {
    const body = vi.fn((): Promise<number[]> => Promise.resolve([1]));
    const f = data(body);
    const [a, b] = await Promise.all([f(), f()]);
    expect(a).not.toBe(b);
    const hit = f();
    expect(hit).toBeInstanceOf(Promise);
    expect(await hit).toEqual([1]);
    const g = resource(body);
    await g();
    expect(g()).not.toBe(g());
    expect(await g()).toBe(await g());
  });

  it("are dropped from the books when they settle [B184]", async () => {
    const f = dataAsync(
      async (x: number) => {
        if (x < 0) throw new Error("no");
        return x;
      },
      { parts: ["x"], maxEntries: 2 },
    );
    for (let i = 0; i < 20; i++) await f(i);
    await f(-1).catch(() => {});
    const descriptor = __cachet.data({
      id: cached(f).id,
      hash: "c1:0",
      name: "f",
      parts: ["x"],
      use: features,
      async: true,
      maxEntries: 2,
    });
    expect((descriptor.root as any).one.size).toBe(2);
  });
});

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

describe("definitions", () => {
  const define = (over: Partial<__cachet.EmittedDefinition>) =>
    __cachet.data({ id: "same", hash: "c1:0", name: "f", parts: ["x"], use: features, ...over });
  const call = (d: ReturnType<typeof define>, x: number, body: () => unknown) => {
    const value = d.get1(x);
    return value !== __cachet.MISS ? value : d.run([x], body);
  };

  it("start cold under a test runner, which evaluates a module again to give it other mocks", () => {
    vi.stubEnv("VITEST", "true");
    const id = freshId();
    const first = data(() => "Ada", { id });
    expect([first(), first()]).toEqual(["Ada", "Ada"]);
    const second = data(() => "Bob", { id });
    expect([second(), second()]).toEqual(["Bob", "Bob"]);
    vi.unstubAllEnvs();
  });

  it("of the same id and code share entries, those of other code start empty [B9][B10]", () => {
    const id = freshId();
    call(define({ id }), 1, () => "old");
    expect(call(define({ id }), 1, () => "new")).toBe("old");
    expect(call(define({ id, hash: "c1:1" }), 1, () => "new")).toBe("new");
  });

  it("with other limits start empty, with another spinner they do not [B16][B18]", () => {
    const id = freshId();
    call(define({ id, ttl: 60 }), 1, () => "old");
    expect(call(define({ id, ttl: 60, showSpinner: "other" }), 1, () => "new")).toBe("old");
    expect(call(define({ id, ttl: 30 }), 1, () => "new")).toBe("new");
  });

  it("use the newest validate after a reload [B17]", () => {
    const id = freshId();
    const seen: string[] = [];
    call(define({ id, options: () => ({ validate: () => seen.push("a") > 0 }) }), 1, () => 1);
    call(define({ id, options: () => ({ validate: () => seen.push("b") > 0 }) }), 1, () => 1);
    expect(seen).toEqual(["b"]);
  });

  it("of two functions never share entries [B7][B8]", () => {
    expect(call(define({ id: freshId() }), 1, () => "a")).toBe("a");
    expect(call(define({ id: freshId() }), 1, () => "b")).toBe("b");
  });

  it("attach to functions without disturbing them", () => {
    const frozen = Object.freeze(() => 1);
    const d = define({ id: freshId() });
    expect(() => __cachet.attach(d, frozen)).not.toThrow();
    expect(cached(frozen).id).toBe(d.definition.id);
    expect(
      __cachet.fn(
        d,
        "named",
        (
          () => () =>
            1
        )(),
      ).name,
    ).toBe("named");
    const object = __cachet.members({ m() {} }, [d, "m"], [d, "missing"]);
    expect(cached(object.m).id).toBe(d.definition.id);
  });

  it("show as rows of statistics once called [B301][B304][B305][B306]", () => {
    const id = freshId("bar");
    const rows = () => stats().filter((row) => row.id === id);
    const d = define({ id, name: "bar" });
    expect(rows()).toEqual([]);
    call(d, 1, () => "x");
    call(d, 1, () => "x");
    expect(rows()).toMatchObject([{ name: "bar", kind: "data", entries: 1, hits: 1, misses: 1 }]);
    expect(rows()[0]!.bytes).toBeGreaterThan(0);
  });
});

describe("events", () => {
  it("tell of misses, writes, hits and clears, and listeners disturb nobody", () => {
    const seen: string[] = [];
    const end = subscribe((event) => {
      seen.push(event.type);
      throw new Error("listener");
    });
    const f = data(() => 1, { name: "watched" });
    f();
    f();
    cached(f).clear();
    end();
    f();
    expect(seen).toEqual(["miss", "write", "hit", "clear"]);
  });
});
