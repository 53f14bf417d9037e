import type { Plugin } from "vite";
import { type CachetOptions, createPlugin } from "./rollup.ts";

export type { CachetOptions } from "./rollup.ts";

/** The plugin for Vite and Vitest: `plugins: [cachet()]`. It runs before types are stripped, in dev, build and ssr alike. */
export default function cachet(options: CachetOptions = {}): Plugin {
  /** File → ids of the modules whose code hashes cover it. */
  const dependents = new Map<string, Set<string>>();
  let define: Readonly<Record<string, unknown>> = {};
  const plugin = createPlugin(options, {
    define: () => define,
    noteDependencies(id, files) {
      for (const file of files) dependents.set(file, (dependents.get(file) ?? new Set()).add(id));
    },
  });
  return {
    ...(plugin as unknown as Plugin),
    enforce: "pre",
    // The import that the transform adds would otherwise be discovered late and reload the page.
    config: () => ({ optimizeDeps: { include: ["cachet/internal"] } }),
    configResolved(config) {
      define = config.define ?? {};
    },
    // Vite takes a module's last text as it is where only what it imports changed; the hash in it would be an old one.
    hotUpdate({ file }) {
      const { moduleGraph } = this.environment;
      for (const id of dependents.get(file) ?? []) {
        const module = moduleGraph.getModuleById(id);
        if (module) moduleGraph.invalidateModule(module);
      }
    },
  };
}
