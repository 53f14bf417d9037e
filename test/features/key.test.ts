import { cached, configure, UnhashableArgumentError, warm } from "cachet";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { DIAGNOSTICS } from "../../transformer/diagnostics.ts";
import { compileAst, compileText, transformText } from "../transformer/harness.ts";

const runs: unknown[] = []; // cachet-allow-mutable
const asked: unknown[][] = []; // cachet-allow-mutable

interface User {
  id: number;
  name: string;
  greet(): string;
}
const user = (id: number, name: string): User => ({ id, name, greet: () => name });

/** @cacheData({ key: (who, options) => [who.id, options?.lang] }) */
async function page(who: User, options?: { lang: string }) {
  runs.push(who.id);
  return `${who.greet()} ${options?.lang}`;
}

/** @cacheResource({ key: (...args) => { asked.push(args); return args.length; } }) */
function connection({ host }: { host: string; port: number }, deep = true, _log = "log", ...rest: number[]) {
  runs.push(host);
  return { host, deep, _log, rest };
}

/** @cacheData({ key: (user) => user.id }) */
const shout = (user: User) => {
  runs.push(user.id);
  return user.greet().toUpperCase();
};

class Shop {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }

  /** @cacheData({ key: (product) => product.sku }) */
  price(product: { sku: string; draw?: () => void }) {
    runs.push(product.sku);
    return `${this.name} ${product.sku}`;
  }

  /** @cacheData({ key: (product) => product.sku, this: "ignore" }) */
  shared(product: { sku: string }) {
    return `${this.name} ${product.sku}`;
  }

  /** @cacheData({ key: (product) => product.sku, this: "value", hashFuncs: { Shop: (shop) => shop.name } }) */
  valued(product: { sku: string }) {
    return `${this.name} ${product.sku}`;
  }
}

/** @cacheData({ key: (x) => { throw new Error(`no key for ${x}`); } }) */
function broken(x: number) {
  return x;
}

/** @cacheData({ key: (x) => Promise.resolve(x) }) */
function late(x: number) {
  return x;
}

/** @cacheData({ key: (x) => ({ f: () => x }) }) */
function unhashable(x: number) {
  return x;
}

/** @cacheData({ key: (x) => x % 2, persist: "key" }) */
async function parity(x: number) {
  runs.push(x);
  return x % 2;
}

/** @cacheData({ key: (id) => ({ read: () => id }), hashFuncs: { function: (read) => read() } }) */
function handled(id: number) {
  runs.push(id);
  return id;
}

function closed(factor: number) {
  /** @cacheData({ key: (x) => Math.abs(x) }) */
  const inner = (x: number) => Math.abs(x) * factor;
  return inner;
}

beforeEach(() => {
  configure({ stores: { key: new MemoryStore() } });
  for (const fn of [page, connection, shout, handled, parity]) void cached(fn as (x: never) => unknown).clear();
  runs.length = asked.length = 0;
});

