import { mkdirSync, openSync, readdirSync, renameSync, rmdirSync, type Stats, statSync, unlinkSync } from "node:fs";
import { uniqueName } from "./this-process.ts";

/** The names in a directory; none where there is no such directory. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** What is known about a file; `undefined` where there is none. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Removes a file; one that is already gone is fine. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") throw error;
  }
}

/** A new, empty file, open for writing. */
export function createFile(path: string): number {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    return openSync(path, "wx");
  }
}

/**
 * Moves a finished file to its place in one step: readers see the old content or the new one. False where the file is gone,
 * which is how a clear keeps it from its place.
 */
export function publish(from: string, to: string, directory: string): boolean {
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(from, to);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" && statOf(from) === undefined) return false;
      if (attempt === 3) throw error;
      if (code === "ENOENT") mkdirSync(directory, { recursive: true });
      else if (code === "EISDIR" || code === "ENOTEMPTY" || code === "EEXIST") makeRoom(to);
      // Windows refuses to replace a file that somebody reads at this very moment.
      else if (code === "EPERM" || code === "EACCES" || code === "EBUSY") pause(5 << attempt);
      else throw error;
    }
  }
}

/** A directory stands where an entry belongs. Its content is not ours, so one that is not empty is moved aside. */
function makeRoom(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    renameSync(path, `${path}.aside-${uniqueName()}`);
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
