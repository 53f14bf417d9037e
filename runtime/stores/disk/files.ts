import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";
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

/** What is made here is this user's alone: results may be confidential. */
const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/** Makes a directory for this user alone, and those above it as the system does. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: PRIVATE_DIRECTORY });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT") throw error;
    makeDirectory(dirname(path));
    makeDirectory(path);
  }
}

/** Something other than a file stands where a file of ours belongs: a link, a pipe, a device. It is never read or followed. */
export class NoFileError extends Error {
  override readonly name: string = "NoFileError";
}

const SAFELY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file that exists; `undefined` if there is none.
 * @throws NoFileError for anything but a regular file.
 */
export function openRegular(path: string, flags: number): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, flags | SAFELY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "ELOOP" || code === "EMLINK" || code === "ENXIO" || code === "EISDIR")
      throw new NoFileError(`${path} is not a file`);
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new NoFileError(`${path} is not a file`);
}

export function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Nothing depends on it.
  }
}

/** What is known about a file, not about what a link leads to; `undefined` where there is none. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
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
    return openSync(path, "wx", PRIVATE_FILE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    makeDirectory(dirname(path));
    return openSync(path, "wx", PRIVATE_FILE);
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
      if (code === "ENOENT") makeDirectory(directory);
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
