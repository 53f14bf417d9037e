import { dirname, resolve as resolvePath } from "node:path";
import type ts from "typescript";
import { COMPONENT } from "../transformer/engine/file-filter.ts";
import type { TypeScript } from "../transformer/types.ts";
import { CommandError } from "./command.ts";

/** Files that share compiler options. */
export interface FileGroup {
  options: ts.CompilerOptions;
  /** Absolute, with `/`. */
  files: string[];
  /** Single-file components beside them, which no compiler of TypeScript takes. */
  components: string[];
  /** Directory of the tsconfig.json that lists them. */
  root: string;
}

export interface Configuration {
  /** Absolute path of the tsconfig.json; absent where there is none. */
  path?: string;
  /** Directory that it stands in, or where the command was started. */
  root: string;
  groups: FileGroup[];
  /** Where compilers write to, absolute. */
  outDirs: string[];
}

const SCRIPTS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
const COMPONENTS = [".vue", ".svelte", ".astro"];
const NOT_SOURCES = ["**/node_modules", "**/dist", "**/.*/"];

/** The project of a directory: what its tsconfig.json includes, referenced projects too, or else every script below it. */
export function readConfiguration(
  api: TypeScript,
  cwd: string,
  project: string | undefined,
  overrides: ts.CompilerOptions = {},
): Configuration {
  const path = project === undefined ? api.findConfigFile(cwd, api.sys.fileExists) : namedConfig(api, cwd, project);
  if (path === undefined) return withoutConfig(api, cwd);
  const groups: FileGroup[] = [];
  readGroups(api, resolvePath(path), groups, new Set(), overrides);
  const outDirs = [...new Set(groups.flatMap(({ options }) => options.outDir ?? []))];
  return { path: resolvePath(path), root: dirname(resolvePath(path)), groups, outDirs };
}

function namedConfig(api: TypeScript, cwd: string, project: string): string {
  const named = resolvePath(cwd, project);
  const path = api.sys.directoryExists(named) ? resolvePath(named, "tsconfig.json") : named;
  if (!api.sys.fileExists(path)) throw new CommandError(`There is no tsconfig at ${path}.`);
  return path;
}

/** A solution-style tsconfig lists nothing itself: its references do. */
function readGroups(
  api: TypeScript,
  path: string,
  groups: FileGroup[],
  seen: Set<string>,
  overrides: ts.CompilerOptions,
): void {
  if (seen.has(path)) return;
  seen.add(path);
  const fail = (diagnostic: ts.Diagnostic): never => {
    throw new CommandError(describe(api, diagnostic), `Fix ${path}, or name another one with --project.`);
  };
  const host: ts.ParseConfigFileHost = { ...api.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const more = COMPONENTS.map((extension) => ({
    extension,
    isMixedContent: true,
    scriptKind: api.ScriptKind.Deferred,
  }));
  const parsed = api.getParsedCommandLineOfConfigFile(path, overrides, host, undefined, undefined, more);
  if (!parsed) throw new CommandError(`${path} can't be read.`);
  const [error] = parsed.errors.filter(isFatal);
  if (error) fail(error);
  const listed = partition(parsed.fileNames);
  if (listed.files.length + listed.components.length > 0)
    groups.push({ options: parsed.options, ...listed, root: dirname(path) });
  for (const reference of parsed.projectReferences ?? []) {
    readGroups(api, resolvePath(api.resolveProjectReferencePath(reference)), groups, seen, overrides);
  }
}

/** "No inputs were found" is what a solution-style tsconfig says, and options of another TypeScript are its business. */
function isFatal({ code }: ts.Diagnostic): boolean {
  return ![18002, 18003, 5023, 5024, 5101, 5102, 5107, 6046].includes(code);
}

function describe(api: TypeScript, { file, start, messageText }: ts.Diagnostic): string {
  const text = api.flattenDiagnosticMessageText(messageText, " ");
  if (!file || start === undefined) return text;
  const at = file.getLineAndCharacterOfPosition(start);
  return `${file.fileName}:${at.line + 1}:${at.character + 1} ${text}`;
}

function withoutConfig(api: TypeScript, cwd: string): Configuration {
  const options: ts.CompilerOptions = {
    allowJs: true,
    module: api.ModuleKind.ESNext,
    moduleResolution: api.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
  };
  const listed = partition(api.sys.readDirectory(cwd, [...SCRIPTS, ...COMPONENTS], NOT_SOURCES, ["**/*"]));
  return { root: cwd, groups: [{ options, ...listed, root: cwd }], outDirs: [] };
}

const partition = (files: readonly string[]) => ({
  files: files.filter(isSource),
  components: files.filter((file) => COMPONENT.test(file)),
});

export function isSource(file: string): boolean {
  return SCRIPTS.some((extension) => file.endsWith(extension)) && !/\.d\.[cm]?ts$/.test(file);
}
