import { dirname } from "node:path";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { formatDiagnostic } from "../diagnostics.ts";
import { Engine, type EngineOptions, type EngineResult } from "../engine/engine.ts";
import { createFileFilter, type FilterOptions, SCRIPT_PATH } from "../engine/file-filter.ts";
import { errorsOf, formatErrors, warningsOf } from "../engine/reporting.ts";
import { plain } from "../engine/source-maps.ts";
import type { Platform } from "../index.ts";

export interface LoaderOptions extends EngineOptions, FilterOptions {}

/** The part of webpack's loader context that is used; Rspack and Turbopack have the same. */
interface LoaderContext {
  resourcePath: string;
  rootContext?: string;
  target?: string;
  /** Absent in Turbopack and in worker processes. */
  _compilation?: Compilation;
  _compiler?: Compiler;
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

interface CompilerEngine {
  engine: Engine;
  compilation: Compilation;
  platform: Platform | undefined;
}
/** Kept at the compiler: the loader may be loaded in another way than the plugin, and be another module then. */
const ENGINE = Symbol.for("cachet.engine");
let shared: Engine | undefined;

interface Compiler {
  name?: string;
  options: { plugins?: unknown[] };
  [ENGINE]?: CompilerEngine;
}

/** Set on a compilation whose modules are looked at once all are known. */
const WATCHED = Symbol.for("cachet.watched");

/** What webpack tells of a compilation; Rspack has the same. */
export interface Compilation {
  [WATCHED]?: true;
  hooks: { finishModules: { tapPromise(name: string, listener: (modules: Iterable<object>) => Promise<void>): void } };
  compiler: Compiler;
  resolverFactory: {
    get(
      type: "normal",
      options: { dependencyType: string },
    ): {
      resolve(
        context: object,
        directory: string,
        specifier: string,
        more: object,
        done: (error: unknown, found?: unknown) => void,
      ): void;
    };
  };
  warnings: Error[];
}

/**
 * Has what modules do to what cached functions of others reach warned about, once all of a compilation are known. The
 * loader by itself asks for it with its first file, the plugin before: modules may all come from webpack's cache.
 */
export function watchForOutside(compilation: Compilation, options: LoaderOptions): void {
  if (compilation[WATCHED]) return;
  compilation[WATCHED] = true;
  compilation.hooks.finishModules.tapPromise("cachet", (modules) => warnOfOutside(compilation, modules, options));
}

async function warnOfOutside(
  compilation: Compilation,
  modules: Iterable<{ resource?: string }>,
  options: LoaderOptions,
) {
  const { compiler, resolverFactory } = compilation;
  const known = compiler[ENGINE];
  if (!known) return;
  const accepts = createFileFilter(options);
  const resolver = resolverFactory.get("normal", { dependencyType: "esm" });
  const resolve = (specifier: string, importer: string) =>
    new Promise<string | undefined>((done) => {
      resolver.resolve({}, dirname(importer), specifier, {}, (_error, found) =>
        done(typeof found === "string" ? found : undefined),
      );
    });
  const host = { resolve, platform: known.platform, environment: compiler.name ?? "" };
  const files = [...modules].flatMap(({ resource }) =>
    resource && SCRIPT_PATH.test(resource) && accepts(resource) ? [resource] : [],
  );
  for (const warning of await known.engine.outsideWarnings(files, host))
    compilation.warnings.push(new Error(formatDiagnostic(warning)));
}

/** One for each compiler, which makes a compilation after each change. */
function engineFor(context: LoaderContext, options: LoaderOptions): Engine {
  const { _compiler: compiler, _compilation: compilation, rootContext: directory } = context;
  if (!compiler || !compilation)
    return (shared ??= new Engine(options, { tool: "loader", freshness: "stamps", directory }));
  const define = definitionsIn(compiler.options.plugins ?? []);
  const known = compiler[ENGINE] ?? {
    engine: new Engine(options, { tool: "webpack", freshness: "told", directory, define }),
    compilation,
    platform: platformOf(context.target),
  };
  if (known.compilation !== compilation) known.engine.forget();
  compiler[ENGINE] = { ...known, compilation };
  return known.engine;
}

/** What webpack's and Rspack's DefinePlugin put in place of names. */
function definitionsIn(plugins: readonly unknown[]): Record<string, string> {
  const define: Record<string, string> = {};
  for (const plugin of plugins as { constructor?: { name?: string }; definitions?: object; _args?: [object] }[]) {
    if (plugin?.constructor?.name !== "DefinePlugin") continue;
    for (const [name, value] of Object.entries(plugin.definitions ?? plugin._args?.[0] ?? {}))
      define[name] = String(value);
  }
  return define;
}

function platformOf(target: string | undefined): Platform | undefined {
  if (target === "web") return "browser";
  return target === "node" || target === "async-node" ? "server" : undefined;
}
