import type { Cluster, ClusterOptions, Redis, RedisOptions } from "ioredis";
import { settleWithin } from "../../settle-within.ts";

/** Where the server is: an address, options of ioredis (also with `sentinels`), or a client, of a cluster too, whose settings are taken over. */
export type Server = string | RedisOptions | Redis | Cluster;

/** A prefix that a client taken over puts in front of keys. Here it becomes part of every name, since scripts make names too. */
export function keyPrefixOf(server: Server): string {
  if (typeof server === "string") return "";
  const options = "options" in server ? server.options : server;
  const { keyPrefix, redisOptions } = options as RedisOptions & { redisOptions?: RedisOptions };
  return keyPrefix ?? redisOptions?.keyPrefix ?? "";
}

/** How a connection behaves; times in milliseconds. */
export interface ConnectionOptions {
  server: Server;
  /** Longest wait for a connection or an answer. */
  timeout: number;
  /** Longest pause between two attempts to connect. */
  maxPause: number;
  /** Any one node of a cluster will do. That its connection ended is then noticed, where a client of a cluster takes another node by itself. */
  oneNode?: boolean;
}

/**
 * A connection that never makes anybody wait for a server that is away: it fails at once and tries again by itself, after
 * ever longer pauses. It does not keep the process alive, except while an answer is awaited.
 */
export class Connection {
  private readonly options: ConnectionOptions;
  private readonly prepare: (client: Redis) => Promise<void>;
  private readonly lost: () => void;
  private client: Promise<Redis> | undefined;
  private current: Redis | undefined;
  private pending = 0;
  private failures = 0;
  private away: Error | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  /** `prepare` runs after each connect and is part of it; `lost` when an established connection ended. */
  constructor(options: ConnectionOptions, prepare: (client: Redis) => Promise<void>, lost: () => void = () => {}) {
    this.options = options;
    this.prepare = prepare;
    this.lost = lost;
  }

  /** @throws where the server is away, is silent for too long, or refuses. */
  async use<T>(action: (client: Redis) => Promise<T>): Promise<T> {
    if (this.away !== undefined) throw this.away;
    this.client ??= this.connect();
    this.pending++;
    try {
      const client = await this.client;
      this.hold(client);
      return await answerWithin(action(client), this.options.timeout);
    } catch (error) {
      if (!isRefusal(error)) this.drop(error as Error);
      throw error;
    } finally {
      this.pending--;
      if (this.current !== undefined) this.hold(this.current);
    }
  }

  close(): void {
    this.isClosed = true;
    this.away = new Error("the store was closed");
    clearTimeout(this.timer);
    this.current?.disconnect();
    this.current = undefined;
  }

  private async connect(): Promise<Redis> {
    const client = await makeClient(this.options);
    let isReady = false;
    client.on("error", () => {});
    client.on("close", () => {
      if (this.current !== client) return;
      this.drop(new Error("the connection to the server ended"));
    });
    try {
      await answerWithin(client.connect(), this.options.timeout);
      if (this.isClosed) throw new Error("the store was closed");
      this.current = client;
      this.hold(client);
      await answerWithin(this.prepare(client), this.options.timeout);
      isReady = true;
      this.failures = 0;
      return client;
    } finally {
      if (!isReady) {
        if (this.current === client) this.current = undefined;
        client.disconnect();
      }
    }
  }

  /** Gives the connection up and tries again later. */
  private drop(error: Error): void {
    if (this.isClosed || this.away !== undefined) return;
    const { current } = this;
    this.away = error;
    this.client = undefined;
    this.current = undefined;
    current?.disconnect();
    if (current !== undefined) this.lost();
    this.retryLater();
  }

  private retryLater(): void {
    const pause = Math.min(50 * 2 ** this.failures++, this.options.maxPause);
    this.timer = setTimeout(() => {
      const attempt = this.connect();
      attempt.then(
        () => {
          this.client = attempt;
          this.away = undefined;
        },
        (error: Error) => {
          if (this.isClosed) return;
          this.away = error;
          this.retryLater();
        },
      );
    }, pause);
    this.timer.unref();
  }

