import ts from "typescript";
import ts59 from "typescript-5.9";
import { describe, expect, it } from "vitest";
import { createScopes, type Scopes } from "../../transformer/syntax/scopes.ts";

function parse(api: typeof ts, text: string, name = "a.tsx"): ts.SourceFile {
  return api.createSourceFile(name, text, api.ScriptTarget.Latest, true);
}

function find<T extends ts.Node>(root: ts.Node, test: (node: ts.Node) => node is T, index = 0): T {
  const found: T[] = [];
  const visit = (node: ts.Node) => {
    if (test(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(root);
  const node = found[index];
  if (!node) throw new Error("no such node");
  return node;
}

function isNamed(name: string) {
  return (node: ts.Node): node is ts.FunctionLikeDeclaration =>
    (ts.isFunctionLike(node) || ts.isClassLike(node)) && !!node.name && (node.name as ts.Identifier).text === name;
}

/** Free names of the function or class called `f`, globals in parentheses, sorted. */
function free(api: typeof ts, text: string): string {
  const file = parse(api, text);
  const names = createScopes(api, file)
    .freeReferences(find(file, isNamed("f")))
    .map((use) => (use.binding ? use.name : `(${use.name})`));
  return [...new Set(names)].sort().join(" ");
}

const FREE: [title: string, source: string, names: string][] = [
  ["a helper and a global", "const a = 1; function f() { return a + g }", "(g) a"],
  ["its own name and parameters", "function f(x) { return f(x) }", ""],
  ["a const that holds a function", "const k = 1; const o = { f() { return k } }", "k"],
  ["shorthand properties", "const a = 1; function f() { return { a } }", "a"],
  ["property names", "const a = 1; function f(o) { return { a: o.a, ['b']: o?.a } }", ""],
  ["computed names", "const a = 1; function f(o) { return { [a]: 1 } }", "a"],
  ["types", "type A = 1; interface B {} function f(x: A & B): A { return x as typeof y as B }", ""],
  ["typeof in an expression", "const a = 1; function f() { return typeof a }", "a"],
  ["jsx tags", "function f() { return <Foo.Bar a={b} c=''><div/><my-x/></Foo.Bar> }", "(Foo) (b)"],
  ["jsx attributes", "const href = 1; function f() { return <a href='x' {...p}/> }", "(p)"],
  ["labels", "const a = 1; function f() { a: for (;;) { break a } }", ""],
  ["meta properties", "const meta = 1, target = 1; function f() { new.target; return import.meta.url }", ""],
  ["assignment targets", "let a, b; function f() { [a] = [1]; ({ x: b } = {}) }", "a b"],
  ["hoisted var", "const a = 1; function f() { g(a); { var a = 2 } }", "(g)"],
  ["block scope ends", "const a = 1; function f() { { let a = 2 } return a }", "a"],
  ["loops", "const i = 1; function f() { for (let i = 0; i < 1; i++); for (const i of []) i; return i }", "i"],
  ["switch cases share a block", "const a = 1; function f(x) { switch (x) { case 1: let a = 1; case 2: a } }", ""],
  ["catch", "const e = 1; function f() { try {} catch (e) { e } try {} catch { } }", ""],
  ["defaults see outside, not the body", "const x = 1; function f(a = x) { var x = 2; return x }", "x"],
  ["defaults see earlier parameters", "const b = 1; function f(b, a = b) { return a }", ""],
  [
    "destructured parameters",
    "const d = 1; function f({ a, b: c = d, ...r }, [e]) { return a + c + r + e + b }",
    "(b) d",
  ],
  ["a named function expression", "const g = 1; function f() { return function g() { g } }", ""],
  ["a named class expression", "const g = 1; function f() { return class g { m() { g } } }", ""],
  ["class bases and fields", "class A {} const k = 1; class f extends A { x = k; static y = f.z; [q] = 1 }", "(q) A k"],
  ["implements", "class f implements A, B<C> {}", ""],
  ["decorators", "@d(x) class f { @e m(@p a) {} }", "(d) (e) (p) (x)"],
  ["private names", "const x = 1; class f { #x = 1; m() { return this.#x in this } }", ""],
  ["static blocks", "const a = 1; class f { static { var a = 2; a } m() { return a } }", "a"],
  ["arguments is not a name", "function f() { return () => arguments }", ""],
  ["nested twins", "const x = 1; function f() { function g() { const x = 2; return x } return g() }", ""],
  ["a local enum", "function f() { enum E { A = 1, B = A } return E.B }", ""],
  ["an enum from outside", "enum E { A } function f() { return E.A }", "E"],
  ["a namespace", "namespace N { export const a = 1 } function f() { return N.a }", "N"],
  ["as const and satisfies", "const a = 1; function f() { return (a as const)! satisfies X }", "a"],
  ["type arguments", "function f() { return g<T>(h<U>) }", "(g) (h)"],
  ["a tagged template", "const a = 1; function f() { return t`x${a}` }", "(t) a"],
  ["using", "function f() { using r = open(); return r }", "(open)"],
  ["this parameter", "function f(this: X) { return this }", ""],
  ["a local type hides nothing", "const A = 1; function f() { type A = 2; return A }", "A"],
  ["import attributes", "const type = 1; function f() { return import('./x', { with: { type: 'json' } }) }", ""],
  ["overloads", "function f(a: A): B; function f(a) { return a }", ""],
  ["a unicode escape", "const a = 1; function f() { return \\u0061 }", "a"],
  [
    "__proto__ and constructor",
    "function f() { return [constructor, __proto__, toString] }",
    "(__proto__) (constructor) (toString)",
  ],
];

describe.each([
  ["6.0", ts],
  ["5.9", ts59 as unknown as typeof ts],
] as const)("scopes with TypeScript %s", (_version, api) => {
  it.each(FREE)("free references: %s", (_title, source, names) => {
    expect(free(api, source)).toBe(names);
  });

  function scopes(text: string): Scopes {
    return createScopes(api, parse(api, text));
  }

  it("tells what an import stands for", () => {
    const all = scopes(
      'import d, { a as b, type T, default as e } from "m"; import * as n from "n"; import r = require("r"); import type Q from "q"; import { "x y" as z } from "z";',
    );
    const list = [...all.topLevel()].map((binding) => [binding.name, ...Object.values(binding.import ?? {})]);
    expect(list).toEqual([
      ["d", "m", "default", false],
      ["b", "m", "a", false],
      ["T", "m", "T", true],
      ["e", "m", "default", false],
      ["n", "n", "*", false],
      ["r", "r", "*", false],
      ["Q", "q", "default", true],
      ["z", "z", "x y", false],
    ]);
  });

  it.each([
    ["x = 1", true],
    ["x += 1", true],
    ["x ??= 1", true],
    ["x++", true],
    ["--x", true],
    ["[x] = []", true],
    ["[...x] = []", true],
    ["[x = 3] = []", true],
    ["({ x } = {})", true],
    ["({ x = 1 } = {})", true],
    ["({ a: x } = {})", true],
    ["({ a: { b: [x] } } = {})", true],
    ["({ ...x } = {})", true],
    ["for (x of []);", true],
    ["for (x in {});", true],
    ["(x as any) = 1", true],
    ["function g() { x = 2 }", true],
    ["var x = 3", true],
    ["var x", false],
    ["x", false],
    ["x.y = 1", false],
    ["y[x] = 1", false],
    ["y = x", false],
    ["({ [x]: y } = {})", false],
    ["function g(x) { x = 2 }", false],
    ["function g() { let x; x = 2 }", false],
    ["x === 1", false],
    ["-x", false],
  ])("var x = 0; %s: reassigned is %s", (statement, reassigned) => {
    const [binding] = scopes(`var x = 0; var y; ${statement}`).topLevel();
    expect(binding?.name).toBe("x");
    expect(binding?.reassigned).toBe(reassigned);
  });

  it("gives each kind of declaration its kind", () => {
    const all = scopes(
      "var a; let b; const c = 1; function d() {} class e {} enum f {} namespace g { h } import i from 'i'; namespace j { type k = 1 } declare const l: 1; declare function m(): 1; function n(): 1; import o = g.p; using q = r;",
    );
    const kinds = [...all.topLevel()].map(
      (binding) => `${binding.kind} ${binding.name}${binding.ambient ? " ambient" : ""}`,
    );
    expect(kinds).toEqual([
      "var a",
      "let b",
      "const c",
      "function d",
      "class e",
      "enum f",
      "namespace g",
      "import i",
      "const l ambient",
      "function m ambient",
      "function n ambient",
      "alias o",
      "using q",
    ]);
  });

  it("joins merged declarations and sees members across them", () => {
    const text =
      "enum E { A = 1 } enum E { B = A } namespace N { export const x = 1 } namespace N { export const y = x }";
    const all = scopes(text);
    const [first, second] = [...all.topLevel()];
    expect([first?.declarations.length, second?.declarations.length]).toEqual([2, 2]);
    const globals = all.freeReferences(all.file).filter((use) => !use.binding);
    expect(globals).toEqual([]);
  });

  it("takes the implementation of an overloaded function as its declaration", () => {
    const [binding] = scopes("function g(a: 1): 1; function g(a: 2): 2; function g(a) { return a }").topLevel();
    expect(binding?.declarations.length).toBe(1);
    expect(binding?.declaration.getText()).toContain("return a");
  });

  it("resolves beside a node, not inside it", () => {
    const text = "const a = 1; function outer(a) { const x = 1; function f(a) { const x = 2 } }";
    const file = parse(api, text);
    const all = createScopes(api, file);
    const f = find(file, isNamed("f"));
    expect(all.resolve("a", f)?.kind).toBe("param");
    expect(all.resolve("a", file)?.kind).toBe("const");
    expect(all.resolve("x", f)?.declaration.getText()).toBe("x = 1");
    expect(all.resolve("f", f)?.kind).toBe("function");
    expect(all.resolve("nope", f)).toBeUndefined();
    expect(all.resolve("constructor", f)).toBeUndefined();
  });

  it("reads exports as uses, except of types and of other modules", () => {
    const all = scopes(
      "const a = 1, b = 2, c = 3; export { a, b as d }; export { c } from 'x'; export type { c }; export { type c };",
    );
    expect(all.freeReferences(all.file.statements[1] as ts.Node).map((use) => use.name)).toEqual(["a", "b"]);
    expect(all.freeReferences(all.file.statements[2] as ts.Node)).toEqual([]);
    const c = [...all.topLevel()][2];
    expect(c && all.usesOf(c)).toEqual([]);
  });

  it.each([
    ["function f() { return () => this }", "this"],
    ["function f(a = this) {}", "this"],
    ["function f() { return function () { return this } }", ""],
    ["function f() { return { m() { return this } } }", ""],
    ["function f() { return { [this.x]: 1 } }", "this"],
    ["function f() { return { [this.x]() {} } }", "this"],
    ["function f() { return class { x = this; [this.y] = 1 } }", "this"],
    ["function f() { return class { x = this; static { this } } }", ""],
    ["function f() { return class extends this.B {} }", "this"],
    ["function f(this: X): this is X { type Y = this }", ""],
    ["function f() { return <this.x/> }", "this"],
    ["function f() { arguments }", "arguments"],
    ["function f() { x.arguments; ({ arguments: 1 }); arguments: for (;;) break arguments }", ""],
    ["function f() { ({ arguments }) }", "arguments"],
    ["function f() { () => () => arguments[0] }", "arguments"],
    ["function f() { function g() { arguments } }", ""],
    ["class A { f() { super.m(); () => super.n } }", "super"],
    ["class A { f() { return { m() { super.x } } } }", ""],
    ["function f() { new.target }", "newTarget"],
    ["function f() { import.meta }", ""],
  ])("%s uses its own %s", (text, used) => {
    const file = parse(api, text);
    const all = createScopes(api, file);
    const f = find(file, isNamed("f"));
    const names = [
      all.usesThis(f) && "this",
      all.usesArguments(f) && "arguments",
      all.usesSuper(f) && "super",
      all.usesNewTarget(f) && "newTarget",
    ];
    expect(names.filter(Boolean).join(" ")).toBe(used);
  });

  it("answers the same for a program's file, parents missing, as for its own", () => {
    const text = FREE.map(([, source], index) => `namespace N${index} { ${source} }`).join("\n");
    const bare = api.createSourceFile("a.tsx", text, api.ScriptTarget.Latest, false);
    const names = (file: ts.SourceFile) =>
      createScopes(api, file)
        .freeReferences(file)
        .map((use) => use.name);
    expect(bare.statements[0]?.parent).toBeUndefined();
    expect(names(bare)).toEqual(names(parse(api, text)));
  });

  it("survives a sum of 5,000 terms", () => {
    const all = scopes(`const x = 1; const s = ${Array(5000).fill("x").join(" + ")};`);
    expect(all.freeReferences(all.file).length).toBe(0);
    const [x] = all.topLevel();
    expect(x && all.usesOf(x).length).toBe(5000);
  });
});

describe("scopes against the type checker", () => {
  it.each(["scope/bind.ts", "scope/own-use.ts", "scopes.ts"])(
    "agrees on every use in transformer/syntax/%s",
    (name) => {
      const fileName = new URL(`../../transformer/syntax/${name}`, import.meta.url).pathname;
      const options = { noLib: true, noResolve: true, target: ts.ScriptTarget.Latest, types: [] };
      expect(disagreements(options, fileName)).toEqual([]);
    },
  );
});

/** Uses that the checker resolves to another declaration than we do, over all nodes that can hold free names. */
function disagreements(options: ts.CompilerOptions, fileName: string): string[] {
  const program = ts.createProgram([fileName], options);
  const file = program.getSourceFile(fileName) as ts.SourceFile;
  const scopes = createScopes(ts, file);
  const checker = program.getTypeChecker();
  const wrong: string[] = [];
  let compared = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isBlock(node)) {
      for (const { name, identifier, binding } of scopes.freeReferences(node)) {
        const meaning = ts.SymbolFlags.Value | ts.SymbolFlags.Alias;
        const declared = checker.resolveName(name, identifier, meaning, false)?.declarations;
        const ours = binding?.declaration;
        const same = ours ? declared?.some((one) => one === ours || ours === one.parent?.parent) : !declared?.length;
        if (!same) wrong.push(`${name}:${identifier.pos}`);
        compared++;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (compared < 20) wrong.push(`only ${compared} uses compared`);
  return wrong;
}
