import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { decodeValue, encodeValue } from "../../runtime/codec/codec.ts";
import { configure } from "../../runtime/config.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { planCopy } from "../../runtime/snapshot/copy-plan.ts";
import { ShapeInfo } from "../../runtime/snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../../runtime/snapshot/take-snapshot.ts";
import { data, dataAsync, resource } from "./emitted.ts";

const key = (...values: unknown[]) => encodeParts(values, { name: "f", parts: ["x"] });

/** Copies as callers get them: by a plan, without one, and of what was read from bytes. */
function copies<T>(value: T): T[] {
  const shapeInfo = new ShapeInfo();
  const snapshot = takeSnapshot(value, "f", [], shapeInfo);
  const decodedInfo = new ShapeInfo();
  const decoded = decodeValue(encodeValue(snapshot, false, shapeInfo), [], decodedInfo);
  return [
    planCopy(snapshot, shapeInfo)?.(snapshot),
    copySnapshot(snapshot),
    planCopy(decoded, decodedInfo)?.(decoded),
  ] as T[];
}

/** Hides what a class has under these names: a text in place of a method fails if anything calls it through the value. */
const hiding = (value: object, ...names: string[]) => {
  for (const name of names) Object.defineProperty(value, name, { value: `own ${name}` });
  return value;
};
const inherited = (prototype: object, name: string, value: unknown): unknown =>
  Object.getOwnPropertyDescriptor(prototype, name)?.get?.call(value);

/** Two values of each class that differ in `n` only, and what they really hold. */
const DISGUISED: Record<string, [make: (n: number) => object, read: (value: any) => unknown]> = {
  Date: [(n) => hiding(new Date(n), "getTime", "valueOf"), (value) => Date.prototype.getTime.call(value)],
  RegExp: [
    (n) => hiding(new RegExp(`a{${n}}`, "g"), "source", "flags", "global"),
    (value) => ["source", "global"].map((name) => inherited(RegExp.prototype, name, value)),
  ],
  Map: [
    (n) => hiding(new Map([[n, { n }]]), "entries", "keys", "values", "size", "forEach"),
    (value) => [...Map.prototype.entries.call(value)],
  ],
  Set: [(n) => hiding(new Set([{ n }]), "values", "size", "has"), (value) => [...Set.prototype.values.call(value)]],
  URL: [
    (n) => hiding(new URL(`https://a.b/${n}`), "href", "toString"),
    (value) => inherited(URL.prototype, "href", value),
  ],
  URLSearchParams: [
    (n) => hiding(new URLSearchParams(`a=${n}`), "forEach", "entries", "toString"),
    (value) => URLSearchParams.prototype.toString.call(value),
  ],
  ArrayBuffer: [
    (n) => hiding(Uint8Array.of(1, n).buffer, "byteLength", "resizable", "slice"),
    (value) => [...new Uint8Array(value)],
  ],
  Error: [
    (n) => hiding(new TypeError(`m${n}`), "constructor", "name", "toString"),
    (value) => [Object.getPrototypeOf(value) === TypeError.prototype, value.message],
  ],
  DOMException: [
    (n) => hiding(new DOMException(`m${n}`, "AbortError"), "name", "message", "constructor"),
    (value) => ["name", "message"].map((name) => inherited(DOMException.prototype, name, value)),
  ],
  "boxed number": [(n) => hiding(Object(n), "valueOf", "toString"), (value) => Number.prototype.valueOf.call(value)],
  Array: [(n) => hiding([n, { n }], "slice", "map", "constructor"), (value) => [value[0], value[1].n]],
  Object: [
    (n) => ({ n, constructor: 1, hasOwnProperty: 2, toString: 3, valueOf: 4, length: 5, size: 6, get: 7 }),
    (value) => value.n,
  ],
};

describe("a value with members that hide those of its class", () => {
  it.each(Object.entries(DISGUISED))("is read by what it is, in keys and in copies: %s", (_name, [make, read]) => {
    expect(key(make(1))).toBe(key(make(1)));
    expect(key(make(1))).not.toBe(key(make(2)));
    expect(key(new Set([make(1), make(2)]))).toBe(key(new Set([make(2), make(1)])));
    const value = make(1);
    for (const copy of copies(value)) {
      expect(read(copy)).toEqual(read(value));
      expect(Object.getOwnPropertyNames(copy).sort()).toEqual(Object.getOwnPropertyNames(value).sort());
    }
  });

  it("is read alike if it is a view of memory", () => {
    const view = hiding(Uint8Array.of(1, 2, 3), "byteLength", "buffer", "length", "constructor") as Uint8Array;
    expect(key(view)).toBe(key(Uint8Array.of(1, 2, 3)));
    for (const copy of copies({ view })) expect(Array.prototype.join.call(copy.view)).toBe("1,2,3");
  });
});

