import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { cached } from "../../runtime/cached.ts";
import { createEntry } from "../../runtime/call/entry.ts";
import type { Entry } from "../../runtime/call/types.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import { ArgumentTrie } from "../../runtime/key/trie/argument-trie.ts";
import * as page from "../../runtime/platform/browser.ts";
import * as node from "../../runtime/platform/node.ts";
import { stats } from "../../runtime/stats.ts";
import { data, resource } from "./emitted.ts";

const text = (...parts: unknown[]) => encodeParts(parts, { name: "f", parts: ["x"] });
const idOf = (f: (...args: never[]) => unknown) => cached(f).id;
const entryOf = (place: string) => createEntry({} as never, place);

/** Whether one call, once it was found by its encoding, is recognised in the other. */
function meets(learned: unknown[], asked: unknown[], place = text(...learned)): boolean {
  const known = new ArgumentTrie();
  const entry = entryOf(place);
  known.insert(learned, entry);
  const found = known.find(asked);
  expect(found === undefined || found === entry).toBe(true);
  return found !== undefined;
}

/** The text of a call, or the message of what it throws. */
function textOrError(parts: unknown[]): string {
  try {
    return text(...parts);
  } catch (error) {
    return `throws ${String(error)}`;
  }
}

const leaf = fc.oneof(
  fc.constantFrom(0, -0, 1, "1", "", null, undefined, Number.NaN, true, 1n, 2 ** 40),
  fc.double(),
  fc.string(),
);
const plain = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("node"), { maxLength: 3 }),
    fc.array(leaf, { minLength: 15, maxLength: 18 }),
    fc.dictionary(fc.constantFrom("a", "b", "0", "length", "toString", "__proto__"), tie("node"), { maxKeys: 3 }),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 20 }),
  ),
})).node;

class Sub extends Array {}
const shared = { a: 1 };
const cycle: unknown[] = [];
cycle.push(cycle);
const many = Array.from({ length: 20 }, (_, i) => i);
const mad = {
  get length() {
    return 1;
  },
};

/** Everything a key has to tell apart, or refuse, beside plain trees. */
const unusual: (() => unknown)[] = [
  () => Object.defineProperty({}, "a", { value: 1 }),
  () => Object.defineProperty({}, "a", { get: () => 1, enumerable: true }),
  () => Object.defineProperty([1], 0, { get: () => 1, enumerable: true }),
  () => Object.defineProperty([1], 0, { set() {}, enumerable: true }),
  () => Object.defineProperty([1], 0, { value: 1, enumerable: false }),
  () => Object.defineProperty([...many], "more", { value: 1 }),
  () => Object.assign([...many], { more: 1 }),
  () => Object.assign([1], { more: 1 }),
  () => Object.assign([...many], { [Symbol("s")]: 1 }),
  () => ({ [Symbol("s")]: 1 }),
  () => Object.defineProperty({}, Symbol("s"), { value: 1 }),
  () => Object.assign(Object.create(null), { a: 1 }),
  () => Object.assign(Object.create({ b: 1 }), { a: 1 }),
  () => [shared, shared],
  () => [{ a: 1 }, { a: 1 }],
  () => cycle,
  () => [1, , 1],
  () => [1, undefined, 1],
  () => many.map((i) => (i === 7 ? undefined : i)),
  () => {
    const holes = [...many];
    delete holes[7];
    return holes;
  },
  () => Object.assign(Array.from({ length: 20 }), { 3: 1 }),
  () => Sub.from(many),
  () => new Proxy({ a: 1 }, {}),
  () => new Proxy([...many], {}),
  () => new Proxy([1], {}),
  () => Object.freeze({ a: 1 }),
  () => Object.freeze([...many]),
  () => Object.setPrototypeOf([...many], Object.prototype),
  () => Object.setPrototypeOf({ length: 0 }, Array.prototype),
  () => Object.assign(new Date(5), { a: 1 }),
  () => new (class extends Date {})(5),
  () => Object.create(Date.prototype),
  () => Object.create(Uint8Array.prototype),
  () => new Date(Number.NaN),
  () => new Map([[1, 2]]),
  () => new Set([1]),
  () => /a/g,
  () => new URL("https://a.b"),
  () => Object(1),
  () => Uint8Array.of(1, 2),
  () => Int8Array.of(1, 2),
  () => Buffer.from([1, 2]),
  () => Uint8Array.of(0, 1, 2, 3).subarray(1, 3),
  () => new Uint8Array(new SharedArrayBuffer(2)),
  () => new DataView(new ArrayBuffer(2)),
  () => Float64Array.of(-0),
  () => Float64Array.of(0),
  () => new AbortController().signal,
  () => ({ a: 1, signal: new AbortController().signal }),
  () => [new AbortController().signal],
  () => ({ a: 1 }),
  () => ({ a: undefined }),
  () => ({}),
  () => [...many],
  () => mad,
  () => () => 1,
  () => Symbol("x"),
  () => Symbol.iterator,
  () => Promise.resolve(1),
  () => "x".repeat(10_000),
  () => `${"x".repeat(9_999)}y`,
];
const wide = fc.oneof(
  plain,
  fc.constantFrom(...unusual).map((make) => make()),
);

