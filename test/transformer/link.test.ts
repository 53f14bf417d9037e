import ts from "typescript";
import ts59 from "typescript-5.9";
import { describe, expect, it } from "vitest";
import { createLinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { parseOnce } from "../../transformer/3-hash/graph/modules.ts";
import { runAsync } from "../../transformer/host-requests.ts";
import { parse } from "../../transformer/syntax/parse.ts";
import { type Files, hostOf, linkFunction, linkIn, type Project } from "./link-project.ts";

/** From this to that: a function given the files, or a replacement in one file. */
type Change = [file: string, from: string, to: string] | ((files: Files) => Files);

interface Case {
  title: string;
  files: Files;
  change: Change;
  changes: boolean;
  aliases?: Record<string, string>;
}

function apply(files: Files, change: Change): Files {
  if (typeof change === "function") return change(files);
  const [file, from, to] = change;
  const text = String(files[file]);
  if (!text.includes(from)) throw new Error(`"${from}" is not in ${file}`);
  return { ...files, [file]: text.replace(from, to) };
}

const TYPES = "export type T = 1; interface I {} export { I }; export declare function f(): T; declare const d: I; ;";

const SHOP: Files = {
  "package.json": '{ "name": "shop", "version": "1.0.0" }',
  "src/main.ts": `
    import { price } from "./price";
    import * as money from "./money";
    import { Status, other } from "./barrel";
    import base, { type Options } from "./base";
    import dayjs from "dayjs";
    import utc from "dayjs-utc";
    dayjs.extend(utc);
    export function load(id: number, options?: Options) {
      const total = price(id) + money.round(1) + Status.Open + base();
      return [total, dayjs(), options as Options];
    }
    export function unrelated() { return other; }
    const limits = { max: 3 };
    limits.max = 4;
    export function capped() { return limits.max; }
    export type Note = string;
  `,
  "src/price.ts": `
    import { TAX } from "./tax.ts";
    export const price = (id: number): number => id * TAX * rate();
    function rate() { return 2; }
    export function neverUsed() { return 1; }
    export interface Price { value: number }
  `,
  "src/tax.ts": "export const TAX = 1.2; export const DUTY = 3;",
  "src/money.ts": "export function round(n: number) { return n; } export function format() { return ''; }",
  "src/barrel.ts": "export * from './status'; export { other } from './other'; export type * from './types';",
  "src/status.ts": "export enum Status { Open = 1, Closed = 2 } export const hidden = 1;",
  "src/other.ts": "export const other = 1;",
  "src/types.ts": "export interface T { a: 1 }",
  "src/base.ts": "export interface Options { a: 1 } export default function () { return 1; } export const extra = 1;",
  "node_modules/dayjs/package.json": '{ "name": "dayjs", "version": "1.11.0" }',
  "node_modules/dayjs/index.js": "module.exports = 1",
  "node_modules/dayjs-utc/package.json": '{ "name": "dayjs-utc", "version": "1.0.0" }',
  "node_modules/dayjs-utc/index.js": "module.exports = 1",
};

function shop(title: string, change: Change, changes: boolean): Case {
  return { title, files: SHOP, change, changes };
}

/** One file `main.ts` with a function `load`, perhaps with others. */
function small(title: string, main: string, change: Change, changes: boolean, more: Files = {}, aliases = {}): Case {
  const files = { "package.json": '{ "name": "app" }', "main.ts": main, ...more };
  return { title, files, change, changes, aliases };
}

const CASES: Case[] = [
  shop("its own body", ["src/main.ts", "price(id) +", "price(id) -"], true),
  shop("a helper", ["src/price.ts", "id * TAX", "id + TAX"], true),
  shop("a helper's helper", ["src/price.ts", "return 2", "return 3"], true),
  shop("a constant three files away", ["src/tax.ts", "1.2", "1.3"], true),
  shop("an unrelated constant beside it", ["src/tax.ts", "DUTY = 3", "DUTY = 4"], false),
  shop("an unused export", ["src/price.ts", "return 1;", "return 9;"], false),
  shop("the name of an unused export", ["src/price.ts", "neverUsed", "neverEver"], false),
  shop("a type", ["src/price.ts", "value: number", "value: string"], false),
  shop("an imported type", ["src/base.ts", "a: 1", "a: 2"], false),
  shop("a member used of a namespace import", ["src/money.ts", "return n", "return -n"], true),
  shop("another member of a namespace import", ["src/money.ts", "return ''", "return 'x'"], false),
  shop("an enum behind export *", ["src/status.ts", "Open = 1", "Open = 5"], true),
  shop("a sibling behind export *", ["src/status.ts", "hidden = 1", "hidden = 2"], false),
  shop("a constant that only another function reads", ["src/other.ts", "= 1", "= 2"], false),
  shop("a default export", ["src/base.ts", "return 1", "return 2"], true),
  shop("an export beside the default", ["src/base.ts", "extra = 1", "extra = 2"], false),
  shop("a package's version", ["node_modules/dayjs/package.json", "1.11.0", "1.11.1"], true),
  shop("a package's files, same version", ["node_modules/dayjs/index.js", "1", "2"], false),
  shop("a plugin's version, used by a statement", ["node_modules/dayjs-utc/package.json", "1.0.0", "1.0.1"], true),
  shop("the statement that adds the plugin", ["src/main.ts", "dayjs.extend(utc);", ""], true),
  shop("another function in the file", ["src/main.ts", "return other;", "return other + 1;"], false),
  shop("another constant in the file", ["src/main.ts", "limits.max = 4", "limits.max = 5"], false),
  shop("a type in the file", ["src/main.ts", "Note = string", "Note = number"], false),
  shop("CRLF everywhere", (files) => mapText(files, (text) => text.replaceAll("\n", "\r\n")), false),
  shop("a byte order mark everywhere", (files) => mapText(files, (text) => `\uFEFF${text}`), false),
  shop("comments", ["src/price.ts", "function rate", "/* ! */ function rate"], false),
  shop("a helper moved to another file", moveTax, false),
  shop("the barrel skipped", ["src/main.ts", '"./barrel"', '"./barrel2"'], false),
  shop("the package's own version", ["package.json", "1.0.0", "2.0.0"], false),

  small(
    "a reference bound to something else",
    "import { a, b } from './x'; export function load() { return a }",
    ["main.ts", "{ a, b }", "{ b as a }"],
    true,
    { "x.ts": "export const a = 1; export const b = 2;" },
  ),
  small(
    "two imports swapped",
    "import { a, b } from './x'; export function load() { return a / b }",
    ["main.ts", "{ a, b }", "{ b as a, a as b }"],
    true,
    { "x.ts": "export const a = 1; export const b = 2;" },
  ),
  small(
    "the name of an import alone",
    "import { a } from './x'; export function load() { return a }",
    ["main.ts", "'./x'", "'./y'"],
    false,
    { "x.ts": "export const a = 1", "y.ts": "export const a = 1" },
  ),
  small(
    "a renamed re-export",
    "import { c } from './x'; export function load() { return c }",
    ["x.ts", "a as c", "b as c"],
    true,
    { "x.ts": "import { a, b } from './y'; export { a as c, b as d };", "y.ts": "export const a = 1, b = 2;" },
  ),
  small(
    "a class's base in another file",
    "import { B } from './x'; class A extends B {} export function load() { return new A() }",
    ["x.ts", "1", "2"],
    true,
    { "x.ts": "export class B { x = 1 }" },
  ),
  small(
    "export * as a namespace",
    "import { ns } from './x'; export function load() { return ns.a }",
    ["y.ts", "1", "2"],
    true,
    { "x.ts": "export * as ns from './y'", "y.ts": "export const a = 1" },
  ),
  small(
    "a member of a namespace taken apart",
    "import * as ns from './x'; export function load() { const { a } = ns; return a }",
    ["x.ts", "b = 2", "b = 3"],
    false,
    { "x.ts": "export const a = 1; export const b = 2" },
  ),
  small(
    "a namespace handed on as a whole",
    "import * as ns from './x'; export function load() { return Object.keys(ns) }",
    ["x.ts", "b = 2", "b = 3"],
    true,
    { "x.ts": "export const a = 1; export const b = 2" },
  ),
  small(
    "what a whole namespace reaches",
    "import * as ns from './x'; export function load() { return f(ns) }",
    ["y.ts", "1", "2"],
    true,
    { "x.ts": "import { c } from './y'; export const a = c;", "y.ts": "export const c = 1" },
  ),
  small(
    "a whole file that also declares types",
    "import * as ns from './x'; export function load() { return Object.keys(ns) }",
    ["x.ts", "b = 2", "b = 3"],
    true,
    { "x.ts": `${TYPES} export const b = 2` },
  ),
  small(
    "the types of a whole file",
    "import * as ns from './x'; export function load() { return Object.keys(ns) }",
    ["x.ts", TYPES, "type Local = 1; export { type Local, Local as Other }; export declare const ambient: 1;"],
    false,
    { "x.ts": `${TYPES} export const b = 2` },
  ),
  small(
    "a member by literal key",
    "import * as ns from './x'; export function load() { return ns['a'] }",
    ["x.ts", "b = 2", "b = 3"],
    false,
    { "x.ts": "export const a = 1; export const b = 2" },
  ),
  small(
    "a default export by name",
    "import x from './x'; export function load() { return x }",
    ["x.ts", "1", "2"],
    true,
    { "x.ts": "const v = 1; export default v" },
  ),
  small("a default class", "import X from './x'; export function load() { return new X() }", ["x.ts", "1", "2"], true, {
    "x.ts": "export default class Foo { a = 1 }",
  }),
  small(
    "import default as",
    "import { default as x } from './x'; export function load() { return x }",
    ["x.ts", "1", "2"],
    true,
    { "x.ts": "export default { a: 1 }" },
  ),
  small(
    "export default from",
    "import { x } from './x'; export function load() { return x }",
    ["y.ts", "1", "2"],
    true,
    { "x.ts": "export { default as x } from './y'", "y.ts": "export default 1" },
  ),
  small("export =", "import x = require('./x'); export function load() { return x }", ["x.ts", "1", "2"], true, {
    "x.ts": "const v = { a: 1 }; export = v",
  }),
  small(
    "a CommonJS module",
    "import x from './x.js'; export function load() { return x.a }",
    ["x.js", "1", "2"],
    true,
    { "x.js": "exports.a = 1" },
  ),
  small("a require call", "export function load() { return require('./x').a }", ["x.ts", "1", "2"], true, {
    "x.ts": "export const a = 1; export const b = 5",
  }),
  small(
    "another member of a require call",
    "export function load() { return require('./x').a }",
    ["x.ts", "5", "6"],
    false,
    { "x.ts": "export const a = 1; export const b = 5" },
  ),
  small(
    "a dynamic import",
    "export async function load() { return (await import('./x')).a }",
    ["x.ts", "1", "2"],
    true,
    { "x.ts": "export const a = 1; export const b = 5" },
  ),
  small(
    "another member of a dynamic import",
    "export async function load() { const { a } = await import('./x'); return a }",
    ["x.ts", "5", "6"],
    false,
    { "x.ts": "export const a = 1; export const b = 5" },
  ),
  small(
    "a dynamic import used as a whole",
    "export function load() { return import('./x') }",
    ["x.ts", "5", "6"],
    true,
    { "x.ts": "export const a = 1; export const b = 5" },
  ),
  small(
    "a destructuring declaration, as a whole",
    "const { a, b } = make(); function make() { return { a: 1, b: 2 } } export function load() { return a }",
    ["main.ts", "b: 2", "b: 3"],
    true,
  ),
  small(
    "a property written at module level",
    "const t: any = {}; t.x = 1; export function load() { return t }",
    ["main.ts", "t.x = 1", "t.x = 2"],
    true,
  ),
  small(
    "Object.assign at module level",
    "const t: any = {}; Object.assign(t, { a: 1 }); export function load() { return t }",
    ["main.ts", "a: 1", "a: 2"],
    true,
  ),
  small(
    "a push at module level",
    "const t: any[] = []; t.push(1); export function load() { return t }",
    ["main.ts", "push(1)", "push(2)"],
    true,
  ),
  small(
    "a push for each of some values",
    "const t: any[] = []; [1].forEach((n) => t.push(n)); export function load() { return t }",
    ["main.ts", "[1]", "[2]"],
    true,
  ),
  small(
    "a write under another name",
    "const t: any = {}; const u = t; u.x = 1; export function load() { return t }",
    ["main.ts", "x = 1", "x = 2"],
    true,
  ),
  small(
    "a write into a member that has a name",
    "class A {} const own: any = A.prototype; own.m = () => 1; export function load() { return new A() }",
    ["main.ts", "=> 1", "=> 2"],
    true,
  ),
  small(
    "a name for a member that is only read",
    "const t: any = { a: 1 }; const a = t.a; print(a, 1); export function load() { return t }",
    ["main.ts", "a, 1", "a, 2"],
    false,
  ),
  small(
    "a function's property",
    "function h(): any { return h } h.cache = 1; export function load() { return h() }",
    ["main.ts", "cache = 1", "cache = 2"],
    true,
  ),
  small(
    "a prototype's method",
    "class A {} (A as any).prototype.m = () => 1; export function load() { return new A() }",
    ["main.ts", "=> 1", "=> 2"],
    true,
  ),
  small(
    "a registration call",
    "const t = [1]; register(t, 1); export function load() { return t }",
    ["main.ts", "register(t, 1)", "register(t, 2)"],
    true,
  ),
  small(
    "a let written at module level",
    "let a = 1; a = 2; export function load() { return a }",
    ["main.ts", "a = 2", "a = 3"],
    true,
  ),
  small(
    "a write in a called function expression",
    "let a = 1; (() => { a = 2 })(); export function load() { return a }",
    ["main.ts", "a = 2", "a = 3"],
    true,
  ),
  small(
    "a call that only hands a function on",
    "function h() { return 1 } setTimeout(h, 1); export function load() { return h() }",
    ["main.ts", "h, 1", "h, 2"],
    false,
  ),
  small("a side-effect import", "import './x'; export function load() { return 1 }", ["x.ts", "1", "2"], true, {
    "x.ts": "globalThis.y = 1",
  }),
  small(
    "a recursion",
    "export function load(n) { return n && helper(n) } function helper(n) { return load(n - 1) }",
    ["main.ts", "n - 1", "n - 2"],
    true,
  ),
  small("JSON", "import data from './d.json'; export function load() { return data }", ["d.json", "1", "2"], true, {
    "d.json": '{ "a": 1 }',
  }),
  small(
    "JSON formatting",
    "import data from './d.json'; export function load() { return data }",
    ["d.json", '{ "a": 1 }', '{\n  "a":1\n}'],
    false,
    { "d.json": '{ "a": 1 }' },
  ),
  small(
    "a raw text",
    "import text from './d.txt?raw'; export function load() { return text }",
    ["d.txt", "1", "2"],
    true,
    { "d.txt": "1" },
  ),
  small(
    "raw source, even its comments",
    "import text from './x.ts?raw'; export function load() { return text }",
    ["x.ts", "// a", "// b"],
    true,
    { "x.ts": "// a" },
  ),
  small(
    "bytes",
    "import pic from './p.png'; export function load() { return pic }",
    (files) => ({ ...files, "p.png": new Uint8Array([0, 255, 2]) }),
    true,
    { "p.png": new Uint8Array([0, 255, 1]) },
  ),
  small(
    "new URL of a file",
    "export function load() { return new URL('./d.txt', import.meta.url) }",
    ["d.txt", "1", "2"],
    true,
    { "d.txt": "1" },
  ),
  small(
    "new URL of a worker",
    "export function load() { return new Worker(new URL('./w.ts', import.meta.url)) }",
    ["x.ts", "1", "2"],
    true,
    { "w.ts": "import { x } from './x'; x()", "x.ts": "export const x = () => 1" },
  ),
  small(
    "a virtual module's text",
    "import x from 'virtual:x'; export function load() { return x }",
    (files) => files,
    false,
    {},
    { "virtual:x": "virtual text" },
  ),
  small(
    "an alias",
    "import { a } from '#lib/x'; export function load() { return a }",
    ["lib/x.ts", "1", "2"],
    true,
    { "lib/x.ts": "export const a = 1" },
    { "#lib/x": "lib/x.ts" },
  ),
  small(
    "a linked workspace package",
    "import { a } from '@w/lib'; export function load() { return a }",
    ["packages/lib/index.ts", "1", "2"],
    true,
    { "packages/lib/index.ts": "export const a = 1", "node_modules/@w/lib/package.json": '{ "version": "0" }' },
    { "@w/lib": "packages/lib/index.ts" },
  ),
  small(
    "types beside code",
    "import { a } from './x'; export function load() { return a }",
    ["x.js", "1", "2"],
    true,
    { "x.d.ts": "export declare const a: number", "x.js": "export const a = 1" },
    { "./x": "x.d.ts" },
  ),
  small(
    "types without code",
    "import { a } from './x'; export function load() { return a }",
    ["x.d.ts", "number", "string"],
    false,
    { "x.d.ts": "export declare const a: number" },
    { "./x": "x.d.ts" },
  ),
  small(
    "export * from a package",
    "import { a } from './x'; export function load() { return a }",
    ["node_modules/z/package.json", "1.0.0", "1.0.1"],
    true,
    {
      "x.ts": "export * from 'z'",
      "node_modules/z/index.js": "",
      "node_modules/z/package.json": '{ "version": "1.0.0" }',
    },
  ),
  small(
    "a scoped package's subpath",
    "import { a } from '@s/z/deep/x.js'; export function load() { return a }",
    ["node_modules/@s/z/package.json", "1.0.0", "1.0.1"],
    true,
    { "node_modules/@s/z/package.json": '{ "version": "1.0.0" }' },
  ),
  small(
    "a dynamic package import",
    "export function load() { return import('z') }",
    ["node_modules/z/package.json", "1.0.0", "1.0.1"],
    true,
    { "node_modules/z/package.json": '{ "version": "1.0.0" }' },
  ),
  small(
    "a local name that hides a global",
    "export function load() { return fetch('/') }",
    ["main.ts", "export", "const fetch = (x) => x; export"],
    true,
  ),
  small(
    "a local name that hides nothing",
    "export function load() { return fetch('/') }",
    ["main.ts", "export", "const grab = (x) => x; export"],
    false,
  ),
  small(
    "another method of its class",
    "class Repo { get(id) { return id } other() { return 1 } load(id) { return this.get(id) } }",
    ["main.ts", "return 1", "return 2"],
    false,
  ),
  small(
    "a method of its class that it calls",
    "class Repo { get(id) { return id } load(id) { return this.get(id) } }",
    ["main.ts", "return id }", "return -id }"],
    true,
  ),
  small(
    "a method that its class's methods call",
    "class Repo { #k() { return 1 } get() { return this.#k() } load(id) { return this.get(id) } }",
    ["main.ts", "return 1", "return 2"],
    true,
  ),
  small(
    "an inherited method",
    "class B { get() { return 1 } } class Repo extends B { load(id) { return this.get(id) } }",
    ["main.ts", "return 1", "return 2"],
    true,
  ),
  small(
    "a super method",
    "class B { get() { return 1 } } class Repo extends B { load(id) { return super.get(id) } }",
    ["main.ts", "return 1", "return 2"],
    true,
  ),
  small(
    "any method when this is handed on",
    "class Repo { other() { return 1 } load(id) { return use(this) } }",
    ["main.ts", "return 1", "return 2"],
    true,
  ),
  small(
    "a static helper of its class",
    "class Repo { static k() { return 1 } static load(id) { return this.k() } k() { return 5 } }",
    ["main.ts", "return 1", "return 2"],
    true,
  ),
  small(
    "an instance method beside a static one",
    "class Repo { static k() { return 1 } static load(id) { return this.k() } k() { return 5 } }",
    ["main.ts", "return 5", "return 6"],
    false,
  ),
  small(
    "a sibling of an object method",
    "const o = { k() { return 1 }, other() { return 2 }, load() { return this.k() } }",
    ["main.ts", "return 2", "return 3"],
    false,
  ),
  small(
    "a captured local function",
    "function outer() { const h = () => 1; function load() { return h() } return load }",
    ["main.ts", "=> 1", "=> 2"],
    true,
  ),
  small(
    "a captured value's declaration",
    "function outer(x) { const v = x + 1; function load() { return v } return load }",
    ["main.ts", "x + 1", "x + 2"],
    false,
  ),
  small(
    "a helper of a captured local function",
    "const k = 1; function outer() { function h() { return k } function load() { return h() } return load }",
    ["main.ts", "k = 1", "k = 2"],
    true,
  ),
  small(
    "a namespace's member",
    "namespace N { export const a = 1 } export function load() { return N.a }",
    ["main.ts", "1", "2"],
    true,
  ),
  small(
    "a merged enum's second part",
    "enum E { A } enum E { B = 5 } export function load() { return E.A }",
    ["main.ts", "5", "6"],
    true,
  ),
  small(
    "an import alias",
    "namespace N { export const a = 1 } import b = N.a; export function load() { return b }",
    ["main.ts", "1", "2"],
    true,
  ),
  small(
    "code under eval",
    "const k = 1; export function load() { return eval('k') }",
    ["main.ts", "k = 1", "k = 2"],
    true,
  ),
  small(
    "a decorator's helper",
    "function d(x) { return x } class A { @d m() {} } export function load() { return new A() }",
    ["main.ts", "return x", "return -x"],
    true,
  ),
  small(
    "React of classic JSX",
    "import React from './r'; export function load() { return <a/> }",
    ["r.ts", "1", "2"],
    true,
    { "r.ts": "export default 1" },
  ),
];

function mapText(files: Files, change: (text: string) => string): Files {
  return Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, typeof text === "string" ? change(text) : text]),
  );
}

