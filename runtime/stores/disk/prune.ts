import { renameSync, rmdirSync, utimesSync } from "node:fs";
import { entriesIn, type FileOfEntry } from "./disk-limits.ts";
import { readMetadata } from "./entry-file.ts";
import { makeDirectory, namesIn, removeFile, statOf } from "./files.ts";
import { removeIfDead } from "./locks.ts";
import { ENTRY_FILE, isFunctionDirectory, isVersionDirectory, LOCK_FILE, lockPrefix, TEMPORARY_FILE } from "./paths.ts";
import { isMakerAlive, uniqueName } from "./this-process.ts";

/** How long what nobody uses stays. */
export interface PruneLimits {
  /** Code versions that no process has used for this many milliseconds go. */
  maxAge: number;
  /** Most bytes of the whole directory: entries of code versions no longer used go first, the oldest before others. */
  maxBytes: number;
}

/** What a prune removed. */
export interface Pruned {
  entries: number;
  bytes: number;
}

/** One code version of a function on disk. `used` is when a process last started to use it, to the hour. */
export interface VersionOnDisk {
  directory: string;
  used: number;
}

/** Every code version of every function below the root of a store. */
export function* versionsIn(root: string, functionDirectory?: string): Generator<VersionOnDisk> {
  const functions = functionDirectory === undefined ? namesIn(root).filter(isFunctionDirectory) : [functionDirectory];
  for (const name of functions) {
    if (statOf(`${root}/${name}`)?.isDirectory() !== true) continue;
    for (const version of namesIn(`${root}/${name}`)) {
      if (!isVersionDirectory(version)) continue;
      const directory = `${root}/${name}/${version}`;
      const stat = statOf(directory);
      if (stat?.isDirectory()) yield { directory, used: stat.mtimeMs };
    }
  }
}

/** A code version counts as used from now on; noted at most once an hour. */
export function noteVersionUse(directory: string, now: number): void {
  const stat = statOf(directory);
  if (stat !== undefined && Math.abs(now - stat.mtimeMs) > 3_600_000) touch(directory, now);
}

/** Sets the time of last use. Where that cannot be written nothing can be removed either, so it does not matter then. */
export function touch(path: string, time: number): void {
  try {
    utimesSync(path, time / 1000, time / 1000);
  } catch {
    // A read-only disk, or gone already.
  }
}

/**
 * Removes expired entries, code versions that were not used for long, and the oldest entries above the total size.
 * Files and directories of any other name are left alone.
 */
export function prune(root: string, limits: PruneLimits, wall: number): Pruned {
  removeGone(root, Number.POSITIVE_INFINITY);
  const removed: Pruned = { entries: 0, bytes: 0 };
  const drop = (entry: FileOfEntry) => {
    removeFile(entry.path);
    removed.entries++;
    removed.bytes += entry.bytes;
  };
  const now = Date.now();
  const kept: { entry: FileOfEntry; used: number }[] = [];
  for (const version of versionsIn(root)) {
    const isOld = now - version.used > limits.maxAge;
    for (const entry of entriesIn(version.directory)) {
      if (isOld || hasExpired(entry.path, wall)) drop(entry);
      else kept.push({ entry, used: version.used });
    }
    if (isOld) removeDirectory(version.directory);
    else restoreUse(version);
  }
  kept.sort((a, b) => b.used - a.used || b.entry.used - a.entry.used);
  let bytes = 0;
  for (const { entry } of kept) {
    bytes += entry.bytes;
    if (bytes > limits.maxBytes) drop(entry);
  }
  for (const name of namesIn(root)) if (isFunctionDirectory(name)) removeDirectory(`${root}/${name}`);
  return removed;
}

/** An unfinished file of another machine or container is taken for left behind after this many milliseconds. */
const LEFT_BEHIND = 86_400_000;

/** Removes what killed processes left: unfinished files and locks. Never throws. */
export function sweep(root: string, staleAfter: number): void {
  try {
    for (const name of namesIn(`${root}/tmp`)) {
      if (!TEMPORARY_FILE.test(name)) continue;
      const path = `${root}/tmp/${name}`;
      const isAlive = isMakerAlive(name);
      const age = Math.abs(Date.now() - (statOf(path)?.mtimeMs ?? 0));
      if (isAlive === false || (isAlive === undefined && age > LEFT_BEHIND)) removeFile(path);
    }
    for (const name of namesIn(`${root}/locks`))
      if (LOCK_FILE.test(name)) removeIfDead(`${root}/locks/${name}`, staleAfter);
  } catch {
    // Where nothing can be removed nothing can be written either, and a write says so.
  }
}

/** What a clear put out of use lies here until it is removed, in directories that nothing reads. */
const goneDirectory = (root: string): string => `${root}/gone`;

/** Moves a code version's directory away in one step, however many entries it holds. Nothing of it counts any more. */
export function moveAway(root: string, directory: string): void {
  const to = `${goneDirectory(root)}/${directory.slice(root.length + 1).replace("/", "~")}~${uniqueName()}`;
  try {
    renameSync(directory, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || statOf(directory) === undefined) return;
    makeDirectory(goneDirectory(root));
    renameSync(directory, to);
  }
}

/** Removes up to so many entries of what was moved away. True when nothing is left of it. */
export function removeGone(root: string, most: number): boolean {
  let left = most;
  for (const name of namesIn(goneDirectory(root))) {
    const directory = `${goneDirectory(root)}/${name}`;
    if (statOf(directory)?.isDirectory() !== true) continue;
    const others: string[] = [];
    for (const entry of namesIn(directory)) {
      if (!ENTRY_FILE.test(entry)) others.push(entry);
      else if (left-- <= 0) return false;
      else removeFile(`${directory}/${entry}`);
    }
    putBack(root, name, others);
    removeDirectory(directory);
  }
  return true;
}

/** What is not ours was only moved along: it goes back to its place. */
function putBack(root: string, gone: string, names: readonly string[]): void {
  const [fn, version] = gone.split("~") as [string, string];
  if (names.length === 0 || !isFunctionDirectory(fn) || !isVersionDirectory(version)) return;
  makeDirectory(`${root}/${fn}/${version}`);
  for (const name of names) {
    const to = `${root}/${fn}/${version}/${name}`;
    if (statOf(to) === undefined) renameSync(`${goneDirectory(root)}/${gone}/${name}`, to);
  }
}

/** Removes the locks of one function, or all: whoever computes under one then keeps the result to itself. */
export function breakLocks(root: string, functionId: string | undefined): void {
  const prefix = functionId === undefined ? "" : lockPrefix(functionId);
  for (const name of namesIn(`${root}/locks`))
    if (LOCK_FILE.test(name) && name.startsWith(prefix)) removeFile(`${root}/locks/${name}`);
}

/** Removes a directory that holds nothing; one that holds anything stays. */
export function removeDirectory(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Not empty, or gone already.
  }
}

function hasExpired(path: string, wall: number): boolean {
  const expires = readMetadata(path)?.expires;
  return expires !== undefined && expires <= wall;
}

/** Removing entries makes a directory look used; that must not keep an old code version alive. */
function restoreUse({ directory, used }: VersionOnDisk): void {
  if (statOf(directory)?.mtimeMs !== used) touch(directory, used);
}
