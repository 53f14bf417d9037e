import { describe, expect, it } from "vitest";
import { type Files, linkFunction } from "./link-project.ts";

/** What is said of `load` in main.ts. */
function codesOf(text: string, more: Files = {}): string[] {
  const files = { "package.json": '{ "name": "app" }', "main.ts": text, ...more };
  return [...new Set(linkFunction({ files }, "main.ts", "load").warnings.map(({ code }) => code))];
}

describe("what reads the clock, chance or the machine, handed on as a value", () => {
  it.each([
    "const make = (C: any) => new C(); export function load() { return make(Date) }",
    "const pick = (x: any) => x; const now = pick(Date); export function load() { return now.now() }",
    "const [D] = [Date, Map]; export function load() { return new D() }",
    "const D = [Date, Map][0]; export function load() { return new D!() }",
    "const deps = { clock: Date.now }; export function load() { return deps.clock() }",
    "const deps: any = { ...{ Date } }; export function load() { return new deps.Date() }",
    "class T { static clock = Date; static now() { return this.clock.now() } } export function load() { return T.now() }",
    "class T { constructor(private C = Date) {} run() { return new this.C() } } export function load() { return new T().run() }",
    "const get = () => Date; export function load() { return new (get())() }",
    "let clock: any = Date; export function load() { return new clock() }",
    "const clocks = new Map([['a', Date]]); export function load() { return new (clocks.get('a')!)() }",
    "export function load(x: any) { const C = x ? Date : Map; return new C() }",
    "const C = (globalThis as any).Date ?? Object; export function load() { return new C() }",
    "function* g() { yield Date } export function load() { for (const C of g()) return new C() }",
    "async function g() { return Date } export async function load() { return new (await g())() }",
    "const D = Date; const make = (C: any) => new C(); export function load() { return make(D) }",
    "const D = new Proxy(Date, {}); export function load() { return new D() }",
    "const clock = Object.create(Date); export function load() { return clock.now() }",
    "namespace N { export const clock = Date } export function load() { return new N.clock() }",
    "import D = globalThis.Date; export function load() { return new D() }",
    "export function load() { return Date.call(null) }",
    "export function load() { return (Date.prototype.constructor as any)() }",
    "export function load(k: string) { return (Date as any)[k]() }",
    "const tag = (_: any, C: any) => new C(); export function load() { return tag`${Date}` }",
    "const use = ({ random }: any) => random(); export function load() { return use(Math) }",
    "const m = { ...Math }; export function load() { return m.random() }",
    "const { ...m } = Math; export function load() { return m.random() }",
    "const use = (p: any) => p.now(); export function load() { return use(performance) }",
    "const use = (p: any) => p.Now.instant(); export function load() { return use(Temporal) }",
    "const use = (c: any) => c.randomUUID(); export function load() { return use(crypto) }",
    "const all = [process]; export function load() { return all[0]!.env.X }",
    "const use = (i: any) => new i.NumberFormat().format(1); export function load() { return use(Intl) }",
    "const NF = [Intl.NumberFormat][0]; export function load() { return new NF!().format(1) }",
    "import * as fs from 'node:fs'; const all = { fs }; export function load() { return all.fs.readFileSync('/x') }",
    "import os from 'node:os'; export function load(k: string) { return (os as any)[k]() }",
    "import path from 'node:path'; const deps = { path }; export function load(d: string) { return deps.path.resolve(d) }",
    "import path from 'node:path'; export function load(parts: string[]) { return parts.map(path.resolve) }",
    "const all = [globalThis]; export function load() { return (all[0] as any).user }",
  ])("warns: %s", (text) => {
    expect(codesOf(text)).toEqual(["CACHET3003"]);
  });

  it.each([
    [
      "import { make } from './h'; export function load() { return make(Date) }",
      "export const make = (C: any) => new C()",
    ],
    [
      "import { make } from './h'; export function load() { return make() }",
      "export const make = (C = Date) => new C()",
    ],
    ["import { D } from './h'; export function load() { return new D() }", "export const { D } = { D: Date }"],
    ["import h from './h'; export function load() { return h.clock.now() }", "export default { clock: Date }"],
    ["import { random } from './h'; export function load() { return random() }", "export const { random } = Math"],
  ])("warns across files: %s", (text, other) => {
    expect(codesOf(text, { "h.ts": other })).toEqual(["CACHET3003"]);
  });

  it.each([
    "export function load(x: any) { return x instanceof Date || x.constructor === Date || typeof Date === 'function' }",
    "export function load(d: string) { return [new Date(d), Date.UTC(2020, 1), Date.parse(d), Reflect.construct(Date, [d])] }",
    "export function load(x: any) { return Date.prototype.toISOString.call(x) + [Date, Map].includes(x.constructor) }",
    "export function load(x: any) { switch (x) { case Date: return 1; case Math: return 2 } return Object.keys(Math) }",
    "import { z } from 'zod'; const day = z.instanceof(Date); export function load(x: any) { return day.parse(x) }",
    "const { floor } = Math; const D = Date; export function load(xs: number[], x: any) { return xs.map(floor).map(Math.abs).length + (x instanceof D) }",
    "export function load() { return Math && performance ? 1 : 2 }",
    "const root: any = globalThis ?? window; export function load() { return root.Array }",
  ])("says nothing: %s", (text) => {
    const zod = { "node_modules/zod/package.json": '{ "version": "1.0.0" }', "node_modules/zod/index.js": "" };
    expect(codesOf(text, zod)).toEqual([]);
  });
});

