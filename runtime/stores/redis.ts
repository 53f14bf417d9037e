import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { state } from "../registry.ts";
import { Leases } from "./leases.ts";
import { newEpoch } from "./new-epoch.ts";
import { ClearMessages } from "./redis/clear-messages.ts";
import { Connection, keyPrefixOf, type Server } from "./redis/connection.ts";
import { decodeEntry, encodeEntry, shiftTimes } from "./redis/entry-value.ts";
import { digestOf, indexEpoch, Names } from "./redis/names.ts";
import { DRAIN, EPOCHS, HOLD, RENEW, WRITE } from "./redis/scripts.ts";
import type { Invalidation, Lease, Metadata, Origin, Store, StoredEntry, Waiting } from "./store.ts";

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
  /**
   * Milliseconds between two looks at whether others cleared anything, where the server lets its user have no messages. Default: 250.
   * With messages it is twenty times that, for the case that one gets lost.
   */
  pollInterval?: number;
  /** Wall time in milliseconds. Default: the clock given to `configure`. */
  now?: () => number;
}

type Command = (...args: (string | number | Buffer)[]) => Promise<unknown>;
type Scripts = Record<"cachetWrite" | "cachetHold" | "cachetEpochs" | "cachetRenew" | "cachetDrain", Command>;

/** Beyond so many calls that were cleared one by one a function is cleared as a whole. */
const MOST_CALLS = 10_000;
/** Entries out of use that the server removes in one step. */
const DRAINED = 200;
/** A difference of the clocks below so many milliseconds cannot be told from the time that the answer took. */
const LEAST_SKEW = 50;

interface RedisLock {
  lock: string;
  token: string;
}

/** Entries on a Redis or Valkey server, shared by any number of machines. */
export class RedisStore implements Store {
  readonly name = "redis";
  readonly sync = false;
  readonly lockTimeout: number;
  private readonly options: Required<Omit<RedisStoreOptions, "now" | "pollInterval" | "lockTimeout">>;
  private readonly now: () => number;
  private readonly names: Names;
  private readonly commands: Connection;
  private readonly messages: Connection;
  private readonly clears: ClearMessages;
  private readonly leases: Leases<RedisLock>;
  /** Resolves when what others clear is heard of for the first time, or cannot be. */
  private listening: Promise<void> | undefined;
  /** By how many milliseconds the server's clock is ahead of this machine's. */
  private skew = 0;

  constructor(options: RedisStoreOptions = {}) {
    const { server = "redis://127.0.0.1:6379", namespace = "cachet", timeout = 1000, maxPause = 10_000 } = options;
    const { maxValueBytes = 2 ** 26, lockTimeout = 60_000, nestedLockTimeout = 5000, staleAfter = 10_000 } = options;
    this.options = { server, namespace, timeout, maxPause, maxValueBytes, nestedLockTimeout, staleAfter };
    this.lockTimeout = lockTimeout;
    this.now = options.now ?? (() => state.settings.clock.wall());
    // The braces put all keys into one slot of a cluster, as the scripts need. Scripts make names too, so a prefix is put here.
    this.names = new Names(`${keyPrefixOf(server)}{${hashTag(namespace)}}:2:`);
    const { pollInterval = 250 } = options;
    this.leases = new Leases({
      renew: (held) => this.holdLock(held, staleAfter),
      interval: staleAfter / 3,
      giveBack: (held) => this.holdLock(held, ""),
    });
    this.commands = new Connection(
      { server, timeout, maxPause },
      (client) => this.prepare(client),
      () => this.clears.mayBeLost(),
    );
    this.clears = new ClearMessages(
      {
        channel: this.names.channel,
        count: this.names.count,
        instance: randomUUID(),
        pollInterval: { alone: pollInterval, behindMessages: 20 * pollInterval },
        warn: (message) => state.settings.onWarning(`cachet: the store "redis": ${message}`),
      },
      this.commands,
    );
    this.messages = new Connection(
      { server, timeout, maxPause, oneNode: true },
      (client) => this.clears.subscribe(client),
      () => this.clears.lost(),
    );
  }

