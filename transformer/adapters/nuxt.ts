import rollup, { type CachetOptions } from "./rollup.ts";
import vite from "./vite.ts";

export type { CachetOptions } from "./rollup.ts";

/** The parts of Nuxt that are used. */
interface Nuxt {
  options: { rootDir: string; vite: { plugins?: unknown[] } };
  hook(name: "nitro:config", callback: (config: NitroConfig) => void): void;
}
interface NitroConfig {
  rollupConfig?: { plugins?: unknown };
}

/**
 * The module for Nuxt: `modules: ["cachet/nuxt"]`. The app is built by Vite and `server/` by Nitro, which know nothing of
 * each other's plugins: each gets one.
 */
export default function cachet(options: CachetOptions, nuxt: Nuxt): void {
  (nuxt.options.vite.plugins ??= []).push(vite(options));
  nuxt.hook("nitro:config", (config) => {
    const plugins = [rollup(options), config.rollupConfig?.plugins].flat().filter(Boolean);
    config.rollupConfig = { ...config.rollupConfig, plugins };
  });
}
