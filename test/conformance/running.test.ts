import {
  cacheData,
  cached,
  cacheResource,
  configure,
  InvalidOptionError,
  RecursiveCallError,
  subscribe,
  UnhashableArgumentError,
} from "cachet";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { diagnose, diagnoseOption, useHandClock, useRealClock } from "./support.ts";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;
beforeEach(() => ran.mockClear());

const gate = makeGate();
const outcome = vi.fn((): unknown => undefined);

/** While it is closed, runs that pass it wait. */
function makeGate() {
  let open = () => {};
  let opened = Promise.resolve();
  return {
    pass: () => opened,
    close() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
  };
}

/** @cacheData */
async function rows(n: number): Promise<{ n: number }[]> {
  ran("rows");
  await gate.pass();
  outcome();
  return [{ n }];
}

/** @cacheResource */
async function pool(dsn: string): Promise<{ dsn: string }> {
  ran("pool");
  await gate.pass();
  return { dsn };
}

/** @cacheData */
async function slow(x: number): Promise<number> {
  ran(`slow ${x}`);
  if (x === 0) await gate.pass();
  return x;
}

/** @cacheData */
function number(x: number, y = 2, _b?: unknown): number {
  ran("number");
  return x + y;
}

/** @cacheData */
function now(): number {
  return ran("now");
}

