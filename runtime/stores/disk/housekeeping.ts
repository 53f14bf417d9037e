import { closeSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createFile, makeDirectory, removeFile, statOf } from "./files.ts";
import { type Pruned, type PruneLimits, prune, removeGone, sweep } from "./prune.ts";

const DAY = 86_400_000;
/** So many entries out of use are removed in one go. */
const AT_ONCE = 500;

interface HousekeepingOptions extends PruneLimits {
  /** Locks and unfinished files of other machines that are older, in milliseconds, are left over. */
  staleAfter: number;
}

/** Makes the directory of a disk store and keeps it tidy, beside what calls need. */
export class Housekeeping {
  private readonly root: string;
  private readonly options: HousekeepingOptions;
  private readonly now: () => number;
  private started = false;
  private prepared = false;
  private isTidying = false;

  /** `root` is where the entries of this format are, within the store's directory; `now` gives wall time in milliseconds. */
  constructor(root: string, options: HousekeepingOptions, now: () => number) {
    this.root = root;
    this.options = options;
    this.now = now;
  }

  /** Before anything else: removes what killed processes left. */
  start(): void {
    if (this.started) return;
    checkOwner(this.root);
    this.started = true;
    sweep(this.root, this.options.staleAfter);
  }

  /** Before the first write: prunes if nobody did so for a day. */
  prepare(): void {
    if (this.prepared) return;
    this.prepared = true;
    mkdirSync(dirname(dirname(this.root)), { recursive: true });
    makeDirectory(`${this.root}/tmp`);
    const marker = `${this.root}/pruned`;
    const last = statOf(marker)?.mtimeMs;
    if (last !== undefined && Math.abs(Date.now() - last) < DAY) return;
    // Made anew rather than opened: whatever else stands there is not followed.
    removeFile(marker);
    try {
      closeSync(createFile(marker));
    } catch (error) {
      // Another process has begun at the same moment, and prunes.
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
      throw error;
    }
    if (last === undefined) return;
    const timer = setTimeout(() => {
      try {
        this.prune();
      } catch {
        // Pruning is housekeeping: whatever is in its way will be in the way of a write too, which says so.
      }
    }, 1000);
    timer.unref();
  }

  /** Removes expired entries, code versions long unused, and the oldest entries above `maxBytes`. */
  prune(limits: Partial<PruneLimits> = {}): Pruned {
    sweep(this.root, this.options.staleAfter);
    return prune(this.root, { ...this.options, ...limits }, this.now());
  }

  /** Removes what clears have moved out of the way, a little at a time, so that no call waits for it. What this process does not get to the next prune does. */
  removeCleared(): void {
    if (removeGone(this.root, AT_ONCE) || this.isTidying) return;
    this.isTidying = true;
    const timer = setTimeout(() => {
      this.isTidying = false;
      try {
        this.removeCleared();
      } catch {
        // It is in nobody's way.
      }
    }, 20);
    timer.unref();
  }
}

/**
 * Whoever owns the directory decides what calls return.
 * @throws where that is neither this user nor root, or where a link stands in its place.
 */
function checkOwner(root: string): void {
  const stat = statOf(root);
  const user = process.geteuid?.();
  if (stat === undefined) return;
  if (!stat.isDirectory()) throw new Error(`${root} is not a directory`);
  if (user === undefined || user === 0 || stat.uid === user || stat.uid === 0) return;
  throw new Error(`${root} belongs to another user (${stat.uid}), so its entries are not trusted`);
}
