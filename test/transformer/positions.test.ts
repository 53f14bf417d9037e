import { describe, expect, it } from "vitest";
import { type Files, linkFunction } from "./link-project.ts";

/** What is said of `load` in main.ts. */
function codesOf(text: string, more: Files = {}): string[] {
  const files = { "package.json": '{ "name": "app" }', "main.ts": text, ...more };
  return [...new Set(linkFunction({ files }, "main.ts", "load").warnings.map(({ code }) => code))];
}

const load = (result: string) => `export function load(t: string, k: any) { return ${result} }`;
const HAS = "const has = (r: RegExp, t: string) => r.test(t);";

describe("a pattern that goes on where it ended", () => {
  it.each([
    `class P { static word = /\\w+/g } ${load("P.word.exec(t)")}`,
    `class P { static word = /\\w+/g; static m(t: string) { return this.word.test(t) } } ${load("P.m(t)")}`,
    `class P { static word = /\\w+/g; static m(t: string) { return P.word.test(t) } } ${load("P.m(t)")}`,
    "class T { static #p = /a/g; load(t: string) { return T.#p.test(t) } }",
    "const all = [/a/g, /b/g]; export function load(t: string) { for (const p of all) if (p.test(t)) return 1 }",
    `const all = [/a/g, /b/g]; ${load("all.some((p) => p.test(t))")}`,
    `const all = [/a/g, /b/g]; ${load("all[k]!.test(t)")}`,
    `const all = [{ p: /a/g }]; ${load("all.find(({ p }) => p.test(t))")}`,
    "const all = [['a', /a/g]] as const; export function load(t: string) { for (const [k, p] of all) if (p.test(t)) return k }",
    `const all = new Map([['a', /a/g]]); ${load("all.get('a')!.test(t)")}`,
    "const all = new Map([['a', /a/g]]); export function load(t: string) { let n = 0; all.forEach((p) => { if (p.test(t)) n++ }); return n }",
    `const all = new Set([/a/g]); ${load("[...all].some((p) => p.test(t))")}`,
    `const all: any = { a: /a/g }; ${load("all[k].test(t)")}`,
    `const all: any = { a: /a/g }; ${load("Object.entries(all).filter(([, p]: any) => p.test(t))")}`,
    `const all: any = { a: /a/g }; ${load("Object.keys(all).some((k) => all[k].test(t))")}`,
    `const all = Object.freeze({ a: { b: [/a/g] } }); ${load("all.a.b[0]!.test(t)")}`,
    `const { a } = { a: /a/g }; ${load("a.test(t)")}`,
    `const [a] = [/a/g]; ${load("a.test(t)")}`,
    "const all = { a: /a/g }; export function load(t: string) { const { a } = all; return a.test(t) }",
    `const p = /a/g; ${HAS} ${load("has(p, t)")}`,
    `const p = /a/g; const { test } = p; ${load("test.call(p, t)")}`,
    `const p = /a/g; const has = p.test.bind(p); ${load("has(t)")}`,
    `const p = /a/g; ${load("k.filter(p.test, p)")}`,
    `const p = /a/g; ${load("RegExp.prototype.test.call(p, t)")}`,
    `const p = /a/y; ${load("t.match(p) ?? t.replace(p, 'b')")}`,
    `const p = RegExp('a', 'g'); ${load("p.test(t)")}`,
    `const p = new globalThis.RegExp(/a/g); ${load("p.test(t)")}`,
    `const make = (s: string) => new RegExp(s, 'g'); const p = make('a'); ${load("p.test(t)")}`,
    `const all = ['a', 'b'].map((s) => new RegExp(s, 'g')); ${load("all.some((p) => p.test(t))")}`,
    `const p = k ? /a/g : /b/; ${load("p.test(t)")}`.replace("k ?", "1 ?"),
    `class P { re = /a/g; has(t: string) { return this.re.test(t) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { constructor(readonly re: RegExp) {} has(t: string) { return this.re.test(t) } } const p = new P(/a/g); ${load("p.has(t)")}`,
    `const has = ((p) => (t: string) => p.test(t))(/a/g); ${load("has(t)")}`,
    `const o = { p: /a/g, has(t: string) { return this.p.test(t) } }; ${load("o.has(t)")}`,
    `namespace N { export const p = /a/g } ${load("N.p.test(t)")}`,
    `class P { re = /a/g } const p = new P(); ${load("p.re.test(t)")}`,
    "class P { re = /a/g } const p = new P(); export function load(t: string) { const { re } = p; return re.test(t) }",
    `class P { all = new Map([['a', /a/g]]) } const p = new P(); ${load("p.all.get('a')!.test(t)")}`,
    `class P { re: RegExp; constructor() { this.re = /a/g } } const p = new P(); ${load("p.re.test(t)")}`,
    `class P { re = /a/g; has(t: string) { const { re } = this; return re.test(t) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { re = /a/g; has(t: string) { const word = this.re; return word.test(t) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { all = new Map([['a', /a/g]]); has(t: string) { return this.all.get('a')!.test(t) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { all = [/a/g]; has(t: string) { return this.all.at(-1)!.test(t) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { all = [/a/g]; has(t: string) { return this.all.some((p) => p.test(t)) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { all = [/a/g]; has(t: string) { for (const p of this.all) if (p.test(t)) return p } } const p = new P(); ${load("p.has(t)")}`,
    `const o = { all: [/a/g], has(t: string) { const [p] = this.all; return p!.test(t) } }; ${load("o.has(t)")}`,
    `const p = /a/g; ${load("[t].filter(RegExp.prototype.test, p)")}`,
  ])("is warned about: %s", (text) => {
    expect(codesOf(text)).toEqual(["CACHET3002"]);
  });

  const files = {
    "r.ts": `export const word = /a/g; export class P { static word = /a/g } export const all = [{ p: word }]; export default /a/g; export ${HAS} export class Q { re = /a/g; has(t: string) { const { re } = this; return re.test(t) } } export const q = new Q()`,
  };
  it.each([
    `import { P } from './r'; ${load("P.word.test(t)")}`,
    `import { Q } from './r'; const q = new Q(); ${load("q.re.test(t)")}`,
    `import { q } from './r'; ${load("q.re.test(t)")}`,
    "import { q } from './r'; export function load(t: string) { const { re } = q; return re.test(t) }",
    `import { q } from './r'; ${load("q.has(t)")}`,
    `import { has } from './r'; const p = /a/g; ${load("has(p, t)")}`,
    `import { word } from './r'; ${HAS} ${load("has(word, t)")}`,
    `import * as r from './r'; ${load("r.word.test(t)")}`,
    `import * as r from './r'; ${load("Object.values(r).some((p: any) => p.test(t))")}`,
    `import word from './r'; ${load("word.test(t)")}`,
    "import { all } from './r'; export function load(t: string) { for (const { p } of all) if (p.test(t)) return 1 }",
  ])("is warned about across files: %s", (text) => {
    expect(codesOf(text, files)).toEqual(["CACHET3002"]);
  });

  it.each([
    `const all = [/a/, /b/i]; ${load("all.some((p) => p.test(t))")}`,
    `const p = /a/g; ${load("t.replace(p, '').split(p).length + [...t.matchAll(p)].length + t.search(p)")}`,
    `const all = [/a/g]; ${load("all.reduce((s, p) => s.replace(p, ''), t)")}`,
    `${HAS} ${load("has(/a/, t) && has(new RegExp('a', 'g'), t)")}`,
    "export function load(t: string) { const p = /a/g; return p.test(t) }",
    "const p = /a/g; export function load(t: string) { p.lastIndex = 0; return p.test(t) }",
    "const p = /a/g; export function load(t: string) { const is = p.test(t); p.lastIndex = 0; return is }",
    `const all = { a: /a/g, b: /b/ }; ${load("all.b.test(t) + t.replace(all.a, '')")}`,
    `const WORD = /a/g; const whole = new RegExp('^' + WORD.source + '$'); ${load("whole.test(t)")}`,
    `const escape = (s: string) => s.replace(/[.]/g, '\\\\$&'); const p = new RegExp(escape('a')); ${load("p.test(t)")}`,
    `class P { re = /a/; all = /b/g; has(t: string) { const { re } = this; return re.test(t.replace(this.all, '')) } } const p = new P(); ${load("p.has(t)")}`,
    `class P { re = /a/g; is(t: string) { return t.replace(this.re, '') } } const p = new P(); ${load("p.is(t)")}`,
    `class V { n = 1; test(t: string) { return t.replace(/a/g, '').length === this.n } } const v = new V(); ${load("v.test(t)")}`,
  ])("says nothing: %s", (text) => {
    expect(codesOf(text)).toEqual([]);
  });
});

