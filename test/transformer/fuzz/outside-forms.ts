/** What code reads from elsewhere than its modules' own values; each `L` is another literal. */
export interface OutsideForm {
  /** Files beside the modules; `.env` holds what the environment has. */
  files?: Record<string, string>;
  imports?: readonly string[];
  /** Declarations of the module that reads it. */
  lines?: readonly string[];
  /** A module that is imported for what it does, after the one that reads it was. */
  side?: { name: string; lines: readonly string[] };
  read: string;
}

const env = (read: (name: string) => string) => (n: string) => ({
  files: { ".env": `FUZZ_${n}=L` },
  read: read(`FUZZ_${n}`),
});

const global =
  (read: (name: string) => string, write = (name: string) => `(globalThis as any).${name} = L; /* may go */`) =>
  (n: string) => ({ side: { name: `g${n}`, lines: [write(`fuzz${n}`)] }, read: read(`fuzz${n}`) });

const json = (read: string) => (n: string) => ({
  files: { [`j${n}.json`]: '{ "x": L, "own": { "x": L }, "list": [L] }' },
  imports: [`import j${n} from "./j${n}.json";`],
  read: read.replace("O", `j${n}`),
});

/** What gives something else each time: `O` is a name of the module. */
const restless =
  (read: string, ...lines: string[]) =>
  (n: string) => {
    const named = (text: string) => text.replace(/\bO\b/g, `r${n}`);
    return { lines: lines.map(named), read: named(read) };
  };

const BASE = "static all: any[] = []; run(): any { return this.step(); } step(): any { return L; }";

/** By a name that the program has once. */
export const OUTSIDE: readonly ((n: string) => OutsideForm)[] = [
  env((name) => `process.env.${name}`),
  env((name) => `process.env["${name}"]`),
  env((name) => `process["env"].${name}`),
  env((name) => `(({ ${name}: it }: any) => it)(process.env)`),
  env((name) => `globalThis.process.env.${name}`),
  env((name) => `Object.keys(process.env).includes("${name}") && process.env.${name}`),
  (n) => ({
    files: { ".env": `FUZZ_${n}=L` },
    lines: [`const { FUZZ_${n}: e${n} = "L" } = process.env;`],
    read: `e${n}`,
  }),
  (n) => ({
    files: { ".env": `FUZZ_${n}=L` },
    imports: [`import * as p${n} from "node:process";`],
    read: `p${n}.env.FUZZ_${n}`,
  }),
  global((name) => `(globalThis as any).${name}`),
  global((name) => `(globalThis as any)["${name}"]`),
  global((name) => `(({ ${name}: it }: any) => it)(globalThis)`),
  global((name) => `(typeof window === "undefined" ? globalThis : (window as any)).${name}`),
  global((name) => `Reflect.get(globalThis, "${name}")`),
  global(
    (name) => `(globalThis as any).${name}`,
    (name) => `Object.assign(globalThis, { ${name}: L }); /* may go */`,
  ),
  global(
    (name) => `([] as any).${name}`,
    (name) => `(Array.prototype as any).${name} = L; /* may go */`,
  ),
  json("O.x"),
  json("O.own"),
  json("[...O.list]"),
  json("(({ x }: any) => x)(O)"),
  (n) => ({ files: { [`t${n}.txt`]: "text L" }, imports: [`import t${n} from "./t${n}.txt?raw";`], read: `t${n}` }),
  (n) => ({
    lines: [`export class C${n} { ${BASE} }`],
    side: {
      name: `v${n}`,
      lines: [`class D${n} extends C${n} { override step() { return L; } } C${n}.all.push(new D${n}()); /* may go */`],
    },
    read: `C${n}.all.map((one: any) => one.run())`,
  }),
  (n) => ({
    lines: [`export const C${n} = class { ${BASE} };`],
    side: {
      name: `v${n}`,
      lines: [`C${n}.all.push(new (class extends C${n} { override run() { return L; } })()); /* may go */`],
    },
    read: `C${n}.all.map((one: any) => one.run())`,
  }),
  restless("O(Math.random)", "const O = (f: any) => f() * L;"),
  restless("O.random()", "const O: any = { random: Math.random };"),
  restless("O.all.Math.random()", "const O: any = { all: { ...{ Math } } };"),
  restless("O.get()", "class O { static m: any = Math; static get() { return this.m.random() * L; } }"),
  restless("O()()", "function O(): any { return L && Math.random; }"),
  restless("O[0]()", "const O: any[] = [Math.random];"),
  restless("new O().get()", "class O { constructor(private m: any = Math) {} get() { return this.m.random(); } }"),
  restless("Reflect.apply(O.random, null, [])", "const O: any = Math;"),
  restless("O('random')", "const O = (key: string) => (Math as any)[key]() * L;"),
  restless("+new O()", "class O extends Date {}"),
  restless("O.map((p: any) => p.test('L'))", "const O = [/L/g, /0/g];"),
  restless("O.has()", "class O { static word = /L/g; static has() { return this.word.test('L'); } }"),
  restless("O.word.exec('L')", "class O { static word = /L/y; }"),
  restless("[...O.values()].some((p: any) => p.test('L'))", "const O = new Map([['a', /L/g]]);"),
  restless("O.has()", "const O = new (class { word = /L/g; has() { return this.word.test('L'); } })();"),
  restless("O()", "const O = ((p: any) => () => p.test('L'))(/L/g);"),
  restless("(({ word }: any) => word.test('L'))(O)", "const O = { word: new RegExp('L', 'g') };"),
  restless("O.has(O.word)", "const O = { word: /L/g, has: (p: any) => p.test('L') };"),
  restless("[...O]", "const O = [L, L][Symbol.iterator]();"),
  restless("Array.from(O)", "const O = new Map([['a', L]]).entries();"),
  restless("O.next().value", "const O = (function* () { yield L; yield L; })();"),
  restless("[...O.it]", "const O = { it: [L].values() };"),
  restless("O()", "const O = (() => { let n = L; return () => n++; })();"),
  restless("O.get()", "const O = new (class { n = L; get() { return this.n++; } })();"),
];