/** @cacheData */
function fib(n: number): number {
  ran("fib");
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/** @cacheData */
function loop(n: number): number {
  return ran("loop") + loop(n);
}

/** @cacheData */
async function loopLater(n: number): Promise<number> {
  await gate.pass();
  return ran("loopLater") + (await detour(n));
}
async function detour(n: number): Promise<number> {
  await gate.pass();
  return loopLater(n);
}

const isValid = vi.fn((_value: { n: number }, ..._args: unknown[]): unknown => true);
const count = vi.fn(() => ({ n: count.mock.calls.length }));
const released = vi.fn((_value: unknown): unknown => undefined);

/** @cacheResource({ validate: isValid, onRelease: released }) */
function checked(name: string): { n: number } {
  ran(name);
  return count();
}

/** @cacheData({ validate: (value: { n: number }, name: string) => isValid(value, name) as boolean }) */
function checkedData(name: string): { n: number } {
  return { n: name.length + ran("checkedData") };
}

/** @cacheResource({ validate: isValid, ttl: 10 }) */
function checkedForTen(): { n: number } {
  return count();
}

/** @cacheResource({ validate: (value: { n: number }) => isValid(value) as Promise<boolean>, onRelease: released }) */
async function checkedLater(): Promise<{ n: number }> {
  return count();
}

/** @cacheResource({ validate: isValid }) */
function checkedAtOnce(): { n: number } {
  return count();
}

/** @cacheResource({ validate: () => asksItself().n === 1 }) */
function asksItself(): { n: number } {
  return count();
}

/** @cacheResource({ onRelease: released, maxEntries: 1, ttl: 10 }) */
function connection(name: string): string {
  return `connection ${name}${ran("connection") || ""}`;
}

describe("clearing", () => {
  it("empties the function and no other [B223][B229]", () => {
    number(1);
    now();
    cached(number).clear();
    number(1);
    number(1);
    now();
    expect([runs("number"), runs("now")]).toEqual([2, 1]);
  });

  it("of one call drops that call, spelled like a call; an unknown one is no error [B224][B225]", () => {
    number(1);
    number(2);
    cached(number).clear(3);
    cached(number).clear(1, undefined, () => "left out");
    expect([cached(number).has(1), cached(number).has(2)]).toEqual([false, true]);
    number(1);
    cached(number).clear(1, 2);
    expect(cached(number).has(1)).toBe(false);
  });

  it("without arguments is everything, also of a function without parameters [B226]", () => {
    cached(now).clear();
    ran.mockClear();
    now();
    cached(now).clear();
    now();
    expect(runs("now")).toBe(2);
  });

  it("with an unhashable argument fails and clears nothing [B227]", () => {
    number(1);
    expect(() => cached(number).clear((() => 1) as never)).toThrow(UnhashableArgumentError);
    expect(cached(number).has(1)).toBe(true);
  });

  it("of a kind leaves the other [B228][B19]", async () => {
    const [one] = await Promise.all([pool("a"), rows(1)]);
    await cacheData.clear();
    expect(cached(rows).has(1)).toBe(false);
    expect(await pool("a")).toBe(one);
    await cacheResource.clear();
    expect(await pool("a")).not.toBe(one);
  });

  it("works as a callback, for which an event is no argument [B230]", async () => {
    number(1);
    const { clear } = number as unknown as { clear(event?: unknown): void };
    const button = new EventTarget();
    button.addEventListener("click", clear);
    button.dispatchEvent(new Event("click"));
    expect(cached(number).has(1)).toBe(false);
    number(1);
    queueMicrotask(clear);
    await Promise.resolve();
    expect(cached(number).has(1)).toBe(false);
  });

  it("fifty times at once is safe [B231]", async () => {
    await rows(3);
    await Promise.all(Array.from({ length: 50 }, async (_, i) => (i % 2 ? cached(rows).clear() : cacheData.clear())));
    expect(await rows(3)).toEqual([{ n: 3 }]);
    expect(runs("rows")).toBe(2);
  });

  it.each([
    ["the function", () => cached(rows).clear()],
    ["the call", () => cached(rows).clear(4)],
    ["the kind", () => cacheData.clear()],
  ])("%s beats a run in flight, whose caller still gets its value [B232]", async (_what, clear) => {
    const open = gate.close();
    const pending = rows(4);
    clear();
    open();
    expect(await pending).toEqual([{ n: 4 }]);
    expect(cached(rows).has(4)).toBe(false);
    await rows(4);
    expect(runs("rows")).toBe(2);
    cached(rows).clear();
  });
});

describe("calls at the same time", () => {
  it("share one run; data is copied for each, a resource is one [B234][B235][B322][B325]", async () => {
    const open = gate.close();
    const data = Array.from({ length: 50 }, () => rows(5));
    const resources = Array.from({ length: 50 }, () => pool("b"));
    open();
    expect(new Set((await Promise.all(data)).flat()).size).toBe(50);
    expect(new Set(await Promise.all(resources)).size).toBe(1);
    expect([runs("rows"), runs("pool")]).toEqual([1, 1]);
  });

  it("do not wait for other calls, nor does a hit [B236][B237]", async () => {
    await slow(9);
    const open = gate.close();
    let landed = false;
    const held = slow(0).finally(() => {
      landed = true;
    });
    expect(await Promise.all([slow(1), slow(2), slow(3), slow(9)])).toEqual([1, 2, 3, 9]);
    expect(landed).toBe(false);
    open();
    expect(await held).toBe(0);
  });

  it("share a rejection; nothing is stored and the next call runs [B238][B239]", async () => {
    outcome.mockImplementationOnce(() => {
      throw new Error("away");
    });
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => rows(6)));
    expect(results.map(({ status }) => status)).toEqual(Array(5).fill("rejected"));
    expect(runs("rows")).toBe(1);
    expect(await rows(6)).toEqual([{ n: 6 }]);
  });

  it("leave no trace once they have landed [B184]", async () => {
    for (let x = 0; x < 500; x++) await rows(1000 + x);
    await cached(rows).clear();
    expect(cached(rows).stats()).toMatchObject({ entries: 0, bytes: 0 });
  });

  it("may be the function itself with other arguments [B240]", () => {
    expect(fib(30)).toBe(832_040);
    expect(runs("fib")).toBe(31);
  });

  it("that wait for themselves throw instead of hanging [B241]", async () => {
    expect(() => loop(1)).toThrow(RecursiveCallError);
    await expect(loopLater(1)).rejects.toThrow(RecursiveCallError);
    await expect(Promise.all([loopLater(2), loopLater(3)])).rejects.toThrow(/loopLater/);
  });

  it("get a promise of their own; generators are refused, but for async ones, which are recorded [B244]", async () => {
    expect(rows(7)).not.toBe(rows(7));
    expect(await rows(7)).toEqual(await rows(7));
    expect(diagnose("/** @cacheData */\nexport function* all() { yield 1; }")).toEqual([
      expect.stringContaining("generator"),
    ]);
    expect(diagnose("/** @cacheData */\nexport async function* all() { yield 1; }")).toEqual([]);
  });
});

