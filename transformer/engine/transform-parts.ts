/** What is loaded at the first file that was not transformed before, and no earlier. */
export { loadParser } from "#typescript";
export { createLinkContext, openSession } from "../3-hash/graph/build-session.ts";
export { transform } from "../index.ts";
export { describeOutside } from "../outside-warnings.ts";
export { findDroppedMarks } from "../reports/dropped-marks.ts";
export { findRewriting } from "../reports/rewritten.ts";