  /** An idle connection must not keep a program from ending. */
  private hold(client: Redis): void {
    for (const { stream } of nodesOf(client) as WithStream[]) {
      if (this.pending > 0) stream?.ref?.();
      else stream?.unref?.();
    }
  }
}

interface WithStream {
  stream?: { ref?(): void; unref?(): void };
}

/** A cluster's client has one connection for each node it has spoken to. */
const nodesOf = (client: Redis): Redis[] =>
  "nodes" in client ? (client as unknown as Cluster).nodes("all") : [client];

async function makeClient({ server, timeout, oneNode }: ConnectionOptions): Promise<Redis> {
  const { Redis: Client, Cluster: ClusterClient } = await load();
  const own: RedisOptions = {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    connectTimeout: timeout,
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
    // A replica may not know of a clear yet, and what watches the sentinels would keep the process alive.
    role: "master",
    failoverDetector: false,
    keyPrefix: "",
  };
  if (typeof server === "string") return new Client(server, own);
  if ("isCluster" in server && server.isCluster) {
    const [nodes, options] = clusterSettings(server as Cluster, own);
    if (!oneNode) return new ClusterClient(nodes, options);
    // Nodes hand on messages also while a part of the cluster is down, when it doesn't call itself ready.
    const guide = new ClusterClient(nodes, { ...options, enableReadyCheck: false });
    return new Client({ ...(await anyNode(guide, timeout)).options, ...own });
  }
  const settings: RedisOptions = "options" in server ? (server as Redis).options : (server as RedisOptions);
  return new Client({ ...settings, ...own });
}

function clusterSettings(cluster: Cluster, own: RedisOptions): [ClusterNodes, ClusterOptions] {
  const { startupNodes, options } = cluster as unknown as { startupNodes: ClusterNodes; options: ClusterOptions };
  const { lazyConnect, enableOfflineQueue, maxRetriesPerRequest: _, ...forNodes } = own;
  const redisOptions = { ...options.redisOptions, ...forNodes } as ClusterOptions["redisOptions"] & object;
  const retries = { clusterRetryStrategy: () => null, retryDelayOnFailover: 100 };
  // Slots are asked for anew where a node says that it has lost one; a timer for that would keep the process alive.
  const always = {
    ...retries,
    lazyConnect: true,
    enableOfflineQueue: true,
    scaleReads: "master",
    slotsRefreshInterval: 0,
  };
  return [startupNodes, { ...options, ...always, keyPrefix: "", redisOptions } as ClusterOptions];
}

/** One of the nodes that a cluster has now. */
async function anyNode(client: Redis, timeout: number): Promise<Redis> {
  client.on("error", () => {});
  try {
    await answerWithin(client.connect(), timeout);
    const nodes = nodesOf(client);
    return nodes[Math.floor(Math.random() * nodes.length)] as Redis;
  } finally {
    client.disconnect();
  }
}

type ClusterNodes = ConstructorParameters<typeof Cluster>[0];

/** ioredis's own types of its constructor refuse what they accept, under exact optional properties. */
interface Clients {
  Redis: { new (address: string, options: RedisOptions): Redis; new (options: RedisOptions): Redis };
  Cluster: { new (nodes: ClusterNodes, options: ClusterOptions): Redis };
}

async function load(): Promise<Clients> {
  try {
    return (await import("ioredis")) as unknown as Clients;
  } catch (cause) {
    throw new Error('the Redis store needs the package "ioredis": npm install ioredis', { cause });
  }
}

/** What a server says that is starting, follows another, or lost its cluster: another connection may reach the right one. */
const ELSEWHERE = /\b(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN)\b/;

/** The server answered, and the answer is no: the connection is fine. */
const isRefusal = (error: unknown): boolean =>
  error instanceof RangeError ||
  ((error as Error | undefined)?.name === "ReplyError" && !ELSEWHERE.test((error as Error).message));

const answerWithin = <T>(promise: Promise<T>, milliseconds: number): Promise<T> =>
  settleWithin(promise, milliseconds, (_resolve, reject) =>
    reject(new Error(`the server did not answer within ${milliseconds} ms`)),
  );
