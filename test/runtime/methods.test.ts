import { describe, expect, it, vi } from "vitest";
import { cached } from "../../runtime/index.ts";
import * as __cachet from "../../runtime/internal.ts";
import { features, freshId } from "./emitted.ts";

/** What the transform writes for a class with a marked method that uses `this`. */
function makeClass(options: Partial<__cachet.EmittedDefinition> = {}) {
  const d = __cachet.data({
    id: freshId("A.m"),
    hash: "c1:0",
    name: "m",
    parts: ["x"],
    use: features,
    this: "identity",
    ...options,
  });
  const runs = vi.fn();
  class A {
    n: number;
    constructor(n: number) {
      this.n = n;
    }
    m(x: number): { value: number } {
      const value = d.of(this).get1(x);
      return (
        value !== __cachet.MISS
          ? value
          : d.of(this).run([x], () => {
              runs();
              return { value: x * this.n };
            })
      ) as { value: number };
    }
  }
  __cachet.members(A.prototype, [d, "m"]);
  return { A, runs, d };
}

describe("methods", () => {
  it("cache per instance [B131][B137]", () => {
    const { A, runs } = makeClass();
    const [a, b] = [new A(2), new A(3)];
    expect([a.m(10).value, b.m(10).value, a.m(10).value, A.prototype.m.call(a, 10).value]).toEqual([20, 30, 20, 20]);
    expect(runs).toHaveBeenCalledTimes(2);
  });

  it("clear one entry or all, for one instance or for all [B135][B136]", () => {
    const { A } = makeClass();
    const [a, b] = [new A(2), new A(3)];
    const fill = () => {
      a.m(1);
      a.m(2);
      b.m(1);
    };
    const held = () => [cached(a.m, a).has(1), cached(a.m, a).has(2), cached(b.m, b).has(1)];
    fill();
    cached(a.m, a).clear(1);
    expect(held()).toEqual([false, true, true]);
    fill();
    cached(a.m, a).clear();
    expect(held()).toEqual([false, false, true]);
    fill();
    cached(a.m).clear(1);
    expect(held()).toEqual([false, true, false]);
    fill();
    expect(cached(A.prototype.m).has(2)).toBe(true);
    cached(a.m).clear();
    expect(held()).toEqual([false, false, false]);
    expect(cached(a.m).has(2)).toBe(false);
  });

  it("count maxEntries over all instances", () => {
    const { A } = makeClass({ maxEntries: 3 });
    const all = Array.from({ length: 5 }, (_, i) => new A(i));
    for (const a of all) a.m(1);
    all[2]!.m(1);
    new A(9).m(1);
    expect(cached(A.prototype.m).stats().entries).toBe(3);
    expect(all.map((a) => cached(a.m, a).has(1))).toEqual([false, false, true, false, true]);
  });

  it("keep entries of subclasses apart, and of receivers that are no objects [B138]", () => {
    const { A, runs } = makeClass();
    class B extends A {}
    new A(2).m(1);
    new B(3).m(1);
    (A.prototype.m as any).call(7, 1);
    (A.prototype.m as any).call(7, 1);
    expect(runs).toHaveBeenCalledTimes(3);
  });

  it("hold entries of frozen instances too", () => {
    const { A, runs } = makeClass();
    const a = Object.freeze(new A(2));
    a.m(1);
    a.m(1);
    expect(runs).toHaveBeenCalledTimes(1);
  });

  it("let entries die with the instance, also where a value refers to it", async () => {
    const d = __cachet.resource({
      id: freshId("A.self"),
      hash: "c1:0",
      name: "self",
      parts: [],
      use: features,
      this: "identity",
    });
    const ref = (() => {
      const a = {};
      const view = d.of(a);
      if (view.get0() === __cachet.MISS) view.run([], () => ({ a }));
      return new WeakRef(a);
    })();
    expect(d.figures.entries).toBe(1);
    const collect = await collector();
    for (let i = 0; i < 50 && (ref.deref() !== undefined || d.figures.entries > 0); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(ref.deref()).toBeUndefined();
    expect(d.figures.entries).toBe(0);
  });
});

async function collector(): Promise<() => void> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
