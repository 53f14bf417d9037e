import { Readable } from "node:stream";
import {
  cacheData,
  cached,
  cacheResource,
  configure,
  InvalidOptionError,
  RecursiveCallError,
  UnstorableValueError,
} from "cachet";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { state } from "../../runtime/registry.ts";

/* What the bodies note is not part of what they compute. */
let runs: string[] = []; // cachet-allow-mutable
let ended: unknown[] = []; // cachet-allow-mutable

/** @cacheData */
function web(to: number): ReadableStream<string> {
  runs.push("web");
  let i = 0;
  return new ReadableStream({
    pull: (controller) => (i < to ? controller.enqueue(`${i++}`) : controller.close()),
    cancel: (reason) => void ended.push(reason),
  });
}

/** @cacheData */
async function later(to: number) {
  runs.push("later");
  await Promise.resolve();
  return web(to);
}

/** @cacheData */
function promised(to: number): Promise<ReadableStream<string>> {
  runs.push("promised");
  return Promise.resolve(
    new ReadableStream({
      start(controller) {
        controller.enqueue(`${to}`);
        controller.close();
      },
    }),
  );
}

/** @cacheData */
async function bytes() {
  runs.push("bytes");
  const response = new Response(new Uint8Array([1, 2, 3]));
  return response.body as ReadableStream<Uint8Array>;
}

/** @cacheData */
function node(objectMode: boolean) {
  runs.push("node");
  return Readable.from(objectMode ? [{ a: 1 }, { a: 2 }] : [Buffer.from("x"), Buffer.from("y")], { objectMode });
}

/** @cacheData */
function torn() {
  runs.push("torn");
  return new Readable({
    read() {
      this.destroy(new RangeError("torn"));
    },
  });
}

/** @cacheData */
async function textNode() {
  const stream = Readable.from([Buffer.from("ä"), Buffer.from("b")], { objectMode: false });
  return stream.setEncoding("utf8");
}

/** @cacheData */
function iterable(n: number) {
  runs.push("iterable");
  let i = 0;
  return {
    controller: new AbortController(),
    [Symbol.asyncIterator]: () => ({
      next: async () => (i < n ? { done: false, value: { i: i++ } } : { done: true, value: undefined }),
      return: async () => {
        ended.push("return");
        return { done: true, value: undefined };
      },
    }),
  } as unknown as AsyncIterable<{ i: number }>;
}

async function* inner(n: number) {
  for (let i = 0; i < n; i++) yield i;
}

/** What it reaches says that there is a stream. @cacheData */
const handed = (n: number) => inner(n);

/** @cacheData */
const sometimes = async (isLong: boolean) => (isLong ? inner(2) : [0, 1]);

/** @cacheData({ validate: () => true }) */
async function validated(n: number) {
  return inner(n);
}

/** @cacheResource */
const live = (n: number) => inner(n);

/** @cacheData */
function wrapped() {
  return { stream: inner(1) };
}

/** @cacheData */
async function hidden(make: string) {
  return (globalThis as unknown as Record<string, () => unknown>)[make]?.(); // cachet-allow-impure
}

/** @cacheData */
const locked = () => {
  const stream = new ReadableStream();
  stream.getReader();
  return stream;
};

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  runs = [];
  ended = [];
});
afterEach(async () => {
  await cacheData.clear();
  await cacheResource.clear();
});

describe("a web stream", () => {
  it("comes as one, from functions that are async and not", async () => {
    for (const give of [web, later, promised]) {
      const streams = [await give(3), await give(3)];
      for (const stream of streams) expect(stream).toBeInstanceOf(ReadableStream);
      const expected = give === promised ? ["3"] : ["0", "1", "2"];
      expect(await Promise.all(streams.map(all))).toEqual([expected, expected]);
      expect(await all(await give(3))).toEqual(expected);
    }
    expect(runs).toEqual(["web", "later", "promised"]);
    expect(cached(web).has(3)).toBe(true);
  });

  it("is as lazy as its readers: nothing is read before anybody asks", async () => {
    const pull = vi.fn((controller: ReadableStreamDefaultController) => controller.enqueue("x"));
    (globalThis as Record<string, unknown>)["makeLazy"] = () => new ReadableStream({ pull }, { highWaterMark: 0 });
    const reader = ((await hidden("makeLazy")) as ReadableStream).getReader();
    await turn();
    expect(pull).toHaveBeenCalledTimes(0);
    await reader.read();
    await turn();
    expect(pull).toHaveBeenCalledTimes(1);
    await reader.cancel();
  });

  it("can be piped, teed and cancelled", async () => {
    const [one, other] = web(2).tee();
    const upper = one.pipeThrough(
      new TransformStream<string, string>({ transform: (chunk, controller) => controller.enqueue(`<${chunk}>`) }),
    );
    expect(await Promise.all([all(upper), all(other)])).toEqual([
      ["<0>", "<1>"],
      ["0", "1"],
    ]);
    const [first, second] = [web(3), web(3)];
    await first.cancel("enough");
    expect(ended).toEqual([]);
    const reader = second.getReader();
    expect(await reader.read()).toEqual({ done: false, value: "0" });
    await reader.cancel("all left");
    expect(ended).toEqual(["all left"]);
    expect(cached(web).has(3)).toBe(false);
    expect(await all(web(3))).toHaveLength(3);
    expect(runs).toEqual(["web", "web", "web"]);
  });

  it("of bytes can be read into a buffer; a transfer of one reader's chunks reaches nobody else", async () => {
    for (let i = 0; i < 3; i++) {
      const reader = (await bytes()).getReader({ mode: "byob" });
      const { value } = await reader.read(new Uint8Array(8));
      expect(value).toEqual(new Uint8Array([1, 2, 3]));
      expect((await reader.read(new Uint8Array(8))).done).toBe(true);
    }
    expect(await new Response(await bytes()).bytes?.()).toEqual(new Uint8Array([1, 2, 3]));
    expect(runs).toEqual(["bytes"]);
  });

  it("that somebody else reads is refused", () => {
    expect(locked).toThrow(TypeError);
  });
});

