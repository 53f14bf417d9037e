import { Leases } from "../leases.ts";
import { MemoryStore } from "../memory.ts";
import type { Invalidation, Lease, Metadata, Origin, Store, StoredEntry, Waiting } from "../store.ts";
import {
  clearLeases,
  type Database,
  enforceLimits,
  openDatabase,
  pruneDatabase,
  type Row,
  readEpochs,
  removeCleared,
  renewEpochs,
} from "./database.ts";

/** How an IndexedDB store behaves. Everything is optional. */
export interface IndexedDBStoreOptions {
  /** Name of the database. Default: `cachet`. */
  name?: string;
  /** Entries that no page has used for this many milliseconds are removed. Default: 30 days. */
  maxAge?: number;
  /** Most bytes of all entries; checked once a day, by `prune`, and when the browser's own quota is used up. Default: 256 MiB. */
  maxBytes?: number;
  /** Longest wait, in milliseconds, for another tab that computes the same entry. Default: one minute. */
  lockTimeout?: number;
  /** Longest such wait within a computation that holds a lock itself. Default: five seconds. */
  nestedLockTimeout?: number;
  /** Wall time in milliseconds. Default: the clock given to `configure`. */
  now?: () => number;
}

const DAY = 86_400_000;

/**
 * Entries in the browser's database: they survive a reload and are shared by all tabs of an origin. Loaded by the first call
 * that needs it: so it imports nothing of what a page loads first, and is handed the clock.
 */
export class IndexedDBStore implements Store {
  readonly name = "indexeddb";
  readonly sync = false;
  /** The database makes new memory for each answer; where there is none and memory answers, bytes are never changed either. */
  readonly transfersBytes = true;
  readonly lockTimeout: number;
  private readonly options: Required<Omit<IndexedDBStoreOptions, "now" | "lockTimeout">>;
  private readonly now: () => number;
  private opened: Promise<Database> | undefined;
  /** Takes over where the browser has no database to give, as in some private windows. */
  private memory: MemoryStore | undefined;
  /** Tokens of the leases this page holds; the browser's own locks end with the page, so none is renewed. */
  private readonly leases: Leases<{ token: string; release: () => void }>;
  private readonly listeners = new Set<(change: Invalidation) => void>();
  private channel: BroadcastChannel | undefined;
  private isPruned = false;

  constructor(options: IndexedDBStoreOptions & { now: () => number }) {
    const {
      name = "cachet",
      maxAge = 30 * DAY,
      maxBytes = 2 ** 28,
      lockTimeout = 60_000,
      nestedLockTimeout = 5000,
    } = options;
    this.options = { name, maxAge, maxBytes, nestedLockTimeout };
    this.lockTimeout = lockTimeout;
    this.now = options.now;
    this.leases = new Leases({ giveBack: ({ release }, key) => this.giveBack(key, release) });
  }

