import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import cachet from "cachet/vite";
import { defineConfig, type Plugin } from "vite";
import { dataSets } from "./server/data-sets.ts";
import { serverPart } from "./server/server-part.ts";

const manifest = createRequire(import.meta.url).resolve("cachet/package.json");
const repository = dirname(manifest);

/** The built package, as its `exports` say: a package is not found by its name from inside itself. */
const entries = Object.entries(
  JSON.parse(readFileSync(manifest, "utf8")).exports as Record<string, { default?: string }>,
)
  .filter(([, target]) => target.default)
  .map(([entry, target]) => ({
    find: new RegExp(`^${entry.replace(".", "cachet")}$`),
    replacement: join(repository, target.default ?? ""),
  }));

/** The plugin without its wish to pre-bundle the runtime: here that is built anew now and then, and a bundle would go stale. */
function transform(): Plugin {
  const { config: _, ...plugin } = cachet({ exclude: [/node_modules/, /\/dist\//] });
  return plugin;
}

const jsx = { runtime: "automatic", importSource: "preact" } as const;

export default defineConfig({
  // Relative, so that the built site works under any path.
  base: "./",
  ...(process.env["PLAYGROUND_CACHE"] && { cacheDir: process.env["PLAYGROUND_CACHE"] }),
  publicDir: false,
  plugins: [transform(), dataSets(), serverPart()],
  oxc: { jsx },
  resolve: {
    // What compares two results of the transform is in the package, but nobody else has asked for it yet.
    alias: [...entries, { find: "#hash-diff", replacement: join(repository, "dist/transformer/reports/hash-diff.js") }],
  },
  optimizeDeps: {
    entries: ["index.html", "{pages,examples,inspector,live}/*.{ts,tsx}"],
    // What the package itself imports: it is not searched, being excluded.
    include: [
      "@jridgewell/trace-mapping",
      "@noble/hashes/sha2.js",
      "@noble/hashes/utils.js",
      "idb",
      "magic-string",
      "typescript",
    ],
    // PGlite finds its WebAssembly beside its own module, which pre-bundling would move.
    exclude: ["@electric-sql/pglite", "cachet", "cachet/internal"],
    rolldownOptions: { transform: { jsx } },
  },
  worker: { format: "es", plugins: () => [transform()] },
  server: { fs: { allow: [repository] } },
  build: {
    outDir: join(import.meta.dirname, "../.cache/site"),
    emptyOutDir: true,
    target: "es2022",
    // A rule such as `hashFuncs: { Score: … }` names a class; minifying would call it something else.
    rolldownOptions: {
      output: { keepNames: true },
      // Examples run in Node too and ask it for files there; pages never come to these imports.
      external: /^node:/,
      // PGlite's WebAssembly glue, which is not ours to change.
      checks: { eval: false },
    },
    chunkSizeWarningLimit: 4000,
  },
});
