import module from "node:module";
import { dirname } from "node:path";
import type ts from "typescript";
import { loadTypeScript } from "#typescript";
import { type Answer, run } from "../host-requests.ts";
import { toPosix } from "../syntax/paths.ts";
import type { BuildCache } from "./build-cache.ts";
import { openBuildCache } from "./open-build-cache.ts";
import { readOrUndefined } from "./resolve-file.ts";
import { composeMaps, withInlineMap } from "./source-maps.ts";

/** A transformed script on its way into a run time that knows no types. */
export interface Script {
  file: string;
  code: string;
  map: object | null;
  format: "module" | "commonjs";
}

/**
 * JavaScript of it, with its source map inside. Types are blanked out where that is enough; enums, parameter properties,
 * JSX and modules that become CommonJS have to be compiled, as the project's tsconfig.json says.
 */
export function compile(script: Script): string {
  const { file, code, map, format } = script;
  if (format === "module" && /\.[cm]?js$/.test(file)) return withInlineMap(code, map);
  const stripped = format === "module" && /\.[cm]?ts$/.test(file) ? strip(code) : undefined;
  return stripped === undefined ? transpileOnce(script) : withInlineMap(stripped, map);
}

/** Not in Deno and not before Node 22.13. */
const { stripTypeScriptTypes } = module as {
  stripTypeScriptTypes?: (code: string, options: { mode: string }) => string;
};

function strip(code: string): string | undefined {
  const { emitWarning } = process;
  // Node warns of an experiment that the user of this adapter has not chosen.
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes?.(code, { mode: "strip" });
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

let cache: BuildCache | undefined;

/** Compiling needs the TypeScript API, so the next process finds what came out. */
function transpileOnce(script: Script): string {
  const { file, code, format } = script;
  cache ??= openBuildCache(process.cwd(), ["compile"]);
  const id = `${toPosix(file)}?${format}`;
  const kept = cache && run(cache.find(id, code), { read: readOrUndefined, resolve: () => undefined });
  if (kept) return kept.code;
  const reads = new Map<string, Answer>();
  const result = { code: transpile(script, reads), map: null, diagnostics: [], functions: [], dependencies: [] };
  cache?.add(id, code, result, {
    asked: new Map([[toPosix(file), { reads, resolved: new Map(), replaced: new Map() }]]),
  });
  return result.code;
}

/** @param reads takes the configurations that count, also those that aren't there */
function transpile({ file, code, map, format }: Script, reads: Map<string, Answer>): string {
  const api = loadTypeScript();
  const compilerOptions: ts.CompilerOptions = {
    jsx: api.JsxEmit.ReactJSX,
    ...configFor(api, file, reads),
    module: format === "module" ? api.ModuleKind.ESNext : api.ModuleKind.CommonJS,
    target: api.ScriptTarget.ES2022,
    verbatimModuleSyntax: false,
    sourceMap: true,
    allowJs: true,
  };
  const { outputText, sourceMapText } = api.transpileModule(code, { fileName: file, compilerOptions });
  const later = JSON.parse(sourceMapText as string);
  const clean = outputText.replace(/\n?\/\/# sourceMappingURL=[^\n]*\s*$/, "");
  return withInlineMap(clean, map ? composeMaps(later, map) : { ...later, sources: [file], sourcesContent: [code] });
}

/** Compiler options that change what code does. */
function configFor(api: typeof ts, file: string, reads: Map<string, Answer>): ts.CompilerOptions {
  const note = (path: string) => reads.set(toPosix(path), readOrUndefined(path));
  const fileExists = (path: string): boolean => {
    note(path);
    return api.sys.fileExists(path);
  };
  const readFile = (path: string): string | undefined => {
    note(path);
    return api.sys.readFile(path);
  };
  const path = api.findConfigFile(dirname(file), fileExists);
  if (path === undefined) return {};
  const { config } = api.readConfigFile(path, readFile);
  // No files are looked for: only the options count.
  const host = { ...api.sys, fileExists, readFile, readDirectory: () => [] };
  const { options } = api.parseJsonConfigFileContent(config ?? {}, host, dirname(path));
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource, experimentalDecorators } = options;
  const { emitDecoratorMetadata, useDefineForClassFields } = options;
  const chosen = { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource, experimentalDecorators };
  const all = Object.entries({ ...chosen, emitDecoratorMetadata, useDefineForClassFields });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
