import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createLinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { parseOnce } from "../../transformer/3-hash/graph/modules.ts";
import { runSync } from "../../transformer/host-requests.ts";
import { transform } from "../../transformer/index.ts";
import { describeOutside } from "../../transformer/outside-warnings.ts";
import { dependentsIn, outsideOf, warningsAbout } from "../../transformer/reports/dependents.ts";
import { type Files, hostOf, linkFunction } from "./link-project.ts";

/** What is said of what `other.ts`, which `load` of main.ts doesn't reach, does to what it reaches. */
function diagnosticsOf(files: Files, name = "load") {
  const session = openSession(createLinkContext(ts), { root: "/p" });
  const { dependencies, changeable } = linkFunction({ files, session }, "main.ts", name);
  const dependent = { name, files: new Set(["/p/main.ts", ...dependencies]), changeable: new Set(changeable) };
  parseOnce(session.context, "/p/other.ts", String(files["other.ts"]));
  const { changes } = runSync(describeOutside(session, "/p/other.ts"), hostOf({ files }));
  return warningsAbout(changes, outsideOf("/p/other.ts", [dependent]));
}

function warningsOf(files: Files, name?: string): string[] {
  return diagnosticsOf(files, name).map(({ code, message }) => `${code} ${/^"(.*?)"/.exec(message)?.[1]}`);
}

const main = (text: string, other: string, more: Files = {}): Files => ({
  "package.json": "{}",
  "main.ts": text,
  "other.ts": other,
  ...more,
});

const REGISTRY = { "r.ts": "export const r = new Map<string, any>(); export const list: any[] = [];" };
const READ = "import { r } from './r'; export function load(k: string) { return r.get(k) }";
const TESTING = Object.fromEntries(
  ["vitest", "@jest/globals", "assert"].flatMap((name) => [
    [`node_modules/${name}/package.json`, '{"version":"1.0.0"}'],
    [`node_modules/${name}/index.js`, "export const it = () => {}"],
  ]),
);
const PACKAGE = {
  "node_modules/reg/package.json": '{"version":"1.0.0"}',
  "node_modules/reg/index.js": "export const set = () => {}",
};

