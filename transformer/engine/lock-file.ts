import { mkdirSync, rmdirSync, statSync } from "node:fs";

/** Milliseconds. */
const TIMEOUT = 1000;
const PAUSE = 5;
/** The holder was killed: nobody takes so long. */
const ABANDONED = 10_000;

/**
 * Runs something while no other process does so under the same path. Does nothing where the lock isn't had in time: what
 * is not saved is made again.
 */
export function withLock(path: string, action: () => void): void {
  const end = Date.now() + TIMEOUT;
  while (!lock(path)) {
    if (Date.now() > end) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  try {
    action();
  } finally {
    rmdirSync(path);
  }
}

function lock(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const time = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (time !== undefined && Date.now() - time > ABANDONED) rmdirSync(path);
    return false;
  }
}
