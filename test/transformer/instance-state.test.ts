import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";

/** A file beside others, by their names without `.ts`. */
function transformed(text: string, others: Record<string, string>) {
  const files = new Map(Object.entries(others).map(([name, other]) => [`/p/${name}.ts`, other]));
  files.set("/p/package.json", '{ "name": "p" }');
  const fileOf = (specifier: string) => `/p/${specifier.replace("./", "")}.ts`;
  return transform(text, {
    fileName: "/p/a.ts",
    root: "/p",
    read: (file: string) => files.get(file),
    resolve: (specifier: string) => (files.has(fileOf(specifier)) ? fileOf(specifier) : undefined),
  });
}

/** What is said of marked methods, one line each; `base.ts` lies beside the file. */
function said(text: string, base = "", others: Record<string, string> = {}): string[] {
  const { diagnostics } = transformed(text, { base, ...others });
  return diagnostics.map(({ code, message }) => `${code} ${/^"(.*?)"/.exec(message)?.[1] ?? message}`);
}

const MARK = "/** @cacheData */";

describe("what methods change of an instance that entries belong to", () => {
  it.each<[what: string, text: string, field?: string]>([
    ["a setter", `class R { #u = ""; set url(u: string) { this.#u = u } ${MARK} get1() { return this.#u } }`, "#u"],
    ["another method", `class R { n = 1; set(n: number) { this.n = n } ${MARK} load() { return this.n } }`],
    ["itself", `class R { n = 1; ${MARK} load() { return this.n++ } }`],
    ["a part of it", `class R { n = { a: 1 }; set() { this.n.a = 2 } ${MARK} load() { return this.n.a } }`],
    ["a computed part", `class R { n: any = {}; set(k: string) { this.n[k] = 2 } ${MARK} load() { return this.n } }`],
    ["its content", `class R { n = new Map(); set() { this.n.set(1, 2) } ${MARK} load() { return this.n.get(1) } }`],
    ["by a helper", `class R { n = {}; set() { Object.assign(this.n, { a: 1 }) } ${MARK} load() { return this.n } }`],
    ["an arrow in a field", `class R { n = 1; set = () => { this.n = 2 }; ${MARK} load() { return this.n } }`],
    ["a name for this", `class R { n = 1; set() { const self = this; self.n = 2 } ${MARK} load() { return this.n } }`],
    ["read by a pattern", `class R { n = 1; set() { this.n = 2 } ${MARK} load() { const { n } = this; return n } }`],
    [
      "read by a method",
      `class R { n = 1; set() { this.n = 2 } get() { return this.n } ${MARK} load() { return this.get() } }`,
    ],
    [
      "read by a getter",
      `class R { n = 1; set() { this.n = 2 } get g() { return this.n } ${MARK} load() { return this.g } }`,
    ],
    [
      "of an object that is made",
      `const make = () => ({ n: 1, set() { this.n = 2 }, ${MARK} load() { return this.n } })`,
    ],
    [
      "set by a constructor",
      `class R { n; constructor() { this.n = 1 } set() { this.n = 2 } ${MARK} load() { return this.n } }`,
    ],
    ["of a base class", `import { B } from "./base"; class R extends B { ${MARK} load() { return this.n } }`],
    ["read there", `import { B } from "./base"; class R extends B { ${MARK} load() { return this.read() } }`],
    ["a subclass", `class R { n = 1; ${MARK} load() { return this.n } } class S extends R { set() { this.n = 2 } }`],
    [
      "a subclass of one",
      `class R { n = 1; ${MARK} load() { return this.n } } class S extends R {} class T extends S { set() { this.n++ } }`,
    ],
    ["a pattern", `class R { n = /a/g; ${MARK} load(t: string) { return this.n.test(t) } }`],
    ["a pattern's name", `class R { n = /a/g; ${MARK} load(t: string) { const { n } = this; return n.exec(t) } }`],
    ["patterns", `class R { n = [/a/g]; ${MARK} load(t: string) { return this.n.some((p) => p.test(t)) } }`],
    [
      "a given pattern",
      `class R { n; constructor() { this.n = /a/g } ${MARK} load(t: string) { return this.n.test(t) } }`,
    ],
  ])("is warned about: %s", (_, text, field = "n") => {
    const base = "export class B { n = 1; set(n: number) { this.n = n } read() { return this.n } }";
    expect(said(text, base)).toEqual([`CACHET3002 this.${field}`]);
  });

  it.each<[what: string, text: string]>([
    [
      "only constructors set it",
      `class R { n; constructor(n: number) { this.n = n } ${MARK} load() { return this.n } }`,
    ],
    ["set once", `class R { n?: number; get one() { return (this.n ??= 1) } ${MARK} load() { return this.one } }`],
    [
      "what it does is its own",
      `class R { n = 0; calls: any[] = []; ${MARK} load(a: number) { this.n++; this.calls.push(a); return a } }`,
    ],
    ["another field", `class R { n = 1; m = 2; set() { this.m = 3 } ${MARK} load() { return this.n } }`],
    [
      "a part of the key",
      `class R { n = 1; set() { this.n = 2 } /** @cacheData({ this: "value" }) */ load() { return this.n } }`,
    ],
    [
      "left out",
      `class R { n = 1; set() { this.n = 2 } /** @cacheData({ this: "ignore" }) */ load() { return this.n } }`,
    ],
    [
      "meant where it is declared",
      `class R {\n  n = 1; // cachet-allow-mutable\n  set() { this.n = 2 } ${MARK} load() { return this.n } }`,
    ],
    [
      "another pattern",
      `class R { n = /a/; m = /b/g; ${MARK} load(t: string) { return this.n.test(t.replace(this.m, "")) } }`,
    ],
    [
      "a static one of that name",
      `class R { n = 1; static n = 2; static set() { this.n = 3 } ${MARK} load() { return this.n } }`,
    ],
  ])("says nothing: %s", (_, text) => {
    expect(said(text)).toEqual([]);
  });

  it.each([
    ["a class", `class R { static n = 1; static set() { this.n = 2 } ${MARK} static load() { return this.n } }`, "R"],
    ["an object", `const r = { n: 1, set() { this.n = 2 }, ${MARK} load() { return this.n } }`, "r"],
  ])("is said by the name of %s that has one", (_, text, name) => {
    expect(said(text)).toEqual([`CACHET3002 ${name}`]);
  });

  it("names the line that changes it, and of a read elsewhere the file", () => {
    const { diagnostics } = transform(
      `class R {\n  n = 1;\n  set() { this.n = 2 }\n  ${MARK}\n  load() { return this.n }\n}`,

      { fileName: "/p/a.ts", root: "/p", read: () => undefined, resolve: () => undefined },
    );
    expect(diagnostics).toMatchObject([{ severity: "warning", line: 5, fixes: [{}] }]);
    expect(diagnostics[0]?.message).toContain("changed at run time in line 3");
  });
});

