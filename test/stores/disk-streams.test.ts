import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { bundleWorker, temporaryDirectory } from "./bundle.ts";
import type { StreamOrders } from "./stream-worker.ts";

const worker = bundleWorker("./stream-worker.ts");
const base = temporaryDirectory("disk-streams");
afterAll(base.remove);

let dir: string;
let log: string;
let count = 0;
beforeEach(() => {
  dir = join(base.path, `test-${++count}`);
  log = join(base.path, `log-${count}`);
});

async function read(orders: Partial<StreamOrders> = {}): Promise<string[]> {
  const told = JSON.stringify({ dir, log, text: "to be or", ...orders });
  const { VITEST: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [worker, told], { env });
  return JSON.parse(stdout) as string[];
}
const runs = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);
const WORDS = ["0to0", "1be1", "2or2"];

describe("a persisted stream", () => {
  it("is read by the next process without running", async () => {
    expect(await read()).toEqual(WORDS);
    expect(await read()).toEqual(WORDS);
    expect(runs()).toBe(1);
  });

  it("is made once by two processes at once", async () => {
    expect(await Promise.all([read({ takes: 100 }), read({ takes: 100 })])).toEqual([WORDS, WORDS]);
    expect(runs()).toBe(1);
  });

  it("leaves nothing where its process dies in the middle", async () => {
    await expect(read({ diesAt: 2 })).rejects.toMatchObject({ signal: "SIGKILL" });
    expect(await read()).toEqual(WORDS);
    expect(await read()).toEqual(WORDS);
    expect(runs()).toBe(2);
  });
});