describe("the option key", () => {
  it("stands for the arguments, which need not be hashable", async () => {
    expect(await page(user(1, "ann"), { lang: "en" })).toBe("ann en");
    expect(await page(user(1, "other"), { lang: "en" })).toBe("ann en");
    expect(await page(user(1, "ann"), { lang: "fr" })).toBe("ann fr");
    expect(await page(user(2, "bob"), { lang: "en" })).toBe("bob en");
    expect(shout(user(1, "ann")) + shout(user(1, "bob"))).toBe("ANNANN");
    expect(runs).toEqual([1, 1, 2, 1]);
  });

  it("sees every argument once a call: defaults, what patterns leave out, `_` and the rest", () => {
    const options = { host: "a", port: 1 };
    connection(options);
    expect(asked).toEqual([[options, true, "log"]]);
    connection(options, false, "other", 1, 2);
    expect(asked[1]).toEqual([options, false, "other", 1, 2]);
    connection(options);
    expect(asked).toHaveLength(3);
    expect(runs).toEqual(["a", "a"]);
  });

  it("leaves the instance to the option `this`, and captures to the key", () => {
    const [one, two] = [new Shop("one"), new Shop("two")];
    const product = () => ({ sku: "x", draw: () => {} });
    expect([one.price(product()), two.price(product()), one.price(product())]).toEqual(["one x", "two x", "one x"]);
    expect(runs).toEqual(["x", "x"]);
    expect([one.shared(product()), two.shared(product())]).toEqual(["one x", "one x"]);
    expect([one.valued(product()), two.valued(product())]).toEqual(["one x", "two x"]);
    expect([closed(2)(-3), closed(5)(3)]).toEqual([6, 15]);
  });

  it("is what everything by hand goes by", async () => {
    await page(user(1, "ann"));
    expect(await cached(page).get(user(1, "x"))).toBe("ann undefined");
    await cached(page).set([user(2, "bob")], "set");
    expect(await page(user(2, "y"))).toBe("set");
    await cached(page).clear(user(1, "z"));
    expect(cached(page).has(user(1, "ann"))).toBe(false);
    expect(cached(page).has(user(2, "bob"))).toBe(true);
    await warm(page, [[user(3, "cy")]]);
    expect(cached(page).has(user(3, "cy"))).toBe(true);
    expect(runs).toEqual([1, 3]);
  });

  it("is what stored entries go by", async () => {
    expect([await parity(1), await parity(3), await parity(2)]).toEqual([1, 1, 0]);
    expect(runs).toEqual([1, 2]);
    await cached(parity).clear(5);
    await parity(7);
    expect(runs).toEqual([1, 2, 7]);
  });

  it("is hashed as arguments are", () => {
    handled(1);
    handled(1);
    expect(runs).toEqual([1]);
    expect(() => unhashable(1)).toThrow(UnhashableArgumentError);
    expect(() => unhashable(1)).toThrow(
      /unhashable\(\): what is given by `key\(\)\.f` is a function, .*give plain data/,
    );
  });

  it("names the function when it throws or gives a promise", () => {
    expect(() => broken(7)).toThrow(/^broken\(\): its `key` threw: no key for 7$/);
    expect(() => broken(7)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: "no key for 7" }) }),
    );
    expect(() => late(1)).toThrow(/^late\(\): its `key` gave a promise/);
  });

  it("is not asked while caching is off", () => {
    configure({ enabled: false });
    expect(broken(7)).toBe(7);
    configure({ enabled: true });
  });

  it("belongs to the code hash, also where that is the function's own code only", () => {
    const hashOf = (options: string) =>
      transformText(
        `const k = (x: number) => x;\n/** @cacheData({ ${options} }) */ export function f(x: number) { return x }`,
      ).functions[0]?.hash;
    const hashes = ["version: 1", "key: k, version: 1", "key: (x) => x, version: 1", "key: (x) => x + 1, version: 1"];
    for (const own of ["", ", codeHash: 'own'"]) {
      const found = hashes.map((options) => hashOf(options + own));
      expect(new Set(found).size).toBe(found.length);
    }
  });

  it.each(["5", "'id'", "[]", "async (x) => x", "[(x) => x]", "{ a: 1 }", "{}"])("refuses %s at build", (value) => {
    const { diagnostics } = transformText(
      `/** @cacheData({ key: ${value} }) */ export function f(x: number) { return x }`,
    );
    expect(diagnostics.map(({ code }) => code)).toEqual([DIAGNOSTICS.invalidOption.code]);
  });

  it("adds nothing to functions without it, and is written the same by both emitters", () => {
    const plain = transformText("/** @cacheData */ export function f(x: number) { return x }").code;
    expect(plain).not.toMatch(/keyed|contextOf/);
    const source = "/** @cacheData({ key: (x) => x }) */ export function f(x: number, _y = 1) { return x + _y }";
    for (const code of [compileText(source), compileAst(source)])
      expect(code).toMatch(/keyed\(__cachet\$0\(\), \[x, _y\]\)/);
  });
});
