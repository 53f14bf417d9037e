import { InvalidOptionError } from "./errors.ts";
import type { OpenRecordings } from "./mode.ts";
import { spinnerOf } from "./spinner/spinner.ts";
import type { StartSpinner } from "./spinner/spinner-types.ts";

/*
 * What this environment offers. Nothing is installed by itself: a page loads the parts that its functions name.
 */

// A module of its own, so that a page which never persists has nothing in common with the store that others load.
export { ownStore } from "./stores/default-store.browser.ts";

/** Shows that a body runs. A page shows nothing new while a synchronous one does, so functions that can show it bring it. */
export const spinner: StartSpinner = /* @__PURE__ */ spinnerOf(
  () => undefined,
  async (given) => {
    const { showSpinner } = await import("./spinner/spinner-line.ts");
    if (given !== undefined || typeof document === "undefined") return [showSpinner, given];
    return [showSpinner, (await import("./spinner/spinner.browser.ts")).pageSpinner];
  },
);

/** Recordings are files. */
export const openRecordings: OpenRecordings = (mode) => {
  throw new InvalidOptionError(`configure(): the mode "${mode}" needs files, and a browser has none. Use it in Node`);
};