describe("changes by code that isn't reached", () => {
  it.each<[title: string, files: Files, what: string]>([
    ["a registry is filled", main(READ, "import { r } from './r'; r.set('a', 1);", REGISTRY), "r"],
    [
      "through a barrel",
      main(READ, "import { r } from './barrel'; r.set('a', 1);", { ...REGISTRY, "barrel.ts": "export * from './r';" }),
      "r",
    ],
    [
      "by an instance that keeps it",
      main(
        READ,
        "import { r } from './r'; class Store { constructor(private all: any) {} add() { this.all.set('a', 1) } } export const store = new Store(r);",
        REGISTRY,
      ),
      "r",
    ],
    [
      "by a class of another file whose instance keeps it",
      main(READ, "import { r } from './r'; import { Store } from './store'; export const store = new Store(r);", {
        ...REGISTRY,
        "store.ts": "export class Store { constructor(private all: any) {} add() { this.all.set('a', 1) } }",
      }),
      "r",
    ],
    [
      "by a function that was made with it",
      main(READ, "import { r } from './r'; import { adder } from './adder'; export const add = adder(r);", {
        ...REGISTRY,
        "adder.ts": "export const adder = (all: any) => (key: string) => { all.set(key, 1) };",
      }),
      "r",
    ],
    [
      "under another name",
      main(READ, "import { map } from './alias'; map.set('a', 1);", {
        ...REGISTRY,
        "alias.ts": "import { r } from './r'; export const map = r;",
      }),
      "map",
    ],
    ["at run time", main(READ, "import { r } from './r'; export function put() { r.set('a', 1); }", REGISTRY), "r"],
    [
      "a list is filled by a called function",
      main(
        "import { list } from './r'; export function load() { return list }",
        "import { list } from './r'; function boot() { list.push(1); } boot();",
        REGISTRY,
      ),
      "list",
    ],
    [
      "a member is assigned",
      main("import { o } from './o'; export function load() { return o.x }", "import { o } from './o'; o.x = 1;", {
        "o.ts": "export const o: any = {};",
      }),
      "o",
    ],
    [
      "a prototype is patched",
      main(
        "import { M } from './m'; export function load() { return new (M as any)().x() }",
        "import { M } from './m'; (M.prototype as any).x = () => 1;",
        { "m.ts": "export class M {}" },
      ),
      "M",
    ],
    [
      "a prototype of the language, by another name",
      main(READ, "const proto = Array.prototype as any; proto.last = () => 1;", REGISTRY),
      "a global",
    ],
    [
      "a prototype of the language, taken from its class in a function",
      main(READ, "function patch() { const { prototype: p } = String as any; p.up = () => 1; } patch();", REGISTRY),
      "a global",
    ],
    [
      "a computed global, by another name",
      main(READ, "const all = globalThis as any; const g = all; for (const k of ['a']) g[k] = 1;", REGISTRY),
      "a global",
    ],
    [
      "a prototype of the language",
      main("export function load() { return 1 }", "(Array.prototype as any).x = 1;"),
      "a global",
    ],
    [
      "an object is configured",
      main(
        "import { c } from './c'; export function load() { return c.get() }",
        "import { c } from './c'; c.configure({ x: 1 });",
        {
          "c.ts":
            "class C { o: any; configure(o: any) { this.o = o } get() { return this.o } } export const c = new C();",
        },
      ),
      "c",
    ],
    [
      "a package is configured",
      main(
        "import { set } from 'reg'; export function load() { return set() }",
        "import { set } from 'reg'; set(1);",
        PACKAGE,
      ),
      "package reg@1.0.0",
    ],
    [
      "a registry is filled while another is made",
      main(READ, "import { add } from './add'; export const home = add('home');", {
        ...REGISTRY,
        "add.ts":
          "import { r } from './r'; export function add(k: string) { put(k); return k; function put(k: string) { r.set(k, 1) } }",
      }),
      "r",
    ],
    [
      "a package is configured once something is loaded",
      main(
        "import { set } from 'reg'; export function load() { return set() }",
        "import { set } from 'reg'; import('./r').then((all) => { set(all) }); ",
        { ...PACKAGE, ...REGISTRY },
      ),
      "package reg@1.0.0",
    ],
    [
      "a registry is filled in a handler",
      main(READ, "import { r } from './r'; import { app } from 'reg'; app.get('/', (req) => { r.set(req.id, 1) });", {
        ...REGISTRY,
        ...PACKAGE,
      }),
      "r",
    ],
    [
      "a list of a table of constants is changed",
      main(
        "import { t } from './t'; export function load() { return t.list }",
        "import { t } from './t'; const { list } = t; list.push(1);",
        { "t.ts": "export const t = { a: 'x', list: [1] };" },
      ),
      "t",
    ],
    [
      "a function gets a property",
      main(
        "import { f } from './f'; export function load() { return (f as any).x }",
        "import { f } from './f'; (f as any).x = 1;",
        { "f.ts": "export function f() {}" },
      ),
      "f",
    ],
    [
      "a method is overridden in a subclass",
      main(
        "export class Base { load() { return this.step() } step() { return 1 } }",
        "import { Base } from './main'; export class D extends Base { step() { return 2 } }",
      ),
      "Base.step",
    ],
    [
      "a method is overridden in a subclass of a subclass",
      main(
        "export default class Base { load() { return this.step() } step() { return 1 } }",
        "import { Mid } from './mid'; export class D extends Mid { step() { return 2 } }",
        { "mid.ts": "import Base from './main'; export class Mid extends Base {}" },
      ),
      "Base.step",
    ],
    [
      "a method that is inherited is overridden in a subclass",
      main(
        "import { Base } from './base'; export class Mid extends Base { load() { return this.step() } }",
        "import { Mid } from './main'; export class D extends Mid { step() { return 2 } }",
        { "base.ts": "export class Base { step() { return 1 } }" },
      ),
      "Base.step",
    ],
    [
      "a method that an inherited one calls is overridden in a subclass",
      main(
        "import { Base } from './base'; export class Mid extends Base { load() { return this.text() } }",
        "import { Mid } from './main'; export class D extends Mid { step() { return 2 } }",
        { "base.ts": "export class Base { text() { return this.step() } step() { return 1 } }" },
      ),
      "Base.step",
    ],
    [
      "a method is overridden of what hands on its this",
      main(
        "import { help } from './help'; export class Base { load() { return help(this) } step() { return 1 } }",
        "import { Base } from './main'; export class D extends Base { step() { return 2 } }",
        { "help.ts": "export const help = (o: any) => o.step();" },
      ),
      "Base.step",
    ],
    [
      "a module that counts whole",
      main(
        "import * as all from './r'; export function load(k: string) { return (all as any)[k] }",
        "import { r } from './r'; r.set('a', 1);",
        REGISTRY,
      ),
      "r",
    ],
    [
      "a test replaces a part of it",
      main(
        "import { c } from './c'; export function load() { return c.get() }",
        "import { vi } from 'vitest'; import { c } from './c'; vi.spyOn(c, 'get');",
        { ...TESTING, "c.ts": "export const c: any = { get: () => 1 };" },
      ),
      "c",
    ],
  ])("%s", (_, files, what) => {
    expect(warningsOf(files)).toEqual([`CACHET3002 ${what}`]);
  });

  it.each<[title: string, files: Files]>([
    [
      "a test looks at it",
      main(
        READ,
        "import { expect, it } from 'vitest'; import assert from 'assert'; import { r, list } from './r'; it('x', () => { expect(r).toEqual(1); expect(1).not.toBe(list); assert.deepEqual(r, 1); assert(list); }); expect(r).toBe(r);",
        { ...REGISTRY, ...TESTING },
      ),
    ],
    [
      "a test looks at a package's class",
      main(
        "import { set } from 'reg'; export function load() { return set }",
        "import { describe, expect, it } from '@jest/globals'; import { set } from 'reg'; describe('x', () => { it('y', () => { expect(1).toBeInstanceOf(set); }); });",
        { ...PACKAGE, ...TESTING },
      ),
    ],
    [
      "tests are told to a package that is reached",
      main(
        "import { vi } from 'vitest'; export function load() { return vi.fn(); }",
        "import { describe, it, vi } from 'vitest'; describe('x', () => { it('y', () => {}); }); vi.setConfig({ a: 1 });",
        TESTING,
      ),
    ],
    ["something else of the file is changed", main(READ, "import { list } from './r'; list.push(1);", REGISTRY)],
    ["it is only read", main(READ, "import { r } from './r'; console.log(r.get('a'), r.size);", REGISTRY)],
    ["it is reached", main(`import './other'; ${READ}`, "import { r } from './r'; r.set('a', 1);", REGISTRY)],
    [
      "the line says that it is meant",
      main(READ, "import { r } from './r';\nr.set('a', 1); // cachet-allow-mutable", REGISTRY),
    ],
    [
      "the declaration says that it is meant",
      main(READ, "import { r } from './r'; r.set('a', 1);", {
        "r.ts": "// cachet-allow-mutable\nexport const r = new Map<string, any>();",
      }),
    ],
    [
      "a subclass overrides what isn't used through this",
      main(
        "export class Base { load() { return 1 } step() { return 1 } }",
        "import { Base } from './main'; export class D extends Base { step() { return 2 } }",
      ),
    ],
    [
      "a subclass overrides what isn't run by a method of the class",
      main(
        "import { Base } from './base'; export function load() { return new Base().step() }",
        "import { Base } from './base'; export class D extends Base { step() { return 2 } }",
        { "base.ts": "export class Base { step() { return 1 } }" },
      ),
    ],
    [
      "a constant text",
      main(
        "import { t } from './t'; export function load() { return t }",
        "import { t } from './t'; import { set } from 'reg'; set(t);",
        {
          ...PACKAGE,
          "t.ts": "export const t = 'x';",
        },
      ),
    ],
    [
      "another file asks the same package for something",
      main(
        "import { set } from 'reg'; import * as reg from 'reg'; export function load() { return [set, reg.set] }",
        "import d, { set } from 'reg'; import * as reg from 'reg'; export const a = set.with(1), b = reg.set(2), c = d.make({ x: 1 }).then(3); export const f = () => set.now().text();",
        PACKAGE,
      ),
    ],
    [
      "a package is handed something and asked for a result",
      main(READ, "import { r } from './r'; import { Pool } from 'reg'; export const p = new Pool(r);", {
        ...REGISTRY,
        ...PACKAGE,
      }),
    ],
    [
      "a new list of parts is sorted, or gets another",
      main(
        "import { list } from './r'; export function load() { return list }",
        "import { list, r } from './r'; const own = list.filter(Boolean); own.push(1); export const a = [list, r].map((x) => x).sort(), b = list.slice().sort();",
        REGISTRY,
      ),
    ],
    [
      "what a cached function gave is changed, which is a copy",
      main(
        "import { make } from './m'; export function load() { return make(1).x }",
        "import * as m from './m'; const p = m.make(3); p.x = 9; export const q = [p];",
        { "m.ts": "const base = { k: 1 }; export function make(x: number) { return { x: x + base.k } }" },
      ),
    ],
    [
      "a called function asks a class for something",
      main(
        "import { Point } from './m'; export function load() { return new Point().x }",
        "import { make } from './m'; for (const x of [1]) make(x);",
        {
          "m.ts":
            "export class Point { x = 0; static at(x: number) { return new Point() } } export function make(x: number) { return [Point.at(x)] }",
        },
      ),
    ],
    [
      "the line in a block that changes it says that it's meant",
      main(
        READ,
        "import { r } from './r';\nfor (const x of [1]) {\n  r.set('a', x); // cachet-allow-mutable\n}",
        REGISTRY,
      ),
    ],
    [
      "a variable is set by its module's function, of which its readers are told",
      main("import { get } from './v'; export function load() { return get() }", "import { set } from './v'; set(1);", {
        "v.ts": "export let v = { x: 0 }; export const set = (n: any) => { v = n; }; export const get = () => v;",
      }),
    ],
    [
      "a handler or component asks a package to do something",
      main(
        "import { set } from 'reg'; import * as React from 'react'; export function load() { return [set(), React] }",
        `import { memo, set } from 'reg'; import { app } from './app'; import * as React from 'react';
         app.get('/', async (req, res) => { set(res, 1); await set(req); });
         export const Tile = memo(() => { set(1); React.useEffect(() => {}); });
         export const Card = React.memo((props) => { React.useEffect(() => { props.open = 1 }); });`,
        {
          ...PACKAGE,
          "app.ts": "export const app = { get(..._: any) {} }",
          "node_modules/react/package.json": '{"version":"1.0.0"}',
          "node_modules/react/index.js": "",
        },
      ),
    ],
    [
      "a package is awaited for what it gives",
      main(
        "import { set } from 'reg'; export function load() { return set() }",
        "import { set } from 'reg'; async function run() { const one = await set(1); return one } run();",
        PACKAGE,
      ),
    ],
    [
      "a function that changes it is only made",
      main(READ, "import { maker } from './maker'; export const later = maker();", {
        ...REGISTRY,
        "maker.ts": "import { r } from './r'; export function maker() { return (k: string) => { r.set(k, 1) } }",
      }),
    ],
    [
      "constants of a table are handed on in what is changed",
      main(
        "import { TYPES } from './t'; export function load() { return [TYPES.png, TYPES.svg] }",
        `import { TYPES } from './t'; import { fill } from './fill';
         const type = TYPES.svg; fill({ type: TYPES.png, deep: { type } });`,
        {
          "t.ts": "const OWN = { svg: 's' }; export const TYPES = { ...OWN, png: 'p' } as const;",
          "fill.ts": "export function fill(o: any) { o.type = 1; o.deep.x = 2; }",
        },
      ),
    ],
    [
      "what holds it is changed by the function that it is handed to",
      main(
        "import { list } from './r'; export function load() { return list }",
        "import { list } from './r'; import { fill } from './fill'; const made = fill({ list }); made.x = 1; Object.assign({ list }, { y: 2 });",
        { ...REGISTRY, "fill.ts": "export function fill(o: any) { o.done = 1; return o; }" },
      ),
    ],
    [
      "a function is handed to a package",
      main(
        "import { help } from './help'; export function load() { return help() }",
        "import { help } from './help'; import { set } from 'reg'; const all = { own: set(help) }; set(help); set(all);",
        { ...PACKAGE, "help.ts": "export function help() { return 1 }" },
      ),
    ],
    [
      "a subclass overrides the cached method itself",
      main(
        "export class Base { static load() { return 1 } }",
        "import { Base } from './main'; export class D extends Base { static override load() { return 2 } }",
      ),
    ],
    [
      "another default of a pattern is handed to a package",
      main(
        "import { list } from './r'; export function load() { return list }",
        "import { list } from './r'; import { set } from 'reg'; export function f({ all = list, own }) { set(() => all, [own]); }",
        { ...REGISTRY, ...PACKAGE },
      ),
    ],
    [
      "sums of parts are filled",
      main(
        "import { list } from './r'; export function load() { return list }",
        "import { list } from './r'; export const sums = list.reduce((all, one) => { all.x = one.y; return all; }, {});",
        REGISTRY,
      ),
    ],
  ])("nothing is said where %s", (_, files) => {
    expect(warningsOf(files)).toEqual([]);
  });

  it("points at what does it, in a block or in a function that is called", () => {
    const at = (other: string) =>
      diagnosticsOf(main(READ, other, REGISTRY)).map(({ line, column }) => `${line}:${column}`);
    expect(at("import { r } from './r';\nfor (const x of [1]) {\n  r.set('a', x);\n}")).toEqual(["3:3"]);
    expect(at("import { r } from './r';\nfunction boot() {\n  r.set('a', 1);\n}\nboot();")).toEqual(["3:3"]);
  });
});