/** TAX goes to a folder of its own, and price imports it from there. */
function moveTax(files: Files): Files {
  const price = String(files["src/price.ts"]).replace("./tax.ts", "./deep/rates");
  return { ...files, "src/price.ts": price, "src/tax.ts": "", "src/deep/rates.ts": "export const TAX = 1.2;" };
}

function mainOf(files: Files): string {
  return "src/main.ts" in files ? "src/main.ts" : "main.ts";
}

function tsx(files: Files): [Files, string] {
  const main = mainOf(files);
  if (!String(files[main]).includes("<a/>")) return [files, main];
  const { [main]: text, ...others } = files;
  return [{ ...others, "main.tsx": text as string }, "main.tsx"];
}

const VERSIONS = [
  ["6.0", ts],
  ["5.9", ts59 as unknown as typeof ts],
] as const;

describe.each(VERSIONS)("the deep hash with TypeScript %s", (_version, api) => {
  it.each(CASES)("$title: changes is $changes", ({ files, change, changes, aliases = {} }) => {
    const hashOf = (all: Files): string => {
      const [named, main] = tsx({
        ...all,
        "src/barrel2.ts": "export { Status } from './status'; export * from './other';",
      });
      return linkFunction({ files: named, aliases, api }, main, "load").hash;
    };
    const before = hashOf(files);
    expect(before).toMatch(/^c1:[0-9a-f]{32}$/);
    expect(hashOf(apply(files, change)) !== before).toBe(changes);
  });
});

