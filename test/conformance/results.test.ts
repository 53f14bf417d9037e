import { cached, codec, configure, type Store, UnstorableValueError } from "cachet";
import { describe, expect, it, vi } from "vitest";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;

class Point {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get norm(): number {
    return Math.hypot(this.x, this.y);
  }
}

const makers: Record<string, () => unknown> = {
  "a class defined in the function": () => new (class Local {})(),
  "a function": () => () => 1,
  "a function deep inside": () => ({ rows: [{ cell: () => 1 }] }),
  "a generator": () => [1, 2][Symbol.iterator](),
  "a subclass of Map": () => new (class Index extends Map {})(),
  "a symbol as a key": () => ({ [Symbol("x")]: 1 }),
  "an accessor": () => ({
    get now() {
      return 1;
    },
  }),
  "a promise inside": () => [Promise.resolve(1)],
  "a weak map": () => new WeakMap(),
};

/** @cacheData */
function make(what: string): unknown {
  ran(what);
  return (makers[what] as () => unknown)();
}

/** @cacheData({ persist: "results-full" }) */
function persisted(x: number): number[] {
  return [x + ran("persisted")];
}

/** @cacheResource */
function iterate(): Iterator<number> & Iterable<number> {
  return [1, 2].values();
}

/** @cacheResource */
function hugeResource(): object[] {
  return Array.from({ length: 100_000 }, (_, i) => ({ i }));
}

/** @cacheData */
function locate(x: number): { from: Point; to: Point } {
  const point = new Point(x, x);
  ran("locate");
  return { from: point, to: point };
}

/** @cacheData */
function hostile(): Record<string, unknown> {
  return JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
}

/** @cacheData */
function saveable(): unknown[] {
  return [
    "text",
    1,
    1n,
    true,
    null,
    undefined,
    { a: [1] },
    new Date(0),
    new Map([[1, new Set([2])]]),
    new Float64Array([1.5]),
  ];
}

/** @cacheResource */
function unsaveable(): unknown[] {
  return [() => 1, new WeakMap(), new Point(1, 2), Promise.resolve(1), Symbol("x")];
}

describe("results", () => {
  it.each(Object.keys(makers))(
    "that are %s are refused with the one documented error, each time [B150][B148][B149][B314]",
    (what) => {
      expect(() => make(what)).toThrow(UnstorableValueError);
      expect(() => make(what)).toThrow(/make\(\): `result/);
      expect(runs(what)).toBe(2);
      expect(cached(make).has(what)).toBe(false);
    },
  );

  it("reach the caller although the store could not keep them [B151]", () => {
    const warnings: string[] = [];
    const full: Store = {
      name: "results-full",
      sync: true,
      lookup: () => undefined,
      write: () => {
        throw new Error("ENOSPC");
      },
      delete: () => {},
      clear: () => {},
    };
    configure({ stores: { "results-full": full }, onWarning: (text) => warnings.push(text) });
    expect([persisted(1), persisted(1), persisted(2)]).toEqual([[1], [1], [2]]);
    expect(runs("persisted")).toBe(2);
    expect(warnings).toEqual([expect.stringContaining("ENOSPC")]);
    configure({ onWarning: (text) => console.warn(text) });
  });

  it("that are a shared iterator are used up by the first reader [B154]", () => {
    expect([[...iterate()], [...iterate()]]).toEqual([[1, 2], []]);
  });

  it("of any size are handed out as they are by a resource [B156]", () => {
    const first = hugeResource();
    expect(hugeResource()).toBe(first);
    expect(hugeResource()[99_999]).toBe(first[99_999]);
  });

  it("of a class with a codec come back as that class, shared references shared [B145][B146]", () => {
    expect(() => locate(1)).toThrow(/Point.*codecs/);
    configure({
      codecs: [codec(Point, { encode: ({ x, y }) => [x, y], decode: ([x, y]) => new Point(x as number, y as number) })],
    });
    locate(3);
    const copy = locate(3);
    expect(copy.from).toBeInstanceOf(Point);
    expect(copy.from).toBe(copy.to);
    expect(copy.from.norm).toBeCloseTo(4.24, 2);
    expect(locate(3).from).not.toBe(copy.from);
    expect(runs("locate")).toBe(2);
  });

  it("never touch a prototype when they are copied [B155]", () => {
    hostile();
    const copy = hostile();
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor"]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it("that can be saved are data, those that cannot are resources [B328][B153]", () => {
    saveable();
    expect(saveable()).toEqual(saveable());
    expect(saveable()).not.toBe(saveable());
    expect(unsaveable()).toBe(unsaveable());
  });
});