describe("validation", () => {
  beforeEach(() => {
    isValid.mockReset().mockReturnValue(true);
    count.mockClear();
    released.mockReset();
    cached(checked).clear();
    cached(checkedLater).clear();
    released.mockClear();
  });

  it("asks nothing about what was just computed, then once for each call [B246][B247]", () => {
    checked("a");
    expect(isValid).not.toHaveBeenCalled();
    expect([checked("a"), checked("a"), checked("a")].map(({ n }) => n)).toEqual([1, 1, 1]);
    expect(isValid.mock.calls.map(([value]) => value.n)).toEqual([1, 1, 1]);
  });

  it.each([false, 0, "", null, undefined])("computes again when the answer is %s [B248][B249]", (no) => {
    isValid.mockReturnValue(no);
    expect(Array.from({ length: 4 }, () => checked("a").n)).toEqual([1, 2, 3, 4]);
    expect(isValid.mock.calls.map(([value]) => value.n)).toEqual([1, 2, 3]);
  });

  it("takes a throw for a no [B250]", () => {
    checked("a");
    isValid.mockImplementationOnce(() => {
      throw new Error("check is broken");
    });
    expect([checked("a").n, checked("a").n]).toEqual([2, 2]);
  });

  it("that calls the same call throws instead of hanging, and the cache goes on [B251]", () => {
    const failures: unknown[] = [];
    const stop = subscribe((event) => event.type === "error" && failures.push(event.error));
    expect([asksItself(), asksItself()]).toEqual([{ n: 1 }, { n: 2 }]);
    stop();
    expect(failures).toEqual([expect.any(RecursiveCallError)]);
    checked("b");
    isValid.mockImplementationOnce(() => checked("other").n > 0);
    expect(checked("b")).toEqual({ n: 3 });
  });

  it("is not asked about what has expired or was never there [B252]", () => {
    const clock = useHandClock();
    checkedForTen();
    clock.advance(11);
    checkedForTen();
    expect(isValid).not.toHaveBeenCalled();
    useRealClock();
  });

  it("gets the arguments too, and serves data as well [B253]", () => {
    checked("a");
    checked("a");
    expect(isValid).toHaveBeenLastCalledWith({ n: 1 }, "a");
    checkedData("abc");
    isValid.mockReturnValueOnce(false);
    checkedData("abc");
    expect(isValid).toHaveBeenLastCalledWith({ n: 3 }, "abc");
    expect(runs("checkedData")).toBe(2);
  });

  it("is awaited, and an error where the function cannot wait [B254]", async () => {
    await checkedLater();
    isValid.mockResolvedValueOnce(false);
    expect(await checkedLater()).toEqual({ n: 2 });
    isValid.mockResolvedValueOnce(true);
    expect(await checkedLater()).toEqual({ n: 2 });
    isValid.mockRejectedValueOnce(new Error("away"));
    expect(await checkedLater()).toEqual({ n: 3 });
    checkedAtOnce();
    isValid.mockResolvedValueOnce(true);
    expect(checkedAtOnce).toThrow(InvalidOptionError);
    expect(diagnoseOption("validate: async () => true")).toEqual([expect.stringContaining("CACHET1012")]);
  });
});

describe("release", () => {
  let clock: ReturnType<typeof useHandClock>;
  beforeAll(() => {
    clock = useHandClock();
  });
  afterAll(useRealClock);
  beforeEach(() => {
    cacheResource.clear();
    released.mockReset();
  });

  it("is told once of each resource that leaves: evicted, expired, cleared or invalid [B255]", async () => {
    connection("a");
    connection("b");
    expect(released.mock.calls).toEqual([["connection a"]]);
    clock.advance(10);
    connection("b");
    expect(released.mock.calls).toEqual([["connection a"], ["connection b"]]);
    cached(connection).clear();
    cached(connection).clear();
    expect(released.mock.calls).toHaveLength(3);
    connection("c");
    cacheResource.clear();
    expect(released).toHaveBeenCalledTimes(4);
    const first = await checkedLater();
    released.mockClear();
    isValid.mockReset().mockReturnValue(false);
    await checkedLater();
    expect(released.mock.calls).toEqual([[first]]);
  });

  it("is awaited; its failure is a warning, never the caller's [B254]", async () => {
    const onWarning = vi.fn();
    configure({ onWarning });
    released.mockRejectedValueOnce(new Error("cannot close"));
    connection("d");
    cached(connection).clear();
    await new Promise((resolve) => setTimeout(resolve));
    expect(onWarning).toHaveBeenCalledWith(expect.stringContaining("cannot close"));
    configure({ onWarning: (text) => console.warn(text) });
  });
});
