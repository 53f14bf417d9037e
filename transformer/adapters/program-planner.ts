import type ts from "typescript";
import { createLinkContext, openSession } from "../3-hash/graph/build-session.ts";
import { Diagnostics } from "../diagnostics.ts";
import { describesCode } from "../engine/describes-code.ts";
import { printWarning, warningsOf } from "../engine/reporting.ts";
import { runSync } from "../host-requests.ts";
import { describeOutside } from "../outside-warnings.ts";
import { type FilePlan, planFile } from "../pipeline.ts";
import { type Dependent, outsideOf, warningsAbout } from "../reports/dependents.ts";
import { isOnlyChecked, reportUnemittedMark } from "../reports/dropped-by-emit.ts";
import { toPosix } from "../syntax/paths.ts";
import { createResolver } from "../syntax/resolve-module.ts";
import type { TypeScript } from "../types.ts";

/** Plans the files of a program of TypeScript, which has read and resolved everything. */
export function createPlanner(
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
    // tsc exits with 2 on any diagnostic of a plugin, so warnings are printed instead.
    for (const warning of warningsOf(planned)) printWarning(warning);
    if (isOnlyChecked(options)) {
      const unemitted = new Diagnostics(sourceFile, sourceFile.fileName);
      for (const fn of planned.cached) reportUnemittedMark(unemitted, fn);
      planned.diagnostics.push(...unemitted.list);
    }
    return planned;
  };
  const warnOfOutside = (dependents: readonly Dependent[]) => {
    for (const sourceFile of program.getSourceFiles().filter(isOwn)) {
      const outside = outsideOf(toPosix(sourceFile.fileName), dependents);
      if (outside.length === 0) continue;
      const { changes } = runSync(describeOutside(session, sourceFile.fileName), { resolve, read });
      for (const warning of warningsAbout(changes, outside)) printWarning(warning);
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
