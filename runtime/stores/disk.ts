import { closeSync } from "node:fs";
import { resolve } from "node:path";
import { state } from "../registry.ts";
import { DiskLimits, entriesIn } from "./disk/disk-limits.ts";
import { FOREIGN, readEntry, readMetadata, writeEntry } from "./disk/entry-file.ts";
import { EpochLog } from "./disk/epoch-log.ts";
import { createFile, publish, removeFile, statOf } from "./disk/files.ts";
import { Housekeeping } from "./disk/housekeeping.ts";
import { lockAttempts } from "./disk/lock-attempts.ts";
import { type HeldLock, isHeld, openIfHeld, refreshLock, unlock } from "./disk/locks.ts";
import {
  defaultDirectory,
  digestOf,
  entryPath,
  FORMAT,
  functionDirectory,
  lockPath,
  versionDirectory,
} from "./disk/paths.ts";
import {
  breakLocks,
  moveAway,
  noteVersionUse,
  type Pruned,
  removeDirectory,
  removeGone,
  touch,
  versionsIn,
} from "./disk/prune.ts";
import { uniqueName } from "./disk/this-process.ts";
import { Leases } from "./leases.ts";
import type { Invalidation, Lease, Metadata, Origin, Store, StoredEntry, Waiting } from "./store.ts";

/** How a disk store behaves. Everything is optional. */
export interface DiskStoreOptions {
  /** Directory of the entries. Default: `CACHET_DIR`, else `node_modules/.cache/cachet` of the package around the working directory. */
  dir?: string;
  /** Code versions that no process has used for this many milliseconds are removed. Default: 30 days. */
  maxAge?: number;
  /** Most bytes of the whole directory; checked once a day and by `prune`. Default: 1 GiB. */
  maxBytes?: number;
  /** Longest wait, in milliseconds, for another process that computes the same entry. Default: one minute. */
  lockTimeout?: number;
  /** Longest such wait within a computation that holds a lock itself. Default: five seconds. */
  nestedLockTimeout?: number;
  /** A holder of another machine or container that was not heard of for so many milliseconds is taken for dead. Default: 30 seconds. */
  staleAfter?: number;
  /** Wall time in milliseconds. Default: the clock given to `configure`. */
  now?: () => number;
}

/** An entry on disk, as `entries()` tells it. */
export interface DiskEntry extends Metadata {
  path: string;
  /** Bytes of the value. */
  bytes: number;
}

/** A thread that stands still for so many milliseconds is told of. */
const SLOW = 2000;

/**
 * Entries as files: one per entry, written beside its place and renamed into it, so that a reader sees a whole one or
 * none, whatever happens to a writer. Every operation answers at once. Safe for any number of processes.
 */
export class DiskStore implements Store {
  readonly name = "disk";
  readonly sync = true;
  readonly hasChecksum = true;
  readonly transfersBytes = true;
  /** Where the entries are. */
  readonly dir: string;
  private readonly root: string;
  readonly lockTimeout: number;
  private readonly options: Required<Pick<DiskStoreOptions, "nestedLockTimeout" | "staleAfter">>;
  private readonly now: () => number;
  private readonly limits = new DiskLimits();
  /** Locks of this store by key; a write whose lock has gone meanwhile must not land. */
  private readonly leases: Leases<HeldLock>;
  private readonly directories = new Map<string, string>();
  private last: (Origin & { directory: string }) | undefined = undefined;
  private readonly used = new Set<string>();
  private readonly log: EpochLog;
  private readonly listeners = new Set<(change: Invalidation) => void>();
  private readonly housekeeping: Housekeeping;

