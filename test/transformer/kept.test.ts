import { describe, expect, it } from "vitest";
import { type Files, linkFunction } from "./link-project.ts";

/** What is said of `load` in main.ts. */
function codesOf(text: string, more: Files = {}): string[] {
  const files = { "package.json": '{ "name": "app" }', "main.ts": text, ...more };
  return [...new Set(linkFunction({ files }, "main.ts", "load").warnings.map(({ code }) => code))];
}

const TABLE = "const table = { n: 1 };";
const LOAD = "export function load() { return table.n }";

describe("what an object is handed to and keeps it", () => {
  it.each([
    // Instances.
    "class Store { constructor(private t: any) {} go() { this.t.n = 2 } } export const s = new Store(table);",
    "class Store { t: any; constructor(t: any) { this.t = t } go() { this.t.n = 2 } } export const s = new Store(table);",
    "class Store { #t: any; constructor(t: any) { this.#t = t } go() { this.#t.n = 2 } } export const s = new Store(table);",
    "class Store { t: any; constructor({ t }: any) { this.t = t } go() { this.t.n = 2 } } export const s = new Store({ t: table });",
    "class Store { o: any; constructor(t: any) { this.o = { t } } go() { this.o.t.n = 2 } } export const s = new Store(table);",
    "class Store { constructor(private t: any) {} go = () => { this.t.n = 2 } } export const s = new Store(table);",
    "const put = (t: any) => { t.n = 2 }; class Store { constructor(private t: any) {} go() { put(this.t) } } export const s = new Store(table);",
    "class Store { constructor(private t: any) {} go() { const { t } = this; t.n = 2 } } export const s = new Store(table);",
    "class Store { all: any[] = []; add(t: any) { this.all.push(t) } go() { for (const t of this.all) t.n = 2 } } const s = new Store(); s.add(table); export { s };",
    "class Base { constructor(protected t: any) {} } class Store extends Base { go() { this.t.n = 2 } } export const s = new Store(table);",
    "class Base { constructor(protected t: any) {} go() { this.t.n = 2 } } class Store extends Base { constructor(t: any) { super(t) } } export const s = new Store(table);",
    "class Store { t = table; go() { this.t.n = 2 } } export { Store };",
    "class Store { static t = table; static go() { this.t.n = 2 } } export { Store };",
    "class Store { t: any; set(t: any) { this.t = t } go() { this.t.n = 2 } } export const s = new Store(); s.set(table);",
    // Objects with methods.
    "export const s = { t: table, go() { this.t.n = 2 } };",
    "export const s = { t: null as any, take(t: any) { this.t = t }, go() { this.t.n = 2 } }; s.take(table);",
    // Closures.
    "const make = (t: any) => ({ go() { t.n = 2 } }); export const s = make(table);",
    "const make = (t: any) => (n: number) => { t.n = n }; export const s = make(table);",
    "function make(t: any) { function go() { t.n = 2 } return { go } } export const s = make(table);",
    "function watch(t: any) { setInterval(() => { t.n = 2 }, 9) } watch(table);",
    "function watch(t: any) { process.on('message', () => { t.n = 2 }) } watch(table);",
    "function watch(t: any) { fetch('/').then((r) => { t.n = r.status }) } watch(table);",
    // Variables of a module.
    "let current: any; function use(t: any) { current = t } use(table); export const go = () => { current.n = 2 };",
    "const all: any[] = []; function use(t: any) { all.push(t) } use(table); export const go = () => { for (const t of all) t.n = 2 };",
    // A function's `this`.
    "function set(this: any) { this.n = 2 } export const go = set.bind(table);",
    "function set(this: any) { this.n = 2 } export function go() { set.call(table) }",
    "function set(this: any) { this.n = 2 } export function go() { set.apply(table, []) }",
    // Generators and references.
    "function* each() { yield table } export function go() { for (const t of each()) t.n = 2 }",
    "const ref = new WeakRef(table); export function go() { ref.deref()!.n = 2 }",
  ])("is warned about: %s", (text) => {
    expect(codesOf(`${TABLE} ${text} ${LOAD}`)).toEqual(["CACHET3002"]);
  });

  it.each([
    ["class Store { constructor(private t: any) {} go() { this.t.n = 2 } } export { Store }", "Store"],
    [
      "class Base { constructor(protected t: any) {} go() { this.t.n = 2 } } export class Store extends Base {}",
      "Store",
    ],
  ])("is followed to a class of another module: %s", (text, name) => {
    const main = `import { ${name} } from "./store"; ${TABLE} export const s = new ${name}(table); ${LOAD}`;
    expect(codesOf(main, { "store.ts": text })).toEqual(["CACHET3002"]);
  });

  it.each([
    "export const make = (t: any) => ({ go() { t.n = 2 } });",
    "let current: any; export const make = (t: any) => { current = t }; export const go = () => { current.n = 2 };",
    "export function make(t: any) { setTimeout(() => { t.n = 2 }) }",
    "export async function make(t: any) { for (;;) t.n = (await fetch('/')).status }",
    "export async function make(t: any) { const r = await fetch('/'); t.n = r.status }",
  ])("is followed to a function of another module: %s", (text) => {
    const main = `import { make } from "./make"; ${TABLE} export const s = make(table); ${LOAD}`;
    expect(codesOf(main, { "make.ts": text })).toEqual(["CACHET3002"]);
  });

  it("is warned about where `super` sets what a class is read for", () => {
    const text = "class A { static n = 1 } class B extends A { static go() { super.n = 2 } } export { B };";
    expect(codesOf(`${text} export function load() { return B.n }`)).toEqual(["CACHET3002"]);
  });

  it.each([
    // Nothing is changed in it.
    "class Store { constructor(private t: any) {} go() { return this.t.n } } export const s = new Store(table);",
    "class Store { constructor(private t: any) {} go(t: any) { this.t = t } } export const s = new Store(table);",
    "class Store { calls = 0; constructor(private t: any) {} go() { this.calls++; return this.t.n } } export const s = new Store(table);",
    "class Store { o: any; constructor(t: any) { this.o = { t, calls: 0 } } go() { this.o.calls++ } } export const s = new Store(table);",
    "class Store { all: any; constructor(t: any) { this.all = { a: t } } put(k: string, v: any) { for (const [key] of Object.entries(this.all)) if (key === k) this.all[k] = v } } export const s = new Store(table);",
    "function get(this: any) { return this.n } export const go = get.bind(table);",
    "export const s = { t: table, calls: 0, go() { this.calls++; return this.t.n } };",
    "const seen = new WeakMap<object, number>(); seen.set(table, 1); export const go = () => seen.get(table);",
    // It is changed once, while the module is evaluated, and what changes it counts.
    "const make = (t: any) => ({ go() { t.n = 2 } }); const s = make(table); s.go();",
    "const make = (t: any) => ({ go() { t.n = 2 } }); make(table).go();",
    "class Store { constructor(private t: any) {} go() { this.t.n = 2 } } const s = new Store(table); s.go();",
    "function fill(t: any) { [1, 2].forEach((n) => { t.n = n }) } fill(table);",
  ])("is not warned about: %s", (text) => {
    expect(codesOf(`${TABLE} ${text} ${LOAD}`)).toEqual([]);
  });

  it.each([
    "const make = (t: any) => ({ go() { t.n++ } }); const s = make(table);",
    "class Store { constructor(private t: any) {} go() { this.t.n++ } } const s = new Store(table);",
  ])("counts in the hash where it is called as the module is evaluated: %s", (text) => {
    const hashOf = (calls: string) =>
      linkFunction({ files: { "main.ts": `${TABLE} ${text} ${calls} ${LOAD}` } }, "main.ts", "load").hash;
    expect(hashOf("s.go();")).not.toBe(hashOf("s.go(); s.go();"));
  });
});