  async lookup(key: string, _origin: Origin): Promise<StoredEntry | undefined> {
    // What gets into memory before messages arrive would miss the clear of another machine.
    await this.listening;
    const id = digestOf(key);
    const found = await this.commands.use((client) => client.getBuffer(this.names.entry(id)));
    if (found === null) return undefined;
    const { bytes, meta: serverMeta } = decodeEntry(found);
    const meta = shiftTimes(serverMeta, -this.skew);
    if (meta.expires !== undefined && meta.expires <= this.now()) return undefined;
    if (meta.maxEntries !== undefined || meta.maxBytes !== undefined) {
      const index = this.names.index(this.names.version(meta, meta.epochs));
      // A use that is not noted costs nothing but the order in which entries go.
      this.commands.use((client) => client.zadd(index, "XX", this.now() + this.skew, id)).catch(() => {});
    }
    return { bytes, meta };
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
    const { names } = this;
    const id = digestOf(key);
    const version = names.version(meta, meta.epochs);
    const held = this.leases.get(key);
    const keys = [
      names.entry(id),
      held?.lock ?? names.lock(id, meta.epochs),
      names.index(version),
      names.sizes(version),
    ];
    const value = encodeEntry(bytes, shiftTimes(meta, this.skew));
    const args = [held?.token ?? "", value, life, meta.maxEntries ?? "", meta.maxBytes ?? "", names.prefix, id];
    await this.commands.use((client) => scripts(client).cachetWrite(...keys, names.all, ...args));
  }

  async delete(key: string, _origin: Origin): Promise<void> {
    await this.commands.use((client) => client.unlink(this.names.entry(digestOf(key))));
  }

  async readEpochs(scopes: readonly string[], make: boolean): Promise<readonly (string | undefined)[]> {
    await this.listening;
    const places = scopes.map((scope) => this.names.epoch(scope));
    const keys = [this.names.nothing, ...places.map(({ key }) => key)];
    const fields = places.map(({ field }) => field);
    const found = await this.commands.use((client) =>
      scripts(client).cachetEpochs(keys.length, ...keys, make ? newEpoch() : "", ...fields),
    );
    return (found as (string | null)[]).map((epoch) => epoch ?? undefined);
  }

  async renewEpochs(scopes: readonly string[]): Promise<void> {
    const places = scopes.map((scope) => this.names.epoch(scope));
    const keys = [this.names.count, ...places.map(({ key }) => key)];
    const args = places.flatMap(({ field }) => [field, newEpoch()]);
    await this.commands.use(async (client) => {
      const count = await scripts(client).cachetRenew(keys.length, ...keys, MOST_CALLS, ...args);
      await this.clears.publish(client, Number(count), scopes);
    });
  }

  /** Removes what is out of use since its function was cleared, in steps that hold nobody up. */
  async clear(functionId?: string): Promise<void> {
    const own = functionId === undefined ? undefined : digestOf(functionId).slice(0, 32);
    for (let cursor = "0"; ; ) {
      const [next, found] = await this.commands.use((client) => client.sscan(this.names.all, cursor, "COUNT", 100));
      for (const name of found) {
        const version = name.slice(2);
        if (own === undefined || version.startsWith(`${own}:`)) await this.drain(version);
      }
      cursor = next;
      if (cursor === "0") return;
    }
  }

  /** Removes what no clear has got to: the rest of one whose process ended meanwhile. */
  async prune(): Promise<void> {
    await this.clear();
  }

