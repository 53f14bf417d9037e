import { type CacheEvent, cached, clearTags, configure, fresh, InvalidOptionError, observed, subscribe } from "cachet";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
const store = new MemoryStore({ now: () => clock.wall() });

/** What the source gives: each run waits until the test answers it. */
interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}
const runs: Pending[] = []; // cachet-allow-mutable
const released: string[] = []; // cachet-allow-mutable
let isDown = false; // cachet-allow-mutable
let count = 0; // cachet-allow-mutable

const source = () => new Promise<unknown>((resolve, reject) => void runs.push({ resolve, reject }));

/** @cacheData({ ttl: 10, stale: "20s" }) */
async function both(x: number) {
  return x < 0 ? undefined : { text: await source() };
}

/** @cacheData({ ttl: 10, stale: { refresh: 5 } }) */
async function refreshed(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { error: "50s", retry: 5 } }) */
async function backed(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { refresh: 5, error: 100, retry: 1 }, persist: "stale" }) */
async function stored(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: () => 10, stale: { error: 100 }, persist: "stale" }) */
function sync(x: number) {
  count++;
  if (isDown) throw new Error("down");
  return { x, count };
}

/** @cacheResource({ ttl: 10, stale: 100, onRelease: ({ name }) => { released.push(`${name} while ${cached(pool).entries()[0]?.value.name}`); } }) */
async function pool(_dsn: string) {
  return { name: String(await source()) };
}

const flags = { isGood: true }; // cachet-allow-mutable
/** @cacheData({ ttl: 10, stale: 100, validate: () => flags.isGood }) */
async function checked(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: 100, maxEntries: 1 }) */
async function one(x: number) {
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: { error: 100 } }) */
async function aborted(x: number, signal?: AbortSignal) {
  signal?.throwIfAborted();
  return [x, await source()];
}

/** @cacheData({ ttl: 10, stale: (String("1h")) }) */
function misplaced(x: number) {
  return x;
}

/** @cacheData({ ttl: 10 }) */
function plain(x: number) {
  return x;
}

/** @cacheData({ ttl: 10, stale: 100, tags: ["stale"], persist: "stale" }) */
async function tagged(x: number) {
  return [x, await source()];
}

const marked = [both, refreshed, backed, stored, sync, pool, checked, one, aborted];
const turn = () => new Promise((resolve) => setImmediate(resolve));
const answer = async (value: unknown) => {
  await turn();
  runs.shift()?.resolve(value);
  await turn();
};
const fail = async (message: string) => {
  await turn();
  runs.shift()?.reject(new Error(message));
  await turn();
};
/** A first value, made now. */
const first = async (call: () => unknown, value: unknown = "old") => {
  const result = call();
  await answer(value);
  return result;
};

/** What a call rejects with, noted from the start. */
const rejection = (call: Promise<unknown>) =>
  call.then(
    () => "none",
    (error: Error) => error.message,
  );

const events: CacheEvent[] = []; // cachet-allow-mutable
let off = () => {};
const types = () => events.map((event) => (event.type === "stale" ? `stale:${event.because}` : event.type));

beforeEach(() => {
  configure({ clock, stores: { stale: store } });
  for (const fn of marked) void cached(fn as (x: never) => unknown).clear();
  runs.length = released.length = count = 0;
  isDown = false;
  flags.isGood = true;
  events.length = 0;
  off = subscribe((event) => void events.push(event));
});
afterEach(() => off());
afterAll(() => {
  configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
});

