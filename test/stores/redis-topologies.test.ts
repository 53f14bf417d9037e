import { spawn } from "node:child_process";
import { Cluster, Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RedisStore, type RedisStoreOptions } from "../../runtime/stores/redis.ts";
import type { Invalidation } from "../../runtime/stores/store.ts";
import { requires } from "../requirements.ts";
import { bundleWorker } from "./bundle.ts";
import { RedisCluster } from "./redis-cluster.ts";
import { SentinelGroup } from "./redis-sentinel.ts";
import { StoreClient } from "./store-client.ts";
import { until } from "./until.ts";

const stores: RedisStore[] = [];
const open = (server: RedisStoreOptions["server"], more: RedisStoreOptions = {}) => {
  const store = new RedisStore({ ...(server && { server }), timeout: 2000, maxPause: 100, ...more });
  stores.push(store);
  const client = new StoreClient(store);
  const changes: Invalidation[] = [];
  store.onInvalidate((change) => {
    changes.push(change);
    // As the runtime does.
    if (change.isReconnected) client.cleared.mayHaveLost();
  });
  return Object.assign(client, { changes });
};
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

/** A program that makes a call and then has nothing more to do. */
async function ends(server: unknown): Promise<number> {
  const child = spawn(process.execPath, [bundleWorker("./redis-worker.ts"), JSON.stringify(server), "0"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(`${JSON.stringify([1, "call", 1])}\n`);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdin.end();
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
}

describe.skipIf(!requires("redis-server"))("Redis behind sentinels", () => {
  let group: SentinelGroup;
  beforeAll(async () => {
    group = await SentinelGroup.start();
  });
  afterAll(() => group.close());

  it("a program that uses it ends", async () => {
    expect(await ends(group.server)).toBe(0);
  });

  it("another master: the store goes on with it, and a clear that it never heard of holds, for others too", async () => {
    const before = await group.master();
    const replica = group.servers.find((server) => server !== before);
    const taken = new Redis({ ...group.server, lazyConnect: true, failoverDetector: true });
    const [here, there] = [open(taken), open(group.server)];
    await here.put("1");
    expect(await there.find("1")).toBeDefined();
    const keysOf = async () => (await group.ask(replica as typeof before, "KEYS", "*:e:*")).length;
    await until(async () => (await keysOf()) > 0);
    // From now on the replica hears nothing.
    await group.ask(before, "ACL", "SETUSER", "default", "-psync", "-sync");
    await group.ask(before, "CLIENT", "KILL", "TYPE", "replica");
    await here.clear();
    expect(await there.find("1")).toBeUndefined();
    await before.kill();
    const after = await group.promoted(before);
    expect(after).toBe(replica);
    expect(await keysOf()).toBeGreaterThan(0);
    expect(await here.find("1")).toBeUndefined();
    await until(async () => {
      await here.put("2");
      return (await here.find("2")) !== undefined;
    });
    expect(await here.find("1")).toBeUndefined();
    await until(async () => (await there.find("2")) !== undefined);
    expect(await there.find("1")).toBeUndefined();
    expect(here.changes).toContainEqual({ isReconnected: true });
  });
});

describe.skipIf(!requires("redis-server"))("a Redis cluster of three masters", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.close());
  const connect = (more: RedisStoreOptions = {}) =>
    open(
      new Cluster(cluster.startupNodes, { lazyConnect: true, slotsRefreshInterval: 1000, scaleReads: "slave" }),
      more,
    );

  it("a program that uses it ends", async () => {
    expect(await ends({ cluster: cluster.startupNodes })).toBe(0);
  });

  it("everything works, in one slot for each namespace", async () => {
    const limits = { maxEntries: 5, maxBytes: 10_000 };
    const owners = new Set<number>();
    for (const namespace of ["one", "two", "three", "four", "five", "six"]) {
      const client = connect({ namespace });
      for (let n = 0; n < 8; n++) await client.put(String(n), limits);
      expect(await client.find("7")).toBeDefined();
      expect(await client.find("0")).toBeUndefined();
      const lease = await client.store.lock("k", { function: "f", hash: "h" });
      expect(lease).toBeDefined();
      await lease?.release();
      await client.clear();
      expect(await client.find("7")).toBeUndefined();
      await client.put("8");
      expect(await client.find("8")).toBeDefined();
      await client.store.prune();
      expect(client.failures).toEqual([]);
      const keys = (await cluster.keys()).filter(([, key]) => key.startsWith(`{${namespace}}:`));
      expect(keys.length).toBeGreaterThan(3);
      expect(new Set(keys.map(([node]) => node)).size).toBe(1);
      owners.add(keys[0]?.[0] as number);
    }
    expect(owners.size).toBeGreaterThan(1);
  });

  it("a clear reaches the memory of a client at whichever node", async () => {
    const [here, ...others] = Array.from({ length: 6 }, () => connect({ namespace: "told" }));
    for (const each of others) await each.put("1");
    await here?.clear();
    for (const { changes } of others) await until(() => changes.some(({ scopes }) => scopes?.length === 1));
  });

  it("a slot that moves to another node while calls go on", async () => {
    const namespace = "moving";
    const client = connect({ namespace });
    for (let n = 0; n < 40; n++) await client.put(String(n), { maxBytes: 100_000 });
    const before = await cluster.ownerOf(`{${namespace}}`);
    let isOver = false;
    const work = (async () => {
      for (let n = 0; !isOver; n++) {
        const bytes = new Uint8Array([n % 40]);
        await client.put(String(n % 40), { maxBytes: 100_000 }, bytes);
        expect((await client.find(String(n % 40)))?.bytes).toEqual(bytes);
      }
    })();
    await cluster.moveSlot(`{${namespace}}`);
    isOver = true;
    await work;
    expect(await cluster.ownerOf(`{${namespace}}`)).not.toBe(before);
    await client.clear();
    expect(await client.find("1")).toBeUndefined();
    await client.put("1");
    expect(await client.find("1")).toBeDefined();
    expect(client.failures).toEqual([]);
  });

  it("a node that is killed and comes back: nothing from before a clear, what is cleared meanwhile too", async () => {
    const namespace = "killed";
    const [here, there] = [connect({ namespace }), connect({ namespace })];
    await here.put("1");
    expect(await there.find("1")).toBeDefined();
    const node = cluster.nodes[await cluster.ownerOf(`{${namespace}}`)];
    node?.pause();
    await here.clear();
    expect(await here.find("1")).toBeUndefined();
    node?.resume();
    // The entry is still there; the clear gets to the server once it answers again.
    await until(async () => (await cluster.keys()).some(([, key]) => key.startsWith(`{${namespace}}:2:e:`)));
    await until(async () => (await there.find("1")) === undefined && there.failures.length === 0);
    await until(async () => {
      await here.put("2");
      return (await here.find("2")) !== undefined;
    });
    expect(await there.find("1")).toBeUndefined();
    await node?.kill();
    expect(await here.find("2")).toBeUndefined();
    await node?.restart();
    await until(() => cluster.isWell());
    await until(async () => {
      await here.put("3");
      return (await there.find("3")) !== undefined;
    });
  });

  it("the node that a client hears messages from is killed: its memory is dropped, and it listens to another", async () => {
    const namespace = "heard";
    const clients = Array.from({ length: 12 }, () => connect({ namespace }));
    for (const each of clients) await each.put("1");
    const owner = await cluster.ownerOf(`{${namespace}}`);
    const channel = `{${namespace}}:2:clears`;
    const listening = async (node: number) =>
      Number(((await (cluster.clients[node] as Redis).call("PUBSUB", "NUMSUB", channel)) as [string, number])[1]);
    // Each has taken any node.
    const others = [(owner + 1) % 3, (owner + 2) % 3];
    const [first = 0, second = 0] = await Promise.all(others.map(listening));
    const [other, rest] = (first > second ? others : others.reverse()) as [number, number];
    const affected = Math.max(first, second);
    await cluster.nodes[other]?.kill();
    const told = () => clients.filter(({ changes }) => changes.some(({ isReconnected }) => isReconnected)).length;
    await until(() => told() >= affected);
    await until(async () => (await listening(owner)) + (await listening(rest)) === clients.length);
    await cluster.nodes[other]?.restart();
    await until(() => cluster.isWell());
    expect(affected).toBeGreaterThan(0);
  });
});
