import type { Plugin } from "esbuild";
import type { EngineOptions } from "../engine/engine.ts";
import { createFileFilter, type FilterOptions } from "../engine/file-filter.ts";
import { type BunRuntime, setUpBun } from "./on-load-bun.ts";
import { setUpEsbuild } from "./on-load-esbuild.ts";

export interface OnLoadOptions extends EngineOptions, FilterOptions {}

/**
 * The plugin for esbuild, tsup (`esbuildPlugins`) and Bun (`Bun.build`, `Bun.plugin`): `plugins: [cachet()]`. The first
 * plugin that loads a file wins, so it comes before others that load scripts.
 */
export default function cachet(options: OnLoadOptions = {}): Plugin {
  const accepts = createFileFilter(options);
  return {
    name: "cachet",
    setup(build) {
      const { Bun } = globalThis as { Bun?: BunRuntime };
      // Bun.build hands in an empty object there, and esbuild itself may run in Bun.
      if (Bun && build.esbuild?.version === undefined) setUpBun(build, Bun, options, accepts);
      else setUpEsbuild(build, options, accepts);
    },
  };
}
