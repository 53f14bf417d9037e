import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "./package.ts";
import { createProject, type Project } from "./project.ts";

/** Classes in files of their own, functions that name them as values, as types, or not at all. */
const FILES: Record<string, string> = {
  "package.json": '{ "name": "shapes", "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "nodenext",
      strict: true,
      outDir: "dist",
      rootDir: "src",
      types: ["node"],
      plugins: [{ transform: "cachet/transformer", transformProgram: true }],
    },
    include: ["src"],
  }),
  "bundle.mjs": `import cachet from "cachet/esbuild";
import { build } from "esbuild";
await build({ entryPoints: ["src/main.ts"], bundle: true, format: "esm", platform: "node", outfile: "bundle/main.mjs", external: ["cachet", "cachet/*"], plugins: [cachet()] });
`,
  "src/point.ts": `export class Point {
  static made = 0;
  constructor(public x: number, public y = 0) {}
  norm() { return Math.hypot(this.x, this.y); }
  static origin() { return new Point(0, 0); }
}
export class Named extends Point {
  label = "none";
  tags: string[] = ["a"];
  title() { return this.label + this.norm(); }
}
export class Box<T> {
  items: T[] = [];
  next?: Box<T>;
  constructor(readonly first: T) { this.items.push(first); }
}
export class Pair<A, B> { constructor(readonly a: A, private b: B) {} get2() { return this.b; } }
export class Tree { children: Tree[] = []; parent?: Tree; constructor(public name: string) {} }
`,
  "src/deep.ts": `import { Tree } from "./point.js";
export function tree() { const root = new Tree("root"); const leaf = new Tree("leaf"); leaf.parent = root; root.children.push(leaf, leaf); return root; }
`,
  "src/refused.ts": `// cachet-allow-mutable
export const known: unknown[] = [];
export class Secret { #key = 1; read() { return this.#key; } }
export class Getter { a = 1; get twice() { return this.a * 2; } }
export class Busy { constructor(public a: number) { known.push(this); } }
export class Sized extends Map<string, number> { extra = 1; }
export class Below extends Busy { more = 2; }
`,
  "src/load.ts": `import { Box, Named, Pair, Point } from "./point.js";
import { tree } from "./deep.js";
import { Below, Busy, Getter, Secret, Sized } from "./refused.js";

// cachet-allow-mutable
export const runs: string[] = [];

/** @cacheData({ persist: true }) */
export function point(x: number) { runs.push("point"); return new Point(x, 2); }

/** @cacheData({ persist: true }) */
export async function named(x: number) {
  runs.push("named");
  const made = new Named(x);
  made.label = "n";
  return { list: [made, made, new Point(1)], map: new Map([["k", Point.origin()]]) };
}

/** @cacheData({ persist: true }) */
export function pair(x: number) { runs.push("pair"); return new Pair(x, new Date(x)); }

/** @cacheData({ persist: true }) */
export function grown(x: number) { runs.push("grown"); return { root: tree(), x }; }

/** @cacheData({ persist: true }) */
export function frozen(x: number) { runs.push("frozen"); return Object.freeze(new Point(x)); }

/** @cacheData */ export function box(x: number) { return new Box(x); }
/** @cacheData */ export function secret(x: number) { return [x, new Secret()]; }
/** @cacheData */ export function getter(x: number) { return [x, new Getter()]; }
/** @cacheData */ export function busy(x: number) { return [x, new Busy(1)]; }
/** @cacheData */ export function sized(x: number) { return [x, new Sized()]; }
/** @cacheData */ export function below(x: number) { return [x, new Below(1)]; }
`,
  "src/measure.ts": `import type { Point, Tree } from "./point.js";
import type { Busy } from "./refused.js";
interface Request { where: Point; at: Date }

// cachet-allow-mutable
export const measured: string[] = [];

/** @cacheData({ persist: true }) */
export function norm(p: Point): number { measured.push("norm"); return p.norm(); }

/** @cacheData */
export function ask(request: Request, trees: Tree[]): string { measured.push("ask"); return request.where.x + " " + trees.length; }

/** @cacheData */
export function look(busy: Busy): string { return JSON.stringify(busy); }
`,
  "src/main.ts": `import { configure } from "cachet";
import * as shapes from "./load.js";
import { ask, look, measured, norm } from "./measure.js";
import { Named, Pair, Point, Tree } from "./point.js";
import { Busy } from "./refused.js";

configure({ disk: { dir: process.argv[2]! } });
const { runs } = shapes;
const say = (what: string, value: unknown) => console.log(what + " " + JSON.stringify(value));
const refused = (what: string, call: () => unknown) => {
  try { call(); say(what, "no error"); } catch (error) { say(what, (error as Error).message); }
};

for (let i = 0; i < 2; i++) {
  const p = shapes.point(3);
  say("point", [p instanceof Point, p.constructor === Point, p.norm().toFixed(3), { ...p }]);
  // cachet-allow-mutable
  p.x = 99;
  const { list: [one, two, three], map } = await shapes.named(4);
  say("named", [one instanceof Named, one === two, (one as Named).title(), (one as Named).tags, three instanceof Point, three instanceof Named, map.get("k") instanceof Point]);
  const both = shapes.pair(5);
  say("pair", [both instanceof Pair, both.a, both.get2().getTime()]);
  const { root } = shapes.grown(6);
  const [a, b] = root.children;
  say("grown", [root instanceof Tree, a === b, a!.parent === root, a!.name]);
  say("frozen", [Object.isFrozen(shapes.frozen(7)), shapes.frozen(7) instanceof Point]);
}
say("runs", runs);

say("norm", [norm(new Point(3, 4)), norm(new Point(3, 4)), norm(new Point(3, 5)).toFixed(2), norm(new Named(3, 4))]);
const tree = (name: string) => { const made = new Tree(name); made.parent = made; return made; };
say("ask", [ask({ where: new Point(1), at: new Date(0) }, [tree("a")]), ask({ at: new Date(0), where: new Point(1) }, [tree("a")]), ask({ where: new Point(1), at: new Date(0) }, [tree("b")])]);
say("measured", measured);

for (const name of ["box", "secret", "getter", "busy", "sized", "below"] as const) refused(name, () => shapes[name](1));
refused("look", () => look(new Busy(1)));
`,
};