it.each([
  ["statements", "r.set('a', 1); // cachet-allow-mutable\nr.set('b', 2);"],
  ["a statement", "r.set('a', 1) // cachet-allow-mutable\n  .set('b', 2), r\n    .set('c', 3);"],
  ["a called function", "function boot() {\nr.set('a', 1); // cachet-allow-mutable\nr.set('b', 2);\n}\nboot();"],
  [
    "functions that run later",
    "export function a() { r.set('a', 1); } // cachet-allow-mutable\nexport function b() { r.set('b', 2); }",
  ],
])("says of one of several changes in %s that it is meant, and not of the others", (_, other) => {
  expect(warningsOf(main(READ, `import { r } from './r';\n${other}`, REGISTRY))).toEqual(["CACHET3002 r"]);
});

it("calls a default export by its name", () => {
  const files = main(
    "import c from './c'; export function load() { return c.get() }",
    "import { boot } from './boot'; boot();",
    {
      "c.ts":
        "class C { o: any; set(o: any) { this.o = o } get() { return this.o } } const client = new C(); export default client;",
      "boot.ts": "import client from './c'; export function boot() { client.set(1) }",
    },
  );
  expect(warningsOf(files)).toEqual(["CACHET3002 client"]);
});

describe("changes by reached code of another file", () => {
  const hashes = (files: Files, edit: [file: string, from: string, to: string]) => {
    const [file, from, to] = edit;
    const edited = { ...files, [file]: String(files[file]).replace(from, to) };
    return [files, edited].map((each) => linkFunction({ files: each }, "main.ts", "load").hash);
  };

  it.each<[title: string, files: Files, edit: [file: string, from: string, to: string]]>([
    [
      "a package that only a helper reads is configured",
      main(
        "import { set } from 'reg'; import { get } from './get'; set(1); export function load() { return get() }",
        "",
        { ...PACKAGE, "get.ts": "import { set } from 'reg'; export function get() { return set() }" },
      ),
      ["main.ts", "set(1)", "set(2)"],
    ],
    [
      "a prototype gets a member that a method uses",
      main("import './patch'; export class Base { load() { return (this as any).step() } }", "", {
        "patch.ts": "import { Base } from './main'; (Base.prototype as any).step = () => 1;",
      }),
      ["patch.ts", "=> 1", "=> 2"],
    ],
  ])("%s", (_, files, edit) => {
    const [before, after] = hashes(files, edit);
    expect(after).not.toBe(before);
  });
});

