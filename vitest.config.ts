import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { loadSource } from "./scripts/load-source.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests that contain marked functions themselves, so they run through the transform. */
const MARKED = ["test/conformance/**/*.test.ts", "test/features/**/*.test.ts", "test/playground/**/*.test.ts"];
const tests = readdirSync(here("test"), { recursive: true, encoding: "utf8" })
  .map((file) => `test/${file.replaceAll("\\", "/")}`)
  .filter((file) => /^(?!.*\/(?:playground|heavy|projects|fixtures)\/).*\.test\.ts$/.test(file));
const mentioning = (text: RegExp) => tests.filter((file) => text.test(readFileSync(here(file), "utf8")));

/** Tests that install packages, start browsers, servers or many processes, kill them, or need much memory. */
const SLOW = [
  ...mentioning(/\brequires\(/),
  "test/adapters/{bundlers,hot-reload,vite-links,tspc,tspc-watch}.test.ts",
  "test/bench/**/*.test.ts",
  "test/runtime/{copy-ahead,memory-cost}.test.ts",
  "test/package/{foreign,packed,build-id,size}.test.ts",
  "test/stores/{disk-kill,disk-streams,disk-processes}.test.ts",
  "test/tools/**/*.test.ts",
  "test/types/value-kinds.test.ts",
];
/** Generated programs and sequences of calls, which take long. */
const MATRICES = [
  "test/stores/clears-model.test.ts",
  "test/transformer/{differential,emitters,hash-fuzz,option-sweep,placement,semantics}.test.ts",
];
/** Tests of the package as it is built. */
const BUILT = mentioning(/from "[^"]*\/(?:package|bin)\.ts"/);
// `npm run test:tools` runs what installs the larger tools.
const EXCLUDED = ["**/node_modules/**", "**/fixtures/**", "**/projects/**", "test/tools/heavy/**"];

// A plain import would find `#typescript` in `dist`; tests run on sources alone.
type Adapter = typeof import("./transformer/adapters/vite.ts");
const { default: cachet } = await loadSource<Adapter>("transformer/adapters/vite.ts");

// The transform speaks of marks in its comments, and its own code carries none.
const plugins = [cachet({ exclude: /node_modules|\/(?:transformer|runtime)\// })];

export default defineConfig({
  resolve: {
    alias: [
      { find: "#platform", replacement: here("./runtime/platform/node.ts") },
      { find: "#environment", replacement: here("./runtime/environment.node.ts") },
      { find: "#hash-diff", replacement: here("./transformer/reports/hash-diff.ts") },
      { find: "#typescript", replacement: here("./scripts/typescript.ts") },
      { find: /^.*\/load-transform\.ts$/, replacement: here("./scripts/load-transform.ts") },
      { find: /^cachet$/, replacement: here("./runtime/index.ts") },
      { find: /^cachet\/internal$/, replacement: here("./runtime/internal.ts") },
      { find: /^cachet\/inspect$/, replacement: here("./runtime/inspect.ts") },
      { find: /^cachet\/inspect\/(\w+)$/, replacement: here("./runtime/inspect/$1.ts") },
      { find: /^cachet\/fs$/, replacement: here("./runtime/files/fs.ts") },
      { find: /^cachet\/fs\/promises$/, replacement: here("./runtime/files/fs-promises.ts") },
      { find: /^cachet\/codecs\/arrow$/, replacement: here("./runtime/codec/arrow.ts") },
      { find: /^cachet\/recorded$/, replacement: here("./runtime/recordings/recorded.ts") },
      { find: /^cachet\/otel$/, replacement: here("./runtime/otel.ts") },
      { find: /^cachet\/transformer$/, replacement: here("./transformer/adapters/ts-patch.ts") },
    ],
  },
  test: {
    globalSetup: "./test/requirements.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A machine that is busy with other tests is slow, and no test measures how long something took.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...EXCLUDED, ...MARKED, ...SLOW, ...BUILT, ...MATRICES],
          typecheck: { enabled: true, include: ["test/types/**/*.test-d.ts"], tsconfig: "./tsconfig.json" },
        },
      },
      { extends: true, test: { name: "matrices", include: MATRICES } },
      { extends: true, test: { name: "built", include: BUILT, exclude: [...EXCLUDED, ...SLOW] } },
      { extends: true, test: { name: "slow", include: SLOW, exclude: EXCLUDED } },
      {
        extends: true,
        plugins,
        test: { name: "marked", include: MARKED, exclude: [...EXCLUDED, "test/playground/**"] },
      },
      {
        extends: true,
        plugins,
        test: { name: "playground", include: ["test/playground/**/*.test.ts"], exclude: EXCLUDED },
      },
    ],
  },
});
