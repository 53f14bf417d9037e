import { type DiskStore, diskStore } from "../runtime/stores/disk.ts";
import { CommandError } from "./command.ts";

/** The option of every command that looks at entries on disk, and what help says about it. */
export const diskOptions = { dir: { type: "string" }, json: { type: "boolean" } } as const;
export const DISK_HELP = `      --dir <path>  where the entries are; by default CACHET_DIR, or node_modules/.cache/cachet of the package
                    around the current directory. Name it where the program chose another with configure({ disk })
      --json        for machines: JSON on standard output`;

/** What the disk has of one function. */
export interface FunctionOnDisk {
  id: string;
  entries: number;
  bytes: number;
  /** Entries whose time is over but that nothing has removed yet. */
  expired: number;
  /** Code hashes that have entries: more than one after an edit or on a branch. */
  versions: string[];
  /** Milliseconds that computing the entries took: what a hit on each of them saves. */
  cost: number;
  /** When the newest was written, in milliseconds of wall time. */
  newest: number;
}

export function openDisk(directory: string | undefined): DiskStore {
  return diskStore(directory === undefined ? { now: Date.now } : { dir: directory, now: Date.now });
}

/** Runs an operation on the store; a failing file system is a message, not a stack trace. */
export function onDisk<T>(store: DiskStore, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw new CommandError(`The disk store in ${store.dir} failed: ${(error as Error).message}`);
  }
}

/** Sorted by bytes, the largest first. */
export function countEntries(store: DiskStore): FunctionOnDisk[] {
  const functions = new Map<string, FunctionOnDisk & { hashes: Set<string> }>();
  const now = Date.now();
  for (const entry of store.entries()) {
    const id = entry.function;
    const fresh = { id, entries: 0, bytes: 0, expired: 0, versions: [], cost: 0, newest: 0, hashes: new Set<string>() };
    const counted = functions.get(id) ?? fresh;
    functions.set(id, counted);
    counted.entries++;
    counted.bytes += entry.bytes;
    counted.cost += entry.cost;
    counted.newest = Math.max(counted.newest, entry.written);
    if (entry.expires !== undefined && entry.expires <= now) counted.expired++;
    counted.hashes.add(entry.hash);
  }
  return [...functions.values()]
    .map(({ hashes, ...counted }) => ({ ...counted, versions: [...hashes].sort() }))
    .sort((one, other) => other.bytes - one.bytes || (one.id < other.id ? -1 : 1));
}