describe("changes by a component", () => {
  it.each<[file: string, text: string, line: number]>([
    ["App.vue", "<script>\nimport { r } from './r';\nr.set('a', 1);\n</script>\n<template><p/></template>", 3],
    ["App.vue", "<script setup>\nimport { r } from './r';\nr.set('a', 1);\n</script>", 3],
    [
      "App.svelte",
      "<script module>\nimport { r } from './r';\n</script>\n<script>\nr.set('a', 1);\n</script>\n<p/>",
      5,
    ],
    ["App.astro", "---\nimport { r } from './r';\nr.set('a', 1);\n---\n<p/>", 3],
  ])("are told at their place: %s %s", (file, text, line) => {
    const files = main(READ, "", { ...REGISTRY, [file]: text });
    const session = openSession(createLinkContext(ts), { root: "/p" });
    const { dependencies, changeable } = linkFunction({ files, session }, "main.ts", "load");
    const dependent = {
      name: "load",
      files: new Set(["/p/main.ts", ...dependencies]),
      changeable: new Set(changeable),
    };
    const { changes } = runSync(describeOutside(session, `/p/${file}`), hostOf({ files }));
    const said = warningsAbout(changes, [dependent]);
    expect(said.map((one) => [one.code, one.file, one.line])).toEqual([["CACHET3002", `/p/${file}`, line]]);
  });
});

