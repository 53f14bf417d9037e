import ts from "typescript";
import type { Program } from "./programs.ts";

const compiled = new Map<string, (exports: object, require: (path: string) => unknown) => void>();

/** Evaluates a program as Node would its CommonJS form, and gives what its `load` gives, as text. */
export async function runProgram(program: Program): Promise<string> {
  const modules = new Map<string, Record<string, unknown>>();
  const require = (path: string): Record<string, unknown> => {
    const file = `${path.replace("./", "")}${path.endsWith(".json") ? "" : ".ts"}`;
    const known = modules.get(file);
    if (known) return known;
    const text = program[file];
    if (text === undefined) throw new Error(`no ${file}`);
    const exports: Record<string, unknown> = {};
    modules.set(file, exports);
    if (file.endsWith(".json")) Object.assign(exports, { __esModule: true, default: JSON.parse(text) });
    else compile(text)(exports, require);
    return exports;
  };
  const main = require("./main") as { load?: () => unknown; loader?: { load(): unknown } };
  await new Promise((done) => setImmediate(done));
  return JSON.stringify(await (main.loader ? main.loader.load() : main.load?.())) ?? "undefined";
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