describe("what a function gives out of its module", () => {
  const keeps = (more: string) => ({ "table.ts": `export const table = { n: 1, list: [1] }; ${more}` });
  const reads = (text: string) =>
    `import { table, give } from "./table"; ${text} export function load() { return table.n }`;

  it.each([
    ["export const give = () => table;", "export const go = () => { give().n = 2 };"],
    ["export const give = () => table;", "export const go = () => { const t = give(); t.n = 2 };"],
    ["export const give = () => table.list;", "export const go = () => { give().push(2) };"],
    ["export function give() { return table }", "export const go = () => { give().list.push(2) };"],
    ["export async function give() { return table }", "export const go = async () => { (await give()).n = 2 };"],
    ["let t: any; export const give = () => (t ??= table);", "export const go = () => { give().n = 2 };"],
    ["export const give = () => ({ table });", "export const go = () => { give().table.n = 2 };"],
  ])("is warned about where another module changes it: %s %s", (giver, user) => {
    expect(codesOf(reads(user), keeps(giver))).toEqual(["CACHET3002"]);
  });

  it("is warned about where an instance is given out, and one of its methods changes it", () => {
    const text = "class Store { n = 1; set(n: number) { this.n = n } } const store = new Store();";
    const more = { "store.ts": `${text} export const give = () => store; export const read = () => store.n;` };
    const main = 'import { give, read } from "./store"; export const go = () => give().set(2);';
    expect(codesOf(`${main} export function load() { return read() }`, more)).toEqual(["CACHET3002"]);
  });

  it.each([
    ["export const give = () => ({ ...table });", "export const go = () => { give().n = 2 };"],
    ["export const give = () => structuredClone(table);", "export const go = () => { give().n = 2 };"],
    ["export const give = () => table;", "export const go = () => give().list.map((n) => n + 1);"],
    ["export const give = () => table;", "export const go = () => console.log(give());"],
    [
      "const make = (t: any) => [t.n]; export const give = () => make(table);",
      "export const go = () => give().push(1);",
    ],
  ])("is not warned about where it is a copy, or only read: %s %s", (giver, user) => {
    expect(codesOf(reads(user), keeps(giver))).toEqual([]);
  });

  it.each([
    "function update(change: any) { change(table) } export const go = () => update((t: any) => { t.n = 2 });",
    "const update = (change: any) => change(table); export const go = () => update((t: any) => { t.n = 2 });",
    "const tap = (t: any, use: any) => { use(t); return t }; export const go = () => tap(table, (t: any) => { t.n = 2 });",
    "const tap = (t: any, use: any) => { use(t); return t }; function bump(t: any) { t.n++ } export const go = () => tap(table, bump);",
    "const later = (use: any, t: any) => () => use(t); export const go = later((t: any) => { t.n++ }, table);",
  ])("is warned about where a function that is handed in changes it: %s", (text) => {
    expect(codesOf(`${TABLE} ${text} ${LOAD}`)).toEqual(["CACHET3002"]);
  });

  it("is not warned about where such a function only reads it", () => {
    const text = "function use(read: any) { return read(table) } export const go = () => use((t: any) => t.n);";
    expect(codesOf(`${TABLE} ${text} ${LOAD}`)).toEqual([]);
  });
});

describe("what an async function changes after it has waited", () => {
  it.each([
    "async function poll() { for (;;) { const r = await fetch('/'); table.n = r.status } } poll();",
    "async function poll() { for (;;) { table.n++; await new Promise((r) => setTimeout(r, 9)) } } poll();",
    "(async () => { table.n = (await fetch('/')).status })();",
    "async function* lines() { yield 'a' } async function read() { for await (const line of lines()) table.n = line.length } read();",
    "async function init() { await fetch('/'); [1].forEach((n) => { table.n = n }) } init();",
    "const put = () => { table.n = 2 }; async function init() { await fetch('/'); put() } init();",
  ])("is warned about: %s", (text) => {
    expect(codesOf(`${TABLE} ${text} ${LOAD}`)).toEqual(["CACHET3002"]);
  });

  it.each([
    "async function init() { table.n = 2; await fetch('/') } init();",
    "async function init() { table.n = 2 } init();",
    "(async () => { table.n = 2; [1].map(async () => { await fetch('/') }) })();",
  ])("is not warned about before that: %s", (text) => {
    expect(codesOf(`${TABLE} ${text} ${LOAD}`)).toEqual([]);
  });
});
