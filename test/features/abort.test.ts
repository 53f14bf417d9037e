import { cacheData, cached, cacheSignal, configure, fresh, RecursiveCallError } from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";

/* What the bodies note and how they behave is not part of what they compute. */
let runs: string[] = []; // cachet-allow-mutable
let signals: AbortSignal[] = []; // cachet-allow-mutable
let gate = createGate(); // cachet-allow-mutable

/** @cacheData */
async function load(id: number, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  runs.push(`load${id}`);
  const own = cacheSignal();
  signals.push(own);
  return await Promise.race([gate.promise, rejected(own)]);
}

/** @cacheData */
async function deaf(id: number, options: { signal?: AbortSignal }): Promise<string> {
  options.signal?.throwIfAborted();
  runs.push(`deaf${id}`);
  return `${await gate.promise}${id}`;
}

/** @cacheData */
async function late(signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  runs.push("late");
  await gate.promise;
  signals.push(cacheSignal());
  return "late";
}

/** @cacheData({ persist: "kept" }) */
async function stored(id: number, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  runs.push(`stored${id}`);
  const own = cacheSignal();
  return await Promise.race([gate.promise, rejected(own)]);
}

/** @cacheData */
function plain(id: number, signal: AbortSignal) {
  if (!signal.aborted) runs.push(`plain${id}`);
  return id;
}

function createGate() {
  let resolve = (_value: string) => {};
  let reject = (_error: Error) => {};
  const promise = new Promise<string>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

const never = () => new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  runs = [];
  signals = [];
  gate = createGate();
});
afterEach(async () => {
  gate.resolve("end");
  await turn();
  await cacheData.clear();
});

describe("a caller whose signal aborts", () => {
  it("stops waiting at once with its reason, while the others get the value", async () => {
    const first = new AbortController();
    const second = new AbortController();
    const calls = [first, second].map(({ signal }) => load(1, signal));
    const third = load(1);
    second.abort("second left");
    await expect(calls[1]).rejects.toBe("second left");
    first.abort(new RangeError("first left"));
    await expect(calls[0]).rejects.toThrow(new RangeError("first left"));
    expect(signals[0]?.aborted).toBe(false);
    gate.resolve("value");
    expect(await third).toBe("value");
    expect(await load(1)).toBe("value");
    expect(runs).toEqual(["load1"]);
    expect(signals[0]?.aborted).toBe(false);
  });

  it("and was the last one ends the run: its signal aborts with that reason, and the next call runs anew", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [load(1, first.signal), load(1, second.signal)];
    const settled = Promise.allSettled(calls);
    first.abort("a");
    expect(signals[0]?.aborted).toBe(false);
    second.abort("b");
    expect(signals[0]?.reason).toBe("b");
    const next = load(1);
    gate.resolve("value");
    expect(await settled).toEqual(["a", "b"].map((reason) => ({ status: "rejected", reason })));
    expect(await next).toBe("value");
    expect(runs).toEqual(["load1", "load1"]);
    expect(cached(load).stats().entries).toBe(1);
  });

  it("is found in an object of options too; a body that does not listen goes on, and its value is kept", async () => {
    const { signal, abort } = controlled();
    const call = deaf(1, { signal });
    abort("gone");
    await expect(call).rejects.toBe("gone");
    const joined = deaf(1, { signal: never() });
    gate.resolve("value");
    expect(await joined).toBe("value1");
    expect(await deaf(1, {})).toBe("value1");
    expect(runs).toEqual(["deaf1"]);
  });

  it("leaves nothing behind on a signal that outlives the call", async () => {
    const signal = never();
    const removed = vi.spyOn(signal, "removeEventListener");
    const added = vi.spyOn(signal, "addEventListener");
    const calls = [deaf(2, { signal }), deaf(2, { signal })];
    gate.resolve("value");
    await Promise.all(calls);
    await turn();
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });

  it("had aborted it before: it runs and joins nothing, but gets a hit", async () => {
    const signal = AbortSignal.abort("before");
    await expect(load(1, signal)).rejects.toBe("before");
    expect(runs).toEqual([]);
    const running = load(1);
    await expect(load(1, signal)).rejects.toBe("before");
    expect(signals[0]?.aborted).toBe(false);
    gate.resolve("value");
    expect(await running).toBe("value");
    expect(await load(1, signal)).toBe("value");
    expect(plain(1, signal)).toBe(1);
  });

  it("has its part in a run that looks in a store, and in one that `fresh` began", async () => {
    configure({ stores: { kept: new MemoryStore() } });
    const one = controlled();
    const persisted = stored(1, one.signal);
    one.abort("left the store");
    await expect(persisted).rejects.toBe("left the store");
    const two = controlled();
    const renewed = fresh(() => load(5, two.signal));
    two.abort("left");
    await expect(renewed).rejects.toBe("left");
    expect(signals[0]?.reason).toBe("left");
    const call = stored(1, never());
    gate.resolve("value");
    expect(await call).toBe("value");
  });
});

