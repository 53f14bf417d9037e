import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type * as Cases from "./cases/server.ts";
import { type Compiled, casesOf } from "./cases.ts";

// The server that the group of that name asks, a process of its own: `server.js <contender>`. Prints its port.

type Report = typeof Cases.reportOf;
type Row = Cases.Row;

const load = (name: string): Promise<any> => import(name);

const reportOf = async (compiled: Compiled) => (await casesOf<typeof Cases>("server", compiled)).reportOf;

const WAYS: Record<string, () => Promise<Report>> = {
  "no cache": () => reportOf("plain"),
  cachet: () => reportOf("data"),
  async "Map + structuredClone, by hand"() {
    const report = await reportOf("plain");
    const kept = new Map<number, Promise<Row[]>>();
    return async (id) => {
      let rows = kept.get(id);
      if (rows === undefined) kept.set(id, (rows = report(id)));
      return structuredClone(await rows);
    };
  },
  async "bentocache, memory"() {
    const report = await reportOf("plain");
    const { BentoCache, bentostore } = await load("bentocache");
    const { memoryDriver } = await load("bentocache/drivers/memory");
    const layer = memoryDriver({ maxItems: 1000 });
    const cache = new BentoCache({ default: "m", stores: { m: bentostore().useL1Layer(layer) } });
    return (id) => cache.getOrSet({ key: String(id), ttl: "1h", factory: () => report(id) });
  },
};

const report = await (WAYS[process.argv[2] ?? ""] as () => Promise<Report>)();

const server = createServer(async ({ url }, response) => {
  if (url === "/heap") {
    globalThis.gc?.();
    response.end(String(process.memoryUsage().heapUsed));
    return;
  }
  const rows = await report(Number(url?.slice(1)));
  // As pages do: what the caller adds must not be there for the next.
  const first = rows[0] as Row;
  first.tags.push("first");
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ count: rows.length, first, last: rows.at(-1) }));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
