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

/** Entries that live as long as this object. Shares nothing with other stores, so a lock only orders its own callers. */
export class MemoryStore implements Store {
  readonly name: string;
  readonly sync = true;
  /** From the least to the most recently used. */
  private readonly entries = new Map<string, StoredEntry>();
  private readonly epochs = new Map<string, string>();
  private base = newEpoch();
  private readonly leases = new Map<string, { lost: boolean; origin: Origin; ended: Promise<void> }>();
  private readonly maxBytes: number;
  private readonly now: () => number;
  private readonly lockTimeout: number;
  private bytes = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.name = options.name ?? "memory";
    this.maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.now = options.now ?? Date.now;
    this.lockTimeout = options.lockTimeout ?? 60_000;
  }

  lookup(key: string): StoredEntry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (this.isExpired(entry.meta)) {
      this.remove(key);
      return undefined;
    }
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry;
  }

  write(key: string, bytes: Uint8Array, meta: Metadata): void {
    if (this.leases.get(key)?.lost) return;
    this.remove(key);
    if (bytes.length > Math.min(this.maxBytes, meta.maxBytes ?? Number.POSITIVE_INFINITY)) return;
    this.entries.set(key, { bytes, meta });
    this.bytes += bytes.length;
    this.limit(meta);
  }

  delete(key: string): void {
    this.remove(key);
    const lease = this.leases.get(key);
    if (lease !== undefined) lease.lost = true;
  }

  clear(functionId?: string): void {
    for (const [key, { meta }] of this.entries)
      if (functionId === undefined || meta.function === functionId) this.remove(key);
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
      const found = this.lookup(key);
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
    for (const [key, { meta }] of this.entries) if (this.isExpired(meta)) this.remove(key);
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

  private remove(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.bytes -= entry.bytes.length;
  }

  private limit({ function: id, hash, maxEntries, maxBytes }: Metadata): void {
    if (maxEntries !== undefined || maxBytes !== undefined) {
      const own = [...this.entries].filter(([, { meta }]) => meta.function === id && meta.hash === hash);
      let bytes = own.reduce((sum, [, entry]) => sum + entry.bytes.length, 0);
      let count = own.length;
      for (const [key, entry] of own) {
        if (count <= (maxEntries ?? count) && bytes <= (maxBytes ?? bytes)) break;
        count--;
        bytes -= entry.bytes.length;
        this.remove(key);
      }
    }
    for (const key of this.entries.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.remove(key);
    }
  }
}

/** Resolves after a time, without keeping the process alive. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(resolve, Math.min(milliseconds, 2 ** 31 - 1));
    (timer as { unref?: () => void }).unref?.();
  });
}
