import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { UnhashableArgumentError } from "../../runtime/errors.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import { key, Point, refusal } from "./keys.ts";

/** Every value here must have a key of its own. */
const DISTINCT: Record<string, () => unknown> = {
  "1": () => 1,
  "1n": () => 1n,
  '"1"': () => "1",
  true: () => true,
  false: () => false,
  null: () => null,
  undefined: () => undefined,
  "0": () => 0,
  '""': () => "",
  NaN: () => Number.NaN,
  Infinity: () => Infinity,
  "-Infinity": () => -Infinity,
  "-1": () => -1,
  "-1n": () => -1n,
  "127n": () => 127n,
  "128n": () => 128n,
  "2**53": () => 2 ** 53,
  "2**53+2": () => 2 ** 53 + 2,
  "0.1": () => 0.1,
  "23.5234": () => 23.5234,
  NFC: () => "hell\u00f6",
  NFD: () => "hello\u0308",
  lone: () => "\ud800",
  other: () => "\ud801",
  replacement: () => "\ufffd",
  "[]": () => [],
  "[1]": () => [1],
  "[[1]]": () => [[1]],
  "[1,2]": () => [1, 2],
  "[2,1]": () => [2, 1],
  '["1"]': () => ["1"],
  "[true]": () => [true],
  '["a","b"]': () => ["a", "b"],
  '["a,b"]': () => ["a,b"],
  '["ab"]': () => ["ab"],
  '[["a","b"]]': () => [["a", "b"]],
  '["a\\0b"]': () => ["a\u0000b"],
  '["as1:b"]': () => ["as1:b"],
  "[undefined,1]": () => [undefined, 1],
  "[null,1]": () => [null, 1],
  "[hole,1]": () => [, 1],
  "[1,hole]": () => [1, ,],
  "[hole]": () => [,],
  "[hole,hole]": () => [, ,],
  "{}": () => ({}),
  "{a:1}": () => ({ a: 1 }),
  "{a:2}": () => ({ a: 2 }),
  "{a:undefined}": () => ({ a: undefined }),
  pairs: () => [["a", 1]],
  map: () => new Map([["a", 1]]),
  "map reordered": () =>
    new Map([
      ["b", 1],
      ["a", 1],
    ]),
  "map ordered": () =>
    new Map([
      ["a", 1],
      ["b", 1],
    ]),
  "map number": () => new Map([[1, 0]]),
  "map text": () => new Map([["1", 0]]),
  "empty map": () => new Map(),
  "empty set": () => new Set(),
  set: () => new Set([1]),
  "set text": () => new Set(["1"]),
  "set of set": () => new Set([new Set([1])]),
  "null prototype": () => Object.assign(Object.create(null), { a: 1 }),
  "own __proto__": () => JSON.parse('{"__proto__":1}'),
  nested: () => ({ book: { a: 1 } }),
  hidden: () => Object.defineProperty({}, "a", { value: 1 }),
  "date 5": () => new Date(5),
  "date 6": () => new Date(6),
  "invalid date": () => new Date(Number.NaN),
  "5": () => 5,
  "/./": () => /./,
  "/./i": () => /./i,
  "/a/g": () => /a/g,
  "/a/g at 1": () => Object.assign(/a/g, { lastIndex: 1 }),
  '"/./"': () => "/./",
  url: () => new URL("https://a.b/"),
  "url text": () => "https://a.b/",
  params: () => new URLSearchParams("a=1&b=2"),
  "params reordered": () => new URLSearchParams("b=2&a=1"),
  u8: () => Uint8Array.of(97),
  '"a"': () => "a",
  i8: () => Int8Array.of(97),
  clamped: () => Uint8ClampedArray.of(97),
  u16: () => Uint16Array.of(97),
  "[97]": () => [97],
  Buffer: () => Buffer.of(97),
  ArrayBuffer: () => Uint8Array.of(97).buffer,
  shared: () => {
    const s = new SharedArrayBuffer(1);
    new Uint8Array(s)[0] = 97;
    return s;
  },
  DataView: () => new DataView(Uint8Array.of(97).buffer),
  "10 zeros": () => new Float64Array(10),
  "11 zeros": () => new Float64Array(11),
  f32: () => new Float32Array(20),
  bigints: () => BigInt64Array.of(1n),
  ubigints: () => BigUint64Array.of(1n),
  "boxed 1": () => Object(1),
  "boxed text": () => Object("1"),
  "boxed bool": () => Object(true),
  "boxed bigint": () => Object(1n),
  error: () => new Error("a"),
  "error b": () => new Error("b"),
  "type error": () => new TypeError("a"),
  "error cause": () => new Error("a", { cause: 1 }),
  aggregate: () => new AggregateError([1], "a"),
  "DOM exception": () => new DOMException("a"),
  "DOM exception by name": () => new DOMException("a", "AbortError"),
  "DOM exception b": () => new DOMException("b", "AbortError"),
  "array with property": () => Object.assign([1], { more: 1 }),
  "date with property": () => Object.assign(new Date(5), { more: 1 }),
  "URL with property": () => Object.assign(new URL("https://a.b/"), { more: 1 }),
  "URL with hidden property": () => Object.defineProperty(new URL("https://a.b/"), "more", { value: 1 }),
  "params with property": () => Object.assign(new URLSearchParams("a=1&b=2"), { more: 1 }),
  "ArrayBuffer with property": () => Object.assign(Uint8Array.of(97).buffer, { more: 1 }),
  "shared with property": () => Object.assign(new SharedArrayBuffer(1), { more: 1 }),
  "DataView with property": () => Object.assign(new DataView(Uint8Array.of(97).buffer), { more: 1 }),
  match: () => /a/.exec("ba"),
  sparse: () => {
    const a: unknown[] = [];
    a[4_000_000_000] = 1;
    return a;
  },
  "ArrayBuffer that can grow": () => {
    const made = new (ArrayBuffer as any)(1, { maxByteLength: 4 });
    new Uint8Array(made)[0] = 97;
    return made;
  },
  "shared that can grow": () => {
    const made = new (SharedArrayBuffer as any)(1, { maxByteLength: 4 });
    new Uint8Array(made)[0] = 97;
    return made;
  },
  "ArrayBuffer that can grow further": () => {
    const made = new (ArrayBuffer as any)(1, { maxByteLength: 8 });
    new Uint8Array(made)[0] = 97;
    return made;
  },
  "long text": () => ["x".repeat(100_000)],
  "long text b": () => [`${"x".repeat(99_999)}y`],
  "long bytes": () => new Uint8Array(100_000),
  "long bytes b": () => new Uint8Array(100_000).fill(1, 99_999),
  "long bytes after": () => [new Uint8Array(100_000), 1],
  "long list": () => Array.from({ length: 50_000 }, (_, i) => i),
  "long list b": () => Array.from({ length: 50_000 }, (_, i) => (i === 40_000 ? 0 : i)),
  "long deep": () => ({ a: { b: new Array(50_000).fill("ab"), c: 1 } }),
  "long deep b": () => ({ a: { b: new Array(50_000).fill("ab"), c: 2 } }),
  "sparse longer": () => {
    const a: unknown[] = [];
    a[4_000_000_001] = 1;
    return a;
  },
  "hole and property": () => Object.assign([, 1], { foo: 1 }),
  cycle: () => {
    const a: unknown[] = [1];
    a.push(a);
    return a;
  },
  "cycle one deeper": () => {
    const a: unknown[] = [1];
    a.push([1, a]);
    return a;
  },
  "to outer": () => {
    const x: any = { v: 1, n: { v: 2 } };
    x.n.n = x;
    return x;
  },
  "to inner": () => {
    const x: any = { v: 1, n: { v: 2 } };
    x.n.n = x.n;
    return x;
  },
  "shared twice": () => {
    const x = [9];
    return [x, x];
  },
  "equal twice": () => [[9], [9]],
};

