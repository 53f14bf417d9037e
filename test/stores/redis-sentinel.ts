import { writeFileSync } from "node:fs";
import { Redis } from "ioredis";
import { temporaryDirectory } from "./bundle.ts";
import { freePort, RedisServer } from "./redis-server.ts";
import { until } from "./until.ts";

/** A master with a replica, and sentinels that put the one in the other's place. */
export class SentinelGroup {
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  readonly name = "shop";
  private readonly directory: { path: string; remove(): void };

  private constructor(servers: RedisServer[], sentinels: RedisServer[], directory: SentinelGroup["directory"]) {
    this.servers = servers;
    this.sentinels = sentinels;
    this.directory = directory;
  }

  static async start(): Promise<SentinelGroup> {
    const directory = temporaryDirectory("sentinel");
    const master = await RedisServer.start(["--dir", directory.path]);
    const replica = await RedisServer.start(["--dir", directory.path, "--replicaof", "127.0.0.1", String(master.port)]);
    const sentinels: RedisServer[] = [];
    for (let i = 0; i < 3; i++) {
      const port = await freePort();
      const config = `${directory.path}/sentinel-${i}.conf`;
      const lines = [`port ${port}`, "bind 127.0.0.1", `dir ${directory.path}`];
      lines.push(`sentinel monitor shop 127.0.0.1 ${master.port} 2`, "sentinel down-after-milliseconds shop 500");
      lines.push("sentinel failover-timeout shop 3000", "sentinel parallel-syncs shop 1");
      writeFileSync(config, `${lines.join("\n")}\n`);
      sentinels.push(await RedisServer.startSentinel(port, config));
    }
    const group = new SentinelGroup([master, replica], sentinels, directory);
    await until(async () => (await group.ask(replica, "INFO", "replication")).includes("master_link_status:up"));
    // Each must know of the replica and of the other two before it can vote.
    for (const sentinel of sentinels)
      await until(async () => {
        const text = await group.ask(sentinel, "INFO", "sentinel");
        return text.includes("slaves=1") && text.includes("sentinels=3");
      });
    return group;
  }

  /** What a client is given. */
  get server() {
    const sentinels = this.sentinels.map(({ port }) => ({ host: "127.0.0.1", port }));
    return { sentinels, name: this.name };
  }

  /** The server that the sentinels name as the master. */
  async master(): Promise<RedisServer> {
    const address = await this.ask(this.sentinels[0] as RedisServer, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", this.name);
    const port = Number(address.split(",")[1]);
    return this.servers.find((server) => server.port === port) as RedisServer;
  }

  /** Waits until the sentinels have put another server in a master's place. */
  async promoted(before: RedisServer): Promise<RedisServer> {
    await until(async () => {
      const now = await this.master();
      return now !== before && (await this.ask(now, "ROLE")).startsWith("master");
    });
    return this.master();
  }

  async ask(server: RedisServer, ...command: [string, ...string[]]): Promise<string> {
    const client = new Redis(server.url, { retryStrategy: () => null, lazyConnect: true }).on("error", () => {});
    try {
      await client.connect();
      return String(await client.call(...command));
    } finally {
      client.disconnect();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.kill()));
    this.directory.remove();
  }
}
