import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Metafile, PartialMessage, PluginBuild } from "esbuild";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { describeDiagnostic } from "../diagnostics.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { SCRIPT_PATH } from "../engine/file-filter.ts";
import { modulesAround } from "../engine/modules-around.ts";
import { errorsOf, placeOf, warningsOf } from "../engine/reporting.ts";
import { withInlineMap } from "../engine/source-maps.ts";
import { toPosix } from "../syntax/paths.ts";
import type { Diagnostic, Platform } from "../types.ts";
import { loaderOf } from "./script-loader.ts";

/** The plugin's hooks in esbuild itself, and in tools that build with it. */
export function setUpEsbuild(build: PluginBuild, options: EngineOptions, accepts: (file: string) => boolean): void {
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

function platformOf(platform: string | undefined): Platform | undefined {
  if (platform === undefined || platform === "neutral") return undefined;
  return platform === "browser" ? "browser" : "server";
}
