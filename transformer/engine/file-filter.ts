import { fileURLToPath } from "node:url";
import { createFilter, type FilterPattern } from "@rollup/pluginutils";
import { toPosix } from "../syntax/paths.ts";

/** Which files an adapter looks into. */
export interface FilterOptions {
  /** Files to look into; by default every JavaScript and TypeScript file and every component outside `node_modules`. */
  include?: FilterPattern;
  exclude?: FilterPattern;
}

/** The extensions that every tool is told of. */
export const EXTENSIONS = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"] as const;

/** A path of a script. Also a bundler's id, by the path in it: `App.vue?vue&type=script&lang.ts` is a part of a component. */
export const SCRIPT = new RegExp(`^[^?\\0]+\\.(?:${EXTENSIONS.join("|")})(?:[?#].*)?$`);

/** A single-file component, whole: bundlers give its parts ids with a query. */
export const COMPONENT = /^[^?\0]+\.(?:vue|svelte|astro)$/;

/** The same for tools that have plain paths, and that read the pattern with an engine of their own. */
export const SCRIPT_PATH = new RegExp(`\\.(?:${EXTENSIONS.join("|")})$`);

/** What a file must contain to be looked at, for tools that test it before they call anything. */
export const MAYBE_MARK = /@[cC][a-zA-Z]/;

export const INSTALLED = /[\\/]node_modules[\\/]/;

const CACHET = ["runtime", "transformer", "node", "cjs"].map((folder) =>
  toPosix(fileURLToPath(new URL(`../../${folder}/`, import.meta.url))),
);

/**
 * Whether a file is the cache's own where it isn't installed but linked: it speaks of marks and has none, is no part of
 * what functions compute, and is loaded while a file is looked into.
 */
export function isOfCachet(file: string): boolean {
  const path = toPosix(file);
  return CACHET.some((folder) => path.startsWith(folder));
}

/** Whether a file is looked into where nothing is configured. */
export function isOwnScript(file: string): boolean {
  return SCRIPT.test(file) && !INSTALLED.test(file) && !isOfCachet(file);
}

/** Whether a file is looked into: scripts and components only, whatever the patterns say. */
export function createFileFilter({ include, exclude }: FilterOptions): (id: string) => boolean {
  const matches =
    include === undefined && exclude === undefined
      ? (id: string) => !INSTALLED.test(id) && !isOfCachet(id)
      : createFilter(include, exclude ?? INSTALLED);
  return (id) => (SCRIPT.test(id) || COMPONENT.test(id)) && matches(id);
}
