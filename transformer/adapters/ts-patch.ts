import type { PluginConfig, ProgramTransformerExtras } from "ts-patch";
import type ts from "typescript";
import { createLinkContext, openSession } from "../3-hash/graph/build-session.ts";
import type { Dependent } from "../3-hash/graph/outside-changes.ts";
import { digest } from "../3-hash/normal-form/digest.ts";
import { emitAst } from "../5-emit/emit-ast.ts";
import { Diagnostics, describeDiagnostic, formatDiagnostic, numericCode } from "../diagnostics.ts";
import { describesCode } from "../engine/describes-code.ts";
import { warningsOf } from "../engine/reporting.ts";
import { runSync } from "../host-requests.ts";
import { outsideWarnings } from "../outside-warnings.ts";
import { type FilePlan, planFile } from "../pipeline.ts";
import { dependentsIn } from "../reports/dependents.ts";
import { isOnlyChecked, reportUnemittedMark } from "../reports/dropped-by-emit.ts";
import { createManifest, locate, printManifest } from "../reports/manifest.ts";
import { createResolver } from "../syntax/resolve-module.ts";
import type { Diagnostic, TypeScript } from "../types.ts";

export {
  createSession,
  type Diagnostic,
  type FunctionReport,
  formatDiagnostic,
  type Kind,
  type NewSessionOptions,
  type Platform,
  type TransformHost,
  type TransformOptions,
  type TransformResult,
  type TransformSession,
  transform,
} from "../index.ts";

/** A source file's version before this adapter added to it, so that a program made from an older one adds only once. */
const BASE_VERSION = Symbol.for("cachet.baseVersion");
type Versioned = ts.SourceFile & { version?: string; [BASE_VERSION]?: string };

type DiagnosticsOf = (sourceFile?: ts.SourceFile, ...rest: unknown[]) => readonly ts.Diagnostic[];

/**
 * The tsconfig plugin: `{ "transform": "cachet/transformer", "transformProgram": true }`.
 *
 * It returns the same program, changed in three places. A plain `before` transformer would go stale under
 * `--incremental`, `-b` and `--watch`; a second program over rewritten text would move type errors and columns.
 *
 * - The version of each file with a mark also covers its code hashes, so a builder emits it again when a helper changed.
 * - Diagnostics join the semantic ones: `--noEmit`, `--noEmitOnError`, exit codes and build info treat them as such.
 * - `emit` runs the rewrite before all other transformers.
 */
export default function transformProgram(
  program: ts.Program,
  _host: ts.CompilerHost | undefined,
  config: PluginConfig,
  { ts: api }: Pick<ProgramTransformerExtras, "ts">,
): ts.Program {
  const plans = new Map<ts.SourceFile, FilePlan | undefined>();
  const { plan, warnOfOutside } = createPlanner(api as TypeScript, program, config["root"] as string | undefined);
  const planOf = (sourceFile: ts.SourceFile): FilePlan | undefined => {
    if (!plans.has(sourceFile)) plans.set(sourceFile, plan(sourceFile));
    return plans.get(sourceFile);
  };
  for (const sourceFile of program.getSourceFiles()) extendVersion(sourceFile, planOf(sourceFile), config);
  warnOfOutside(
    program.getSourceFiles().flatMap((file) => dependentsIn(file.fileName, planOf(file) ?? { functions: [] })),
  );
  addDiagnostics(api as TypeScript, program, planOf);
  const { emit } = program;
  let { manifest } = config;
  const before: ts.TransformerFactory<ts.SourceFile> = (context) => (sourceFile) => {
    const planned = planOf(api.getOriginalNode(sourceFile) as ts.SourceFile);
    return planned?.edits.length ? emitAst(api as TypeScript, context, sourceFile, planned.edits) : sourceFile;
  };
  program.emit = (target, write, token, onlyDts, custom, ...rest) => {
    const transformers = { ...custom, before: [before, ...(custom?.before ?? [])] };
    const result = emit.call(program, target, write, token, onlyDts, transformers, ...rest);
    if (manifest && !result.emitSkipped) writeManifest(api as TypeScript, program, manifest, planOf);
    if (!result.emitSkipped) manifest = undefined;
    return result;
  };
  return program;
}

/** `"manifest": "cachet.json"`: a path from the tsconfig's directory. */
function writeManifest(
  api: TypeScript,
  program: ts.Program,
  name: unknown,
  planOf: (sourceFile: ts.SourceFile) => FilePlan | undefined,
): void {
  const config = program.getCompilerOptions()["configFilePath"] as string | undefined;
  const root = config?.replace(/\/[^/]*$/, "") ?? program.getCurrentDirectory();
  const reports = program
    .getSourceFiles()
    .flatMap((file) => (planOf(file)?.functions ?? []).map((fn) => locate(fn, file.fileName)));
  const path = api.sys.resolvePath(`${root}/${name === true ? "cachet.json" : name}`);
  const text = printManifest(createManifest(reports, root));
  if (api.sys.readFile(path) !== text) api.sys.writeFile(path, text);
}

