import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PluginBuild } from "esbuild";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { SCRIPT_PATH } from "../engine/file-filter.ts";
import { watchProcess } from "../engine/outside-watch.ts";
import { reportPlainly } from "../engine/reporting.ts";
import { withInlineMap } from "../engine/source-maps.ts";
import { loaderOf } from "./script-loader.ts";

export interface BunRuntime {
  resolveSync(specifier: string, directory: string): string;
}
/** Bun's run time wants an answer for each file that the filter lets through, at once. */
export function setUpBun(
  build: PluginBuild,
  bun: BunRuntime,
  options: EngineOptions,
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
  const host = { resolve };
  const watch = watchProcess(engine, accepts);
  // Answering for an installed package would break the exports of those in CommonJS.
  const filter = new RegExp(`^(?!.*[\\\\/]node_modules[\\\\/]).*${SCRIPT_PATH.source}`);
  build.onLoad({ filter }, ({ path }) => {
    const code = readFileSync(path, "utf8");
    if (accepts(path)) watch.meet(path, host);
    if (!accepts(path) || !mayHaveMark(code)) return { contents: code, loader: loaderOf(path) };
    const result = engine.transform(code, path, host);
    reportPlainly(result);
    return { contents: withInlineMap(result.code, result.map), loader: loaderOf(path) };
  });
}
