import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataPolicy } from "../../runtime/call/policies/data.ts";
import { codec } from "../../runtime/config.ts";
import { UnstorableValueError } from "../../runtime/errors.ts";
import { configure } from "../../runtime/index.ts";
import { alike, PLAIN, SAMPLES } from "./samples.ts";

const owner = { name: "load" } as Parameters<typeof dataPolicy.snapshot>[1];
const kept = (value: unknown) => dataPolicy.snapshot(value, owner);
/** What a second caller gets. */
const hit = (value: any): any => {
  const { value: snapshot, clone } = kept(value);
  return clone === undefined ? snapshot : clone(snapshot);
};
const refusal = (value: unknown): UnstorableValueError => {
  try {
    kept(value);
  } catch (error) {
    if (error instanceof UnstorableValueError) return error;
    throw error;
  }
  throw new Error("not refused");
};
class Point {
  x: number;
  y: unknown;
  constructor(x: number, y: unknown) {
    this.x = x;
    this.y = y;
  }
}

describe("a copy of data", () => {
  it.each(Object.entries({ ...SAMPLES, ...PLAIN }))("is faithful: %s [B145][B146]", (_name, make) => {
    const value = make();
    const copy = hit(value);
    expect(alike(value, copy)).toBe(true);
    const { value: snapshot, clone } = kept(value);
    if (clone !== undefined) expect(alike(clone(snapshot), clone(snapshot))).toBe(true);
  });

  it("never sets a prototype or touches Object.prototype [B155]", () => {
    const copy = hit(JSON.parse('{"__proto__":{"polluted":1}}'));
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(copy.polluted).toBeUndefined();
    expect(({} as any).polluted).toBeUndefined();
  });

  it("keeps cycles and shared references", () => {
    const value: any = { list: [], map: new Map(), set: new Set() };
    value.self = value;
    value.list.push(value.list, value);
    value.map.set(value, value.list);
    value.set.add(value.map);
    value.again = value.list;
    const copy = hit(value);
    expect(alike(value, copy)).toBe(true);
    expect(copy.self).toBe(copy);
    expect(copy.again).toBe(copy.list);
    expect(copy.map.get(copy)).toBe(copy.list);
    expect(copy).not.toBe(value);
  });

  it("keeps views on one buffer sharing it, away from the original", () => {
    const buffer = new ArrayBuffer(16);
    const value = { a: new Uint8Array(buffer), b: new Uint16Array(buffer, 4, 2), buffer };
    const copy = hit(value);
    expect(copy.a.buffer).toBe(copy.b.buffer);
    expect(copy.buffer).toBe(copy.a.buffer);
    copy.a[4] = 9;
    expect(copy.b[0]).toBe(9);
    expect(value.a[4]).toBe(0);
  });

  it("does not take strangers out of Node's buffer pool", () => {
    const copy = hit(Buffer.from("abc"));
    expect(copy.toString()).toBe("abc");
    expect(copy).toBeInstanceOf(Buffer);
    expect(copy.buffer.byteLength).toBe(3);
  });

  it("is not reached by changes to the value, to another copy or to the snapshot's source", () => {
    const value = { rows: [{ a: 1 }], tags: new Set([1]), bytes: Uint8Array.of(1), when: new Date(5) };
    const { value: snapshot, clone } = kept(value);
    const one = clone!(snapshot) as typeof value;
    for (const each of [value, one]) {
      each.rows[0]!.a = 2;
      each.rows.push({ a: 3 });
      each.tags.clear();
      each.bytes[0] = 9;
      each.when.setTime(9);
    }
    expect(clone!(snapshot)).toEqual({
      rows: [{ a: 1 }],
      tags: new Set([1]),
      bytes: Uint8Array.of(1),
      when: new Date(5),
    });
  });

  it("made by a plan is never the snapshot itself, at any depth", () => {
    const objects = (value: any, found = new Set<object>()): Set<object> => {
      if (typeof value !== "object" || value === null || found.has(value)) return found;
      found.add(value);
      for (const item of Object.values(value)) objects(item, found);
      return found;
    };
    for (const make of Object.values(PLAIN)) {
      const { value: snapshot, clone } = kept(make());
      const [one, two] = [clone!(snapshot), clone!(snapshot)];
      const all = [...objects(snapshot), ...objects(one), ...objects(two)];
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("of a plain tree is faithful to whatever is generated", () => {
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(1, "a", null, undefined, true, 2n),
        fc.date(),
        fc.array(tie("node"), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom("a", "b", "c", "1", "constructor"), tie("node"), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (value) => {
        expect(alike(value, hit(value))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("works 20,000 levels deep", () => {
    let deep: any = { end: 1 };
    for (let i = 0; i < 20_000; i++) deep = i % 2 ? [deep] : { n: deep };
    let copy = hit(deep);
    for (let i = 0; i < 20_000; i++) copy = copy.n ?? copy[0];
    expect(copy).toEqual({ end: 1 });
  });

  it("is faithful to whatever is generated", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withSparseArray: true,
          withNullPrototype: true,
          withBoxedValues: true,
        }),
        (value) => {
          expect(alike(value, hit(value))).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("shares a Blob, which never changes", () => {
    const blob = new Blob(["a"]);
    expect(hit({ blob }).blob).toBe(blob);
  });

  it.each<[string, () => unknown, string, RegExp]>([
    ["a function", () => ({ a: [() => 1] }), "result.a[0]", /@cacheResource/],
    ["a symbol", () => [Symbol("x")], "result[0]", /symbol/],
    ["a class instance", () => ({ p: new Point(1, 2) }), "result.p", /codec/],
    ["a subclass of Map", () => new (class M extends Map {})(), "result", /M/],
    ["a subclass of Array", () => new (class L extends Array {})(), "result", /L/],
    ["a subclass of Error", () => new (class E extends Error {})(), "result", /E/],
    [
      "an accessor",
      () => ({
        get a() {
          return 1;
        },
      }),
      "result.a",
      /accessor/,
    ],
    ["a symbol key", () => ({ [Symbol("k")]: 1 }), "result[Symbol(k)]", /symbol/],
    ["a WeakMap", () => ({ w: new WeakMap() }), "result.w", /WeakMap/],
    ["a promise", () => [Promise.resolve(1)], "result[0]", /Await it/],
    ["a generator", () => (function* () {})(), "result", /collect it first/],
    ["an iterator", () => [1].values(), "result", /collect it first/],
    ["an async generator", () => (async function* () {})(), "result", /collect it first/],
    ["a generator by name", () => (function* () {})(), "result", /is a Generator,/],
    ["an iterator by name", () => [1].values(), "result", /is an Array Iterator,/],
    ["a fake DOM exception", () => Object.create(DOMException.prototype), "result", /DOMException/],
    ["a stream", () => new ReadableStream(), "result", /collect it first/],
    [
      "a cursor",
      () =>
        new (class Cursor {
          next() {}
        })(),
      "result",
      /collect it first/,
    ],
    ["Response", () => new Response("x"), "result", /Response/],
    ["an accessor in an array", () => Object.defineProperty([1], 0, { get: () => 1 }), "result[0]", /accessor/],
    ["a function in a Map", () => new Map([["k", () => 1]]), "result.k", /function/],
    ["a fake Map", () => Object.create(Map.prototype), "result", /Map/],
  ])("refuses %s with its type and path [B146][B148][B152][B315]", (_name, make, path, message) => {
    const error = refusal(make());
    expect(error.path).toBe(path);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/load\(\)/);
  });

  it("takes classes with a codec, keeps sharing between instances, and refuses those a codec cannot decode", () => {
    configure({
      codecs: [codec(Point, { encode: (p) => [p.x, p.y] as [number, unknown], decode: ([x, y]) => new Point(x, y) })],
    });
    const p = new Point(1, new Point(2, [3]));
    const copy = hit({ p, again: p, map: new Map([[p, p]]) });
    expect(copy.p).toBeInstanceOf(Point);
    expect(copy.p).not.toBe(p);
    expect(copy.p.y).toEqual(new Point(2, [3]));
    expect(copy.again).toBe(copy.p);
    expect(copy.map.get(copy.p)).toBe(copy.p);
    const loop = new Point(1, undefined);
    loop.y = { loop };
    expect(() => kept(loop)).toThrow(UnstorableValueError);
    class P3 extends Point {}
    expect(() => kept(new P3(1, 2))).toThrow(UnstorableValueError);
  });

  it("counts bytes honestly enough to bound memory", () => {
    expect(kept(new Float64Array(1000)).bytes).toBeGreaterThanOrEqual(8000);
    expect(kept("x".repeat(1000)).bytes).toBeGreaterThanOrEqual(1000);
    expect(kept(Array.from({ length: 100 }, (_, i) => ({ i }))).bytes).toBeGreaterThan(2000);
    expect(kept(1).bytes).toBeLessThan(100);
  });
});
