import { resolve } from "node:path";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { isOwnScript } from "../engine/file-filter.ts";
import type { SyncToolHost } from "../engine/host.ts";
import { type OutsideWatch, watchProcess } from "../engine/outside-watch.ts";
import { errorsOf, formatErrors, placeOf, printWarning, warningsOf } from "../engine/reporting.ts";
import { resolveLikeNode } from "../engine/resolve-file.ts";
import { restorePositions } from "../engine/tree-positions.ts";

interface ParserOptions {
  /** Babel 7. */
  sourceFileName?: string;
  /** Babel 8. */
  sourceFilename?: string;
}
type Parse = (code: string, options: ParserOptions) => object;

const host: SyncToolHost = { resolve: resolveLikeNode };
let engine: Engine | undefined;
let watch: OutsideWatch<SyncToolHost> | undefined;

/**
 * The plugin for Babel 7 and 8: `plugins: ["cachet/babel"]`. It transforms the text before Babel parses it, and gives the
 * tree the positions of the source, so that Babel's own maps and code frames speak of that.
 */
export default function cachet(_api: unknown, options: EngineOptions = {}) {
  return {
    name: "cachet",
    parserOverride(code: string, parserOptions: ParserOptions, parse: Parse): object {
      const name = parserOptions.sourceFilename ?? parserOptions.sourceFileName;
      if (name === undefined || !isOwnScript(name)) return parse(code, parserOptions);
      engine ??= new Engine(options, { tool: "babel", freshness: "stamps" });
      watch ??= watchProcess(engine, isOwnScript);
      watch.meet(resolve(name), host);
      if (!mayHaveMark(code)) return parse(code, parserOptions);
      const result = engine.transform(code, resolve(name), host);
      const errors = errorsOf(result);
      if (errors[0]) throw Object.assign(new SyntaxError(formatErrors(errors)), { loc: placeOf(errors[0]) });
      for (const warning of warningsOf(result)) printWarning(warning);
      const tree = parse(result.code, parserOptions);
      if (result.map) restorePositions(tree, result.map);
      return tree;
    },
  };
}
