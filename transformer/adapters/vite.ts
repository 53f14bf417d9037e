import { existsSync } from "node:fs";
import type { DevEnvironment, Plugin, ViteDevServer } from "vite";
import { RUNTIME } from "../4-rewrite/recognise.ts";
import { HotChanges } from "../engine/hash-changes.ts";
import { KnownCode } from "../engine/known-code.ts";
import { type CachetOptions as BundlerOptions, createPlugin, resolveIn } from "./rollup-hooks.ts";
import { ViteLinks } from "./vite-links.ts";
import { panelDependencies, panelHooks } from "./vite-panel.ts";

export type { ChangedFunction } from "../engine/hash-changes.ts";
export type { HashChange } from "../reports/hash-diff.ts";

export interface CachetOptions extends BundlerOptions {
  /**
   * Shows the caches of the server and of open pages at `/__cachet` of the dev server; `true` by default. With
   * `{ button: true }` pages have a small link to it in a corner.
   */
  panel?: boolean | { button?: boolean };
}

/**
 * The plugin for Vite and Vitest: `plugins: [cachet()]`. It runs before types are stripped, in dev, build and ssr alike.
 * Where an edit under the dev server gives functions another code hash, the page hears of it:
 * `import.meta.hot?.on("cachet:changed", (changed: ChangedFunction[]) => …)`.
 */
export default function cachet(options: CachetOptions = {}): Plugin {
  const links = new ViteLinks();
  let define: Readonly<Record<string, unknown>> = {};
  let prebundles: string | undefined;
  let directory: string | undefined;
  let watches: boolean | undefined;
  let watcher: ViteDevServer["watcher"] | undefined;
  let isServing: boolean | undefined;
  let isTestInNode = false;
  let jsxImportSource: string | undefined;
  let changes: HotChanges | undefined;
  let known: KnownCode | undefined;
  const { plugin, rewritings } = createPlugin(options, {
    tool: "vite",
    freshness: "told",
    get define() {
      return define;
    },
    // Vitest tells plugins that it doesn't watch, also where it does.
    get watches() {
      return watches;
    },
    get jsxImportSource() {
      return jsxImportSource;
    },
    get isServing() {
      return isServing;
    },
    get directory() {
      return directory;
    },
    modulesOf: (context) =>
      [...environmentOf(context).moduleGraph.idToModuleMap.values()].map(({ id, importedModules }) => ({
        id: id as string,
        imports: [...importedModules].flatMap((imported) => imported.id ?? []),
      })),
    warn: (context, message) => environmentOf(context).logger.warn(message),
    hostOf(context) {
      const { name, config } = environmentOf(context);
      const resolve = resolveIn(context);
      return {
        environment: name,
        platform: config.consumer === "client" && !isTestInNode ? "browser" : "server",
        // What Vite bundled itself counts as the packages that it is.
        resolve: async (specifier, importer) => {
          const id = await resolve(specifier, importer);
          return prebundles !== undefined && id?.startsWith(`${prebundles}/`) ? undefined : id;
        },
      };
    },
    // At once, before Vite and Vitest look at who imports what was edited.
    onChange: (file) => links.invalidate(file),
    onResult(id, result, context, reports) {
      if (!isServing) return;
      known?.noteModule(result.functions, reports);
      const environment = environmentOf(context);
      const { dependencies, absent } = result;
      const files = absent.length === 0 ? dependencies : [...dependencies, ...absent];
      links.cover(environment, id, files, (file) => existsSync(file) && watcher?.add(file));
      const changed = changes?.compare(environment.name, id, result) ?? [];
      if (changed.length === 0) return;
      environment.hot.send("cachet:changed", changed);
      const side = environment.config.consumer === "client" ? "page" : "server";
      known?.noteEdit({ side, files: changes?.edited.slice(-1) ?? [], changed });
    },
  });
  const shown = options.panel ?? true;
  const panel = shown !== false && panelHooks(() => known, typeof shown === "object" && shown.button === true);
  return {
    ...(plugin as unknown as Plugin),
    ...panel,
    enforce: "pre",
    // The import that the transform adds would otherwise be discovered late and reload the page.
    config: () => ({ optimizeDeps: { include: [RUNTIME, ...(panel ? panelDependencies : [])] } }),
    configResolved(config) {
      define = config.define ?? {};
      rewritings.watch(config.plugins);
      directory = config.root;
      jsxImportSource = jsxImportSourceIn(config);
      isServing = config.command === "serve";
      isTestInNode = isServing && runsInNode(config);
      // A dev server that bundles has no graph of modules, and its bundler watches.
      watches = isServing ? config.experimental?.bundledDev === true : config.build.watch != null;
      // Inside node_modules they are told by their path.
      if (!config.cacheDir.includes("/node_modules/")) prebundles = config.cacheDir;
      if (isServing) changes = new HotChanges(config.root);
      if (isServing && panel) known = new KnownCode(config.root);
    },
    configureServer(server) {
      ({ watcher } = server);
      if (panel) panel.configureServer(server);
    },
    hotUpdate({ file }) {
      changes?.noteEdit(file);
    },
  };
}

/** Vitest builds for a page where it runs in Node, with jsdom or happy-dom around it; in its browser mode it runs in one. */
function runsInNode(config: object): boolean {
  const { test } = config as { test?: { browser?: { enabled?: boolean } } };
  return process.env["VITEST"] !== undefined && test !== undefined && test.browser?.enabled !== true;
}

/** Vite 8 compiles JSX with Oxc, Vite 7 with esbuild; the plugins of frameworks set the same. */
function jsxImportSourceIn(config: object): string | undefined {
  const { oxc, esbuild } = config as {
    oxc?: false | { jsx?: unknown };
    esbuild?: false | { jsxImportSource?: string };
  };
  const jsx = oxc ? (oxc.jsx as { importSource?: string } | undefined) : undefined;
  return jsx?.importSource ?? (esbuild ? esbuild.jsxImportSource : undefined);
}

const environmentOf = (context: object) => (context as { environment: DevEnvironment }).environment;
