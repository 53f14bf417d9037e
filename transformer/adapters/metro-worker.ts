import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { BUILD_ID } from "../build-id.ts";
import { Engine, type EngineOptions, type EngineResult } from "../engine/engine.ts";
import { isOwnScript } from "../engine/file-filter.ts";
import type { SyncToolHost } from "../engine/host.ts";
import { reportPlainly } from "../engine/reporting.ts";
import { resolveLikeNode } from "../engine/resolve-file.ts";
import { toPosix } from "../syntax/paths.ts";
import { runTransform } from "./metro-babel.ts";

interface WorkerConfig {
  babelTransformerPath: string;
  /** What `withCachet` has put there. */
  cachet: { worker: string; options: EngineOptions };
}
interface Worker {
  transform(config: object, root: string, file: string, data: Uint8Array, options: object): Promise<MetroResult>;
  getCacheKey?(config: object, options?: object): string;
}

/** What Metro keeps of a module: what came out of its marks, too. */
export interface MetroResult {
  cachet?: { file: string; platform: string; output: string; covers: string[] };
}

let engine: Engine | undefined;

/** The part of a cache key that is the same for all modules. */
export function getCacheKey(config: WorkerConfig, options?: { projectRoot?: string }): string {
  const file = innerWorker(config, options?.projectRoot ?? process.cwd());
  return `${BUILD_ID} ${load(file).getCacheKey?.(config, options)}`;
}

/** What Metro's processes call in the place of its transform worker, and that is called with the marks dealt with. */
export async function transform(
  config: WorkerConfig,
  root: string,
  file: string,
  data: Uint8Array,
  options: { platform?: string | null },
): Promise<MetroResult> {
  const worker = innerWorker(config, root);
  const inner = load(worker);
  const path = toPosix(resolve(root, file));
  const source = isOwnScript(path) ? Buffer.from(data).toString() : "";
  if (!mayHaveMark(source)) return inner.transform(config, root, file, data, options);
  engine ??= new Engine(config.cachet.options, { tool: "metro", freshness: "stamps", directory: root });
  const platform = options.platform ?? "";
  const result = engine.transform(source, path, hostFor(platform));
  reportPlainly(result);
  const babelTransformerPath = fileURLToPath(new URL("./metro-babel.js", import.meta.url));
  // Relative to the worker, as it would be loaded.
  const current = { result, babelTransformerPath: createRequire(worker).resolve(config.babelTransformerPath) };
  const made = await runTransform(current, () =>
    inner.transform({ ...config, babelTransformerPath }, root, file, data, options),
  );
  return { ...made, cachet: describe(path, platform, result) };
}

/** What is kept with a module, to tell whether the same would come out later. */
export function describe(file: string, platform: string, result: EngineResult): NonNullable<MetroResult["cachet"]> {
  const output = createHash("sha256").update(result.code).digest("base64");
  return { file, platform, output, covers: [...result.dependencies, ...result.absent] };
}

/** Metro looks for `scale.ios.ts` and `scale.native.ts` before `scale.ts`. */
export function hostFor(platform: string): SyncToolHost {
  const forms = platform === "" ? [""] : [`.${platform}`, ".native", ""];
  const find = (specifier: string, importer: string) => {
    const isOpen = /^\.\.?\//.test(specifier) && !/\.[cm]?[jt]sx?$/.test(specifier);
    for (const form of isOpen ? forms : [""]) {
      const found = resolveLikeNode(specifier + form, importer);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { resolve: find, environment: platform };
}

const load = (file: string): Worker => createRequire(file)(file);

/** Its file; by default Metro's own, which need not be where the project can import it. */
function innerWorker({ cachet: { worker } }: WorkerConfig, root: string): string {
  if (isAbsolute(worker)) return worker;
  const require = createRequire(join(root, "package.json"));
  const hosts = ["metro", "@react-native/metro-config", "expo"].flatMap((name) => {
    try {
      return require.resolve(`${name}/package.json`);
    } catch {
      return [];
    }
  });
  return require.resolve(worker, { paths: [root, ...hosts] });
}
