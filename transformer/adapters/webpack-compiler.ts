import { dirname } from "node:path";
import { formatDiagnostic } from "../diagnostics.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { createFileFilter, type FilterOptions, SCRIPT_PATH } from "../engine/file-filter.ts";
import type { Platform } from "../index.ts";

export interface LoaderOptions extends EngineOptions, FilterOptions {}

interface CompilerEngine {
  engine: Engine;
  compilation: Compilation;
  platform: Platform | undefined;
}
/** Kept at the compiler: the loader may be loaded in another way than the plugin, and be another module then. */
const ENGINE = Symbol.for("cachet.engine");
/** Set on a compilation whose modules are looked at once all are known, and on a compiler that looks at its end. */
const WATCHED = Symbol.for("cachet.watched");
const LOOKED = Symbol.for("cachet.looked");
let shared: Engine | undefined;

export interface Compiler {
  name?: string;
  options: { plugins?: unknown[] };
  hooks: { done: { tapPromise(name: string, listener: (stats: { compilation: Compilation }) => Promise<void>): void } };
  [ENGINE]?: CompilerEngine;
  [WATCHED]?: true;
}

/** What a loader knows of the compiler that calls it. */
export interface CompilerContext {
  rootContext?: string;
  target?: string;
  /** Absent in Turbopack and in worker processes. */
  _compilation?: Compilation;
  _compiler?: Compiler;
}

/** What webpack tells of a compilation; Rspack has the same. */
export interface Compilation {
  [WATCHED]?: true;
  [LOOKED]?: true;
  modules: Iterable<object>;
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
  const { compiler } = compilation;
  if (compiler[WATCHED]) return;
  compiler[WATCHED] = true;
  // Rspack asks no hook of a compilation that comes after its start: the loader's alone would never hear.
  compiler.hooks.done.tapPromise("cachet", async ({ compilation: made }) => {
    if (!made[LOOKED]) await warnOfOutside(made, made.modules, options);
  });
}

async function warnOfOutside(
  compilation: Compilation,
  modules: Iterable<{ resource?: string }>,
  options: LoaderOptions,
) {
  compilation[LOOKED] = true;
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
export function engineFor(context: CompilerContext, options: LoaderOptions): Engine {
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

export function platformOf(target: string | undefined): Platform | undefined {
  if (target === "web") return "browser";
  return target === "node" || target === "async-node" ? "server" : undefined;
}
