import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import {
  AsyncStoreError,
  type CacheEvent,
  cacheData,
  cached,
  codec,
  configure,
  subscribe,
  UnknownStoreError,
  UnstorableValueError,
} from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import type { Invalidation, Lease, Store } from "../../runtime/stores/store.ts";
import { data, dataAsync, deferred, freshId, type Given, handClock } from "./emitted.ts";
import { fakeAsyncStore, fakeStore } from "./fake-stores.ts";

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  state.warned.clear();
  configure({
    onWarning: (message) => warnings.push(message),
    clock: { now: () => performance.now(), wall: () => Date.now() },
  });
});
afterEach(() => {
  state.settings.stores = {};
});

const use = (store: Store) => configure({ stores: { mine: store } });
/** The same function in the next process: nothing in memory. */
const again = (make: (options: Given) => any, id: string) => {
  state.functions.delete(id);
  return make({ id, persist: "mine" });
};

describe("a durable store", () => {
  it("answers in the next process, without running the body [B10][B189][B192]", () => {
    const store = fakeStore();
    use(store);
    const id = freshId();
    const body = vi.fn((x: number) => ({ x, at: new Date(5) }));
    const make = (o: Given) => data(body, { parts: ["x"], ...o });
    again(make, id)(1);
    expect(store.kept.size).toBe(1);
    const f = again(make, id);
    expect(f(1)).toEqual({ x: 1, at: new Date(5) });
    const one = f(1);
    one.x = 9;
    expect(f(1).x).toBe(1);
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("is asked once, then memory answers [B190][B191]", () => {
    const seen: string[] = [];
    const store = fakeStore((operation) => seen.push(operation));
    use(store);
    const f = data((x: number) => [x], { parts: ["x"], persist: "mine" });
    f(1);
    f(1);
    f(1);
    expect(seen).toEqual(["lookup", "write"]);
  });

  it("is not touched unless the mark asks for it [B185]", () => {
    const seen: string[] = [];
    use(fakeStore((operation) => seen.push(operation)));
    data(() => 1)();
    expect(seen).toEqual([]);
  });

  it("works later too: lookup, write, clear and single flight [B192]", async () => {
    const store = fakeAsyncStore();
    use(store);
    const id = freshId();
    const body = vi.fn(async (x: number) => [x]);
    const make = (o: Given) => dataAsync(body, { parts: ["x"], ...o });
    const f = again(make, id);
    await Promise.all([f(1), f(1)]);
    expect(store.kept.size).toBe(1);
    const g = again(make, id);
    const [a, b] = await Promise.all([g(1), g(1)]);
    expect([a, b]).toEqual([[1], [1]]);
    expect(a).not.toBe(b);
    expect(body).toHaveBeenCalledTimes(1);
    await cached(g).clear();
    expect(store.kept.size).toBe(0);
    await g(1);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("clears a function's own entries, one entry, or all of a kind [B201][B203][B222][B228]", async () => {
    const store = fakeStore();
    use(store);
    const f = data((x: number) => x, { parts: ["x"], persist: "mine" });
    const g = data((x: number) => x, { parts: ["x"], persist: "mine" });
    f(1);
    f(2);
    g(1);
    cached(f).clear(1);
    expect(store.kept.size).toBe(2);
    cached(f).clear();
    expect([...store.kept.values()].map((e) => e.meta.function)).toEqual([cached(g).id]);
    cacheData.clear();
    expect(store.kept.size).toBe(0);
  });

  it("is cleared of leftovers even where the function no longer persists [B202]", () => {
    const store = fakeStore();
    use(store);
    const id = freshId();
    data(() => 1, { id, persist: "mine" })();
    const f = data(() => 1, { id });
    cached(f).clear();
    expect(store.kept.size).toBe(0);
  });

  it("keeps time by the wall: gone at exactly ttl, in any process [B168][B173][B174]", () => {
    const clock = handClock();
    configure({ clock });
    use(fakeStore());
    const id = freshId();
    let runs = 0;
    const make = (o: Given) => data(() => ++runs, { ttl: 10, ...o });
    again(make, id)();
    clock.add(9);
    const f = again(make, id);
    expect(f()).toBe(1);
    clock.add(1);
    expect(f()).toBe(2);
    const g = again(make, id);
    expect(g()).toBe(2);
    clock.ms -= 60_000;
    expect(again(make, id)()).toBe(3);
  });

  it("that fails costs a recompute, one warning per kind and an event each time [B194][B199][B220]", async () => {
    const events: CacheEvent[] = [];
    const end = subscribe((event) => events.push(event));
    use(
      fakeStore((operation) => {
        throw new Error(`${operation} is broken`);
      }),
    );
    const f = data((x: number) => x * 2, { parts: ["x"], persist: "mine" });
    expect([f(1), f(2), f(1)]).toEqual([2, 4, 2]);
    expect(() => cached(f).clear()).not.toThrow();
    expect(warnings.filter((w) => /could not be read/.test(w))).toHaveLength(1);
    expect(warnings.filter((w) => /could not be written/.test(w))).toHaveLength(1);
    expect(events.filter((e) => e.type === "error" && e.operation === "write")).toHaveLength(2);
    end();
    use(
      fakeAsyncStore(async (operation) => {
        throw new Error(operation);
      }),
    );
    const g = dataAsync(async (x: number) => x, { parts: ["x"], persist: "mine" });
    expect(await g(1)).toBe(1);
    await cached(g).clear();
  });

  it("with damaged bytes costs a recompute and is written again [B194][B195][B198]", () => {
    const store = fakeStore();
    use(store);
    const id = freshId();
    const body = vi.fn(() => [1]);
    const make = (o: Given) => data(body, o);
    again(make, id)();
    const [key, entry] = [...store.kept][0]!;
    store.kept.set(key, { ...entry, bytes: entry.bytes.slice(0, -5) });
    expect(again(make, id)()).toEqual([1]);
    expect(body).toHaveBeenCalledTimes(2);
    expect(warnings).toHaveLength(1);
    expect(again(make, id)()).toEqual([1]);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("whose codec fails on old data costs a recompute [B197]", () => {
    class Point {
      x: number;
      constructor(x: number) {
        this.x = x;
      }
    }
    use(fakeStore());
    let fails = false;
    configure({
      codecs: [
        codec(Point, {
          encode: (p) => p.x,
          decode: (x: number) => {
            if (fails) throw new Error("old");
            return new Point(x);
          },
        }),
      ],
    });
    const id = freshId();
    const body = vi.fn(() => [new Point(1)]);
    const make = (o: Given) => data(body, o);
    again(make, id)();
    expect(again(make, id)()).toEqual([new Point(1)]);
    expect(body).toHaveBeenCalledTimes(1);
    fails = true;
    const f = again(make, id);
    fails = true;
    expect(f()[0].x).toBe(1);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("stays right where it fails at random", async () => {
    let seed = 1;
    const maybe = () => {
      seed = (seed * 48271) % 2147483647;
      if (seed % 3 === 0) throw new Error("away");
    };
    use(fakeStore(maybe));
    const f = data((x: number) => ({ x }), { parts: ["x"], persist: "mine", maxEntries: 5 });
    for (let i = 0; i < 500; i++) {
      const x = (i * 7) % 13;
      expect(f(x)).toEqual({ x });
      if (i % 31 === 0) cached(f).clear(x);
    }
    use(fakeAsyncStore(async () => maybe()));
    const g = dataAsync(async (x: number) => ({ x }), { parts: ["x"], persist: "mine", maxEntries: 5 });
    for (let i = 0; i < 300; i++)
      expect(await Promise.all([g(i % 11), g(i % 11)])).toEqual([{ x: i % 11 }, { x: i % 11 }]);
  });

  it("tells what it needs and what there is, at the first call [B217]", async () => {
    use(fakeAsyncStore());
    const f = data(() => 1, { name: "load", persist: "yours" });
    expect(f).toThrow(UnknownStoreError);
    expect(f).toThrow(/load\(\).*"yours".*"mine"/);
    expect(data(() => 1, { persist: "mine" })).toThrow(AsyncStoreError);
    await expect(dataAsync(async () => 1, { persist: "constructor" })()).rejects.toThrow(UnknownStoreError);
    use(fakeStore());
    configure({ stores: { yours: fakeStore() } });
    expect(f()).toBe(1);
  });

  it("refuses a value that only memory can hold, at the first call", async () => {
    use(fakeStore());
    const f = dataAsync(async () => new Blob(["a"]), { persist: "mine" });
    await expect(f()).rejects.toThrow(UnstorableValueError);
  });

  it("loses entries that maxEntries pushes out of memory [B183]", () => {
    const store = fakeStore();
    use(store);
    const f = data((x: number) => x, { parts: ["x"], persist: "mine", maxEntries: 2 });
    f(1);
    f(2);
    f(1);
    f(3);
    expect(store.kept.size).toBe(2);
    expect([cached(f).has(1), cached(f).has(2), cached(f).has(3)]).toEqual([true, false, true]);
    expect([...store.kept.values()][0]!.meta.maxEntries).toBe(2);
  });

  it("cannot bring back what was cleared while a run, a lookup or a write was on its way [B232]", async () => {
    for (const held of ["body", "lookup", "write"]) {
      const gate = deferred();
      let armed = true;
      const store = fakeAsyncStore(async (operation) => {
        if (armed && operation === held) await gate.promise;
      });
      use(store);
      let runs = 0;
      const f = dataAsync(
        async () => {
          const mine = ++runs;
          if (held === "body" && mine === 1) await gate.promise;
          return mine;
        },
        { persist: "mine" },
      );
      const first = f();
      await new Promise((resolve) => setTimeout(resolve, 5));
      const cleared = cached(f).clear();
      armed = false;
      const second = f();
      gate.resolve();
      await cleared;
      expect([await first, await second].sort()).toEqual([1, 2]);
      expect(await f()).toBe(await second);
      expect([...store.kept.values()]).toHaveLength(1);
    }
  });

  it("is not overtaken: a call right after an unfinished clear does not find the old entry", async () => {
    const store = fakeAsyncStore(
      (operation) => new Promise((resolve) => setTimeout(resolve, operation === "clear" ? 20 : 0)),
    );
    use(store);
    const id = freshId();
    let runs = 0;
    const make = (o: Given) => dataAsync(async () => ++runs, o);
    await again(make, id)();
    const f = again(make, id);
    const cleared = cached(f).clear();
    expect(await f()).toBe(2);
    await cleared;
    expect(await again(make, id)()).toBe(2);
  });

  it("lets one process compute where it knows locks, sync and async", async () => {
    const store = fakeStore();
    const order: string[] = [];
    const lease = { release: () => void order.push("release") };
    use({
      ...store,
      lock: async () => {
        order.push("lock");
        return lease;
      },
      lockSync: () => {
        order.push("lock");
        return lease;
      },
    });
    const f = data(
      () => {
        order.push("body");
        return 1;
      },
      { persist: "mine" },
    );
    f();
    const g = dataAsync(
      async () => {
        order.push("body");
        return 1;
      },
      { persist: "mine" },
    );
    await g();
    expect(order).toEqual(["lock", "body", "release", "lock", "body", "release"]);
    const bad = data(
      () => {
        throw new Error("no");
      },
      { persist: "mine" },
    );
    expect(bad).toThrow("no");
    expect(order.at(-1)).toBe("release");
  });

  it("takes the result another holder left while this one waited", () => {
    const store = fakeStore();
    const id = freshId();
    use(store);
    const body = vi.fn(() => "computed");
    const make = (o: Given) => data(body, o);
    again(make, id)();
    const kept = [...store.kept];
    store.kept.clear();
    use({
      ...store,
      lockSync: () => {
        for (const [k, e] of kept) store.kept.set(k, e);
        return undefined;
      },
    });
    expect(again(make, id)()).toBe("computed");
    expect(body).toHaveBeenCalledTimes(1);
  });

  it.each(["readEpochs", "renewEpochs", "lookup", "write", "delete"])(
    "that never answers to %s costs one wait, and no caller its value",
    async (silent) => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      let isSilent = false;
      const store = fakeAsyncStore((operation) =>
        isSilent && operation === silent ? new Promise(() => {}) : Promise.resolve(),
      );
      const { readEpochs } = store;
      store.readEpochs = (...given) =>
        isSilent && silent === "readEpochs" ? new Promise(() => {}) : (readEpochs?.(...given) ?? []);
      use(store);
      let version = "old";
      const f = dataAsync(async (_: number) => version, { parts: ["n"], persist: "mine" });
      const finished = async (call: () => unknown) => {
        let value: unknown;
        void Promise.resolve(call()).then((given) => (value = given ?? "done"));
        await vi.advanceTimersByTimeAsync(25_000);
        return value;
      };
      await f(1);
      isSilent = true;
      version = "new";
      expect(await finished(() => cached(f).clear(1))).toBe("done");
      expect(await finished(() => f(1))).toBe("new");
      expect(await finished(() => f(2))).toBe("new");
      if (silent !== "delete") expect(warnings.join()).toContain("it did not answer within 10 s");
      isSilent = false;
      await vi.advanceTimersByTimeAsync(60_000);
      cached(f).clear(2);
      expect(await finished(() => f(2))).toBe("new");
    },
  );

  it.each(["lock", "release"])(
    "whose locks never come to an end (%s) costs one wait, and no caller its value",
    async (silent) => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      let asked = 0;
      let settle: (lease: Lease) => void = () => {};
      const released = vi.fn();
      use({
        ...fakeAsyncStore(),
        lockTimeout: 5_000,
        lock: async () => {
          asked++;
          return silent === "lock"
            ? new Promise<Lease>((resolve) => (settle = resolve))
            : { release: () => new Promise(() => {}) };
        },
      });
      const f = dataAsync(async (n: number) => n * 2, { parts: ["n"], persist: "mine" });
      const first = f(1);
      await vi.advanceTimersByTimeAsync(9_900);
      expect(await Promise.race([first, "still waiting"])).toBe("still waiting");
      await vi.advanceTimersByTimeAsync(5_200);
      expect(await first).toBe(2);
      expect(warnings.join()).toContain("could not lock");
      expect(await f(2)).toBe(4);
      expect(asked).toBe(1);
      settle({ release: released });
      await vi.advanceTimersByTimeAsync(0);
      expect(released).toHaveBeenCalledTimes(silent === "lock" ? 1 : 0);
    },
  );

  it("tells of changes elsewhere, and memory follows", async () => {
    let tell: (change: Invalidation) => void = () => {};
    const store = fakeAsyncStore();
    use({
      ...store,
      onInvalidate: (listener) => {
        tell = listener;
        return () => {};
      },
    });
    let runs = 0;
    const f = dataAsync(async (x: number) => [x, ++runs], { parts: ["x"], persist: "mine" });
    await f(1);
    await f(2);
    const [key, first] = [...store.kept][0]!;
    const scopes = Object.keys(first.meta.epochs ?? {});
    store.kept.delete(key);
    tell({ scopes: scopes.filter((scope) => scope.startsWith("args:")) });
    expect(await f(1)).toEqual([1, 3]);
    expect(await f(2)).toEqual([2, 2]);
    store.kept.clear();
    tell({ scopes: scopes.filter((scope) => scope.startsWith("fn:")) });
    expect(await f(2)).toEqual([2, 4]);
  });

  it("is closed when another takes its place [B219]", () => {
    const close = vi.fn();
    use({ ...fakeStore(), close });
    use(fakeStore());
    expect(close).toHaveBeenCalledTimes(1);
  });

  it("keys by function, code and arguments; long keys become digests", () => {
    const store = fakeStore();
    use(store);
    const f = data((x: string) => x, { parts: ["x"], persist: "mine" });
    f("short");
    f("x".repeat(1000));
    f("\ud800");
    f("\ufffd");
    const keys = [...store.kept.keys()];
    expect(keys[0]).toContain(cached(f).id);
    expect(keys[0]).toContain("c1:0");
    expect(keys.slice(1).every((k) => /^#[0-9a-f]{64}$/.test(k))).toBe(true);
    expect(new Set(keys).size).toBe(4);
  });

  it("answers has() where it is synchronous", () => {
    use(fakeStore());
    const id = freshId();
    const make = (o: Given) => data((x: number) => x, { parts: ["x"], ...o });
    again(make, id)(1);
    const f = again(make, id);
    expect([cached(f).has(1), cached(f).has(2)]).toEqual([true, false]);
  });
});
