import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { configure } from "../../runtime/index.ts";
import { ALL_DATA, callScope, functionScope } from "../../runtime/persist/scopes.ts";
import { RedisStore } from "../../runtime/stores/redis.ts";
import type { Invalidation } from "../../runtime/stores/store.ts";
import { requires } from "../requirements.ts";
import { dataAsync } from "../runtime/emitted.ts";
import { Address } from "./address.ts";
import { RedisServer } from "./redis-server.ts";
import { StoreClient, FUNCTION as scope } from "./store-client.ts";

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
    return new StoreClient(store);
  };
  const begin = async (options: string[] = []) => {
    const made = await RedisServer.start(options);
    servers.push(made);
    return made;
  };
  const fresh = () => `place-${++count}`;
  /** How much each key of a namespace holds. */
  const sizes = async (namespace: string) => {
    const keys = (await admin.keys(`{${namespace}}:*`)).sort();
    return Promise.all(keys.map(async (key) => [key, await admin.memory("USAGE", key)]));
  };

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
    const kinds = new Set(names.map((name) => name.split(":")[2]));
    expect([...kinds]).toEqual(["all", "c", "e", "i", "k", "n", "s"]);
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
    configure({ stores: { failing: store } });
    const load = dataAsync(
      async (n: number) => {
        if (n > 0) throw new Error("away");
        return n;
      },
      { id: "pkg/src/load.ts#failing", name: "failing", parts: ["n"], persist: "failing" },
    );
    await load(0);
    const before = await sizes(namespace);
    for (let n = 1; n <= 100; n++) await expect(load(n)).rejects.toThrow("away");
    await eventually(() => sizes(namespace)).toEqual(before);
  });

  it("a server that is away for long: what is kept of clears is bounded, and they arrive when it is back", async () => {
    const namespace = fresh();
    const away = await begin();
    const [here, there] = [open({ server: away.url, namespace, timeout: 300 }), open({ server: away.url, namespace })];
    for (const call of ["1", "2", "never cleared"]) await here.put(call);
    away.pause();
    await here.clear([callScope(scope, "1")]);
    for (let n = 0; n < 5000; n++) await here.clear([callScope(functionScope(`other ${n % 50}`), String(n))]);
    expect((here.cleared as unknown as { tombstones: { size: number } }).tombstones.size).toBeLessThanOrEqual(1000);
    for (let n = 0; n < 5000; n++) await here.put(String(n));
    expect(await here.find("1")).toBeUndefined();
    away.resume();
    await eventually(() => there.find("1")).toBeUndefined();
    await eventually(async () => (await here.find("1")) ?? (await here.put("1"))).toBeDefined();
  });

  it("messages that come while nobody can look at their count take bounded room, and nothing is missed", async () => {
    const namespace = fresh();
    const client = open({ namespace });
    const changes: Invalidation[] = [];
    client.store.onInvalidate((change) => changes.push(change));
    await client.put("1");
    const { clears } = client.store as unknown as { clears: { receive(text: string): void; heard: Set<number> } };
    for (let count = 1; count <= 25_000; count++)
      clears.receive(JSON.stringify({ from: "another", count, scopes: ["tag:a"] }));
    expect(clears.heard.size).toBeLessThanOrEqual(10_000);
    await admin.set(`{${namespace}}:2:n`, 25_000);
    await eventually(() => changes.some(({ scopes }) => scopes === undefined)).toBe(true);
  });

  it("whatever the namespace, all keys are in one slot of a cluster", async () => {
    const slots = new Set<string>();
    for (const namespace of ["", "}", "{}", "a}b", "{a"]) {
      const client = open({ namespace });
      await admin.flushall();
      await client.put("1", { maxEntries: 3 });
      const made = await admin.keys("*");
      expect(made.length, namespace).toBeGreaterThan(3);
      // What stands between the first brace and the next one after it decides.
      const tags = new Set(made.map((key) => /\{([^}]+)\}/.exec(key.slice(key.indexOf("{")))?.[1]));
      expect([...tags], namespace).toEqual([expect.any(String)]);
      slots.add([...tags].join());
    }
    expect(slots.size).toBe(5);
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
    // As the runtime does.
    client.store.onInvalidate(({ isReconnected }) => void (isReconnected && client.cleared.mayHaveLost()));
    await client.put("1");
    await eventually(async () => (await two.keys("*:e:*")).length).toBe(1);
    // The new master has not heard of the clear when it takes over.
    await two.call("REPLICAOF", "NO", "ONE");
    await client.clear();
    target = second;
    await one.call("REPLICAOF", "127.0.0.1", String(second.port));
    await eventually(async () => (await one.info("replication")).includes("master_link_status:up")).toBe(true);
    expect((await one.keys("*:e:*")).length).toBe(1);
    // The connection still leads to what is a replica now. That says READONLY, to reads too, and the store connects anew.
    expect(await client.find("1")).toBeUndefined();
    await eventually(async () => {
      await client.put("2");
      return (await two.keys("*:e:*")).length;
    }).toBe(2);
    await eventually(async () => (await client.find("2")) ?? (await client.put("2"))).toBeDefined();
    expect(await client.find("1")).toBeUndefined();
    for (const each of [one, two]) each.disconnect();
    address.close();
  });
});
