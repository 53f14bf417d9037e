/** What the bundler adapters load at the first marked file, and not before. */
export { loadTypeScript } from "#typescript";
export { createLinkContext, openSession } from "../3-hash/graph/build-session.ts";
export { transform } from "../index.ts";
export { findLostMarks } from "../reports/dropped-marks.ts";
