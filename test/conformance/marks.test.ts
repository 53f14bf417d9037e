import { inspect } from "node:util";
import { cacheData, cached, cacheResource, cacheScope, NotTransformedError } from "cachet";
import { describe, expect, it, vi } from "vitest";
import { shared } from "./modules/one.ts";
import { shared as sharedOther } from "./modules/other.ts";
import { diagnose, diagnoseOption, identify } from "./support.ts";

const ran = vi.fn((_what: string) => 0);
const runs = (what: string) => ran.mock.calls.filter(([name]) => name === what).length;

/** @cacheData */
function bare(x: number): number {
  return x + ran("bare");
}

/** @cacheData() */
function empty(x: number): number {
  return x + ran("empty");
}

/** @cacheData({}) */
function withOptions(x: number): number {
  return x + ran("withOptions");
}

const session = cacheScope("session");

/** @cacheData({ scope: session }) */
function perSession(user: string): string {
  ran("perSession");
  return user;
}

/** @cacheData */
function twinA(x: number) {
  ran("twins");
  return x;
}

/** @cacheData */
function twinB(x: number) {
  ran("twins");
  return x;
}

/**
 * Loads.
 * @cacheData
 */
function load(url: string, retries = 3, ..._more: unknown[]): Promise<string[]> {
  return Promise.resolve([url, String(retries)]);
}

describe("marks", () => {
  it("take no parentheses, empty ones or options [B1]", () => {
    expect([bare, empty, withOptions].map((f) => [f(1), f(1)])).toEqual(Array(3).fill([1, 1]));
    expect(["bare", "empty", "withOptions"].map(runs)).toEqual([1, 1, 1]);
  });

  it.each(["5", "'ttl'", "1, 2", "{ ttl: 1 }, 2", "{ ttl: ", "ttl: 1"])(
    "refuse %s in place of options [B2]",
    (text) => {
      const [problem] = diagnose(`/** @cacheData(${text}) */\nexport function load() { return 1; }`);
      expect(problem).toMatch(/^CACHET1\d+ /);
    },
  );

  it("refuse unknown options and those of the other kind, naming them [B3][B208]", () => {
    expect(diagnoseOption("maxEntires: 1")).toEqual([expect.stringContaining("`maxEntires`")]);
    expect(diagnoseOption("maxEntires: 1")[0]).toContain("maxEntries");
    expect(diagnoseOption("persist: true", "@cacheResource")).toEqual([expect.stringContaining("`persist`")]);
    expect(diagnoseOption("validate: () => true")).toEqual([]);
  });

  it("may be commented out with the code they stand on, but not stand in an ordinary comment", () => {
    const marked = "/** @cacheData */\n/**\n * Loads.\n * @cacheData({ ttl: 1 })\n */\nfunction load() {}\n";
    expect(diagnose(marked.replace(/^(?=.)/gm, "// "))).toEqual([]);
    expect(diagnose(marked.replace(/^(?=.)/gm, "//"))).toEqual([]);
    expect(diagnose("// writes `/** @cacheData */ f` in backticks\nexport const a = 1;")).toEqual([]);
    for (const text of ["// @cacheData", "/// @cacheData", "/* @cacheData */", "// Loads. @cacheData"]) {
      expect(diagnose(`${text}\nexport function load() {}`)).toEqual([expect.stringContaining("CACHET1013")]);
    }
  });

  it("keep a cache per session, where the program says what one is [B324]", () => {
    const before = runs("perSession");
    for (const user of ["ann", "bob"]) session.run(() => [perSession(user), perSession(user)]);
    expect(runs("perSession") - before).toBe(2);
    session.run(() => perSession("ann"));
    expect(runs("perSession") - before).toBe(3);
    expect(diagnoseOption('scope: "session"')).toEqual([expect.stringContaining("`scope`")]);
  });

  it("leave name, length and type of the function alone [B4]", async () => {
    const typed: (url: string, retries?: number, ...more: unknown[]) => Promise<string[]> = load;
    expect([load.name, load.length]).toEqual(["load", 1]);
    expect(await typed("a")).toEqual(["a", "3"]);
  });

  it("leave a function that prints as itself [B5]", () => {
    expect(inspect(load)).toContain("load");
    expect(Object.keys(load)).toEqual([]);
  });
});

