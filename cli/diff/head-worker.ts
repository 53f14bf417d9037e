/** The thread of `readHeadAside`. */
import { parentPort, workerData } from "node:worker_threads";
import { readHead } from "./head.ts";

parentPort?.postMessage(readHead(workerData));