describe("refresh", () => {
  it("gives the old value at once, a copy each, while one run replaces it", async () => {
    await first(() => both(1));
    clock.add(10);
    events.length = 0;
    const [a, b] = await Promise.all([both(1), both(1)]);
    expect([a, b]).toEqual([{ text: "old" }, { text: "old" }]);
    expect(a).not.toBe(b);
    expect(runs).toHaveLength(1);
    expect(types()).toEqual(["stale:refresh", "hit", "stale:refresh", "hit", "refresh", "miss"]);
    expect(await both(1)).toEqual({ text: "old" });
    await answer("new");
    expect(await both(1)).toEqual({ text: "new" });
    expect(runs).toHaveLength(0);
    expect(cached(both).stats()).toMatchObject({ stale: 3, refreshes: 1, entries: 1 });
  });

  it("leaves the old value where the run fails, and tries again after `retry`", async () => {
    await first(() => both(1));
    clock.add(10);
    await both(1);
    await fail("down");
    clock.add(19);
    expect(await both(1)).toEqual({ text: "old" });
    expect(runs).toHaveLength(0);
    clock.add(1);
    const late = both(1);
    await answer("new");
    expect(await late).toEqual({ text: "new" });
  });

  it("ends where `refresh` ends: then the caller waits for the run", async () => {
    await first(() => refreshed(1));
    clock.add(14.999);
    expect(await refreshed(1)).toEqual([1, "old"]);
    await fail("down");
    clock.add(0.001);
    const call = rejection(refreshed(1));
    await fail("still down");
    expect(await call).toBe("still down");
  });

  it("loses against a clear", async () => {
    await first(() => both(1));
    clock.add(10);
    await both(1);
    await turn();
    void cached(both).clear(1);
    await answer("of before the clear");
    const call = both(1);
    await answer("of after it");
    expect(await call).toEqual({ text: "of after it" });
  });

  it("is not touched by a clear of another call", async () => {
    await first(() => both(1));
    clock.add(10);
    await both(1);
    await turn();
    void cached(both).clear(2);
    await answer("new");
    expect(await both(1)).toEqual({ text: "new" });
  });

  it("makes room for what `set` and `fresh` put there", async () => {
    await first(() => both(1));
    clock.add(10);
    await both(1);
    await turn();
    void cached(both).set([1], { text: "by hand" });
    await answer("older");
    expect(await both(1)).toEqual({ text: "by hand" });
    clock.add(10);
    const replaced = fresh(() => both(1));
    await answer("fresh");
    expect(await replaced).toEqual({ text: "fresh" });
    expect(await both(1)).toEqual({ text: "fresh" });
  });

  it("hands the old resource to `onRelease` once the new one is in its place", async () => {
    await first(() => pool("a"), "old");
    clock.add(10);
    expect((await pool("a")).name).toBe("old");
    expect(released).toEqual([]);
    await answer("new");
    expect(released).toEqual(["old while new"]);
    expect((await pool("a")).name).toBe("new");
  });

  it("asks `validate` first: a refused value is computed anew, and waited for", async () => {
    await first(() => checked(1));
    clock.add(10);
    expect(await checked(1)).toEqual([1, "old"]);
    await answer("new");
    clock.add(10);
    flags.isGood = false;
    const call = checked(1);
    await answer("newer");
    expect(await call).toEqual([1, "newer"]);
  });

  it("is nothing but an entry to the limits", async () => {
    await first(() => one(1));
    clock.add(10);
    await one(1);
    await turn();
    const other = one(2);
    await turn();
    runs[1]?.resolve("two");
    await other;
    runs[0]?.resolve("new");
    await turn();
    expect(
      cached(one)
        .entries()
        .map(({ value }) => value),
    ).toEqual([[1, "new"]]);
  });

  it("is handed to the platform by `waitUntil`", async () => {
    const work: Promise<unknown>[] = [];
    configure({ waitUntil: (promise) => void work.push(promise) });
    await first(() => both(1));
    clock.add(10);
    await both(1);
    configure({ waitUntil: () => {} });
    expect(work).toHaveLength(1);
    let isDone = false;
    void work[0]?.then(() => {
      isDone = true;
    });
    await turn();
    expect(isDone).toBe(false);
    await answer("new");
    expect(isDone).toBe(true);
  });
});

