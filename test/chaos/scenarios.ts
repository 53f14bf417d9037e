import { clears, clearsOnDisk, clearsOnRedis } from "./clears.ts";
import { fuzzDecoding } from "./decode-fuzz.ts";
import { failingOver, oneServer, threeMasters } from "./faulty-redis.ts";
import { killDiskWriters, killRedisWriters } from "./kill-writers.ts";
import type { Counts, Length } from "./scenario.ts";

/** What `npm run chaos` does, each for its share of the time. The tests do the same with a few rounds. */
export interface Scenario {
  name: string;
  share: number;
  /** @throws for the first wrong value. */
  run(length: Length): Promise<Counts>;
}

/** The parts of a run, in order. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "writers to disk killed", share: 2, run: killDiskWriters },
  { name: "writers to Redis killed", share: 1, run: killRedisWriters },
  { name: "file system faults, damaged files", share: 2, run: clearsOnDisk },
  { name: "changed entries decoded", share: 1, run: (length) => fuzzDecoding(length, 5000) },
  { name: "clears, store with epochs", share: 1, run: (length) => clears(length, true) },
  { name: "clears, epochs as entries", share: 1, run: (length) => clears(length, false) },
  { name: "Redis, one server", share: 2, run: (length) => clearsOnRedis(length, oneServer) },
  { name: "Redis, failovers", share: 2, run: (length) => clearsOnRedis(length, failingOver) },
  { name: "Redis, cluster", share: 2, run: (length) => clearsOnRedis(length, threeMasters) },
];
