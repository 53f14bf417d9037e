import {
  cacheData,
  cached,
  cacheSignal,
  cacheTag,
  clearTags,
  configure,
  fresh,
  LaggingReaderError,
  observed,
  RecursiveCallError,
  UnhashableArgumentError,
  UnstorableValueError,
  warm,
} from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/* What the bodies note is not part of what they compute. */
let runs: string[] = []; // cachet-allow-mutable
let cleaned: string[] = []; // cachet-allow-mutable
let gates: Gate[] = []; // cachet-allow-mutable

interface Gate {
  promise: Promise<void>;
  open(): void;
}

const gate = (): Gate => {
  let open = () => {};
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
};

/** @cacheData */
async function* count(to: number) {
  runs.push(`count ${to}`);
  try {
    for (let i = 0; i < to; i++) yield { i };
    return "all";
  } finally {
    cleaned.push(`count ${to}`);
  }
}

/** Each chunk waits for its gate. @cacheData */
async function* gated(name: string) {
  runs.push(name);
  const own = gates;
  try {
    for (let i = 0; i < 4; i++) {
      await (own[i] as Gate).promise;
      yield `${name}${i}`;
    }
  } finally {
    cleaned.push(name);
  }
}

/** @cacheData */
async function* failing(at: number) {
  runs.push(`failing ${at}`);
  for (let i = 0; i < at; i++) yield i;
  throw new RangeError("torn");
}

/** @cacheData({ errors: { ttl: 60 } }) */
async function* keptFailure(at: number) {
  runs.push(`kept ${at}`);
  for (let i = 0; i < at; i++) yield i;
  throw new RangeError("torn");
}

/** @cacheData */
async function* unstorable() {
  yield { fine: true };
  yield { deep: [() => 1] };
}

/** @cacheData({ copy: "freeze" }) */
async function* frozen() {
  yield { rows: [1] };
}

/** @cacheData({ maxBytes: 2000 }) */
async function* long(size: number) {
  runs.push(`long ${size}`);
  for (let i = 0; i < size; i++) yield `${i}`.padEnd(100);
}

/** @cacheData */
async function* listening(_name: string, signal?: AbortSignal) {
  runs.push("listening");
  const own = cacheSignal();
  own.addEventListener("abort", () => cleaned.push(`aborted: ${own.reason}`));
  signal?.throwIfAborted();
  yield 1;
  await gates[0]?.promise;
  yield 2;
}

/** @cacheData */
async function* cleaning() {
  const signal = cacheSignal();
  try {
    yield 1;
  } finally {
    await Promise.resolve();
    cleaned.push(`cleaned, aborted: ${signal.aborted}`);
  }
}

/** @cacheData */
async function* tagged(id: number) {
  runs.push(`tagged ${id}`);
  cacheTag(`item:${id}`);
  yield id;
  await Promise.resolve();
  cacheTag("late");
  yield -id;
}

/** @cacheData */
async function total(id: number) {
  runs.push(`total ${id}`);
  let sum = 0;
  for await (const each of tagged(id)) sum += each;
  return sum;
}

/** @cacheData */
async function* itself(x: number): AsyncGenerator<number> {
  yield x;
  yield* itself(x);
}

/** @cacheData */
async function* fibonacci(n: number): AsyncGenerator<number> {
  runs.push(`fibonacci ${n}`);
  let sum = 0;
  if (n < 2) sum = n;
  else for (const each of [n - 1, n - 2]) for await (const value of fibonacci(each)) sum += value;
  yield sum;
}

class Shelf {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  async *rows(n: number) {
    for (let i = 0; i < n; i++) yield `${this.name} ${i}`;
  }
}

class Counter extends Shelf {
  /** @cacheData */
  override async *rows(n: number): AsyncGenerator<string> {
    runs.push(`${this.name} rows`);
    // biome-ignore lint/complexity/noArguments: they have to be the method's own.
    yield `${arguments.length}`;
    yield* super.rows(n);
  }

  /** @cacheData */
  static async *all(...names: string[]) {
    runs.push("all");
    for (const name of names) yield name;
  }
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  runs = [];
  cleaned = [];
  gates = [gate(), gate(), gate(), gate()];
});
afterEach(async () => {
  for (const { open } of gates) open();
  await turn();
  await cacheData.clear();
});

