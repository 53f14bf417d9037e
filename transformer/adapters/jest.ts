import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { Engine, type EngineOptions } from "../engine/engine.ts";
import { isOwnScript } from "../engine/file-filter.ts";
import type { SyncToolHost } from "../engine/host.ts";
import { watchProcess } from "../engine/outside-watch.ts";
import { reportPlainly } from "../engine/reporting.ts";
import { resolveLikeNode } from "../engine/resolve-file.ts";
import { composeMaps, plain, splitInlineMap } from "../engine/source-maps.ts";
import type { TransformResult } from "../index.ts";

export interface JestOptions extends EngineOptions {
  /** What compiles the code afterwards: `"@swc/jest"`, `"babel-jest"` (default), `"ts-jest"`; or `[name, options]`. */
  transformer?: string | [name: string, options: unknown];
}

/** In milliseconds: Jest complains of a worker that takes 500 to end. The next one goes on. */
const AT_EXIT = 400;

/** The parts of Jest's types that are used: they stay the same from 29 to 30. */
interface Context {
  config: { rootDir: string; moduleNameMapper?: [pattern: string, to: string | string[]][] };
  transformerConfig?: unknown;
}
type Output = string | { code: string; map?: object | string | null };
interface Transformer {
  canInstrument?: boolean;
  getCacheKey?(code: string, file: string, context: Context): string;
  getCacheKeyAsync?(code: string, file: string, context: Context): Promise<string>;
  process?(code: string, file: string, context: Context): Output;
  processAsync?(code: string, file: string, context: Context): Promise<Output>;
}

/**
 * The transformer for Jest, around the one that compiles:
 * `transform: { "\\.[jt]sx?$": ["cachet/jest", { transformer: "@swc/jest" }] }`.
 */
export default {
  createTransformer(options: JestOptions = {}): Transformer {
    const [name, innerOptions] = [options.transformer ?? "babel-jest"].flat() as [string, unknown];
    const inner = load(name, innerOptions);
    const engine = new Engine(options, { tool: "jest", freshness: "stamps" });
    const watch = watchProcess(engine, isOwnScript, AT_EXIT);
    const transform = (code: string, file: string, { config }: Context): Pick<TransformResult, "code" | "map"> => {
      if (!isOwnScript(file)) return { code, map: null };
      const host: SyncToolHost = { resolve: (...asked) => mapped(config, ...asked), platform: "server" };
      watch.meet(file, host);
      if (!mayHaveMark(code)) return { code, map: null };
      const result = engine.transform(code, file, host);
      reportPlainly(result);
      return result;
    };
    const innerContext = (context: Context): Context => ({ ...context, transformerConfig: innerOptions ?? {} });
    const keyOf = (code: string, key = "") => createHash("sha256").update(`${name}\0${key}\0${code}`).digest("hex");
    return {
      canInstrument: inner.canInstrument ?? false,
      // A helper's edit changes the transformed text, so Jest's own cache notices it.
      getCacheKey(source, file, context) {
        const { code } = transform(source, file, context);
        return keyOf(code, inner.getCacheKey?.(code, file, innerContext(context)));
      },
      async getCacheKeyAsync(source, file, context) {
        const { code } = transform(source, file, context);
        const ask = (inner.getCacheKeyAsync ?? inner.getCacheKey) as Transformer["getCacheKeyAsync"];
        return keyOf(code, await ask?.call(inner, code, file, innerContext(context)));
      },
      process(source, file, context) {
        const { code, map } = transform(source, file, context);
        if (!inner.process)
          throw new Error(`${name} compiles asynchronously only; Jest's CommonJS mode needs one that doesn't.`);
        return compose(inner.process(code, file, innerContext(context)), map);
      },
      async processAsync(source, file, context) {
        const { code, map } = transform(source, file, context);
        const compile = (inner.processAsync ?? inner.process) as NonNullable<Transformer["processAsync"]>;
        return compose(await compile.call(inner, code, file, innerContext(context)), map);
      },
    };
  },
};

/** A transformer of the project, or of what is installed beside cachet. */
function load(name: string, options: unknown): Transformer {
  const places = [join(process.cwd(), "package.json"), import.meta.url];
  const [path] = places.flatMap((from) => resolveLikeNode(name, from.replace(/^file:\/\//, "")) ?? []);
  if (path === undefined) throw new Error(`cachet/jest: the transformer '${name}' is not installed.`);
  const loaded = createRequire(import.meta.url)(path);
  const factory = loaded.createTransformer ? loaded : (loaded.default ?? loaded);
  return factory.createTransformer ? factory.createTransformer(options ?? {}) : factory;
}

/** Where an import leads under Jest: `moduleNameMapper` first. */
function mapped({ rootDir, moduleNameMapper = [] }: Context["config"], specifier: string, importer: string) {
  for (const [pattern, targets] of moduleNameMapper) {
    const found = new RegExp(pattern).exec(specifier);
    for (const target of found ? [targets].flat() : []) {
      const path = target.replace("<rootDir>", rootDir).replace(/\$(\d+)/g, (_, group) => found?.[Number(group)] ?? "");
      const file = resolveLikeNode(path, importer) ?? resolveLikeNode(`.${path}`, "/");
      if (file !== undefined) return file;
    }
  }
  return resolveLikeNode(specifier, importer);
}

function compose(output: Output, transformed: object | null): Output {
  if (transformed === null) return output;
  const compiled = typeof output === "string" ? { code: output } : output;
  const { code, map: inline } = splitInlineMap(compiled.code);
  const later = typeof compiled.map === "string" ? JSON.parse(compiled.map) : (compiled.map ?? inline);
  return { code, map: later ? composeMaps(later, transformed) : plain(transformed) };
}
