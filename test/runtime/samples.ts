/** Values of every kind that can be stored. */
export const SAMPLES: Record<string, () => any> = {
  rows: () => [
    { id: 1, name: "a" },
    { id: 2, name: "b" },
  ],
  nested: () => ({ a: { b: [{ c: 1 }, [2, [3]]] } }),
  "uneven rows": () => [{ a: 1 }, { a: [1] }, { b: 1 }, null, 1, "x"],
  holes: () => [1, , 3, ,],
  "-0": () => [-0, { z: -0 }],
  NaN: () => [Number.NaN, Infinity],
  "undefined property": () => ({ a: undefined }),
  "own __proto__": () => JSON.parse('{"__proto__":{"polluted":1},"a":{"__proto__":[1]}}'),
  "null prototype": () => Object.assign(Object.create(null), { a: { b: 1 } }),
  map: () =>
    new Map<any, any>([
      ["a", 1],
      [{ k: 1 }, new Map([[1, [2]]])],
    ]),
  set: () => new Set<any>([1, { a: 1 }, new Set([2])]),
  date: () => [new Date(5), new Date(Number.NaN)],
  regexp: () => Object.assign(/a/gi, { lastIndex: 3 }),
  bigint: () => [1n, -(2n ** 70n)],
  boxed: () => [Object(1), Object("text"), Object(true), Object(1n)],
  typed: () => [Uint8Array.of(1, 2), new Float64Array([1.5, -0]), BigInt64Array.of(1n), Int16Array.of(-1)],
  buffer: () => Uint8Array.of(1, 2, 3).buffer,
  "buffers that can grow": () => [
    new (ArrayBuffer as any)(2, { maxByteLength: 8 }),
    new (SharedArrayBuffer as any)(2, { maxByteLength: 8 }),
    new SharedArrayBuffer(3),
  ],
  "buffer with property": () => Object.assign(new ArrayBuffer(5), { source: { name: "a" } }),
  "view over a buffer with property": () => [
    new Float64Array(Object.assign(new ArrayBuffer(16), { source: { name: "a" } })),
    new Uint8Array(Object.preventExtensions(new ArrayBuffer(2))),
  ],
  dataview: () => new DataView(new ArrayBuffer(8), 2, 4),
  Buffer: () => Buffer.from("hello"),
  "big Buffer": () => Buffer.alloc(100_000, 7),
  url: () => new URL("https://a.b/c?d=1#e"),
  params: () => new URLSearchParams("a=1&a=2"),
  error: () => new Error("a", { cause: new TypeError("b") }),
  "error with properties": () => Object.assign(new RangeError("x"), { code: "E", at: { line: 1 } }),
  aggregate: () => new AggregateError([new Error("a"), 1], "m"),
  "DOM exception": () => new DOMException("stopped", "AbortError"),
  "DOM exception with property": () => Object.assign(new DOMException("m", "AbortError"), { at: { line: 1 } }),
  match: () => /a(?<n>b)/.exec("xab"),
  "array with property": () => Object.assign([1, 2], { more: { a: 1 } }),
  "date with property": () => Object.assign(new Date(5), { zone: "UTC" }),
  frozen: () => Object.freeze({ a: Object.freeze([1, { b: 1 }]) }),
  "hidden property": () => Object.defineProperty({ a: 1 }, "h", { value: { x: 1 } }),
  sealed: () => Object.seal({ a: 1 }),
  "lone surrogate": () => "\ud800",
  "long text": () => "x".repeat(10_000),
};

/** Faithful in content, prototypes, descriptors and wiring. */
export function alike(a: any, b: any, seen = new Map<object, object>()): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  if (seen.has(a)) return seen.get(a) === b;
  seen.set(a, b);
  if (
    a === b ||
    Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) ||
    Object.isFrozen(a) !== Object.isFrozen(b) ||
    Object.isExtensible(a) !== Object.isExtensible(b)
  )
    return false;
  if (a instanceof Map || a instanceof Set) {
    const [x, y] = [[...(a as Map<any, any>)], [...(b as Map<any, any>)]];
    if (
      x.length !== y.length ||
      !x.every((item, i) =>
        a instanceof Map ? alike(item[0], y[i]![0], seen) && alike(item[1], y[i]![1], seen) : alike(item, y[i], seen),
      )
    )
      return false;
  }
  if (a instanceof Date && !Object.is(a.getTime(), b.getTime())) return false;
  if (a instanceof URL || a instanceof RegExp || a instanceof URLSearchParams)
    if (String(a) !== String(b)) return false;
  if (a instanceof Number || a instanceof String || a instanceof Boolean || a instanceof BigInt)
    if (!Object.is(a.valueOf(), b.valueOf())) return false;
  if (ArrayBuffer.isView(a)) {
    // Of memory that it shows in part only, a copy holds that part.
    if (a.byteLength !== a.buffer.byteLength) return Buffer.compare(bytesIn(a), bytesIn(b)) === 0;
    if (a.byteOffset !== b.byteOffset || !alike(a.buffer, b.buffer, seen)) return false;
  }
  if (a instanceof ArrayBuffer || a instanceof SharedArrayBuffer) {
    if (Buffer.compare(Buffer.from(a as ArrayBuffer), Buffer.from(b)) !== 0) return false;
    if ((a as any).maxByteLength !== b.maxByteLength) return false;
  }
  if (a instanceof Error && a.stack !== b.stack) return false;
  const [p, q] = [Reflect.ownKeys(a), Reflect.ownKeys(b)];
  if (p.length !== q.length || !p.every((k, i) => a instanceof Error || k === q[i])) return false;
  return p.every((k) => {
    const [d, e] = [Object.getOwnPropertyDescriptor(a, k)!, Object.getOwnPropertyDescriptor(b, k)!];
    return (
      e !== undefined &&
      d.enumerable === e.enumerable &&
      d.writable === e.writable &&
      d.configurable === e.configurable &&
      alike(d.value, e.value, seen)
    );
  });
}

/** Plain trees of every shape that is copied by a plan. */
export const PLAIN: Record<string, () => unknown> = {
  "nested rows": () =>
    Array.from({ length: 5 }, (_, i) => ({
      id: i,
      tags: ["a", i],
      pos: { x: i },
      at: new Date(i),
      deep: { a: [{ b: i }] },
    })),
  "rows of other shapes": () => [
    { a: [1] },
    { a: { b: 1 } },
    { b: [1] },
    { a: [[1]] },
    { a: [] },
    {},
    [],
    [[]],
    null,
    undefined,
    1,
  ],
  "rows in two orders": () => [
    { a: { x: 1 }, b: [1] },
    { b: [2], a: { x: 2 } },
  ],
  "object rows then a date": () => [{ a: 1 }, { a: 2 }, new Date(3)],
  "lists of lists": () => [[1, 2], [3], []],
  "holes beside objects": () => [{ a: 1 }, , [2], ,],
  "keys like indexes": () => ({ 2: { a: 1 }, 1: [1], b: { 10: [0] } }),
};

const bytesIn = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
