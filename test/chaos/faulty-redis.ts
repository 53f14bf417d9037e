import { Cluster, Redis } from "ioredis";
import { ALL_DATA } from "../../runtime/persist/scopes.ts";
import { RedisStore, type RedisStoreOptions } from "../../runtime/stores/redis.ts";
import type { Store } from "../../runtime/stores/store.ts";
import { Address } from "../stores/address.ts";
import { RedisCluster } from "../stores/redis-cluster.ts";
import { RedisServer } from "../stores/redis-server.ts";
import { until } from "../stores/until.ts";
import type { Medium, MediumListener } from "./clears-model.ts";

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Servers on a machine that is busy with something else answer late, and are tried again. */
const PATIENCE = 300_000;

/** Servers, how clients get to them, and what can go wrong with them. */
export interface Servers {
  connect(): NonNullable<RedisStoreOptions["server"]>;
  readonly troubles: readonly Trouble[];
  close(): Promise<void>;
}

/** What goes wrong, and is in order again when it resolves. The shares of all add up to one. */
interface Trouble {
  name: string;
  share: number;
  make(random: () => number): Promise<unknown>;
  /** Clears that were taken may be lost, for others than those who made them. */
  loses?: true;
}

/** Processes over real servers that are restarted, silent, replaced, moved, emptied. */
export class FaultyRedis implements Medium {
  readonly counts: Record<string, number> = {};
  private readonly servers: Servers;
  private readonly random: () => number;
  private readonly namespace: string;
  private readonly stores: RedisStore[] = [];
  private readonly listeners: MediumListener[] = [];
  private trouble: Promise<void> | undefined;

  constructor(servers: Servers, random: () => number, namespace: string) {
    this.servers = servers;
    this.random = random;
    this.namespace = namespace;
    for (const { name } of servers.troubles) this.counts[name] = 0;
  }

  open(listener: MediumListener): Store {
    const store = new RedisStore({
      server: this.servers.connect(),
      namespace: this.namespace,
      timeout: 1000,
      maxPause: 50,
      lockTimeout: 20,
      pollInterval: 50,
    });
    const renew = store.renewEpochs.bind(store);
    store.renewEpochs = async (scopes) => {
      const taken = listener.clearing(scopes);
      await renew(scopes);
      taken();
    };
    this.stores.push(store);
    this.listeners.push(listener);
    return store;
  }

  /** One trouble at a time, while calls go on. */
  disturb(): void {
    this.trouble ??= this.makeTrouble().finally(() => {
      this.trouble = undefined;
    });
  }

  pace(): Promise<unknown> {
    return sleep(this.random() * 4);
  }

  async recover(): Promise<void> {
    await this.trouble;
    for (const store of this.stores)
      await until(async () => {
        try {
          return (await store.readEpochs([ALL_DATA], true)).length === 1;
        } catch {
          return false;
        }
      }, PATIENCE);
  }

  close(): void {
    for (const store of this.stores) store.close();
  }

  private async makeTrouble(): Promise<void> {
    let dice = this.random();
    const trouble = this.servers.troubles.find(({ share }) => {
      dice -= share;
      return dice <= 0;
    }) as Trouble;
    this.counts[trouble.name] = (this.counts[trouble.name] ?? 0) + 1;
    const losing = (isLosing: boolean) => {
      if (trouble.loses) for (const listener of this.listeners) listener.losing(isLosing);
    };
    losing(true);
    await trouble.make(this.random);
    losing(false);
  }
}

/** One server: what it holds is lost in part or as a whole, it is silent, restarted, and refuses writes for a while. */
export async function oneServer(): Promise<Servers> {
  const server = await RedisServer.start();
  const admin = adminOf(server);
  const ask = askOf(admin);
  const kill = (type: string) => ask("CLIENT", "KILL", "TYPE", type);
  return {
    connect: () => server.url,
    troubles: [
      { name: "evictions", share: 0.7, make: () => evict(ask) },
      { name: "cut connections", share: 0.1, make: (random) => kill(random() < 0.5 ? "normal" : "pubsub") },
      { name: "forgotten scripts", share: 0.05, make: () => ask("SCRIPT", "FLUSH") },
      { name: "flushes", share: 0.03, make: () => ask("FLUSHALL") },
      { name: "READONLY", share: 0.06, make: () => refuseWrites(ask) },
      { name: "silences", share: 0.03, make: () => silence(server) },
      { name: "restarts", share: 0.03, make: () => restart(server) },
    ],
    async close() {
      admin.disconnect();
      await server.kill();
    },
  };
}