describe("a key", () => {
  it("tells every pair of different values apart [B42][B43][B44][B46][B50][B51][B58][B59][B62][B64][B66][B68][B71][B72][B98][B108][B109]", () => {
    const names = new Map<string, string>();
    for (const [name, make] of Object.entries(DISTINCT)) {
      const text = key(make());
      expect(names.get(text), `${name} meets`).toBeUndefined();
      names.set(text, name);
    }
  });

  it("is the same for values made again [B47][B52][B54][B58][B60][B87][B90]", () => {
    for (const [name, make] of Object.entries(DISTINCT)) expect(key(make()), name).toBe(key(make()));
  });

  it("treats as equal what cannot be told apart by content [B47][B67][B73][B75][B99]", () => {
    expect(key([-0])).toBe(key([0]));
    expect(key({ a: 1, b: { c: 1, d: 2 } })).toBe(key({ b: { d: 2, c: 1 }, a: 1 }));
    expect(key(Object.freeze({ a: 1 }))).toBe(key({ a: 1 }));
    expect(key(new Set(["a", "b", 1]))).toBe(key(new Set([1, "b", "a"])));
    expect(key(new Set([{ a: [1] }, { a: [2] }]))).toBe(key(new Set([{ a: [2] }, { a: [1] }])));
    expect(key(new Set([new Set([1, 2]), new Set([3])]))).toBe(key(new Set([new Set([3]), new Set([2, 1])])));
    expect(key(Uint8Array.of(0, 1, 2).subarray(1))).toBe(key(Uint8Array.of(1, 2)));
    expect(key(Uint8Array.of(0, 0, 1, 2).subarray(2))).toBe(key(Uint8Array.of(1, 2)));
  });

  it("counts shared references as such, and copies as copies", () => {
    const x = { a: 1 };
    expect(key([x, x])).not.toBe(key([{ a: 1 }, { a: 1 }]));
    expect(key([x, x])).toBe(key([{ a: 1 }].flatMap((y) => [y, y])));
  });

  it("looks at every element, however many [B94][B96][B97][B101]", () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => ({ i }));
    const before = key(rows);
    rows[0] = { i: 7 };
    expect(key(rows)).not.toBe(before);
    const big = new Float64Array(1_000_000);
    const zeros = key(big);
    big[123_457] = 1e9;
    expect(key(big)).not.toBe(zeros);
  });

  it("is short however long its parts are, and begins as they do", () => {
    const [big, text] = [new Uint8Array(600_000_000), "ab".repeat(50_000)];
    const long = encodeParts([big, 1, { text }, "end"], { name: "f", parts: [] });
    expect(long.length).toBeLessThan(1000);
    expect(long).toMatch(
      /^#[0-9a-f]{64}22:AUint8Array:600000000:n1;#[0-9a-f]{64}\d+:\{1:4:texts100000:ababab.*s3:end$/,
    );
    big[599_999_999] = 1;
    expect(encodeParts([big, 1, { text }, "end"], { name: "f", parts: [] })).not.toBe(long);
  });

  it("never takes a digest for a text that looks like it", () => {
    const long = key(["x".repeat(100_000)]);
    for (const value of [long, [long], { long }, long.slice(1), new Set([long])]) expect(key(value)).not.toBe(long);
  });

  it("takes as long as what an array holds, not as its length says", () => {
    for (const length of [1e6, 1e8, 4_294_967_295]) {
      const sparse: unknown[] = [];
      sparse[length - 1] = 1;
      const nothing: unknown[] = [];
      nothing.length = length;
      expect(key(sparse).length + key(nothing).length).toBeLessThan(100);
    }
    const full = Array.from({ length: 100_000 }, (_, i) => i) as unknown[];
    delete full[5];
    expect(key(full)).toBe(key(full.slice()));
  });

  it("never collides with a text that imitates it", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        let text: string;
        try {
          text = key(value);
        } catch {
          return;
        }
        expect(key(text)).not.toBe(text);
        expect(key([text])).not.toBe(key([value]));
        expect(key({ [text]: 1 })).not.toBe(key({ a: value }));
      }),
      { numRuns: 2000 },
    );
  });

  it("is injective over generated pairs, and equal for structured clones", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom("s1:a", "{1:1:a", "n1;", "^0;", ">", "u", "N", "[1:", "H0:"),
      fc.integer(),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined, Number.NaN),
      fc.date(),
      fc.uint8Array(),
    );
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("node"), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie("node"), { maxKeys: 4 }),
        fc.array(fc.tuple(tie("node"), tie("node")), { maxLength: 3 }).map((pairs) => new Map(pairs)),
        fc.array(tie("node"), { maxLength: 3 }).map((items) => new Set(items)),
      ),
    })).node;
    fc.assert(
      fc.property(value, value, (a, b) => {
        const same = sameContent(a, b);
        expect(key(a) === key(b)).toBe(same);
        expect(key(clone(a))).toBe(key(a));
      }),
      { numRuns: 5000 },
    );
  });

  it("works 20,000 levels deep, and refuses an endless structure instead of hanging [B89]", () => {
    let deep: unknown = 1;
    for (let i = 0; i < 20_000; i++) deep = i % 2 ? [deep] : { n: deep };
    let other: unknown = 2;
    for (let i = 0; i < 20_000; i++) other = i % 2 ? [other] : { n: other };
    expect(key(deep)).not.toBe(key(other));
    const answerAll = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => ["a", "b"],
          get: () => answerAll(),
          getOwnPropertyDescriptor: () => ({
            value: answerAll(),
            enumerable: true,
            configurable: true,
            writable: true,
          }),
        },
      );
    expect(refusal(answerAll()).message).toMatch(/endless/);
    const chain = (): object =>
      new Proxy(
        {},
        {
          ownKeys: () => ["a"],
          getOwnPropertyDescriptor: () => ({ value: chain(), enumerable: true, configurable: true, writable: true }),
        },
      );
    expect(() => key(chain())).toThrow(UnhashableArgumentError);
    let sets = new Set<unknown>([0]);
    for (let i = 1; i < 2000; i++) sets = new Set([sets, i]);
    expect(key(sets)).toBe(key(sets));
  });

  it("refuses with the function, the path and both remedies [B70][B78][B81][B82][B83][B84][B103][B104][B105][B106][B107][B310][B311][B312][B313]", () => {
    const error = refusal({ deep: [0, { fn: () => 1 }] });
    expect(error).toMatchObject({
      code: "CACHET_UNHASHABLE_ARGUMENT",
      function: "f",
      parameter: "x",
      path: "x.deep[1].fn",
      type: "function",
    });
    expect(error.message).toMatch(/f\(\).*x\.deep\[1\]\.fn.*`_x`.*hashFuncs/s);
    const cases: [unknown, string][] = [
      [Symbol("a"), "symbol"],
      [Symbol.for("a"), "symbol"],
      [Promise.resolve(), "Promise"],
      [new WeakMap(), "WeakMap"],
      [new WeakRef({}), "WeakRef"],
      [new Point(1, 2), "Point"],
      [Point, "function"],
      [[1][Symbol.iterator](), "Array Iterator"],
      [(function* () {})(), "object"],
      [new Blob([]), "Blob"],
      [new (class MyMap extends Map {})(), "MyMap"],
      [new (class MyError extends Error {})(), "MyError"],
      [Object.create(Map.prototype), "Map"],
    ];
    for (const [value] of cases) expect(() => key([value]), String(typeof value)).toThrow(UnhashableArgumentError);
    expect(refusal([new Point(1, 2)])).toMatchObject({ type: "Point", path: "x[0]" });
    expect(refusal(new Map([["k", new WeakMap()]])).path).toBe('x["k"]'.replace('["k"]', ".k"));
    expect(() => encodeParts([1, [() => 1]], { name: "f", parts: ["a", "rest"] })).toThrow(
      expect.objectContaining({ path: "rest[0]" }),
    );
    const argumentsObject = Function("return arguments")(1) as object;
    expect(() => key(argumentsObject)).toThrow(UnhashableArgumentError);
  });

  it("refuses getters without calling them, and symbol keys", () => {
    const getter = vi.fn();
    expect(refusal(Object.defineProperty({}, "a", { get: getter, enumerable: true })).path).toBe("x.a");
    expect(() => key(Object.defineProperty([1], 0, { get: getter }))).toThrow(UnhashableArgumentError);
    expect(getter).not.toHaveBeenCalled();
    expect(() => key({ [Symbol("s")]: 1 })).toThrow(UnhashableArgumentError);
  });

  it("does not consume an iterator it refuses [B105]", () => {
    const it = [1, 2][Symbol.iterator]();
    expect(() => key(it)).toThrow(UnhashableArgumentError);
    expect([...it]).toEqual([1, 2]);
  });

  it("takes built-in values of another realm like its own", () => {
    const foreign = runInNewContext(
      "({ a: [1, new Date(5), new Map([[1, 2]]), new Set([1]), /x/g, Uint8Array.of(1)] })",
    );
    expect(key(foreign)).toBe(key({ a: [1, new Date(5), new Map([[1, 2]]), new Set([1]), /x/g, Uint8Array.of(1)] }));
  });
});

/** A second opinion on equality, written without the encoder. Generated values hold no shared references. */
function sameContent(a: any, b: any): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b || (Number.isNaN(a) && Number.isNaN(b));
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Map) {
    const [x, y] = [[...a], [...b]];
    return x.length === y.length && x.every(([k, v], i) => sameContent(k, y[i]![0]) && sameContent(v, y[i]![1]));
  }
  if (a instanceof Set) {
    const rest = [...b];
    return (
      a.size === b.size &&
      [...a].every((item) => {
        const at = rest.findIndex((other) => sameContent(item, other));
        if (at >= 0) rest.splice(at, 1);
        return at >= 0;
      })
    );
  }
  const keys = Object.keys(a);
  if (Array.isArray(a) && a.length !== b.length) return false;
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && sameContent(a[k], b[k]));
}

function clone(value: any): any {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(clone);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [clone(k), clone(v)]));
  if (value instanceof Set) return new Set([...value].reverse().map(clone));
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
    return structuredClone(value);
  const copy = Object.create(Object.getPrototypeOf(value));
  for (const k of Object.keys(value).reverse())
    Object.defineProperty(copy, k, { value: clone(value[k]), writable: true, enumerable: true, configurable: true });
  return copy;
}
