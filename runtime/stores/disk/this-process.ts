import { readFileSync, readlinkSync } from "node:fs";
import { digestOf } from "./paths.ts";

/** Who holds a lock or writes a temporary file. A process id alone is given again after a process has ended. */
export interface Holder {
  pid: number;
  /** When the process started, in the machine's own ticks; empty where that is not to be had. */
  start: string;
  /** The machine and, on Linux, the namespace in which the process id counts. */
  host: string;
}

let self: Holder | undefined;

/** This process. */
export function thisProcess(): Holder {
  self ??= {
    pid: process.pid,
    start: startOf(process.pid) ?? "",
    host: `${process.getBuiltinModule("node:os").hostname()}${pidNamespace()}`,
  };
  return self;
}

/* Libraries that only a write needs are loaded by the first one: a program that finds all its entries goes without. */
let count = 0;
const instance = Math.random().toString(36).slice(2, 10) || "0";

/** A text that no other thread of any process makes: `<host>-<pid>-<start>-<random>`. */
export function uniqueName(): string {
  const { pid, start, host } = thisProcess();
  const { threadId } = process.getBuiltinModule("node:worker_threads");
  const serial = `${instance}${threadId.toString(36)}z${(count++).toString(36)}`;
  return `${digestOf(host).slice(0, 8)}-${pid.toString(36)}-${start || "0"}-${serial}`;
}

/** Whether the process that made a unique name lives; `undefined` where that cannot be told from here. */
export function isMakerAlive(name: string): boolean | undefined {
  const [hostDigest, pid = "", start = ""] = name.split("-");
  const { host } = thisProcess();
  if (hostDigest !== digestOf(host).slice(0, 8)) return undefined;
  return isAlive({ pid: Number.parseInt(pid, 36), start: start === "0" ? "" : start, host });
}

/** False where the process has surely ended; `undefined` where that cannot be told from here. */
export function isAlive(holder: Holder): boolean | undefined {
  const { pid, start, host } = thisProcess();
  if (holder.host !== host) return undefined;
  if (holder.pid === pid) return holder.start === start;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  const now = startOf(holder.pid);
  return now === undefined || holder.start === "" || now === holder.start;
}

/** Field 22 of `/proc/<pid>/stat`; the second field, the program's name, may hold anything, so it is counted from its end. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // A process that has ended and was not yet collected by its parent holds nothing any more.
    return fields[0] === "Z" ? "ended" : fields[19];
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return process.platform === "linux" ? `/${readlinkSync("/proc/self/ns/pid")}` : "";
  } catch {
    return "";
  }
}
