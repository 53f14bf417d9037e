/** The panel's script and styles, written here by the build (`scripts/build-panel.mjs`). */
export const PANEL = { script: "", style: "" };
