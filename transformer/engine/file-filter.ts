import { createFilter, type FilterPattern } from "@rollup/pluginutils";

/** Which files an adapter looks into. */
export interface FilterOptions {
  /** Files to look into; by default every JavaScript and TypeScript file outside `node_modules`. */
  include?: FilterPattern;
  exclude?: FilterPattern;
}

/** The extensions that every tool is told of. */
export const EXTENSIONS = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"] as const;

/** A path of a script. Also a bundler's id, by the path in it: `App.vue?vue&type=script&lang.ts` is a part of a component. */
export const SCRIPT = new RegExp(`^[^?\\0]+\\.(?:${EXTENSIONS.join("|")})(?:[?#].*)?$`);

const INSTALLED = /[\\/]node_modules[\\/]/;

/** Whether a file is looked into where nothing is configured. */
export function isOwnScript(file: string): boolean {
  return SCRIPT.test(file) && !INSTALLED.test(file);
}

/** Whether a file is looked into: scripts only, whatever the patterns say. */
export function createFileFilter({ include, exclude }: FilterOptions): (id: string) => boolean {
  if (include === undefined && exclude === undefined) return isOwnScript;
  const matches = createFilter(include, exclude ?? INSTALLED);
  return (id) => SCRIPT.test(id) && matches(id);
}
