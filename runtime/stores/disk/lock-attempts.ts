import { statOf } from "./files.ts";
import { type HeldLock, removeIfDead, tryLock } from "./locks.ts";

/** What is tried: times are in milliseconds. */
export interface LockRequest {
  /** Path of the lock file. */
  lock: string;
  /** Path of the entry that the present holder may be about to write. */
  entry: string;
  /** Longest wait for another holder. */
  longest: number;
  /** A holder whose life cannot be checked is taken for dead after this. */
  staleAfter: number;
}

/**
 * One try for a lock after another: each gives the lock, `undefined` where there is no more to wait for (another holder
 * has finished, the wait took too long, or nothing can be locked), or how many milliseconds to wait before the next.
 */
export function lockAttempts({ lock, entry, longest, staleAfter }: LockRequest): () => HeldLock | undefined | number {
  const before = signature(entry);
  const until = performance.now() + longest;
  let pause = 1;
  let removed = 0;
  return () => {
    const now = signature(entry);
    if (now !== "" && now !== before) return undefined;
    const held = lockIfPossible(lock);
    if (held === "impossible") return undefined;
    if (held !== undefined) return held;
    const left = until - performance.now();
    if (left <= 0) return undefined;
    // What is removed and still there again and again must not keep this thread busy.
    if (removeIfDead(lock, staleAfter) && removed++ < 3) return 0;
    pause = Math.min(pause * 1.5, 50);
    return Math.min(pause, left);
  };
}

/** Where nothing can be written, the write itself will say so; the lock is only a courtesy to other processes. */
function lockIfPossible(path: string): HeldLock | undefined | "impossible" {
  try {
    return tryLock(path);
  } catch {
    return "impossible";
  }
}

/** Tells one file from the one that later takes its place. */
function signature(path: string): string {
  const stat = statOf(path);
  return stat === undefined ? "" : `${stat.ino}-${stat.mtimeMs}-${stat.ctimeMs}`;
}
