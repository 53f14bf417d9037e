/* A program of its own: reads one persisted stream and prints its chunks, or dies in its middle. */
import { appendFileSync } from "node:fs";
import { configure } from "../../runtime/index.ts";
import { durable, generator, keys, MISS, ownStore, streams } from "../../runtime/internal.ts";

/** What the worker is told on its command line. */
export interface StreamOrders {
  dir: string;
  /** A file to which each run of the body adds a line. */
  log: string;
  text: string;
  /** Milliseconds before each chunk. */
  takes?: number;
  /** Dies before this chunk. */
  diesAt?: number;
}

const orders = JSON.parse(process.argv[2] as string) as StreamOrders;
configure({ disk: { dir: orders.dir } });

const descriptor = generator({
  id: "pkg/src/words.ts#words",
  hash: "c1:1",
  name: "words",
  parts: ["text"],
  async: true,
  persist: true,
  use: { keys, durable, ownStore, streams },
});

async function* body() {
  appendFileSync(orders.log, `${process.pid}\n`);
  for (const [index, word] of orders.text.split(" ").entries()) {
    if (index === orders.diesAt) process.kill(process.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, orders.takes ?? 0));
    yield { index, word, bytes: new Uint8Array([index]) };
  }
}

const found = descriptor.get1(orders.text);
const stream = (found === MISS ? descriptor.run([orders.text], () => body()) : found) as ReturnType<typeof body>;
const words: string[] = [];
for await (const { index, word, bytes } of stream) words.push(`${index}${word}${bytes[0]}`);
console.log(JSON.stringify(words));
