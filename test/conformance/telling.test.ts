import {
  CachetError,
  cached,
  configure,
  type Spinner,
  type Store,
  stats,
  subscribe,
  UnhashableArgumentError,
  UnknownStoreError,
  UnstorableValueError,
} from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { diagnoseOption } from "./support.ts";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @cacheData */
async function slowly(ms: number): Promise<number> {
  await wait(ms);
  return ms;
}

/** @cacheData */
async function withoutArguments(): Promise<number> {
  await wait(1000);
  return 1;
}

/** @cacheData({ showSpinner: false }) */
async function silently(ms: number): Promise<number> {
  await wait(ms);
  return ms;
}

/** @cacheData({ showSpinner: true }) */
async function visibly(ms: number): Promise<number> {
  await wait(ms);
  return ms;
}

/** @cacheData({ showSpinner: "  Fetching  " }) */
async function fetching(ms: number): Promise<number> {
  await wait(ms);
  return ms;
}

/** @cacheData({ showSpinner: "" }) */
async function wordlessly(ms: number): Promise<number> {
  await wait(ms);
  return ms;
}

/** @cacheData({ showTime: true }) */
async function timed(ms: number): Promise<number> {
  await wait(ms);
  return ms;
}

/** @cacheData */
async function outer(ms: number): Promise<number> {
  return (await slowly(ms)) + 1;
}

/** @cacheData */
async function failing(ms: number): Promise<number> {
  await wait(ms);
  throw new Error("no");
}

/** @cacheData */
function text(length: number): string {
  return "x".repeat(length);
}

/** @cacheResource */
function live(n: number): object {
  return { n };
}

/** @cacheData */
function take(x: { deep?: unknown[] } | (() => void), ..._rest: unknown[]): number {
  return typeof x === "object" ? 1 + ran("take") : 0;
}

/** @cacheData */
function takeAll(...rest: unknown[]): number {
  return rest.length;
}

/** @cacheData */
function giveFunction(): unknown {
  ran("giveFunction");
  return { handler: () => 1 };
}

/** @cacheData */
function giveCursor(): unknown {
  return { rows: [1].values() };
}

/** @cacheData({ persist: "yesplz" }) */
function nowhere(): number {
  return ran("nowhere");
}

/** @cacheData({ persist: "telling-broken" }) */
function fromBrokenStore(x: number): number {
  return x + ran("fromBrokenStore");
}

describe("the spinner", () => {
  const log: string[] = [];
  const spinner: Spinner = {
    show(info) {
      log.push(`show ${info.text} ${info.name} ${info.hasArgs}`);
      return { update: (line) => log.push(`update ${line}`), hide: () => log.push("hide") };
    },
  };
  beforeEach(() => {
    vi.useFakeTimers();
    configure({ spinner });
    log.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    configure({ spinner: false });
  });
  const finish = async <T>(call: Promise<T>): Promise<T> => {
    await vi.runAllTimersAsync();
    return call;
  };

  it("is on by default and names the function, with dots where it has arguments [B256][B258]", async () => {
    await finish(slowly(1000));
    expect(log).toEqual(["show Running slowly(...) slowly true", "hide"]);
    log.length = 0;
    await finish(withoutArguments());
    expect(log[0]).toBe("show Running withoutArguments() withoutArguments false");
    log.length = 0;
    await finish(visibly(1000));
    expect(log).toHaveLength(2);
  });

  it("is off altogether with false [B257]", async () => {
    await finish(silently(5000));
    expect(log).toEqual([]);
  });

  it("shows the given text, trimmed [B259][B265]", async () => {
    await finish(fetching(1000));
    expect(log[0]).toBe("show Fetching fetching true");
  });

  it("is on with an empty text, which says nothing [B260]", async () => {
    await finish(wordlessly(1000));
    expect(log[0]).toBe("show Running wordlessly(...) wordlessly true");
  });

  it("appears only after 200 ms [B261]", async () => {
    await finish(slowly(5));
    await finish(slowly(199));
    expect(log).toEqual([]);
    const call = slowly(201);
    await vi.advanceTimersByTimeAsync(199);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toHaveLength(1);
    await finish(call);
    expect(log).toHaveLength(2);
  });

  it("goes when the body throws [B262]", async () => {
    const call = failing(1000).catch((error: Error) => error.message);
    expect(await finish(call)).toBe("no");
    expect(log.map((line) => line.split(" ")[0])).toEqual(["show", "hide"]);
  });

  it("shows nothing on hits, and of nested functions the outermost alone [B263]", async () => {
    await finish(slowly(1000));
    expect(log).toEqual([]);
    await finish(outer(1500));
    expect(log).toEqual(["show Running outer(...) outer true", "hide"]);
  });

  it("tells the elapsed seconds with one decimal where asked [B264]", async () => {
    await finish(timed(2350));
    expect(log[0]).toBe("show Running timed(...) 0.2s timed true");
    expect(log.at(-2)).toBe("update Running timed(...) 2.3s");
    for (const line of log.slice(1, -1)) expect(line).toMatch(/ \d+\.\ds$/);
  });

  it("that fails does not fail the call", async () => {
    configure({
      onWarning: () => {},
      spinner: {
        show() {
          throw new Error("no screen");
        },
      },
    });
    expect(await finish(slowly(777))).toBe(777);
    configure({ onWarning: (line) => console.warn(line) });
  });
});

