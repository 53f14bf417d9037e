/** Programs in which a careless rewrite changes something. Each hands `probe` a `run` whose result is compared. */
export interface Trap {
  title: string;
  source: string;
  /** How many functions are marked; 1 unless told. */
  marks?: number;
  extension?: "ts" | "tsx" | "mts" | "cts" | "js" | "jsx";
  compilerOptions?: object;
  /** An argument that no key can be made of: only the rewrite itself is compared. */
  unhashable?: true;
}

export const trap = (title: string, source: string, more: Partial<Trap> = {}): Trap => ({ title, source, ...more });
export const M = "/** @cacheData */";

const READ =
  "const all = async (s) => { const found = []; for await (const each of s) found.push(each); return found; };";

export const TRAPS: Trap[] = [
  trap(
    "async generator with defaults, arguments and a parameter that var declares again",
    `${READ}\n${M}\nexport async function* f(x = 3, y = x + 1) { var x = x * 2; yield [x, y, arguments.length]; yield* [y]; return x; }\nprobe({ run: async () => [await all(f()), await all(f(5)), f.name, f.length] });`,
  ),
  trap(
    "async generators in objects and expressions",
    `${READ}\nconst o = { ${M} async *a(x) { yield [this.n, x]; }, n: 4, ${M} ["b" + 1]: async function* own(x) { yield [own.name, x]; } };\n${M}\nexport const g = async function* (x) { try { const y = yield x; yield [y]; } finally { yield "end"; } }\n;[1].length\nprobe({ run: async () => [await all(o.a(1)), await all(o.b1(2)), await all(g(3)), g.name] });`,
    { marks: 3, extension: "js" },
  ),
  trap(
    "async generator methods with this, super and arguments, behind fields without semicolons",
    `${READ}\nclass A { async *rows(n) { yield [this.name, n]; } get label() { return "A"; } static *all() { yield 1; } }\nexport class B extends A {\n  name = "b"\n  ${M} async *rows(n) { yield* super.rows(n); yield [super.label, arguments.length]; }\n  size = 1\n  ${M} async *[Symbol.asyncIterator]() { yield this.name; }\n  static tag = 1\n  ${M} static async *every(x) { yield* super.all(); yield x; }\n  ${M} async *#secret(x) { yield x; }\n  secret(x) { return this.#secret(x); }\n}\nprobe({ run: async () => { const b = new B(); return [await all(b.rows(1)), await all(b), await all(B.every(2)), await all(b.secret(3)), b.size]; } });`,
    { marks: 4, extension: "js" },
  ),
  trap(
    "async generator as the default export, with directives",
    `${READ}\n${M}\nexport default async function* (x) { "use strict"; yield x; yield this === undefined; }\nprobe({ run: async () => all(exports.default(1)) });`,
    { extension: "js" },
  ),
  trap(
    "async generator that leaves early",
    `${READ}\nconst seen = [];\n${M}\nexport async function* f(x) { try { yield x; yield 2; } finally { seen.push("closed"); } }\nprobe({ run: async () => { for await (const each of f(1)) { seen.push(each); break; } return seen.splice(0); } });`,
    { extension: "js" },
  ),
  trap(
    "var that declares a parameter again",
    `${M}\nexport function f(x?: number) { var x = x || 7; var y = x; return [x, y]; }\nprobe({ run: () => [f(), f(2)] });`,
  ),
  trap(
    "var that declares a parameter again without a value",
    `${M}\nexport function f(x: number) { var x: number; return x; }\nprobe({ run: () => f(4) });`,
  ),
  trap(
    "var in a loop that declares a parameter again",
    `${M}\nexport function f(i: number) { for (var i = i; i < 5; i++); return i; }\nprobe({ run: () => f(2) });`,
  ),
  trap(
    "function that declares a parameter again",
    `${M}\nexport function f(g) { function g() { return 3; } return g(); }\nprobe({ run: () => f(1) });`,
    { extension: "js" },
  ),
  trap(
    "parameter assigned in the body",
    `${M}\nexport function f(x: number) { x = x + 1; x++; return x; }\nprobe({ run: () => [f(1), f(1)] });`,
  ),
  trap(
    "parameters named like inserted names",
    `${M}\nexport function f(__cachet: number, __cachet$0: number, __cachet$v = 3) { return [__cachet, __cachet$0, __cachet$v]; }\nprobe({ run: () => f(1, 2) });`,
  ),
  trap(
    "module names like inserted names",
    `const __cachet = 1; const __cachet_ = 2; let __cachet$0d = 3;\n${M}\nexport function f(x: number) { return [x, __cachet, __cachet_, __cachet$0d]; }\nprobe({ run: () => f(1) });`,
  ),
  trap(
    "directive prologue in a sloppy function",
    `${M}\nexport function f(this: any) { "use strict"; "use other"; return this === undefined; }\nprobe({ run: () => f.call(undefined as any) });`,
    { extension: "cts" },
  ),
  trap(
    "directives without semicolons",
    `"use client"\n'use strict'\n${M}\nexport function f(x: number) {\n  "use server"\n  'use strict'\n  return x\n}\nprobe({ run: () => f(3) })`,
  ),
  trap(
    "directive and the body on one line",
    `${M}\nexport function f(x) { "use server"; return x }\nprobe({ run: () => f(3) })`,
    { extension: "js" },
  ),
  trap(
    "body of directives only",
    `${M}\nexport function f() { "use server" }\nprobe({ run: () => f() === undefined })`,
  ),
  trap(
    "a string that begins an expression is no directive",
    `${M}\nexport function f(x: number) { "abc".length; "a" + x; return x }\nprobe({ run: () => f(1) })`,
  ),
  trap(
    "body whose first expression begins with a string",
    `${M}\nexport function f(x: number) {\n  "abc"\n  .concat("d")\n  return x\n}\nprobe({ run: () => f(1) })`,
  ),
  trap("shebang", `#!/usr/bin/env node\n${M}\nexport function f(x: number) { return x; }\nprobe({ run: () => f(1) });`),
  trap(
    "shebang and directive",
    `#!/usr/bin/env node\n"use client";\n${M}\nexport const f = (x: number) => x;\nprobe({ run: () => f(1) });`,
  ),
  trap("byte order mark", `\uFEFF${M}\nexport function f(x: number) { return x; }\nprobe({ run: () => f(1) });`),
  trap(
    "no semicolons",
    `const a = 1\nconst o = {\n  b: 2,\n  ${M}\n  m(x) { return x + this.b }\n}\n${M}\nconst f = (x) => [x, a]\n;[1].forEach(f)\nclass A {\n  a = 1\n  ${M}\n  m = (x) => x\n  b = 2\n  static c = 3\n}\nlet v = f\n(1)\nprobe({ run: () => [v, o.m(1), new A().m(4), A.c] })\nexport {}`,
    { extension: "js", marks: 3 },
  ),
  trap(
    "class whose last field has no semicolon",
    `class A {\n  ${M}\n  m(x: number) { return x }\n  static\n  get\n}\nprobe({ run: () => new A().m(4) })\nexport {}`,
  ),
  trap(
    "class whose last field is followed by a comment",
    `class A {\n  ${M}\n  m(x: number) { return x }\n  z = 1 // end\n}\nclass B { ${M} m(x: number) { return x } y = 2 /* end */ }\nprobe({ run: () => [new A().m(4), new B().m(5), new B().y] })\nexport {}`,
    { marks: 2 },
  ),
  trap(
    "line comment before the end of a body",
    `${M}\nexport const f = (x: number) => x // the end\n${M}\nexport function g(x: number) {\n  return x // the end\n}\n${M}\nexport const h = (x: number) => (x // one\n  + 1)\nprobe({ run: () => [f(1), g(2), h(3)] })`,
    { marks: 3 },
  ),
  trap(
    "comments in odd places",
    `${M}\nexport /*a*/ async /*b*/ function /*c*/ f /*d*/ (/*e*/ x /*f*/ : /*g*/ number /*h*/) /*i*/ : /*j*/ Promise<number> /*k*/ { /*l*/ return /*m*/ x /*n*/ } // o\nprobe({ run: () => f(3) });`,
  ),
  trap(
    "arrow body in comments",
    `${M}\nexport const f = /*a*/ (/*b*/) /*c*/ => /*d*/ /*e*/ 3 /*f*/ /*g*/;\n${M}\nexport const g = () => /* a { */ ({ a: 1 }) /* } */;\nprobe({ run: () => [f(), g()] });`,
    { marks: 2 },
  ),
  trap(
    "arrow body that is a comma, a conditional, an assignment",
    `let z = 1;\n${M}\nexport const f = (x: number) => (void 0, x);\n${M}\nexport const g = (x: number) => x ? 1 : 2;\n${M}\nexport const h = (x: number) => z ||= x;\n/** @cacheResource */\nexport const i = (x: number) => (y: number) => x + y;\nprobe({ run: () => [f(1), g(0), h(5), z, i(1)(2)] });`,
    { marks: 4 },
  ),
  trap(
    "called above its declaration",
    `probe({ early: f(1), run: () => f(2) });\n${M}\nexport function f(x: number) { return [x, typeof f]; }`,
  ),
  trap(
    "recursion",
    `${M}\nexport function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n${M}\nexport const even = (n: number): boolean => n === 0 ? true : odd(n - 1);\n${M}\nconst odd = function (n: number): boolean { return n === 0 ? false : even(n - 1); };\nprobe({ run: () => [fib(10), even(7)] });`,
    { marks: 3 },
  ),
  trap(
    "closures in a loop",
    `const all: any[] = [];\nfor (let i = 0; i < 3; i++) {\n  ${M}\n  const f = (x: number) => [x, i];\n  all.push(f);\n}\nfor (const k of [7, 8]) { ${M} function g(x: number) { return [x, k]; } all.push(g); }\nprobe({ run: () => all.map((f) => f(1)) });\nexport {};`,
    { marks: 2 },
  ),
  trap(
    "loop whose body is no block",
    `const all: any[] = [];\nfor (let i = 0; i < 3; i++) all.push({ ${M} m() { return i; } });\nprobe({ run: () => all.map((o) => o.m()) });\nexport {};`,
  ),
  trap(
    "closure in a catch clause",
    `let f: any;\ntry { throw 5; } catch (e) { ${M} const g = () => e; f = g; }\nprobe({ run: () => f() });\nexport {};`,
  ),
  trap(
    "defaults that use this, earlier parameters and calls",
    `const next = () => 4;\nconst o = { k: 2, ${M} m(x: number, y = this.k + x, z = next() + y) { return [x, y, z]; } };\nprobe({ run: () => [o.m(1), o.m(1, 5), o.m(1, undefined, 6)] });\nexport {};`,
  ),
  trap(
    "destructured defaults",
    `${M}\nexport function f({ a = 1, b: [c = a, ...d] = [2, 3, 4], ...e }: any = {}, { [String(a)]: g = 5 }: any = {}) { return [a, c, d, e, g]; }\nprobe({ run: () => [f(), f({ a: 9, z: 1 }, { 9: 8 })] });`,
  ),
  trap(
    "arguments, length of arguments, spread",
    `${M}\nexport function f(_a: any, b?: any) { return [arguments.length, arguments[0], [...arguments].length, b]; }\nprobe({ run: () => [f(1), (f as any)(1, 2, 3)] });`,
  ),
  trap(
    "arguments in an arrow in the function",
    `${M}\nexport function f(...all: number[]) { const g = () => arguments.length; return [g(), all]; }\nprobe({ run: () => [f(), f(1, 2)] });`,
  ),
  trap(
    "an arrow that uses its outer function's arguments and this",
    `function outer(this: any, a: number, b: number) { ${M} const f = (x: number) => [x, arguments.length, this.k]; return f; }\nprobe({ run: () => (outer as any).call({ k: 3 }, 1, 2)(9) });\nexport {};`,
  ),
  trap(
    "a sloppy function whose arguments follow its parameters",
    `${M}\nexport function f(a) { a = 5; return [arguments[0], a]; }\nprobe({ run: () => f(1) });`,
    { extension: "js", compilerOptions: { alwaysStrict: false, module: 1 } },
  ),
  trap(
    "new.target",
    `${M}\nexport function F(this: any, x: number) { return [x, new.target === undefined]; }\nprobe({ run: () => (F as any)(1) });`,
  ),
  trap(
    "getters with side effects in arguments",
    `let n = 0; const o = { get a() { return ++n; } };\n${M}\nexport function f({ a }: any) { return a; }\nprobe({ run: () => [f(o), n] });`,
  ),
  trap(
    "super in methods, static methods, object methods and arrows",
    `class B { m(x: number) { return x + 1; } static s(x: number) { return x + 2; } get g() { return 7; } }\nclass A extends B {\n  ${M}\n  override m(x: number) { return super.m(x) + super.g; }\n  ${M}\n  static override s(x: number) { return super.s(x); }\n  ${M}\n  async late(x: number) { await null; const deep = async () => super.m(x); return (await deep()) + super.g; }\n  ${M}\n  field = (x: number) => super.m(x);\n}\nconst o = { __proto__: { m: (x: number) => x * 3 }, ${M} m(x: number): number { return (super.m as any)(x); } };\nprobe({ run: async () => [new A().m(1), A.s(1), await new A().late(1), new A().field(2), o.m(2)] });\nexport {};`,
    { marks: 5 },
  ),
  trap(
    "async method that assigns through super",
    `class B { v = 0; set w(x: number) { this.v = x; } get w() { return this.v; } }\nclass A extends B { ${M} async m(x: number) { super.w = x; await 0; super.w += 1; return super.w; } }\nprobe({ run: () => new A().m(1) });\nexport {};`,
  ),
  trap(
    "private names",
    `class A { #k = 3; static #s = 4;\n  ${M}\n  m(x: number) { return [x, this.#k, A.#s, #k in this]; }\n  ${M}\n  #p(x: number) { return x + this.#k; }\n  ${M}\n  static #q(x: number) { return x + A.#s; }\n  run() { return [this.m(1), this.#p(1), A.#q(1)]; } }\nprobe({ run: () => new A().run() });\nexport {};`,
    { marks: 3 },
  ),
  trap(
    "own keys of a class and its instances",
    `class A { a = 1; ${M} m() { return 1; } ${M} static s() { return 2; } ${M} f = () => 3; ${M} #p() { return 4; } b = 2; p() { return this.#p(); } }\nprobe({ run: () => [Reflect.ownKeys(A), Reflect.ownKeys(A.prototype), Reflect.ownKeys(new A()), new A().p(), Object.keys(new A())] });\nexport {};`,
    { marks: 4 },
  ),
  trap(
    "static initialisation order",
    `const log: string[] = [];\nclass A { static a = log.push("a"); ${M} static m() { return 1; } static { log.push("b:" + this.m()); } static c = log.push("c"); }\nprobe({ run: () => [log, A.a, A.c] });\nexport {};`,
  ),
  trap(
    "a method that a static field uses",
    `class A { ${M} static make(x: number) { return [x]; } static one = A.make(1); }\nprobe({ run: () => A.one });\nexport {};`,
  ),
  trap(
    "computed names run once and in order",
    `const log: string[] = []; const k = (s: string) => (log.push(s), s);\nclass A { [k("a")] = 1; ${M} [k("b")](x: number) { return x; } static [k("c")] = 2; ${M} static [k("d")] = (x: number) => x; [k("e")]() {} }\nconst o = { [k("f")]: 1, ${M} [k("g")](x: number) { return x; }, [k("h")]: 2 };\nprobe({ run: () => [log, (new A() as any).b(1), (A as any).d(2), (o as any).g(3), Object.keys(o)] });\nexport {};`,
    { marks: 3 },
  ),
  trap(
    "classes made more than once",
    `function make(k: number) { return class { ${M} [\`m\${k}\`](x: number) { return [x, k]; } ${M} s() { return k; } }; }\nconst A: any = make(1), B: any = make(2);\nprobe({ run: () => [new A().m1(1), new B().m2(1), new A().s(), new B().s(), new A().m2] });\nexport {};`,
    { marks: 2 },
  ),
  trap(
    "parameter properties and constructors",
    `class A { constructor(private readonly k: number, public z = 2) {} ${M} m(x: number) { return x + this.k + this.z; } }\nprobe({ run: () => new A(1).m(2) });\nexport {};`,
  ),
  trap(
    "fields by assignment",
    `class B { k: any = 1; }\nclass A extends B { declare k: number; ${M} m = (x: number) => x + this.k; ${M} n() { return this.k; } }\nprobe({ run: () => [new A().m(2), new A().n()] });\nexport {};`,
    { marks: 2, compilerOptions: { useDefineForClassFields: false } },
  ),
  trap(
    "legacy decorators",
    `const log: any[] = [];\nfunction d(t: any, k: string, p?: PropertyDescriptor) { log.push(k, typeof p?.value); if (p) { const f = p.value; p.value = function (...a: any[]) { return ["d", f.apply(this, a)]; }; } return p as any; }\nfunction c(t: any) { log.push("class"); }\nfunction q(t: any, k: string, i: number) { log.push(k + i); }\n@c class A { ${M} @d m(@q x: number) { return x; } @d ${M} static s(x: number) { return x; } }\nprobe({ run: () => [new A().m(1), A.s(2), log] });\nexport {};`,
    { marks: 2, compilerOptions: { experimentalDecorators: true } },
  ),
  trap(
    "legacy decorators on a class without a name",
    `function c(t: any) { t.seen = 1; }\n@c export default class { ${M} m(x: number) { return x; } ${M} static s(x: number) { return x; } ${M} static #p(x: number) { return x; } static p() { return this.#p(1); } }\nprobe({ run: () => [new exports.default().m(1), exports.default.s(2), exports.default.seen] });`,
    { marks: 3, compilerOptions: { experimentalDecorators: true } },
  ),
  trap(
    "standard decorators",
    `const log: any[] = [];\nfunction d(f: any, ctx: any) { log.push(ctx.kind, ctx.name, ctx.static); return function (this: any, ...a: any[]) { return ["d", f.apply(this, a)]; }; }\nfunction fd(_: undefined, ctx: any) { log.push(ctx.kind); return (f: any) => (...a: any[]) => ["fd", f(...a)]; }\nfunction c(t: any, ctx: any) { log.push(ctx.kind, t.name); }\n@c class A { ${M} @d m(x: number) { return x; } @d ${M} static s(x: number) { return x; } @fd ${M} f = (x: number) => x; }\nprobe({ run: () => [new A().m(1), A.s(2), new A().f(3), log] });\nexport {};`,
    { marks: 3 },
  ),
  trap(
    "enums and namespaces around",
    `enum E { A = 1, B = A << 1 }\nconst enum C { X = 5 }\nnamespace N { export const k = 3; ${M} export function f(x: number) { return [x, k, E.B, C.X]; } export namespace M { ${M} export const g = (x: number) => x + k; } }\nnamespace N { export const later = 2; ${M} export function h() { return [k, later]; } }\nfunction f() { return 1; } namespace f { ${M} export function inner() { return 2; } }\nprobe({ run: () => [N.f(1), N.M.g(1), N.h(), f(), f.inner()] });\nexport {};`,
    { marks: 4 },
  ),
  trap(
    "a function merged with a namespace",
    `${M}\nexport function f(x: number) { return x + f.k; }\nexport namespace f { export const k = 4; }\nprobe({ run: () => f(1) });`,
  ),
  trap(
    "twins: same name in several places",
    `function a() { ${M} function f() { return 1; } return f(); }\nfunction b() { ${M} function f() { return 2; } return f(); }\n{ ${M} const f = () => 3; probe({ three: f }); } { ${M} const f = () => 4; probe({ four: f }); }\nprobe({ run: () => [a(), b()] });\nexport {};`,
    { marks: 4 },
  ),
  trap(
    "several on one line",
    `${M} export const a = () => 1, ${M} b = () => 2; ${M} export function c() { return 3; } ${M} export function d() { return 4; }\nprobe({ run: () => [a(), b(), c(), d()] });`,
    { marks: 4 },
  ),
  trap(
    "a marked function in a marked function",
    `${M}\nexport function outer(x: number) {\n  ${M}\n  function inner(y: number) { return x + y; }\n  const o = { ${M} m() { return x; } };\n  return [inner(1), o.m()];\n}\nprobe({ run: () => outer(1) });`,
    { marks: 3 },
  ),
  trap(
    "a marked mixin whose whole body is a class with a marked method",
    `class Base { n = 1; }\n/** @cacheResource */\nconst mixin = (B: typeof Base) => class extends B { ${M} m(x: number) { return x + this.n; } };\nprobe({ run: () => new (mixin(Base))().m(2) });\nexport {};`,
    { marks: 2, unhashable: true },
  ),
  trap(
    "a marked function in the defaults of a marked function",
    `const o = { ${M} m(x = { ${M} n() { return 2; } }) { return x.n(); } };\nprobe({ run: () => o.m() });\nexport {};`,
    { marks: 2, unhashable: true },
  ),
  trap(
    "a function that waits in its parameters' default",
    `${M}\nexport async function f(x = Promise.resolve(3)) { return await x; }\nprobe({ run: () => f(undefined).catch((error: Error) => error.name) });`,
    { unhashable: true },
  ),
  trap(
    "labels, switch and return in strange places",
    `${M}\nexport function f(x: number) { outer: for (;;) { switch (x) { case 1: break outer; case 2: return "two"; default: return; } } return "one"; }\nprobe({ run: () => [f(1), f(2), f(3)] });`,
  ),
  trap(
    "a case clause with a directive-like string",
    `let g: any;\nswitch (1 as number) { case 1: "x"; g = f; ${M} function f() { return 1; } }\nprobe({ run: () => g() });\nexport {};`,
  ),
  trap(
    "throwing and finally",
    `${M}\nexport function f(x: number) { try { if (x) throw new TypeError("no"); return 1; } finally { probe({ done: true }); } }\nprobe({ run: () => { try { return f(1); } catch (error) { return String(error); } } });`,
  ),
  trap(
    "async rejection comes as a rejection",
    `${M}\nexport async function f(x: any, y = x.no.no) { return y; }\nprobe({ run: async () => { let sync = true; const p = f(undefined).catch((e: Error) => [e.name, sync]); sync = false; return p; } });`,
  ),
  trap(
    "JSX",
    `const React = { createElement: (t: any, p: any, ...c: any[]) => [typeof t === "function" ? t(p) : t, p, c], Fragment: "frag" };\n${M}\nexport function Box({ k }: { k: number }) { return <b className="x">{k} @cacheData {/* the word @cacheDat is prose */ k}</b>; }\n${M}\nexport const Two = <T,>(p: T) => <><Box k={1} /> /** @cacheData */ </>;\nprobe({ run: () => [<Box k={2} />, Two(1)] });`,
    { extension: "tsx", marks: 2 },
  ),
  trap(
    "CommonJS file with require",
    `const path = { sep: "/" };\n${M}\nexports.f = (x) => x + path.sep;\n${M}\nfunction g(x) { return x; }\nprobe({ run: () => g(1) });`,
    { extension: "js", marks: -1 },
  ),
  trap(".mts", `${M}\nexport const f = async (x: number) => x;\nprobe({ run: () => f(2) });`, { extension: "mts" }),
  trap(".cts", `${M}\nexport const f = async (x: number) => x;\nprobe({ run: () => f(2) });`, { extension: "cts" }),
  trap(
    "option names and functions that shadow",
    `const TTL = 60, x = 5; const isFresh = (v: any) => v !== x;\n/** @cacheData({ ttl: TTL, validate: (x, TTL) => isFresh(x) && TTL !== undefined, hashFuncs: { Date: (isFresh) => isFresh.getTime() } }) */\nexport function f(x: number) { return x; }\nprobe({ run: () => f(1) });`,
  ),
  trap(
    "options in a nested scope",
    `function make(ttl: number) { const ok = (v: unknown) => v !== ttl;\n /** @cacheData({ ttl, validate: ok }) */\n function f(x: number) { return [x, ttl]; }\n /** @cacheData({ ttl, validate: (v) => ok(v) }) */\n const g = (x: number) => x;\n const o = { /** @cacheData({ ttl }) */ m(x: number) { return x; } };\n class A { /** @cacheData({ ttl }) */ m(x: number) { return x; } /** @cacheData({ validate: ok }) */ static s(x: number) { return x; } /** @cacheData({ validate: ok }) */ #p() { return 3; } p() { return this.#p(); } }\n return [f(1), g(2), o.m(3), new A().m(4), A.s(5), new A().p()]; }\nprobe({ run: () => make(30) });\nexport {};`,
    { marks: 6 },
  ),
  trap(
    "exported values and functions in options",
    `export const TTL = 60; export function isFresh() { return true; } export class Box {} export enum E { A = 10 }\n/** @cacheData({ ttl: TTL, maxEntries: E.A, validate: isFresh, hashFuncs: [[Box, () => 1]] }) */\nexport function f(x: number) { return x; }\nprobe({ run: () => f(1) });`,
  ),
];
