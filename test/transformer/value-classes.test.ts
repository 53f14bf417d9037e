import ts from "typescript";
import { describe, expect, it } from "vitest";
import { whyNoValue } from "../../transformer/3-hash/value-classes/class-form.ts";
import { transform } from "../../transformer/index.ts";
import { compileAst, compileText, executeWithRuntime, freshFile } from "./harness.ts";
import { hostOf } from "./link-project.ts";

const reasonOf = (text: string): string | undefined => {
  const file = ts.createSourceFile("a.ts", text, ts.ScriptTarget.Latest, true);
  return whyNoValue(ts, file.statements.find(ts.isClassDeclaration) as ts.ClassDeclaration);
};

describe("a class is its public fields", () => {
  it.each([
    ["without anything", "class A {}"],
    ["with parameter properties", "class A { constructor(public a: number, private readonly b = 2) {} }"],
    ["with fields and default values", "class A { a = 1; b: Date = new Date(); declare c: string; d?: A }"],
    [
      "with methods, static members and a static block",
      "class A { static #n = 0; static get n() { return A.#n; } static { A.#n = 1; } m() { return this; } }",
    ],
    ["whose constructor sets fields", "class A { a; b; constructor(a, b) { this.a = a; this.b = this.c = [...b]; } }"],
    [
      "whose constructor checks",
      "class A { a; constructor(a) { if (a < 0) throw new RangeError(`no ${a}`); else { this.a = a; } } }",
    ],
    [
      "whose constructor takes a record",
      "class A { constructor(init: Partial<A>) { Object.assign(this, init); Object.freeze(this); } }",
    ],
    [
      "whose constructor computes",
      "class A { a; constructor(a) { const twice = a * 2; this.a = Math.max(twice, parse(a)); for (const k of a) this[k] = 1; } }",
    ],
    ["whose constructor calls super", "class A extends B { constructor(a) { super(a, { a }); this.a = a; } }"],
    ["with functions of its own in expressions", "class A { a = [1].map(function () { return this; }).length }"],
    ["that is generic and abstract", "abstract class A<T> { abstract m(): T; a!: T }"],
  ])("%s", (_what, text) => {
    expect(reasonOf(text)).toBeUndefined();
  });

  it.each([
    ["a private field", "class A { #a = 1 }", /private member `#a`/],
    ["a private method", "class A { #m() {} }", /private member `#m`/],
    ["a getter", "class A { get a() { return 1; } }", /accessor `a`/],
    ["a setter", "class A { set a(a) {} }", /accessor `a`/],
    ["an auto-accessor", "class A { accessor a = 1 }", /accessor `a`/],
    ["a decorator", "@dec class A {}", /decorated/],
    ["a decorated field", "class A { @dec a = 1 }", /`a` is decorated/],
    ["a decorated parameter", "class A { constructor(@dec a) {} }", /decorated/],
    [
      "a constructor that registers it",
      "class A { constructor() { all.add(this); } }",
      /more than set fields: `all\.add\(this\);`/,
    ],
    [
      "a constructor that calls a method",
      "class A { a; constructor() { this.a = this.m(); } }",
      /more than set fields/,
    ],
    ["a constructor that counts", "class A { constructor() { count++; } }", /more than set fields/],
    ["a constructor that gives something else", "class A { constructor() { return {}; } }", /more than set fields/],
    [
      "a constructor that hands it to super",
      "class A extends B { constructor() { super(() => this); } }",
      /more than set fields/,
    ],
    ["a default that hands it on", "class A { constructor(a = keep(this)) {} }", /more than set fields/],
    ["a field that hands it on", "class A { a = keep(this) }", /field `a` hands the instance on/],
  ])("%s keeps it from it", (_what, text, reason) => {
    expect(reasonOf(text)).toMatch(reason);
  });
});

