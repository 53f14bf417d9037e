import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import { bytes, ratio } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";

const CONTENDERS = ["no cache", "cachet", "Map + structuredClone, by hand", "bentocache, memory"] as const;
type Contender = (typeof CONTENDERS)[number];

const REPORTS = 100;
const CONNECTIONS = 100;
const SECONDS = 5;

interface Load {
  /** Requests per second. */
  requests: number;
  /** Milliseconds. */
  half: number;
  p99: number;
  heap: number;
  failed: number;
}

const load = (name: string): Promise<any> => import(name);

export const server: Custom = {
  kind: "custom",
  name: "server",
  title: "A server under load",
  about:
    `\`node:http\` on loopback, asked by autocannon over ${CONNECTIONS} connections for ${SECONDS} seconds a round, in a process of its own. Each answer comes from one of ${REPORTS} reports of ` +
    "200 rows, a millisecond of work that all but the first contender do once; the handler changes what it got, as handlers do, so each request needs a copy of its own. " +
    "Latencies are what 50 and 99 of 100 requests stay below; the heap is after a full collection at the end.",
  async run(context) {
    const rounds = Array.from({ length: context.rounds }, (_, round) => {
      const order = round % 2 === 0 ? CONTENDERS : [...CONTENDERS].reverse();
      const asked = order.map((contender) => {
        context.log(`server: round ${round + 1} of ${context.rounds}, ${contender}`);
        return [contender, context.child<Load>(contender)] as const;
      });
      return Object.fromEntries(asked) as Record<Contender, Load>;
    });
    return [tableOf(rounds, context)];
  },
  async child(contender, _budget, quick): Promise<Load> {
    const file = fileURLToPath(new URL("./server.js", import.meta.url));
    const child = spawn(process.execPath, ["--expose-gc", file, contender], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      return await loadOf(await portOf(child), quick);
    } finally {
      child.kill();
    }
  },
};

async function portOf(child: ChildProcess): Promise<number> {
  const [data] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return Number(data);
}

async function loadOf(port: number, quick: boolean): Promise<Load> {
  const { default: autocannon } = await load("autocannon");
  const url = `http://127.0.0.1:${port}`;
  // In an order that no cache of a processor foresees; each once before anything counts.
  const paths = Array.from({ length: REPORTS }, (_, i) => `/${(i * 37) % REPORTS}`);
  for (const path of paths) await (await fetch(url + path)).text();
  const connections = quick ? 2 : CONNECTIONS;
  const requests = paths.map((path) => ({ path }));
  const run = (duration: number) => autocannon({ url, connections, duration, requests });
  if (!quick) await run(1);
  const { requests: done, latency, errors, non2xx } = await run(quick ? 1 : SECONDS);
  const heap = Number(await (await fetch(`${url}/heap`)).text());
  return { requests: done.average, half: latency.p50, p99: latency.p99, heap, failed: errors + non2xx };
}

function tableOf(rounds: Record<Contender, Load>[], { rounds: count }: Context): Table {
  const rows = CONTENDERS.map((contender) => {
    const of = (what: keyof Load) => median(rounds.map((round) => round[contender][what]));
    const beside = median(rounds.map((round) => round[contender].requests / round.cachet.requests));
    const failed = rounds.reduce((sum, round) => sum + round[contender].failed, 0);
    return [
      contender === "cachet" ? "**cachet**" : contender,
      String(Math.round(of("requests"))),
      contender === "cachet" ? "" : ratio(beside),
      `${of("half")} ms`,
      `${of("p99")} ms`,
      bytes(of("heap")),
      failed === 0 ? "" : `${failed} requests failed`,
    ];
  });
  return {
    title: "Reports of 200 rows, a copy for each request",
    note: count === 1 ? "1 round." : `${count} rounds.`,
    columns: ["", "requests a second", "÷ cachet", "half below", "p99", "heap", "remark"],
    rows,
  };
}
