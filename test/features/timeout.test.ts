import {
  type CacheEvent,
  CallTimeoutError,
  cached,
  cacheSignal,
  configure,
  InvalidOptionError,
  subscribe,
} from "cachet";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";

const runs: ((value: unknown) => void)[] = []; // cachet-allow-mutable
const signals: AbortSignal[] = []; // cachet-allow-mutable
const source = () => new Promise<unknown>((resolve) => void runs.push(resolve));

/** @cacheData({ timeout: "5s" }) */
async function slow(x: number) {
  return [x, await source()];
}

/** @cacheData({ timeout: { hard: 5 } }) */
async function listening(x: number) {
  signals.push(cacheSignal());
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { error: 100, retry: 30 }, timeout: { soft: "500ms", hard: 5 } }) */
async function soft(x: number) {
  return [x, await source()];
}

/** @cacheData({ timeout: 5, persist: "timeout" }) */
async function stored(x: number) {
  return [x, await source()];
}

/** @cacheData({ timeout: 5 }) */
const sync = (x: number) => x;

const store = new MemoryStore({ now: Date.now });
const events: CacheEvent[] = []; // cachet-allow-mutable
let off = () => {};
const types = () => events.map(({ type }) => type);
/** What a call comes to, noted from the start. */
const outcome = (call: Promise<unknown>) => call.catch((error: unknown) => error);
const answer = async (value: unknown, which = 0) => {
  await vi.advanceTimersByTimeAsync(0);
  runs.splice(which, 1)[0]?.(value);
  await vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  configure({ clock: { now: () => Date.now(), wall: () => Date.now() }, stores: { timeout: store } });
  for (const fn of [slow, listening, soft, stored, sync]) void cached(fn as (x: number) => unknown).clear();
  runs.length = signals.length = events.length = 0;
  off = subscribe((event) => void events.push(event));
});
afterEach(() => {
  off();
  vi.useRealTimers();
});
afterAll(() => configure({ clock: { now: () => performance.now(), wall: () => Date.now() } }));