/** A class with a method that does something to the field that its marked method reads, and what stands before it. */
const table = (does: string, before = "", members = "") =>
  `${before} class R { rows: any = [{}]; ids: any = []; ${members} set(x: any, items: any) { ${does} } ${MARK} load() { return this.rows.length } }`;

const FILL = "function fill(rows: any, x?: any) { rows.push(x) }";

const HELPERS = {
  helpers: `${FILL} export { fill }; export default fill; export const size = (rows: any) => rows.length;
    export class Filler { fill(rows: any) { rows.push(1) } static fill(rows: any) { rows.push(1) } size(rows: any) { return rows.length } }
    export const filler = new Filler(); export const tools = { fill(rows: any) { rows.push(1) } };`,
  barrel: 'export * from "./inner";',
  inner: 'export { fill as add } from "./helpers";',
};

describe("what functions of the project change of a field", () => {
  it.each<[what: string, does: string, before?: string, members?: string]>([
    ["a function of the file", "fill(this.rows)", FILL],
    ["an element", "fill(this.rows)", "function fill(rows: any) { rows[0] = 1 }"],
    ["the length", "fill(this.rows)", "function fill(rows: any) { rows.length = 0 }"],
    ["a member that is deleted", "fill(this.rows)", "function fill(rows: any) { delete rows.a }"],
    ["what is assigned", "fill(this.rows)", "function fill(rows: any) { Object.assign(rows, { a: 1 }) }"],
    ["a part", "fill(this.rows)", "function fill(rows: any) { for (const row of rows) row.a = 1 }"],
    ["an arrow function", "fill(this.rows)", "const fill = (rows: any) => { rows.push(1) };"],
    ["a later argument", "put(x, this.rows)", "const put = (x: any, rows: any) => void rows.push(x);"],
    ["a function's own parameter `this`", "put(this.rows)", "function put(this: void, rows: any) { rows.push(1) }"],
    ["another function in between", "both(this.rows)", `${FILL} const both = (all: any) => fill(all, 1);`],
    ["an imported function", "fill(this.rows)", 'import { fill } from "./helpers";'],
    ["a default export", "fill(this.rows)", 'import fill from "./helpers";'],
    ["a namespace", "h.fill(this.rows)", 'import * as h from "./helpers";'],
    ["a barrel", "add(this.rows)", 'import { add } from "./barrel";'],
    ["a static method", "Filler.fill(this.rows)", "class Filler { static fill(rows: any) { rows.push(1) } }"],
    ["an imported static method", "Filler.fill(this.rows)", 'import { Filler } from "./helpers";'],
    ["a method of a constant", "filler.fill(this.rows)", 'import { filler } from "./helpers";'],
    ["a method of an object", "tools.fill(this.rows)", 'import { tools } from "./helpers";'],
    ["a method of the class", "this.#fill(this.rows)", "", "#fill(rows: any) { rows.push(1) }"],
    ["an arrow in a field", "this.fill(this.rows)", "", "fill = (rows: any) => { rows.push(1) };"],
    ["a static method of the class", "R.fill(this.rows)", "", "static fill(rows: any) { rows.push(1) }"],
    ["a helper in a field", "this.#h.fill(this.rows)", 'import { Filler } from "./helpers";', "#h = new Filler();"],
    [
      "a helper that the constructor sets",
      "this.#h.fill(this.rows)",
      'import { Filler } from "./helpers";',
      "#h; constructor() { this.#h = new Filler() }",
    ],
    [
      "an inherited helper",
      "this.#h.fill(this.rows)",
      'import { Filler } from "./helpers"; class F extends Filler {}',
      "#h = new F();",
    ],
    ["a constant", "const rows = this.rows; fill(rows)", FILL],
    ["a variable", "let rows = this.rows; fill(rows)", FILL],
    ["a pattern", "const { rows } = this; fill(rows)", FILL],
    ["a renaming pattern", "const { rows: all } = this; fill(all)", FILL],
    ["a pattern of another name for this", "const self = this; const { rows } = self; fill(rows)", FILL],
    ["a pattern's name that is changed", "const { rows } = this; rows.push(x)"],
    ["a constant that is changed", "const rows = this.rows; rows.push(x)"],
    ["a row that is changed", "this.rows[0].a = x"],
    ["rows that are changed", "for (const row of this.rows) row.a = x"],
    ["rows that are found", "const row = this.rows.find((one: any) => one.id === x); row.a = 1"],
    ["an optional call", "fill?.(this.rows)", FILL],
    ["an assertion", "fill(this.rows!)", FILL],
    ["arguments in a list", "fill(...[this.rows, x])", FILL],
    ["arguments that are spread", "fill(...this.rows)", "function fill(row: any) { row.a = 1 }"],
    ["a rest parameter", "all(x, this.rows)", "function all(...lists: any[]) { lists[1].push(1) }"],
    ["a pattern of a parameter", "fill({ rows: this.rows })", "function fill({ rows }: any) { rows.push(1) }"],
    ["what holds it", "const all: any = { rows: this.rows, log: [] }; all.rows.push(x)"],
    ["what was given it", "items.rows = this.rows; fill(items.rows)", FILL],
    ["a name that was given it by default", "let rows; ({ rows = this.rows } = x); rows.push(1)"],
    ["a member of a parameter", "fill({ rows: this.rows })", "function fill(held: any) { held.rows.push(1) }"],
    ["a default", "fill(this.rows)", "function fill(rows: any = []) { rows.push(1) }"],
    ["a method's own default", "((rows = this.rows) => { rows.push(1) })()"],
    ["a callback", "this.rows.forEach((row: any) => { row.a = x })"],
    ["a callback that has a name", "this.rows.forEach(change)", "const change = (row: any) => { row.a = 1 };"],
    ["in a callback", "items.forEach((one: any) => fill(this.rows, one))", FILL],
    ["in a condition", "if (x) fill(x ? this.rows : items)", FILL],
    ["what is set once", "(this.rows ??= []).push(x)"],
    ["what is set once, by a name", "const rows = (this.rows ??= []); fill(rows)", FILL],
    ["what a function gives back", "listOf(this.rows).push(x)", "const listOf = (rows: any) => (rows ? rows : []);"],
    ["a constant that stands for a function", "add(this.rows)", `${FILL} const add = fill;`],
    ["called", "fill.call(null, this.rows)", FILL],
    ["applied", "fill.apply(null, [this.rows, x])", FILL],
  ])("is warned about: by %s", (_, does, before, members) => {
    expect(said(table(does, before, members), "", HELPERS)).toEqual(["CACHET3002 this.rows"]);
  });

  it.each<[what: string, does: string, before?: string, members?: string]>([
    ["only reads", "size(this.rows)", 'import { size } from "./helpers";'],
    ["only reads, as a method", "this.#h.size(this.rows)", 'import { Filler } from "./helpers";', "#h = new Filler();"],
    ["changes another argument", "fill(x, this.rows)", FILL],
    ["is given a copy", "fill([...this.rows])", FILL],
    ["is given a clone", "fill(structuredClone(this.rows))", FILL],
    ["is given a slice", "fill(this.rows.slice())", FILL],
    ["is given a collection of it", "fill2(new Set(this.rows))", "const fill2 = (all: any) => void all.add(1);"],
    ["is given its rows", "fill(items, ...this.rows)", FILL],
    ["changes a copy", "sorted(this.rows)", "const sorted = (rows: any) => [...rows].sort();"],
    [
      "changes a sorted copy",
      "more(this.rows)",
      "const more = (rows: any) => { const all = [...rows].sort(); all.push(1) };",
    ],
    ["changes copied rows", "for (const row of this.rows.map((one: any) => ({ ...one }))) row.a = 1"],
    ["changes a copy by its own name", "own(this.rows)", "function own(rows: any) { rows = [...rows]; rows.push(1) }"],
    ["changes a copied object", "own(this.rows)", "const own = (rows: any) => { const all = { ...rows }; all.a = 1 };"],
    ["assigns into something new", "own(this.rows)", "const own = (rows: any) => Object.assign({}, rows, { a: 1 });"],
    ["changes what it looked up", "const one = items.get(this.rows); one.a = 1"],
    ["changes what it asked for", "const row = await this.rows.find(x); row.a = 1"],
    ["changes what it made of it", "const url = new URL(this.rows); url.pathname = x"],
    ["builds a query", "this.rows.update(x).set({ a: 1 })"],
    ["handles an event", "this.rows.on(x, (event: any) => { event.done = true })"],
    ["puts it into another list", "Array.prototype.push.apply(items, this.rows)"],
    ["gives a parameter another value", "own(this.rows)", "function own(rows: any) { rows = 1; return rows }"],
    ["gives a name another value", "let { rows } = this; rows = x; return rows"],
    ["reduces it", "this.rows.reduce(sum, {})", "const sum = (all: any, row: any) => { all[row.a] = 1; return all };"],
    ["is not known", "fill(this.rows)", "declare function fill(rows: any): void;"],
    ["is a package's", "fill(this.rows)", 'import fill from "package";'],
    ["a method of that name", "this.add(x)", "", "add(x: any) { return x } more() { return this.add(1) }"],
    ["changes what holds it too", "const all: any = { rows: this.rows, log: [] }; all.log.push(x)"],
    ["changes what was given it", "items.rows = this.rows; items.log.push(x)"],
    [
      "changes what else it is handed",
      "put({ rows: this.rows, log: x })",
      "const put = (all: any) => void all.log.push(1);",
    ],
    [
      "changes what else a pattern takes",
      "put({ rows: this.rows, log: x })",
      "const put = ({ log }: any) => void log.push(1);",
    ],
    ["takes it for a default", "let rows; ({ rows = this.rows } = x); [rows = this.rows] = items; return rows"],
    ["calls it", "const made = this.rows.make.call(x); made.set(1)"],
    ["is given back as a copy", "copyOf(this.rows).push(x)", "const copyOf = (rows: any) => [...rows];"],
    [
      "gives others back elsewhere",
      "listOf(this.rows); const own = listOf(x); own.push(1)",
      "const listOf = (rows: any) => (rows ? rows : []);",
    ],
    [
      "is another function later",
      "add(this.rows)",
      `${FILL} let add = fill; export const set = (f: any) => { add = f };`,
    ],
    ["is taken out of a function", "add(this.rows)", `${FILL} const { add } = fill as any;`],
    ["changes another field", "fill(this.ids)", FILL],
    ["gives it back", "return this.rows", "", "get all() { return this.rows }"],
  ])("says nothing: what is called %s", (_, does, before, members) => {
    const text = table(does, before, members).replace("set(x", does.includes("await") ? "async set(x" : "set(x");
    expect(said(text, "", HELPERS).filter((line) => line.includes("3002"))).toEqual([]);
  });

  it("counts what is looked at on the way among the files that the function depends on", () => {
    const { functions } = transformed(table("add(this.rows)", 'import { add } from "./barrel";'), HELPERS);
    expect(functions[0]?.dependencies).toEqual(["/p/barrel.ts", "/p/helpers.ts", "/p/inner.ts"]);
  });

  it("is told where a marked method has it changed and reads it, not where it only has it changed", () => {
    const marked = (does: string) => `${FILL} class R { rows: any = []; ${MARK} load(x: any) { ${does} } }`;
    expect(said(marked("fill(this.rows, x); return this.rows.length"))).toEqual(["CACHET3002 this.rows"]);
    expect(said(marked("fill(this.rows, x); return x"))).toEqual([]);
  });
});

describe("what a method reads of what it has set itself", () => {
  const last = (does: string) =>
    said(`class R { last: any; set(x: any) { this.last = x } ${MARK} load(x: any) { ${does} } }`);

  it.each([
    "this.last = x + 1; return this.last",
    "this.last = x; const { last } = this; return last",
    "this.last = [x]; return String(this.last)",
  ])("is no read of others: %s", (does) => {
    expect(last(does)).toEqual([]);
  });

  it.each([
    "if (x) this.last = x; return this.last",
    "this.last = this.last + x; return this.last",
    "const before = this.last; this.last = x; return before",
    "this.last = x; this.set(2); return this.last",
    "this.last = x; return () => this.last",
    "this.last ??= x; return this.last",
    "for (const y of x) { this.last = y } return this.last",
    "x ||= this.last = 1; return this.last",
  ])("is one where it isn't sure: %s", (does) => {
    expect(last(does)).toEqual(["CACHET3002 this.last"]);
  });

  it("is one after an await", () => {
    const text = `class R { last: any; set(x: any) { this.last = x } ${MARK} async load(x: any) { this.last = x; await x; return this.last } }`;
    expect(said(text)).toEqual(["CACHET3002 this.last"]);
  });
});