describe("an iterator that others may have read from", () => {
  it.each([
    "const it = [1, 2][Symbol.iterator](); export function load() { for (const x of it) return x }",
    `const map = new Map([[1, 2]]); const it = map.entries(); ${load("Array.from(it)")}`,
    "const it = [1, 2].values(); export function load() { const [a] = it; return a }",
    "const it = [1, 2].values(); function* g() { yield* it } export function load() { return [...g()] }",
    `const it = 'ab'.matchAll(/a/g); ${load("[...it]")}`,
    `const o = { *g() { yield 1 } }; const it = o.g(); ${load("[...it]")}`,
    `class O { *g() { yield 1 } } const it = new O().g(); ${load("[...it]")}`,
    `const it = [1, 2].values().map((x) => x + 1); ${load("it.toArray()")}`,
    `const it = Iterator.from([1, 2]); ${load("it.take(1).toArray()")}`,
    `const s = { it: [1, 2].values() }; ${load("[...s.it]")}`,
    `class S { static it = [1, 2].values() } ${load("[...S.it]")}`,
    `const { it } = { it: [1, 2].values() }; ${load("[...it]")}`,
    `const it = [1, 2].values(); const get = () => it; ${load("[...get()]")}`,
    `let it = [1, 2].values(); ${load("[...it]")}`,
    `function make() { const it = [1, 2].values(); return it } const it = make(); ${load("[...it]")}`,
    `class Q { it = [1, 2].values(); all() { return [...this.it] } } const q = new Q(); ${load("q.all()")}`,
    `const rd = new ReadableStream().getReader(); ${load("rd.read()")}`,
    `const all = [[1], [2]].map((list) => list.values()); ${load("[...all[0]!]")}`,
    `const all = Array.from([[1]], (list) => { return list.values() }); ${load("[...all[0]!]")}`,
    `const next = (() => { const it = [1, 2].values(); return () => it.next().value })(); ${load("next()")}`,
    `const take = ((it) => () => [...it])([1, 2].values()); ${load("take()")}`,
    `import { it } from './i'; ${load("[...it]")}`,
    `import * as i from './i'; ${load("[...i.it]")}`,
    `import { made } from './i'; ${load("[...made]")}`,
    `import it from './i'; ${load("[...it]")}`,
  ])("is warned about: %s", (text) => {
    const more = {
      "i.ts":
        "import { g } from './g'; export const it = [1].values(); export const made = g(); export default [1].values()",
      "g.ts": "export function* g() { yield 1 }",
    };
    expect(codesOf(text, more)).toEqual(["CACHET3002"]);
  });

  it.each([
    "const list = [1, 2]; export function load() { const it = list[Symbol.iterator](); return [...it] }",
    `const map = new Map([[1, 2]]); ${load("[...map.entries(), ...map.keys()]")}`,
    `const list = [...[1, 2].values()]; const set = new Set(list.keys()); ${load("[...list, ...set]")}`,
    `function* g() { yield 1 } const all = [...g()]; ${load("[...g(), ...all]")}`,
    `const keys = Object.keys({ a: 1 }); class Rows { values() { return [1] } } const rows = new Rows().values(); ${load("[...keys, ...rows]")}`,
  ])("says nothing: %s", (text) => {
    expect(codesOf(text)).toEqual([]);
  });
});