describe("error", () => {
  it("runs for the caller once the ttl is over, and gives the old value where that fails", async () => {
    await first(() => backed(1));
    clock.add(10);
    events.length = 0;
    const calls = [backed(1), backed(1)];
    await turn();
    expect(runs).toHaveLength(1);
    await fail("down");
    expect(await Promise.all(calls)).toEqual([
      [1, "old"],
      [1, "old"],
    ]);
    expect(types()).toEqual(["miss", "error", "stale:error", "hit", "stale:error", "hit"]);
  });

  it("tries again after `retry`, not before", async () => {
    await first(() => backed(1));
    clock.add(10);
    const call = backed(1);
    await fail("down");
    await call;
    clock.add(4.999);
    expect(await backed(1)).toEqual([1, "old"]);
    expect(runs).toHaveLength(0);
    clock.add(0.001);
    const next = backed(1);
    await answer("new");
    expect(await next).toEqual([1, "new"]);
    expect(await backed(1)).toEqual([1, "new"]);
  });

  it("ends at ttl + error: then the failure is the caller's", async () => {
    await first(() => backed(1));
    clock.add(60);
    const call = rejection(backed(1));
    await fail("down");
    expect(await call).toBe("down");
    expect(cached(backed).entries()).toEqual([]);
  });

  it("gives nothing that was cleared meanwhile", async () => {
    await first(() => backed(1));
    clock.add(10);
    const call = rejection(backed(1));
    await turn();
    void cached(backed).clear(1);
    await fail("down");
    expect(await call).toBe("down");
  });

  it("works without promises", () => {
    expect(sync(1)).toEqual({ x: 1, count: 1 });
    clock.add(10);
    isDown = true;
    expect(sync(1)).toEqual({ x: 1, count: 1 });
    expect(sync(1)).toEqual({ x: 1, count: 1 });
    expect(count).toBe(2);
    clock.add(30);
    isDown = false;
    expect(sync(1)).toEqual({ x: 1, count: 3 });
  });

  it("lets a caller who stops waiting go with the reason, not with the old value", async () => {
    await first(() => aborted(1));
    clock.add(10);
    const controller = new AbortController();
    const call = rejection(aborted(1, controller.signal));
    await turn();
    controller.abort(new Error("gave up"));
    expect(await call).toBe("gave up");
    const other = aborted(1);
    // The run that was given up is waiting still.
    await turn();
    runs.shift();
    await answer("new");
    expect(await other).toEqual([1, "new"]);
  });
});

describe("in a store", () => {
  const restart = (fn: object) => emptyFunction(ownerOf(fn));

  it("an old value is served after a restart, and replaced in the background", async () => {
    await first(() => stored(1));
    restart(stored);
    clock.add(12);
    expect(await stored(1)).toEqual([1, "old"]);
    await answer("new");
    expect(await stored(1)).toEqual([1, "new"]);
    restart(stored);
    expect(await stored(1)).toEqual([1, "new"]);
    expect(runs).toHaveLength(0);
  });

  it("an old value stands in where a run fails, until its hard end", async () => {
    await first(() => stored(1));
    restart(stored);
    clock.add(20);
    const calls = [stored(1), stored(1)];
    await fail("down");
    expect(await Promise.all(calls)).toEqual([
      [1, "old"],
      [1, "old"],
    ]);
    restart(stored);
    clock.add(90);
    const late = rejection(stored(1));
    await fail("down");
    expect(await late).toBe("down");
  });

  it("a waiting caller gets the new value where the run succeeds", async () => {
    await first(() => stored(1));
    restart(stored);
    clock.add(20);
    const calls = [stored(1), stored(1)];
    await answer("new");
    expect(await Promise.all(calls)).toEqual([
      [1, "new"],
      [1, "new"],
    ]);
  });

  it("carries the end of a ttl that only the value knew", () => {
    sync(1);
    restart(sync);
    clock.add(9.999);
    expect(sync(1)).toEqual({ x: 1, count: 1 });
    clock.add(0.001);
    isDown = true;
    restart(sync);
    expect(sync(1)).toEqual({ x: 1, count: 1 });
    expect(count).toBe(2);
  });

  it("what another process has written meanwhile is taken, and no body runs", async () => {
    const writes = vi.spyOn(store, "write");
    await first(() => stored(1));
    clock.add(10);
    const [key, bytes, meta] = writes.mock.lastCall as Parameters<typeof store.write>;
    store.write(key, bytes, { ...meta, written: meta.written + 10_000, expires: (meta.expires ?? 0) + 10_000 });
    await stored(1);
    await turn();
    expect(runs).toHaveLength(0);
    clock.add(1);
    expect((await observed(() => stored(1))).status).toBe("hit");
  });

  it("a clear reaches it", async () => {
    await first(() => stored(1));
    restart(stored);
    clock.add(12);
    await cached(stored).clear(1);
    const call = stored(1);
    await answer("new");
    expect(await call).toEqual([1, "new"]);
  });
});