describe("an async generator", () => {
  it("is recorded while it is read, and given again without running", async () => {
    expect(await all(count(3))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    expect(await all(count(3))).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }]);
    expect(await all(count(2))).toEqual([{ i: 0 }, { i: 1 }]);
    expect(runs).toEqual(["count 3", "count 2"]);
    expect(cached(count).stats()).toMatchObject({ entries: 2, hits: 1, misses: 2 });
    expect(cached(count).stats().bytes).toBeGreaterThan(2 * 200);
  });

  it("does nothing before it is read, and runs once for callers who came before that", async () => {
    const [one, other] = [count(2), count(2)];
    await turn();
    expect(runs).toEqual([]);
    expect(await Promise.all([all(one), all(other)])).toEqual([
      [{ i: 0 }, { i: 1 }],
      [{ i: 0 }, { i: 1 }],
    ]);
    expect(runs).toEqual(["count 2"]);
    expect(await count(9).return("left")).toEqual({ done: true, value: "left" });
    expect(runs).toEqual(["count 2"]);
  });

  it("ends with what the body returned", async () => {
    for (const stream of [count(1), count(1)]) {
      await stream.next();
      expect(await stream.next()).toEqual({ done: true, value: "all" });
      expect(await stream.next()).toEqual({ done: true, value: undefined });
    }
  });

  it("gives each reader chunks of its own", async () => {
    const [one, other] = [count(1), count(1)];
    const [mine, theirs] = [(await one.next()).value, (await other.next()).value] as { i: number }[];
    expect(mine).not.toBe(theirs);
    (mine as { i: number }).i = 7;
    expect(theirs).toEqual({ i: 0 });
    await Promise.all([one.next(), other.next()]);
    const again = (await count(1).next()).value as { i: number };
    expect(again).toEqual({ i: 0 });
    again.i = 8;
    expect(await all(count(1))).toEqual([{ i: 0 }]);
  });

  it("gives the same frozen chunks to all under `copy: freeze`", async () => {
    const [first] = await all(frozen());
    const [second] = await all(frozen());
    expect(second).toBe(first);
    expect(Object.isFrozen(second?.rows)).toBe(true);
  });

  it("answers calls of next in order, as many as are made at once", async () => {
    const steps = async () => {
      const stream = count(2);
      return Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
    };
    const expected = [
      { done: false, value: { i: 0 } },
      { done: false, value: { i: 1 } },
      { done: true, value: "all" },
      { done: true, value: undefined },
    ];
    expect(await steps()).toEqual(expected);
    expect(await steps()).toEqual(expected);
  });

  it("keeps name, length, this, super and arguments, and belongs to its instance", async () => {
    expect([count.name, count.length]).toEqual(["count", 1]);
    const [a, b] = [new Counter("a"), new Counter("b")];
    expect(await all(a.rows(2))).toEqual(["1", "a 0", "a 1"]);
    expect(await all(a.rows(2))).toEqual(["1", "a 0", "a 1"]);
    expect(await all(b.rows(1))).toEqual(["1", "b 0"]);
    expect(await all(Counter.all("x", "y"))).toEqual(["x", "y"]);
    expect(await all(Counter.all("x", "y"))).toEqual(["x", "y"]);
    expect(runs).toEqual(["a rows", "b rows", "all"]);
  });

  it("refuses what its reader sends: nobody could tell which reader it came from", async () => {
    const stream = count(1) as unknown as AsyncGenerator<unknown, unknown, number>;
    await expect(stream.next(4)).rejects.toThrow(/count\(\): what a reader sends can't reach the body/);
  });

  it("throws for arguments that no key can be made of, at the call", () => {
    expect(() => count((() => 1) as never)).toThrow(UnhashableArgumentError);
  });
});

