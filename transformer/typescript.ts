import module, { createRequire } from "node:module";
import type ts from "typescript";
import type { SyntaxApi } from "./syntax/syntax-api.ts";

const require = createRequire(import.meta.url);
let loaded: typeof ts | undefined;
let parser: SyntaxApi | undefined;

/** The part of TypeScript that reads code: an eighth of the whole, cut out by the build. */
export function loadParser(): SyntaxApi {
  if (!parser) {
    keepCompiledCode();
    parser = require("./parser.cjs") as SyntaxApi;
  }
  return parser;
}

/** The whole TypeScript API, for who resolves, checks or compiles: it takes a third of a second. */
export function loadTypeScript(): typeof ts {
  if (!loaded) {
    keepCompiledCode();
    loaded = require("typescript") as typeof ts;
  }
  return loaded;
}

/** Where Node can keep what loading compiles (22.1 and later), it does that once. */
function keepCompiledCode(): void {
  // Code from the cache is counted less precisely.
  if (process.env["NODE_V8_COVERAGE"] === undefined) (module as CompileCache).enableCompileCache?.();
}

interface CompileCache {
  enableCompileCache?(): unknown;
}
