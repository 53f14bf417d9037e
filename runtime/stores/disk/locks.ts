import { closeSync, constants, readSync, renameSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createFile, openRegular, statOf } from "./files.ts";
import { type Holder, isAlive, thisProcess, uniqueName } from "./this-process.ts";

/** A lock file this process holds, and what stands in it. */
export interface HeldLock {
  path: string;
  text: Buffer;
}

/** A lock has no text yet when it was just created, and an entry for a text when it is about to become one; after so many milliseconds its maker must have died. */
const NEWBORN = 2000;

/** A lock's text is shorter than so many bytes; more is none, and not read. */
const LONGEST_HOLDER = 1024;

/** Makes the lock file, or says that somebody has it. */
export function tryLock(path: string): HeldLock | undefined {
  const text = Buffer.from(JSON.stringify({ ...thisProcess(), token: uniqueName() }));
  try {
    createWith(path, text);
    return { path, text };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

/** Makes a new file with a text; a full disk must not leave an empty lock behind. */
function createWith(path: string, text: Buffer): void {
  const fd = createFile(path);
  try {
    writeFileSync(fd, text);
  } catch (error) {
    remove(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** The lock's file, open, while the lock is still this process's: it goes when the entry is cleared or its holder is taken for dead. */
export function openIfHeld({ path, text }: HeldLock): number | undefined {
  let fd: number | undefined;
  try {
    fd = openRegular(path, constants.O_RDWR);
  } catch {
    return undefined;
  }
  if (fd === undefined) return undefined;
  try {
    const found = Buffer.allocUnsafe(text.length + 1);
    if (readSync(fd, found, 0, found.length, 0) === text.length && text.compare(found, 0, text.length) === 0) return fd;
  } catch {
    // What cannot be read is no lock of this process either.
  }
  closeSync(fd);
  return undefined;
}

/** True while the lock is still this process's. */
export function isHeld(lock: HeldLock): boolean {
  const fd = openIfHeld(lock);
  if (fd === undefined) return false;
  closeSync(fd);
  return true;
}

/** Gives the lock back, if it is still this process's. */
export function unlock(lock: HeldLock): void {
  if (isHeld(lock)) remove(lock.path);
}

/** Shows others that the holder lives, where they cannot see its process. */
export function refreshLock(lock: HeldLock, now: number): void {
  try {
    if (isHeld(lock)) utimesSync(lock.path, now / 1000, now / 1000);
  } catch {
    // A lock that cannot be refreshed is taken over by others in time; nothing is wrong by that.
  }
}

/**
 * Removes a lock whose holder has ended. Returns true where the lock is free now. A holder whose life cannot be checked
 * (another machine or container) is taken for dead after `staleAfter` milliseconds without a sign.
 */
export function removeIfDead(path: string, staleAfter: number): boolean {
  const holder = readHolder(path);
  // Asked for second: a lock without a holder's text that an entry is being written into has just been changed.
  const age = ageOf(path);
  if (age === undefined) return true;
  const isDead = holder === undefined ? age > NEWBORN : (isAlive(holder) ?? age <= staleAfter) === false;
  if (!isDead) return false;
  return takeAway(path, holder?.token);
}

/** Renaming before removing makes sure that of many who see a dead lock one removes it, and none removes its successor. */
function takeAway(path: string, token: string | undefined): boolean {
  const aside = `${path}.${uniqueName()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
  if (readHolder(aside)?.token === token) {
    remove(aside);
    return true;
  }
  try {
    renameSync(aside, path);
  } catch {
    remove(aside);
  }
  return false;
}

function readHolder(path: string): (Holder & { token: string }) | undefined {
  let fd: number | undefined;
  try {
    fd = openRegular(path, constants.O_RDONLY);
    if (fd === undefined) return undefined;
    const text = Buffer.allocUnsafe(LONGEST_HOLDER);
    const holder: unknown = JSON.parse(text.toString("utf8", 0, readSync(fd, text, 0, text.length, 0)));
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function isHolder(value: unknown): value is Holder & { token: string } {
  const { pid, thread, start, host, token } = (value ?? {}) as Record<string, unknown>;
  const isNumbered = Number.isInteger(pid) && Number.isInteger(thread);
  return isNumbered && typeof start === "string" && typeof host === "string" && typeof token === "string";
}

/** Milliseconds by the file system's own times, so that no clock but one is asked. */
function ageOf(path: string): number | undefined {
  const stat = statOf(path);
  return stat === undefined ? undefined : Math.abs(Date.now() - stat.mtimeMs);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else was faster, or the disk has become read-only: then nobody can lock anyway.
  }
}
