import { type ChildProcess, spawn } from "node:child_process";
import type { Orders, Report } from "./disk-worker.ts";

/** A worker under way. */
export interface Running {
  child: ChildProcess;
  /** What it reports, once it has ended by itself. */
  report: Promise<Report>;
}

/** Starts the worker of `disk-worker.ts`, bundled as `file`. */
export function start(file: string, orders: Orders, before: readonly string[] = []): Running {
  const command = [...before, process.execPath, file, JSON.stringify(orders)];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let problems = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    problems += chunk;
  });
  const report = new Promise<Report>((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (code === 0) resolve(JSON.parse(out.trim().split("\n").at(-1) as string) as Report);
      else reject(new Error(`worker ended with ${code ?? signal}: ${out}${problems}`));
    });
    child.on("error", reject);
  });
  report.catch(() => {});
  return { child, report };
}

/** Runs the worker to its end. */
export const run = (file: string, orders: Orders, before?: readonly string[]): Promise<Report> =>
  start(file, orders, before).report;
