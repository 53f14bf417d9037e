/**
 * Every shape of a function that a mark may stand on. `«»` are the places where the mark's comment may be written:
 * `«!»` there it must work (`«=»` on the same line: a line
 * break behind `async` would end it), `«?»` there it must work or be refused, never ignored.
 */
export interface Shape {
  title: string;
  source: string;
  /** The function object, where the module can reach it. */
  fn?: string;
  /** A call whose body runs `count()` once. */
  call: string;
  extension?: "ts" | "tsx" | "mts" | "cts" | "js";
  /** The name it has in JavaScript; TypeScript's CommonJS output invents another one for an anonymous default. */
  name?: string;
  /** The module replaces `module.exports`. */
  exportEquals?: true;
}

const shape = (title: string, source: string, call: string, fn?: string, more: Partial<Shape> = {}): Shape => ({
  title,
  source,
  call,
  ...(fn !== undefined && { fn }),
  ...more,
});

const BODY = "{ count(); return [x, y]; }";
const PARAMS = "(x: number, y = 2)";

const declarations = [
  shape("function declaration", `«!»function «?»load${PARAMS} ${BODY}`, "load(1)", "load"),
  shape("exported declaration", `«!»export «!»function «?»load${PARAMS} ${BODY}`, "load(1)", "load"),
  shape(
    "exported async declaration",
    `«!»export «!»async «=»function «?»load${PARAMS}: Promise<number[]> ${BODY}`,
    "load(1)",
    "load",
  ),
  shape("default declaration", `«!»export «!»default «!»function «?»load${PARAMS} ${BODY}`, "load(1)", "load"),
  shape(
    "anonymous default declaration",
    `«!»export «!»default «!»function «?»${PARAMS} ${BODY}`,
    "exports.default(1)",
    "exports.default",
    { name: "default" },
  ),
  shape(
    "anonymous default declaration without spaces",
    `«!»export default «!»async function${PARAMS}{ count(); return [x, y]; }`,
    "exports.default(1)",
    "exports.default",
    { name: "default" },
  ),
  shape(
    "anonymous generic default declaration",
    `«!»export default «!»function<T>(x: T, y = 2) ${BODY}`,
    "exports.default(1)",
    "exports.default",
    { name: "default" },
  ),
  shape(
    "overloaded declaration, mark on the first signature",
    `«!»function load(x: number): number[];\nfunction load(x: number, y: number): number[];\nfunction load${PARAMS} ${BODY}`,
    "load(1)",
    "load",
  ),
  shape(
    "overloaded declaration, mark on the implementation",
    `export function load(x: number): number[];\n«!»export function load(x: number, y: number): number[];\n«!»export function load${PARAMS} ${BODY}`,
    "load(1)",
    "load",
  ),
  shape(
    "overloaded default declaration",
    `export default function load(x: number): number[];\n«!»export default «!»function load${PARAMS} ${BODY}`,
    "load(1)",
    "load",
  ),
  shape("generic declaration", `«!»function load<T extends number>(x: T, y = 2) ${BODY}`, "load(1)", "load"),
  shape(
    "nested in a function",
    `function outer(k: number) {\n  «!»function load${PARAMS} { count(); return [x, y, k]; }\n  return load;\n}\nconst one = outer(5);`,
    "one(1)",
    "one",
  ),
  shape(
    "nested in a block",
    `let held: any;\n{\n  held = load;\n  «!»function load${PARAMS} ${BODY}\n}`,
    "held(1)",
    "held",
  ),
  shape(
    "nested in a switch",
    `let held: any;\nswitch (1 as number) {\n  case 0: break;\n  case 1: held = load; «!»function load${PARAMS} ${BODY}\n}`,
    "held(1)",
    "held",
  ),
  shape(
    "nested in a namespace",
    `namespace N {\n  «!»export «!»function load${PARAMS} ${BODY}\n}`,
    "N.load(1)",
    "N.load",
  ),
  shape(
    "nested in a namespace in a namespace",
    `namespace N.M {\n  «!»export function load${PARAMS} ${BODY}\n}`,
    "N.M.load(1)",
    "N.M.load",
  ),
  shape(
    "nested in an arrow function",
    `const outer = (k: number) => {\n  «!»const load = ${PARAMS} => { count(); return [x, y, k]; };\n  return load;\n};\nconst one = outer(5);`,
    "one(1)",
    "one",
  ),
  shape(
    "nested in a method",
    `class A { k = 3; make() {\n  «!»const load = ${PARAMS} => { count(); return [x, y, this.k]; };\n  return load;\n} }\nconst one = new A().make();`,
    "one(1)",
    "one",
  ),
];

