import { dirname } from "node:path";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { formatDiagnostic } from "../diagnostics.ts";
import type { EngineResult } from "../engine/engine.ts";
import { createFileFilter } from "../engine/file-filter.ts";
import { errorsOf, formatErrors, warningsOf } from "../engine/reporting.ts";
import { plain } from "../engine/source-maps.ts";
import {
  type CompilerContext,
  engineFor,
  type LoaderOptions,
  platformOf,
  watchForOutside,
} from "./webpack-compiler.ts";

export type { LoaderOptions } from "./webpack-compiler.ts";

/** The part of webpack's loader context that is used; Rspack and Turbopack have the same. */
interface LoaderContext extends CompilerContext {
  resourcePath: string;
  getOptions?(): LoaderOptions;
  async(): (error: Error | null, code?: string, map?: unknown) => void;
  callback(error: null, code: string, map: unknown): void;
  addDependency(file: string): void;
  addMissingDependency?(file: string): void;
  emitWarning?(warning: Error): void;
  getResolve(options: { dependencyType: string }): (directory: string, specifier: string) => Promise<unknown>;
}

/**
 * The loader for webpack 5, Rspack, Rsbuild and Next: the first to see a file, so the last in `use` or `enforce: "pre"`.
 * Each file that a code hash covers is a dependency of the module, which watching and persistent caches go by.
 */
export default function cachetLoader(this: LoaderContext, code: string, inputMap: unknown): void {
  const options = this.getOptions?.() ?? {};
  if (!createFileFilter(options)(this.resourcePath) || !mayHaveMark(code)) {
    this.callback(null, code, inputMap);
    return;
  }
  if (this._compilation) watchForOutside(this._compilation, options);
  const done = this.async();
  const find = this.getResolve({ dependencyType: "esm" });
  const resolve = async (specifier: string, importer: string): Promise<string | undefined> => {
    const found = await find(dirname(importer), specifier).catch(() => undefined);
    return typeof found === "string" ? found : undefined;
  };
  const host = { resolve, platform: platformOf(this.target), environment: this._compiler?.name ?? "" };
  const finish = (result: EngineResult): void => {
    for (const file of result.dependencies) this.addDependency(file);
    for (const file of result.absent) this.addMissingDependency?.(file);
    for (const warning of warningsOf(result)) this.emitWarning?.(new Error(formatDiagnostic(warning)));
    const errors = errorsOf(result);
    if (errors.length > 0) throw new Error(formatErrors(errors));
    done(null, result.code, result.map ? plain(result.map) : inputMap);
  };
  Promise.resolve(engineFor(this, options).transform(code, this.resourcePath, host))
    .then(finish)
    .catch(done);
}
