import { afterAll, beforeAll } from "vitest";
import { Installed } from "../install.ts";
import { describeTool } from "../matrix.ts";

/** Nuxt needs Node 22, which the project brings along. */
let project: Installed;
beforeAll(() => {
  project = new Installed("nuxt");
});
afterAll(() => project.remove());

const FILES = {
  "nuxt.config.ts": `export default defineNuxtConfig({
  modules: ["cachet/nuxt"], compatibilityDate: "2026-01-01", telemetry: false, sourcemap: { server: true },
});
`,
  "server/api/report.ts": `import { report } from "../../src/report";
export default defineEventHandler(async () => "REPORT " + JSON.stringify(await report()));
`,
  // The app reaches marked code, too: Nitro bundles what Vite made of it.
  "app/app.vue": `<script setup lang="ts">
import { square } from "../src/data";
</script>
<template><p>{{ square(3) }}</p></template>
`,
};

describeTool(
  "Nuxt 4, server and app",
  {
    files: FILES,
    build: ["nuxt", "build"],
    run: {
      command: ["node", "--enable-source-maps", ".output/server/index.mjs"],
      url: "http://localhost:3041/api/report",
    },
    dev: { command: ["nuxt", "dev", "--port", "3042"], url: "http://localhost:3042/api/report" },
    env: { PORT: "3041" },
  },
  (files) => project.open(files),
);
