import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineOptions } from "../engine/engine.ts";
import { type CacheStore, type FileChanges, type Graph, Guard } from "./metro-guard.ts";

/** The parts of Metro's configuration that are added to. */
export interface MetroConfig {
  projectRoot?: string;
  transformerPath?: string;
  transformer?: object;
  cacheStores?: readonly CacheStore[] | ((cache: MetroCache) => readonly CacheStore[]);
  serializer?: { experimentalSerializerHook?: (graph: Graph, delta: unknown) => unknown };
  server?: { enhanceMiddleware?: (middleware: unknown, server: Server) => unknown };
}
interface MetroCache {
  FileStore: new (options: { root: string }) => CacheStore;
}
interface Server {
  getBundler(): { getBundler(): { ready(): Promise<unknown>; getWatcher(): Watcher } };
}
interface Watcher {
  prependListener(event: "change", listener: (change: FileChanges) => void): void;
}
/**
 * For metro.config.js: `module.exports = withCachet(config)`, around all else. Metro knows of a module its own text and
 * nothing that its hashes cover, so results that it has kept are compared with what would come out now, and its dev
 * server is told of each module that an edit concerns.
 */
export function withCachet<Config extends object>(config: Config, options: EngineOptions = {}): Config {
  const {
    projectRoot = process.cwd(),
    transformerPath,
    transformer,
    cacheStores,
    serializer,
    server,
  } = config as MetroConfig;
  const guard = new Guard(projectRoot, options);
  const guardAll = (stores: readonly CacheStore[]): CacheStore[] => stores.map((store) => guard.around(store));
  const storesIn = (cache: MetroCache): readonly CacheStore[] => {
    const stores = typeof cacheStores === "function" ? cacheStores(cache) : cacheStores;
    return stores ?? [new cache.FileStore({ root: join(tmpdir(), "metro-cache") })];
  };
  return {
    ...config,
    transformerPath: fileURLToPath(new URL("./metro-worker.js", import.meta.url)),
    transformer: { ...transformer, cachet: { worker: transformerPath ?? "metro-transform-worker", options } },
    cacheStores: Array.isArray(cacheStores) ? guardAll(cacheStores) : (cache: MetroCache) => guardAll(storesIn(cache)),
    serializer: {
      ...serializer,
      experimentalSerializerHook(graph: Graph, delta: unknown) {
        guard.release(graph);
        return serializer?.experimentalSerializerHook?.(graph, delta);
      },
    },
    server: {
      ...server,
      enhanceMiddleware(middleware: unknown, metro: Server) {
        const bundler = metro.getBundler().getBundler();
        bundler.ready().then(() => bundler.getWatcher().prependListener("change", (change) => guard.spread(change)));
        return server?.enhanceMiddleware?.(middleware, metro) ?? middleware;
      },
    },
  };
}
