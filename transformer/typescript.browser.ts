import ts from "typescript";
import type { SyntaxApi } from "./syntax/syntax-api.ts";

/** What reads code; bundled with the rest, since a browser has nothing to load it from later. */
export function loadParser(): SyntaxApi {
  return ts;
}

/** The TypeScript API; bundled for the same reason. */
export function loadTypeScript(): typeof ts {
  return ts;
}