describe("the deep hash", () => {
  it("is one in both TypeScript versions", () => {
    for (const { files, aliases = {} } of CASES) {
      const [named, main] = tsx(files);
      const [one, other] = VERSIONS.map(([, api]) => linkFunction({ files: named, aliases, api }, main, "load").hash);
      expect(one).toBe(other);
    }
  });

  it("is one in another directory", () => {
    const one = linkFunction({ files: SHOP, root: "/p" }, "src/main.ts", "load");
    const other = linkFunction({ files: SHOP, root: "/somewhere/else" }, "src/main.ts", "load");
    expect(one.hash).toBe(other.hash);
  });

  it("is one whether the host answers at once or later, and whatever was linked before", async () => {
    const project: Project = { files: SHOP };
    const session = openSession(createLinkContext(ts), { root: "/p" });
    const alone = linkFunction(project, "src/main.ts", "load");
    const source = parseOnce(session.context, "/p/src/main.ts", String(SHOP["src/main.ts"]));
    const host = hostOf(project);
    const later = {
      read: async (file: string) => host.read(file),
      resolve: async (specifier: string, importer: string) => host.resolve(specifier, importer),
    };
    await runAsync(linkIn(session, source, "capped"), later);
    await runAsync(linkIn(session, source, "unrelated"), later);
    const linked = await runAsync(linkIn(session, source, "load"), later);
    expect(linked).toEqual(alone);
  });

  it("parses each text once per build", () => {
    const context = createLinkContext(ts);
    linkFunction({ files: SHOP, context }, "src/main.ts", "load");
    const [first] = [...context.parsed.values()];
    linkFunction({ files: SHOP, context }, "src/main.ts", "unrelated");
    expect([...context.parsed.values()]).toContain(first);
    const edited = apply(SHOP, ["src/tax.ts", "1.2", "1.3"]);
    const fresh = linkFunction({ files: edited }, "src/main.ts", "load").hash;
    expect(linkFunction({ files: edited, context }, "src/main.ts", "load").hash).toBe(fresh);
  });

  it("counts a virtual module by the text that the tool has for it", () => {
    const files = { "main.ts": "import x from 'virtual:x'; export function load() { return x }" };
    const hash = (aliases: Record<string, string>) => linkFunction({ files, aliases }, "main.ts", "load").hash;
    const [one, other] = ["virtual one", "virtual other"].map((text) => hash({ "virtual:x": text }));
    expect(new Set([one, other, hash({})]).size).toBe(3);
  });

  it("counts a worker import as the whole file", () => {
    const files: Files = {
      "main.ts": "import W from './w.ts?worker'; export function load() { return new W() }",
      "w.ts": "import { x } from './x'; onmessage = () => x();",
      "x.ts": "export const x = () => 1; export const y = 2;",
    };
    const hash = (all: Files) => linkFunction({ files: all }, "main.ts", "load").hash;
    expect(hash(apply(files, ["x.ts", "() => 1", "() => 2"]))).not.toBe(hash(files));
    expect(hash(apply(files, ["x.ts", "y = 2", "y = 3"]))).toBe(hash(files));
  });

  describe("of functions that call each other", () => {
    const ring = (size: number, first = 0) => {
      const files: Files = { "package.json": '{ "name": "ring" }' };
      for (let index = 0; index < size; index++) {
        const next = (index + 1) % size;
        files[`f${index}.ts`] =
          `import { f${next} } from "./f${next}"; export function f${index}(n) { return n ? f${next}(n - ${index}) : ${index === first ? 7 : 0} }`;
      }
      return files;
    };

    it("is one wherever one enters", () => {
      const files = {
        ...ring(5),
        "a.ts": "import { f0 } from './f0'; import { f3 } from './f3'; export function a() { return [f0, f3] }",
      };
      const entries = ["f0", "f1", "f2", "f3", "f4"];
      const alone = entries.map((name) => linkFunction({ files }, `${name}.ts`, name).hash);
      expect(new Set(alone).size).toBe(5);
      const again = [...entries].reverse().map((name) => linkFunction({ files }, `${name}.ts`, name).hash);
      expect(again.reverse()).toEqual(alone);
      const withOthers = { ...files, "a.ts": String(files["a.ts"]).replace("[f0, f3]", "[f3, f0]") };
      expect(linkFunction({ files: withOthers }, "f2.ts", "f2").hash).toBe(alone[2]);
    });

    it("changes for all when one changes", () => {
      for (const name of ["f0", "f1", "f4"]) {
        const hash = (files: Files) => linkFunction({ files }, `${name}.ts`, name).hash;
        expect(hash(ring(5, 0))).not.toBe(hash(ring(5, 1)));
        expect(hash(ring(5, 2))).not.toBe(hash(ring(5, 3)));
        expect(hash(ring(5))).not.toBe(hash(ring(6)));
      }
    });

    it("survives a chain of 3,000 and a ring of 300", () => {
      const chain = Array.from({ length: 3000 }, (_, i) => `function f${i}(n) { return f${i + 1}(n) }`).join("\n");
      const files = { "main.ts": `${chain}\nfunction f3000(n) { return n }` };
      const changed = { "main.ts": `${chain}\nfunction f3000(n) { return -n }` };
      expect(linkFunction({ files }, "main.ts", "f0").hash).not.toBe(
        linkFunction({ files: changed }, "main.ts", "f0").hash,
      );
      expect(linkFunction({ files: ring(300) }, "f0.ts", "f0").dependencies.length).toBe(299);
    });
  });

  it("takes only its own code when told to", () => {
    const own = (files: Files, change?: Change) =>
      linkFunction({ files: change ? apply(files, change) : files }, "src/main.ts", "load", { codeHash: "own" });
    expect(own(SHOP, ["src/price.ts", "id * TAX", "id + TAX"]).hash).toBe(own(SHOP).hash);
    expect(own(SHOP, ["src/main.ts", "price(id) +", "price(id) -"]).hash).not.toBe(own(SHOP).hash);
    expect(own(SHOP).dependencies).toEqual([]);
  });

  it("takes a version by hand", () => {
    const hash = (version?: string | number) => linkFunction({ files: SHOP }, "src/main.ts", "load", { version }).hash;
    expect(new Set([hash(), hash(1), hash("1"), hash(2)]).size).toBe(4);
  });

  it("counts option expressions and what they reach", () => {
    const files: Files = {
      "main.ts": "import { fresh } from './x'; const inner = 1; export function load() { return 1 }",
      "x.ts": "export const fresh = () => true;",
    };
    const hash = (all: Files, text: string) => {
      const file = parse(ts, "/p/options.ts", `(${text})`);
      const expression = (file.statements[0] as ts.ExpressionStatement).expression;
      return linkFunction({ files: all }, "main.ts", "load", { expressions: [expression] }).hash;
    };
    expect(hash(files, "fresh")).not.toBe(linkFunction({ files }, "main.ts", "load").hash);
    expect(hash(files, "fresh")).not.toBe(hash(apply(files, ["x.ts", "true", "false"]), "fresh"));
    expect(hash(files, "() => inner")).not.toBe(
      hash(apply(files, ["main.ts", "inner = 1", "inner = 2"]), "() => inner"),
    );
    expect(hash(files, "() => 1")).not.toBe(hash(files, "() => 2"));
    expect(hash(files, "(inner) => inner")).toBe(
      hash(apply(files, ["main.ts", "inner = 1", "inner = 2"]), "(inner) => inner"),
    );
  });

  it("counts a class whose instances an option's rule stands for in the key", () => {
    const files: Files = {
      "main.ts": "import { Point } from './point'; export function load(at: Point) { return at.norm() }",
      "point.ts": "export class Point { norm() { return 1 } }",
    };
    const hash = (all: Files, text: string) => {
      const file = parse(ts, "/p/options.ts", `(${text})`);
      const { expression } = (file.statements[0] as ts.ExpressionStatement).expression as ts.ParenthesizedExpression;
      return linkFunction({ files: all }, "main.ts", "load", { expressions: [expression] }).hash;
    };
    const edited = apply(files, ["point.ts", "return 1", "return 2"]);
    expect(hash(edited, "{ Point: () => 1 }")).not.toBe(hash(files, "{ Point: () => 1 }"));
    expect(hash(edited, "{ Other: () => 1 }")).toBe(hash(files, "{ Other: () => 1 }"));
  });

  it("names the files it covers, without itself, packages and what types alone reach", () => {
    const { dependencies } = linkFunction({ files: SHOP }, "src/main.ts", "load");
    const short = dependencies.map((file) => file.replace("/p/src/", ""));
    expect(short).toEqual(["barrel.ts", "base.ts", "money.ts", "price.ts", "status.ts", "tax.ts"]);
  });

  it("explains itself as a list of what is reached", () => {
    const { tree } = linkFunction({ files: SHOP }, "src/main.ts", "load");
    const [root] = tree;
    const names = root?.uses.map((index) => `${tree[index]?.kind} ${tree[index]?.name}`);
    expect(root).toMatchObject({ kind: "function", name: "load", file: "/p/src/main.ts", line: 9 });
    expect(names).toEqual([
      "value price",
      "function round",
      "enum Status",
      "value default",
      "package dayjs@1.11.0#default",
      "statement changes dayjs",
    ]);
    const price = tree.find((node) => node.name === "price");
    expect(price?.uses.map((index) => tree[index]?.name)).toEqual(["TAX", "rate"]);
  });

  it("counts the place of a file only where code asks for it", () => {
    const files = (path: string, body: string): Files => ({
      "package.json": '{ "name": "app" }',
      "main.ts": `import { h } from "./${path}"; export function load() { return h() }`,
      [`${path}.ts`]: `export function h() { return ${body} }`,
    });
    const hash = (path: string, body: string) => linkFunction({ files: files(path, body) }, "main.ts", "load").hash;
    expect(hash("a", "1")).toBe(hash("b", "1"));
    expect(hash("a", "import.meta.url")).not.toBe(hash("b", "import.meta.url"));
    expect(hash("a", "__dirname")).not.toBe(hash("b", "__dirname"));
    expect(hash("a", "import.meta.env.X")).toBe(hash("b", "import.meta.env.X"));
  });
});

