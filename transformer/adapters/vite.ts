import type { Plugin } from "vite";
import rollup, { type CachetOptions } from "./rollup.ts";

export type { CachetOptions } from "./rollup.ts";

/** The plugin for Vite and Vitest: `plugins: [cachet()]`. It runs before types are stripped, in dev, build and ssr alike. */
export default function cachet(options: CachetOptions = {}): Plugin {
  return {
    ...(rollup(options) as unknown as Plugin),
    enforce: "pre",
    // The import that the transform adds would otherwise be discovered late and reload the page.
    config: () => ({ optimizeDeps: { include: ["cachet/internal"] } }),
  };
}
