import { newEpoch } from "./new-epoch.ts";
import type { Lease, Metadata, Origin, Store, StoredEntry, Waiting } from "./store.ts";

/** A store in memory: the reference that shows what a store does, and the stand-in where nothing durable is to be had. */
export interface MemoryStoreOptions {
  /** Shown in warnings. */
  name?: string;
  /** Most bytes of all entries together; the least recently used go first. Default: no limit. */
  maxBytes?: number;
  /** Wall time in milliseconds. */
  now?: () => number;
  /** How long `lock` waits for another holder, in milliseconds. */
  lockTimeout?: number;
}

/** Beyond so many epochs everything begins anew. */
const MOST_EPOCHS = 10_000;

/** The entries of one code version of a function, from the least to the most recently used. */
interface Version {
  entries: Map<string, StoredEntry & { used: number }>;
  bytes: number;
}

/** Entries that live as long as this object. Shares nothing with other stores, so a lock only orders its own callers. */
export class MemoryStore implements Store {
  readonly name: string;
  readonly sync = true;
  /** By function and code version, so that a clear lets go of what it is about as a whole. */
  private readonly functions = new Map<string, Map<string, Version>>();
  private readonly epochs = new Map<string, string>();
  private base = newEpoch();
  private readonly leases = new Map<string, { lost: boolean; origin: Origin; ended: Promise<void> }>();
  private readonly maxBytes: number;
  private readonly now: () => number;
  readonly lockTimeout: number;
  private bytes = 0;
  private uses = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.name = options.name ?? "memory";
    this.maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.now = options.now ?? Date.now;
    this.lockTimeout = options.lockTimeout ?? 60_000;
  }

  lookup(key: string, origin: Origin): StoredEntry | undefined {
    const version = this.versionOf(origin);
    const entry = version?.entries.get(key);
    if (version === undefined || entry === undefined) return undefined;
    if (this.isExpired(entry.meta)) {
      this.remove(version, key);
      return undefined;
    }
    version.entries.delete(key);
    version.entries.set(key, { ...entry, used: ++this.uses });
    return entry;
  }

  write(key: string, bytes: Uint8Array, meta: Metadata): void {
    if (this.leases.get(key)?.lost) return;
    const version = this.versionOf(meta) ?? this.newVersion(meta);
    this.remove(version, key);
    if (bytes.length > Math.min(this.maxBytes, meta.maxBytes ?? Number.POSITIVE_INFINITY)) return;
    version.entries.set(key, { bytes, meta, used: ++this.uses });
    version.bytes += bytes.length;
    this.bytes += bytes.length;
    this.limit(version, meta);
  }

  delete(key: string, origin: Origin): void {
    const version = this.versionOf(origin);
    if (version !== undefined) this.remove(version, key);
    const lease = this.leases.get(key);
    if (lease !== undefined) lease.lost = true;
  }

  clear(functionId?: string): void {
    const cleared = functionId === undefined ? [...this.functions.keys()] : [functionId];
    for (const id of cleared) {
      for (const { bytes } of this.functions.get(id)?.values() ?? []) this.bytes -= bytes;
      this.functions.delete(id);
    }
    for (const lease of this.leases.values())
      if (functionId === undefined || lease.origin.function === functionId) lease.lost = true;
  }

  readEpochs(scopes: readonly string[]): string[] {
    return scopes.map((scope) => this.epochs.get(scope) ?? this.base);
  }

  renewEpochs(scopes: readonly string[]): void {
    for (const scope of scopes) this.epochs.set(scope, newEpoch());
    if (this.epochs.size <= MOST_EPOCHS) return;
    this.epochs.clear();
    this.base = newEpoch();
  }

  async lock(key: string, origin: Origin, waiting?: Waiting): Promise<Lease | undefined> {
    const until = performance.now() + this.lockTimeout;
    for (let held = this.leases.get(key); held !== undefined && !held.lost; held = this.leases.get(key)) {
      const left = until - performance.now();
      if (left <= 0) return undefined;
      await Promise.race([held.ended, pause(left)]);
      const found = this.lookup(key, origin);
      if (found !== undefined && found.meta.written !== waiting?.seen) return undefined;
    }
    return this.lease(key, origin);
  }

  /** Nobody else can release a lease while this thread waits, so one that is held is not waited for. */
  lockSync(key: string, origin: Origin): Lease | undefined {
    const held = this.leases.get(key);
    return held !== undefined && !held.lost ? undefined : this.lease(key, origin);
  }

  prune(): void {
    for (const version of this.versions())
      for (const [key, { meta }] of version.entries) if (this.isExpired(meta)) this.remove(version, key);
  }

  private versionOf({ function: id, hash }: Origin): Version | undefined {
    return this.functions.get(id)?.get(hash);
  }

  private newVersion({ function: id, hash }: Origin): Version {
    const version: Version = { entries: new Map(), bytes: 0 };
    const versions = this.functions.get(id) ?? new Map<string, Version>();
    this.functions.set(id, versions.set(hash, version));
    return version;
  }

  private *versions(): Generator<Version> {
    for (const versions of this.functions.values()) yield* versions.values();
  }

  private lease(key: string, origin: Origin): Lease {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const lease = { lost: false, origin, ended };
    this.leases.set(key, lease);
    return {
      release: () => {
        if (this.leases.get(key) === lease) this.leases.delete(key);
        end();
      },
    };
  }

  private isExpired(meta: Metadata): boolean {
    return meta.expires !== undefined && meta.expires <= this.now();
  }

  private remove(version: Version, key: string): void {
    const entry = version.entries.get(key);
    if (entry === undefined) return;
    version.entries.delete(key);
    version.bytes -= entry.bytes.length;
    this.bytes -= entry.bytes.length;
  }

  private limit(version: Version, { maxEntries, maxBytes }: Metadata): void {
    for (const key of version.entries.keys()) {
      if (
        version.entries.size <= (maxEntries ?? Number.POSITIVE_INFINITY) &&
        version.bytes <= (maxBytes ?? Number.POSITIVE_INFINITY)
      )
        break;
      this.remove(version, key);
    }
    while (this.bytes > this.maxBytes) this.removeOldest();
  }

  private removeOldest(): void {
    let oldest: Version | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const version of this.versions()) {
      const { used } = firstOf(version.entries.values()) ?? { used: Number.POSITIVE_INFINITY };
      if (used < since) [oldest, since] = [version, used];
    }
    const key = firstOf(oldest?.entries.keys());
    if (oldest !== undefined && key !== undefined) this.remove(oldest, key);
  }
}

const firstOf = <T>(items: Iterator<T> | undefined): T | undefined => items?.next().value as T | undefined;

/** Resolves after a time, without keeping the process alive. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, Math.min(milliseconds, 2 ** 31 - 1));
    (timer as { unref?: () => void }).unref?.();
  });
}