describe("what the deep hash cannot see", () => {
  const warningsOf = (main: string, more: Files = {}) => {
    const { warnings } = linkFunction({ files: { "main.ts": main, ...more } }, "main.ts", "load");
    return warnings.map(({ code, file, start, length }) => {
      const text = String({ "main.ts": main, ...more }[file.slice(3)]);
      return `${code} ${text.slice(start, start + length)}`;
    });
  };

  it.each<[title: string, source: string, warnings: string[]]>([
    [
      "a reassigned let",
      "let n = 0; export function next() { n++ } export function load() { return n }",
      ["CACHET3001 n"],
    ],
    ["a let written at module level", "let n = 0; n = 1; export function load() { return n }", ["CACHET3001 n"]],
    ["a let never reassigned", "let n = 0; export function load() { return n }", []],
    ["a reassigned let it doesn't read", "let n = 0; n = 1; export function load() { return 1 }", []],
    [
      "a const filled at run time",
      "const m: any = {}; export function put(k) { m[k] = 1 } export function load() { return m }",
      ["CACHET3002 m"],
    ],
    [
      "a Map filled at run time",
      "const m = new Map(); export function put(k) { m.set(k, 1) } export function load() { return m }",
      ["CACHET3002 m"],
    ],
    [
      "a const filled under another name",
      "const m: any = { of: [] }; export function put(k) { const of = m.of; of.push(k) } export function load() { return m }",
      ["CACHET3002 m"],
    ],
    [
      "a Map only read",
      "const m = new Map(); export function has(k) { return m.has(k) } export function load() { return m }",
      [],
    ],
    [
      "a reassigned let that is meant",
      "let n = 0; // cachet-allow-mutable\nn = 1; export function load() { return n }",
      [],
    ],
    [
      "a filled Map that is meant",
      "// cachet-allow-mutable: a memo\nconst m = new Map(); export function load(k) { m.set(k, 1); return m }",
      [],
    ],
    [
      "a reassigned let in its computed name",
      "let load = 'a'; load = 'b'; export class A { [load]() { return 1 } }",
      [],
    ],
    [
      "a reassigned let in its computed name and its body",
      "let load = 'a'; load = 'b'; export const o = { [load]() { return load } }",
      ["CACHET3001 load"],
    ],
    ["the clock", "export function load() { return Date.now() }", ["CACHET3003 Date.now()"]],
    [
      "the clock again",
      "export function load() { return [new Date(), performance.now()] }",
      ["CACHET3003 new Date()", "CACHET3003 performance.now()"],
    ],
    ["a given date", "export function load(t) { return new Date(t) }", []],
    [
      "chance",
      "export function load() { return Math.random() + crypto.randomUUID() }",
      ["CACHET3003 Math.random()", "CACHET3003 crypto.randomUUID()"],
    ],
    [
      "imported chance",
      "import { randomUUID } from 'node:crypto'; export function load() { return randomUUID() }",
      ["CACHET3003 randomUUID()"],
    ],
    [
      "an own function of that name",
      "const Math = { random: () => 4 }; export function load() { return Math.random() }",
      [],
    ],
    ["allowed on the line", "export function load() { return Date.now() } // cachet-allow-impure: a stamp", []],
    ["allowed above", "export function load() {\n  // cachet-allow-impure\n  return Date.now()\n}", []],
    [
      "allowed elsewhere",
      "// cachet-allow-impure\n\nexport function load() { return Date.now() }",
      ["CACHET3003 Date.now()"],
    ],
    ["a computed import", "export function load(x) { return import(x) }", ["CACHET3004 import(x)"]],
    [
      "a glob",
      "export function load() { return import.meta.glob('./*.ts') }",
      ["CACHET3004 import.meta.glob('./*.ts')"],
    ],
    ["eval", "export function load() { return eval('1') }", ["CACHET3004 eval"]],
    ["a missing file", "import { a } from './nope'; export function load() { return a }", ["CACHET3004 a"]],
    ["a missing package", "import { a } from 'nope'; export function load() { return a }", ["CACHET3004 a"]],
  ])("warns of %s", (_title, source, warnings) => {
    expect(warningsOf(source)).toEqual(warnings);
  });

  it("warns in the file where it stands", () => {
    const more = { "x.ts": "export const h = () => Math.random();" };
    const { warnings } = linkFunction(
      { files: { "main.ts": "import { h } from './x'; export function load() { return h() }", ...more } },
      "main.ts",
      "load",
    );
    expect(warnings).toEqual([expect.objectContaining({ code: "CACHET3003", file: "/p/x.ts", start: 23, length: 13 })]);
  });
});

