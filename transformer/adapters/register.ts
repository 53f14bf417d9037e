import { readFileSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";
import type { PluginBuild } from "esbuild";
import { mayHaveMark } from "../1-marks/find-marks.ts";
import { compile } from "../engine/compile.ts";
import { Engine } from "../engine/engine.ts";
import { isOwnScript } from "../engine/file-filter.ts";
import type { SyncToolHost } from "../engine/host.ts";
import { loadTransform } from "../engine/load-transform.ts";
import { type OutsideWatch, watchProcess } from "../engine/outside-watch.ts";
import { reportPlainly } from "../engine/reporting.ts";
import { resolveLikeNode } from "../engine/resolve-file.ts";
import { withInlineMap } from "../engine/source-maps.ts";
import type { TransformResult } from "../index.ts";
import onLoad from "./on-load.ts";
import { reachReaders } from "./register-require.ts";

/*
 * `node --import cachet/register`, also beside tsx, in mocha and node:test, in Deno and, as a preload, in Bun: every
 * marked file is transformed while it is loaded.
 */

interface LoadContext {
  format?: string | null;
}
interface Loaded {
  format?: string | null | undefined;
  source?: string | ArrayBuffer | NodeJS.TypedArray | undefined;
  shortCircuit?: boolean;
}
type NextLoad = (url: string, context: LoadContext) => Loaded;
interface Runtime {
  registerHooks?(hooks: {
    resolve(specifier: string, context: object, next: (specifier: string, context: object) => object): object;
    load(url: string, context: LoadContext, next: NextLoad): Loaded;
  }): unknown;
}
/** What all loads of the process share. */
interface Shared {
  engine: Engine;
  watch: OutsideWatch<SyncToolHost>;
}
interface Bun {
  plugin(plugin: { name: string; setup(build: PluginBuild): void | Promise<void> }): void;
}

const HOST: SyncToolHost = { resolve: resolveLikeNode, platform: "server" };

function register(): void {
  const { Bun, Deno } = globalThis as { Bun?: Bun; Deno?: object };
  if (Bun) {
    Bun.plugin(onLoad());
    return;
  }
  const { registerHooks } = module as Runtime;
  if (!registerHooks) {
    const way = "Node 22.15 or a later 22, or Node 23.5 or later, or compile the program with tspc or a bundler";
    throw new Error(
      `cachet/register needs module.registerHooks, which Node ${process.versions.node} has not: use ${way}.`,
    );
  }
  // Deno can't load a package from within a hook.
  if (Deno) loadTransform().loadParser();
  process.setSourceMapsEnabled?.(true);
  const engine = new Engine({}, { tool: "register", freshness: "stamps" });
  const shared = { engine, watch: watchProcess(engine, isOwnScript) };
  registerHooks({
    resolve(specifier, context, next) {
      reachReaders((file) => compiledText(shared, file));
      return next(specifier, context);
    },
    load: (url, context, next) => load(shared, url, context, next),
  });
}

function load(shared: Shared, url: string, context: LoadContext, next: NextLoad): Loaded {
  const path = url.replace(/[?#].*$/, "");
  if (!path.startsWith("file:")) return next(url, context);
  const file = fileURLToPath(path);
  if (!isOwnScript(file)) return next(url, context);
  const source = readFileSync(file, "utf8");
  shared.watch.meet(file, HOST);
  if (!mayHaveMark(source)) return next(url, context);
  const result = transform(shared, file, source);
  const format = formatOf(file, url, context, next);
  return { format, source: compile({ file, code: result.code, map: result.map, format }), shortCircuit: true };
}

function transform({ engine }: Shared, file: string, source: string): TransformResult {
  const result = engine.transform(source, file, HOST);
  reportPlainly(result);
  return result;
}

/** For a loader that compiles by itself. */
function compiledText(shared: Shared, file: string): string {
  const source = readFileSync(file, "utf8");
  shared.watch.meet(file, HOST);
  if (!mayHaveMark(source)) return source;
  const { code, map } = transform(shared, file, source);
  return withInlineMap(code, map);
}

/** What Node takes the file for; the extension says it first. */
function formatOf(file: string, url: string, context: LoadContext, next: NextLoad): "module" | "commonjs" {
  if (/\.m[jt]s$/.test(file)) return "module";
  if (/\.c[jt]s$/.test(file)) return "commonjs";
  const format = context.format ?? next(url, context).format;
  return format?.startsWith("commonjs") ? "commonjs" : "module";
}

register();
