import { configure, stats } from "cachet";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { encodeValue } from "../../runtime/codec/codec.ts";
import { TAG } from "../../runtime/codec/tags.ts";
import { headerOf, REPLAY, STREAM, withHeader } from "../../runtime/persist/entry-headers.ts";
import { knownFunctions } from "../../runtime/registry.ts";
import type { Metadata } from "../../runtime/stores/store.ts";
import { fakeStore } from "../runtime/fake-stores.ts";

/*
 * Entries as somebody may put them into a store who can write there: bytes that pass for whole, and metadata. Each call gives a value
 * or runs its body, at once, and throws nothing; so does the next one.
 */

const SEED = Number(process.env["CACHET_SEED"] ?? 1);
const store = { ...fakeStore(), name: "hostile", hasChecksum: true };

class Point {
  readonly x: number;
  readonly inner: unknown;
  constructor(x: number, inner: unknown) {
    this.x = x;
    this.inner = inner;
  }
}

/** @cacheElement */
function title(_text: string, _more: { size: number }) {
  return { add: (_item: string) => {} };
}
/** @cacheElement */
function item(_parent: unknown, _text: string) {}
/** @cacheWidget */
function slider() {
  return 3;
}

/** @cacheData({ persist: "hostile" }) */
function plain(i: number) {
  return {
    i,
    rows: [
      { a: 1, at: new Date(5) },
      { a: 2, at: new Map([[1, /x/g]]) },
    ],
    bytes: Uint8Array.of(1, 2, 3),
  };
}
/** @cacheData({ persist: "hostile", copy: "freeze" }) */
function frozen(i: number) {
  return { i, rows: [{ a: 1 }, { a: 2, more: [1, "b"] }] };
}
/** @cacheData({ persist: "hostile", tags: ["t"], ttl: 60, stale: { error: 60 } }) */
function tagged(i: number) {
  return [i, "text"];
}
/** @cacheData({ persist: "hostile" }) */
function instance(i: number) {
  return [new Point(i, new Point(1, "a")), new Point(i, null)];
}
/** @cacheData({ persist: "hostile" }) */
function showing(i: number) {
  const made = title(`row ${i}`, { size: 2 });
  item(made, "first");
  return i;
}
/** @cacheData({ persist: "hostile", allowWidgets: true }) */
function reading(i: number) {
  title("before", { size: 1 });
  return i * slider();
}
/** @cacheData({ persist: "hostile" }) */
async function* chunks(i: number) {
  yield { i };
  yield Uint8Array.of(1, 2);
  return "end";
}
/** @cacheData({ persist: "hostile" }) */
function web(i: number) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(`chunk ${i}`);
      controller.close();
    },
  });
}
/** @cacheData({ persist: "hostile" }) */
async function response(i: number) {
  return new Response(`body ${i}`, { status: 201, headers: { "x-a": "b" } });
}
/** @cacheData({ persist: "hostile" }) */
async function headers(i: number) {
  return { headers: new Headers({ a: String(i) }), url: new URL("https://a.b/c") };
}

const FUNCTIONS: Record<string, (i: number) => unknown> = {
  plain,
  frozen,
  tagged,
  instance,
  showing,
  reading,
  chunks,
  web,
  response,
  headers,
};

/** Reads a result to its end, as its caller would. */
async function use(result: unknown): Promise<void> {
  const value = await result;
  if (value instanceof Response) await value.text();
  else if (typeof value === "object" && value !== null && Symbol.asyncIterator in value)
    for await (const _chunk of value as AsyncIterable<unknown>);
  else JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? 0 : each));
}

function forgetMemory(): void {
  for (const owner of knownFunctions()) emptyFunction(owner);
}

/** What a call does whose entries are these. */
async function callWith(name: string, change: () => void): Promise<void> {
  change();
  forgetMemory();
  const call = FUNCTIONS[name] as (i: number) => unknown;
  await use(call(1));
  await use(call(1));
}

