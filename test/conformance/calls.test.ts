import { cached, configure, type Metadata, type Store, type StoredEntry } from "cachet";
import { describe, expect, it, vi } from "vitest";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;

/** @cacheData */
function withDefault(x: number, y = 2): number {
  return x + y + ran("withDefault");
}

/** @cacheData */
function variadic(...rest: unknown[]): number {
  ran("variadic");
  return rest.length;
}

/** @cacheData */
function byName({ a, b = 5, ...others }: { a: number; b?: number; [other: string]: number | undefined }): number {
  ran("byName");
  return a + b + Object.keys(others).length;
}

/** @cacheData */
function withoutConnection(_db: object, id: number): number {
  ran("withoutConnection");
  return id;
}

/** @cacheData */
function destructured({ a, _b }: { a: number; _b: unknown }, ..._rest: unknown[]): number {
  ran("destructured");
  return _b === undefined ? 0 : a;
}

/** @cacheData */
function tagged(x: number, _tag: string): string {
  return `${x}${_tag}`;
}

/** @cacheData */
function describeAll(...words: string[]): string {
  ran("describeAll");
  return words.join();
}

/** @cacheData */
function one(x: number): number {
  return x + ran("one");
}

/** @cacheData({ persist: "calls-spy" }) */
function digest(text: string): number {
  return text.length;
}

describe("a call", () => {
  it("is the same with a default left out, undefined or written [B31]", () => {
    expect([withDefault(5), withDefault(5, undefined), withDefault(5, 2)]).toEqual([7, 7, 7]);
    expect(runs("withDefault")).toBe(1);
    expect(withDefault(5, 3)).toBe(8);
  });

  it("counts every element of a rest parameter [B32]", () => {
    variadic(1, 2, 3);
    variadic(1, 2, null);
    variadic(1, 2);
    variadic(1, 2, 3);
    expect(runs("variadic")).toBe(3);
  });

  it("counts named values by name, wherever they stand [B33][B29]", () => {
    expect([byName({ a: 1, b: 2, c: 3 }), byName({ c: 3, b: 2, a: 1 })]).toEqual([4, 4]);
    expect(runs("byName")).toBe(1);
    byName({ a: 2, b: 1, c: 3 });
    byName({ a: 1, b: 2, d: 3 });
    expect(runs("byName")).toBe(3);
    expect([byName({ a: 1 }), byName({ a: 1, b: 5 })]).toEqual([6, 6]);
    expect(runs("byName")).toBe(4);
  });

  it("leaves out what begins with an underscore [B34]", () => {
    const [a, b] = [
      { connection: "a", close() {} },
      { connection: "b", close() {} },
    ];
    expect([withoutConnection(a, 10), withoutConnection(b, 10)]).toEqual([10, 10]);
    expect(runs("withoutConnection")).toBe(1);
    withoutConnection(b, 11);
    expect(runs("withoutConnection")).toBe(2);
  });

  it("leaves out destructured names and rest parameters with an underscore [B35]", () => {
    destructured({ a: 1, _b: () => 1 }, Symbol("x"));
    destructured({ a: 1, _b: new WeakMap() });
    expect(runs("destructured")).toBe(1);
    destructured({ a: 2, _b: 0 });
    expect(runs("destructured")).toBe(2);
  });

  it("gives the older result for another excluded argument [B36]", () => {
    expect([tagged(1, "a"), tagged(1, "b"), tagged(2, "b")]).toEqual(["1a", "1a", "2b"]);
  });

  it("never shares a key with another one, however the texts are cut [B40][B109]", () => {
    const lists = [
      ["p", "q"],
      ["p,q"],
      ["pq"],
      ["p", "", "q"],
      ["p", "q", ""],
      ["pstr:bstr:q"],
      ["s1:p", "s1:q"],
      ["s1:ps1:q"],
      [],
    ];
    expect(lists.map((list) => describeAll(...list))).toEqual(lists.map((list) => list.join()));
    expect(runs("describeAll")).toBe(lists.length);
  });

  it("ignores what the function has no parameter for [B41]", () => {
    const loose = one as (...args: unknown[]) => number;
    expect([loose(1), loose(1, 2), loose(1, () => 3)]).toEqual([1, 1, 1]);
    expect(runs("one")).toBe(1);
  });

  it("has a key of bounded length that tells long arguments apart [B39]", () => {
    const keys: string[] = [];
    const store: Store = {
      name: "calls-spy",
      sync: true,
      lookup: (key): StoredEntry | undefined => void keys.push(key),
      write: (_key: string, _bytes: Uint8Array, _meta: Metadata) => {},
      delete: () => {},
      clear: () => {},
    };
    configure({ stores: { "calls-spy": store } });
    for (const last of ["x", "y"]) digest("a".repeat(100_000) + last);
    expect(new Set(keys.filter((key) => !key.startsWith("epoch|"))).size).toBe(2);
    for (const key of keys) expect(key.length).toBeLessThan(1000);
  });

  it("looks its cache up each time, so a clear is seen at once [B15]", () => {
    one(7);
    const before = runs("one");
    cached(one).clear();
    one(7);
    expect(runs("one")).toBe(before + 1);
  });
});