it.each([
  ["const DAY = 24 * 60 * 60 * 1000;", []],
  ["const URL = BASE + '/rows'; const BASE = `x${1}`;", []],
  ["const isOpen = true; const nothing = null; const kind = typeof isOpen; const mark = Symbol('x');", []],
  ["const DAYS = [1, 2 * 3];", ["/p/main.ts#DAYS"]],
  ["const DAY = day(); function day() { return 24 * 60; }", ["/p/main.ts#DAY"]],
])("code that isn't reached can't change what operators made: %s", (text, expected) => {
  const names = [...text.matchAll(/const (\w+)/g)].map(([, name]) => name);
  const files = { "package.json": "{}", "main.ts": `${text} export function load() { return [${names}]; }` };
  expect(linkFunction({ files }, "main.ts", "load").changeable).toEqual(expected);
});

describe("entries that all instances share", () => {
  const BASE =
    'export class Report { /** @cacheData({ this: "ignore" }) */ text(id: number) { return this.title() + id; } title() { return ""; } }';
  /** What is said of main.ts, which holds the mark, and of other.ts, as far as it isn't reached. */
  function said(files: Files) {
    const host = hostOf({ files });
    const options = { fileName: "/p/main.ts", root: "/p", ...host };
    const { diagnostics, functions } = transform(String(files["main.ts"]), options);
    const session = openSession(createLinkContext(ts), { root: "/p" });
    const { changes } = runSync(describeOutside(session, "/p/other.ts"), host);
    const outside = outsideOf("/p/other.ts", dependentsIn("/p/main.ts", { functions }));
    const of = (all: typeof diagnostics) => all.map(({ code, line }) => `${code} ${line}`);
    return { main: of(diagnostics), other: of(warningsAbout(changes, outside)) };
  }
  const invoice = (members: string, ending = "") =>
    `import { Report } from "./main";\nexport class Invoice extends Report { ${members} }${ending}`;

  it("are warned about where a subclass of a file that isn't reached overrides what makes them", () => {
    expect(said(main(BASE, invoice("title() { return 'i'; }")))).toEqual({
      main: [],
      other: ["CACHET3002 2", "CACHET3008 2"],
    });
    expect(said(main(BASE, invoice("title() { return 'i'; } text(id: number) { return String(id); }"))).other).toEqual([
      "CACHET3002 2",
    ]);
    expect(said(main(BASE, invoice("title() { return 'i'; }", " // cachet-allow-unkeyed"))).other).toEqual([
      "CACHET3002 2",
    ]);
    expect(said(main(BASE, invoice("other() { return 'i'; }"))).other).toEqual([]);
    const keyed = BASE.replace('"ignore"', '"value"');
    expect(said(main(keyed, invoice("title() { return 'i'; }"))).other).toEqual(["CACHET3002 2"]);
  });

  it("are warned about where the subclass's file is reached", () => {
    const reached = `import "./other";\n${BASE}`;
    expect(said(main(reached, invoice("title() { return 'i'; }")))).toEqual({ main: ["CACHET3008 2"], other: [] });
    expect(said(main(reached, invoice("title() { return 'i'; } text() { return ''; }"))).main).toEqual([]);
    expect(said(main(reached, invoice("title() { return 'i'; }", " // cachet-allow-unkeyed"))).main).toEqual([]);
  });

  it("are warned about where the members come from a base of another file", () => {
    const files = main(
      'import { Base } from "./base";\nexport class Report extends Base { /** @cacheData({ this: "ignore" }) */ text(id: number) { return this.line() + id; } }',
      invoice("title() { return 'i'; }"),
      { "base.ts": "export class Base { line() { return this.title(); } title() { return ''; } }" },
    );
    expect(said(files).other).toEqual(["CACHET3002 2", "CACHET3008 2"]);
  });
});