describe("a known call", () => {
  it("is one with the same encoding, for any two calls", () => {
    fc.assert(
      fc.property(
        fc.array(wide, { maxLength: 4 }),
        fc.array(wide, { maxLength: 4 }),
        fc.anything({ withNullPrototype: true, withSparseArray: true, withTypedArray: true, withDate: true }),
        (a, b, c) => {
          for (const [x, y] of [
            [a, b],
            [a, a],
            [[a], [structuredCloneOr(a)]],
            [
              [a, a],
              [a, structuredCloneOr(a)],
            ],
            [b, [c]],
            [[c], [c]],
          ] as [unknown[], unknown[]][]) {
            if (textOrError(x).startsWith("throws")) continue;
            if (meets(x, y)) expect(textOrError(y)).toBe(text(...x));
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is one with the same encoding, for every pair of unusual values", () => {
    for (const first of unusual) {
      const learned = [first()];
      if (textOrError(learned).startsWith("throws")) continue;
      for (const second of unusual) {
        const asked = [second()];
        if (meets(learned, asked)) expect(textOrError(asked)).toBe(text(...learned));
      }
    }
  });

  it("is told from all others of a function, as the encoding tells them", () => {
    fc.assert(
      fc.property(fc.array(plain, { minLength: 2, maxLength: 12 }), (values) => {
        const known = new ArgumentTrie();
        const entries = new Map<string, Entry>();
        for (const value of values) {
          const place = text(value);
          const entry = entries.get(place) ?? entryOf(place);
          entries.set(place, entry);
          known.insert([value], entry);
        }
        for (const value of values) expect([undefined, entries.get(text(value))]).toContain(known.find([value]));
        for (const entry of entries.values()) known.forget(entry.leaves ?? []);
        for (const value of values) expect(known.find([value])).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("is found again for plain trees, zeros, NaN, dates, bytes and many parts", () => {
    const equal: [unknown[], unknown[]][] = [
      [[{ a: 1, b: "x", c: [3] }], [{ a: 1, b: "x", c: [3] }]],
      [[[-0, Number.NaN]], [[0, Number.NaN]]],
      [[many], [[...many]]],
      [[many.map((i) => i / 3)], [many.map((i) => i / 3)]],
      [[Float64Array.of(1, 2)], [Float64Array.of(1, 2)]],
      [[Buffer.from("ab")], [Buffer.from("ab")]],
      [[{ at: new Date(7) }], [{ at: new Date(7) }]],
      [
        ["a", 1, true, null, undefined],
        ["a", 1, true, null, undefined],
      ],
      [[Object.assign(Object.create(null), { a: 1 })], [Object.assign(Object.create(null), { a: 1 })]],
      [[many.map((id) => ({ id }))], [many.map((id) => ({ id }))]],
      [[{ a: 1, signal: new AbortController().signal }], [{ a: 1 }]],
      [[JSON.parse('{"__proto__":2}')], [JSON.parse('{"__proto__":2}')]],
    ];
    for (const [learned, asked] of equal) expect(meets(learned, asked), text(...learned)).toBe(true);
    expect(meets([many.map((i) => i / 3)], [many.map((i) => (i === 11 ? 0 : i / 3))])).toBe(false);
  });

  it("calls no getter and leaves what is unusual to the encoding", () => {
    const get = vi.fn(() => 1);
    const place = text({ a: 1 });
    expect(meets([{ a: 1 }], [Object.defineProperty({}, "a", { get, enumerable: true })], place)).toBe(false);
    expect(meets([[1]], [Object.defineProperty([1], 0, { get, enumerable: true })])).toBe(false);
    expect(get).not.toHaveBeenCalled();
  });

  it("is not learned from a proxy that answers differently at each look", () => {
    let look = 0;
    const sly = new Proxy(
      { n: 0 },
      { getOwnPropertyDescriptor: () => ({ value: ++look, enumerable: true, configurable: true }) },
    );
    const place = text(sly);
    const known = new ArgumentTrie();
    known.insert([sly], entryOf(place));
    for (let n = 0; n < 5; n++) expect(known.find([{ n }])).toBeUndefined();
  });

  it("takes no hole for an element that all arrays inherit", () => {
    const inherited = { value: 7, configurable: true, enumerable: true, writable: true };
    const holes = [...many];
    delete holes[7];
    try {
      Object.defineProperty(Array.prototype, 7, inherited);
      expect(holes[7]).toBe(7);
      expect(meets([many], [holes])).toBe(false);
    } finally {
      delete (Array.prototype as unknown[])[7];
      Array.prototype.length = 0;
    }
  });

  it("answers as the body would, however arguments change after the call", () => {
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 4 }), (values) => {
        const body = vi.fn((x: unknown) => text(x));
        const f = data(body);
        for (const value of [...values, ...values, ...values]) {
          const given = { value: structuredClone(value), list: [...many], bytes: Uint8Array.of(1, 2) };
          for (let i = 0; i < 2; i++) expect(f(given)).toBe(text(given));
          given.list[7] = 2;
          given.bytes[1] = 3;
          for (let i = 0; i < 2; i++) expect(f(given)).toBe(text(given));
          (given as { more?: unknown }).more = structuredClone(value);
          expect(f(given)).toBe(text(given));
        }
        expect(body).toHaveBeenCalledTimes(new Set(values.map((value) => text(structuredClone(value)))).size * 3);
      }),
      { numRuns: 200 },
    );
  });

  it("leads to the entry the encoding leads to, in any order of properties", () => {
    const f = resource((x: object) => ({ x }));
    const first = f({ a: 1, b: [2] });
    for (let i = 0; i < 3; i++) {
      expect(f({ a: 1, b: [2] })).toBe(first);
      expect(f({ b: [2], a: 1 })).toBe(first);
    }
  });

  it("throws what the encoding throws, however often", () => {
    const f = resource((x: unknown) => x);
    f({ a: 1 });
    f({ a: 1 });
    for (const make of unusual) {
      const message = textOrError([make()]);
      if (!message.startsWith("throws")) continue;
      for (let i = 0; i < 3; i++) expect(() => f(make())).toThrow(/cannot be|getter|symbol/);
    }
  });

  it("is found behind a list that many others resemble, with each of its further arguments", () => {
    const known = new ArgumentTrie();
    const ids = (list: number) => Array.from({ length: 40 }, (_, i) => `${list}-${i === 1 ? "abc" : "xyz"}-${i % 7}`);
    const calls = Array.from({ length: 12 }, (_, i) => [ids(i % 4), Math.floor(i / 4)]);
    const entries = calls.map((call) => entryOf(text(...call)));
    for (const [i, call] of calls.entries()) known.insert(call, entries[i] as Entry);
    for (const [i, call] of calls.entries()) expect(known.find(structuredClone(call))).toBe(entries[i]);
  });

  it("is not compared with every list that resembles it", () => {
    const known = new ArgumentTrie();
    const list = (n: number) => Array.from({ length: 100 }, (_, i) => (i === 1 ? n : i));
    for (let n = 0; n < 200; n++) known.insert([list(n)], entryOf(text(list(n))));
    const get = vi.fn(() => 0);
    known.find([Object.defineProperty(list(500), 0, { get, enumerable: true })]);
    expect(get.mock.calls.length).toBeLessThan(20);
    const numbers = (n: number) => [Float64Array.from({ length: 128 }, (_, i) => (n * 131 + i) % 997)];
    const known2 = new ArgumentTrie();
    for (let n = 0; n < 200; n++) known2.insert(numbers(n), entryOf(text(...numbers(n))));
    for (let n = 0; n < 200; n++) expect(known2.find(numbers(n)), String(n)).toBeDefined();
  });

  it("goes with its entry: evicted, cleared, all at once, cleared by its arguments", () => {
    let now = 1;
    const f = data((_x: object) => now, { maxEntries: 2 }) as ((x: object) => number) & { clear(...x: object[]): void };
    for (let i = 0; i < 3; i++) expect(f({ a: 1 })).toBe(1);
    now = 2;
    for (let i = 0; i < 3; i++) f({ a: i + 2 });
    for (let i = 0; i < 3; i++) expect(f({ a: 1 })).toBe(2);
    now = 3;
    f.clear();
    for (let i = 0; i < 3; i++) expect(f({ a: 1 })).toBe(3);
    now = 4;
    f.clear({ a: 1 });
    for (let i = 0; i < 3; i++) expect(f({ a: 1 })).toBe(4);
  });

  it("counts what it copies as the entry's, and copies nothing beyond a limit", () => {
    const sizeAfter = (maxBytes: number, calls: number) => {
      const f = data((bytes: Uint8Array) => bytes.length, { maxBytes });
      for (let i = 0; i < calls; i++) f(new Uint8Array(1000));
      return stats().find(({ id }) => id === idOf(f))?.bytes as number;
    };
    const alone = sizeAfter(100_000, 1);
    expect(sizeAfter(100_000, 5)).toBeGreaterThan(alone + 1000);
    expect(sizeAfter(100_000, 5)).toBeLessThan(alone + 1500);
    expect(sizeAfter(alone + 900, 5)).toBe(alone);
  });

  it("gives back what it counted when its entry goes", () => {
    const f = data((bytes: Uint8Array) => bytes.length, { maxEntries: 1 });
    const bytesOfAll = () => stats().find(({ id }) => id === idOf(f))?.bytes as number;
    f(Uint8Array.of(9));
    const alone = bytesOfAll();
    for (let i = 0; i < 3; i++) f(new Uint8Array(1000));
    expect(bytesOfAll()).toBeGreaterThan(alone + 1000);
    f(Uint8Array.of(9));
    expect(bytesOfAll()).toBe(alone);
  });
});

describe.each([
  ["Node", node],
  ["a page", page],
])("arrays and bytes in %s", (_name, platform) => {
  it("looks whether there is anything beside elements", () => {
    for (const list of [many, many.map(String), many.map((i) => i / 2)]) {
      expect(platform.hasOnlyElements([...list])).toBe(true);
      expect(platform.hasOnlyElements(Object.freeze([...list]))).toBe(true);
      expect(platform.hasOnlyElements(Object.assign([...list], { more: undefined }))).toBe(false);
      expect(platform.hasOnlyElements(Object.assign([...list], { "": 1 }))).toBe(false);
    }
  });

  it("compares bytes", () => {
    expect(platform.sameBytes(Uint8Array.of(1, 2), Uint8Array.of(0, 1, 2).subarray(1))).toBe(true);
    expect(platform.sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(platform.sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
  });
});

function structuredCloneOr(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
