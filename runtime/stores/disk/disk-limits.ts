import type { Metadata } from "../store.ts";
import { namesIn, removeFile, statOf } from "./files.ts";
import { ENTRY_FILE } from "./paths.ts";

/** An entry's file, as the file system knows it. */
export interface FileOfEntry {
  path: string;
  bytes: number;
  /** Last use in milliseconds: entries under a limit are touched when they are read. */
  used: number;
}

/** Every entry in one directory. A file that goes away meanwhile is left out. */
export function entriesIn(directory: string): FileOfEntry[] {
  const result: FileOfEntry[] = [];
  for (const name of namesIn(directory)) {
    if (!ENTRY_FILE.test(name)) continue;
    const path = `${directory}/${name}`;
    const stat = statOf(path);
    if (stat?.isFile()) result.push({ path, bytes: stat.size, used: stat.mtimeMs });
  }
  return result;
}

/** What is remembered of a directory between two writes into it. */
interface KnownDirectory {
  /** Writes and bytes of this process since the directory was last looked at. */
  writes: number;
  bytes: number;
  /** Oldest first: what was there when it was last listed in full. Whatever came or was used later is newer. */
  queue: FileOfEntry[];
}

/**
 * Keeps code versions within their limits. A directory is looked at again once this process has added half a percent
 * of a limit, so that limits of a few hundred entries hold exactly and a large one does not cost a listing per write.
 */
export class DiskLimits {
  private readonly known = new Map<string, KnownDirectory>();

  /** Removes the least recently used entries of a code version until its limits hold. `kept` was just written. */
  enforce(directory: string, kept: string, size: number, { maxEntries, maxBytes }: Metadata): void {
    if (maxEntries === undefined && maxBytes === undefined) return;
    const known = this.known.get(directory) ?? { writes: 0, bytes: 0, queue: [] };
    this.known.set(directory, known);
    known.writes++;
    known.bytes += size;
    if (maxEntries !== undefined && known.writes > maxEntries / 200) {
      known.writes = 0;
      const count = namesIn(directory).filter((name) => ENTRY_FILE.test(name)).length;
      removeOldest(known, directory, kept, count - maxEntries);
    }
    if (maxBytes !== undefined && known.bytes > maxBytes / 200) {
      known.bytes = 0;
      removeBytes(directory, kept, maxBytes);
    }
  }
}

function removeOldest(known: KnownDirectory, directory: string, kept: string, surplus: number): void {
  let left = surplus;
  for (let listed = false; left > 0; ) {
    const oldest = known.queue.shift();
    if (oldest === undefined) {
      if (listed) return;
      listed = true;
      known.queue = byAge(directory, kept);
      continue;
    }
    if (statOf(oldest.path)?.mtimeMs !== oldest.used) continue;
    removeFile(oldest.path);
    left--;
  }
}

function removeBytes(directory: string, kept: string, maxBytes: number): void {
  const entries = byAge(directory, undefined);
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  for (const entry of entries) {
    if (bytes <= maxBytes) return;
    if (entry.path === kept) continue;
    bytes -= entry.bytes;
    removeFile(entry.path);
  }
}

const byAge = (directory: string, left: string | undefined): FileOfEntry[] =>
  entriesIn(directory)
    .filter(({ path }) => path !== left)
    .sort((a, b) => a.used - b.used);