describe("the identity of a function", () => {
  const source = "/** @cacheData */\nexport function load(x: number) { return x + 1; }\n";

  it("is package, path and qualified name, with a hash of the code [B6]", () => {
    expect(cached(bare).id).toBe("cachet/test/conformance/marks.test.ts#bare");
    expect(cached(bare).codeHash).toMatch(/^c1:/);
    const elsewhere = identify(source, "/home/me/checkout/src/a.ts", "/home/me/checkout");
    expect([elsewhere.id, elsewhere.hash]).toEqual([identify(source).id, identify(source).hash]);
  });

  it("separates twins of one body [B7]", () => {
    expect([twinA(1), twinB(1), twinA(1), twinB(1)]).toEqual([1, 1, 1, 1]);
    expect(runs("twins")).toBe(2);
  });

  it("separates namesakes in two modules [B8]", () => {
    expect([shared(1), sharedOther(1)]).toEqual(["one", "other"]);
    expect([shared(1), sharedOther(1)]).toEqual(["one", "other"]);
  });

  it("changes with the body, and not with the next build [B9][B10]", () => {
    expect(identify(source.replace("+ 1", "+ 2")).hash).not.toBe(identify(source).hash);
    expect(identify(source).hash).toBe(identify(source).hash);
  });

  it("does not change with comments, layout, types or limits [B11]", () => {
    const { hash } = identify(source);
    const reformatted =
      "/** @cacheData */\n\n\nexport function load(\n  x: number | string,\n) {\n  // why\n  return x + 1\n}\n";
    expect(identify(reformatted.replace(" | string", "")).hash).toBe(hash);
    expect(identify(reformatted.replace("x: number | string", "x: any")).hash).toBe(hash);
    expect(identify(source.replace("@cacheData", "@cacheData({ ttl: 60 })")).hash).toBe(hash);
  });

  it("stands for a failure loudly where no transform has seen the mark [B12]", () => {
    const plain = (x: number) => x;
    expect(() => cached(plain)).toThrow(NotTransformedError);
    expect(() => cached(plain)).toThrow(/plain\(\).*without the cachet transform/);
  });

  it("changes with hash functions but not with spinner options [B18]", () => {
    const hashOf = (options: string) => identify(source.replace("@cacheData", `@cacheData({ ${options} })`)).hash;
    expect(hashOf('showSpinner: "one"')).toBe(hashOf("showSpinner: false, showTime: true"));
    expect(hashOf("hashFuncs: { Date: (d) => d.getTime() }")).not.toBe(
      hashOf("hashFuncs: { Date: (d) => d.getDay() }"),
    );
  });

  it("counts captured variables by value and helpers by code [B20]", () => {
    expect([makeAdder(2)(10), makeAdder(3)(10), makeAdder(2)(10)]).toEqual([12, 13, 12]);
    expect(runs("adder")).toBe(2);
    const helper = (body: string) =>
      identify(`const help = (x: number) => ${body};\n/** @cacheData */\nexport const load = (x: number) => help(x);\n`)
        .hash;
    expect(helper("x + 1")).not.toBe(helper("x + 2"));
    expect(helper("x + 1")).toBe(helper("(x) + 1 /* same */"));
  });

  it("separates functions on one line [B21]", () => {
    expect([double(1), triple(1), double(1), triple(1)]).toEqual([2, 3, 2, 3]);
    expect(cached(double).id).not.toBe(cached(triple).id);
  });

  it("fails where the source does, and works once it is repaired [B24]", () => {
    const broken = "/** @cacheData({ ttl: }) */\nexport function load() { return 1; }";
    expect(diagnose(broken)).not.toEqual([]);
    expect(diagnose(broken.replace("ttl: ", "ttl: 1 "))).toEqual([]);
  });

  it("keeps kinds apart when one is cleared [B19][B228]", () => {
    const first = makeList();
    makeRows();
    cacheData.clear();
    expect(makeList()).toBe(first);
    makeRows();
    expect(runs("rows")).toBe(2);
    cacheResource.clear();
    expect(makeList()).not.toBe(first);
  });
});

// Both on one line: their places in the file are all that tells them apart.
// biome-ignore format: the line is the point
const double = /** @cacheData */ (x: number) => x * 2, triple = /** @cacheData */ (x: number) => x * 3;

function makeAdder(n: number) {
  /** @cacheData */
  function add(x: number) {
    ran("adder");
    return x + n;
  }
  return add;
}

/** @cacheResource */
function makeList() {
  return [ran("list")];
}

/** @cacheData */
function makeRows() {
  return [ran("rows")];
}
