import { type Diagnostic, type FunctionReport, transform } from "cachet/transformer";
import ts from "typescript";
import { FOLDER } from "./folder.ts";
import { findInserted, type Range } from "./inserted.ts";
import type { SourceText } from "./project.ts";

/** What the transform makes of one file. */
export interface CompiledFile {
  name: string;
  /** The source itself where nothing is marked or something is wrong. */
  code: string;
  inserted: readonly Range[];
  functions: readonly FunctionReport[];
  /** Of marks, and of syntax that no compiler takes. */
  problems: readonly Problem[];
}

export type Problem = Pick<
  Diagnostic,
  "code" | "severity" | "message" | "fix" | "start" | "length" | "line" | "column"
>;

const MANIFEST = { path: "/app/package.json", text: '{ "name": "app", "version": "1.0.0" }' };

/** Runs the transform over files that exist in memory only. */
export function compile(files: readonly SourceText[]): CompiledFile[] {
  const texts = new Map(files.map(({ name, text }) => [FOLDER + name, text]));
  texts.set(MANIFEST.path, MANIFEST.text);
  const host = {
    resolve: (specifier: string, importer: string) => resolve(texts, specifier, importer),
    read: (file: string) => texts.get(file),
  };
  return files.map((file) => compileFile(file, host));
}

type Host = Required<Pick<Parameters<typeof transform>[1], "resolve" | "read">> & {
  resolve(specifier: string, importer: string): string | undefined;
  read(file: string): string | undefined;
};

function compileFile({ name, text }: SourceText, host: Host): CompiledFile {
  const broken = syntaxProblems(name, text);
  if (broken.length > 0) return { name, code: text, inserted: [], functions: [], problems: broken };
  const { code, map, functions, diagnostics } = transform(text, { fileName: FOLDER + name, typescript: ts, ...host });
  const inserted = map === null ? [] : findInserted(text, code, map.toString());
  return { name, code, inserted, functions, problems: diagnostics };
}

/** A relative import means the file it names, with or without its ending. */
function resolve(texts: ReadonlyMap<string, string>, specifier: string, importer: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const { pathname } = new URL(specifier, `file://${importer}`);
  const bare = pathname.replace(/\.[cm]?js$/, "");
  return [pathname, `${bare}.ts`, `${bare}.tsx`, `${pathname}.js`].find((path) => texts.has(path));
}

function syntaxProblems(name: string, text: string): Problem[] {
  const options = { target: ts.ScriptTarget.Latest, module: ts.ModuleKind.ESNext, jsx: ts.JsxEmit.Preserve };
  const { diagnostics = [] } = ts.transpileModule(text, {
    fileName: name,
    reportDiagnostics: true,
    compilerOptions: options,
  });
  return diagnostics.map(({ code, messageText, start = 0, length = 1 }) => {
    const before = text.slice(0, start).split("\n");
    return {
      code: `TS${code}`,
      severity: "error",
      message: ts.flattenDiagnosticMessageText(messageText, " "),
      fix: "TypeScript can't read this, so nothing is transformed.",
      start,
      length,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    };
  });
}
