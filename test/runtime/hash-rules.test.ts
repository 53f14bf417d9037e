import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cached } from "../../runtime/cached.ts";
import { configure } from "../../runtime/index.ts";
import { inspect } from "../../runtime/inspect.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import type { HashRules } from "../../runtime/key/entry-key.ts";
import { textOf } from "../../runtime/key/key.ts";
import { parseHashFuncs } from "../../runtime/options/option-parsers.ts";
import { state } from "../../runtime/registry.ts";
import { data, freshId, resource } from "./emitted.ts";
import { fakeStore } from "./fake-stores.ts";

class User {
  readonly id: unknown;

  constructor(id: unknown) {
    this.id = id;
  }
}
class Order {
  readonly user: User;

  constructor(user: User) {
    this.user = user;
  }
}

const labels = { name: "f", parts: ["a", "b", "c"] };
const options = { User: (user: User) => user.id, Order: (order: Order) => order.user };
const rules = parseHashFuncs(options) as HashRules;

const primitive = fc.oneof(
  fc.constantFrom<unknown>("", "1", 1, 1n, 0, -0, Number.NaN, true, null, undefined, "H0:4:User", "s1:1"),
  fc.string({ maxLength: 3 }),
  fc.integer(),
);
const controller = new AbortController();
const part = fc.oneof(
  primitive,
  primitive.map((id) => new User(id)),
  primitive.map((id) => new Order(new User(id))),
  primitive.map((id) => ({ user: new User(id) })),
  fc.array(primitive, { maxLength: 2 }).map((list) => new User(list)),
  fc.constant(controller.signal),
);
const call = fc.array(part, { minLength: 1, maxLength: 3 });

const run = (body: (...args: any[]) => unknown, hashFuncs: any) => resource(body, { hashFuncs });

describe("the place of a call with rules", () => {
  it("says the same as the encoding, whatever the rules give", () => {
    fc.assert(
      fc.property(call, (parts) => {
        expect(textOf(rules.keyOf(parts, labels))).toBe(encodeParts(parts, labels, rules));
      }),
      { numRuns: 2000 },
    );
  });

  it("is a few primitives where the rules give such, and a text otherwise", () => {
    const tag = Symbol.for("H0:4:User");
    expect(rules.keyOf([new User("a")], labels)).toEqual([tag, "a"]);
    expect(rules.keyOf([1, new User(2)], labels)).toEqual([1, tag, 2]);
    expect(rules.keyOf([new User("a"), controller.signal], labels)).toEqual([tag, "a", undefined]);
    expect(typeof rules.keyOf([new User(1), new User(2)], labels)).toBe("string");
    expect(typeof rules.keyOf([new Order(new User(1))], labels)).toBe("string");
    expect(typeof rules.keyOf([new User([1])], labels)).toBe("string");
  });

  it("tells calls apart exactly where the encoding does", () => {
    let runs = 0;
    const fn = run((_a: unknown, _b: unknown) => ++runs, options);
    const seen = new Map<string, unknown>();
    fc.assert(
      fc.property(part, part, (a, b) => {
        const text = encodeParts([a, b], labels, rules);
        const answer = fn(a, b);
        expect(seen.get(text) ?? answer).toBe(answer);
        seen.set(text, answer);
        expect(seen.size).toBe(runs);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("rules in calls", () => {
  it("run once for each call, hit or miss, also where not every result is a primitive", () => {
    let asked = 0;
    const hashFuncs = {
      User(user: User) {
        asked++;
        return user.id;
      },
    };
    const fn = run((a: unknown, b: unknown) => [a, b], hashFuncs);
    for (const [n, id] of [1, 1, [2], [2], { c: 3 }, { c: 3 }].entries()) {
      asked = 0;
      fn(new User(id), n > 1 ? new Date(0) : "x");
      expect(asked).toBe(1);
    }
  });

  it("never let a result pass for an argument, or for the result of another rule", () => {
    let runs = 0;
    const fn = run((_a: unknown) => ++runs, { User: (user: User) => user.id, Order: (order: Order) => order.user.id });
    const answers = [fn("1"), fn(new User("1")), fn(new Order(new User("1"))), fn(1), fn(new User(1))];
    expect(new Set(answers).size).toBe(5);
    expect(fn(new User("1"))).toBe(answers[1]);
  });

  it("cannot be imitated by a caller's symbol", () => {
    const one = run((user: User) => user.id, options);
    expect(one(new User("a"))).toBe("a");
    const two = run((_tag: unknown, id: unknown) => id, options);
    expect(() => two(Symbol.for("H0:4:User"), "a")).toThrow(/symbol/);
  });

  it("are asked anew for options that a module gives again; its entries stay", () => {
    let runs = 0;
    const id = freshId("again");
    const define = () => resource((_user: User) => ++runs, { id, name: "again", hashFuncs: options });
    expect(define()(new User("a"))).toBe(1);
    expect(define()(new User("a"))).toBe(1);
  });

  it("find an entry to clear, to ask for and to show", () => {
    const fn = run((user: User) => user.id, options);
    fn(new User("a"));
    fn(new User("b"));
    const own = inspect().find(({ id }) => id === cached(fn).id);
    expect(own?.list().map(({ parts, key }) => [parts[0]?.text, key])).toEqual([
      ['User → "a"', "=H0:4:Users1:a"],
      ['User → "b"', "=H0:4:Users1:b"],
    ]);
    expect(cached(fn).has(new User("a"))).toBe(true);
    cached(fn).clear(new User("a"));
    expect(cached(fn).has(new User("a"))).toBe(false);
    expect(cached(fn).has(new User("b"))).toBe(true);
  });

  it("lead to what another process stored, under the encoding of the call", () => {
    const store = fakeStore();
    configure({ stores: { mine: store } });
    const id = freshId("kept");
    let runs = 0;
    const define = () => {
      state.functions.delete(id);
      return data((user: User) => [user.id, ++runs], { id, persist: "mine", hashFuncs: options });
    };
    expect(define()(new User("a"))).toEqual(["a", 1]);
    expect(define()(new User("a"))).toEqual(["a", 1]);
    expect([...store.kept.keys()]).toEqual([`=${id}|c1:0|${encodeParts([new User("a")], labels, rules)}`]);
    state.settings.stores = {};
  });

  it("that throw name the function, the rule and the parameter, wherever the value is", () => {
    const hashFuncs = {
      User: () => {
        throw new Error("no id");
      },
    };
    const fn = run((a: unknown, b: unknown) => [a, b], hashFuncs);
    expect(() => fn(1, new User(1))).toThrow(/f\(\): the hash function for User threw at `b`: no id/);
    expect(() => fn(1, { deep: [new User(1)] })).toThrow(/threw at `b\.deep\[0\]`: no id/);
  });
});
