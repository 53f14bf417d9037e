import { createHash, randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { state } from "../registry.ts";
import { Leases } from "./leases.ts";
import { Connection, type Server } from "./redis/connection.ts";
import { CLEAR, DELETE, HOLD, LOCK, WRITE } from "./redis/scripts.ts";
import type { Lease, Metadata, Origin, Store, StoredEntry, Waiting } from "./store.ts";

/** How a Redis store behaves. Everything is optional. */
export interface RedisStoreOptions {
  /** Address (`redis://…`, `rediss://…`), options of ioredis, or a client whose settings are taken over. Default: this machine, port 6379. */
  server?: Server;
  /** What all keys start with, so that several projects can share a server. Default: `cachet`. */
  namespace?: string;
  /** Longest wait, in milliseconds, for a connection or an answer; then the value is computed. Default: one second. */
  timeout?: number;
  /** Longest pause, in milliseconds, between two attempts to reach a server that is away. Default: ten seconds. */
  maxPause?: number;
  /** Largest value in bytes; a larger one is not stored. Default: 64 MiB; the server's own limit is 512 MiB. */
  maxValueBytes?: number;
  /** Longest wait, in milliseconds, for another machine that computes the same entry. Default: one minute. */
  lockTimeout?: number;
  /** Longest such wait within a computation that holds a lock itself. Default: five seconds. */
  nestedLockTimeout?: number;
  /** A machine that computes renews its lock; one that has not for so many milliseconds is taken for dead. Default: ten seconds. */
  staleAfter?: number;
  /** Wall time in milliseconds. Default: the clock given to `configure`. */
  now?: () => number;
}

type Change = { key?: string; function?: string };
type Command = (...args: (string | number | Buffer)[]) => Promise<unknown>;
type Scripts = Record<"cachetWrite" | "cachetLock" | "cachetHold" | "cachetDelete" | "cachetClear", Command>;

/** Entries on a Redis or Valkey server, shared by any number of machines. */
export class RedisStore implements Store {
  readonly name = "redis";
  readonly sync = false;
  private readonly options: Required<Omit<RedisStoreOptions, "now">>;
  private readonly now: () => number;
  private readonly prefix: string;
  private readonly channel: string;
  private readonly instance = randomUUID();
  private readonly commands: Connection;
  private readonly messages: Connection;
  private readonly leases: Leases<string>;
  private readonly listeners = new Set<(change: Change) => void>();
  /** Resolves when messages are received for the first time, or cannot be. */
  private listening: Promise<void> | undefined;
  private hasMissed = false;

  constructor(options: RedisStoreOptions = {}) {
    const { server = "redis://127.0.0.1:6379", namespace = "cachet", timeout = 1000, maxPause = 10_000 } = options;
    const { maxValueBytes = 2 ** 26, lockTimeout = 60_000, nestedLockTimeout = 5000, staleAfter = 10_000 } = options;
    this.options = { server, namespace, timeout, maxPause, maxValueBytes, lockTimeout, nestedLockTimeout, staleAfter };
    this.now = options.now ?? (() => state.settings.clock.wall());
    // The braces put all keys into one slot of a cluster, as the scripts need.
    this.prefix = `{${namespace}}:1:`;
    this.channel = `${this.prefix}changes`;
    // Where a lock cannot be given back it ends by itself.
    this.leases = new Leases({
      renew: (token, key) => this.holdLock(key, token, staleAfter),
      interval: staleAfter / 3,
      giveBack: (token, key) => this.holdLock(key, token, ""),
    });
    this.commands = new Connection({ server, timeout, maxPause }, async (client) => defineScripts(client));
    this.messages = new Connection(
      { server, timeout, maxPause },
      (client) => this.subscribe(client),
      () => {
        this.hasMissed = true;
        this.tell({});
      },
    );
  }

  async lookup(key: string, origin: Origin): Promise<StoredEntry | undefined> {
    // What gets into memory before messages arrive would miss the clear of another machine.
    await this.listening;
    const id = digestOf(key);
    const found = await this.commands.use((client) => client.getBuffer(`${this.prefix}e:${id}`));
    if (found === null) return undefined;
    const entry = decode(found);
    if (entry.meta.expires !== undefined && entry.meta.expires <= this.now()) return undefined;
    if (entry.meta.maxEntries !== undefined || entry.meta.maxBytes !== undefined) {
      // A use that is not noted costs nothing but the order in which entries go.
      this.commands.use((client) => client.zadd(this.version(origin), "XX", Date.now(), id)).catch(() => {});
    }
    return entry;
  }

  async write(key: string, bytes: Uint8Array, meta: Metadata): Promise<void> {
    const { maxValueBytes } = this.options;
    if (bytes.length > maxValueBytes) {
      throw new RangeError(
        `a value of ${bytes.length} bytes is larger than maxValueBytes (${maxValueBytes}), so it is not stored. ` +
          "Return less, or raise the limit: redisStore({ maxValueBytes })",
      );
    }
    const life = meta.expires === undefined ? "" : Math.ceil(meta.expires - this.now());
    if (life !== "" && life <= 0) return;
    const id = digestOf(key);
    const keys = [`e:${id}`, `l:${id}`].map((name) => this.prefix + name);
    const args = [this.leases.get(key) ?? "", encode(bytes, meta), life, Date.now()];
    const limits = [meta.maxEntries ?? "", meta.maxBytes ?? "", this.prefix, id];
    await this.commands.use((client) =>
      scripts(client).cachetWrite(...keys, this.function(meta), this.version(meta), this.all, ...args, ...limits),
    );
  }

  async delete(key: string, origin: Origin): Promise<void> {
    const id = digestOf(key);
    const keys = [`${this.prefix}e:${id}`, `${this.prefix}l:${id}`, this.version(origin), this.function(origin)];
    await this.commands.use((client) =>
      scripts(client).cachetDelete(...keys, id, this.channel, this.message({ key, function: origin.function })),
    );
  }

  async clear(functionId?: string): Promise<void> {
    const own = functionId === undefined ? "" : this.function({ function: functionId });
    const message = this.message(functionId === undefined ? {} : { function: functionId });
    await this.commands.use((client) => scripts(client).cachetClear(this.all, this.prefix, own, this.channel, message));
  }

  async lock(key: string, origin: Origin, waiting?: Waiting): Promise<Lease | undefined> {
    const id = digestOf(key);
    const keys = [`${this.prefix}l:${id}`, this.function(origin), this.all, `${this.prefix}fence`];
    const until = performance.now() + (waiting?.nested ? this.options.nestedLockTimeout : this.options.lockTimeout);
    for (let pause = 5, isFirst = true; ; pause = Math.min(pause * 1.5, 100), isFirst = false) {
      if (!isFirst && (await this.commands.use((client) => client.exists(`${this.prefix}e:${id}`))) === 1)
        return undefined;
      const token = await this.commands.use((client) =>
        scripts(client).cachetLock(...keys, this.options.staleAfter, this.instance, id),
      );
      if (typeof token === "string") return this.leases.hold(key, token);
      if (performance.now() + pause > until) return undefined;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  close(): void {
    this.leases.close();
    this.commands.close();
    this.messages.close();
  }

  /**
   * Tells what other machines removed. While no messages can be received everything in memory may be out of date, so the
   * loss of the connection, and its return, are told as a change of everything.
   */
  onInvalidate(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    this.listening ??= this.messages
      .use(async () => {})
      .catch(() => {
        this.hasMissed = true;
      });
    return () => this.listeners.delete(listener);
  }

  private get all(): string {
    return `${this.prefix}all`;
  }

  private function(origin: Pick<Origin, "function">): string {
    return `${this.prefix}f:${digestOf(origin.function).slice(0, 32)}`;
  }

  private version(origin: Origin): string {
    return `${this.prefix}v:${digestOf(origin.function).slice(0, 32)}:${digestOf(origin.hash).slice(0, 32)}`;
  }

  private message(change: Change): string {
    return JSON.stringify({ from: this.instance, ...change });
  }

  private async subscribe(client: Redis): Promise<void> {
    client.on("message", (_channel: string, text: string) => {
      const change = readChange(text);
      if (change !== undefined && change.from !== this.instance) this.tell(change);
    });
    await client.subscribe(this.channel);
    if (this.hasMissed) this.tell({});
    this.hasMissed = false;
  }

  private tell({ key, function: id }: Change): void {
    const change = { ...(key !== undefined && { key }), ...(id !== undefined && { function: id }) };
    for (const listener of this.listeners) listener(change);
  }

  /** Keeps a lock for so many milliseconds more, or gives it back. */
  private async holdLock(key: string, token: string, life: number | ""): Promise<void> {
    const lock = `${this.prefix}l:${digestOf(key)}`;
    await this.commands.use((client) => scripts(client).cachetHold(lock, token, life)).catch(() => {});
  }
}

/** A store for many machines: `configure({ stores: { redis: redisStore({ server }) } })` and `persist: "redis"`. */
export function redisStore(options: RedisStoreOptions = {}): RedisStore {
  return new RedisStore(options);
}

function defineScripts(client: Redis): void {
  client.defineCommand("cachetWrite", { numberOfKeys: 5, lua: WRITE });
  client.defineCommand("cachetLock", { numberOfKeys: 4, lua: LOCK });
  client.defineCommand("cachetHold", { numberOfKeys: 1, lua: HOLD });
  client.defineCommand("cachetDelete", { numberOfKeys: 4, lua: DELETE });
  client.defineCommand("cachetClear", { numberOfKeys: 1, lua: CLEAR });
}

const scripts = (client: Redis): Scripts => client as unknown as Scripts;

/** UTF-16, since UTF-8 would merge keys that differ in lone surrogates. */
const digestOf = (text: string): string => createHash("sha256").update(Buffer.from(text, "utf16le")).digest("hex");

/** Length of the metadata (4 bytes), the metadata as JSON, the bytes. */
function encode(bytes: Uint8Array, meta: Metadata): Buffer {
  const text = Buffer.from(JSON.stringify(meta), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, bytes]);
}

/** @throws where the value is none that `encode` made. */
function decode(value: Buffer): StoredEntry {
  const length = value.length < 4 ? Number.POSITIVE_INFINITY : value.readUInt32LE(0);
  if (4 + length > value.length) throw new Error("the server holds a value that this store did not write");
  const meta = JSON.parse(value.toString("utf8", 4, 4 + length)) as Metadata;
  if (typeof meta?.function !== "string" || typeof meta.written !== "number")
    throw new Error("the server holds a value that this store did not write");
  return { bytes: new Uint8Array(value.subarray(4 + length)), meta };
}

function readChange(text: string): (Change & { from?: string }) | undefined {
  try {
    const change = JSON.parse(text) as Change & { from?: string };
    return typeof change === "object" && change !== null ? change : undefined;
  } catch {
    return undefined;
  }
}
