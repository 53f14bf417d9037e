import { Redis } from "ioredis";
import { temporaryDirectory } from "./bundle.ts";
import { freePort, RedisServer } from "./redis-server.ts";
import { until } from "./until.ts";

const SLOTS = 16_384;

/** A cluster of masters without replicas, each with its part of the slots. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** A direct connection to each node. */
  readonly clients: readonly Redis[];
  private readonly directory: { path: string; remove(): void };

  private constructor(nodes: RedisServer[], directory: { path: string; remove(): void }) {
    this.nodes = nodes;
    this.clients = nodes.map(({ url }) => new Redis(url, { retryStrategy: () => 100 }).on("error", () => {}));
    this.directory = directory;
  }

  static async start(masters = 3): Promise<RedisCluster> {
    const directory = temporaryDirectory("cluster");
    const nodes: RedisServer[] = [];
    for (let i = 0; i < masters; i++) {
      const options = ["--cluster-enabled", "yes", "--cluster-config-file", `${directory.path}/nodes-${i}.conf`];
      options.push("--cluster-port", String(await freePort()), "--cluster-node-timeout", "1000");
      options.push("--cluster-announce-ip", "127.0.0.1", "--dir", directory.path);
      nodes.push(await RedisServer.start(options));
    }
    const cluster = new RedisCluster(nodes, directory);
    await cluster.join();
    return cluster;
  }

  /** Where clients begin. */
  get startupNodes(): { host: string; port: number }[] {
    return this.nodes.map(({ port }) => ({ host: "127.0.0.1", port }));
  }

  /** Which node has the slot of a key: the one that says so of itself, since others hear of it late. */
  async ownerOf(key: string): Promise<number> {
    const slot = await this.slotOf(key);
    const owners = await Promise.all(this.clients.map((client) => this.ownerIn(client, slot)));
    return owners.findIndex((owner, i) => owner === i);
  }

  /** Which node has a slot, as another one knows it. */
  private async ownerIn(client: Redis, slot: number): Promise<number> {
    const ranges = (await client.call("CLUSTER", "SLOTS")) as [number, number, [string, number, string]][];
    const range = ranges.find(([first, last]) => first <= slot && slot <= last);
    return this.nodes.findIndex(({ port }) => port === range?.[2][1]);
  }

  /** Moves the slot of a key to another node, key by key, while clients go on. */
  async moveSlot(key: string): Promise<void> {
    await until(() => this.isWell());
    const slot = String(await this.slotOf(key));
    const from = await this.ownerOf(key);
    const to = (from + 1) % this.nodes.length;
    const [source, target] = [this.clients[from] as Redis, this.clients[to] as Redis];
    const [sourceId, targetId] = await Promise.all([source, target].map((each) => each.call("CLUSTER", "MYID")));
    await target.call("CLUSTER", "SETSLOT", slot, "IMPORTING", String(sourceId));
    await source.call("CLUSTER", "SETSLOT", slot, "MIGRATING", String(targetId));
    for (;;) {
      const keys = (await source.call("CLUSTER", "GETKEYSINSLOT", slot, "5")) as string[];
      if (keys.length === 0) break;
      const place = ["127.0.0.1", String(this.nodes[to]?.port), "", "0", "5000"];
      // A node that has been silent for a second takes the cluster down for a moment.
      await source.call("MIGRATE", ...place, "KEYS", ...keys).catch(() => until(() => this.isWell()));
    }
    for (const each of [target, source, ...this.clients])
      await each.call("CLUSTER", "SETSLOT", slot, "NODE", String(targetId));
    // What one node heard of another late may make each believe that the other has it; then nobody has.
    await until(async () => {
      const owners = await Promise.all(this.clients.map((client) => this.ownerIn(client, Number(slot))));
      if (owners.every((owner) => owner === to)) return true;
      await target.call("CLUSTER", "SETSLOT", slot, "NODE", String(targetId));
      await target.call("CLUSTER", "BUMPEPOCH");
      return false;
    });
  }

  /** Keys of all nodes, with the node each lies on. */
  async keys(): Promise<[node: number, key: string][]> {
    const found = await Promise.all(this.clients.map((client) => client.keys("*")));
    return found.flatMap((keys, node) => keys.map((key): [number, string] => [node, key]));
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.disconnect();
    await Promise.all(this.nodes.map((node) => node.kill()));
    this.directory.remove();
  }

  /** True where every node sees a whole cluster. */
  async isWell(): Promise<boolean> {
    const infos = await Promise.all(this.clients.map((client) => client.call("CLUSTER", "INFO").catch(() => "")));
    return infos.every(
      (info) => String(info).includes("cluster_state:ok") && String(info).includes(`known_nodes:${infos.length}`),
    );
  }

  private async join(): Promise<void> {
    const share = Math.ceil(SLOTS / this.nodes.length);
    for (const [i, client] of this.clients.entries()) {
      const last = Math.min((i + 1) * share, SLOTS) - 1;
      await client.call("CLUSTER", "ADDSLOTSRANGE", String(i * share), String(last));
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", String(i + 1));
    }
    const [first, ...others] = this.nodes as [RedisServer, ...RedisServer[]];
    for (const [i] of others.entries())
      await this.clients[i + 1]?.call("CLUSTER", "MEET", "127.0.0.1", String(first.port), first.clusterPort);
    await until(() => this.isWell());
  }

  private async slotOf(key: string): Promise<number> {
    return Number(await this.alive().call("CLUSTER", "KEYSLOT", key));
  }

  private alive(): Redis {
    return this.clients.find(({ status }) => status === "ready") as Redis;
  }
}