describe("the hard limit", () => {
  it("gives all who wait a CallTimeoutError that names the function and the time", async () => {
    const calls = [outcome(slow(1)), outcome(slow(1))];
    await vi.advanceTimersByTimeAsync(4999);
    expect(types()).not.toContain("timeout");
    await vi.advanceTimersByTimeAsync(1);
    for (const error of await Promise.all(calls)) {
      expect(error).toBeInstanceOf(CallTimeoutError);
      expect(error).toMatchObject({
        code: "CACHET_TIMEOUT",
        function: "slow",
        message: /^slow\(\) took longer than 5 s/,
      });
    }
    expect(events.filter(({ type }) => type === "timeout")).toMatchObject([{ limit: "hard" }]);
  });

  it("keeps a value that comes late", async () => {
    const call = outcome(slow(1));
    await vi.advanceTimersByTimeAsync(5000);
    await call;
    expect(cached(slow).entries()).toEqual([]);
    await answer("late");
    expect(await slow(1)).toEqual([1, "late"]);
    expect(cached(slow).stats().entries).toBe(1);
  });

  it("lets the next call run anew, and a value that comes first serve later ones", async () => {
    const call = outcome(slow(1));
    await vi.advanceTimersByTimeAsync(5000);
    await call;
    const next = slow(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toHaveLength(2);
    await answer("new", 1);
    expect(await next).toEqual([1, "new"]);
    await answer("late");
    expect(await slow(1)).toEqual([1, "new"]);
  });

  it("keeps nothing of what was cleared after it", async () => {
    const call = outcome(slow(1));
    await vi.advanceTimersByTimeAsync(5000);
    await call;
    void cached(slow).clear(1);
    await answer("late");
    expect(cached(slow).has(1)).toBe(false);
  });

  it("aborts the signal of the run, and still keeps its value", async () => {
    const call = outcome(listening(1));
    await vi.advanceTimersByTimeAsync(5000);
    expect(signals[0]?.aborted).toBe(true);
    expect(signals[0]?.reason).toBe(await call);
    await answer("late");
    expect(await listening(1)).toEqual([1, "late"]);
  });

  it("leaves no timer behind where the run is in time", async () => {
    const call = slow(1);
    await answer("in time");
    expect(await call).toEqual([1, "in time"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives back the lock of a store, so that others don't wait for a run that hangs", async () => {
    const call = outcome(stored(1));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await call).toBeInstanceOf(CallTimeoutError);
    const next = stored(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(runs).toHaveLength(2);
    await answer("new", 1);
    expect(await next).toEqual([1, "new"]);
  });

  it("hands the run that goes on to `waitUntil`", async () => {
    const work: Promise<unknown>[] = [];
    configure({ waitUntil: (promise) => void work.push(promise) });
    const call = outcome(slow(1));
    await vi.advanceTimersByTimeAsync(5000);
    await call;
    configure({ waitUntil: () => {} });
    expect(work).toHaveLength(1);
    await answer("late");
    await work[0];
  });
});

describe("the soft limit", () => {
  const makeOld = async () => {
    const call = soft(1);
    await answer("old");
    await call;
    await vi.advanceTimersByTimeAsync(10_000);
    events.length = 0;
  };

  it("serves the stale value after that time, and lets the run go on", async () => {
    await makeOld();
    const calls = [soft(1), soft(1)];
    await vi.advanceTimersByTimeAsync(499);
    expect(types()).not.toContain("stale");
    await vi.advanceTimersByTimeAsync(1);
    expect(await Promise.all(calls)).toEqual([
      [1, "old"],
      [1, "old"],
    ]);
    expect(events.filter(({ type }) => type === "stale")).toMatchObject([
      { because: "timeout" },
      { because: "timeout" },
    ]);
    expect(runs).toHaveLength(1);
    await answer("new");
    expect(await soft(1)).toEqual([1, "new"]);
  });

  it("gives the new value where the run is in time", async () => {
    await makeOld();
    const call = soft(1);
    await answer("new");
    expect(await call).toEqual([1, "new"]);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });

  it("is nothing where there is no stale value: then the hard limit counts", async () => {
    const call = outcome(soft(2));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await call).toBeInstanceOf(CallTimeoutError);
  });

  it("stands before the hard one, which counts as a failed run", async () => {
    await makeOld();
    const call = soft(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await call).toEqual([1, "old"]);
    expect(await soft(1)).toEqual([1, "old"]);
    expect(runs).toHaveLength(1);
  });
});

describe("wrong uses", () => {
  it("fail the build with their place, or the first call", () => {
    const codes = (options: string, fn = "async function f(x: number) { return x; }") =>
      transform(`/** @cacheData(${options}) */\nexport ${fn}`, { fileName: "/p/a.ts" }).diagnostics.map(
        ({ code }) => code,
      );
    for (const value of ['"5"', "{}", "{ soft: true }", "{ softly: 1 }", "true", "-1"])
      expect(codes(`{ ttl: 1, stale: 1, timeout: ${value} }`)).toEqual(["CACHET1009"]);
    for (const value of ["5", '"5s"', "{ seconds: 5 }", "{ hard: 5 }", "{ soft: 1, hard: { seconds: 2 } }", "Infinity"])
      expect(codes(`{ ttl: 1, stale: 1, timeout: ${value} }`)).toEqual([]);
    expect(codes("{ timeout: { soft: 1 } }")).toEqual(["CACHET1017"]);
    expect(codes("{ timeout: 5 }", "function f(x: number) { return x; }")).toEqual(["CACHET1018"]);
    expect(() => sync(1)).toThrow(InvalidOptionError);
    expect(() => sync(1)).toThrow("sync(): invalid `timeout`: only callers who await");
  });
});
