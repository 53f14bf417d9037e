import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { resolveLikeNode } from "../../transformer/engine/resolve-file.ts";
import { transform } from "../../transformer/index.ts";
import { createProject, type Project, REPOSITORY } from "../adapters/project.ts";

/** One program for every tool: five shapes of functions, a helper two files away, and a report of what happened. */
export const PROGRAM: Record<string, string> = {
  "package.json": '{ "name": "shop", "version": "1.0.0" }',
  "tsconfig.json": '{ "compilerOptions": { "target": "es2022", "module": "esnext", "moduleResolution": "bundler" } }',
  "src/rate.ts": "export const RATE: number = 2;\n",
  "src/scale.ts": 'import { RATE } from "./rate";\nexport const scale = (n: number): number => n * RATE;\n',
  "src/data.ts": `import { scale } from "./scale";

/** @cacheData({ ttl: "1h" }) */
export async function load(id: number): Promise<{ id: number }> {
  return { id: scale(id) };
}

/** @cacheData */
export const square = (n: number): number => n * n;

/** @cacheResource */
export function connect(dsn: string): { dsn: string } {
  return { dsn };
}

export class Finder {
  constructor(readonly step: number) {}
  /** @cacheData({ this: "ignore" }) */
  find(n: number): number {
    return scale(n) + this.step;
  }
}

/** @cacheData */
export function fail(n: number): number { const text: string = "at"; throw new Error(text + String(n)); }
`,
  "src/report.ts": `import { cached } from "cachet";
import { connect, fail, Finder, load, square } from "./data";

export async function report() {
  cached(load).clear();
  const before = cached(load).stats().hits;
  const functions: unknown[] = [load, square, connect, Finder.prototype.find, fail];
  const definitions = functions.map((fn) => {
    const { id, codeHash } = cached(fn as () => number);
    return id + " " + codeHash;
  });
  const values = [(await load(1)).id, (await load(1)).id, square(3), new Finder(1).find(2), connect("a") === connect("a")];
  let place = "";
  try {
    fail(1);
  } catch (error) {
    place = /data\\.ts:\\d+:\\d+/.exec(String((error as Error).stack))?.[0] ?? String((error as Error).stack);
  }
  return { definitions: definitions.sort(), values, hits: cached(load).stats().hits - before, place };
}
`,
  "src/main.ts": `import { report } from "./report";
report().then((found) => console.log("REPORT " + JSON.stringify(found)));
`,
};

/** The program as Node wants it: ES modules, and imports with their extensions. */
export const FOR_NODE: Record<string, string> = {
  "package.json": '{ "name": "shop", "version": "1.0.0", "type": "module" }',
  ...Object.fromEntries(
    Object.entries(PROGRAM)
      .filter(([file]) => file.endsWith(".ts"))
      .map(([file, text]) => [file, text.replace(/from "(\.[^"]+)"/g, 'from "$1.ts"')]),
  ),
};

const FAIL_LINE = (PROGRAM["src/data.ts"] as string).split("\n").findIndex((line) => line.includes("throw")) + 1;
const FAIL_COLUMN = (PROGRAM["src/data.ts"] as string).split("\n")[FAIL_LINE - 1]?.indexOf("new Error") ?? 0;

export interface Report {
  definitions: string[];
  values: unknown[];
  hits: number;
  place: string;
}

/** A folder with the program, what a tool needs, and packages of this repository or of another folder. */
export function programFor(packages: readonly string[], files: Record<string, string>, from = REPOSITORY): Project {
  const project = createProject({ ...PROGRAM, ...files });
  for (const name of packages) {
    const path = join(project.root, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(from, "node_modules", name), path);
  }
  return project;
}

/** Ids and hashes as the sources of this repository give them. */
export function definitionsOf(project: Project): string[] {
  const fileName = join(project.root, "src/data.ts");
  const read = (file: string) => (project.has(file.slice(project.root.length + 1)) ? readFileSync(file) : undefined);
  const { functions } = transform(project.read("src/data.ts"), { fileName, read, resolve: resolveLikeNode });
  return functions.map(({ id, hash }) => `${id} ${hash}`).sort();
}

export function reportIn(output: string): Report {
  const line = /^.*?REPORT (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`The program reported nothing:\n${output}`);
  return JSON.parse(line) as Report;
}

/** The functions are those of every other tool, calls hit, errors lead to the source. */
export function expectRight(project: Project, report: Report, losesColumns = false): void {
  const [line, column] = [`data.ts:${FAIL_LINE}`, `:${FAIL_COLUMN + 1}`];
  const place = losesColumns ? report.place.replace(/:\d+$/, "") : report.place;
  expect({ ...report, place }).toEqual({
    definitions: definitionsOf(project),
    values: [2, 2, 9, 5, true],
    hits: 1,
    place: losesColumns ? line : line + column,
  });
}

export const EDITED = { "src/rate.ts": "export const RATE: number = 1 + 1;\n" };
/** What a wrong mark at the end makes of the marked file. */
export const withWrongMark = (data: string): string =>
  `${data}\n/** @cacheData({ tll: 1 }) */\nexport const wrong = (): number => 1;\n`;
export const WRONG_LINE = (PROGRAM["src/data.ts"] as string).split("\n").length + 1;
