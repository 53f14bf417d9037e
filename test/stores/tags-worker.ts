/* One process of several with functions that have tags, on the store that it is told: a Redis server's address, or a directory. */
import { createInterface } from "node:readline";
import { cached, cacheTag, clearTags, configure, expireTags, observed, stats } from "../../runtime/index.ts";
import { redisStore } from "../../runtime/stores/redis.ts";
import { data, dataAsync } from "./worker-function.ts";

const [place] = process.argv.slice(2) as [string];
const onDisk = !place.startsWith("redis:");
configure(onDisk ? { disk: { dir: place } } : { stores: { redis: redisStore({ server: place, timeout: 500 }) } });
const persist = onDisk || "redis";

// Nothing of what these functions bring along says that they have tags.
const late = dataAsync(
  async (n: number) => {
    await Promise.resolve();
    cacheTag(`row:${n}`);
    return { n, by: process.pid };
  },
  { id: "pkg/src/rows.ts#late", name: "late", parts: ["n"], persist },
);

const outer = dataAsync(async (n: number) => ({ n, row: await late(n) }), {
  id: "pkg/src/rows.ts#outer",
  name: "outer",
  parts: ["n"],
  persist,
});

const news = dataAsync(async (n: number) => ({ n, by: process.pid }), {
  id: "pkg/src/rows.ts#news",
  name: "news",
  parts: ["n"],
  persist,
  ttl: 3600,
  stale: { refresh: 3600, error: 3600, retry: 30 },
  tags: ["news"],
});

const sync = onDisk
  ? data(
      (n: number) => {
        cacheTag(`row:${n}`);
        return { n, by: process.pid };
      },
      { id: "pkg/src/rows.ts#sync", name: "sync", parts: ["n"], persist },
    )
  : late;

const orders: Record<string, (n: number) => unknown> = {
  late: (n) => late(n),
  outer: (n) => outer(n),
  sync: (n) => sync(n),
  news: async (n) => {
    const { value, status } = await observed(() => news(n));
    return { by: (await value).by, status };
  },
  has: (n) => cached(outer).has(n),
  clearTags: (n) => clearTags(`row:${n}`),
  expireNews: () => expireTags("news"),
  clearNews: () => clearTags("news"),
  runs: () => Object.fromEntries(stats().map(({ name, misses }) => [name, misses])),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [id, what, n] = JSON.parse(line) as [number, string, number];
  Promise.resolve()
    .then(() => orders[what]?.(n))
    .then(
      (result) => process.stdout.write(`${JSON.stringify([id, result ?? null])}\n`),
      (error: Error) => process.stdout.write(`${JSON.stringify([id, null, error.message])}\n`),
    );
}
