import { createRequire } from "node:module";
import type ts from "typescript";

let loaded: typeof ts | undefined;

/**
 * Loads the TypeScript API on first use: it takes longer than everything else the transformer does to a small
 * project, and the tsconfig plugin is handed one anyway.
 */
export function loadTypeScript(): typeof ts {
  loaded ??= createRequire(import.meta.url)("typescript") as typeof ts;
  return loaded;
}
