import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AsyncStoreError,
  type CacheEvent,
  cached,
  configure,
  InvalidOptionError,
  subscribe,
} from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import type { Store } from "../../runtime/stores/store.ts";
import { data, dataAsync, freshId, type Given } from "./emitted.ts";
import { fakeAsyncStore, fakeStore } from "./fake-stores.ts";

const warnings: string[] = [];
beforeEach(() => configure({ onWarning: (message) => warnings.push(message) }));
afterEach(() => {
  state.settings.stores = {};
});

const use = <S extends Store>(store: S): S => {
  configure({ stores: { mine: store } });
  return store;
};
/** The same function in the next process: nothing in memory. */
const next = (make: (options: Given) => any, id: string) => {
  state.functions.delete(id);
  return make({ id, persist: "mine" });
};

/** A lock that counts, as a store across processes has it. */
function withLock<S extends Store>(store: S): S {
  return Object.assign(store, {
    lock: async () => ({ release: async () => {} }),
    lockSync: () => ({ release: () => {} }),
  });
}

describe("validate on what a durable store has", () => {
  for (const [kind, make] of [
    ["a store without locks", fakeStore],
    ["a store with locks", () => withLock(fakeStore())],
    ["a store that answers later", fakeAsyncStore],
    ["a store that answers later, with locks", () => withLock(fakeAsyncStore())],
  ] as const) {
    it(`is asked before the value is served, and what it refuses is computed again: ${kind} [B247]`, async () => {
      const store = use(make() as Store & { kept: Map<string, unknown> });
      const id = freshId();
      const seen: unknown[] = [];
      let valid = true;
      let runs = 0;
      const validate = (value: unknown, ...args: unknown[]) => {
        seen.push([value, ...args]);
        return valid;
      };
      const body = (x: number) => ({ x, run: ++runs });
      const define = (options: object) =>
        (store.sync ? data : dataAsync)(body as never, { parts: ["x"], validate, ...options });
      await next(define, id)(1);
      expect(seen).toEqual([]);
      expect(await next(define, id)(1)).toEqual({ x: 1, run: 1 });
      expect(seen).toEqual([[{ x: 1, run: 1 }, 1]]);
      valid = false;
      expect(await next(define, id)(1)).toEqual({ x: 1, run: 2 });
      expect(seen).toHaveLength(2);
      valid = true;
      expect(await next(define, id)(1)).toEqual({ x: 1, run: 2 });
    });

    it(`computes again what it refuses in memory, instead of reading it back: ${kind}`, async () => {
      const store = use(make() as Store & { kept: Map<string, unknown> });
      let runs = 0;
      const validate = vi.fn((value: { run: number }) => value.run > 1);
      const f = (store.sync ? data : dataAsync)(() => ({ run: ++runs }), {
        persist: "mine",
        validate,
      });
      expect(await f()).toEqual({ run: 1 });
      expect(await f()).toEqual({ run: 2 });
      expect(validate).toHaveBeenCalledTimes(1);
      expect(await f()).toEqual({ run: 2 });
      expect(store.kept.size).toBe(1);
    });
  }

  it("waits for an async answer; a throw is a no and an event", async () => {
    use(fakeStore());
    const id = freshId();
    let answer: () => unknown = async () => true;
    let runs = 0;
    const make = (o: Given) => dataAsync(async () => ++runs, { validate: () => answer(), ...o });
    await next(make, id)();
    expect(await next(make, id)()).toBe(1);
    answer = async () => false;
    expect(await next(make, id)()).toBe(2);
    answer = () => {
      throw new Error("no idea");
    };
    const events: CacheEvent[] = [];
    const end = subscribe((event) => events.push(event));
    expect(await next(make, id)()).toBe(3);
    end();
    expect(events.map(({ type }) => type)).toEqual(["error", "invalid", "miss", "write"]);
    expect(events[0]).toMatchObject({ operation: "validate" });
  });

  it("can't wait in a synchronous function, and says so", () => {
    use(fakeStore());
    const id = freshId();
    const make = (o: Given) => data(() => 1, { validate: async () => true, ...o });
    next(make, id)();
    expect(() => next(make, id)()).toThrow(InvalidOptionError);
  });

  it("leaves nothing of what it refused where the body then fails", () => {
    const store = use(fakeStore());
    const id = freshId();
    let fails = false;
    const make = (o: Given) =>
      data(
        () => {
          if (fails) throw new Error("down");
          return 1;
        },
        { validate: () => false, ...o },
      );
    next(make, id)();
    expect(store.kept.size).toBe(1);
    fails = true;
    expect(next(make, id)).toThrow("down");
    expect(store.kept.size).toBe(0);
  });
});

describe("a function that returns a promise without being async", () => {
  it("returns one for what a synchronous store has, too", async () => {
    use(fakeStore());
    const id = freshId();
    const body = vi.fn((x: number) => (x > 5 ? x : Promise.resolve([x])));
    const make = (o: Given) => data(body, { parts: ["x"], ...o });
    await next(make, id)(1);
    next(make, id)(6);
    const f = next(make, id);
    const first = f(1);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toEqual([1]);
    expect(f(1)).toBeInstanceOf(Promise);
    expect(f(6)).toBe(6);
    expect(body).toHaveBeenCalledTimes(2);
  });

  it("may use a store that answers later where its type says so", async () => {
    use(fakeAsyncStore());
    const id = freshId();
    const body = vi.fn((x: number) => Promise.resolve([x]));
    const make = (o: Given) => data(body, { parts: ["x"], promised: true, ...o });
    await next(make, id)(1);
    const f = next(make, id);
    expect(await f(1)).toEqual([1]);
    expect(f(1)).toBeInstanceOf(Promise);
    expect(body).toHaveBeenCalledTimes(1);
    await cached(f).clear();
    expect(() => data(body, { parts: ["x"], persist: "mine" })(1)).toThrow(AsyncStoreError);
  });
});