  async lock(key: string, _origin: Origin, waiting?: Waiting): Promise<Lease | undefined> {
    const id = digestOf(key);
    const lock = this.names.lock(id, waiting?.epochs);
    const token = randomUUID();
    const { nestedLockTimeout, staleAfter } = this.options;
    const until = performance.now() + (waiting?.nested ? nestedLockTimeout : this.lockTimeout);
    for (let pause = 5, isFirst = true; ; pause = Math.min(pause * 1.5, 100), isFirst = false) {
      if (!isFirst && (await this.isWritten(id, waiting))) return undefined;
      const answer = await this.commands.use((client) => client.set(lock, token, "PX", staleAfter, "NX"));
      if (answer === "OK") return this.leases.hold(key, { lock, token });
      if (performance.now() + pause > until) return undefined;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  close(): void {
    this.leases.close();
    this.clears.close();
    this.commands.close();
    this.messages.close();
  }

  /**
   * Tells what other machines cleared. While no messages can be received everything in memory may be out of date, so the
   * loss of the connection, and its return, are told as a change of everything.
   */
  onInvalidate(listener: (change: Invalidation) => void): () => void {
    this.listening ??= this.messages
      .use(async () => {})
      .catch(() => {})
      .then(() => this.clears.start());
    return this.clears.listen(listener);
  }

  private async prepare(client: Redis): Promise<void> {
    defineScripts(client);
    const before = this.now();
    const [seconds, microseconds] = (await client.time()) as unknown as [string | number, string | number];
    const skew = Math.round(Number(seconds) * 1000 + Number(microseconds) / 1000 - (before + this.now()) / 2);
    this.skew = Math.abs(skew) < LEAST_SKEW ? 0 : skew;
  }

  /** True where the holder of a lock has left an entry, and not one from before a clear or one that the caller has seen. */
  private async isWritten(id: string, { epochs = {}, seen }: Waiting = {}): Promise<boolean> {
    const found = await this.commands.use((client) => client.getBuffer(this.names.entry(id)));
    if (found === null) return false;
    const { meta } = decodeEntry(found);
    if (shiftTimes(meta, -this.skew).written === seen) return false;
    return Object.entries(epochs).every(([scope, epoch]) => meta.epochs?.[scope] === epoch);
  }

  private async drain(version: string): Promise<void> {
    const [fn = "", code = ""] = version.split(":");
    const scopes = ["kind:data", `fn:${fn}`];
    const found = await this.readEpochs(scopes, false);
    const epochs = found.includes(undefined)
      ? undefined
      : Object.fromEntries(scopes.map((scope, i) => [scope, found[i] as string]));
    const current = `${fn}:${code}:${indexEpoch(epochs)}`;
    if (current === version || (epochs === undefined && version.endsWith(`:${indexEpoch(undefined)}`))) return;
    const { names } = this;
    const keys = [names.index(version), names.sizes(version), names.index(current), names.all];
    const step = () => this.commands.use((client) => scripts(client).cachetDrain(...keys, names.prefix, DRAINED));
    while (Number(await step()) > 0);
  }

  /** Keeps a lock for so many milliseconds more, or gives it back. Where that fails it ends by itself. */
  private async holdLock({ lock, token }: RedisLock, life: number | ""): Promise<void> {
    await this.commands.use((client) => scripts(client).cachetHold(lock, token, life)).catch(() => {});
  }
}

/** A store for many machines: `configure({ stores: { redis: redisStore({ server }) } })` and `persist: "redis"`. */
export function redisStore(options: RedisStoreOptions = {}): RedisStore {
  return new RedisStore(options);
}

/** A cluster reads up to the first brace; with nothing in front of it every key would have a slot of its own. */
const hashTag = (namespace: string): string => namespace.replaceAll("}", "%7D") || "cachet";

function defineScripts(client: Redis): void {
  client.defineCommand("cachetWrite", { numberOfKeys: 5, lua: WRITE });
  client.defineCommand("cachetHold", { numberOfKeys: 1, lua: HOLD });
  client.defineCommand("cachetEpochs", { lua: EPOCHS });
  client.defineCommand("cachetRenew", { lua: RENEW });
  client.defineCommand("cachetDrain", { numberOfKeys: 4, lua: DRAIN });
}

const scripts = (client: Redis): Scripts => client as unknown as Scripts;