const expressions = [
  shape("const arrow with a block", `«!»const «?»load = «!»${PARAMS} => ${BODY};`, "load(1)", "load"),
  shape(
    "const arrow with an expression",
    `«!»export «!»const «?»load = «!»${PARAMS} => (count(), [x, y]);`,
    "load(1)",
    "load",
  ),
  shape(
    "arrow that returns an object literal",
    `«!»const load = «!»${PARAMS} => ({ n: count() && x, y });`,
    "load(1)",
    "load",
  ),
  shape("async arrow", `«!»const load = «!»async «?»${PARAMS} => { count(); return [x, y]; };`, "load(1)", "load"),
  shape("arrow with one bare parameter", `«!»const load = «!»x => (count(), [x]);`, "load(1)", "load", {
    extension: "js",
  }),
  shape("generic arrow", `«!»const load = «!»<T,>(x: T, y = 2): unknown[] => (count(), [x, y]);`, "load(1)", "load", {
    extension: "tsx",
  }),
  shape("anonymous function expression", `«!»const load = «!»function «?»${PARAMS} ${BODY};`, "load(1)", "load"),
  shape(
    "named function expression",
    `«!»const load = «!»function inner${PARAMS} { count(); return [x, y, inner.name]; };`,
    "load(1)",
    "load",
  ),
  shape("async function expression", `«!»const load = «!»async function${PARAMS} ${BODY};`, "load(1)", "load"),
  shape(
    "behind as",
    `«!»const load = «!»(«!»${PARAMS} => { count(); return [x, y]; }) as (x: number) => number[];`,
    "load(1)",
    "load",
  ),
  shape(
    "behind satisfies",
    `«!»const load = «!»(${PARAMS} => (count(), [x, y])) satisfies (x: number) => number[];`,
    "load(1)",
    "load",
  ),
  shape("behind parentheses and !", `«!»const load = «!»((«!»(function ${PARAMS} ${BODY}))!)!;`, "load(1)", "load"),
  shape(
    "behind an angle bracket type",
    `«!»const load = <(x: number) => number[]>«!»(${PARAMS} => { count(); return [x, y]; });`,
    "load(1)",
    "load",
  ),
  shape(
    "first of several declarators",
    `«!»const load = «!»${PARAMS} => ${BODY}, other = ${PARAMS} => x;`,
    "load(1)",
    "load",
  ),
  shape(
    "second of several declarators",
    `const other = ${PARAMS} => x, «!»load = «!»${PARAMS} => ${BODY}, third = 1;`,
    "load(1)",
    "load",
  ),
  shape("let", `«!»let load = «!»${PARAMS} => ${BODY};`, "load(1)", "load"),
  shape("exported let", `«!»export let load = function ${PARAMS} ${BODY};`, "load(1)", "load"),
  shape("var", `«!»export var load = «!»${PARAMS} => ${BODY};`, "load(1)", "load"),
  shape(
    "default expression: arrow",
    `«!»export «!»default «!»${PARAMS} => ${BODY};`,
    "exports.default(1)",
    "exports.default",
    { name: "default" },
  ),
  shape(
    "default expression: async arrow in parentheses",
    `«!»export default «!»(«!»async ${PARAMS} => ${BODY});`,
    "exports.default(1)",
    "exports.default",
    { name: "default" },
  ),
  shape(
    "default expression: function in parentheses",
    `«!»export default (function named${PARAMS} ${BODY});`,
    "exports.default(1)",
    "exports.default",
  ),
  shape("export =", `«!»export = «!»function ${PARAMS} ${BODY};`, "module.exports(1)", "module.exports", {
    extension: "cts",
    exportEquals: true,
  }),
];