const EXPECTED = `point [true,true,"3.606",{"x":3,"y":2}]
named [true,true,"n4",["a"],true,false,true]
pair [true,5,5]
grown [true,true,true,"leaf"]
frozen [true,true]
`;

const MEASURED = `norm [5,5,"5.83",5]
ask ["1 1","1 1","1 1"]
`;

let tsc: Project;
beforeAll(async () => {
  buildPackage();
  tsc = createProject(FILES, { esbuild: "" });
  const built = await tsc.tspc({ typescript: "typescript", tsPatch: "ts-patch" }, "-p", ".");
  expect(built).toEqual({ code: 0, output: "" });
  const bundled = await tsc.node("bundle.mjs");
  expect(bundled).toEqual({ code: 0, output: "" });
}, 300_000);
afterAll(() => tsc?.remove());

/** The same program: what each way has written. */
const WAYS: [way: string, main: string][] = [
  ["tspc", "dist/main.js"],
  ["esbuild", "bundle/main.mjs"],
];

describe.each(WAYS)("own classes, by %s", (way, main) => {
  const run = (store: string) => tsc.node(main, join(tsc.root, store));
  const store = `store-${way}`;

  it("are results: in memory, and in another process", async () => {
    const first = await run(store);
    expect(first.output).toContain(`${EXPECTED}${EXPECTED}runs ["point","named","pair","grown","frozen"]\n`);
    expect(first.output).toContain(`${MEASURED}measured ["norm","norm","norm","ask","ask"]\n`);
    const second = await run(store);
    expect(second.output).toContain(`${EXPECTED}${EXPECTED}runs []\n`);
    expect(second.output).toContain(`${MEASURED}measured ["ask","ask"]\n`);
  });

  it("that are more than their fields are refused with the reason and the way out", async () => {
    const { output } = await run(store);
    const lineOf = (name: string) => output.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";
    expect(lineOf("box")).toMatch(/result.*Box.*constructor.*this\.items\.push\(first\).*codec/);
    expect(lineOf("secret")).toMatch(/result\[1\].*Secret.*#key.*codec/);
    expect(lineOf("getter")).toMatch(/result\[1\].*Getter.*accessor.*twice.*codec/);
    expect(lineOf("busy")).toMatch(/result\[1\].*Busy.*constructor.*known\.push\(this\).*codec/);
    expect(lineOf("sized")).toMatch(/result\[1\].*Sized.*extends.*Map.*codec/);
    expect(lineOf("below")).toMatch(/result\[1\].*Below.*extends.*Busy.*constructor/);
    expect(lineOf("look")).toMatch(/busy.*Busy.*constructor.*hashFuncs/);
  });
});
