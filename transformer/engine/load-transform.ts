import { createRequire } from "node:module";

/**
 * The transform and all that it imports, loaded when it is first needed: a process that finds everything in the build
 * cache never does. By `require`, because hooks of Node and workers of bundlers can't wait.
 */
export function loadTransform(): typeof import("./transform-parts.ts") {
  return createRequire(import.meta.url)("./transform-parts.js");
}
