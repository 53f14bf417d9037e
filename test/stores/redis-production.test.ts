import { createServer, type Server, type Socket, connect as tcp } from "node:net";
import { Cluster, Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { configure } from "../../runtime/index.ts";
import { ClearedStore } from "../../runtime/persist/cleared-store.ts";
import { ALL_DATA, callScope, functionScope } from "../../runtime/persist/scopes.ts";
import { RedisStore } from "../../runtime/stores/redis.ts";
import type { Invalidation } from "../../runtime/stores/store.ts";
import { requires } from "../requirements.ts";
import { RedisServer } from "./redis-server.ts";

const origin = { function: "pkg/src/load.ts#load", hash: "c1:1" };
const meta = { ...origin, written: 1, cost: 1 };
const scope = functionScope(origin.function);
const scopesOf = (call: string) => [ALL_DATA, scope, callScope(scope, call)];
const SILENT = { read() {}, write() {}, clear() {}, tidy() {} };
const bytes = new Uint8Array([1, 2, 3]);

/** A store as a call uses it. */
class Client {
  readonly store: RedisStore;
  readonly cleared: ClearedStore;

  constructor(store: RedisStore) {
    this.store = store;
    this.cleared = new ClearedStore(store);
  }

  async find(call: string) {
    return (await this.cleared.read(call, origin, scopesOf(call), SILENT)).found;
  }
  async put(call: string, more: object = {}) {
    const { epochs } = await this.cleared.read(call, origin, scopesOf(call), SILENT);
    await this.cleared.write(call, bytes, { ...meta, ...more }, epochs, SILENT);
  }
  async clear(scopes: string[] = [scope]) {
    await this.cleared.clear(scopes, () => this.store.clear(origin.function), SILENT);
  }
}

/** Waits for a value; the machine may be busy with something else. */
const eventually = <T>(value: () => T) => expect.poll(value, { timeout: 30_000 });

describe.skipIf(!requires("redis-server"))("Redis as it is run in production", () => {
  const stores: RedisStore[] = [];
  const servers: RedisServer[] = [];
  let server: RedisServer;
  let admin: Redis;
  let count = 0;
  const open = (options: ConstructorParameters<typeof RedisStore>[0] = {}) => {
    const store = new RedisStore({ server: server.url, timeout: 2000, maxPause: 100, pollInterval: 50, ...options });
    stores.push(store);
    return new Client(store);
  };
  const begin = async (options: string[] = []) => {
    const made = await RedisServer.start(options);
    servers.push(made);
    return made;
  };
  const fresh = () => `place-${++count}`;

  beforeAll(async () => {
    server = await begin();
    admin = new Redis(server.url);
  });
  afterEach(() => {
    for (const store of stores.splice(0)) store.close();
  });
  afterAll(async () => {
    admin.disconnect();
    await Promise.all(servers.map((each) => each.kill()));
  });

  it("a user without permission for channels: polling takes the place of messages, and a warning says so", async () => {
    await admin.call("ACL", "SETUSER", "app", "reset", "on", ">pw", "~*", "+@all", "resetchannels");
    const warnings: string[] = [];
    configure({ onWarning: (warning) => warnings.push(warning) });
    const namespace = fresh();
    const url = server.url.replace("redis://", "redis://app:pw@");
    const [here, there] = [open({ server: url, namespace }), open({ server: url, namespace })];
    const changes: Invalidation[] = [];
    there.store.onInvalidate((change) => changes.push(change));
    await there.put("1");
    expect(changes).toEqual([]);
    await here.clear();
    await eventually(() => changes).toEqual([{}]);
    expect(await there.find("1")).toBeUndefined();
    expect(warnings.join("\n")).toMatch(/subscribe to the channel "\{place-\d+\}:2:clears".*ACL SETUSER/);
    configure({ onWarning: (warning) => console.warn(warning) });
  });

  it("a server that evicts any key alone makes a miss of it, never an entry from before a clear", async () => {
    const namespace = fresh();
    const limited = { maxEntries: 100, maxBytes: 1_000_000 };
    const client = open({ namespace });
    await client.put("1", limited);
    await client.clear([callScope(scope, "other")]);
    await client.put("1", limited);
    const names = (await admin.keys(`{${namespace}}:*`)).sort();
    expect(names.map((name) => name.split(":")[2])).toEqual(["all", "c", "e", "i", "k", "n", "s"]);
    for (const name of names) {
      for (const scopes of [[scope], [ALL_DATA], [callScope(scope, "1")]]) {
        await client.put("1", limited);
        expect(await client.find("1")).toBeDefined();
        await admin.del(name);
        await client.clear(scopes);
        expect(await client.find("1"), `${name} was evicted`).toBeUndefined();
        // Evicted again, after the clear: what was cleared stays so.
        await admin.del(name);
        expect(await client.find("1"), `${name} was evicted twice`).toBeUndefined();
      }
    }
  });

  it("a prefix of the client that is taken over stands before every key", async () => {
    const taken = new Redis(server.url, { keyPrefix: "shop:", lazyConnect: true });
    const namespace = fresh();
    const client = open({ server: taken, namespace });
    for (let i = 0; i < 10; i++) await client.put(`few${i}`, { maxEntries: 3 });
    const names = await admin.keys(`*{${namespace}}:*`);
    expect(names.filter((name) => !name.startsWith("shop:"))).toEqual([]);
    expect(names.filter((name) => name.includes(":e:"))).toHaveLength(3);
    await client.clear();
    expect(await client.find("few9")).toBeUndefined();
    await eventually(async () => (await admin.keys(`*{${namespace}}:2:e:*`)).length).toBe(0);
  });

  it("clocks that differ: entries carry the server's time, so none is from the future or lives too long", async () => {
    const namespace = fresh();
    const ahead = open({ namespace, now: () => Date.now() + 3_600_000 });
    const behind = open({ namespace, now: () => Date.now() - 3_600_000 });
    const written = Date.now() + 3_600_000;
    await ahead.put("1", { written, expires: written + 60_000 });
    const found = await behind.find("1");
    expect(Math.abs((found?.meta.written ?? 0) - (Date.now() - 3_600_000))).toBeLessThan(30_000);
    expect((found?.meta.expires ?? 0) - (found?.meta.written ?? 0)).toBe(60_000);
  });

  it("messages and keys carry digests, never arguments", async () => {
    const namespace = fresh();
    const heard: string[] = [];
    const ear = new Redis(server.url);
    await ear.psubscribe("*");
    ear.on("pmessage", (_pattern: string, _channel: string, message: string) => heard.push(message));
    const client = open({ namespace });
    await client.put("hunter2");
    await client.clear([callScope(scope, "hunter2"), scope, ALL_DATA]);
    await eventually(() => heard.length).toBeGreaterThan(0);
    ear.disconnect();
    expect(heard.join()).not.toContain("hunter2");
    expect(heard.join()).not.toContain("load");
    expect((await admin.keys("*")).join()).not.toContain("hunter2");
  });

  it("runs that fail leave nothing on the server", async () => {
    const namespace = fresh();
    const { store } = open({ namespace });
    for (let i = 0; i < 20; i++) await (await store.lock(`failing ${i}`, origin))?.release();
    expect(await admin.keys(`{${namespace}}:*`)).toEqual([]);
  });

  it("a clear is a few commands, however many entries there are", async () => {
    const namespace = fresh();
    const client = open({ namespace });
    for (let i = 0; i < 300; i++) await client.put(String(i), { maxBytes: 1_000_000 });
    await admin.config("RESETSTAT");
    await client.store.renewEpochs([scope]);
    const text = await admin.info("commandstats");
    const calls = [...text.matchAll(/cmdstat_(\w+):calls=(\d+)/g)].map(([, name, n]) => [name, Number(n)] as const);
    for (const [name, n] of calls) if (name !== "info" && name !== "get") expect(n, name).toBeLessThanOrEqual(2);
    await admin.config("RESETSTAT");
    await client.put("one more", { maxBytes: 1_000_000 });
    const write = [...(await admin.info("commandstats")).matchAll(/cmdstat_(\w+):calls=(\d+)/g)];
    for (const [, name, n] of write) if (name !== "get") expect(Number(n), name).toBeLessThanOrEqual(8);
  });

  it("a failover behind one address: the store connects again, and a clear from the moment before holds", async () => {
    const [first, second] = [await begin(), await begin()];
    const [one, two] = [new Redis(first.url), new Redis(second.url)];
    await two.call("REPLICAOF", "127.0.0.1", String(first.port));
    await eventually(async () => (await two.info("replication")).includes("master_link_status:up")).toBe(true);
    const address = await Address.start(() => target.port);
    let target = first;
    const client = open({ server: `redis://127.0.0.1:${address.port}` });
    client.store.onInvalidate(() => {});
    await client.put("1");
    await eventually(async () => (await two.keys("*:e:*")).length).toBe(1);
    // The new master has not heard of the clear when it takes over.
    await two.call("REPLICAOF", "NO", "ONE");
    await client.clear();
    target = second;
    await one.call("REPLICAOF", "127.0.0.1", String(second.port));
    expect(await client.find("1")).toBeUndefined();
    // The connection still leads to what is a replica now: it says READONLY, and the store connects anew.
    await eventually(async () => {
      await client.put("2");
      return (await two.keys("*:e:*")).length;
    }).toBe(2);
    client.cleared.mayHaveLost();
    await eventually(async () => (await client.find("2")) ?? (await client.put("2"))).toBeDefined();
    expect(await client.find("1")).toBeUndefined();
    for (const each of [one, two]) each.disconnect();
    address.close();
  });

  it("a client of a cluster", async () => {
    const node = await begin([
      "--cluster-announce-ip",
      "127.0.0.1",
      "--cluster-enabled",
      "yes",
      "--cluster-config-file",
      `nodes-${process.pid}.conf`,
      "--dir",
      "/tmp",
    ]);
    const direct = new Redis(node.url);
    await direct.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await eventually(async () => String(await direct.call("CLUSTER", "INFO")).includes("cluster_state:ok")).toBe(true);
    const cluster = new Cluster([{ host: "127.0.0.1", port: node.port }], { lazyConnect: true });
    const client = open({ server: cluster });
    await client.put("1", { maxEntries: 5 });
    expect(await client.find("1")).toBeDefined();
    await client.clear();
    expect(await client.find("1")).toBeUndefined();
    expect((await direct.keys("*")).length).toBeGreaterThan(0);
    cluster.disconnect();
    direct.disconnect();
  });
});

/** One address for whichever server is behind it at the moment of connecting. */
class Address {
  readonly port: number;
  private readonly server: Server;
  private readonly sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>) {
    this.server = server;
    this.sockets = sockets;
    this.port = (server.address() as { port: number }).port;
  }

  static async start(target: () => number): Promise<Address> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const behind = tcp(target(), "127.0.0.1");
      for (const each of [socket, behind]) {
        sockets.add(each);
        each.on("error", () => {});
        each.on("close", () => {
          socket.destroy();
          behind.destroy();
        });
      }
      socket.pipe(behind).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Address(server, sockets);
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
