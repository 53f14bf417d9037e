import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { bundleWorker, temporaryDirectory } from "./bundle.ts";
import type { Orders } from "./disk-worker.ts";
import { run, start } from "./processes.ts";

const worker = bundleWorker("./disk-worker.ts");
const base = temporaryDirectory("disk-stale");
afterAll(base.remove);

let dir: string;
let log: string;
let count = 0;
beforeEach(() => {
  dir = join(base.path, `test-${++count}`);
  log = join(base.path, `log-${count}`);
});

const orders = (more: Partial<Orders> = {}): Orders => ({
  dir,
  log,
  async: true,
  ttl: 10,
  stale: { refresh: 1000, error: 1000, retry: 30 },
  steps: [["call", 1]],
  ...more,
});
const runs = () => readFileSync(log, "utf8").trim().split("\n").length;
const OLD = { shift: 15_000 };

describe("a stale entry on disk", () => {
  it("is served by several processes at once, and replaced by one run of one of them", async () => {
    await run(worker, orders());
    const at = Date.now() + 1500;
    const all = Array.from({ length: 4 }, () => run(worker, orders({ ...OLD, at, takes: 500 })));
    for (const report of await Promise.all(all))
      expect(report).toMatchObject({ results: [1], warnings: [], errors: [] });
    expect(runs()).toBe(2);
    expect(await run(worker, orders(OLD))).toMatchObject({ runs: 0, results: [1] });
    expect(runs()).toBe(2);
  });

  it("stays where the process that replaces it is killed, and the next one replaces it", async () => {
    await run(worker, orders());
    const { child } = start(worker, orders({ ...OLD, takes: 60_000 }));
    await expect.poll(runs, { timeout: 20_000 }).toBe(2);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    expect(await run(worker, orders(OLD))).toMatchObject({ results: [1], warnings: [], errors: [] });
    expect(runs()).toBe(3);
    expect(await run(worker, orders(OLD))).toMatchObject({ runs: 0 });
  });
});
