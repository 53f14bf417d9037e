import { fileURLToPath } from "node:url";
import { INSTALLED, SCRIPT_PATH } from "../engine/file-filter.ts";
import { type Compilation, type LoaderOptions, watchForOutside } from "./webpack-compiler.ts";

export type { LoaderOptions } from "./webpack-compiler.ts";

interface Compiler {
  options: { module: { rules: unknown[] } };
  hooks: { thisCompilation: { tap(name: string, listener: (compilation: Compilation) => void): void } };
}

/** The rule that puts the loader before all others. */
export function loaderRule(options: LoaderOptions = {}) {
  const use = [{ loader: fileURLToPath(new URL("./loader.js", import.meta.url)), options }];
  return { test: SCRIPT_PATH, exclude: options.exclude === undefined ? INSTALLED : [], enforce: "pre" as const, use };
}

/** The plugin for webpack 5 and Rspack: `plugins: [cachet()]`. It adds the loader for all scripts outside `node_modules`. */
export default function cachet(options: LoaderOptions = {}): { apply(compiler: Compiler): void } {
  return {
    apply(compiler) {
      compiler.options.module.rules.unshift(loaderRule(options));
      compiler.hooks.thisCompilation.tap("cachet", (compilation) => watchForOutside(compilation, options));
    },
  };
}