describe("expire", () => {
  it("ends the time to live and keeps what `stale` allows", async () => {
    await first(() => both(1));
    await first(() => both(2));
    void cached(both).expire(1);
    expect(await both(1)).toEqual({ text: "old" });
    await turn();
    expect(runs).toHaveLength(1);
    await answer("new");
    expect(await both(1)).toEqual({ text: "new" });
    expect(await both(2)).toEqual({ text: "old" });
    expect(runs).toHaveLength(0);
    clock.add(9);
    void cached(both).expire();
    expect(
      cached(both)
        .entries()
        .map(({ isStale }) => isStale),
    ).toEqual([true, true]);
    clock.add(20);
    expect(cached(both).entries()).toEqual([]);
  });

  it("clears where nothing is kept beyond the ttl", async () => {
    expect(plain(1)).toBe(1);
    void cached(plain).expire(1);
    expect(cached(plain).has(1)).toBe(false);
  });

  it("keeps the result of a run under way to that run: it may have read what is old", async () => {
    await first(() => both(1));
    clock.add(10);
    await both(1);
    await turn();
    void cached(both).expire(1);
    await answer("read before");
    expect(await both(1)).toEqual({ text: "old" });
    const running = both(3);
    void cached(both).expire(3);
    await turn();
    runs.at(-1)?.resolve("read before");
    expect(await running).toEqual({ text: "read before" });
    expect(cached(both).has(3)).toBe(false);
  });

  it("reaches the store: another process gets the old value, and replaces it", async () => {
    await first(() => stored(1));
    await cached(stored).expire(1);
    emptyFunction(ownerOf(stored));
    expect((await observed(() => stored(1))).status).toBe("stale");
    await answer("new");
    expect(await stored(1)).toEqual([1, "new"]);
    emptyFunction(ownerOf(stored));
    clock.add(3);
    expect((await observed(() => stored(1))).status).toBe("hit");
    emptyFunction(ownerOf(stored));
    await cached(stored).expire(1);
    clock.add(4);
    expect(await stored(1)).toEqual([1, "new"]);
    await answer("newer");
    expect(await stored(1)).toEqual([1, "newer"]);
  });

  it("does not bring back what was cleared, and is nothing where there is nothing", async () => {
    await cached(stored).expire(5);
    expect(cached(stored).entries()).toEqual([]);
    await first(() => stored(1));
    await cached(stored).clear(1);
    await cached(stored).expire(1);
    expect(await cached(stored).get(1)).toBeUndefined();
  });
});

describe("tags", () => {
  it("stay with what a refresh and `expire` put in the place of an entry", async () => {
    await first(() => tagged(1));
    clock.add(11);
    expect(await tagged(1)).toEqual([1, "old"]);
    await answer("new");
    await clearTags("stale");
    expect(await cached(tagged).get(1)).toBeUndefined();
    await first(() => tagged(1));
    clock.add(11);
    await tagged(1);
    await turn();
    await clearTags("stale");
    await answer("of before the clear");
    expect(await cached(tagged).get(1)).toBeUndefined();
    await first(() => tagged(1));
    await cached(tagged).expire(1);
    emptyFunction(ownerOf(tagged));
    expect(await cached(tagged).get(1)).toEqual([1, "old"]);
    await clearTags("stale");
    expect(await cached(tagged).get(1)).toBeUndefined();
  });
});

