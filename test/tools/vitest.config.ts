import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The whole matrix: `npm run test:tools`. One project at a time, since some take gigabytes. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["test/tools/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
