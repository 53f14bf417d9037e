import { cached, configure, fresh, InvalidOptionError, subscribe } from "cachet";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";
import { deferred, handClock } from "../runtime/emitted.ts";

class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

const runs: unknown[] = []; // cachet-allow-mutable
let answer: (x: number) => unknown = () => undefined; // cachet-allow-mutable

/** @cacheData({ errors: { ttl: 10, when: () => Promise.resolve(false) } }) */
async function asked(x: number) {
  runs.push(x);
  return answer(x);
}

/** @cacheData({ errors: { ttl: "10s", when: (error) => error.status === 404 } }) */
async function load(x: number) {
  runs.push(x);
  return await answer(x);
}

/** @cacheData({ errors: { ttl: 10 }, maxEntries: 2 }) */
function parse(x: number) {
  runs.push(x);
  return answer(x);
}

/** @cacheResource({ errors: { ttl: 10 } }) */
function connect(x: number): Promise<object> {
  runs.push(x);
  return Promise.resolve(x).then(() => answer(x) as object);
}

/** @cacheData({ errors: { ttl: 10 }, persist: "errors" }) */
async function stored(x: number) {
  runs.push(x);
  return await answer(x);
}

/** @cacheData({ errors: { ttl: 10, when: () => { throw new Error("when fails"); } } }) */
async function broken(x: number) {
  runs.push(x);
  return await answer(x);
}

const BAD = { ttl: 10, wenn: () => true };

/** @cacheData({ errors: BAD }) */
function misspelt(x: number) {
  runs.push(x);
  return BAD.ttl + x;
}

class Reader {
  readonly base = 0;
  /** @cacheData({ errors: { ttl: 10 } }) */
  read(x: number) {
    runs.push(x);
    return answer(this.base + x);
  }
}

const clock = handClock();
const store = new MemoryStore({ now: () => clock.wall() });
const failing = (status: number) => () => {
  throw new HttpError(status);
};
const errorOf = async (call: () => unknown): Promise<unknown> => {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
};

beforeEach(() => {
  configure({ clock, stores: { errors: store } });
  for (const fn of [load, parse, connect, stored, broken]) void cached(fn as (x: never) => unknown).clear();
  runs.length = 0;
});
afterAll(() => configure({ clock: { now: () => performance.now(), wall: () => Date.now() } }));

