import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { bundleWorker, temporaryDirectory } from "./bundle.ts";
import { type Running, run, start } from "./processes.ts";

const worker = bundleWorker("./disk-worker.ts");
const base = temporaryDirectory("kill");
afterAll(base.remove);

/** Writers are killed this often, at random moments; two of them write all the time. */
const KILLS = 200;
const LIMIT = 45_000;

it("kill -9 of one of two writers at a random moment, hundreds of times, leaves nothing torn and nothing behind [B195][B200]", async () => {
  const dir = join(base.path, "cache");
  const orders = { dir, size: 20_000, steps: [], forever: true };
  const reader = new DiskStore({ dir });
  const from = Date.now();
  let kills = 0;
  let seen = 0;
  const writer = async () => {
    while (kills < KILLS && Date.now() - from < LIMIT) {
      const running = start(worker, orders);
      await untilReady(running);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      running.child.kill("SIGKILL");
      const ended = await running.report.then(
        () => "by itself",
        (error: Error) => error.message,
      );
      expect(ended).not.toContain("WRONG");
      expect(ended).toContain("SIGKILL");
      kills++;
      // Every entry that is there is whole; a torn one would throw here.
      for (const { path, function: id, hash } of reader.entries()) {
        seen++;
        expect([id, hash], path).toEqual(["pkg/src/load.ts#load", "c1:1"]);
      }
    }
  };
  await Promise.all([writer(), writer()]);
  expect(kills).toBeGreaterThan(50);
  expect(seen).toBeGreaterThan(0);
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  const last = await run(worker, { dir, size: 20_000, steps: numbers.map((n) => ["call", n]) });
  expect(last).toMatchObject({ results: numbers, warnings: [], errors: [] });
  const left = readdirSync(dir, { recursive: true }).filter((name) => /\.(tmp|lock)|aside/.test(String(name)));
  expect(left).toEqual([]);
}, 120_000);

function untilReady(running: Running): Promise<void> {
  return new Promise((resolve) => {
    running.child.stdout?.once("data", () => resolve());
    running.child.once("close", () => resolve());
  });
}
