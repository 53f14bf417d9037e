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
];