const members = [
  shape("method", `class A { «!»load${PARAMS} ${BODY} }\nconst a = new A();`, "a.load(1)", "A.prototype.load"),
  shape(
    "async method",
    `class A { «!»public «!»async «=»load${PARAMS} ${BODY} }\nconst a = new A();`,
    "a.load(1)",
    "A.prototype.load",
  ),
  shape(
    "method that uses this",
    `class A { k = 7; «!»load${PARAMS} { count(); return [x, y, this.k]; } }\nconst a = new A();`,
    "a.load(1)",
    "A.prototype.load",
  ),
  shape(
    "method that uses super",
    `class B { base(x: number) { return x * 2; } }\nclass A extends B { «!»async load${PARAMS} { count(); return [super.base(x), y]; } }\nconst a = new A();`,
    "a.load(1)",
    "A.prototype.load",
  ),
  shape("static method", `class A { «!»static «!»load${PARAMS} ${BODY} }`, "A.load(1)", "A.load"),
  shape(
    "static async method that uses this",
    `export class A { static k = 4; «!»public static async load${PARAMS} { count(); return [x, y, this.k]; } }`,
    "A.load(1)",
    "A.load",
  ),
  shape(
    "private method",
    `class A { «!»#load${PARAMS} ${BODY} go() { return this.#load(1); } fn() { return this.#load; } }\nconst a = new A();`,
    "a.go()",
    "a.fn()",
  ),
  shape(
    "static private method",
    `class A { «!»static #load${PARAMS} ${BODY} static go() { return A.#load(1); } static fn() { return A.#load; } }`,
    "A.go()",
    "A.fn()",
  ),
  shape(
    "computed method",
    `const key = "k" + 1;\nclass A { «!»[key]${PARAMS} ${BODY} }\nconst a = new A() as any;`,
    "a.k1(1)",
    "A.prototype['k1']",
  ),
  shape(
    "computed method with a side effect in its name",
    `let n = 0;\nclass A { «!»[\`k\${++n}\`]${PARAMS} ${BODY} }\nconst a = new A() as any;`,
    "a.k1(n)",
    "A.prototype['k1']",
  ),
  shape(
    "symbol method",
    `class A { «!»static [Symbol.search]${PARAMS} ${BODY} }`,
    "A[Symbol.search](1)",
    "A[Symbol.search]",
  ),
  shape("string named method", `class A { «!»"a b"${PARAMS} ${BODY} }\nconst a = new A();`, "a['a b'](1)", "a['a b']"),
  shape("number named method", `class A { «!»0x10${PARAMS} ${BODY} }\nconst a = new A();`, "a[16](1)", "a[16]"),
  shape(
    "overloaded method",
    `class A { «!»load(x: number): number[];\nload(x: number, y: number): number[];\n«!»load${PARAMS} ${BODY} }\nconst a = new A();`,
    "a.load(1)",
    "a.load",
  ),
  shape(
    "override and generic method",
    `class B { load(x: any, y?: any): any[] { return []; } }\nclass A extends B { «!»override load<T>(x: T, y = 2): any[] ${BODY} }\nconst a = new A();`,
    "a.load(1)",
    "a.load",
  ),
  shape(
    "method of an abstract class",
    `abstract class B { «!»load${PARAMS} ${BODY} abstract other(): void }\nclass A extends B { other() {} }\nconst a = new A();`,
    "a.load(1)",
    "a.load",
  ),
  shape(
    "method of a class expression",
    `const A = class { «!»load${PARAMS} ${BODY} };\nconst a = new A();`,
    "a.load(1)",
    "a.load",
  ),
  shape(
    "method of a default class",
    `export default class { «!»static load${PARAMS} ${BODY} }`,
    "exports.default.load(1)",
    "exports.default.load",
  ),
  shape(
    "method of a class in a function",
    `function make(k: number) { return class { «!»load${PARAMS} { count(); return [x, y, k]; } }; }\nconst a = new (make(3))();`,
    "a.load(1)",
    "a.load",
  ),
  shape("object method", `const o = { «!»load${PARAMS} ${BODY} };`, "o.load(1)", "o.load"),
  shape(
    "object async method that uses this",
    `const o = { k: 9, «!»async load${PARAMS} { count(); return [x, y, this.k]; } };`,
    "o.load(1)",
    "o.load",
  ),
  shape("object computed method", `let n = 0;\nconst o: any = { «!»["k" + ++n]${PARAMS} ${BODY} };`, "o.k1(n)", "o.k1"),
  shape("object property: arrow", `const o = { a: 1, «!»load: «!»${PARAMS} => ${BODY}, b: 2 };`, "o.load(1)", "o.load"),
  shape("object property: function", `const o = { «!»load: «!»function ${PARAMS} ${BODY} };`, "o.load(1)", "o.load"),
  shape(
    "object property with a string name",
    `const o = { «!»"a-b": ${PARAMS} => ${BODY} };`,
    "o['a-b'](1)",
    "o['a-b']",
  ),
  shape(
    "object property with a computed name",
    `let n = 0;\nconst o: any = { «!»[\`k\${++n}\`]: «!»${PARAMS} => ${BODY} };`,
    "o.k1(n)",
    "o.k1",
  ),
  shape(
    "method of a nested object",
    `const o = { deep: { «!»load${PARAMS} ${BODY} } };`,
    "o.deep.load(1)",
    "o.deep.load",
  ),
  shape(
    "method of an object in an argument",
    `const o = Object.assign({}, { «!»load${PARAMS} ${BODY} });`,
    "o.load(1)",
    "o.load",
  ),
  shape(
    "method of an object that an arrow returns",
    `const make = () => ({ «!»load${PARAMS} ${BODY} });\nconst o = make();`,
    "o.load(1)",
    "o.load",
  ),
  shape("method of a default object", `export default { «!»load${PARAMS} ${BODY} };`, "exports.default.load(1)"),
  shape(
    "field with an arrow",
    `class A { k = 2; «!»load = «!»${PARAMS} => { count(); return [x, y, this.k]; }; }\nconst a = new A();`,
    "a.load(1)",
    "a.load",
  ),
  shape(
    "readonly field with a function",
    `class A { «!»private «!»readonly «!»load = function ${PARAMS} ${BODY} }\nconst a: any = new A();`,
    "a.load(1)",
    "a.load",
  ),
  shape("static field", `class A { «!»static load = «!»async ${PARAMS} => ${BODY}; }`, "A.load(1)", "A.load"),
  shape(
    "private field",
    `class A { «!»#load = ${PARAMS} => ${BODY}; go() { return this.#load(1); } fn() { return this.#load; } }\nconst a = new A();`,
    "a.go()",
    "a.fn()",
  ),
  shape(
    "field without semicolons",
    `class A {\n  k = 1\n  «!»load = ${PARAMS} => ${BODY}\n  b = 2\n}\nconst a = new A()`,
    "a.load(1)",
    "a.load",
  ),
  shape(
    "field with a computed name",
    `const key = "k1";\nclass A { «!»[key] = ${PARAMS} => ${BODY}; }\nconst a: any = new A();`,
    "a.k1(1)",
    "a.k1",
  ),
  shape(
    "decorated method",
    `const log = (value: any, _context: any) => value;\nclass A { «!»@log «!»load${PARAMS} ${BODY} }\nconst a = new A();`,
    "a.load(1)",
    "a.load",
  ),
];