describe("a value of another realm", () => {
  const FOREIGN = `({
    list: [1, [2]], date: new Date(5), map: new Map([[1, { a: 1 }]]), set: new Set([1]), regexp: /x/gi,
    bytes: Uint8Array.of(1), error: new RangeError("no"), boxed: Object(1), object: { a: { b: 1 } },
  })`;
  const local = () => runInNewContext(FOREIGN, { Array, Date, Map, Set, Uint8Array, RangeError, Object });

  it("has the key of a local one, and its copies are local", () => {
    const foreign = runInNewContext(FOREIGN) as Record<string, object>;
    expect(key({ ...foreign, error: 0 })).toBe(key({ ...(local() as object), error: 0 }));
    for (const copy of copies(foreign)) {
      const prototypes = [Array, Date, Map, Set, RegExp, Uint8Array, RangeError, Number, Object];
      for (const [i, each] of Object.values(copy).entries())
        expect(Object.getPrototypeOf(each) === prototypes[i]?.prototype, prototypes[i]?.name).toBe(true);
      expect(Object.getPrototypeOf((copy["list"] as object[])[1])).toBe(Array.prototype);
    }
  });

  it("is left out of the key if it is an AbortSignal, also of a stand-in", () => {
    class EventTarget {}
    const { AbortSignal } = { AbortSignal: class AbortSignal extends EventTarget {} };
    expect(key({ a: 1, signal: new AbortSignal() })).toBe(key({ a: 1 }));
    expect(key(new AbortSignal())).toBe(key(undefined));
  });

  it("may be a DOMException that keeps its state under a symbol, as stand-ins of test environments do", () => {
    const impl = Symbol("impl");
    const { DOMException: StandIn } = {
      DOMException: class DOMException {
        constructor(message = "", name = "Error") {
          Object.defineProperty(this, impl, { value: { message, name } });
        }
        get name() {
          return (this as any)[impl].name;
        }
        get message() {
          return (this as any)[impl].message;
        }
        get [Symbol.toStringTag]() {
          return "DOMException";
        }
      },
    };
    Object.defineProperty(StandIn.prototype, Symbol.toStringTag, { value: "DOMException" });
    for (const copy of copies({ e: new StandIn("m", "AbortError") as unknown as DOMException }))
      expect([copy.e instanceof DOMException, copy.e.name, copy.e.message]).toEqual([true, "AbortError", "m"]);
    expect(key(new StandIn("m", "AbortError"))).toBe(key(new DOMException("m", "AbortError")));
  });
});

describe("with globals replaced before the program started", () => {
  const natives = { Map, Set, Date };
  afterEach(() => {
    Object.assign(globalThis, natives);
    vi.resetModules();
  });

  it("takes instances of the engine's own classes and of those in their place", async () => {
    class PatchedMap extends natives.Map<unknown, unknown> {}
    class PatchedSet extends natives.Set<unknown> {}
    Object.assign(globalThis, { Map: PatchedMap, Set: PatchedSet });
    vi.resetModules();
    const { encodeParts: encode } = await import("../../runtime/key/encode-parts.ts");
    const { takeSnapshot: snapshotOf } = await import("../../runtime/snapshot/take-snapshot.ts");
    const { ShapeInfo: Info } = await import("../../runtime/snapshot/shape-info.ts");
    const text = (value: unknown) => encode([value], { name: "f", parts: ["x"] });
    expect(text(new natives.Map([[1, 2]]))).toBe(text(new PatchedMap([[1, 2]])));
    expect(text(new natives.Set([1]))).toBe(text(new PatchedSet([1])));
    const copy = snapshotOf([new natives.Map([[1, 2]]), new PatchedSet([3])], "f", [], new Info()) as [
      Map<number, number>,
      Set<number>,
    ];
    expect([copy[0].get(1), copy[1].has(3), copy[1] instanceof PatchedSet]).toEqual([2, true, true]);
  });
});

