import { afterEach, describe, expect, it, vi } from "vitest";
import { cached, configure, UnhashableArgumentError, UnstorableValueError } from "../../runtime/index.ts";
import * as __cachet from "../../runtime/internal.ts";
import { data, dataAsync, deferred, features, resource, resourceAsync } from "./emitted.ts";

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