describe("readers", () => {
  it("who join get the past chunks at once, then live", async () => {
    const first = gated("a");
    gates[0]?.open();
    gates[1]?.open();
    expect([(await first.next()).value, (await first.next()).value]).toEqual(["a0", "a1"]);
    const second = gated("a");
    expect([(await second.next()).value, (await second.next()).value]).toEqual(["a0", "a1"]);
    const waiting = [first.next(), second.next()];
    gates[2]?.open();
    expect((await Promise.all(waiting)).map(({ value }) => value)).toEqual(["a2", "a2"]);
    gates[3]?.open();
    expect([await all(second), await all(first)]).toEqual([["a3"], ["a3"]]);
    expect(runs).toEqual(["a"]);
  });

  it("who are slow don't hold up fast ones", async () => {
    const slow = count(50);
    await slow.next();
    expect(await all(count(50))).toHaveLength(50);
    expect(await all(slow)).toHaveLength(49);
    expect(runs).toEqual(["count 50"]);
  });

  it("who leave end only their own stream; the last one ends the source, and nothing is kept", async () => {
    const [first, second] = [count(5), count(5)];
    await first.next();
    await second.next();
    await first.return("bye");
    expect(cleaned).toEqual([]);
    expect((await second.next()).value).toEqual({ i: 1 });
    for await (const _ of second) break;
    expect(cleaned).toEqual(["count 5"]);
    expect(cached(count).stats().entries).toBe(0);
    expect(await second.next()).toEqual({ done: true, value: undefined });
    expect(await all(count(5))).toHaveLength(5);
    expect(runs).toEqual(["count 5", "count 5"]);
  });

  it("who leave while they wait are let go at once", async () => {
    const stream = gated("b");
    const waiting = stream.next();
    await turn();
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(cleaned).toEqual([]);
    const again = gated("b");
    const first = again.next();
    for (const { open } of gates) open();
    expect((await first).value).toBe("b0");
    expect(await all(again)).toEqual(["b1", "b2", "b3"]);
    expect(runs).toEqual(["b", "b"]);
  });

  it("whose signal aborts are told its reason; the others go on", async () => {
    const controller = new AbortController();
    const [first, second] = [listening("a", controller.signal), listening("a")];
    expect((await first.next()).value).toBe(1);
    expect((await second.next()).value).toBe(1);
    const waiting = [first.next(), second.next()];
    controller.abort("enough");
    await expect(waiting[0]).rejects.toBe("enough");
    expect(cleaned).toEqual([]);
    gates[0]?.open();
    expect((await waiting[1])?.value).toBe(2);
    expect(await first.next()).toEqual({ done: true, value: undefined });
    expect((await second.next()).done).toBe(true);
    expect(cached(listening).stats().entries).toBe(1);
  });

  it("whose signal aborts, as the last one, abort that of the run", async () => {
    const controller = new AbortController();
    const stream = listening("b", controller.signal);
    await stream.next();
    const waiting = stream.next();
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    expect(cleaned).toEqual(["aborted: enough"]);
  });

  it("who leave let the body clean up before its signal aborts", async () => {
    const stream = cleaning();
    await stream.next();
    await stream.return(undefined);
    expect(cleaned).toEqual(["cleaned, aborted: false"]);
  });

  it("who throw into it leave with that error", async () => {
    const stream = count(3);
    await stream.next();
    await expect(stream.throw(new TypeError("mine"))).rejects.toThrow(new TypeError("mine"));
    expect(cleaned).toEqual(["count 3"]);
  });
});

describe("a stream that fails", () => {
  it("gives the past chunks and then the error, and keeps nothing", async () => {
    const first = failing(2);
    expect((await first.next()).value).toBe(0);
    const second = failing(2);
    expect((await second.next()).value).toBe(0);
    for (const stream of [first, second]) {
      const seen: unknown[] = [];
      await expect(
        (async () => {
          for await (const each of stream) seen.push(each);
        })(),
      ).rejects.toThrow(new RangeError("torn"));
      expect(seen.at(-1)).toBe(1);
    }
    await expect(all(failing(2))).rejects.toThrow("torn");
    expect(runs).toEqual(["failing 2", "failing 2"]);
    expect(cached(failing).stats().entries).toBe(0);
  });

  it("is kept as a failure where `errors` says so", async () => {
    await expect(all(keptFailure(1))).rejects.toThrow("torn");
    await expect(all(keptFailure(1))).rejects.toThrow("torn");
    expect(runs).toEqual(["kept 1"]);
  });

  it("fails with the place of a chunk that can't be stored", async () => {
    const stream = unstorable();
    expect((await stream.next()).value).toEqual({ fine: true });
    await expect(stream.next()).rejects.toThrow(/unstorable\(\): `chunk 1\.deep\[0\]` is a function/);
    await expect(all(unstorable())).rejects.toThrow(UnstorableValueError);
  });

  it("throws where it would wait for itself", async () => {
    await expect(all(itself(1))).rejects.toThrow(RecursiveCallError);
    expect(await all(fibonacci(12))).toEqual([144]);
    expect(runs).toHaveLength(13);
  });
});

