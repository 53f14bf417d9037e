import ts from "typescript";
import { describe, expect, it } from "vitest";
import { createLinkContext, openSession } from "../../transformer/3-hash/graph/build-session.ts";
import { type Files, linkFunction } from "./link-project.ts";

/** Files, and an edit that changes what `load` in main.ts gives: the hash must change, or a warning must have told. */
type Case = [
  title: string,
  files: Files,
  edit: [file: string, from: string, to: string],
  aliases?: Record<string, string>,
];

const READ = "export function load(k: string) { return o.x + k }";

const COUNTED: Case[] = [
  [
    "Object.create(null) filled by a called function",
    main(`const o: any = Object.create(null); function setup() { o.x = 1; } setup(); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a destructured part",
    main(`const o: any = { x: { n: 1 } }; const { x } = o; x.n = 5; ${READ}`),
    ["main.ts", "5", "6"],
  ],
  [
    "a method under an alias",
    main(`class R { on(k: any) {} } const o: any = { x: new R() }; const h = o.x; h.on(1); ${READ}`),
    ["main.ts", "on(1)", "on(2)"],
  ],
  [
    "an object in a literal that is handed on",
    main(`const o: any = {}; const set = (p: any) => { p.o.x = 1; }; set({ o }); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  ["an alias by a default", main(`const o: any = {}; const d = o ?? {}; d.x = 1; ${READ}`), ["main.ts", "= 1", "= 2"]],
  [
    "an alias by a condition",
    main(`const o: any = {}; const d = o ? o : {}; d.x = 1; ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  ["a later assigned alias", main(`const o: any = {}; let d: any; d = o; d.x = 1; ${READ}`), ["main.ts", "= 1", "= 2"]],
  [
    "a loop over the elements",
    main(`const o: any = [{ x: 0 }]; for (const e of o) e.x = 1; ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a callback over the elements",
    main(`const o: any = [{ x: 0 }]; o.map((e: any) => { e.x = 1; }); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "what a function of another module gives back of it",
    {
      ...main(
        `import { pick } from './pick'; const o: any = { own: {} }; pick(o).x = 1; export function load() { return o.own.x }`,
      ),
      "pick.ts": "export const pick = (all: any) => { const { own } = all; return own; };",
    },
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "what a function gives back of it, under a name",
    main(`const o: any = { own: {} }; function pick(all: any) { return all.own } const p = pick(o); p.x = 1; ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "what a getter hands out",
    main(`const o: any = {}; function get() { return o; } get().x = 1; ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "Object . assign on two lines",
    main(`const o: any = {}; Object\n  .assign(o, { x: 1 }); ${READ}`),
    ["main.ts", "x: 1", "x: 2"],
  ],
  ["Object!.assign", main(`const o: any = {}; Object!.assign(o, { x: 1 }); ${READ}`), ["main.ts", "x: 1", "x: 2"]],
  ['Object["assign"]', main(`const o: any = {}; Object["assign"](o, { x: 1 }); ${READ}`), ["main.ts", "x: 1", "x: 2"]],
  [
    "a destructured assign",
    main(`const o: any = {}; const { assign } = Object; assign(o, { x: 1 }); ${READ}`),
    ["main.ts", "x: 1", "x: 2"],
  ],
  [
    "a function that is bound to it",
    main(`function set(this: any, n: number) { this.x = n } const o: any = {}; const s = set.bind(o); s(1); ${READ}`),
    ["main.ts", "s(1)", "s(2)"],
  ],
  [
    "a function that was made with it",
    main(
      `const setter = (p: any) => (n: number) => { p.x = n }; const o: any = {}; const s = setter(o); s(1); ${READ}`,
    ),
    ["main.ts", "s(1)", "s(2)"],
  ],
  [
    "what a reducer is given first",
    main(`const o: any = {}; ["x"].reduce((all, k) => { all[k] = 1; return all }, o); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a static set by a called function",
    main(`class o { static x = 0; } function init() { o.x = 1; } init(); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "state in a closure",
    main(
      `const o: any = (() => { let v = 0; return { set: (x: number) => { v = x; }, get x() { return v; } }; })(); function init() { o.set(1); } init(); ${READ}`,
    ),
    ["main.ts", "set(1)", "set(2)"],
  ],
  [
    "a registration in a declaration",
    main(
      `function make() { const m = new Map(); return { on(k: any, v: any) { m.set(k, v); }, x: m }; } const o: any = make(); export const off = o.on("x", 1); ${READ}`,
    ),
    ["main.ts", '"x", 1', '"x", 2'],
  ],
  [
    "mixins",
    main(
      `class A { a() { return 1 } } class S {} function apply(d: any, s: any[]) { s.forEach((c) => { d.prototype.a = c.prototype.a; }); } apply(S, [A]); export function load() { return new (S as any)().a() }`,
    ),
    ["main.ts", "return 1", "return 2"],
  ],
  [
    "a class that a function extends",
    main(
      `class S { x = 0 } function withRate(c: any) { c.prototype.rate = 1; return c; } const T = withRate(S); export function load() { return new (S as any)().rate }`,
    ),
    ["main.ts", "rate = 1", "rate = 2"],
  ],
  [
    "a member assigned to an object whose method reads this",
    main(`const o = { f: 1, load(k: string) { return this.f + k } }; o.f = 3;`),
    ["main.ts", "f = 3", "f = 4"],
  ],
  [
    "what an object's constant hands it",
    main(`const o: any = Object.assign({ load(k: string) { return (this as any).f + k } }, { f: 1 });`),
    ["main.ts", "f: 1", "f: 2"],
  ],
  [
    "a member that an object is spread",
    main(`const more = { f: 1 }; const o = { ...more, load(k: string) { return this.f + k } };`),
    ["main.ts", "f: 1", "f: 2"],
  ],
  [
    "a member of an object's prototype",
    main(`const base = { f() { return 1 } }; const o: any = { __proto__: base, load() { return super.f() } };`),
    ["main.ts", "return 1", "return 2"],
  ],
  [
    "a member that the constructor sets",
    main(`class C { f: number; constructor() { this.f = 1; } load(k: string) { return this.f + k } }`),
    ["main.ts", "f = 1", "f = 2"],
  ],
  [
    "a static that is read through the constructor",
    main(`class C { static f = 1; load(k: string) { return (this.constructor as typeof C).f + k } }`),
    ["main.ts", "f = 1", "f = 2"],
  ],
  [
    "an abstract member in a subclass",
    main(
      `abstract class C { abstract step(): number; load(k: string) { return this.step() + k } } class D extends C { step() { return 7 } }`,
    ),
    ["main.ts", "7", "8"],
  ],
  [
    "an overridden member in a subclass",
    main(
      `class C { step() { return 1 } load(k: string) { return this.step() + k } } class D extends C { step() { return 7 } }`,
    ),
    ["main.ts", "7", "8"],
  ],
  [
    "a global that is set beside it",
    main("globalThis.RATE = 1; export function load(k: string) { return RATE + k }"),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a global that only a helper of another module reads",
    {
      ...main("import { get } from './get'; globalThis.RATE = 1; export function load(k: string) { return get() + k }"),
      "get.ts": "declare const RATE: number; export function get() { return RATE }",
    },
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a prototype of the language",
    main("(BigInt.prototype as any).toJSON = () => 1; export function load() { return JSON.stringify(1n) }"),
    ["main.ts", "=> 1", "=> 2"],
  ],
  [
    "a called function that patches a prototype",
    main(
      "function patch() { (String.prototype as any).up = () => 1; } patch(); export function load() { return ('' as any).up() }",
    ),
    ["main.ts", "=> 1", "=> 2"],
  ],
  [
    "a side-effect import that fills a registry",
    {
      ...main(`import { o } from './o'; import './plug'; ${READ}`),
      "o.ts": "export const o: any = {};",
      "plug.ts": "import { o } from './o'; o.x = 1;",
    },
    ["plug.ts", "= 1", "= 2"],
  ],
  [
    "the order of side-effect imports that fill a registry",
    {
      ...main(`import { o } from './o'; import './one'; import './two'; ${READ}`),
      "o.ts": "export const o: any = {};",
      "one.ts": "import { o } from './o'; o.x = 1;",
      "two.ts": "import { o } from './o'; o.x = 2;",
    },
    ["main.ts", "import './one'; import './two';", "import './two'; import './one';"],
  ],
  [
    "a bootstrap call that fills a registry",
    {
      ...main(`import { o } from './o'; import { all } from './all'; all(); ${READ}`),
      "o.ts": "export const o: any = new Map();",
      "all.ts": "import { o } from './o'; export function all() { o.set('x', 1); }",
    },
    ["all.ts", "1", "2"],
  ],
  [
    "a bootstrap call through another function",
    {
      ...main(`import { o } from './o'; import { all } from './all'; function boot() { all(); } boot(); ${READ}`),
      "o.ts": "export const o: any = {};",
      "all.ts": "import { one } from './one'; export const all = () => { one(); };",
      "one.ts": "import { o } from './o'; export function one() { o.x = 1; }",
    },
    ["one.ts", "1", "2"],
  ],
  [
    "a setter of another module that is called beside it",
    {
      ...main("import { rate, setRate } from './rate'; setRate(1); export function load() { return rate }"),
      "rate.ts": "export let rate = 0; export function setRate(n: number) { rate = n; }",
    },
    ["main.ts", "setRate(1)", "setRate(2)"],
  ],
  [
    "a facade that configures a package",
    {
      ...main("import { lib } from './lib'; export function load() { return lib.rate }"),
      "lib.ts": "import lib from 'fake'; lib.rate = 1; export { lib };",
      "node_modules/fake/package.json": '{ "version": "1.0.0" }',
      "node_modules/fake/index.js": "",
    },
    ["lib.ts", "= 1", "= 2"],
  ],
  [
    "a package's function that configures it",
    {
      ...main("import { format, setup } from 'fake'; setup({ a: 1 }); export function load() { return format() }"),
      "node_modules/fake/package.json": '{ "version": "1.0.0" }',
      "node_modules/fake/index.js": "",
    },
    ["main.ts", "a: 1", "a: 2"],
  ],
  [
    "import().then",
    {
      ...main("export async function load() { return import('./r').then((m) => m.N) }"),
      "r.ts": "export const N = 1;",
    },
    ["r.ts", "1", "2"],
  ],
  [
    "import().then with a pattern",
    {
      ...main("export async function load() { return import('./r').then(({ N }) => N) }"),
      "r.ts": "export const N = 1;",
    },
    ["r.ts", "1", "2"],
  ],
  [
    "import() in Promise.all",
    {
      ...main("export async function load() { const [m] = await Promise.all([import('./r')]); return m.N }"),
      "r.ts": "export const N = 1;",
    },
    ["r.ts", "1", "2"],
  ],
  [
    "import() of a constant",
    {
      ...main("const R = './r'; export async function load() { return (await import(R)).N }"),
      "r.ts": "export const N = 1;",
    },
    ["r.ts", "1", "2"],
  ],
  [
    "an export that only run time makes",
    { ...main("import { N } from './r'; export function load() { return N }"), "r.ts": "exports['N'] = 1;" },
    ["r.ts", "1", "2"],
  ],
  [
    "an export through defineProperty",
    {
      ...main("import { N } from './r'; export function load() { return N }"),
      "r.ts": "Object.defineProperty(exports, 'N', { value: 1 });",
    },
    ["r.ts", "1", "2"],
  ],
  [
    "createRequire",
    {
      ...main(
        "import { createRequire as make } from 'node:module'; const r = make(import.meta.url); export function load() { return r('./data.json').n }",
      ),
      "data.json": '{ "n": 1 }',
    },
    ["data.json", "1", "2"],
  ],
  [
    "createRequire in place",
    {
      ...main(
        "import module from 'module'; export function load() { return module.createRequire(import.meta.url)('./data.json').n }",
      ),
      "data.json": '{ "n": 1 }',
    },
    ["data.json", "1", "2"],
  ],
  [
    "new URL of a constant",
    { ...main("const u = './d.txt'; export function load() { return new URL(u, import.meta.url) }"), "d.txt": "1" },
    ["d.txt", "1", "2"],
  ],
  [
    "a path joined to the directory",
    {
      ...main(
        "import path from 'node:path'; export function load() { return path.join(import.meta.dirname, 'd.txt') }",
      ),
      "d.txt": "1",
    },
    ["d.txt", "1", "2"],
  ],
  [
    "a path joined to the directory of a module's address",
    {
      ...main(
        "import path from 'node:path'; import { fileURLToPath } from 'node:url'; const here = path.dirname(fileURLToPath(import.meta.url)); export function load() { return path.join(here, 'd.txt') }",
      ),
      "d.txt": "1",
    },
    ["d.txt", "1", "2"],
  ],
  [
    "a template that begins with the directory",
    { ...main("export function load() { return `${import.meta.dirname}/d.txt` }"), "d.txt": "1" },
    ["d.txt", "1", "2"],
  ],
  [
    "a sum that begins with the directory",
    { ...main("export function load() { return __dirname + '/d' + '.txt' }"), "d.txt": "1" },
    ["d.txt", "1", "2"],
  ],
  [
    "import.meta.resolve",
    { ...main("export function load() { return import.meta.resolve('./d.txt') }"), "d.txt": "1" },
    ["d.txt", "1", "2"],
  ],
  [
    "an image that a style sheet takes in",
    {
      ...main("import css from './a.css?inline'; export function load() { return css }"),
      "a.css": "b { background: url('./i.svg') }",
      "i.svg": "<svg>1</svg>",
    },
    ["i.svg", "1", "2"],
  ],
  [
    "the second style sheet of a list, in capitals",
    {
      ...main("import css from './a.scss?inline'; export function load() { return css }"),
      "a.scss": "@IMPORT 'x', 'theme';",
      "_x.scss": "",
      "_theme.scss": "$a: 1",
    },
    ["_theme.scss", "1", "2"],
  ],
  [
    "an image of a component",
    {
      ...main("import A from './a.vue'; export function load() { return A }"),
      "a.vue": '<template><img src="./i.svg"></template>',
      "i.svg": "<svg>1</svg>",
    },
    ["i.svg", "1", "2"],
  ],
  [
    "what a module that a component imports imports",
    {
      ...main("import A from './a.vue'; export function load() { return A }"),
      "a.vue": "<script>import x from './x'</script>",
      "x.ts": "export { default } from './y'",
      "y.ts": "export default 1",
    },
    ["y.ts", "1", "2"],
  ],
  [
    "a style sheet that imports",
    {
      ...main("import css from './a.css?inline'; export function load() { return css }"),
      "a.css": '@import "./b.css";',
      "b.css": "b { top: 1px }",
    },
    ["b.css", "1px", "2px"],
  ],
  [
    "a component that imports",
    {
      ...main("import A from './a.vue'; export function load() { return A }"),
      "a.vue": "<script>import x from './x'</script>",
      "x.ts": "export default 1",
    },
    ["x.ts", "1", "2"],
  ],
  [
    "an alias that begins like a built-in",
    {
      ...main("import { N } from 'constants/rates'; export function load() { return N }"),
      "src/rates.ts": "export const N = 1;",
    },
    ["src/rates.ts", "1", "2"],
    { "constants/rates": "src/rates.ts" },
  ],
  [
    "@jsxImportSource",
    {
      "package.json": "{}",
      "main.tsx": "/** @jsxImportSource one */\nexport function load() { return <b /> }",
      "one.ts": "export const jsx = 1;",
    },
    ["one.ts", "1", "2"],
    { "one/jsx-runtime": "one.ts" },
  ],
  [
    "what classic JSX is configured to call",
    {
      "package.json": "{}",
      "main.tsx": "import { h } from './h'; export function load() { return <b /> }",
      "h.ts": "export const h = 1;",
    },
    ["h.ts", "1", "2"],
  ],
  [
    "jsxImportSource of tsconfig.json",
    {
      "package.json": "{}",
      "tsconfig.json": '{ "compilerOptions": { /* c */ "jsxImportSource": "one" } }',
      "main.tsx": "export function load() { return <b /> }",
      "one.ts": "export const jsx = 1;",
    },
    ["one.ts", "1", "2"],
    { "one/jsx-runtime": "one.ts" },
  ],
  [
    "jsxFactory of tsconfig.json",
    {
      "package.json": "{}",
      "tsconfig.json": '{ "compilerOptions": { "jsx": "react", "jsxFactory": "Lib.make" } }',
      "main.tsx": "import * as Lib from './lib'; export function load() { return <b /> }",
      "lib.ts": "export const make = 1;",
    },
    ["lib.ts", "1", "2"],
  ],
  [
    "jsxFragmentFactory of a tsconfig.json that another extends",
    {
      "package.json": "{}",
      "base.json": '{ "compilerOptions": { "jsx": "react", "jsxFragmentFactory": "Group" } }',
      "tsconfig.json": '{ "extends": "./base.json" }',
      "main.tsx": "import { Group } from './lib'; export function load() { return <></> }",
      "lib.ts": "export const Group = 1;",
    },
    ["lib.ts", "1", "2"],
  ],
  [
    "React, whose runtime JSX calls where nothing else is named",
    {
      "package.json": "{}",
      "tsconfig.json": '{ "compilerOptions": { "jsx": "react-jsx" } }',
      "main.tsx": "export function load() { return <b /> }",
      "node_modules/react/package.json": '{ "version": "1.0.0" }',
    },
    ["node_modules/react/package.json", "1.0.0", "2.0.0"],
  ],
  [
    "a decorated member's type",
    main("const dec: any = () => {}; class M { @dec x!: string; } export function load() { return new M() }"),
    ["main.ts", "x!: string", "x!: number"],
  ],
  [
    "what a decorated member's type stands for",
    main(
      "type T = string; const dec: any = () => {}; class M { @dec x!: T } export function load() { return new M() }",
    ),
    ["main.ts", "T = string", "T = number"],
  ],
  [
    "what a decorated member's imported type stands for",
    {
      ...main(
        "import { T } from './all'; const dec: any = () => {}; class M { @dec x!: T } export function load() { return new M() }",
      ),
      "all.ts": "export * from './t'",
      "t.ts": "export type T = string;",
    },
    ["t.ts", "string", "number"],
  ],
  [
    "the class that a decorated constructor is handed",
    {
      ...main(
        "import { S } from './s'; const dec: any = () => {}; @dec class M { constructor(s: S) {} } export function load() { return M }",
      ),
      "s.ts": "export class S { x = 1 }",
    },
    ["s.ts", "1", "2"],
  ],
  [
    "what a dev server's JSX calls",
    {
      "package.json": "{}",
      "main.tsx": "/** @jsxImportSource one */\nexport function load() { return <b /> }",
      "one.ts": "export const jsx = 0;",
      "dev.ts": "export const jsxDEV = 1;",
    },
    ["dev.ts", "1", "2"],
    { "one/jsx-runtime": "one.ts", "one/jsx-dev-runtime": "dev.ts" },
  ],
  [
    "types in a folder of their own",
    {
      ...main("import { N } from 'lib'; export function load() { return N }"),
      "lib/package.json":
        '{ "name": "lib", "exports": { ".": { "types": "./types/index.d.ts", "default": "./dist/index.js" } } }',
      "lib/types/index.d.ts": "export declare const N: number;",
      "lib/dist/index.js": "export const N = 1;",
    },
    ["lib/dist/index.js", "1", "2"],
    { lib: "lib/types/index.d.ts" },
  ],
  [
    "an object that only a helper of another module reads",
    {
      ...main("import { o } from './o'; import { get } from './get'; o.x = 1; export function load() { return get() }"),
      "o.ts": "export const o: any = {};",
      "get.ts": "import { o } from './o'; export function get() { return o.x }",
    },
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "an object under the name of another module's constant",
    {
      ...main("import { o } from './o'; import { p } from './p'; p.x = 1; export function load() { return o.x }"),
      "o.ts": "export const o: any = {};",
      "p.ts": "import * as all from './o'; const { it } = { it: all.o }; export { it as p };",
    },
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a method of another object that is applied",
    main(`const o: any = new Map(); Map.prototype.set.call(o, "x", 1); ${READ}`),
    ["main.ts", '"x", 1', '"x", 2'],
  ],
  [
    "a function that is called with it as its this",
    main(`const o: any = {}; function set(this: any, n: number) { this.x = n; } set.call(o, 1); ${READ}`),
    ["main.ts", "o, 1", "o, 2"],
  ],
  [
    "what a generator gives",
    main(`const o: any = {}; function* all() { yield o; } for (const one of all()) one.x = 1; ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a promise of it",
    main(`const o: any = {}; Promise.resolve(o).then((p) => { p.x = 1; }); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a callback that is handed to a function",
    main(`const o: any = {}; queueMicrotask(() => { o.x = 1; }); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a callback that gives it to a function of another module",
    {
      ...main(`import { fill } from './fill'; const o: any = {}; fill(() => o, 1); ${READ}`),
      "fill.ts": "export function fill(get: any, n: number) { const it = get(); it.x = n; }",
    },
    ["main.ts", "o, 1", "o, 2"],
  ],
  [
    "a method that is called when the module is evaluated",
    main(`const o: any = {}; const all = { run() { o.x = 1; } }; all.run(); ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a template's tag",
    main(`const o: any = {}; function tag(_: any, p: any) { p.x = 1; } tag\`\${o}\`; ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
  [
    "a value that is thrown",
    main(`const o: any = {}; try { throw o; } catch (e: any) { e.x = 1; } ${READ}`),
    ["main.ts", "= 1", "= 2"],
  ],
];

function main(text: string): Files {
  return { "package.json": '{ "name": "app" }', "main.ts": text };
}

const entry = (files: Files) => (files["main.tsx"] === undefined ? "main.ts" : "main.tsx");

function link(files: Files, aliases: Record<string, string> = {}, define: Record<string, unknown> = {}) {
  const session = openSession(createLinkContext(ts), { root: "/p", define });
  return linkFunction({ files, aliases, session }, entry(files), "load");
}

const codesOf = (text: string, more: Files = {}, define = {}) =>
  link({ ...main(text), ...more }, {}, define).warnings.map(({ code }) => code);

describe("an edit of what code reaches", () => {
  it.each(COUNTED)("counts: %s", (_, files, [file, from, to], aliases) => {
    const text = String(files[file]);
    expect(text).toContain(from);
    const at = text.lastIndexOf(from);
    const edited = { ...files, [file]: text.slice(0, at) + to + text.slice(at + from.length) };
    expect(link(edited, aliases).hash).not.toBe(link(files, aliases).hash);
  });

  it("counts the package whose functions JSX calls, where only the tool's settings name it", () => {
    const files = { "package.json": "{}", "main.tsx": "export function load() { return <b /> }" };
    const hashOf = (text: string) => {
      const session = openSession(createLinkContext(ts), { root: "/p", jsxImportSource: "one" });
      const project = { files: { ...files, "one.ts": text }, aliases: { "one/jsx-runtime": "one.ts" }, session };
      return linkFunction(project, "main.tsx", "load").hash;
    };
    expect(hashOf("export const jsx = 1;")).not.toBe(hashOf("export const jsx = 2;"));
  });

  it("counts a bundler's constants, declared in the file or members of import.meta", () => {
    for (const [name, text] of [
      ["__RATE__", "declare const __RATE__: number; export function load() { return __RATE__ }"],
      ["import.meta.RATE", "export function load() { return (import.meta as any).RATE }"],
    ] as const) {
      const hashOf = (value: string) => link(main(text), {}, { [name]: value }).hash;
      expect(hashOf("1"), name).not.toBe(hashOf("2"));
      expect(codesOf(text, {}, { [name]: "1" }), name).toEqual([]);
    }
  });
});

describe("state of other modules", () => {
  it("is warned about where a third module changes it", () => {
    const files = {
      ...main(
        "import { get } from './get'; import { other } from './put'; export function load() { return other + get() }",
      ),
      "o.ts": "export const o: any = {};",
      "get.ts": "import { o } from './o'; export function get() { return o.x }",
      "put.ts": "import { o } from './o'; export const other = 1; export function put(n: number) { o.x = n; }",
    };
    expect(link(files).warnings).toMatchObject([{ code: "CACHET3002", message: expect.stringContaining("put.ts") }]);
    const meant = { ...files, "o.ts": `// cachet-allow-mutable\n${files["o.ts"]}` };
    expect(link(meant).warnings).toEqual([]);
  });

  const rate = "export let rate = 1; export const setRate = (r: number) => { rate = r; };";
  const table = "export const table: any = {}; export function put(k: string) { table[k] = 1; }";
  const map = "export const map = new Map(); export function put(k: string) { map.set(k, 1); }";
  it.each([
    ["a reassigned import", "import { rate } from './r'; export function load() { return rate }", rate, "CACHET3001"],
    [
      "a member of a namespace",
      "import * as r from './r'; export function load() { return r.rate }",
      rate,
      "CACHET3001",
    ],
    ["a re-exported one", "import { rate } from './again'; export function load() { return rate }", rate, "CACHET3001"],
    [
      "an object that a function fills",
      "import { table } from './r'; export function load() { return table.x }",
      table,
      "CACHET3002",
    ],
    [
      "a map that a function fills",
      "import { map } from './r'; export function load() { return map.get(1) }",
      map,
      "CACHET3002",
    ],
    [
      "an object that a function hands to a package",
      "import { merge } from 'merge'; import { map } from './r'; export function put(m: any) { merge(map, m); } export function load() { return map }",
      "export const map: any = {};",
      "CACHET3002",
    ],
    [
      "an import that this file fills",
      "import { map } from './r'; export function put() { map.set(1, 2) } export function load() { return map.get(1) }",
      "export const map = new Map();",
      "CACHET3002",
    ],
    [
      "a variable of a namespace that is handed on",
      "import { all } from './again'; export function load() { return all.rate }",
      rate,
      "CACHET3001",
    ],
    [
      "a static that the class's own method writes",
      "import { C } from './r'; export function load() { return C.n }",
      "export class C { static n = 1; static set(n: number) { this.n = n } }",
      "CACHET3002",
    ],
    [
      "a private static that an instance counts",
      "import { C } from './r'; export function load() { return new C().id }",
      "export class C { static #n = 1; id = 0; constructor() { this.id = C.#n++ } }",
      "CACHET3002",
    ],
    [
      "an object whose own method writes it",
      "import { o } from './r'; export function load() { return o.n }",
      "export const o = { n: 1, set(n: number) { this.n = n } };",
      "CACHET3002",
    ],
    [
      "a variable of a TypeScript namespace",
      "import { N } from './r'; export function load() { return N.n }",
      "export namespace N { export let n = 1; export function set(next: number) { n = next } }",
      "CACHET3002",
    ],
    [
      "a variable that closures share",
      "import { store } from './r'; export function load() { return store.get() }",
      "function make(n: number) { return { get: () => n, set(next: number) { n = next } } } export const store = make(1);",
      "CACHET3002",
    ],
    [
      "an instance that a function tells to change",
      "import { store } from './r'; export function put() { store.update(2) } export function load() { return store.n }",
      "class Base { n = 1; write(n: number) { this.n = n } } class Store extends Base { update(n: number) { this.write(n) } } export const store = new Store();",
      "CACHET3002",
    ],
    [
      "an array that threads share",
      "import { all } from './r'; export function load() { return Atomics.add(all, 0, 1) }",
      "export const all = new Int32Array(1);",
      "CACHET3002",
    ],
    [
      "a date that is set",
      "import { date } from './r'; export function put() { date.setHours(2) } export function load() { return +date }",
      "export const date = new Date(0);",
      "CACHET3002",
    ],
    [
      "a pattern that goes on where it ended",
      "import { word } from './r'; export function load(text: string) { return word.exec(text) }",
      "export const word = /\\w+/g;",
      "CACHET3002",
    ],
    [
      "a pattern in an object",
      "import { words } from './r'; export function load(text: string) { return words.at.test(text) }",
      "export const words = { at: new RegExp('x', 'y') };",
      "CACHET3002",
    ],
    [
      "a generator that is read",
      "import { ids } from './r'; export function load() { for (const id of ids) return id }",
      "function* count() { yield 1; yield 2 } export const ids = count();",
      "CACHET3002",
    ],
    [
      "what a class's method fills",
      "import { table } from './r'; export function load() { return table.x }",
      "class Filler { static fill(rows: any) { rows.x = 1 } } export const table: any = {}; export const put = () => Filler.fill(table);",
      "CACHET3002",
    ],
    [
      "what an object's method fills",
      "import { table } from './r'; export function load() { return table.x }",
      "const filler = { fill(rows: any) { rows.x = 1 } }; export const table: any = {}; export const put = () => filler.fill(table);",
      "CACHET3002",
    ],
    [
      "rows that a function with a name changes",
      "import { rows } from './r'; export function load() { return rows[0].x }",
      "const change = (row: any) => { row.x = 1 }; export const rows: any = [{}]; export const put = () => rows.forEach(change);",
      "CACHET3002",
    ],
    [
      "what a function that is exported by its name fills",
      "import { table } from './r'; export function load() { return table.x }",
      "import fill from './fill'; export const table: any = {}; export const put = () => fill(table);",
      "CACHET3002",
    ],
    [
      "what a getter beside it in an object gives",
      "import { table } from './r'; export function load() { return table.x }",
      "export const table: any = {}; export const put = () => { const all = { table, get it() { return this.table } }; all.it.x = 1 };",
      "CACHET3002",
    ],
    [
      "what a copy of an object holds, too",
      "import { table } from './r'; export function load() { return table.x }",
      "export const table: any = {}; export const put = () => { const all = { table }; const more = { ...all }; more.table.x = 1 };",
      "CACHET3002",
    ],
    [
      "an iterator's position",
      "import { ids } from './r'; export function load() { return ids.next().value }",
      "export const ids = [1, 2].values();",
      "CACHET3002",
    ],
  ])("warns of %s", (_, text, other, code) => {
    const again = "export * from './r'; export * as all from './r';";
    const fill = "function fill(rows: any) { rows.x = 1 } export default fill;";
    expect(codesOf(text, { "r.ts": other, "again.ts": again, "fill.ts": fill })).toEqual([code]);
  });

  it.each([
    [
      "an instance whose methods only read",
      "class Store { n = 1; find(k: string) { return this.n + k } } const store = new Store(); export function load(k: string) { return store.find(k) }",
    ],
    [
      "a closure that remembers its own result",
      "const once = (f: any) => { let done: any; return () => (done ??= f()) }; const get = once(() => 1); export function load() { return get() }",
    ],
    [
      "patterns that begin at the start",
      "const one = /x/i; const all = /x/g; export function load(text: string) { let m; while ((m = all.exec(text)) !== null) if (one.test(m[0])) continue; m = all.exec(text); while (m) m = all.exec(text); return text.replace(all, '').match(all) }",
    ],
    [
      "a collection that takes its rows in",
      "const rows = [[1, 2]] as const; export const put = () => { const own = new Map(rows); own.set(1, 3); return own }; export function load() { return rows[0] }",
    ],
    [
      "an iterator that is made for it",
      "const rows = new Map([[1, 2]]); export function load() { return rows.keys().next().value }",
    ],
    [
      "a static that only its initialiser writes",
      "class C { static n = 1; static { this.n = 2 } static get() { return this.n } } export function load() { return C.get() }",
    ],
    [
      "an instance's method beside a static counter",
      "class C { static made = 0; n = 1; constructor() { C.made++ } load() { return this.n } }",
    ],
  ])("says nothing of %s", (_, text) => {
    expect(codesOf(text)).toEqual([]);
  });

  it("says it once, however often the name is read", () => {
    const text = "let cache: any; export function load() { cache ??= 1; if (cache) cache = cache + 1; return cache }";
    expect(codesOf(text)).toEqual(["CACHET3001"]);
  });

  it("says nothing of a variable that is only written", () => {
    expect(codesOf("let calls = 0; let last; export function load(k: string) { calls++; last = k; return k }")).toEqual(
      [],
    );
  });

  it("can be told that it is meant where it is declared", () => {
    const allowed = rate.replace("export let", "// cachet-allow-mutable\nexport let");
    expect(codesOf("import { rate } from './r'; export function load() { return rate }", { "r.ts": allowed })).toEqual(
      [],
    );
  });
});

describe("what comes from outside", () => {
  it.each([
    "const now = Date.now; export function load() { return now() }",
    "const { now } = Date; export function load() { return now() }",
    "const D = Date; export function load() { return D.now() }",
    "export function load() { const clock = Date; return clock.now() }",
    "export function load() { return globalThis.Date.now() }",
    'export function load() { return Date["now"]() }',
    "import { webcrypto } from 'node:crypto'; export function load() { return webcrypto.randomUUID() }",
    "import { randomUUID as id } from 'crypto'; const make = id; export function load() { return make() }",
    "export function load() { return process.argv[2] }",
    "export function load() { return process.cwd() }",
    "import { cwd } from 'node:process'; export function load() { return cwd() }",
    "import os from 'node:os'; export function load() { return os.hostname() }",
    "import { readFileSync } from 'fs'; export function load(p: string) { return readFileSync(p) }",
    "import { promises as fs } from 'fs'; export function load(p: string) { return fs.readFile(p) }",
    "export function load() { return localStorage.getItem('x') }",
    "export function load() { return window.localStorage.x }",
    "export function load() { return location.href }",
    "export function load() { return document.cookie }",
    "export function load() { return navigator.language }",
    "export function load(n: number) { return n.toLocaleString() }",
    "export function load(n: number) { return new Intl.NumberFormat().format(n) }",
    "export function load(a: string, b: string) { return a.localeCompare(b) }",
    "export function load(a: string) { return a.toLocaleUpperCase() }",
    "export function load(d: Date) { return d.toLocaleDateString('en') }",
    "export function load(d: Date) { return d.toLocaleTimeString('en', { hour: '2-digit' }) }",
    "export function load(d: Date) { return d.toLocaleString('en', { dateStyle: 'short' }) }",
    "const SHORT = { month: 'short' } as const; export function load(d: Date) { return d.toLocaleDateString('en', SHORT) }",
    "export function load(d: Date) { return new Intl.DateTimeFormat('en').format(d) }",
    "const format = Intl.DateTimeFormat('en', { month: 'long' }); export function load(d: Date) { return format.format(d) }",
    "import { cookies } from 'next/headers'; export async function load() { return (await cookies()).get('x') }",
    "import { AsyncLocalStorage } from 'async_hooks'; const als = new AsyncLocalStorage<any>(); const user = () => als.getStore()!.user; export function load() { return user() }",
    "export function load() { return (globalThis as any).user }",
    "declare const USER: string; export function load() { return USER }",
    "export function load(p: string) { return process.env[p] }",
    "export function load() { return { ...process.env } }",
    "const env = process.env; export function load() { return Object.keys(env) }",
    "export const env = process.env; export function load() { return env }",
    "function read({ env } = process) { return env.X } export function load() { return read() }",
    "function read(from: any) { return from.env.X } export function load() { return read(process) }",
    "const fs = require('fs'); export function load(p: string) { return fs.readFileSync(p) }",
    "export function load() { return require('node:os').hostname() }",
    "export async function load(p: string) { const fs = await import('node:fs'); return fs.default.promises.readFile(p) }",
    "export async function load() { return import('os').then((os) => os.hostname()) }",
    "export function load(p: string) { return process.getBuiltinModule('fs').readFileSync(p) }",
    "export function load(p: string) { return Deno.readTextFile(p) }",
    "import { parseArgs } from 'node:util'; export function load() { return parseArgs() }",
    "const root: any = typeof window === 'undefined' ? globalThis : window; export function load() { return root.user }",
    "export function load() { const { user } = globalThis as any; return user }",
    "export function load(k: string) { return (globalThis as any)[k] }",
    "export function load() { return Reflect.get(globalThis, 'user') }",
    "export function load() { return Object.keys(globalThis) }",
    "import { AsyncLocalStorage } from 'async_hooks'; const als = new AsyncLocalStorage<any>(); const get = als.getStore.bind(als); export function load() { return get() }",
    "export function load(n: number) { return n['toLocaleString']([]) + n.toLocaleString(void 0) }",
    "export function load() { return new Date(...[]) }",
    "class Stamp extends Date {} export function load() { return new Stamp() }",
    "class Stamp extends Date {} export function load() { return Stamp.now() }",
    "class Stamp extends Date { constructor() { super() } } export function load() { return new Stamp() }",
    "import { Stamp } from './stamp'; export function load() { return new Stamp() }",
    "export function load() { return Reflect.construct(Date, []) }",
    "import { resolve } from 'node:path'; export function load() { return resolve('x') }",
    "import path from 'node:path'; export function load(p: string) { return path.resolve(p) }",
    "export function load() { return 'user' in globalThis }",
    "import { AsyncLocalStorage } from 'async_hooks'; const als = new AsyncLocalStorage<any>(); const { getStore } = als; export function load() { return getStore.call(als) }",
    "export function load() { return Object.keys(require.cache) }",
  ])("warns: %s", (text) => {
    const next = { "node_modules/next/package.json": '{ "version": "1.0.0" }', "node_modules/next/headers.js": "" };
    const stamp = { "stamp.ts": "export class Stamp extends Date {}" };
    expect([...new Set(codesOf(text, { ...next, ...stamp }))]).toEqual(["CACHET3003"]);
  });

  it.each([
    "export function load(d: string) { return [new Date(d), Date.UTC(2020, 1), Date.parse(d), new Date(0)] }",
    "export function load(n: number) { return Math.max(n, Math.PI) + Number.parseInt('1') }",
    "import { createHash } from 'crypto'; export function load(t: string) { return createHash('sha256').update(t) }",
    "import { join } from 'path'; export function load(t: string) { return join(t, 'x') }",
    "import { EOL } from 'os'; export function load(t: string) { return t + EOL }",
    "export function load(n: number) { return new Intl.NumberFormat('en').format(n) + n.toLocaleString('en') + 'a'.localeCompare('b', 'en') }",
    "export function load(d: Date) { return d.toLocaleDateString('en', { timeZone: 'UTC' }) + new Intl.DateTimeFormat('en', { timeZone: 'UTC' }).format(d) }",
    "const UTC = { timeZone: 'UTC' }; export function load(d: Date) { return d.toLocaleTimeString('en', UTC) + d.toLocaleString('en', UTC) }",
    "export function load(d: Date, o: any, timeZone: string) { return d.toLocaleDateString('en', { ...o }) + d.toLocaleDateString('en', o) + d.toLocaleDateString('en', { timeZone }) }",
    "export function load(n: number) { return n.toLocaleString('en', { style: 'percent' }) }",
    "export async function load(u: string) { const r = await fetch(u); console.log(r.status); return r.json() }",
    "export function load(t: string) { return document.createElement(t) }",
    "export function load() { return typeof window === 'undefined' || typeof localStorage === 'undefined' }",
    "export function load(t: number) { return new Promise((done) => setTimeout(done, t)) }",
    "export function load(f: any, x: any) { return f.call(globalThis) === window || x instanceof Date || typeof globalThis }",
    "export function load() { return typeof process === 'object' && process !== null && process.version }",
    "export function load() { process.nextTick(() => {}); return structuredClone({ a: Symbol.iterator in [] }) }",
    "export function load(d: string) { return [new Date(...[d]), Reflect.construct(Date, [d])] }",
    "class Day extends Date { static now() { return 0 } constructor(d: string) { super(d) } } export function load(d: string) { return [new Day(d), Day.now()] }",
    "import { resolve } from 'path'; const root = '/x'; export function load(d: string, p: string) { return resolve(root, d, p) + resolve(root) + resolve(__dirname) }",
    "export function load() { return 'document' in globalThis }",
  ])("says nothing: %s", (text) => {
    expect(codesOf(text)).toEqual([]);
  });

  it.each([
    "export function load() { return (process as any).env.RX }",
    'export function load() { return process["env"].RX }',
    'export function load() { return process["env"]["RX"] }',
    "const env = process.env; export function load() { return env.RX }",
    "const { env } = process; export function load() { return env.RX }",
    "export function load() { const { RX } = process.env; return RX }",
    "export function load() { const env = process.env; return env.RX }",
    "import { env } from 'node:process'; export function load() { return env.RX }",
    "import p from 'process'; export function load() { return p.env.RX }",
    "const KEY = 'RX'; export function load() { return globalThis.process.env[KEY] }",
    "export function load() { return process.env && process.env.RX }",
  ])("reads a variable of the environment: %s", (text) => {
    const { envReads, warnings } = link(main(text));
    expect([envReads, warnings]).toEqual([["process.env.RX"], []]);
  });

  it.each([
    ["export { randomUUID as id } from 'node:crypto'", "id()"],
    ["export * from 'node:crypto'", "r.randomUUID()"],
    ["import c from 'node:crypto'; export { c as id }", "id.randomUUID()"],
    ["export const id = Math", "id.random()"],
    ["export default Date", "d.now()"],
  ])("warns of what another module hands on: %s", (text, read) => {
    const imports = "import d, * as r from './r'; import { id } from './r';";
    expect([...new Set(codesOf(`${imports} export function load() { return ${read} }`, { "r.ts": text }))]).toEqual([
      "CACHET3003",
    ]);
  });

  it.each([
    ["export { env } from 'node:process'", "env.RX"],
    ["export * as proc from 'node:process'", "proc.env.RX"],
    ["import p from 'process'; export { p as proc }", "proc.env['RX']"],
  ])("reads a variable of an environment that another module hands on: %s", (text, read) => {
    const files = main(`import { env, proc } from './r'; export function load() { return ${read} }`);
    const { envReads, warnings } = link({ ...files, "r.ts": text });
    expect([envReads, warnings]).toEqual([["process.env.RX"], []]);
  });

  it.each([
    "export function load(text: string) { return new Function(text)() }",
    "export function load(text: string) { return (0, eval)(text) }",
    "import vm from 'node:vm'; export function load(text: string) { return vm.runInThisContext(text) }",
    "const r = require; export function load(p: string) { return r(p) }",
    "export function load(p: string) { return (module as any).require(p) }",
    "export function load(p: string) { return new Worker(p) }",
    "import { Worker } from 'node:worker_threads'; export function load() { return new Worker('./w.js') }",
    "export function load(p: string) { return import.meta.resolve(p) }",
  ])("can't follow: %s", (text) => {
    expect([...new Set(codesOf(text))]).toEqual(["CACHET3004"]);
  });

  it("reads import.meta.env under another name", () => {
    const { envReads } = link(
      main("const env = import.meta.env; export function load() { return (env as any).VITE_X }"),
    );
    expect(envReads).toEqual(["import.meta.env.VITE_X"]);
  });
});

describe("an edit of what code does not reach", () => {
  it.each([
    [
      "two results of one helper",
      "const shared = { a: 1 }; const make = (n: string, o: any) => ({ n, ...o }); const a = make('a', shared); const b = make('b', shared); export function load() { return a }",
      "'b', shared",
      "'c', shared",
    ],
    [
      "a wrapper of a function",
      "import { memo } from 'fake'; function o() { return 1 } export const w = memo(o, 1); export function load() { return o() }",
      "o, 1",
      "o, 2",
    ],
    [
      "the next step of a builder",
      "import { z } from 'fake'; const base = z.object({}); export const b = base.optional().describe('b'); export function load() { return base }",
      "'b'",
      "'c'",
    ],
    [
      "a global that it doesn't read",
      "globalThis.RATE = 1; export function load() { return 2 }",
      "RATE = 1",
      "RATE = 2",
    ],
    [
      "a reader",
      "const o = { x: 1 }; console.log(o, 1); JSON.stringify(o); Object.keys(o); export function load() { return o.x }",
      "o, 1",
      "o, 2",
    ],
    [
      "a call of a function that changes something else",
      "import { fill } from './fill'; fill(1); const o = { x: 1 }; export function load() { return o.x }",
      "fill(1)",
      "fill(2)",
    ],
  ])("doesn't count: %s", (_, text, from, to) => {
    const more: Files = {
      "node_modules/fake/package.json": '{ "version": "1.0.0" }',
      "node_modules/fake/index.js": "",
      "fill.ts": "const m: any = {}; export function fill(n: number) { m.n = n; }",
    };
    const before = link({ ...main(text), ...more });
    expect(link({ ...main(text.replace(from, to)), ...more }).hash).toBe(before.hash);
  });
});
