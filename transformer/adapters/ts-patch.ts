import type { PluginConfig, ProgramTransformerExtras } from "ts-patch";
import type ts from "typescript";
import { digest } from "../3-hash/normal-form/digest.ts";
import { emitAst } from "../5-emit/emit-ast.ts";
import { describesCode } from "../engine/describes-code.ts";
import type { FilePlan } from "../pipeline.ts";
import { dependentsIn } from "../reports/dependents.ts";
import { createManifest, locate, printManifest } from "../reports/manifest.ts";
import type { Edit, TypeScript } from "../types.ts";
import { createPlanner } from "./program-planner.ts";
import { addDiagnostics } from "./ts-patch-diagnostics.ts";

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

/**
 * The tsconfig plugin: `{ "transform": "cachet/transformer", "transformProgram": true }`.
 *
 * It returns the same program, changed in three places. A plain `before` transformer would go stale under
 * `--incremental`, `-b` and `--watch`; a second program over rewritten text would move type errors and columns.
 *
 * - The version of each file with a mark also covers what is inserted, so a builder emits it again when a helper changed.
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

function extendVersion(sourceFile: Versioned, plan: FilePlan | undefined, config: PluginConfig): void {
  if (!plan?.functions.length || sourceFile.version === undefined) return;
  sourceFile[BASE_VERSION] ??= sourceFile.version;
  const { transform: _, transformProgram: __, ...options } = config;
  const edits = plan.edits.map(({ node: _, references: __, ...text }: Edit & { references?: unknown }) => text);
  const classes = plan.cached.flatMap((fn) => fn.classes.map(({ name, reason }) => [name, reason]));
  const covered = JSON.stringify([options, edits, classes, describesCode()]);
  sourceFile.version = `${sourceFile[BASE_VERSION]}-${digest(covered)}`;
}
