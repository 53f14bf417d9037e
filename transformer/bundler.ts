/** What the bundler adapters load at the first marked file, and not before. */
export { loadTypeScript } from "#typescript";
export { transform } from "./index.ts";
export { createLinkContext, createSession } from "./link.ts";
export { findLostMarks } from "./lost-marks.ts";
