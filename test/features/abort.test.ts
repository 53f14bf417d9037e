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

function within(caller: AbortSignal) {
  /** @cacheData */
  async function inner(id: number): Promise<string> {
    caller.throwIfAborted();
    runs.push(`within${id}`);
    return `${await gate.promise}${id}`;
  }
  return inner;
}

/** A body that asks for the signal of its run late: it captures the caller's. */
function late(caller: AbortSignal): Promise<string> {
  /** @cacheData */
  async function inner(): Promise<string> {
    caller.throwIfAborted();
    runs.push("late");
    await gate.promise;
    signals.push(cacheSignal());
    return "late";
  }
  return inner();
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
  seen = [];
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

  it("is found in an object of options too", async () => {
    const { signal, abort } = controlled();
    const call = deaf(1, { signal });
    abort("gone");
    await expect(call).rejects.toBe("gone");
    const next = deaf(1, { signal: never() });
    gate.resolve("value");
    expect(await next).toBe("value1");
    expect(await deaf(1, {})).toBe("value1");
    expect(runs).toEqual(["deaf1", "deaf1"]);
  });

  it("does not end a run whose body has no signal: it can be joined, and its value is kept", async () => {
    const { signal, abort } = controlled();
    const call = within(signal)(1);
    abort("gone");
    await expect(call).rejects.toBe("gone");
    const joined = within(never())(1);
    gate.resolve("value");
    expect(await joined).toBe("value1");
    expect(runs).toEqual(["within1"]);
  });

  it("leaves nothing behind on a signal that outlives the call", async () => {
    const signal = never();
    const removed = vi.spyOn(signal, "removeEventListener");
    const added = vi.spyOn(signal, "addEventListener");
    const calls = [deaf(2, { signal }), deaf(2, { signal })];
    gate.resolve("value");
    await Promise.all(calls);
    await turn();
    // Node warns of a leak where a signal has many listeners.
    expect(added).toHaveBeenCalledTimes(1);
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

/** What a body was handed, and what else it saw. */
let seen: unknown[] = []; // cachet-allow-mutable

/** What every body below does with the signal that it finds. */
async function listen(signal: AbortSignal | null | undefined, ...rest: unknown[]): Promise<string> {
  seen.push(...rest);
  if (!signal) throw new Error("no signal");
  signals.push(signal);
  return await Promise.race([gate.promise, rejected(signal)]);
}

type Options = { id?: number; signal?: AbortSignal };

/** @cacheData */
const typed = async (id: number, signal?: AbortSignal | null) => await listen(signal, id);
/** @cacheData */
async function excluded(id: number, _signal: AbortSignal) {
  return await listen(_signal, id);
}
/** @cacheData */
const excludedOptions = async (id: number, _options: Options) => await listen(_options.signal, id, _options.id);
/** @cacheData */
async function options(init: Options) {
  return await listen(init.signal, Object.keys(init), init.id);
}
/** @cacheData */
async function taken({ id, signal }: Options) {
  return await listen(signal, id);
}
/** @cacheData */
const renamed = async (id: number, { signal: _gone, ...rest }: Options) => await listen(_gone, id, rest);
/** @cacheData */
async function remaining(id: number, { id: more, ...init }: Options) {
  return await listen(init.signal, id, more);
}
/** @cacheData */
async function rest(...all: [number, AbortSignal]) {
  return await listen(all[1], all[0]);
}
/** @cacheData */
async function listed(_id: number, _signal: AbortSignal) {
  // biome-ignore lint/complexity/noArguments: what this is about
  return await listen(arguments[1] as AbortSignal, arguments.length);
}
/** @cacheData */
// biome-ignore lint/correctness/noUnusedFunctionParameters: declared again
async function redeclared(id: number, signal: AbortSignal) {
  // biome-ignore lint: what this is about
  var signal = signal;
  return await listen(signal, id);
}
/** @cacheData */
function promised(id: number, signal: AbortSignal): Promise<string> {
  return listen(signal, id);
}
class Repo {
  /** @cacheData */
  async find(id: number, signal: AbortSignal) {
    return await listen(signal, id);
  }
  /** @cacheData */
  static async all(id: number, { signal }: Options) {
    return await listen(signal, id);
  }
}
const repo = new Repo();
const service = {
  /** @cacheData */
  load: async (id: number, signal: AbortSignal) => await listen(signal, id),
};

const ways: Record<string, [call: (signal: AbortSignal) => Promise<string>, sees: unknown[]]> = {
  "a parameter": [(signal) => typed(1, signal), [1]],
  "an excluded parameter": [(signal) => excluded(1, signal), [1]],
  "excluded options": [(signal) => excludedOptions(1, { id: 2, signal }), [1, 2]],
  "an object of options": [(signal) => options({ signal, id: 2 }), [["signal", "id"], 2]],
  "a destructured name": [(signal) => taken({ id: 1, signal }), [1]],
  "a destructured name of its own, excluded": [(signal) => renamed(1, { signal, id: 2 }), [1, { id: 2 }]],
  "what is left of options": [(signal) => remaining(1, { id: 2, signal }), [1, 2]],
  "rest parameters": [(signal) => rest(1, signal), [1]],
  "`arguments`": [(signal) => listed(1, signal), [2]],
  "a parameter that is declared again": [(signal) => redeclared(1, signal), [1]],
  "a function that gives a promise": [(signal) => promised(1, signal), [1]],
  "a method": [(signal) => repo.find(1, signal), [1]],
  "a static method": [(signal) => Repo.all(1, { signal }), [1]],
  "a function-valued property": [(signal) => service.load(1, signal), [1]],
};

describe.each(Object.entries(ways))("the signal of %s", (_, [call, sees]) => {
  it("is the run's: it goes on while others wait, and aborts when the last has left", async () => {
    const [one, two] = [controlled(), controlled()];
    const calls = [call(one.signal), call(two.signal)];
    const settled = Promise.allSettled(calls);
    expect(seen).toEqual(sees);
    one.abort("one");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await expect(calls[0]).rejects.toBe("one");
    two.abort("two");
    expect(signals.map(({ reason }) => reason)).toEqual(["two"]);
    expect(await settled).toEqual(["one", "two"].map((reason) => ({ status: "rejected", reason })));
    const next = call(never());
    gate.resolve("value");
    expect(await next).toBe("value");
    expect(await call(controlled().signal)).toBe("value");
    expect(signals.length).toBe(2);
  });

  it("is the caller's own where caching is off", async () => {
    configure({ enabled: false });
    const signal = never();
    const result = call(signal);
    configure({ enabled: true });
    gate.resolve("value");
    expect(await result).toBe("value");
    expect(signals).toEqual([signal]);
  });
});

it("a parameter that is a signal by its type has one also where the caller gives none", async () => {
  const { signal, abort } = controlled();
  const calls = [typed(1), typed(1, null), typed(1, signal)];
  abort("left");
  cached(typed).clear();
  await Promise.allSettled(calls);
  expect(signals.map(({ reason }) => reason?.name)).toEqual(["AbortError", "AbortError"]);
});

function controlled() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}

/** @cacheData({ ttl: 60, stale: { error: 60 } }) */
async function backed(id: number, signal: AbortSignal) {
  if (signal.aborted) throw new Error("no signal");
  runs.push(`backed${id}`);
  // It looks at its signal too late.
  return await gate.promise;
}

it("an attempt to replace a stale value that was given up is not joined", async () => {
  gate.resolve("old");
  await backed(1, never());
  gate = createGate();
  cached(backed).expire(1, never());
  const { signal, abort } = controlled();
  const call = backed(1, signal);
  abort("left");
  await expect(call).rejects.toBe("left");
  const next = backed(1, never());
  expect(runs).toEqual(Array(3).fill("backed1"));
  gate.resolve("new");
  expect(await next).toBe("new");
  // What a body reads of its signal is in no key.
  expect(await backed(1, AbortSignal.abort())).toBe("new");
});

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
