import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { bundleWorker, temporaryDirectory } from "../stores/bundle.ts";
import { run, start } from "../stores/processes.ts";
import { RedisServer } from "../stores/redis-server.ts";
import type { Counts, Length } from "./scenario.ts";

const NUMBERS = Array.from({ length: 40 }, (_, n) => n);
const LOAD = "pkg/src/load.ts#load";

/** Two processes that write and clear all the time, each killed at a random moment, `rounds` times in all. What is left is whole. */
export async function killDiskWriters(length: Length): Promise<Counts> {
  const worker = bundleWorker("./disk-worker.ts");
  const base = temporaryDirectory("kill");
  const dir = join(base.path, "cache");
  const reader = new DiskStore({ dir });
  const counts = { kills: 0, "entries read": 0 };
  try {
    await bothUntil(length, async () => {
      const { child, report } = start(worker, { dir, size: 20_000, steps: [], forever: true });
      report.catch(() => {});
      await killed(child);
      counts.kills++;
      // A torn entry would throw here.
      for (const { path, function: id, hash } of reader.entries()) {
        counts["entries read"]++;
        if (id !== LOAD || hash !== "c1:1") throw new Error(`${path} is an entry of ${id}, ${hash}`);
      }
    });
    const last = await run(worker, { dir, size: 20_000, steps: NUMBERS.map((n) => ["call", n]) });
    if (JSON.stringify(last.results) !== JSON.stringify(NUMBERS)) throw new Error(`wrong values: ${last.results}`);
    if (last.warnings.length + last.errors.length > 0) throw new Error(`${last.warnings} ${last.errors}`);
    const left = readdirSync(dir, { recursive: true }).filter((name) => /\.(tmp|lock)|aside/.test(String(name)));
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    return counts;
  } finally {
    base.remove();
  }
}

/** The same on Redis: two machines are killed, a third goes on all the time and gets right values only. */
export async function killRedisWriters(length: Length): Promise<Counts> {
  const worker = bundleWorker("./redis-worker.ts");
  const server = await RedisServer.start();
  const begin = () =>
    spawn(process.execPath, [worker, server.url, "1", "forever"], { stdio: ["ignore", "pipe", "inherit"] });
  const counts = { kills: 0 };
  const survivor = begin();
  try {
    await bothUntil(length, async () => {
      await killed(begin());
      counts.kills++;
    });
    await killed(survivor);
    return counts;
  } finally {
    survivor.kill("SIGKILL");
    await server.kill();
  }
}

/** Two at a time, until there were enough. */
async function bothUntil({ rounds, isOver }: Length, round: () => Promise<void>): Promise<void> {
  let begun = 0;
  const work = async () => {
    while (begun < rounds && (begun < 2 || !isOver())) {
      begun++;
      await round();
    }
  };
  await Promise.all([work(), work()]);
}

/** Waits until a process is at work, and kills it at a random moment. */
async function killed(child: ChildProcess): Promise<void> {
  let said = "";
  child.stdout?.on("data", (text) => {
    said += text;
  });
  const ended = new Promise<string>((resolve) =>
    child.once("close", (code, signal) => resolve(String(signal ?? code))),
  );
  await Promise.race([ended, new Promise((resolve) => child.stdout?.once("data", resolve))]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
  child.kill("SIGKILL");
  const how = await ended;
  if (how !== "SIGKILL" || said.includes("WRONG")) throw new Error(`a process ended with ${how}: ${said}`);
}
