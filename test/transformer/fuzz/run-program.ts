import ts from "typescript";
import type { Program } from "./programs.ts";

const compiled = new Map<string, (exports: object, require: (path: string) => unknown) => void>();

/** Evaluates a program as Node would its CommonJS form, and gives what its `load` gives, as text. */
export const runProgram = async (program: Program): Promise<string> => (await runTwice(program))[0];

/** What `load` gives when it is called, and when it is called again. */
export async function runTwice(program: Program): Promise<[string, string]> {
  const modules = new Map<string, Record<string, unknown>>();
  const require = (path: string): Record<string, unknown> => {
    if (path.startsWith("node:")) return process.getBuiltinModule(path) as unknown as Record<string, unknown>;
    const name = path.replace("./", "").replace("?raw", "");
    const file = /\.(?:json|txt)$/.test(name) ? name : `${name}.ts`;
    const known = modules.get(file);
    if (known) return known;
    const text = program[file];
    if (text === undefined) throw new Error(`no ${file}`);
    const exports: Record<string, unknown> = {};
    modules.set(file, exports);
    if (file.endsWith(".txt")) Object.assign(exports, { __esModule: true, default: text });
    else if (file.endsWith(".json")) Object.assign(exports, { __esModule: true, default: JSON.parse(text) });
    else compile(text)(exports, require);
    return exports;
  };
  const environment = environmentOf(program);
  Object.assign(process.env, environment);
  try {
    const main = require("./main") as { load?: () => unknown; loader?: { load(): unknown } };
    await new Promise((done) => setImmediate(done));
    const call = async () => JSON.stringify(await (main.loader ? main.loader.load() : main.load?.())) ?? "undefined";
    return [await call(), await call()];
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    for (const owner of [globalThis, Array.prototype]) {
      for (const name of Object.keys(owner)) if (/^fuzz\d/.test(name)) delete (owner as Record<string, unknown>)[name];
    }
  }
}

/** What the environment of a program has. */
export function environmentOf(program: Program): Record<string, string> {
  const lines = (program[".env"] ?? "").split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => line.split("=") as [string, string]));
}

function compile(text: string) {
  const known = compiled.get(text);
  if (known) return known;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const made = new Function("exports", "require", outputText) as (exports: object, require: unknown) => void;
  if (compiled.size > 500) compiled.clear();
  compiled.set(text, made);
  return made;
}