describe.each([
  ["text", compileText],
  ["ast", compileAst],
] as const)("in one file, from the %s emitter", (_name, compile) => {
  it("instances of its classes are results and arguments", () => {
    const { probes, runs } = executeWithRuntime(
      compile(
        `/** @cacheData */
        export function make(n: number) { count(); return [new Later(n), new Held(n)]; }
        /** @cacheData */
        export const read = (held: InstanceType<typeof Held>, later: Later) => { count(); return held.twice() + later.n; };
        export default class Later { constructor(public n: number) {} }
        const Held = class { constructor(public n: number) {} twice() { return this.n * 2; } };
        make(1);
        const [later, held] = make(1) as [Later, InstanceType<typeof Held>];
        read(held, later);
        probe({ classes: [later instanceof Later, held instanceof Held], sum: read(new Held(1), new Later(1)), other: read(new Held(2), new Later(1)) });`,
        { fileName: freshFile() },
      ),
    );
    expect(probes).toEqual({ classes: [true, true], sum: 3, other: 5 });
    expect(runs()).toBe(3);
  });
});

/** What `main.ts` of a project becomes. */
const mainOf = (files: Record<string, string>) => {
  const { code, dependencies } = transform(files["main.ts"] as string, {
    fileName: "/p/main.ts",
    ...hostOf({ files: { "package.json": '{"name":"p"}', ...files } }),
  });
  return { dependencies, list: /function __cachet\$c\(\) \{ return (\[.*?\]); \}/.exec(code)?.[1], code };
};

describe("across files", () => {
  const POINT = "export class Point { constructor(public x: number) {} }";

  it("a function that deals in primitives has no list of classes", () => {
    const main = `import { Point } from "./point"; /** @cacheData */ export function f(n: number): Promise<string[]> { return go(new Point(n)); }`;
    expect(mainOf({ "main.ts": main, "point.ts": POINT }).list).toBeUndefined();
  });

  it("a class that only a helper's file names is imported from its own file, in the way of the file's imports", () => {
    const main = (ending: string) =>
      `import { make } from "./lib/make${ending}"; /** @cacheData */ export function f(n: number) { return make(n); }`;
    const others = {
      "lib/make.ts": `import { Point } from "../shapes/point.js"; export const make = (n: number) => new Point(n);`,
      "shapes/point.ts": POINT,
    };
    expect(mainOf({ "main.ts": main(""), ...others }).code).toContain('import * as __cachet$c0 from "./shapes/point";');
    expect(mainOf({ "main.ts": main(".js"), ...others }).code).toContain('from "./shapes/point.js";');
    expect(mainOf({ "main.ts": main(".ts"), ...others }).code).toContain('from "./shapes/point.ts";');
  });

  it("a module that is imported for types alone is imported only if it does nothing", () => {
    const main = `import type { Point } from "./point"; /** @cacheData */ export function f(p: Point) { return p.x; }`;
    expect(mainOf({ "main.ts": main, "point.ts": POINT }).code).toContain('import * as __cachet$c0 from "./point"');
    const loud = mainOf({ "main.ts": main, "point.ts": `import "server-only"; ${POINT}` });
    expect(loud.code).not.toContain("$c0");
    expect(loud.list).toMatch(/^\[\["Point", ".*imported here for types.*"\]\]$/);
    const calls = mainOf({ "main.ts": main, "point.ts": `${POINT} start();` });
    expect(calls.list).toMatch(/imported here for types/);
  });

  it("a module that only import() brings is never imported ahead", () => {
    const main = `/** @cacheData */ export async function f(n: number) { const { Point } = await import("./point"); return new Point(n); }`;
    const { code } = mainOf({
      "main.ts": `import { a } from "./a"; ${main} a();`,
      "a.ts": "export const a = () => 1;",
      "point.ts": `start(); ${POINT}`,
    });
    expect(code).not.toContain("$c0");
  });

  it("the name of a class changes with its code and with nothing else, and its file is watched", () => {
    const main = `import type { Point } from "./point"; /** @cacheData */ export function f(p: Point) { return p.x; }`;
    const first = mainOf({ "main.ts": main, "point.ts": POINT });
    expect(first.dependencies).toContain("/p/point.ts");
    expect(mainOf({ "main.ts": main, "point.ts": `// moved\n${POINT}\nexport const other = 1;` }).list).toBe(
      first.list,
    );
    expect(mainOf({ "main.ts": main, "point.ts": POINT.replace("{}", "{} m() {}") }).list).not.toBe(first.list);
  });
});
