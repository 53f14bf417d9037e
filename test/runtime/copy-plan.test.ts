import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue } from "../../runtime/codec/codec.ts";
import { codec } from "../../runtime/config.ts";
import { planCopy } from "../../runtime/snapshot/copy-plan.ts";
import { ShapeInfo } from "../../runtime/snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../../runtime/snapshot/take-snapshot.ts";
import { alike } from "./samples.ts";

class Point {
  readonly at: unknown;
  constructor(at: unknown) {
    this.at = at;
  }
}
const codecs = [codec(Point, { encode: (point) => [point.at], decode: ([at]) => new Point(at) })];

/** A value with every kind of wiring: a list of parts, each linked to others by index, so that they share and form cycles. */
const wired = fc
  .array(
    fc.record({
      kind: fc.constantFrom("object", "null", "array", "map", "set", "date", "typed", "regexp", "error", "point"),
      leaf: fc.constantFrom<unknown>(1, -0, Number.NaN, "a", null, undefined, 2n, true),
      links: fc.array(fc.nat(9), { maxLength: 4 }),
      finish: fc.constantFrom("", "", "", "", "freeze", "seal", "hide", "extra", "hole", "proto", "readonly"),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((parts) => {
    const made = parts.map(({ kind, leaf }) => start(kind, leaf));
    parts.forEach(({ kind, links, leaf }, i) => {
      // Instances are reached from the root only: one may not be inside its own encoding.
      const others = links.map((link) => made[link % made.length]).filter((other) => !(other instanceof Point));
      put(made[i] as object, kind, others, leaf);
    });
    const points = made.filter((each) => each instanceof Point);
    const root = { first: made[0], points, all: made, twice: points };
    for (const [i, { finish }] of parts.entries()) close(made[i] as object, finish);
    return root;
  });

function start(kind: string, leaf: unknown): object {
  if (kind === "null") return Object.create(null);
  if (kind === "array") return [leaf];
  if (kind === "map") return new Map([["leaf", leaf]]);
  if (kind === "set") return new Set([leaf]);
  if (kind === "date") return new Date(5);
  if (kind === "typed") return Float64Array.of(1, -0);
  if (kind === "regexp") return Object.assign(/a/g, { lastIndex: 2 });
  if (kind === "error") return new TypeError("e", { cause: leaf });
  return kind === "point" ? new Point([leaf, { leaf }]) : { leaf };
}

function put(target: any, kind: string, others: readonly unknown[], leaf: unknown): void {
  others.forEach((other, i) => {
    if (kind === "array") target.push(other, leaf);
    else if (kind === "map") target.set(i % 2 ? other : `k${i}`, other);
    else if (kind === "set") target.add(other);
    else if (kind === "object" || kind === "null" || kind === "error") target[`p${i}`] = other;
  });
}

function close(target: any, finish: string): void {
  if (ArrayBuffer.isView(target) || target instanceof Point || (target instanceof Error && finish !== "extra")) return;
  if (finish === "freeze") Object.freeze(target);
  else if (finish === "seal") Object.seal(target);
  else if (finish === "hide") Object.defineProperty(target, "hidden", { value: { inside: 1 }, configurable: true });
  else if (finish === "readonly") Object.defineProperty(target, "fixed", { value: [1], enumerable: true });
  else if (finish === "extra") target.extra = { inside: [1] };
  else if (finish === "hole" && Array.isArray(target)) target.length += 2;
  else if (finish === "proto")
    Object.defineProperty(target, "__proto__", {
      value: { x: 1 },
      enumerable: true,
      writable: true,
      configurable: true,
    });
}

describe("a copy by plan", () => {
  it("is the same as one without, and as the value, whatever is in it", () => {
    fc.assert(
      fc.property(wired, (value) => {
        const shapeInfo = new ShapeInfo();
        const snapshot = takeSnapshot(value, "f", codecs, shapeInfo);
        const planned = planCopy(snapshot, shapeInfo)?.(snapshot);
        expect(alike(copySnapshot(snapshot), planned)).toBe(true);
        expect(alike(value, planned)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("is the same when the snapshot was read from bytes", () => {
    fc.assert(
      fc.property(wired, (value) => {
        const shapeInfo = new ShapeInfo();
        const snapshot = decodeValue(encodeValue(takeSnapshot(value, "f", codecs, new ShapeInfo())), codecs, shapeInfo);
        expect(alike(value, planCopy(snapshot, shapeInfo)?.(snapshot))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("shares nothing with the snapshot or with another copy", () => {
    fc.assert(
      fc.property(wired, (value) => {
        const shapeInfo = new ShapeInfo();
        const snapshot = takeSnapshot(value, "f", codecs, shapeInfo);
        const make = planCopy(snapshot, shapeInfo) as (kept: unknown) => unknown;
        const [one, two] = [reachable(make(snapshot)), reachable(make(snapshot))];
        const all = [...one, ...two, ...reachable(snapshot)];
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("is given for shapes that other entries use too, without mixing them up", () => {
    const shapes = Array.from({ length: 60 }, (_, i) => ({ [`k${i}`]: { [`n${i % 7}`]: [i, { i }] }, same: [{ i }] }));
    const makers = shapes.map((shape) => {
      const shapeInfo = new ShapeInfo();
      const snapshot = takeSnapshot(shape, "f", [], shapeInfo);
      return () => planCopy(snapshot, shapeInfo)?.(snapshot);
    });
    for (let round = 0; round < 3; round++) {
      for (const [i, make] of makers.entries()) expect(make()).toEqual(shapes[i]);
    }
  });

  it("is made without a deep stack, however many objects one object holds and however deep it lies", () => {
    const byId = (count: number, last: unknown = 1) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`user-${i}`, { i, last }]));
    let deep: object = {};
    for (let depth = 0; depth < 95; depth++) deep = { ...byId(100), last: deep };
    for (const value of [byId(30_000), Object.freeze(byId(30_000)), JSON.parse('{"__proto__":[1]}'), deep]) {
      const shapeInfo = new ShapeInfo();
      const snapshot = takeSnapshot(value, "f", [], shapeInfo);
      expect(alike(value, planCopy(snapshot, shapeInfo)?.(snapshot))).toBe(true);
    }
  });

  it("in which a list refers forward to what a property of its Map refers to backward takes no deep stack", () => {
    const nodes: { next?: object }[] = [{}];
    for (let i = 0; i < 30_000; i++) nodes.unshift({ next: nodes[0] as object });
    const value = Object.assign(new Set(nodes), { back: nodes.toReversed() });
    const shapeInfo = new ShapeInfo();
    const snapshot = takeSnapshot(value, "f", [], shapeInfo) as typeof value;
    const copy = planCopy(snapshot, shapeInfo)?.(snapshot) as typeof value;
    expect(copy.size).toBe(30_001);
    expect(copy.back.at(-1)).toBe([...copy][0]);
  });

  it("tells rows apart that differ in their prototype or their attributes only", () => {
    const bare = () => Object.assign(Object.create(null), { a: 1 });
    for (const value of [
      [{ a: 1 }, bare()],
      [bare(), { a: 1 }],
      [{ a: 1 }, Object.freeze({ a: 1 }), { a: 2 }],
    ]) {
      const shapeInfo = new ShapeInfo();
      const snapshot = takeSnapshot(value, "f", [], shapeInfo);
      expect(alike(value, planCopy(snapshot, shapeInfo)?.(snapshot))).toBe(true);
    }
  });

  it("of a view over a whole buffer keeps what was put on the buffer", () => {
    const named = () => Object.assign(new ArrayBuffer(16), { source: { name: "a" } });
    for (const buffer of [named(), Object.freeze(named()), Object.preventExtensions(new ArrayBuffer(16))]) {
      const value = new Float64Array(buffer);
      const shapeInfo = new ShapeInfo();
      const snapshot = takeSnapshot(value, "f", [], shapeInfo);
      expect(alike(value, planCopy(snapshot, shapeInfo)?.(snapshot))).toBe(true);
      const fromBytes = new ShapeInfo();
      const decoded = decodeValue(encodeValue(snapshot), [], fromBytes);
      expect(alike(value, planCopy(decoded, fromBytes)?.(decoded))).toBe(true);
    }
  });

  it("keeps apart what a codec copies while a copy with shared parts is under way", () => {
    const part = { n: 1 };
    const shapeInfo = new ShapeInfo();
    let isInside = false;
    const own = codec(Point, {
      encode: (point) => [point.at],
      decode: ([at]) => {
        if (!isInside) {
          isInside = true;
          expect(make(snapshot)).toEqual(make(snapshot));
        }
        return new Point(at);
      },
    });
    const snapshot = takeSnapshot([part, new Point(part), part], "f", [own], shapeInfo);
    const make = planCopy(snapshot, shapeInfo) as (kept: unknown) => any;
    const copy = make(snapshot);
    expect(copy[0]).toBe(copy[2]);
    expect(copy[1].at).toBe(copy[0]);
  });

  it("of a long list of holes takes no time", () => {
    const list: unknown[] = [{ a: 1 }];
    list[4_000_000_000] = [2];
    for (const value of [list, Object.freeze(list.slice(0, 1).concat(Object.assign([], { 999999: 1 })))]) {
      const shapeInfo = new ShapeInfo();
      const snapshot = takeSnapshot(value, "f", [], shapeInfo) as unknown[];
      const copy = planCopy(snapshot, shapeInfo)?.(snapshot) as unknown[];
      expect(copy.length).toBe(value.length);
      expect(copy[0]).toEqual({ a: 1 });
      expect(Object.isFrozen(copy)).toBe(Object.isFrozen(value));
    }
  });
});

/** Every object that can be reached, buffers of views included. */
function reachable(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== "object" || value === null || found.has(value)) return found;
  found.add(value);
  if (value instanceof Map || value instanceof Set) for (const item of value.keys()) reachable(item, found);
  if (value instanceof Map) for (const item of value.values()) reachable(item, found);
  if (ArrayBuffer.isView(value)) reachable(value.buffer, found);
  for (const key of Reflect.ownKeys(value)) reachable(Object.getOwnPropertyDescriptor(value, key)?.value, found);
  return found;
}
