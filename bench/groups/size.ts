import { fileURLToPath } from "node:url";
import { transform } from "cachet/transformer";
import { programSize, type Size } from "../program-size.ts";
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
  [
    "cachet, one @cacheData that persists",
    () => compiled("/** @cacheData({ persist: true }) */\nexport async function f(a: string) { return a; }"),
  ],
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

async function sizeOf(contents: string, platform: "browser" | "node"): Promise<Size | undefined> {
  try {
    return await programSize(contents, root, platform);
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
    "Bytes after esbuild's minifier, as ES modules, and after gzip -9: what is loaded before the program runs, and beside it what it may load later. For cachet: a whole program with one marked function.",
  async run(): Promise<Table[]> {
    const rows: string[][] = [];
    for (const [name, source] of [...own.map(([name, make]) => [`**${name}**`, make()] as const), ...peers]) {
      const browser = await sizeOf(source, "browser");
      const node = await sizeOf(source, "node");
      const sizes = [browser, node].flatMap((size) => [show(size, "min"), show(size, "gzip"), show(size, "withLazy")]);
      rows.push([name, ...sizes]);
    }
    return [
      {
        title: "The core, bytes",
        columns: ["", "page, min", "page, gzip", "and what it loads later", "Node, min", "Node, gzip", "and later"],
        rows,
      },
    ];
  },
};