function createPlanner(
  api: TypeScript,
  program: ts.Program,
  root: string | undefined,
): {
  plan: (sourceFile: ts.SourceFile) => FilePlan | undefined;
  warnOfOutside: (dependents: readonly Dependent[]) => void;
} {
  const options = program.getCompilerOptions();
  const directory = program.getCurrentDirectory();
  const cache = api.createModuleResolutionCache(directory, (name) => name, options);
  const sourceFileOf = (file: string): ts.SourceFile | undefined => {
    const known = program.getSourceFile(file);
    // For a file of a referenced project the program has its declarations, under their own name.
    return known?.fileName === file ? known : undefined;
  };
  const session = openSession(createLinkContext(api, sourceFileOf), {
    root: root ?? directory,
    describesCode: describesCode(),
  });
  const read = (file: string): string | Uint8Array | undefined => sourceFileOf(file)?.text ?? readBytes(file);
  const resolve = createResolver(api, options, cache, (file) => program.getSourceFile(file)?.impliedNodeFormat);
  const isOwn = (sourceFile: ts.SourceFile) =>
    !sourceFile.isDeclarationFile && !program.isSourceFileFromExternalLibrary(sourceFile);
  const plan = (sourceFile: ts.SourceFile) => {
    if (!isOwn(sourceFile)) return undefined;
    const input = {
      fileName: sourceFile.fileName,
      source: sourceFile,
      isModule: api.isExternalModule(sourceFile),
      root: root ?? directory,
    };
    const planned = runSync(planFile(input, session), { resolve, read });
    for (const warning of warningsOf(planned)) printWarning(warning);
    if (isOnlyChecked(options)) {
      const unemitted = new Diagnostics(sourceFile, sourceFile.fileName);
      for (const fn of planned.cached) reportUnemittedMark(unemitted, fn);
      planned.diagnostics.push(...unemitted.list);
    }
    return planned;
  };
  const warnOfOutside = (dependents: readonly Dependent[]) => {
    if (dependents.length === 0) return;
    for (const sourceFile of program.getSourceFiles().filter(isOwn)) {
      const found = runSync(outsideWarnings(session, sourceFile.fileName, dependents), { resolve, read });
      for (const warning of found.diagnostics) printWarning(warning);
    }
  };
  return { plan, warnOfOutside };
}

/** The compiler reads everything as text, which changes what is none. Taken at run time: pages bundle this module too. */
function readBytes(file: string): Uint8Array | undefined {
  try {
    return process.getBuiltinModule("node:fs").readFileSync(file);
  } catch {
    return undefined;
  }
}

/** tsc exits with 2 on any diagnostic of a plugin, so warnings are printed instead. */
function printWarning(diagnostic: Diagnostic): void {
  console.warn(`warning ${formatDiagnostic(diagnostic)}`);
}

function extendVersion(sourceFile: Versioned, plan: FilePlan | undefined, config: PluginConfig): void {
  if (!plan?.functions.length || sourceFile.version === undefined) return;
  sourceFile[BASE_VERSION] ??= sourceFile.version;
  const { transform: _, transformProgram: __, ...options } = config;
  const functions = plan.functions.map(({ id, hash, options }) => [id, hash, options]);
  const classes = plan.cached.flatMap((fn) => fn.classes.map(({ name, reason }) => [name, reason]));
  const covered = JSON.stringify([options, functions, classes, describesCode()]);
  sourceFile.version = `${sourceFile[BASE_VERSION]}-${digest(covered)}`;
}

function addDiagnostics(
  api: TypeScript,
  program: ts.Program,
  planOf: (sourceFile: ts.SourceFile) => FilePlan | undefined,
): void {
  // The second one is internal: the builder of --incremental and -b asks it instead of the public one.
  for (const method of ["getSemanticDiagnostics", "getBindAndCheckDiagnostics"]) {
    const holder = program as unknown as Record<string, DiagnosticsOf | undefined>;
    const original = holder[method];
    if (!original) continue;
    holder[method] = (sourceFile, ...rest) => {
      const own = (sourceFile ? [sourceFile] : program.getSourceFiles()).flatMap((file) =>
        ownDiagnostics(api, file, planOf(file)),
      );
      const found = withoutFalseUnused(original.call(program, sourceFile, ...rest), planOf);
      return own.length > 0 ? [...found, ...own] : found;
    };
  }
}

/** "Declared but never read", of one name and of whole imports and patterns. */
const UNUSED = new Set([6133, 6192, 6196, 6198, 6199]);

/** A name that an option uses is used. */
function withoutFalseUnused(
  found: readonly ts.Diagnostic[],
  planOf: (sourceFile: ts.SourceFile) => FilePlan | undefined,
): readonly ts.Diagnostic[] {
  const isFalse = ({ code, file, start, length }: ts.Diagnostic): boolean => {
    if (!UNUSED.has(code) || !file || start === undefined) return false;
    const end = start + (length ?? 0);
    return planOf(file)?.mentioned.some((name) => start <= name.getStart(file) && name.end <= end) ?? false;
  };
  return found.some(isFalse) ? found.filter((diagnostic) => !isFalse(diagnostic)) : found;
}

function ownDiagnostics(api: TypeScript, file: ts.SourceFile, plan: FilePlan | undefined): ts.Diagnostic[] {
  const errors = plan?.diagnostics.filter((diagnostic) => diagnostic.severity === "error") ?? [];
  return errors.map((diagnostic) => ({
    category: api.DiagnosticCategory.Error,
    source: "cachet",
    file,
    start: diagnostic.start,
    length: diagnostic.length,
    code: numericCode(diagnostic.code),
    messageText: describeDiagnostic(diagnostic),
  }));
}
