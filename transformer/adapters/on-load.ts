import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Metafile, OnLoadResult, PartialMessage, Plugin, PluginBuild } from "esbuild";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { describeDiagnostic } from "../diagnostics.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { createFileFilter, type FilterOptions, SCRIPT_PATH } from "../engine/file-filter.ts";
import { modulesAround } from "../engine/modules-around.ts";
import { errorsOf, placeOf, reportPlainly, warningsOf } from "../engine/reporting.ts";
import { withInlineMap } from "../engine/source-maps.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Diagnostic, Platform } from "../types.ts";

export interface OnLoadOptions extends EngineOptions, FilterOptions {}

interface BunRuntime {
  resolveSync(specifier: string, directory: string): string;
}
type Loader = NonNullable<OnLoadResult["loader"]>;

/**
 * The plugin for esbuild, tsup (`esbuildPlugins`) and Bun (`Bun.build`, `Bun.plugin`): `plugins: [cachet()]`. The first
 * plugin that loads a file wins, so it comes before others that load scripts.
 */
export default function cachet(options: OnLoadOptions = {}): Plugin {
  const accepts = createFileFilter(options);
  return {
    name: "cachet",
    setup(build) {
      const { Bun } = globalThis as { Bun?: BunRuntime };
      // Bun.build hands in an empty object there, and esbuild itself may run in Bun.
      if (Bun && build.esbuild?.version === undefined) setUpBun(build, Bun, options, accepts);
      else setUpEsbuild(build, options, accepts);
    },
  };
}

function setUpEsbuild(build: PluginBuild, options: OnLoadOptions, accepts: (file: string) => boolean): void {
  const { define, platform, loader, absWorkingDir: directory, jsxImportSource } = build.initialOptions;
  const engine = new Engine(options, { tool: "esbuild", freshness: "told", define, directory, jsxImportSource });
  const isAsked = build.initialOptions.metafile === true;
  build.initialOptions.metafile = true;
  build.onStart(() => engine.forget());
  build.onEnd(async (result) => {
    const graph = result.metafile && readGraph(result.metafile, directory);
    if (!isAsked) delete (result as Partial<typeof result>).metafile;
    const warnings = graph
      ? await engine.outsideWarnings(graph.around(engine.changeable(host), accepts), { ...host, ...graph })
      : [];
    engine.save();
    return { warnings: warnings.map((warning) => messageOf(warning, readFileSync(warning.file, "utf8"))) };
  });
  const resolve = async (specifier: string, importer: string): Promise<string | undefined> => {
    const resolveDir = dirname(importer);
    const found = await build.resolve(specifier, { importer, resolveDir, kind: "import-statement", namespace: "file" });
    return found.errors.length > 0 || found.external ? undefined : found.path;
  };
  const host = { resolve, platform: platformOf(platform), environment: platform ?? "" };
  build.onLoad({ filter: SCRIPT_PATH }, async ({ path }) => {
    const code = accepts(path) ? readFileSync(path, "utf8") : "";
    if (!mayHaveMark(code)) return undefined;
    const result = await engine.transform(code, path, host);
    return {
      contents: withInlineMap(result.code, result.map),
      loader: loaderOf(path, loader),
      resolveDir: dirname(path),
      watchFiles: [path, ...result.dependencies, ...result.absent],
      errors: errorsOf(result).map((error) => messageOf(error, code)),
      warnings: warningsOf(result).map((warning) => messageOf(warning, code)),
    };
  });
}

/** The modules of a build that has ended, when esbuild itself resolves nothing any more. */
function readGraph({ inputs }: Metafile, directory = process.cwd()) {
  const place = (path: string) => toPosix(join(directory, path));
  const modules = Object.entries(inputs).map(([path, { imports }]) => ({
    id: place(path),
    imports: imports.map((one) => (one.external ? one.path : place(one.path))),
  }));
  return {
    around: (changeable: ReadonlySet<string> | undefined, accepts: (file: string) => boolean) =>
      modulesAround(changeable, modules, accepts),
    resolve: (specifier: string, importer: string) => {
      const imports = inputs[toPosix(relative(directory, importer))]?.imports ?? [];
      const found = imports.find(({ original, external }) => original === specifier && !external);
      return found && place(found.path);
    },
  };
}

function messageOf(diagnostic: Diagnostic, code: string): PartialMessage {
  const lineText = code.split("\n")[diagnostic.line - 1] ?? "";
  return {
    text: describeDiagnostic(diagnostic),
    location: { ...placeOf(diagnostic), length: diagnostic.length, lineText },
  };
}

/** Bun's run time wants an answer for each file that the filter lets through, at once. */
function setUpBun(
  build: PluginBuild,
  bun: BunRuntime,
  options: OnLoadOptions,
  accepts: (file: string) => boolean,
): void {
  const { define } = (build as { config?: { define?: Record<string, string> } }).config ?? {};
  const engine = new Engine(options, { tool: "bun", freshness: "stamps", define });
  const resolve = (specifier: string, importer: string): string | undefined => {
    try {
      return bun.resolveSync(specifier, dirname(importer));
    } catch {
      return undefined;
    }
  };
  // Answering for an installed package would break the exports of those in CommonJS.
  const filter = new RegExp(`^(?!.*[\\\\/]node_modules[\\\\/]).*${SCRIPT_PATH.source}`);
  build.onLoad({ filter }, ({ path }) => {
    const code = readFileSync(path, "utf8");
    if (!accepts(path) || !mayHaveMark(code)) return { contents: code, loader: loaderOf(path) };
    const result = engine.transform(code, path, { resolve });
    reportPlainly(result);
    return { contents: withInlineMap(result.code, result.map), loader: loaderOf(path) };
  });
}

function loaderOf(file: string, loaders: Record<string, Loader> = {}): Loader {
  const extension = /\.\w+$/.exec(file)?.[0] ?? "";
  return loaders[extension] ?? (extension.replace(/^\.[cm]?/, "") as Loader);
}

function platformOf(platform: string | undefined): Platform | undefined {
  if (platform === undefined || platform === "neutral") return undefined;
  return platform === "browser" ? "browser" : "server";
}
