import { describe, expect, it, vi } from "vitest";
import { cached, NotTransformedError } from "../../runtime/index.ts";
import * as __cachet from "../../runtime/internal.ts";
import { features, freshId } from "./emitted.ts";

const define = (parts: string[], more: object = {}) =>
  __cachet.data({ id: freshId("f"), hash: "c1:0", name: "f", parts, use: features, ...more });

describe("the arguments of has() and clear()", () => {
  it("are read by the function's own header: defaults, destructuring, captures, left-out names [B31][B225]", () => {
    const body = vi.fn();
    const outside = 5;
    const d = define(["x", "y", "b", "outside"]);
    function f(x: number, y = 2, { b = 1, _c = 0 }: { b?: number; _c?: number } = {}, _db?: object): number {
      const value = d.getN([x, y, b, outside]);
      return (
        value !== __cachet.MISS
          ? value
          : d.run([x, y, b, outside], () => {
              body();
              return x + y + b + _c;
            })
      ) as number;
    }
    __cachet.attach(d, f);
    f(5);
    f(5, undefined);
    f(5, 2);
    f(5, 2, {});
    f(5, 2, { b: 1, _c: 9 }, {});
    expect(body).toHaveBeenCalledTimes(1);
    expect([cached(f).has(5), cached(f).has(5, 2), cached(f).has(5, 3), cached(f).has(5, 2, { b: 2 })]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    cached(f).clear(5, undefined, { _c: 4 }, {});
    expect(cached(f).has(5)).toBe(false);
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("never run the body, of async functions neither", async () => {
    const body = vi.fn();
    const d = define(["x"], { async: true });
    async function f(x: number) {
      const value = d.get1(x);
      return value !== __cachet.MISS
        ? value
        : d.run([x], async () => {
            body();
            return x;
          });
    }
    __cachet.attach(d, f);
    expect(cached(f).has(1)).toBe(false);
    cached(f).clear(1);
    await new Promise((resolve) => setTimeout(resolve));
    expect(body).not.toHaveBeenCalled();
    await f(1);
    expect(cached(f).has(1)).toBe(true);
  });

  it("that fail in the header are an error, and the next call works", async () => {
    const d = define(["x"]);
    function f({ x }: { x: number }) {
      const value = d.get1(x);
      return value !== __cachet.MISS ? value : d.run([x], () => x);
    }
    __cachet.attach(d, f);
    expect(() => cached(f).has(undefined as any)).toThrow(TypeError);
    expect(f({ x: 1 })).toBe(1);
    const e = define(["x"], { async: true });
    async function g({ x }: { x: number }) {
      const value = e.get1(x);
      return value !== __cachet.MISS ? value : e.run([x], async () => x);
    }
    __cachet.attach(e, g);
    expect(() => cached(g).has(undefined as any)).toThrow(/no such call/);
    expect(await g({ x: 1 })).toBe(1);
  });
});

describe("cached()", () => {
  it("refuses what no transform has seen", () => {
    expect(() => cached(function plain() {})).toThrow(NotTransformedError);
    expect(() => cached(function plain() {})).toThrow(/plain.*cachet check/s);
    expect(() => cached(undefined as any)).toThrow(NotTransformedError);
  });
});