describe("cacheSignal()", () => {
  it("never aborts outside of a run", () => {
    expect(cacheSignal().aborted).toBe(false);
  });

  it("has aborted if it is asked for after the last caller left", async () => {
    const { signal, abort } = controlled();
    const call = late(signal);
    abort("gone");
    await expect(call).rejects.toBe("gone");
    gate.resolve("on");
    await turn();
    expect(signals.map(({ reason }) => reason)).toEqual(["gone"]);
  });

  it("stays quiet if another caller has come in the meantime", async () => {
    const { signal, abort } = controlled();
    const call = late(signal);
    abort("gone");
    await expect(call).rejects.toBe("gone");
    const next = late(never());
    gate.resolve("on");
    expect(await next).toBe("late");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    expect(runs).toEqual(["late"]);
  });

  it.each([
    ["of the call", () => cached(load).clear(1)],
    ["of the function", () => cached(load).clear()],
    ["of everything", () => cacheData.clear()],
  ])("aborts at a clear %s", async (_what, clear) => {
    const [one, renewed] = [load(1), fresh(() => load(1))];
    const settled = Promise.allSettled([one, renewed]);
    clear();
    expect(signals.map(({ reason }) => reason?.name)).toEqual(["AbortError", "AbortError"]);
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("does not abort at a clear of another call, nor at `set`", async () => {
    const call = load(1);
    cached(load).clear(2);
    cached(load).set([1], "given");
    gate.resolve("value");
    expect(await call).toBe("value");
    expect(signals[0]?.aborted).toBe(false);
  });
});

function controlled() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}

/** What the background of a body came to. */
let background: Promise<unknown> | undefined; // cachet-allow-mutable

/** @cacheData */
async function config(atOnce: boolean): Promise<string> {
  runs.push("config");
  background = again(atOnce);
  return await gate.promise;
}

async function again(atOnce: boolean): Promise<string> {
  if (!atOnce) await null;
  return `background ${await config(atOnce)}`;
}

/** @cacheData */
async function left(n: number): Promise<number> {
  return await right(n);
}

async function right(n: number): Promise<number> {
  await null;
  return await left(n);
}

describe("work that a body leaves in the background", () => {
  it.each([true, false])("waits for the run that it calls again (at once: %s)", async (atOnce) => {
    const call = config(atOnce);
    await turn();
    gate.resolve("value");
    expect([await call, await background]).toEqual(["value", "background value"]);
    expect(runs).toEqual(["config"]);
  });

  it("fails with the run", async () => {
    const call = config(false);
    await turn();
    gate.reject(new Error("down"));
    await expect(call).rejects.toThrow("down");
    await expect(background).rejects.toThrow("down");
  });
});

it("a body that awaits a call of itself fails with RecursiveCallError, under fake timers too", async () => {
  vi.useFakeTimers();
  try {
    await expect(left(1)).rejects.toThrow(RecursiveCallError);
  } finally {
    vi.useRealTimers();
  }
});
