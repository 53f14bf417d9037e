import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CommandError } from "../command.ts";

/** The TypeScript that a project has installed. */
export interface Compiler {
  bin: string;
  major: number;
}

export function findCompiler(cwd: string): Compiler {
  let path: string;
  try {
    path = createRequire(join(cwd, "package.json")).resolve("typescript/package.json");
  } catch {
    throw new CommandError("This project has no TypeScript.", "Install it: npm install -D typescript");
  }
  const { version, bin } = JSON.parse(readFileSync(path, "utf8")) as { version: string; bin: { tsc: string } };
  return { bin: join(dirname(path), bin.tsc), major: Number.parseInt(version, 10) };
}

/** Runs it to its end on this process's own streams. */
export async function runCompiler(compiler: Compiler, args: readonly string[], cwd: string): Promise<number> {
  return await exitOf(spawn(process.execPath, [compiler.bin, ...args], { cwd, stdio: "inherit" }));
}

/** Runs it until it is stopped, and calls `settled` each time that it has said something and is quiet again. */
export async function watchCompiler(
  compiler: Compiler,
  args: readonly string[],
  cwd: string,
  settled: () => void,
): Promise<number> {
  // TypeScript 7 is started by a script, which doesn't hand signals on: the two are a group that is told as one.
  const detached = process.platform !== "win32";
  const child = spawn(process.execPath, [compiler.bin, ...args], {
    cwd,
    detached,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    process.stdout.write(chunk);
    clearTimeout(timer);
    timer = setTimeout(settled, QUIET);
  });
  const stop = (signal: NodeJS.Signals) => {
    if (detached && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  for (const signal of STOPS) process.once(signal, stop);
  try {
    return await exitOf(child);
  } finally {
    clearTimeout(timer);
    for (const signal of STOPS) process.off(signal, stop);
  }
}

const STOPS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Milliseconds: what it prints of one compilation comes in several pieces, and the last one after the last file. */
const QUIET = 60;

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
