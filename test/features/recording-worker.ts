/* One process of several that record into the folder that it is told, with two threads. */
import { isMainThread, threadId, Worker, workerData } from "node:worker_threads";
import { encodeValue } from "../../runtime/codec/codec.ts";
import { RecordingStore } from "../../runtime/recordings/recording-store.ts";

const [dir = workerData as string] = process.argv.slice(2);
const store = new RecordingStore(dir, { isReadOnly: false });
const record = (n: unknown) =>
  store.write(`${n}`, encodeValue({ n, text: "x".repeat(2000) }), { function: "f", hash: "c1:0", written: 0, cost: 0 });

if (isMainThread) new Worker(new URL(import.meta.url), { workerData: dir });
for (let i = 0; i < 300; i++) record(i % 10);
record(`${process.pid}.${threadId}`);