  constructor(options: DiskStoreOptions = {}) {
    this.dir = options.dir === undefined ? defaultDirectory() : resolve(options.dir);
    this.root = `${this.dir}/v${FORMAT}`;
    this.log = new EpochLog(`${this.root}/clears`, () => `${this.root}/tmp/${uniqueName()}.tmp`);
    this.now = options.now ?? (() => state.settings.clock.wall());
    const {
      maxAge = 30 * 86_400_000,
      maxBytes = 2 ** 30,
      lockTimeout = 60_000,
      nestedLockTimeout = 5000,
      staleAfter = 30_000,
    } = options;
    this.lockTimeout = lockTimeout;
    this.options = { nestedLockTimeout, staleAfter };
    this.housekeeping = new Housekeeping(this.root, { maxAge, maxBytes, staleAfter }, this.now);
    this.leases = new Leases({
      renew: (lock) => refreshLock(lock, Date.now()),
      interval: staleAfter / 3,
      giveBack: unlock,
    });
  }

  /** @throws DamagedEntryError for a damaged file, which the next write replaces; the file system's error for an unreadable one. */
  lookup(key: string, origin: Origin): StoredEntry | undefined {
    this.housekeeping.start();
    const digest = digestOf(key);
    const directory = this.versionOf(origin);
    const path = entryPath(directory, digest);
    const found = readEntry(path, digest, origin);
    if (found === undefined || found === FOREIGN || !this.isGood(found.meta)) return undefined;
    this.noteUse(directory, found.isLimited ? path : undefined);
    return { meta: found.meta, bytes: found.bytes };
  }

  /**
   * Under a lock the entry is written into the lock's own file, which then takes the entry's place. So a clear, which removes
   * the lock, keeps the entry from its place at any moment, and there is one file to make and none to remove.
   */
  write(key: string, bytes: Uint8Array, meta: Metadata): void {
    const lock = this.leases.get(key);
    const fd = lock === undefined ? undefined : openIfHeld(lock);
    if (lock !== undefined && fd === undefined) return;
    this.housekeeping.prepare();
    const digest = digestOf(key);
    const directory = this.versionOf(meta);
    const path = entryPath(directory, digest);
    const unfinished = lock?.path ?? `${this.root}/tmp/${uniqueName()}.tmp`;
    try {
      writeAndClose(fd ?? createFile(unfinished), lock?.text.length ?? 0, digest, bytes, meta);
      if (!publish(unfinished, path, directory)) return;
    } catch (error) {
      removeQuietly(unfinished);
      throw error;
    }
    this.leases.drop(key);
    this.used.add(directory);
    this.limits.enforce(directory, path, bytes.length, meta);
  }

  delete(key: string, origin: Origin): void {
    const digest = digestOf(key);
    const directory = this.versionOf(origin);
    removeFile(lockPath(this.root, origin.function, digest));
    removeFile(entryPath(directory, digest));
  }

  /** Moves entries out of the way, one directory for each code version; they are then removed little by little. */
  clear(functionId?: string): void {
    const only = functionId === undefined ? undefined : functionDirectory(functionId);
    breakLocks(this.root, functionId);
    for (const { directory } of [...versionsIn(this.root, only)]) {
      moveAway(this.root, directory);
      removeDirectory(directory.slice(0, directory.lastIndexOf("/")));
    }
    this.housekeeping.removeCleared();
  }

  readEpochs(scopes: readonly string[], make: boolean): readonly (string | undefined)[] {
    this.housekeeping.start();
    this.poll();
    if (make) this.housekeeping.prepare();
    return this.log.read(scopes, make);
  }

  /** @throws where the disk takes nothing. */
  renewEpochs(scopes: readonly string[]): void {
    if (statOf(this.root) === undefined) return;
    this.housekeeping.start();
    this.log.renew(scopes);
  }

  /** Looks whether another process cleared anything: one question about a file. */
  poll(): void {
    const change = this.log.look();
    if (change !== undefined) for (const listener of this.listeners) listener(change);
  }