const honest = new Map<string, (readonly [string, { bytes: Uint8Array; meta: Metadata }])[]>();
const warnings: string[] = [];
beforeAll(async () => {
  configure({ stores: { hostile: store }, onWarning: (text) => warnings.push(text) });
  for (const [name, call] of Object.entries(FUNCTIONS)) {
    store.kept.clear();
    await use(call(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(store.kept.size, name).toBeGreaterThan(0);
    honest.set(name, [...store.kept]);
  }
});

function put(name: string, bytes: (good: Uint8Array) => Uint8Array, meta: Record<string, unknown> = {}): void {
  store.kept.clear();
  for (const [key, good] of honest.get(name) ?? [])
    store.kept.set(key, { bytes: bytes(good.bytes.slice()), meta: { ...good.meta, ...meta } as Metadata });
}

const whole = (value: unknown) => encodeValue(value, true);
const LOGS: Record<string, unknown> = {
  "no list": 1,
  null: null,
  "a list of nothing": [undefined],
  "a step without arguments": [["ID", { snapshot: undefined }]],
  "a step with arguments that are none": [["ID", { snapshot: undefined }, [null, 1]]],
  "a step that refers to a later one": [["ID", { snapshot: undefined }, [{ step: 7 }, { step: -1 }]]],
  "a step with a live argument": [["ID", { snapshot: undefined }, [{ live: 1 }, { live: { a: 1 } }]]],
  "a function that nobody has": [["nobody", { snapshot: undefined }, []]],
};
const STREAMS: Record<string, unknown> = {
  null: null,
  text: "chunks",
  "no chunks": { kind: "iterable" },
  "chunks that are no list": { kind: "iterable", chunks: { length: 5 } },
  "no kind": { chunks: [1] },
  "an unknown kind": { kind: "tape", chunks: [1] },
  "bytes that are none": { kind: "bytes", chunks: ["a", 1, null] },
  "an encoding that is none": { kind: "node", objectMode: false, encoding: "nonsense", chunks: [Uint8Array.of(1)] },
  "chunks that a Node stream can't have": { kind: "node", objectMode: false, chunks: [1, null, undefined] },
  "a stream of another kind": { kind: "web", chunks: [1] },
  "times that are none": { kind: "iterable", times: "now", chunks: [1] },
};

describe("an entry that passes for whole", () => {
  it.each(["showing", "reading"])("may hold any log: %s", async (name) => {
    for (const [what, log] of Object.entries(LOGS)) {
      const named = JSON.parse(
        JSON.stringify(log ?? null).replaceAll("ID", `test/features/hostile-entries.test.ts#title`),
      );
      const bytes = withHeader(REPLAY, whole([1, log === undefined ? log : named]));
      await expect(
        callWith(name, () => put(name, () => bytes)),
        what,
      ).resolves.toBeUndefined();
    }
    for (const value of [null, 1, "x", [], {}, [1]])
      await callWith(name, () => put(name, () => withHeader(REPLAY, whole(value))));
  });

  it.each(["chunks", "web"])("may hold any stream: %s", async (name) => {
    for (const [what, value] of Object.entries(STREAMS)) {
      const bytes = withHeader(STREAM, whole(value));
      await expect(
        callWith(name, () => put(name, () => bytes)),
        what,
      ).resolves.toBeUndefined();
    }
  });

  it.each(Object.keys(FUNCTIONS))("may begin with any headers: %s", async (name) => {
    for (const word of ["stream", "replay", "promis", "stale-", "files-"])
      for (const rest of [Uint8Array.of(), Uint8Array.of(1, 2, 3), whole(1), whole(null), whole([1, 2])])
        await callWith(name, () => put(name, () => withHeader(headerOf(word), rest)));
    for (const header of [STREAM, REPLAY])
      await callWith(name, () => put(name, (good) => withHeader(header, withHeader(header, good))));
  });

  it.each(Object.keys(FUNCTIONS))("may have any metadata: %s", async (name) => {
    const odd = [Number.NaN, -1, -1e308, 1e308, Infinity, -Infinity, "5", null, undefined, {}, true];
    for (const value of odd)
      for (const field of ["written", "expires", "cost", "maxEntries", "maxBytes", "function", "hash"])
        await callWith(name, () => put(name, (good) => good, { [field]: value }));
    for (const epochs of [null, 1, "x", [], { "kind:data": 5 }, { __proto__: null, "tag:x": "y" }])
      await callWith(name, () => put(name, (good) => good, { epochs }));
  });

  it.each(Object.keys(FUNCTIONS))("may be changed at random: %s", { timeout: 60_000 }, async (name) => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Object.values(TAG)));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 4 }), async (edits) => {
        await callWith(name, () =>
          put(name, (good) => {
            for (const [at, value] of edits) good[at % good.length] = value;
            return good;
          }),
        );
      }),
      { numRuns: 400, seed: SEED },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("leaves the statistics numbers, and warns once", () => {
    expect(stats().every(({ timeSaved }) => Number.isFinite(timeSaved) && timeSaved >= 0)).toBe(true);
    expect(warnings.filter((text) => text.includes("cannot be decoded")).length).toBe(1);
  });
});