describe("what is told of it", () => {
  it("`observed` says stale, with the age", async () => {
    await first(() => both(1));
    clock.add(12);
    expect(await observed(() => both(1))).toEqual({ value: { text: "old" }, status: "stale", age: 12_000 });
    await answer("new");
    clock.add(1);
    expect(await observed(() => both(1))).toEqual({ value: { text: "new" }, status: "hit", age: 1000 });
    sync(2);
    clock.add(10);
    isDown = true;
    expect(observed(() => sync(2))).toMatchObject({ status: "stale", age: 10_000 });
  });

  it("`get` and `has` answer as a call would at once; `entries` shows what is kept", async () => {
    await first(() => refreshed(1));
    clock.add(12);
    expect(cached(refreshed).has(1)).toBe(true);
    expect(await cached(refreshed).get(1)).toEqual([1, "old"]);
    expect(cached(refreshed).entries()).toMatchObject([{ isStale: true, age: 12_000, remaining: -2000 }]);
    await first(() => backed(1));
    clock.add(12);
    expect(cached(backed).has(1)).toBe(false);
    expect(await cached(backed).get(1)).toBeUndefined();
  });
});

describe("wrong uses", () => {
  const codes = (mark: string, fn: string) =>
    transform(`/** ${mark} */\nexport ${fn}`, { fileName: "/p/a.ts" }).diagnostics.map(
      ({ code, line, column, message }) => [code, line, column, message] as const,
    );
  const async = "async function f(x: number) { return x; }";
  const plain = "function f(x: number) { return x; }";

  it("fail the build with their place", () => {
    expect(codes("@cacheData({ stale: 5 })", async)).toMatchObject([
      ["CACHET1017", 1, 25, "`stale` means nothing without `ttl`."],
    ]);
    expect(codes('@cacheData({ jitter: "5%" })', async)).toMatchObject([
      ["CACHET1017", 1, 26, "`jitter` means nothing without `ttl`."],
    ]);
    expect(codes("@cacheData({ ttl: 1, stale: 5 })", plain)).toMatchObject([
      ["CACHET1018", 1, 33, expect.stringContaining("only callers who await")],
    ]);
    expect(codes("@cacheResource({ ttl: 1, stale: { refresh: 5 } })", plain)).toMatchObject([
      ["CACHET1018", 1, 37, expect.stringContaining("only callers who await")],
    ]);
    for (const value of [
      "{}",
      "{ retry: 5 }",
      '"5"',
      "true",
      "-1",
      "{ eror: 5 }",
      '{ error: "x" }',
      "{ refresh: 1, days: 1 }",
    ])
      expect(codes(`@cacheData({ ttl: 1, stale: ${value} })`, async)).toMatchObject([
        ["CACHET1009", 1, 33, expect.stringContaining("Invalid `stale`")],
      ]);
    for (const value of [
      "5",
      '"1h"',
      "{ hours: 1 }",
      "{ error: 5 }",
      "{ refresh: Infinity, error: { days: 1 }, retry: 0 }",
    ])
      expect(codes(`@cacheData({ ttl: 1, stale: ${value} })`, async)).toEqual([]);
    expect(codes("@cacheData({ ttl: 1, stale: { error: 5 } })", plain)).toEqual([]);
    expect(
      codes(
        "@cacheData({ ttl: 1, stale: 5 })",
        "function f(x: number): Promise<number> { return Promise.resolve(x); }",
      ),
    ).toEqual([]);
  });

  it("fail the first call where only run time knows", () => {
    expect(() => misplaced(1)).toThrow(InvalidOptionError);
    expect(() => misplaced(1)).toThrow(
      "misplaced(): invalid `stale`: only an async function can be refreshed in the background",
    );
  });
});
