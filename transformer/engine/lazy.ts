/** What the bundler adapters load at the first marked file, and not before. */
export { loadTypeScript } from "#typescript";
export { createLinkContext, createSession } from "../3-hash/graph/hash-function.ts";
export { transform } from "../index.ts";
export { findLostMarks } from "../reports/dropped-marks.ts";
