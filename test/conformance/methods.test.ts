import { cached, UnhashableArgumentError } from "cachet";
import { describe, expect, it, vi } from "vitest";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;

class Scaler {
  static offset = 1;
  factor: number;
  constructor(factor: number) {
    this.factor = factor;
  }
  /** @cacheData */
  scale(x: number): number {
    return x * this.factor + ran("scale");
  }
  /** @cacheData({ this: "ignore" }) */
  shared(x: number): number {
    return x * this.factor + ran("shared");
  }
  /** @cacheData({ this: "value" }) */
  byValue(x: number): number {
    return x * this.factor;
  }
  /** @cacheData({ maxEntries: 2 }) */
  few(x: number): number {
    return x * this.factor + ran("few");
  }
  /** @cacheData */
  static shift(x: number): number {
    return x + this.offset + ran("shift");
  }
  /** @cacheData */
  static plain(x: number): number {
    return x + ran("plain");
  }
}

class Sealed {
  readonly #factor: number = 2;
  /** @cacheData({ this: "value" }) */
  byValue(x: number): number {
    return x * this.#factor;
  }
}

class Doubler extends Scaler {
  static override offset = 2;
}

describe("methods", () => {
  it("keep entries for each instance, or share them where the receiver is ignored [B131]", () => {
    const [two, three] = [new Scaler(2), new Scaler(3)];
    expect([two.scale(10), three.scale(10), two.scale(10), three.scale(10)]).toEqual([20, 30, 20, 30]);
    expect(runs("scale")).toBe(2);
    expect([two.shared(10), three.shared(10)]).toEqual([20, 20]);
    expect(runs("shared")).toBe(1);
  });

  it("refuse a receiver that counts by value and has no rule, naming `this` [B132]", () => {
    const call = () => new Sealed().byValue(1);
    expect(call).toThrow(UnhashableArgumentError);
    expect(call).toThrow(/`this`.*Sealed/);
    expect([new Scaler(2).byValue(1), new Scaler(2).byValue(1), new Scaler(3).byValue(1)]).toEqual([2, 2, 3]);
  });

  it("keep entries for each class where static ones use it, and once where they do not [B133][B134]", () => {
    expect([Scaler.shift(1), Doubler.shift(1), Scaler.shift(1), Doubler.shift(1)]).toEqual([2, 3, 2, 3]);
    expect(runs("shift")).toBe(2);
    expect([Scaler.plain(1), Doubler.plain(1)]).toEqual([1, 1]);
    expect(runs("plain")).toBe(1);
  });

  it("clear one call, for all instances or for one [B135]", () => {
    const [a, b] = [new Scaler(2), new Scaler(2)];
    for (const one of [a, b]) for (const x of [1, 2]) one.scale(x);
    cached(a.scale, a).clear(1);
    expect([cached(a.scale, a).has(1), cached(a.scale, a).has(2), cached(a.scale, b).has(1)]).toEqual([
      false,
      true,
      true,
    ]);
    a.scale(1);
    cached(a.scale).clear(1);
    expect([cached(a.scale, a).has(1), cached(b.scale, b).has(1), cached(b.scale, b).has(2)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("clear everything, for all instances or for one [B136]", () => {
    const [a, b] = [new Scaler(2), new Scaler(2)];
    for (const one of [a, b]) one.scale(5);
    cached(a.scale, a).clear();
    expect([cached(a.scale, a).has(5), cached(a.scale, b).has(5)]).toEqual([false, true]);
    a.scale(5);
    (a.scale as unknown as { clear(): void }).clear();
    expect([cached(a.scale, a).has(5), cached(a.scale, b).has(5)]).toEqual([false, false]);
  });

  it("are the same taken from their class and called on an instance [B137]", () => {
    const one = new Scaler(7);
    const before = runs("scale");
    expect([one.scale(1), Scaler.prototype.scale.call(one, 1), Reflect.apply(one.scale, one, [1])]).toEqual([7, 7, 7]);
    expect(runs("scale")).toBe(before + 1);
  });

  it("keep a subclass apart from its parent [B138]", () => {
    const [parent, child] = [new Scaler(2), new Doubler(4)];
    expect([parent.scale(1), child.scale(1), parent.scale(1), child.scale(1)]).toEqual([2, 4, 2, 4]);
  });

  it("count entries over all instances", () => {
    const [a, b] = [new Scaler(1), new Scaler(2)];
    for (const one of [a, b, a, b]) one.few(1);
    expect(runs("few")).toBe(2);
    a.few(2);
    a.few(3);
    expect(cached(a.few).stats().entries).toBe(2);
    b.few(1);
    expect(runs("few")).toBe(5);
  });

  it("of a frozen instance and of a primitive receiver are cached too", () => {
    const one = Object.freeze(new Scaler(3));
    const before = runs("scale");
    expect([one.scale(2), one.scale(2)]).toEqual([6, 6]);
    expect(runs("scale")).toBe(before + 1);
    expect(() => Scaler.prototype.scale.call(undefined as never, 1)).toThrow(TypeError);
  });
});
