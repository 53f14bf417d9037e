import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheData, cached, cacheSignal, configure, NotRecordedError, type Store, UnstorableValueError } from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { handClock } from "../runtime/emitted.ts";
import { ownerOf } from "./owner-of.ts";

const clock = handClock(1_700_000_000_000);
const sync = new MemoryStore({ now: () => clock.wall() });
/** The same, but everything takes a turn. */
const slow: Store = {
  name: "slow",
  sync: false,
  lookup: async (key, origin) => sync.lookup(key, origin),
  write: async (key, bytes, meta) => {
    await Promise.resolve();
    sync.write(key, bytes, meta);
  },
  delete: async (key, origin) => sync.delete(key, origin),
  clear: async (id) => sync.clear(id),
};

/* What the bodies note is not part of what they compute. */
let runs: string[] = []; // cachet-allow-mutable
let isDown = false; // cachet-allow-mutable

/** @cacheData({ persist: "sync" }) */
async function* words(text: string) {
  runs.push(text);
  for (const word of text.split(" ")) yield { word };
  return text.length;
}

/** @cacheData({ persist: "slow" }) */
async function* later(text: string) {
  runs.push(text);
  for (const word of text.split(" ")) yield word;
}

/** @cacheData({ persist: "slow" }) */
async function* heeding(text: string, signal?: AbortSignal) {
  runs.push(text);
  for (const word of text.split(" ")) {
    signal?.throwIfAborted();
    yield word;
  }
}

/** @cacheData({ persist: "sync" }) */
function web(text: string): ReadableStream<Uint8Array> {
  runs.push(text);
  return new Blob([text]).stream();
}

/** @cacheData({ persist: "sync", copy: "freeze" }) */
async function* frozen() {
  runs.push("frozen");
  yield { a: [1] };
}

/** @cacheData({ persist: "sync" }) */
async function* onlyInMemory() {
  yield new Blob(["x"]);
}

/** @cacheData({ persist: "sync", ttl: 10, stale: { refresh: 10, error: 100 } }) */
async function* stale(n: number) {
  const down = isDown;
  runs.push(`stale ${n}`);
  if (down) throw new RangeError("down");
  yield runs.length;
  yield cacheSignal().aborted;
}

/** @cacheData({ persist: "sync", replay: "paced" }) */
async function* paced() {
  runs.push("paced");
  yield 1;
  clock.add(0.05);
  yield 2;
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  runs = [];
  isDown = false;
  configure({ stores: { sync, slow }, clock });
});
afterEach(async () => {
  await cacheData.clear();
});

describe("a stored stream", () => {
  it.each<[string, (text: string) => AsyncIterable<unknown>]>([
    ["a store that answers at once", words],
    ["one that answers later", later],
  ])("is there when its readers have their end, in %s", async (_, give) => {
    const first = await all(give("to be or"));
    for (let i = 0; i < 2; i++) {
      emptyFunction(ownerOf(give));
      expect(await all(give("to be or"))).toEqual(first);
    }
    expect(await all(give("to be or"))).toEqual(first);
    expect(runs).toEqual(["to be or"]);
    await cached(give).clear("to be or");
    emptyFunction(ownerOf(give));
    await all(give("to be or"));
    expect(runs).toHaveLength(2);
  });

  it("keeps what a generator returned, and gives each reader chunks of its own", async () => {
    await all(words("a b"));
    emptyFunction(ownerOf(words));
    const one = words("a b");
    const first = (await one.next()).value as { word: string };
    first.word = "changed";
    expect([await one.next(), await one.next()]).toEqual([
      { done: false, value: { word: "b" } },
      { done: true, value: 3 },
    ]);
    expect(await all(words("a b"))).toEqual([{ word: "a" }, { word: "b" }]);
    expect(runs).toEqual(["a b"]);
  });

  it("is of the kind that it was", async () => {
    for (let i = 0; i < 2; i++) {
      const stream = web("text");
      expect(stream).toBeInstanceOf(ReadableStream);
      expect(await new Response(stream).text()).toBe("text");
      emptyFunction(ownerOf(web));
    }
    expect(runs).toEqual(["text"]);
    await all(frozen());
    emptyFunction(ownerOf(frozen));
    const [chunk] = await all(frozen());
    expect(Object.isFrozen(chunk?.a)).toBe(true);
    expect(runs).toEqual(["text", "frozen"]);
  });

  it("is not there before it has ended, nor where its reader leaves", async () => {
    const stream = words("a b c");
    await stream.next();
    emptyFunction(ownerOf(words));
    expect(cached(words).has("a b c")).toBe(false);
    await stream.return(0);
    emptyFunction(ownerOf(words));
    expect(cached(words).has("a b c")).toBe(false);
    await all(words("a b c"));
    emptyFunction(ownerOf(words));
    expect(cached(words).has("a b c")).toBe(true);
  });

  it("goes on for others where its first reader leaves while the store is asked, and ends where there is nobody else", async () => {
    const all = async (text: string, signal?: AbortSignal) => {
      const chunks = [];
      for await (const chunk of heeding(text, signal)) chunks.push(chunk);
      return chunks;
    };
    const controller = new AbortController();
    const [first, other] = [all("a b", controller.signal), all("a b")];
    const alone = all("alone", controller.signal);
    controller.abort(new Error("mine"));
    await expect(first).rejects.toThrow("mine");
    await expect(alone).rejects.toThrow("mine");
    expect(await other).toEqual(["a", "b"]);
    expect(await all("alone")).toEqual(["alone"]);
  });

  it("fails at its end with what only memory can hold", async () => {
    await expect(all(onlyInMemory())).rejects.toThrow(UnstorableValueError);
  });

  it("is given again as it came", async () => {
    await all(paced());
    emptyFunction(ownerOf(paced));
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
    expect(runs).toEqual(["paced"]);
  });
});

describe("the modes record and replay", () => {
  it("keep streams in files that people can read", async () => {
    const dir = mkdtempSync(join(tmpdir(), "cachet-streams-"));
    configure({ mode: "record", dir });
    const first = await all(unkept("a b"));
    const [file] = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    expect(JSON.parse(readFileSync(join(dir, file as string), "utf8"))).toMatchObject({
      call: 'unkept(text: "a b")',
      stream: { kind: "iterable", chunks: ["a", "b"] },
    });
    emptyFunction(ownerOf(unkept));
    configure({ mode: "replay", dir });
    expect(await all(unkept("a b"))).toEqual(first);
    await expect(all(unkept("c"))).rejects.toThrow(NotRecordedError);
    expect(runs).toEqual(["a b"]);
    configure({ mode: "on" });
    rmSync(dir, { recursive: true });
  });
});

/** @cacheData */
async function* unkept(text: string) {
  runs.push(text);
  yield* text.split(" ");
}

describe("a stale stream", () => {
  it("is given at once, while the next one is recorded in the background", async () => {
    expect(await all(stale(1))).toEqual([1, false]);
    clock.add(15);
    expect(await all(stale(1))).toEqual([1, false]);
    await turn();
    expect(runs).toHaveLength(2);
    expect(await all(stale(1))).toEqual([2, false]);
    expect(runs).toHaveLength(2);
  });

  it("stands in for one that fails before its first chunk", async () => {
    await all(stale(2));
    clock.add(50);
    isDown = true;
    expect(await all(stale(2))).toEqual([1, false]);
    expect(runs).toHaveLength(2);
    isDown = false;
    clock.add(31);
    expect(await all(stale(2))).toEqual([3, false]);
  });
});