describe("`maxBytes`", () => {
  it("bounds what is kept: what is longer is handed on", async () => {
    expect(await all(long(5))).toHaveLength(5);
    expect(await all(long(100))).toHaveLength(100);
    expect(await all(long(100))).toHaveLength(100);
    await all(long(5));
    expect(runs).toEqual(["long 5", "long 100", "long 100"]);
    expect(cached(long).stats().entries).toBe(1);
  });

  it("bounds what is held for a slow reader", async () => {
    const [slow, fast] = [long(100), long(100)];
    await slow.next();
    expect(await all(fast)).toHaveLength(100);
    await expect(slow.next()).rejects.toThrow(LaggingReaderError);
    expect(await slow.next()).toEqual({ done: true, value: undefined });
    expect(runs).toEqual(["long 100"]);
  });

  it("is 64 MB where nobody has said anything, and that is told once", async () => {
    const warn = vi.fn();
    configure({ onWarning: warn });
    for (let i = 0; i < 2; i++) expect(await all(huge(70))).toHaveLength(70);
    expect(cached(huge).stats().entries).toBe(0);
    expect(warn.mock.calls.map(([text]) => text)).toEqual([expect.stringContaining("a stream of huge() is longer")]);
  });
});

/** @cacheData */
async function* huge(megabytes: number) {
  for (let i = 0; i < megabytes; i++) yield new Uint8Array(2 ** 20);
}

describe("what holds for entries holds for streams", () => {
  it("a clear beats a run in flight", async () => {
    const stream = count(3);
    await stream.next();
    await cached(count).clear();
    expect(await all(stream)).toHaveLength(2);
    expect(cached(count).stats().entries).toBe(0);
    await all(count(3));
    await cached(count).clear(3);
    await all(count(3));
    expect(runs).toHaveLength(3);
  });

  it("tags", async () => {
    expect(await total(4)).toBe(0);
    expect(await total(4)).toBe(0);
    expect(runs).toEqual(["total 4", "tagged 4"]);
    await clearTags("late");
    await total(4);
    expect(runs).toHaveLength(4);
    await clearTags("item:4");
    await total(4);
    expect(runs).toHaveLength(6);
  });

  it("asking, fresh, observed, warm", async () => {
    const about = cached(count);
    expect(about.has(3)).toBe(false);
    expect(await about.get(3)).toBe(undefined);
    expect(await warm(count, [[3], [2]])).toEqual({ warmed: 2, failed: [] });
    expect(about.has(3)).toBe(true);
    expect(await all((await about.get(3)) as AsyncGenerator<unknown>)).toHaveLength(3);
    expect(await all(fresh(() => count(3)))).toHaveLength(3);
    expect(await all(about.refresh(3))).toHaveLength(3);
    expect(runs).toEqual(["count 3", "count 2", "count 3", "count 3"]);
    const seen = observed(() => count(3));
    expect(seen.status).toBe("hit");
    expect(await all(seen.value)).toHaveLength(3);
    expect(await all(about.entries()[0]?.value as AsyncGenerator<unknown>)).toHaveLength(2);
    expect((await warm(failing, [[1]])).failed).toHaveLength(1);
  });

  it("caching switched off", async () => {
    configure({ enabled: false });
    expect(await all(count(2))).toHaveLength(2);
    expect(await all(count(2))).toHaveLength(2);
    configure({ enabled: true });
    expect(runs).toHaveLength(2);
  });
});