describe("environment variables", () => {
  it.each<[source: string, names: string[]]>([
    ["export function load() { return process.env.A }", ["process.env.A"]],
    ["export function load() { return process.env['A'] }", ["process.env.A"]],
    ["export function load() { return process?.env?.A }", ["process.env.A"]],
    ["export function load() { return globalThis.process.env.A }", ["process.env.A"]],
    ["export function load() { const { A, B: b } = process.env; return A + b }", ["process.env.A", "process.env.B"]],
    ["export function load() { return import.meta.env.MODE }", ["import.meta.env.MODE"]],
    ["import process from 'node:process'; export function load() { return process.env.A }", ["process.env.A"]],
    ["export function load(process) { return process.env.A }", []],
    ["export function load(k) { return process.env[k] }", []],
    ["export function load() { process.env.A = '1' }", []],
    ["const a = process.env.A; const b = process.env.B; export function load() { return a }", ["process.env.A"]],
  ])("%s → %j", (source, names) => {
    expect(linkFunction({ files: { "main.ts": source } }, "main.ts", "load").envReads).toEqual(names);
  });

  it("counts in reached files", () => {
    const files = {
      "main.ts": "import { h } from './x'; export function load() { return h() }",
      "x.ts": "export const h = () => process.env.DEEP; export const i = () => process.env.OTHER;",
    };
    expect(linkFunction({ files }, "main.ts", "load").envReads).toEqual(["process.env.DEEP"]);
  });
});
