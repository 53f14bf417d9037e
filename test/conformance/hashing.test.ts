import { createReadStream } from "node:fs";
import { runInThisContext } from "node:vm";
import { cached, HashFuncError, UnhashableArgumentError } from "cachet";
import ts from "typescript";
import { describe, expect, it, vi } from "vitest";
import * as moduleNamespace from "./modules/one.ts";

const ran = vi.fn((_x: unknown) => 0);

/** @cacheData */
function look(x: unknown): string {
  ran(x);
  return typeof x;
}

/** How often the body runs for these arguments, one call each. */
function runsFor(...values: unknown[]): number {
  cached(look).clear();
  ran.mockClear();
  for (const value of values) look(value);
  return ran.mock.calls.length;
}

function refusal(value: unknown): UnhashableArgumentError {
  try {
    look(value);
  } catch (error) {
    if (error instanceof UnhashableArgumentError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

class Person {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
class Boss extends Person {}

/** As a TypeScript enum compiles; these sources themselves only use syntax that can be erased. */
const { outputText } = ts.transpileModule("enum Color { Red, Green } Color", { compilerOptions: { target: 9 } });
const Color: Record<"Red" | "Green", number> = runInThisContext(outputText);

const plain = vi.fn((text: string) => text);
const byName = vi.fn((person: Person) => person.name);
const identity = numberObjects();
const fresh = () => performance.now() + Math.random(); // cachet-allow-impure
const broken = () => {
  throw new TypeError("no such luck");
};

/** A number for each object, the same at each look. */
function numberObjects() {
  const numbers = new WeakMap<object, number>();
  let count = 0;
  return (value: object) => numbers.get(value) ?? numbers.set(value, ++count).get(value);
}

/** @cacheData({ hashFuncs: { string: plain } }) */
function greet(name: string | number): string {
  return `hello ${name}`;
}

/** @cacheData({ hashFuncs: { Person: byName } }) */
function meet(...people: Person[]): string {
  ran("meet");
  return people.map(({ name }) => name).join();
}

/** @cacheData({ hashFuncs: [[Person, (person: Person) => person.name]] }) */
function meetByClass(person: Person): string {
  ran("meetByClass");
  return person.name;
}

/** @cacheData({ hashFuncs: { Person: identity } }) */
function meetByIdentity(person: Person): string {
  ran("meetByIdentity");
  return person.name;
}

/** @cacheData({ hashFuncs: { Person: fresh } }) */
function meetAnew(person: Person): string {
  ran("meetAnew");
  return person.name;
}

/** @cacheData({ hashFuncs: { Person: broken } }) */
function meetNobody(guests: { first: Person }): string {
  ran("meetNobody");
  return guests.first.name;
}

/** @cacheData({ hashFuncs: { File: (file: File) => [file.name, file.size, file.lastModified] } }) */
function readLater(file: File): string {
  ran("readLater");
  return file.name;
}

class Repo {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  /** @cacheData({ this: "value", hashFuncs: { Repo: (repo: Repo) => repo.id } }) */
  find(key: string): string {
    ran("find");
    return `${this.id}/${key}`;
  }
}

const runsOf = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;

describe("equal arguments", () => {
  it("are 0 and -0, alone and inside [B48]", () => {
    expect(runsFor(0, -0)).toBe(1);
    expect(runsFor([0, { a: -0 }], [-0, { a: 0 }])).toBe(1);
    expect(runsFor(new Set([0]), new Set([-0]), new Map([[0, 0]]), new Map([[-0, -0]]))).toBe(2);
  });

  it("are not true and false, nor the empty values [B49][B50][B42]", () => {
    expect(runsFor(true, false)).toBe(2);
    expect(runsFor(null, undefined, false, 0, "", Number.NaN, [], {})).toBe(8);
    expect(runsFor(1, 1n, "1", true)).toBe(4);
  });

  it("go by value for types with a rule: dates, addresses, queries, patterns [B57][B54][B87]", () => {
    expect(runsFor(new Date(5), new Date(5), new Date(6), new Date(Number.NaN), new Date(Number.NaN))).toBe(3);
    expect(runsFor(new URL("https://a.b/c"), new URL("https://a.b/x/../c"), "https://a.b/c")).toBe(2);
    expect(runsFor(new URLSearchParams("a=1"), new URLSearchParams({ a: "1" }), new URLSearchParams("a=2"))).toBe(2);
    const used = /a/g;
    used.test("a");
    expect(runsFor(/a/g, /a/g, /a/, used)).toBe(3);
  });

  it("are told apart where an endless value is unrolled once more [B61]", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    const again: unknown[] = [];
    again.push(again);
    expect(runsFor(loop, again, [loop])).toBe(2);
  });

  it("are told apart by aliases, which the body can see [B63]", () => {
    const x = [1];
    expect(runsFor([x, x], [x, x], [[1], [1]])).toBe(2);
  });

  it("are told apart by prototype: none is not Object's [B69]", () => {
    expect(runsFor(Object.create(null), {}, Object.assign(Object.create(null), { a: 1 }), { a: 1 })).toBe(4);
  });

  it("are enum members and their numbers [B77][B79]", () => {
    expect(runsFor(Color.Red, 0, Color.Green, 1)).toBe(2);
  });

  it("are arrays of equal objects [B100]", () => {
    expect(runsFor([{ a: 1 }, { b: [2] }], [{ a: 1 }, { b: [2] }])).toBe(1);
  });

  it("are boxed texts with each other, not with the text [B107]", () => {
    expect(runsFor(Object("a"), Object("a"), "a")).toBe(2);
  });

  it("leave nothing behind for the next: the same objects in another call mean nothing [B111]", () => {
    const shared = { a: 1 };
    expect(runsFor([shared, shared], [shared], shared, [shared])).toBe(3);
    expect(() => look([shared, () => 1])).toThrow(UnhashableArgumentError);
    expect(runsFor([shared], [{ a: 1 }])).toBe(1);
  });
});

describe("refused arguments", () => {
  it("are iterators, which are not read [B74][B105]", () => {
    const read = vi.fn();
    const iterator = (function* () {
      read();
      yield 1;
    })();
    expect(refusal(iterator).parameter).toBe("x");
    expect(refusal(new Map([[1, 2]]).entries()).path).toBe("x");
    expect(read).not.toHaveBeenCalled();
    expect(iterator.next()).toEqual({ value: 1, done: false });
  });

  it("are instances of classes without a rule, in the one documented way [B80][B81][B82]", () => {
    class Uncopyable {
      readonly #secret = () => 1;
      reveal() {
        return this.#secret();
      }
    }
    expect(refusal(new Uncopyable()).message).toContain("hashFuncs: { Uncopyable: (value) => … }");
    expect(refusal({ deep: [new Uncopyable()] })).toMatchObject({ path: "x.deep[0]", type: "Uncopyable" });
  });

  it("are functions: classes, built-ins, bound ones [B83][B84][B88]", () => {
    for (const value of [Person, Math.abs, Array, greet.bind(null, "a"), async () => {}]) {
      expect(refusal(value).type).toMatch(/function/i);
    }
  });

  it("are symbols, registered ones too [B78]", () => {
    expect(refusal(Symbol("x")).type).toBe("symbol");
    expect(refusal({ [Symbol.for("x")]: 1 }).path).toContain("x[Symbol");
  });

  it("are module namespaces [B85]", () => {
    expect(() => look(moduleNamespace)).toThrow(UnhashableArgumentError);
  });

  it("are streams, blobs and open files [B90][B92]", async () => {
    const stream = createReadStream(new URL(import.meta.url));
    expect(refusal(stream).type).toBe("ReadStream");
    stream.destroy();
    expect(refusal(new ReadableStream()).type).toBe("ReadableStream");
    expect(refusal(new Blob(["a"])).message).toContain("its bytes can only be read later");
  });

  it("are whatever belongs to the running system [B106]", () => {
    for (const value of [new WeakRef({}), new FinalizationRegistry(() => {}), new Proxy(() => {}, {}), process]) {
      expect(() => look(value)).toThrow(UnhashableArgumentError);
    }
    const channel = new MessageChannel();
    expect(() => look(channel.port1)).toThrow(UnhashableArgumentError);
    channel.port1.close();
  });
});

describe("a hash function", () => {
  it("sees arguments only, once each, and no names [B13][B14][B127][B130]", () => {
    greet("ahoy");
    expect(plain.mock.calls).toEqual([["ahoy"]]);
    greet(1);
    expect(plain).toHaveBeenCalledTimes(1);
  });

  it("runs once for each value and call [B127]", () => {
    byName.mockClear();
    meet(new Person("ada"), new Person("bob"));
    meet(new Person("ada"), new Person("bob"));
    expect(runsOf("meet")).toBe(1);
    expect(byName).toHaveBeenCalledTimes(4);
  });

  it("is given by name or by class, and serves subclasses [B113][B118]", () => {
    expect([meetByClass(new Person("ada")), meetByClass(new Person("ada"))]).toEqual(["ada", "ada"]);
    expect(runsOf("meetByClass")).toBe(1);
    meetByClass(new Boss("bob"));
    meetByClass(new Boss("bob"));
    expect(runsOf("meetByClass")).toBe(2);
  });

  it("may say what is identical [B122]", () => {
    const ada = new Person("ada");
    expect(identity(ada)).toBe(identity(ada));
    meetByIdentity(ada);
    meetByIdentity(ada);
    expect(runsOf("meetByIdentity")).toBe(1);
    meetByIdentity(new Person("ada"));
    expect(runsOf("meetByIdentity")).toBe(2);
  });

  it("never matches where its answers never do [B121]", () => {
    const ada = new Person("ada");
    expect(fresh()).not.toBe(fresh());
    meetAnew(ada);
    meetAnew(ada);
    expect(runsOf("meetAnew")).toBe(2);
  });

  it("that throws gives an error with function, rule, path, message and cause, before the body [B123][B124][B125][B126][B316]", () => {
    expect(broken).toThrow(TypeError);
    const call = () => meetNobody({ first: new Person("ada") });
    expect(call).toThrow(HashFuncError);
    const error = (() => {
      try {
        return call();
      } catch (thrown) {
        return thrown as HashFuncError;
      }
    })() as HashFuncError;
    for (const part of ["meetNobody", "Person", "broken", "no such luck", "guests.first"]) {
      expect(error.message).toContain(part);
    }
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as TypeError).stack).toContain("broken");
    expect(runsOf("meetNobody")).toBe(0);
  });

  it("says what counts of a file [B91]", () => {
    const file = (name: string) => new File(["abc"], name, { lastModified: 5 });
    expect(refusal(file("a"))).toMatchObject({ type: "File" });
    expect([readLater(file("a")), readLater(file("a")), readLater(file("b"))]).toEqual(["a", "a", "b"]);
    expect(runsOf("readLater")).toBe(2);
  });

  it("makes the receiver of a method hashable [B128]", () => {
    expect([new Repo(1).find("k"), new Repo(1).find("k"), new Repo(2).find("k")]).toEqual(["1/k", "1/k", "2/k"]);
    expect(runsOf("find")).toBe(2);
  });
});
