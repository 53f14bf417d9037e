import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";

const said = (source: string) =>
  transform(source, {
    fileName: "/p/a.ts",
    root: "/p",
    read: () => undefined,
    resolve: () => undefined,
  }).diagnostics.map(({ code, severity, line, column }) => `${code} ${severity} ${line}:${column}`);

describe("what a key can't hold", () => {
  it.each([
    [
      "/** @cacheData */\nexport function f(a: number[], by = (x: number) => x) { return a.map(by); }",
      ["CACHET3005 warning 2:37"],
    ],
    [
      "/** @cacheData */\nexport const f = (a: number[], by = function (x: number) { return x; }) => a.map(by);",
      ["CACHET3005 warning 2:37"],
    ],
    [
      "const abs = (x: number) => Math.abs(x);\n/** @cacheData */\nexport function f(a: number[], by = abs, also = Number) { return a.map(by).map(also); }",
      ["CACHET3005 warning 3:37", "CACHET3005 warning 3:49"],
    ],
    [
      "/** @cacheData */\nexport function f(a: number[], { by = Math.abs, at: [to = Math.PI] = [] } = {}) { return a.map(by).concat(to); }",
      ["CACHET3005 warning 2:39"],
    ],
    ["/** @cacheData */\nexport function f(a: number[], _by = (x: number) => x) { return a.map(_by); }", []],
    [
      "/** @cacheData({ hashFuncs: { Function: (f) => f.name } }) */\nexport function f(a: number[], by = (x: number) => x) { return a.map(by); }",
      [],
    ],
    ["/** @cacheElement */\nexport function f(by = () => 1) { by(); }", []],
    [
      "/** @cacheData */\nexport async function f(a: () => void, b: Promise<number> | null, c?: (new () => A) | undefined, d?: Function) { a(); return [await b, c, d]; }",
      ["CACHET3005 warning 2:25", "CACHET3005 warning 2:40", "CACHET3005 warning 2:67", "CACHET3005 warning 2:98"],
    ],
    [
      "class Promise {}\n/** @cacheData */\nexport function f(this: Function, _a: () => void, b: string | (() => string), c: Promise, d: Function) { return [b, c, d.name]; }",
      [],
    ],
    [
      "/** @cacheData({ hashFuncs: { Function: (f) => f.name } }) */\nexport function f(by: (x: number) => number) { return by(1); }",
      [],
    ],
    [
      "export function make() {\n  let calls = 0;\n  /** @cacheData */\n  function f(x: number) { calls++; return x; }\n  return f;\n}",
      ["CACHET3006 warning 4:27"],
    ],
    [
      "export function make() {\n  const state = { calls: 0 };\n  /** @cacheData */\n  function f(x: number) { state.calls++; return x; }\n  return f;\n}",
      ["CACHET3006 warning 4:27"],
    ],
    [
      "export function make() {\n  const seen = new Set<number>();\n  const note = (x: number) => { seen.add(x); };\n  /** @cacheData */\n  function f(x: number) { note(x); return x; }\n  return f;\n}",
      ["CACHET3006 warning 3:33"],
    ],
    [
      "export function make() {\n  let _calls = 0;\n  /** @cacheData */\n  function f(x: number) { _calls++; return x; }\n  return f;\n}",
      [],
    ],
    [
      "export function make() {\n  let calls = 0;\n  /** @cacheData */\n  function f(x: number) { return x + calls; }\n  calls++;\n  return f;\n}",
      [],
    ],
  ])("is told: %s", (source, expected) => {
    expect(said(source)).toEqual(expected);
  });

  const report = (mark: string, more = "") =>
    `class A { ${mark} text(id: number) { return this.line() + id; } line() { return this.title(); } title() { return ""; } }\nclass B extends A { title() { return "b"; } ${more}}`;
  it("is told of subclasses whose instances share entries though they run other methods", () => {
    expect(said(report('/** @cacheData({ this: "ignore" }) */'))).toEqual(["CACHET3008 warning 2:21"]);
    expect(said(report('/** @cacheData({ this: "ignore" }) */', "text(id: number) { return String(id); } "))).toEqual(
      [],
    );
    expect(said(report("/** @cacheData */"))).toEqual([]);
    expect(said(`${report('/** @cacheData({ this: "ignore" }) */')} // cachet-allow-unkeyed`)).toEqual([]);
  });

  it.each([
    "export function make() { class C { static n = 0; } const bump = () => { C.n++; };\n/** @cacheData */ function f(x: number) { return C.n + x; } return { f, bump }; }",
    "export function make() { class C { static n = 0; static bump() { C.n++; } }\n/** @cacheData */ function f(x: number) { return C.n + x; } return { f, C }; }",
    "export function make(n: number) { function of() { return of.n; } of.n = n;\n/** @cacheData */ function f(x: number) { return of() + x; } return f; }",
  ])("warns of the state of a captured class or function: %s", (source) => {
    expect(said(source).join()).toMatch(/^CACHET3002 warning 2:/);
  });

  it("says nothing of a captured class that nothing writes into", () => {
    expect(
      said(
        "export function make() { class C { static n = 1; }\n/** @cacheData */ function f(x: number) { return C.n + x; } return f; }",
      ),
    ).toEqual([]);
  });
});
