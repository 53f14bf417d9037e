import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheData, cached, configure, UnstorableValueError } from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
let runs: string[] = []; // cachet-allow-mutable

/** @cacheData({ persist: "kept", ttl: (chunks) => chunks.length * 10 }) */
async function* words(text: string): AsyncGenerator<{ word: string }, number> {
  runs.push(text);
  for (const word of text.split(" ")) yield { word };
  return text.length;
}

/** @cacheData */
async function page(url: string): Promise<ReadableStream<string>> {
  runs.push(url);
  return web(url);
}

/** @cacheData({ maxBytes: 1000 }) */
async function* short(n: number) {
  runs.push(`short ${n}`);
  yield "computed";
}

/** @cacheData({ replay: "paced" }) */
async function* paced() {
  yield 1;
}

const web = (text: string) =>
  new ReadableStream<string>({
    start(controller) {
      controller.enqueue(text);
      controller.close();
    },
  });

async function* of<T, R>(chunks: readonly T[], result?: R): AsyncGenerator<T, R> {
  yield* chunks;
  return result as R;
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

beforeEach(() => {
  runs = [];
  configure({ stores: { kept: new MemoryStore({ now: () => clock.wall() }) }, clock });
});
afterEach(async () => {
  await cacheData.clear();
});

describe("a stream that is put in place of a result", () => {
  it("answers calls, with chunks of their own and what it returned, from memory and from the store", async () => {
    const chunks = [{ word: "put" }, { word: "here" }];
    await cached(words).set(["a"], of(chunks, 7));
    (chunks[0] as { word: string }).word = "changed";
    for (let i = 0; i < 2; i++) {
      const stream = words("a");
      expect((await stream.next()).value).toEqual({ word: "put" });
      expect(await all(words("a"))).toEqual([{ word: "put" }, { word: "here" }]);
      expect([await stream.next(), await stream.next()][1]).toEqual({ done: true, value: 7 });
      emptyFunction(ownerOf(words));
    }
    expect(await all((await cached(words).get("a")) as AsyncGenerator)).toHaveLength(2);
    expect(runs).toEqual([]);
  });

  it("lives as long as its chunks say", async () => {
    await cached(words).set(["a"], of([{ word: "put" }], 0));
    clock.add(11);
    await all(words("a"));
    expect(runs).toEqual(["a"]);
  });

  it("is of the kind that it was, or what another cached function gives", async () => {
    await cached(page).set(["a"], web("put"));
    const given = await page("a");
    expect(given).toBeInstanceOf(ReadableStream);
    expect(await all(given)).toEqual(["put"]);
    await cached(words).set(["b"], words("to be"));
    expect(await all(words("b"))).toEqual([{ word: "to" }, { word: "be" }]);
    expect(runs).toEqual(["to be"]);
  });

  it("changes nothing where it fails", async () => {
    await all(words("a"));
    const torn = (async function* () {
      yield { word: "x" };
      throw new RangeError("torn");
    })() as AsyncGenerator<{ word: string }, number>;
    await expect(cached(words).set(["a"], torn)).rejects.toThrow("torn");
    const unstorable = of([{ word: (() => {}) as unknown as string }], 0);
    await expect(cached(words).set(["a"], unstorable)).rejects.toThrow(UnstorableValueError);
    expect(await all(words("a"))).toEqual([{ word: "a" }]);
    expect(runs).toEqual(["a"]);
  });

  it("is not kept, nor what it would replace, where it is longer than may be kept", async () => {
    await all(short(1));
    let isCancelled = false;
    const endless = (async function* () {
      try {
        for (;;) yield "".padEnd(100);
      } finally {
        isCancelled = true;
      }
    })() as unknown as ReturnType<typeof short>;
    await cached(short).set([1], endless);
    expect(isCancelled).toBe(true);
    await all(short(1));
    expect(runs).toEqual(["short 1", "short 1"]);
  });

  it("beats a run under way", async () => {
    const stream = words("a b");
    await stream.next();
    await cached(words).set(["a b"], of([{ word: "put" }], 0));
    await all(stream);
    expect(await all(words("a b"))).toEqual([{ word: "put" }]);
  });

  it("is given again as it came", async () => {
    const timed = (async function* () {
      yield 1;
      clock.add(0.05);
      yield 2;
    })() as unknown as ReturnType<typeof paced>;
    await cached(paced).set([], timed);
    vi.useFakeTimers();
    const stream = paced();
    await stream.next();
    let second: unknown;
    void stream.next().then(({ value }) => {
      second = value;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(second).toBe(undefined);
    await vi.advanceTimersByTimeAsync(1);
    expect(second).toBe(2);
    vi.useRealTimers();
  });

  it("is recorded in the mode that records", async () => {
    const dir = mkdtempSync(join(tmpdir(), "cachet-put-"));
    configure({ mode: "record", dir });
    await cached(page).set(["a"], web("put"));
    const [file] = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    expect(JSON.parse(readFileSync(join(dir, file as string), "utf8"))).toMatchObject({ stream: { chunks: ["put"] } });
    configure({ mode: "on" });
    rmSync(dir, { recursive: true });
  });
});