describe("what counts its calls", () => {
  it.each([
    `const next = (() => { let n = 0; return () => n++ })(); ${load("next()")}`,
    `const next = (() => { let n = 0; return () => { n++; return n } })(); ${load("next()")}`,
    `const next = (() => { let n = 0; return () => { n = n + 1; return n } })(); ${load("next()")}`,
    `const pop = (() => { const q = [1, 2]; return () => q.pop() })(); ${load("pop()")}`,
    `class M { #n = 0; get next() { return this.#n++ } } const m = new M(); ${load("m.next")}`,
    `function count() { count.n++; return count.n } count.n = 0; ${load("count()")}`,
    `class S { n = 0; get() { return this.n++ } } const s = new S(); ${load("s.get()")}`,
    `import next from './n'; ${load("next.get()")}`,
  ])("is warned about: %s", (text) => {
    const more = { "n.ts": "export default { n: 0, get() { return this.n++ } }" };
    expect(codesOf(text, more)).toEqual(["CACHET3002"]);
  });

  it.each([
    `const get = (() => { let v: any; return () => (v ??= 1) })(); ${load("get()")}`,
    `const log = (() => { let n = 0; return (x: any) => { n++; return x } })(); ${load("log(t)")}`,
    `const make = (() => { const known = new Map(); return (x: any) => known.get(x) ?? x })(); ${load("make(t)")}`,
  ])("says nothing: %s", (text) => {
    expect(codesOf(text)).toEqual([]);
  });
});