/** A replica that comes is served at once. */
const AT_ONCE = ["--repl-diskless-sync-delay", "0"];

/** A master and its replica behind one address, which change places: what the one took last the other has never heard of. */
export async function failingOver(): Promise<Servers> {
  const servers = [await RedisServer.start(AT_ONCE), await RedisServer.start(AT_ONCE)] as const;
  const admins = servers.map(adminOf);
  let master = 0;
  const address = await Address.start(() => (servers[master] as RedisServer).port);
  const adminAt = (at: number) => admins[at] as Redis;
  const follow = async (at: number) => {
    await adminAt(1 - at).call("REPLICAOF", "127.0.0.1", String(servers[at]?.port));
    await until(async () => (await adminAt(1 - at).info("replication")).includes("master_link_status:up"));
  };
  const failOver = async (random: () => number) => {
    const next = 1 - master;
    await adminAt(next).call("REPLICAOF", "NO", "ONE");
    // What the old master takes now gets lost.
    await sleep(50 * random());
    master = next;
    await follow(next);
    if (random() < 0.5) address.cut();
  };
  await follow(0);
  return {
    connect: () => `redis://127.0.0.1:${address.port}`,
    troubles: [
      { name: "evictions", share: 0.7, make: () => evict(askOf(adminAt(master))) },
      { name: "failovers", share: 0.3, make: failOver, loses: true },
    ],
    async close() {
      for (const admin of admins) admin.disconnect();
      address.close();
      await Promise.all(servers.map((server) => server.kill()));
    },
  };
}

/** A cluster of three masters: slots move, nodes are silent or restarted. */
export async function threeMasters(): Promise<Servers> {
  const cluster = await RedisCluster.start();
  const moveSlot = async () => {
    const key = (await cluster.keys())[0]?.[1];
    if (key !== undefined) await cluster.moveSlot(key);
  };
  const restartOne = async (random: () => number) => {
    await restart(one(cluster.nodes, random));
    await until(() => cluster.isWell());
  };
  return {
    connect: () => new Cluster(cluster.startupNodes, { lazyConnect: true }),
    troubles: [
      { name: "evictions", share: 0.6, make: (random) => evict(askOf(one(cluster.clients, random))) },
      { name: "moved slots", share: 0.3, make: moveSlot },
      { name: "silences", share: 0.05, make: (random) => silence(one(cluster.nodes, random)) },
      { name: "restarts", share: 0.05, make: restartOne },
    ],
    close: () => cluster.close(),
  };
}

const adminOf = (server: RedisServer): Redis =>
  new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: null }).on("error", () => {});

type Ask = (...command: [string, ...string[]]) => Promise<unknown>;

/** Where a connection has just been cut, the trouble is that one. */
const askOf =
  (client: Redis): Ask =>
  (...command) =>
    client.call(...command).catch(() => {});

const one = <T>(items: readonly T[], random: () => number): T => items[Math.floor(random() * items.length)] as T;

async function evict(ask: Ask): Promise<void> {
  const key = await ask("RANDOMKEY");
  if (typeof key === "string") await ask("DEL", key);
}

async function refuseWrites(ask: Ask): Promise<void> {
  await ask("REPLICAOF", "127.0.0.1", "1");
  await sleep(100);
  await until(async () => (await ask("REPLICAOF", "NO", "ONE")) === "OK");
}

async function silence(server: RedisServer): Promise<void> {
  server.pause();
  await sleep(1200);
  server.resume();
}

async function restart(server: RedisServer): Promise<void> {
  await server.kill();
  await sleep(50);
  await server.restart();
}