describe("with another class in the place of Promise", () => {
  const Native = Promise;
  afterEach(() => {
    globalThis.Promise = Native;
  });

  it("async functions work as ever: copies, joined runs, and failures that are not kept", async () => {
    class ZonePromise<T> extends Native<T> {}
    globalThis.Promise = ZonePromise as PromiseConstructor;
    const native = async (value: unknown) => value;
    expect(native(1) instanceof Promise).toBe(false);
    let runs = 0;
    const load = dataAsync(async (x: number) => native({ x, run: ++runs }), { parts: ["x"] });
    expect(await Native.all([load(1), load(1)])).toEqual([
      { x: 1, run: 1 },
      { x: 1, run: 1 },
    ]);
    expect(await load(1)).not.toBe(await load(1));
    const plain = data((x: number) => native({ x, run: ++runs }), { parts: ["x"] });
    expect([await plain(1), await plain(1)]).toEqual([
      { x: 1, run: 2 },
      { x: 1, run: 2 },
    ]);
    let tries = 0;
    const open = resource(
      async (x: number) => {
        if (++tries === 1) throw new Error("down");
        return { x };
      },
      { parts: ["x"] },
    );
    await expect(open(1)).rejects.toThrow("down");
    expect(await open(1)).toBe(await open(1));
  });

  it("a promise of another realm is one, and a thenable that is none stays a value", async () => {
    const foreign = data(() => runInNewContext("Promise.resolve({ a: 1 })") as Promise<{ a: number }>, { parts: [] });
    expect([await foreign(), await foreign()]).toEqual([{ a: 1 }, { a: 1 }]);
    // biome-ignore lint/suspicious/noThenProperty: as query builders have it, which run when they are awaited.
    const builder = { then: vi.fn() };
    const build = resource(() => builder, { parts: [] });
    expect([build() === builder, build() === builder, builder.then.mock.calls.length]).toEqual([true, true, 0]);
  });
});

describe("what cannot be read", () => {
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const detached = () => {
    const view = new Uint8Array(8);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return view;
  };

  it.each([
    ["a revoked proxy", revoked, /revoked/],
    ["a view of detached memory", detached, /detached/],
    ["detached memory", () => detached().buffer, /detached/],
  ])("is refused with function and path, as argument and as result: %s", (_name, make, reason) => {
    const load = data((x: unknown) => ({ it: x && make() }), { name: "load", parts: ["x"] });
    const at = (value: unknown) => {
      try {
        load(value);
      } catch (error) {
        return error as { code: string; path: string; message: string };
      }
      throw new Error("not refused");
    };
    expect(at({ deep: [make()] })).toMatchObject({ code: "CACHET_UNHASHABLE_ARGUMENT", path: "x.deep[0]" });
    expect(at({ deep: [make()] }).message).toMatch(reason);
    expect(at(make()).path).toBe("x");
    expect(at(1)).toMatchObject({ code: "CACHET_UNSTORABLE_VALUE", path: "result.it" });
    expect(at(1).message).toMatch(reason);
    expect(() => data(make, { name: "load", parts: [] })()).toThrow(/load\(\): `result` is/);
  });
});

describe("under a polluted Object.prototype", () => {
  const names = ["get", "set", "value", "writable", "enumerable", "configurable"];
  afterEach(() => {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  });

  it("values are what they are, and getters are still refused", () => {
    const value = () => ({ e: new Error("no"), s: Object.freeze({ a: 1 }), l: [, 1], m: new Map([[1, { a: 1 }]]) });
    const [before, accessor] = [
      key({ ...value(), e: 0 }),
      {
        get x() {
          return 1;
        },
      },
    ];
    for (const name of names) {
      const polluted = name.endsWith("et") ? () => 5 : true;
      Object.defineProperty(Object.prototype, name, { __proto__: null, value: polluted, configurable: true } as object);
    }
    const after = key({ ...value(), e: 0 });
    let refusal = "";
    try {
      key(accessor);
    } catch (error) {
      refusal = (error as Error).message;
    }
    const made = copies(value());
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    expect(after).toBe(before);
    expect(refusal).toMatch(/getter/);
    for (const copy of made) {
      expect([copy.e.message, copy.s.a, copy.l[1], copy.m.get(1)?.a]).toEqual(["no", 1, 1, 1]);
      expect([Object.isFrozen(copy.s), 0 in copy.l]).toEqual([true, false]);
    }
  });

  const settings = ["stores", "disk", "codecs", "clock", "enabled", "mode", "onWarning", "waitUntil", "isWanted"];
  const others = ["use", "options", "async", "promised", "classes", "refresh", "error", "soft", "hard", "when"];
  it.each([...Object.keys(OPTIONS), ...settings, ...others])("nothing is taken for given: %s", (name) => {
    const [plain, limited] = [{}, { ttl: 60, stale: { error: 60 }, errors: { ttl: 60 }, maxEntries: 9 }].map(
      (given) => {
        const body = vi.fn((x: { a: number }) => ({ x }));
        return { body, call: data(body, { name: "load", parts: ["x"], ...given }) };
      },
    );
    let results: unknown[] = [];
    Object.defineProperty(Object.prototype, name, { value: "polluted", configurable: true, writable: true });
    try {
      configure({ spinner: false });
      results = [plain, limited].map((each) => [each?.call({ a: 1 }), each?.call({ a: 1 })]);
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
    expect(results).toEqual([1, 2].map(() => [{ x: { a: 1 } }, { x: { a: 1 } }]));
    for (const each of [plain, limited]) expect(each?.body).toHaveBeenCalledTimes(1);
  });
});
