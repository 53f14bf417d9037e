import { readFileSync, readlinkSync } from "node:fs";
import { digestOf } from "./paths.ts";

/** Who holds a lock or writes a temporary file: a thread of a process. An id alone is given again after its owner has ended. */
export interface Holder {
  pid: number;
  /** The thread, by the system's number for it; 0 where the system does not tell. */
  thread: number;
  /** When the thread started, in the machine's own ticks; empty where the system does not tell. */
  start: string;
  /** The machine since it was started and, on Linux, the namespace in which process ids count. */
  host: string;
}

let self: Holder | undefined;

/** This thread of this process. */
export function thisProcess(): Holder {
  const thread = threadOf();
  self ??= {
    pid: process.pid,
    thread,
    start: startOf(process.pid, thread) ?? "",
    host: `${process.getBuiltinModule("node:os").hostname()}${bootOf()}${pidNamespace()}`,
  };
  return self;
}

/* Libraries that only a write needs are loaded by the first one: a program that finds all its entries goes without. */
let count = 0;
const instance = Math.random().toString(36).slice(2, 10) || "0";

/** A text that no other thread of any process makes: `<host>-<pid>.<thread>-<start>-<random>`. */
export function uniqueName(): string {
  const { pid, thread, start, host } = thisProcess();
  const { threadId } = process.getBuiltinModule("node:worker_threads");
  const serial = `${instance}${threadId.toString(36)}z${(count++).toString(36)}`;
  return `${digestOf(host).slice(0, 8)}-${pid.toString(36)}.${thread.toString(36)}-${start || "0"}-${serial}`;
}

/** Whether the thread that made a unique name lives; `undefined` where that cannot be told from here. */
export function isMakerAlive(name: string): boolean | undefined {
  const [hostDigest, owner = "", start = ""] = name.split("-");
  const [pid = "", thread = ""] = owner.split(".");
  const { host } = thisProcess();
  if (hostDigest !== digestOf(host).slice(0, 8)) return undefined;
  return isAlive({
    pid: Number.parseInt(pid, 36),
    thread: Number.parseInt(thread, 36),
    start: start === "0" ? "" : start,
    host,
  });
}

/**
 * False where the holder has surely ended, `undefined` where only its heartbeat can tell: on another machine or in another
 * container, or where the system does not say which thread of a process lives.
 */
export function isAlive(holder: Holder): boolean | undefined {
  const own = thisProcess();
  const { pid, thread, start } = holder;
  if (holder.host !== own.host) return undefined;
  if (pid === own.pid && thread === own.thread && start === own.start) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  if (thread === 0 || start === "") return undefined;
  return startOf(pid, thread) === start;
}

/** Field 22 of a thread's `stat`; the second field, the program's name, may hold anything, so it is counted from its end. */
function startOf(pid: number, thread: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    // One that has ended and was not yet collected by its parent holds nothing any more.
    return fields[0] === "Z" ? "ended" : fields[19];
  } catch {
    return undefined;
  }
}

/** The system's number of this thread: `/proc/thread-self` leads to `<pid>/task/<thread>`. */
function threadOf(): number {
  if (self !== undefined) return self.thread;
  try {
    if (process.platform !== "linux") return 0;
    return Number(/\/task\/(\d+)$/.exec(readlinkSync("/proc/thread-self"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Tells one start of a machine from the next, and two machines of one name apart. */
function bootOf(): string {
  try {
    return process.platform === "linux" ? `/${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}` : "";
  } catch {
    return "";
  }
}

function pidNamespace(): string {
  try {
    return process.platform === "linux" ? `/${readlinkSync("/proc/self/ns/pid")}` : "";
  } catch {
    return "";
  }
}
