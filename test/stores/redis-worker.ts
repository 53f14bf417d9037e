/* One machine of several: makes calls of a function on the Redis store when told to, one line per order. */
import { createInterface } from "node:readline";
import { Cluster } from "ioredis";
import { cached, configure, subscribe } from "../../runtime/index.ts";
import { redisStore } from "../../runtime/stores/redis.ts";
import { dataAsync } from "./worker-function.ts";

/** An address, or settings as JSON: those of ioredis, or the nodes of a cluster. */
const [address, takes, forever] = process.argv.slice(2) as [string, string, string?];
const settings = address.startsWith("{") ? JSON.parse(address) : address;
const server = settings.cluster === undefined ? settings : new Cluster(settings.cluster, { lazyConnect: true });
let runs = 0;
const warnings: string[] = [];
const errors: string[] = [];
configure({
  stores: { redis: redisStore({ server, timeout: 500, maxPause: 200, staleAfter: 1500 }) },
  onWarning: (message) => warnings.push(message),
});
subscribe((event) => void (event.type === "error" && errors.push(`${event.operation}: ${event.error}`)));

const load = dataAsync(
  async (n: number) => {
    runs++;
    await new Promise((resolve) => setTimeout(resolve, Number(takes)));
    return { n, by: process.pid };
  },
  { id: "pkg/src/load.ts#load", hash: "c1:1", name: "load", parts: ["n"], persist: "redis" },
);

const orders: Record<string, (n: number) => unknown> = {
  call: (n) => load(n),
  clear: () => cached(load).clear(),
  clearOne: (n) => cached(load).clear(n),
  report: () => ({ runs, warnings, errors }),
};

/** Endless calls and clears, until killed. */
for (let n = 0; forever !== undefined; n = (n + 1) % 40) {
  if (n === 4) process.stdout.write("ready\n");
  const value = await load(n);
  if (value.n !== n) process.stdout.write(`WRONG ${n}: ${JSON.stringify(value)}\n`);
  if (n % 3 === 0) await cached(load).clear(n);
  if (n === 39) await cached(load).clear();
}

for await (const line of createInterface({ input: process.stdin })) {
  const [id, what, n] = JSON.parse(line) as [number, string, number];
  Promise.resolve()
    .then(() => orders[what]?.(n))
    .then(
      (result) => process.stdout.write(`${JSON.stringify([id, result ?? null])}\n`),
      (error: Error) => process.stdout.write(`${JSON.stringify([id, null, error.message])}\n`),
    );
}
// The input has ended: nothing but an idle connection is left, and that must not keep the process.
