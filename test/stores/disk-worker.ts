/* A program of its own: defines one persistent function, makes the calls it is told to, and reports. */
import { appendFileSync } from "node:fs";
import { cached, configure, subscribe } from "../../runtime/index.ts";
import { data, dataAsync } from "./worker-function.ts";

/** What the worker is told on its command line. */
export interface Orders {
  dir: string;
  id?: string;
  hash?: string;
  async?: boolean;
  ttl?: number;
  stale?: { refresh?: number; error?: number; retry: number };
  maxEntries?: number;
  maxBytes?: number;
  persist?: boolean;
  /** Milliseconds the body takes. */
  takes?: number;
  /** Length of the text each call returns. */
  size?: number;
  /** A file to which each run of the body adds a line. */
  log?: string;
  /** Milliseconds added to the wall clock. */
  shift?: number;
  /** Endless writes of many keys, until killed. */
  forever?: boolean;
  /** Waits for this moment of wall time before it starts. */
  at?: number;
  steps: (
    | ["call", number]
    | ["clear"]
    | ["clear", number]
    | ["has", number]
    | ["wait", number]
    | ["mark"]
    | ["again", number]
  )[];
}

/** What the worker prints at its end. */
export interface Report {
  results: unknown[];
  runs: number;
  warnings: string[];
  errors: string[];
}

const orders = JSON.parse(process.argv[2] as string) as Orders;
const report: Report = { results: [], runs: 0, warnings: [], errors: [] };
const wait = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** What a call must return; anything else is a wrong value. */
const rightValue = (n: number) => ({ n, text: `${n}:`.repeat(orders.size ?? 4), bytes: new Uint8Array(64).fill(n) });

configure({
  disk: { dir: orders.dir },
  clock: { wall: () => Date.now() + (orders.shift ?? 0) },
  onWarning: (message) => report.warnings.push(message),
});
subscribe((event) => void (event.type === "error" && report.errors.push(`${event.operation}: ${event.error}`)));

const ran = (n: number) => {
  report.runs++;
  if (orders.log !== undefined) appendFileSync(orders.log, `${process.pid} ${n}\n`);
};
const options = {
  id: orders.id ?? "pkg/src/load.ts#load",
  hash: orders.hash ?? "c1:1",
  name: "load",
  parts: ["n"],
  persist: orders.persist ?? true,
  ...(orders.ttl !== undefined && { ttl: orders.ttl }),
  ...(orders.stale !== undefined && { stale: orders.stale }),
  ...(orders.maxEntries !== undefined && { maxEntries: orders.maxEntries }),
  ...(orders.maxBytes !== undefined && { maxBytes: orders.maxBytes }),
};
const load: (n: number) => unknown = orders.async
  ? dataAsync(async (n: number) => {
      ran(n);
      await new Promise((resolve) => setTimeout(resolve, orders.takes ?? 0));
      return rightValue(n);
    }, options)
  : data((n: number) => {
      ran(n);
      if (orders.takes) wait(orders.takes);
      return rightValue(n);
    }, options);

if (orders.at !== undefined) wait(Math.max(0, orders.at - Date.now()));
for (const [what, n] of orders.steps) {
  if (what === "call") {
    const value = await load(n);
    report.results.push(JSON.stringify(value) === JSON.stringify(rightValue(n)) ? n : ["WRONG", value]);
  } else if (what === "clear") {
    await (n === undefined ? cached(load).clear() : cached(load).clear(n));
  } else if (what === "has") report.results.push(cached(load).has(n));
  else if (what === "mark") appendFileSync(orders.log as string, "mark\n");
  else if (what === "again") {
    // Until somebody else's clear has made it run once more.
    for (const before = report.runs; report.runs === before; await new Promise((resolve) => setTimeout(resolve, 5)))
      await load(n);
  } else if (what === "wait") await new Promise((resolve) => setTimeout(resolve, n));
}
if (orders.forever) {
  for (let n = 0; ; n = (n + 1) % 40) {
    if (n === 4) process.stdout.write("ready\n");
    const value = await load(n);
    if (JSON.stringify(value) !== JSON.stringify(rightValue(n)) || report.errors.length > 0) {
      process.stdout.write(`WRONG ${n} ${report.errors}\n`);
      process.exit(1);
    }
    if (n % 3 === 0) cached(load).clear(n);
    if (n === 39) await cached(load).clear();
  }
}
process.stdout.write(`${JSON.stringify(report)}\n`);