describe("a class that extends what reads the clock", () => {
  const files = {
    "c.ts":
      "export class Clock extends Date {} export const Day = class extends Date { constructor(d: string) { super(d) } }",
    "b.ts": "import * as c from './c'; export class B extends c.Clock {}",
    "base.ts": "export const Base = Date",
    "again.ts":
      "import { Base } from './base'; const C = class extends Base {}; export { C as Again }; export { Base as Handed }",
    "static.ts": "export class S extends Date { static make() { return new this() } }",
    "default.ts": "export default class extends Date {}",
  };

  it.each([
    "import { Clock } from './c'; export function load() { return new Clock() }",
    "import { Clock } from './c'; class B extends Clock {} export function load() { return new B() }",
    "import { Clock } from './c'; class B extends Clock {} export function load() { return B.now() }",
    "import { Clock } from './c'; class B extends Clock { constructor() { super() } } export function load() { return new B() }",
    "import { B } from './b'; export function load() { return new B() }",
    "import { B } from './b'; class D extends B { static make() { return super.now() } } export function load() { return D.make() }",
    "import { B } from './b'; export function load() { class L extends B {} return new L() }",
    "import C from './default'; export function load() { return new C() }",
    "import { Again } from './again'; export function load() { return new Again() }",
    "import { Handed } from './again'; export function load() { return Handed.now() }",
    "import { S } from './static'; export function load() { return S.make() }",
    "class Clock extends Date {} const make = (C: any) => new C(); export function load() { return make(Clock) }",
    "class Clock extends Date { static make() { return this.now() } } export function load() { return Clock.make() }",
    "class Clock extends Date { static make() { return new Clock() } } export function load() { return Clock.make() }",
    "import { Clock } from './c'; const C = Clock; export function load() { return new C() }",
    "import { Clock } from './c'; const { now } = Clock; export function load() { return now() }",
    "class Clock extends Date {} const C = Clock; export function load() { return new C() }",
    "class Clock extends Date {} const { now } = Clock; export function load() { return now() }",
    "class Clock extends Date { static load() { return this.now() } }",
    "export function load() { const L = class extends Date {}; return new L() }",
    "const Mix = (B: any) => class extends B {}; class C extends Mix(Date) {} export function load() { return new C() }",
    "class C extends (true ? Date : Object) {} export function load() { return new C() }",
  ])("warns: %s", (text) => {
    expect(codesOf(text, files)).toEqual(["CACHET3003"]);
  });

  it.each([
    "import { Day } from './c'; class Late extends Day { late() { return 1 } } export function load(d: string) { return new Late(d) }",
    "import { B } from './b'; export function load(d: string, x: any) { return [new B(d), B.UTC(2020, 1), x instanceof B] }",
    "class Day extends Date { static of(d: string) { return new this(d) } static now() { return 0 } static zero() { return this.now() } } export function load(d: string) { return [Day.of(d), Day.zero()] }",
  ])("says nothing: %s", (text) => {
    expect(codesOf(text, files)).toEqual([]);
  });
});