describe("a stream of Node", () => {
  it("comes as one", async () => {
    for (let i = 0; i < 2; i++) {
      const [objects, binary, text] = [node(true), node(false), await textNode()];
      for (const stream of [objects, binary, text]) expect(stream).toBeInstanceOf(Readable);
      expect(objects.readableObjectMode).toBe(true);
      expect(binary.readableObjectMode).toBe(false);
      expect(await all(objects)).toEqual([{ a: 1 }, { a: 2 }]);
      expect(Buffer.concat(await all(binary)).toString()).toBe("xy");
      expect((await all(text)).join("")).toBe("äb");
    }
    expect(runs).toEqual(["node", "node"]);
  });

  it("that fails is told to its readers and to nobody else", async () => {
    for (let i = 0; i < 2; i++) await expect(all(torn())).rejects.toThrow(new RangeError("torn"));
    expect(runs).toEqual(["torn", "torn"]);
  });

  it("is destroyed for one reader only", async () => {
    const [one, other] = [node(true), node(true)];
    one.destroy();
    expect(await all(other)).toHaveLength(2);
    expect(await all(node(true))).toHaveLength(2);
    expect(runs).toEqual(["node"]);
  });
});

describe("any async iterable", () => {
  it("comes as an async generator", async () => {
    for (let i = 0; i < 2; i++) expect(await all(iterable(2))).toEqual([{ i: 0 }, { i: 1 }]);
    for (let i = 0; i < 2; i++) expect(await all(handed(2))).toEqual([0, 1]);
    expect(Object.prototype.toString.call(handed(2))).toBe("[object AsyncGenerator]");
    expect(runs).toEqual(["iterable"]);
    for await (const _ of iterable(5)) break;
    expect(ended).toEqual(["return"]);
  });

  it("is told from other values at each call", async () => {
    for (let i = 0; i < 2; i++) {
      expect(await all((await sometimes(true)) as AsyncIterable<number>)).toEqual([0, 1]);
      expect(await sometimes(false)).toEqual([0, 1]);
    }
    expect(cached(sometimes).stats()).toMatchObject({ hits: 2, misses: 2 });
  });

  it("stays what it is as a resource", () => {
    expect(live(1)).toBe(live(1));
  });

  it("can't be validated before it is handed out", async () => {
    await expect(validated(1)).rejects.toThrow(InvalidOptionError);
  });

  it("inside of another value is refused, and so is a stream where the program was built without them", async () => {
    expect(wrapped).toThrow(/wrapped\(\): `result\.stream` is .*return it alone/s);
    const { streams } = state.features;
    delete state.features.streams;
    (globalThis as Record<string, unknown>)["makeHidden"] = () => inner(1);
    await expect(hidden("makeHidden")).rejects.toThrow(UnstorableValueError);
    await expect(hidden("makeHidden")).rejects.toThrow(/replay: "atOnce"/);
    if (streams !== undefined) state.features.streams = streams;
  });
});

/** @cacheData */
function reads(): ReadableStream<string> {
  return new ReadableStream(
    {
      pull: async (controller) => {
        for await (const chunk of reads()) controller.enqueue(chunk);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

describe("a stream that reads itself", () => {
  it("fails instead of hanging", async () => {
    await expect(all(reads())).rejects.toThrow(RecursiveCallError);
  });
});

/** @cacheData({ timeout: 5 }) */
async function slow(): Promise<AsyncIterable<number>> {
  return (async function* () {
    yield 1;
    await new Promise(() => {});
  })();
}

/** @cacheData({ replay: "paced" }) */
async function* paced(..._gaps: number[]) {
  runs.push("paced");
  for (const gap of _gaps) {
    await new Promise((resolve) => setTimeout(resolve, gap));
    yield gap;
  }
}

describe("time", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    configure({ clock: { now: () => Date.now(), wall: () => Date.now() } });
  });
  afterEach(() => {
    vi.useRealTimers();
    configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
  });

  it("`timeout` counts for each chunk", async () => {
    const stream = (await slow())[Symbol.asyncIterator]();
    expect((await stream.next()).value).toBe(1);
    const waiting = expect(stream.next()).rejects.toThrow(/slow\(\) took longer than 5 s/);
    await vi.advanceTimersByTimeAsync(5000);
    await waiting;
  });

  it('`replay: "paced"` gives chunks as they came', async () => {
    const timesOf = async () => {
      const start = Date.now();
      const times: number[] = [];
      const read = (async () => {
        for await (const _ of paced(100, 0, 300)) times.push(Date.now() - start);
      })();
      await vi.advanceTimersByTimeAsync(1000);
      await read;
      return times;
    };
    expect(await timesOf()).toEqual([100, 101, 401]);
    expect(await timesOf()).toEqual([100, 101, 401]);
    expect(runs).toEqual(["paced"]);
    const stream = paced(100, 0, 300);
    const waiting = stream.next();
    await stream.return(undefined);
    expect((await waiting).done).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