describe("errors that are kept", () => {
  it("are thrown again as the same object until their ttl is over, call by call", async () => {
    answer = failing(404);
    const first = await errorOf(() => load(1));
    expect(first).toBeInstanceOf(HttpError);
    clock.add(9.999);
    expect(await errorOf(() => load(1))).toBe(first);
    expect(runs).toEqual([1]);
    answer = (x) => x;
    expect(await load(2)).toBe(2);
    clock.add(0.001);
    expect(await load(1)).toBe(1);
    expect(runs).toEqual([1, 2, 1]);
  });

  it("are only those that `when` is about", async () => {
    answer = failing(500);
    const first = await errorOf(() => load(1));
    expect(await errorOf(() => load(1))).not.toBe(first);
    expect(runs).toEqual([1, 1]);
  });

  it("are not kept where `when` answers with a promise, which an event says", async () => {
    const said: unknown[] = [];
    const off = subscribe((event) => void (event.type === "error" && said.push(event.error)));
    answer = failing(404);
    const first = await errorOf(() => asked(1));
    expect(await errorOf(() => asked(1))).not.toBe(first);
    off();
    expect(String(said.find((error) => error instanceof TypeError))).toContain("its `when` answers with a promise");
  });

  it("are thrown where the body threw, and rejections where it rejected", async () => {
    answer = failing(1);
    const thrown = await errorOf(() => parse(1));
    expect(() => parse(1)).toThrow(thrown as Error);
    const rejected = await errorOf(() => connect(1));
    const again = connect(1);
    expect(again).toBeInstanceOf(Promise);
    expect(await errorOf(() => again)).toBe(rejected);
    expect(runs).toEqual([1, 1]);
  });

  it("are told of as hits, and are no entries", async () => {
    answer = failing(404);
    await errorOf(() => load(1));
    const events: string[] = [];
    const off = subscribe(({ type }) => void events.push(type));
    await errorOf(() => load(1));
    off();
    expect(events).toEqual(["hit"]);
    expect(cached(load).entries()).toEqual([]);
    expect(cached(load).has(1)).toBe(false);
  });

  it("go with a clear of the call, of the function, and of an instance", async () => {
    answer = failing(404);
    const first = await errorOf(() => load(1));
    await errorOf(() => load(2));
    await cached(load).clear(1);
    expect(await errorOf(() => load(1))).not.toBe(first);
    await errorOf(() => load(2));
    expect(runs).toEqual([1, 2, 1]);
    await cached(load).clear();
    await errorOf(() => load(2));
    expect(runs).toEqual([1, 2, 1, 2]);
    const [one, other] = [new Reader(), new Reader()];
    for (const reader of [one, other, one, other]) await errorOf(() => reader.read(9));
    expect(runs.slice(4)).toEqual([9, 9]);
    cached(one.read, one).clear();
    for (const reader of [one, other]) await errorOf(() => reader.read(9));
    expect(runs.slice(4)).toEqual([9, 9, 9]);
  });

  it("of a run that a clear met are not kept", async () => {
    const gate = deferred();
    answer = () => gate.promise;
    const running = errorOf(() => load(1));
    await cached(load).clear();
    gate.reject(new HttpError(404));
    await running;
    answer = (x) => x;
    expect(await load(1)).toBe(1);
  });

  it("give way to a value that `fresh` or `set` brings, and a failed `fresh` leaves the entry", async () => {
    answer = failing(404);
    await errorOf(() => load(1));
    answer = (x) => x;
    expect(await fresh(() => load(1))).toBe(1);
    expect(await load(1)).toBe(1);
    answer = failing(404);
    await errorOf(() => fresh(() => load(1)));
    expect(await load(1)).toBe(1);
    await errorOf(() => load(2));
    await cached(load).set([2], 7);
    expect(await load(2)).toBe(7);
  });

  it("are at most as many as `maxEntries`", async () => {
    answer = failing(1);
    for (const x of [1, 2, 3]) await errorOf(() => parse(x));
    await errorOf(() => parse(3));
    await errorOf(() => parse(2));
    expect(runs).toEqual([1, 2, 3]);
    await errorOf(() => parse(1));
    expect(runs).toEqual([1, 2, 3, 1]);
  });

  it("never reach a store", async () => {
    answer = failing(404);
    const first = await errorOf(() => stored(1));
    expect(await errorOf(() => stored(1))).toBe(first);
    expect(runs).toEqual([1]);
    expect(store.lookup).toBeTypeOf("function");
    await cached(stored).clear();
    answer = (x) => x;
    expect(await stored(1)).toBe(1);
    expect(runs).toEqual([1, 1]);
  });

  it("are not kept where `when` itself fails, which an event tells", async () => {
    answer = failing(404);
    const events: unknown[] = [];
    const off = subscribe((event) => void (event.type === "error" && events.push(event.operation)));
    for (let i = 0; i < 2; i++) expect(await errorOf(() => broken(1))).toBeInstanceOf(HttpError);
    off();
    expect(runs).toEqual([1, 1]);
    expect(events).toEqual(["errors", "run", "errors", "run"]);
  });

  it("need a valid option", () => {
    expect(() => misspelt(1)).toThrow(InvalidOptionError);
    expect(() => misspelt(1)).toThrow("misspelt(): invalid `errors`: expected { ttl, when? }");
    expect(() => misspelt(1)).toThrow("there is no `wenn` in it");
    expect(runs).toEqual([]);
    const built = (options: string) =>
      transform(`/** @cacheData(${options}) */\nexport function f(x: number) { return x; }`, { fileName: "/p/a.ts" });
    const [diagnostic] = built('{ errors: { ttl: "10" } }').diagnostics;
    expect(diagnostic?.message).toContain("Invalid `errors`: expected { ttl, when? }");
    expect(built("{ errors: { ttl: Infinity } }").code).toContain("errors: { ttl: 1 / 0 }");
    expect(built("{ ttl: 1 }").code).not.toContain("errors");
  });
});
