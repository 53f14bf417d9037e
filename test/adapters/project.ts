import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export interface Project {
  root: string;
  write(files: Record<string, string>): void;
  read(file: string): string;
  has(file: string): boolean;
  /** Runs a script of the project with Node. */
  node(file: string, ...args: string[]): Promise<Outcome>;
  tspc(compiler: Compiler, ...args: string[]): Promise<Outcome>;
  remove(): void;
}

export interface Outcome {
  code: number;
  output: string;
}

export interface Compiler {
  typescript: string;
  tsPatch: string;
}

/**
 * A folder outside the repository whose node_modules holds cachet and what the tools need. `others` gives a name the
 * package that another name has in the repository: `{ typescript: "typescript-7" }`.
 */
export function createProject(files: Record<string, string>, others: Record<string, string> = {}): Project {
  const root = mkdtempSync(join(tmpdir(), "cachet-project-"));
  mkdirSync(join(root, "node_modules"));
  const linked = { cachet: REPOSITORY, vite: "", rollup: "", "@types": "", typescript: "", "ts-patch": "", ...others };
  for (const [name, target] of Object.entries(linked))
    symlinkSync(resolve(REPOSITORY, "node_modules", target || name), join(root, "node_modules", name));
  const project: Project = {
    root,
    write(more) {
      for (const [file, text] of Object.entries(more)) {
        mkdirSync(dirname(join(root, file)), { recursive: true });
        writeFileSync(join(root, file), text);
      }
    },
    read: (file) => readFileSync(join(root, file), "utf8"),
    has: (file) => existsSync(join(root, file)),
    node: (file, ...args) => run(root, [file, ...args]),
    tspc: (compiler, ...args) => {
      const { args: all, env } = tspcCommand(compiler, args);
      return run(root, all, env);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  project.write(files);
  return project;
}

/** What Node is given to run tspc of one version with the compiler of another. */
export function tspcCommand({ typescript, tsPatch }: Compiler, args: string[]) {
  return {
    args: [join(REPOSITORY, "node_modules", tsPatch, "bin/tspc.js"), ...args, "--pretty", "false"],
    env: { TSP_COMPILER_TS_PATH: join(REPOSITORY, "node_modules", typescript) },
  };
}

/** What a tool is started with: nothing of the test runner around it. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VITEST: __, ...inherited } = process.env;
  return { ...inherited, ...more };
}

function run(cwd: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: environment(env) }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

/** Function ids and code hashes in emitted text, sorted. */
export function definitionsIn(code: string): string[] {
  const found = [...code.matchAll(/id:\s*["'`]([^"'`]+)["'`],\s*hash:\s*["'`]([^"'`]+)["'`]/g)];
  return found.map(([, id, hash]) => `${id} ${hash}`).sort();
}

/** A program in three files: helpers, cached functions of several shapes, and a caller that prints what happened. */
export const PROGRAM: Record<string, string> = {
  "package.json": '{ "name": "app", "type": "module" }',
  "src/rates.ts": "export const RATE = 2;\nexport const unrelated = 1;\n",
  "src/limits.ts": "export const LIMIT = 60;\nexport const fresh = (value: unknown): boolean => value !== undefined;\n",
  "src/helper.ts": 'import { RATE } from "./rates.js";\nexport const scale = (n: number): number => n * RATE;\n',
  "src/cached.ts": `import { scale } from "./helper.js";
import { fresh, LIMIT as TTL } from "./limits.js";

// cachet-allow-mutable
export const runs: string[] = [];

/** @cacheData({ ttl: TTL, validate: fresh }) */
export function load(id: number, deep = true): { id: number; deep: boolean } {
  runs.push("load");
  return { id: scale(id), deep };
}

/** @cacheData */
export const later = async <T,>(value: T): Promise<T[]> => {
  runs.push("later");
  return [value];
};

/** @cacheResource */
export default function (): object {
  runs.push("default");
  return {};
}

export class Repo {
  constructor(private readonly k: number) {}

  /** @cacheData */
  get(x: number): number {
    runs.push("get");
    return x + this.k;
  }

  /** @cacheData */
  fail(x: number): number {
    throw new Error(\`at \${x}\`);
  }
}
`,
  "src/main.ts": `import open, { later, load, Repo, runs } from "./cached.js";

const repo = new Repo(1);
const same = open() === open();
const values = [load(1), load(1, true), await later("a"), await later("a"), repo.get(1), repo.get(1), same];
let place = "";
try {
  repo.fail(1);
} catch (error) {
  place = /cached\\.[jt]s:\\d+/.exec((error as Error).stack ?? "")?.[0] ?? "";
}
export const report = { values, runs, name: [load.name, later.name, open.name, load.length], place };
console.log(JSON.stringify(report));
`,
};

export const EXPECTED = {
  values: [{ id: 2, deep: true }, { id: 2, deep: true }, ["a"], ["a"], 2, 2, true],
  runs: ["default", "load", "later", "get"],
  name: ["load", "later", "default", 1],
};