  async lookup(key: string, origin: Origin): Promise<StoredEntry | undefined> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.lookup(key, origin);
    const row = await database.get("entries", key);
    if (row === undefined || !this.isGood(row.meta)) return undefined;
    this.noteUse(database, key, row);
    return { bytes: row.bytes, meta: row.meta };
  }

  async write(key: string, bytes: Uint8Array, meta: Metadata): Promise<void> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.write(key, bytes, meta);
    const version = `${meta.hash} ${meta.function}`;
    // A view is stored with all of the buffer behind it.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    const row: Row = { bytes: own, meta, function: meta.function, version, used: Date.now() };
    try {
      await this.put(database, key, row);
    } catch (error) {
      if ((error as Error).name !== "QuotaExceededError") throw error;
      await pruneDatabase(database, this.now(), 0, (await this.size(database)) / 2);
      await this.put(database, key, row);
    }
    await enforceLimits(database, version, key, meta);
    await this.pruneDaily(database);
  }

  async delete(key: string, origin: Origin): Promise<void> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.delete(key, origin);
    const transaction = database.transaction(["entries", "leases"], "readwrite");
    await transaction.objectStore("leases").delete(key);
    await transaction.objectStore("entries").delete(key);
    await transaction.done;
  }

  async clear(functionId?: string): Promise<void> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.clear(functionId);
    await clearLeases(database, functionId);
    await removeCleared(database, functionId);
  }

  async readEpochs(scopes: readonly string[]): Promise<string[]> {
    const database = await this.database();
    return database instanceof MemoryStore ? database.readEpochs(scopes) : readEpochs(database, scopes);
  }

  async renewEpochs(scopes: readonly string[]): Promise<void> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.renewEpochs(scopes);
    await renewEpochs(database, scopes);
    this.announce({ scopes });
  }

  /** The browser's own locks: they span all tabs and end with the tab that holds them. */
  async lock(key: string, origin: Origin, waiting?: Waiting): Promise<Lease | undefined> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.lock(key, origin, waiting);
    if (typeof navigator === "undefined" || navigator.locks === undefined) return undefined;
    const before = (await database.get("entries", key))?.meta.written;
    const release = await this.acquire(
      lockName(key, waiting),
      waiting?.nested ? this.options.nestedLockTimeout : this.lockTimeout,
    );
    if (release === undefined) return undefined;
    try {
      const now = await database.get("entries", key);
      if (now !== undefined && now.meta.written !== before) {
        release();
        return undefined;
      }
      return await this.lease(database, key, origin, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Removes expired entries, those long unused, and the longest unused above `maxBytes`. Runs by itself once a day. */
  async prune(): Promise<void> {
    const database = await this.database();
    if (database instanceof MemoryStore) return database.prune();
    await pruneDatabase(database, this.now(), Date.now() - this.options.maxAge, this.options.maxBytes);
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    this.channel?.close();
    this.channel = undefined;
    const database = await opened?.catch(() => undefined);
    database?.close();
  }

  /** Other tabs tell what they cleared. */
  onInvalidate(listener: (change: Invalidation) => void): () => void {
    this.listeners.add(listener);
    this.connect();
    return () => this.listeners.delete(listener);
  }

  /** @throws once where there is no database, as in some private windows and in workers of servers; from then on entries are kept in memory. */
  private async database(): Promise<Database | MemoryStore> {
    if (this.memory !== undefined) return this.memory;
    this.opened ??= openDatabase(this.options.name, () => {
      this.opened = undefined;
    });
    try {
      return await this.opened;
    } catch (error) {
      if (this.memory !== undefined) return this.memory;
      this.memory = new MemoryStore({ maxBytes: this.options.maxBytes, now: this.now });
      const instead = "give configure({ stores }) a store that lasts, and persist its name";
      throw new Error(
        `there is no IndexedDB here, so entries last as long as this page or worker: ${instead} (${String(error)})`,
        { cause: error },
      );
    }
  }

  /** A clock that was set back since the write would make an entry live too long. */
  private isGood(meta: Metadata): boolean {
    const now = this.now();
    return meta.expires === undefined || (meta.expires > now && meta.written <= now);
  }

  /** The order of use decides what goes first: exactly where a function has limits, to the hour elsewhere. */
  private noteUse(database: Database, key: string, row: Row): void {
    const now = Date.now();
    const isLimited = row.meta.maxEntries !== undefined || row.meta.maxBytes !== undefined;
    if (now - row.used < (isLimited ? 1 : 3_600_000)) return;
    const note = async () => {
      const transaction = database.transaction("entries", "readwrite");
      const current = await transaction.store.get(key);
      if (current !== undefined && current.used === row.used)
        await transaction.store.put({ ...current, used: now }, key);
      await transaction.done;
    };
    // A use that is not noted costs nothing but the order.
    note().catch(() => {});
  }

  /** Writes the entry, unless the lease it was computed under was lost: cleared meanwhile. */
  private async put(database: Database, key: string, row: Row): Promise<void> {
    const transaction = database.transaction(["entries", "leases"], "readwrite", { durability: "relaxed" });
    const token = this.leases.get(key)?.token;
    const settled = transaction.done;
    // The transaction's failure is the one that says what is wrong; its requests fail with it.
    settled.catch(() => {});
    if (token === undefined || (await transaction.objectStore("leases").get(key))?.token === token)
      transaction
        .objectStore("entries")
        .put(row, key)
        .catch(() => {});
    await settled;
  }

  private async size(database: Database): Promise<number> {
    let bytes = 0;
    for await (const cursor of database.transaction("entries").store) bytes += cursor.value.bytes.length;
    return bytes;
  }

  private async pruneDaily(database: Database): Promise<void> {
    if (this.isPruned) return;
    this.isPruned = true;
    const now = Date.now();
    if (Math.abs(now - ((await database.get("notes", "pruned")) ?? 0)) < DAY) return;
    await database.put("notes", now, "pruned");
    await this.prune();
  }

  /** Waits for the browser's lock; resolves with what gives it back, or with nothing after so many milliseconds. */
  private acquire(name: string, timeout: number): Promise<(() => void) | undefined> {
    return new Promise((resolve, reject) => {
      const hold = () => new Promise<void>((release) => resolve(release));
      navigator.locks
        .request(`${this.options.name} ${name}`, { signal: AbortSignal.timeout(timeout) }, hold)
        .catch((error: Error) =>
          error.name === "TimeoutError" || error.name === "AbortError" ? resolve(undefined) : reject(error),
        );
    });
  }

  private async lease(database: Database, key: string, origin: Origin, release: () => void): Promise<Lease> {
    const token = `${Date.now()}-${Math.random()}`;
    await database.put("leases", { token, function: origin.function }, key);
    return this.leases.hold(key, { token, release });
  }

  private async giveBack(key: string, release: () => void): Promise<void> {
    try {
      await (await this.opened)?.delete("leases", key);
    } catch {
      // A lease without its lock means nothing; the next holder writes over it.
    }
    release();
  }

  private announce(change: Invalidation): void {
    this.connect();
    this.channel?.postMessage(change);
  }

  private connect(): void {
    if (this.channel !== undefined || typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel(`cachet ${this.options.name}`);
    this.channel.onmessage = ({ data }: MessageEvent<Invalidation>) => {
      for (const listener of this.listeners) listener(data);
    };
  }
}

/** Who computes since a clear does not wait for who began before it. */
const lockName = (key: string, waiting: Waiting | undefined): string =>
  waiting?.epochs === undefined ? key : `${key} ${Object.values(waiting.epochs).join(" ")}`;
