import module, { createRequire } from "node:module";
import type ts from "typescript";

let loaded: typeof ts | undefined;

/**
 * Loads the TypeScript API on first use: it takes longer than everything else the transformer does to a small
 * project, and the tsconfig plugin is handed one anyway.
 */
export function loadTypeScript(): typeof ts {
  if (!loaded) {
    keepCompiledCode();
    loaded = createRequire(import.meta.url)("typescript") as typeof ts;
  }
  return loaded;
}

/** Most of loading is compiling nine megabytes of script. Where Node can keep the result (22.1 and later), it does that once. */
function keepCompiledCode(): void {
  // Code from the cache is counted less precisely.
  if (process.env["NODE_V8_COVERAGE"] === undefined) (module as CompileCache).enableCompileCache?.();
}

interface CompileCache {
  enableCompileCache?(): unknown;
}