  onInvalidate(listener: (change: Invalidation) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Removes at once what clears have moved out of the way; it also goes by itself. */
  removeCleared(): void {
    removeGone(this.root, Number.POSITIVE_INFINITY);
  }

  async lock(key: string, origin: Origin, waiting?: Waiting): Promise<Lease | undefined> {
    const attempt = this.attempts(key, origin, waiting);
    for (let pause = attempt(); ; pause = attempt()) {
      if (typeof pause !== "number") return pause;
      await new Promise((resolve) => setTimeout(resolve, pause as number));
    }
  }

  lockSync(key: string, origin: Origin, waiting?: Waiting): Lease | undefined {
    // While this thread waits it cannot release what it holds itself.
    const mine = this.leases.get(key);
    if (mine !== undefined && isHeld(mine)) return undefined;
    const attempt = this.attempts(key, origin, waiting);
    const slow = performance.now() + SLOW;
    let isSlow = false;
    for (let pause = attempt(); ; pause = attempt()) {
      if (typeof pause !== "number") return pause;
      if (!isSlow && performance.now() >= slow) {
        isSlow = true;
        waiting?.slow?.();
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }

  /** Removes expired entries, code versions long unused, and the oldest entries above `maxBytes`. Runs by itself once a day. */
  prune(limits: { maxAge?: number; maxBytes?: number } = {}): Pruned {
    return this.housekeeping.prune(limits);
  }

  /** Every entry on disk that can be read, of every function and code version. */
  *entries(): Generator<DiskEntry> {
    for (const { directory } of versionsIn(this.root)) {
      for (const { path } of entriesIn(directory)) {
        const found = readMetadata(path);
        if (found !== undefined) yield { ...found, path };
      }
    }
  }

  close(): void {
    this.leases.close();
  }

  /** Most calls ask for the directory of one function's code version again and again. */
  private versionOf(origin: Origin): string {
    const { last } = this;
    if (last?.function === origin.function && last.hash === origin.hash) return last.directory;
    const id = `${origin.hash}\n${origin.function}`;
    let directory = this.directories.get(id);
    if (directory === undefined) {
      directory = versionDirectory(this.root, origin);
      this.directories.set(id, directory);
    }
    this.last = { function: origin.function, hash: origin.hash, directory };
    return directory;
  }

  /** Notes that a code version is in use, once, and a use of an entry where its order decides what goes first. */
  private noteUse(directory: string, entry: string | undefined): void {
    if (entry !== undefined) touch(entry, Date.now());
    if (this.used.has(directory)) return;
    this.used.add(directory);
    noteVersionUse(directory, Date.now());
  }

  /** Times to live count from the write; a clock that was set back since would make an entry live too long. */
  private isGood(meta: Metadata): boolean {
    if (meta.expires === undefined) return true;
    const now = this.now();
    return meta.expires > now && meta.written <= now;
  }

  private attempts(key: string, origin: Origin, waiting: Waiting | undefined): () => Lease | undefined | number {
    const digest = digestOf(key);
    const { staleAfter, nestedLockTimeout } = this.options;
    const attempt = lockAttempts({
      lock: lockPath(this.root, origin.function, digest),
      entry: entryPath(this.versionOf(origin), digest),
      longest: waiting?.nested ? nestedLockTimeout : this.lockTimeout,
      staleAfter,
    });
    return () => {
      const outcome = attempt();
      return typeof outcome === "object" ? this.leases.hold(key, outcome) : outcome;
    };
  }
}

/** The store behind `persist: true` in Node; give one to `configure({ disk })` to change how it behaves. */
export function diskStore(options: DiskStoreOptions = {}): DiskStore {
  return new DiskStore(options);
}

function writeAndClose(fd: number, before: number, digest: string, bytes: Uint8Array, meta: Metadata): void {
  try {
    writeEntry(fd, before, digest, bytes, meta);
  } finally {
    closeSync(fd);
  }
}

function removeQuietly(path: string): void {
  try {
    removeFile(path);
  } catch {
    // The error of the write itself says what is wrong.
  }
}