const functions = [
  shape(
    "function that uses this",
    `«!»function load(this: any, x: number) { count(); return [x, this.k]; }\nconst o = { k: 1, load };`,
    "o.load(1)",
    "load",
  ),
  shape(
    "function that uses arguments",
    `«!»function load(x: number, y?: number) { count(); return [x, arguments.length, [...arguments]]; }`,
    "load(1)",
    "load",
  ),
  shape(
    "function that uses new.target",
    `«!»function load(this: any, x: number) { count(); return [x, new.target === undefined]; }`,
    "load(1)",
    "load",
  ),
  shape(
    "destructured and rest parameters",
    `«!»function load({ a, b: { c = 3 } = {} }: any, [d, , e = 5]: any, ...rest: number[]) { count(); return [a, c, d, e, rest]; }`,
    "load({ a: 1 }, [2, 3], 4, 5)",
    "load",
  ),
  shape(
    "defaults that read earlier parameters",
    `«!»const load = (x: number, y = x + 1, z = () => [x, y]) => { count(); return [x, y]; };`,
    "load(1, undefined, null as any)",
    "load",
  ),
  shape("no parameters", `«!»export function load() { count(); return [1]; }`, "load()", "load"),
  shape(
    "a statement's leading mark",
    `const before = 1;\n«!»export const load = ${PARAMS} => ${BODY};`,
    "load(1)",
    "load",
  ),
  shape("empty lines and comments before", `// a\n\n/* b */\n«!»function load${PARAMS} ${BODY}`, "load(1)", "load"),
  shape("JavaScript with JSDoc types", `«!»function load(x, y = 2) ${BODY}`, "load(1)", "load", { extension: "js" }),
  shape(
    "a component in TSX",
    `const React = { createElement: (...all: any[]) => all };\n«!»export const load = (x: number, y = 2) => <div title="x">{count() && [x, y]} @cacheData</div>;`,
    "load(1)",
    "load",
    { extension: "tsx" },
  ),
];

export const SHAPES: Shape[] = [...declarations, ...expressions, ...members, ...functions];

/** Ways to write the comment at a place; `$` is the tag. The mark is inserted as it stands. */
export const COMMENTS: [title: string, text: string][] = [
  ["on the same line", "/** $ */ "],
  ["on the line before", "/** $ */\n"],
  ["with a blank line after", "/** $ */\n\n"],
  ["over several lines", "\n/**\n * Loads it.\n *\n * $\n */\n"],
  ["with text after the tag's line", "/**\n * $({ ttl: 60 })\n * @param x the number\n * @returns what it is\n */\n"],
  ["with options over several lines", "/**\n * $({\n *   ttl: 60,\n *   maxEntries: 10, // some\n * })\n */\n"],
  ["with another doc comment after it", "/** $ */\n/** Loads it. */\n"],
  ["with other comments around it", "/** Loads it. */ // why\n/** $() */ /* not */ // that\n"],
  ["behind a tab", "\t/** $ */\t"],
];