describe("statistics", () => {
  it("sum up the bytes of data and count resources, one row per function, named by module [B302][B303][B304][B305]", () => {
    for (const length of [100, 1000, 1000]) text(length);
    for (const n of [1, 2, 3]) live(n);
    const rows = stats().filter(({ id }) => id.startsWith("cachet/test/conformance/telling.test.ts#"));
    expect(rows.filter(({ name }) => name === "text")).toEqual([
      expect.objectContaining({ kind: "data", entries: 2, hits: 1, misses: 2 }),
    ]);
    expect(rows.find(({ name }) => name === "text")?.bytes).toBeGreaterThanOrEqual(1100);
    expect(rows.find(({ name }) => name === "live")).toMatchObject({ kind: "resource", entries: 3, bytes: 0 });
  });

  it("fall as entries go, without looking at values again [B308][B306]", () => {
    text(500);
    const { bytes, entries } = cached(text).stats();
    text(500);
    expect(cached(text).stats()).toMatchObject({ bytes, entries });
    cached(text).clear(500);
    expect(cached(text).stats().entries).toBe(entries - 1);
    expect(cached(text).stats().bytes).toBeLessThan(bytes - 499);
    cached(text).clear();
    expect(cached(text).stats()).toMatchObject({ bytes: 0, entries: 0 });
  });

  it("count what is in memory, not what a store holds [B309]", () => {
    const kept = new Map<string, { bytes: Uint8Array; meta: never }>();
    const store: Store = {
      name: "telling-kept",
      sync: true,
      lookup: (key) => kept.get(key),
      write: (key, bytes, meta) => void kept.set(key, { bytes, meta: meta as never }),
      delete: (key) => void kept.delete(key),
      clear: () => kept.clear(),
    };
    configure({ stores: { "telling-kept": store } });
    for (const x of [1, 2, 3]) twoInMemory(x);
    expect(cached(twoInMemory).stats().entries).toBeLessThanOrEqual(2);
    expect(kept.size).toBeGreaterThan(0);
  });
});

/** @cacheData({ persist: "telling-kept", maxBytes: 200 }) */
function twoInMemory(x: number): string {
  return String(x).repeat(80);
}

describe("errors", () => {
  const thrownBy = (call: () => unknown): CachetError => {
    try {
      call();
    } catch (error) {
      if (error instanceof CachetError) return error;
      throw error;
    }
    throw new Error("did not throw");
  };

  it("of arguments name function, path and type, and both ways out [B310][B312][B313]", () => {
    const error = thrownBy(() => take({ deep: [0, { fn: () => 1 }] }));
    expect(error).toBeInstanceOf(UnhashableArgumentError);
    expect(error).toMatchObject({ code: "CACHET_UNHASHABLE_ARGUMENT", name: "UnhashableArgumentError" });
    for (const part of ["take()", "`x.deep[1].fn`", "function", "`_x`", "hashFuncs"])
      expect(error.message).toContain(part);
    expect(runs("take")).toBe(0);
  });

  it("of a rest parameter give its name and index [B311]", () => {
    expect(thrownBy(() => takeAll(1, () => 1)).message).toContain("`rest[1]`");
  });

  it("of results come at the computing call, name type and path, and point on [B314][B315]", () => {
    const error = thrownBy(giveFunction);
    expect(error).toBeInstanceOf(UnstorableValueError);
    expect(error.code).toBe("CACHET_UNSTORABLE_VALUE");
    for (const part of ["giveFunction()", "`result.handler`", "function", "@cacheResource"]) {
      expect(error.message).toContain(part);
    }
    expect(runs("giveFunction")).toBe(1);
    expect(thrownBy(giveCursor).message).toContain("collect it first");
  });

  it("of a store that nobody registered come at the first call and name those that are [B187][B217][B319][B321]", () => {
    configure({
      stores: {
        "telling-known": { name: "k", sync: true, lookup: () => undefined, write() {}, delete() {}, clear() {} },
      },
    });
    const error = thrownBy(nowhere);
    expect(error).toBeInstanceOf(UnknownStoreError);
    for (const part of ["nowhere()", "yesplz", "telling-known"]) expect(error.message).toContain(part);
    expect(runs("nowhere")).toBe(0);
    for (const value of ["1", "0", "null", '""', "[]"]) expect(diagnoseOption(`persist: ${value}`)).toHaveLength(1);
    expect(() => configure({ stores: { half: { lookup() {} } as never } })).toThrow(/stores\.half/);
  });

  it.each(["true", "false", '"disk"'])("are none of persist: %s [B186]", (value) => {
    expect(diagnoseOption(`persist: ${value}`)).toEqual([]);
  });

  it("of reading never reach the caller: one warning, an event each, and a run [B318][B220]", () => {
    const warnings: string[] = [];
    const failures: string[] = [];
    const fail = () => {
      throw new Error("EIO");
    };
    configure({
      onWarning: (line) => warnings.push(line),
      stores: { "telling-broken": { name: "broken", sync: true, lookup: fail, write() {}, delete: fail, clear: fail } },
    });
    const stop = subscribe((event) => event.type === "error" && failures.push(event.operation));
    expect([fromBrokenStore(1), fromBrokenStore(2), fromBrokenStore(1)]).toEqual([1, 2, 1]);
    cached(fromBrokenStore).clear();
    expect(runs("fromBrokenStore")).toBe(2);
    expect(warnings.filter((line) => line.includes("EIO")).length).toBeLessThanOrEqual(2);
    expect(warnings[0]).toContain("EIO");
    expect(failures).toEqual(["read", "read", "clear"]);
    stop();
    configure({ onWarning: (line) => console.warn(line) });
  });
});
