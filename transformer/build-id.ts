/**
 * A digest of all code that the transform runs, written here by the build (`scripts/build-id.mjs`), so that nothing an
 * older cachet left on disk is taken for this one's work.
 */
export const BUILD_ID = "sources";
