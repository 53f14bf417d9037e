import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transform } from "cachet/transformer";
import { build } from "esbuild";
import type { Custom, Table } from "../types.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a program with one marked function adds to a page, beside the function. */
function compiled(source: string): string {
  const { code, diagnostics } = transform(source, { fileName: `${root}bench/size.ts` });
  if (diagnostics.length > 0) throw new Error(diagnostics[0]?.message);
  return code;
}

const own: readonly [string, () => string][] = [
  ["cachet, one @cacheResource", () => compiled("/** @cacheResource */\nexport function f(a: string) { return a; }")],
  ["cachet, one @cacheData", () => compiled("/** @cacheData */\nexport function f(a: string) { return a; }")],
  [
    "cachet, one @cacheData with cached(), configure() and stats()",
    () =>
      `export { cached, configure, stats } from "cachet";\n${compiled("/** @cacheData */\nexport function f(a: string) { return a; }")}`,
  ],
];

const peers: readonly [string, string][] = [
  ["fast-memoize", 'export { default } from "fast-memoize"'],
  ["p-memoize", 'export { default } from "p-memoize"'],
  ["memoize (sindresorhus)", 'export { default } from "memoize"'],
  ["micro-memoize", 'export { memoize } from "micro-memoize"'],
  ["lru-cache", 'export { LRUCache } from "lru-cache"'],
  ["ocache", 'export { defineCachedFunction, createMemoryStorage } from "ocache"'],
  ["moize", 'export { default } from "moize"'],
  ["memoizee", 'export { default } from "memoizee"'],
  ["keyv", 'export { default } from "keyv"'],
  ["cacheable", 'export { wrap, wrapSync, CacheableMemory } from "cacheable"'],
  [
    "bentocache, memory driver",
    'export { BentoCache, bentostore } from "bentocache"; export { memoryDriver } from "bentocache/drivers/memory"',
  ],
];

interface Size {
  min: number;
  gzip: number;
}

async function sizeOf(contents: string, platform: "browser" | "node"): Promise<Size | undefined> {
  try {
    const result = await build({
      stdin: { contents, resolveDir: root, loader: "ts" },
      bundle: true,
      minify: true,
      format: "esm",
      platform,
      write: false,
      // Without it esbuild would follow this repository's paths, past the package's own conditions.
      tsconfigRaw: "{}",
      logLevel: "silent",
    });
    const bytes = result.outputFiles[0]?.contents as Uint8Array;
    return { min: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  } catch {
    return undefined;
  }
}

const show = (size: Size | undefined, what: keyof Size) =>
  size === undefined ? "does not build" : size[what].toLocaleString("en");

export const size: Custom = {
  kind: "custom",
  name: "size",
  title: "Size",
  about:
    "Bytes after esbuild's minifier, as ES modules, and after gzip -9. For cachet: a whole program with one marked function.",
  async run(): Promise<Table[]> {
    const rows: string[][] = [];
    for (const [name, source] of [...own.map(([name, make]) => [`**${name}**`, make()] as const), ...peers]) {
      const browser = await sizeOf(source, "browser");
      const node = await sizeOf(source, "node");
      rows.push([name, show(browser, "min"), show(browser, "gzip"), show(node, "min"), show(node, "gzip")]);
    }
    return [
      {
        title: "The core, bytes",
        columns: ["", "browser, min", "browser, gzip", "Node, min", "Node, gzip"],
        rows,
      },
    ];
  },
};
