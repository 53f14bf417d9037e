import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HashFuncError } from "../../runtime/errors.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import type { HashFuncs } from "../../runtime/key/hash-rules.ts";
import { primitiveText } from "../../runtime/key/key.ts";
import { parseHashFuncs } from "../../runtime/options/option-parsers.ts";
import { state } from "../../runtime/registry.ts";
import { data } from "./emitted.ts";
import { Boss, key, Person, Point, refusal } from "./keys.ts";

describe("hashFuncs", () => {
  const people: HashFuncs = { Person: (p: Person) => p.name };

  it("stand for a class by name or by class, at any depth and for subclasses [B113][B116][B118]", () => {
    const byClass: HashFuncs = [[Person, (p: Person) => p.name]];
    for (const rules of [people, byClass]) {
      expect(key({ who: [new Person("a")] }, rules)).toBe(key({ who: [new Person("a")] }, rules));
      expect(key(new Person("a"), rules)).not.toBe(key(new Person("b"), rules));
      expect(key(new Boss("a"), rules)).toBe(key(new Person("a"), rules));
    }
    expect(key(new Boss("a"), { Person: () => 1, Boss: (b: Boss) => b.name })).not.toBe(
      key(new Boss("b"), { Person: () => 1, Boss: (b: Boss) => b.name }),
    );
  });

  it("win over the rules for built-in types and primitives [B114][B115][B117][B120]", () => {
    const day: HashFuncs = { Date: (d: Date) => d.toISOString().slice(0, 10) };
    expect(key(new Date(5), day)).toBe(key(new Date(6), day));
    expect(key([1], { Array: (a: unknown[]) => a.length })).toBe(key([2], { Array: (a: unknown[]) => a.length }));
    expect(key("Ab", { string: (s: string) => s.toLowerCase() })).toBe(
      key("aB", { string: (s: string) => s.toLowerCase() }),
    );
    expect(key({ a: 1 }, { Object: () => 0 })).toBe(key({ b: 1 }, { Object: () => 0 }));
    expect(key(Uint8Array.of(1), { Uint8Array: () => 0 })).toBe(key(Uint8Array.of(2), { Uint8Array: () => 0 }));
    expect(key(() => 1, { function: () => 0 })).toBe(key(() => 2, { function: () => 0 }));
    expect(key(null, { null: () => 5 })).not.toBe(key(null));
  });

  it("are never applied to their own result [B112]", () => {
    const same: HashFuncs = { number: (n: number) => n, Array: (a: unknown[]) => [a] };
    expect(key(1, same)).not.toBe(key(2, same));
    expect(key([1], same)).not.toBe(key([2], same));
    expect(key(new Person("a"), { Person: (p: Person) => ({ ...p }), Object: (o: object) => Object.entries(o) })).toBe(
      key(new Person("a"), { Person: (p: Person) => ({ ...p }), Object: (o: object) => Object.entries(o) }),
    );
  });

  it("tag their result: it is not the value itself [B119]", () => {
    expect(key(new Person("a"), people)).not.toBe(key("a", people));
    expect(key(new Person("a"), { Person: () => "x", Point: () => "x" })).not.toBe(
      key(new Point(1, 2), { Person: () => "x", Point: () => "x" }),
    );
  });

  it("match one typeof only [B129]", () => {
    const rule = vi.fn((n: number) => n);
    for (const value of [true, 1n, "1", null, undefined]) key(value, { number: rule });
    expect(rule).not.toHaveBeenCalled();
  });

  it("that throw are named together with the original error [B123][B124][B125][B126][B316]", () => {
    const badHash = () => {
      throw new TypeError("cannot hash");
    };
    let error: HashFuncError | undefined;
    try {
      key({ who: { friends: [new Person("a")] } }, { Person: badHash });
    } catch (e) {
      error = e as HashFuncError;
    }
    expect(error).toBeInstanceOf(HashFuncError);
    expect(error).toMatchObject({ code: "CACHET_HASH_FUNC", function: "f", path: "x.who.friends[0]" });
    expect(error!.message).toMatch(/f\(\).*Person \(badHash\).*cannot hash/);
    expect(error!.cause).toBeInstanceOf(TypeError);
    expect(() =>
      key(new Person("a"), {
        Person: () => {
          throw null;
        },
      }),
    ).toThrow(/Person.*null/);
  });

  it("with an unhashable result are named [B119]", () => {
    expect(refusal(new Person("a"), { Person: () => () => 1 }).message).toMatch(
      /f\(\).*`x`.*function.*hash function for Person/,
    );
    expect(() => key(new Person("a"), { Person: async () => 1 })).toThrow(/Promise.*hash function for Person/);
  });

  it("run once per occurrence [B127]", () => {
    const rule = vi.fn((p: Person) => p.name);
    encodeParts([new Person("a"), new Person("b")], { name: "f", parts: ["a", "b"] }, parseHashFuncs({ Person: rule }));
    expect(rule).toHaveBeenCalledTimes(2);
  });

  it("are checked [B2]", () => {
    expect(() => parseHashFuncs({ Person: 1 })).toThrow(/Person/);
    expect(() => parseHashFuncs("no")).toThrow(/TypeName: fn/);
    expect(() => parseHashFuncs([[Person]])).toThrow(/Person/);
  });
});

describe("the ways out that a refusal names", () => {
  it.each([
    [
      "a getter",
      {
        get a() {
          return 1;
        },
      },
      "Object",
    ],
    ["a symbol key", { [Symbol("k")]: 1 }, "Object"],
    ["a generator", (function* () {})(), "Object"],
    ["a getter in an array", Object.defineProperty([1], 0, { get: () => 1 }), "Array"],
  ])("are right for %s: a rule of that name is asked", (_what, value, name) => {
    expect(refusal(value).message).toContain(`hashFuncs: { ${name}: (value) => … }`);
    expect(() => key(value, { [name]: () => 1 })).not.toThrow();
  });

  it("call a generator by its name", () => {
    expect(refusal((function* () {})())).toMatchObject({ type: "Generator" });
    expect(refusal([1].values()).message).toContain("collect it into an array first");
  });
});

describe("functions that declare primitives, in a page that has nothing to read other values", () => {
  const { argumentTrie } = state.features;
  const { onWarning } = state.settings;
  afterEach(() => {
    Object.assign(state.features, { argumentTrie });
    state.settings.onWarning = onWarning;
  });

  it("are cached for primitives, and run for anything else, which one warning says", () => {
    let runs = 0;
    const f = data((_x: unknown) => ++runs);
    delete state.features.argumentTrie;
    const warnings: string[] = [];
    state.settings.onWarning = (text) => void warnings.push(text);
    expect([f("a"), f("a"), f(1n), f(1n), f(null), f(null)]).toEqual([1, 1, 2, 2, 3, 3]);
    expect([f({ a: 1 }), f({ a: 1 }), f([]), f(() => 1)]).toEqual([4, 5, 6, 7]);
    expect(f("a")).toBe(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("is not cached for what else it is given");
  });

  it("write primitives into a key as the encoding does", () => {
    const primitive = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined, Number.NaN, -0, Number.POSITIVE_INFINITY, "\ud800"),
    );
    fc.assert(
      fc.property(primitive, (part) => primitiveText(part) === encodeParts([part], { name: "f", parts: ["x"] })),
      { numRuns: 1000 },
    );
  });
});
