import { digest, latin1 } from "#platform";
import { state } from "../registry.ts";
import { newEpoch } from "./new-epoch.ts";
import type { Metadata, Origin, Store, StoredEntry } from "./store.ts";

/** The part of Keyv that the bridge uses, so that any version with it will do. */
export interface KeyvLike {
  get(keys: string[]): Promise<unknown[]>;
  set(key: string, value: unknown, ttl?: number): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  disconnect?(): Promise<unknown>;
  on?(event: "error", listener: (error: unknown) => void): unknown;
}

/** How the bridge behaves. Everything is optional. */
export interface KeyvStoreOptions {
  /** Shown in warnings. Default: `keyv`. */
  name?: string;
  /** Wall time in milliseconds. Default: the clock given to `configure`. */
  now?: () => number;
}

/** An entry in Keyv. */
interface Item {
  format: 2;
  meta: Metadata;
  bytes: string;
}

/** Entries of one code version that has limits, the least recently used first: identifier and bytes. */
type Index = [id: string, bytes: number][];

/**
 * Any Keyv storage as a store. Keyv cannot list or lock, so what a clear put out of use stays until its time to live ends or it
 * is written again, limits are kept in a list next to the entries, and nothing makes other processes wait. Limits are exact
 * within one process.
 */
class KeyvStore implements Store {
  readonly name: string;
  readonly sync = false;
  private readonly keyv: KeyvLike;
  private readonly now: () => number;
  private readonly making = new Map<string, Promise<string>>();
  private queue: Promise<unknown> = Promise.resolve();
  /** Operations under way. Which of them an event is about it does not say. */
  private readonly asking = new Set<{ failures: unknown[] }>();

  constructor(keyv: KeyvLike, { name = "keyv", now }: KeyvStoreOptions) {
    this.keyv = keyv;
    this.name = name;
    this.now = now ?? (() => state.settings.clock.wall());
    // Keyv tells of failures by an event and answers as if nothing was found.
    keyv.on?.("error", (error) => {
      for (const { failures } of this.asking) failures.push(error);
    });
  }

  async lookup(key: string, _origin: Origin): Promise<StoredEntry | undefined> {
    const [found] = await this.ask(() => this.keyv.get([entryId(key)]));
    if (!isItem(found)) return undefined;
    if (found.meta.expires !== undefined && found.meta.expires <= this.now()) return undefined;
    if (isLimited(found.meta)) await this.inOrder(() => this.touch(entryId(key), found.meta));
    return { bytes: fromBase64(found.bytes), meta: found.meta };
  }

  async write(key: string, bytes: Uint8Array, meta: Metadata): Promise<void> {
    const id = entryId(key);
    const life = meta.expires === undefined ? undefined : Math.ceil(meta.expires - this.now());
    if (life !== undefined && life <= 0) return;
    const item: Item = { format: 2, meta, bytes: toBase64(bytes) };
    await this.ask(() => this.keyv.set(id, item, life));
    if (isLimited(meta)) await this.inOrder(() => this.limit(id, bytes.length, meta));
  }

  async delete(key: string, _origin: Origin): Promise<void> {
    await this.ask(() => this.keyv.delete(entryId(key)));
  }

  /** Keyv cannot list: what has new epochs is out of use, and goes with its time to live or the next write. */
  async clear(): Promise<void> {}

  /** A Keyv with a time to live for everything loses epochs too; what carries them is then a miss. */
  async readEpochs(scopes: readonly string[], make: boolean): Promise<(string | undefined)[]> {
    const found = await this.ask(() => this.keyv.get(scopes.map(epochId)));
    return Promise.all(
      scopes.map((scope, i) => {
        const epoch = found[i];
        if (typeof epoch === "string") return epoch;
        return make ? this.makeEpoch(scope) : undefined;
      }),
    );
  }

  async renewEpochs(scopes: readonly string[]): Promise<void> {
    await Promise.all(scopes.map((scope) => this.ask(() => this.keyv.set(epochId(scope), newEpoch()))));
  }

  async close(): Promise<void> {
    await this.keyv.disconnect?.();
  }

  /** Calls that begin together share a new epoch, since a second one would put the first out of use. */
  private makeEpoch(scope: string): Promise<string> {
    let made = this.making.get(scope);
    if (made === undefined) {
      const epoch = newEpoch();
      made = this.ask(() => this.keyv.set(epochId(scope), epoch))
        .then(() => epoch)
        .finally(() => this.making.delete(scope));
      this.making.set(scope, made);
    }
    return made;
  }

  private async ask<T>(operation: () => Promise<T>): Promise<T> {
    const asked = { failures: [] as unknown[] };
    this.asking.add(asked);
    try {
      const result = await operation();
      if (asked.failures.length > 0) throw asked.failures[0];
      return result;
    } finally {
      this.asking.delete(asked);
    }
  }

  /** Lists are read, changed and written back, so one after the other. */
  private inOrder<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action);
    this.queue = result.catch(() => {});
    return result;
  }

  private async index(meta: Metadata): Promise<[key: string, index: Index]> {
    const key = `cachet:v:${digest(`${meta.hash} ${meta.function}`)}`;
    const [index] = await this.ask(() => this.keyv.get([key]));
    return [key, Array.isArray(index) ? (index as Index) : []];
  }

  private async touch(id: string, meta: Metadata): Promise<void> {
    const [key, index] = await this.index(meta);
    const own = index.find(([each]) => each === id);
    if (own === undefined || index.at(-1) === own) return;
    await this.ask(() => this.keyv.set(key, [...index.filter((each) => each !== own), own]));
  }

  private async limit(id: string, size: number, meta: Metadata): Promise<void> {
    const { maxEntries = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = meta;
    const [key, index] = await this.index(meta);
    const next: Index = [...index.filter(([each]) => each !== id), [id, size]];
    let bytes = next.reduce((sum, [, each]) => sum + each, 0);
    while (next.length > 1 && (next.length > maxEntries || bytes > maxBytes)) {
      const [oldest, freed] = next.shift() as Index[number];
      bytes -= freed;
      await this.ask(() => this.keyv.delete(oldest));
    }
    await this.ask(() => this.keyv.set(key, next));
  }
}

/** `keyvStore(new Keyv({ store }))`: any Keyv storage behind `persist: "name"`. */
export function keyvStore(keyv: KeyvLike, options: KeyvStoreOptions = {}): Store {
  return new KeyvStore(keyv, options);
}

const entryId = (key: string): string => `cachet:e:${digest(key)}`;
const epochId = (scope: string): string => `cachet:epoch:${scope}`;
const isLimited = (meta: Metadata): boolean => meta.maxEntries !== undefined || meta.maxBytes !== undefined;

function isItem(value: unknown): value is Item {
  const item = value as Partial<Item> | null | undefined;
  return (
    typeof item === "object" && item?.format === 2 && typeof item.bytes === "string" && typeof item.meta === "object"
  );
}

const toBase64 = (bytes: Uint8Array): string => btoa(latin1(bytes));
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
