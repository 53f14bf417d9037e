import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { configure } from "../../runtime/index.ts";
import { ALL_DATA } from "../../runtime/persist/scopes.ts";
import { storeContract } from "../../runtime/stores/contract.ts";
import { RedisStore } from "../../runtime/stores/redis.ts";
import { requires } from "../requirements.ts";
import { data } from "../runtime/emitted.ts";
import { bundleWorker } from "./bundle.ts";
import { eventually, Machine } from "./machine.ts";
import { RedisServer } from "./redis-server.ts";

type Report = { runs: number; warnings: string[]; errors: string[] };

describe.skipIf(!requires("redis-server"))("Redis", () => {
  const worker = bundleWorker("./redis-worker.ts");
  let server: RedisServer;
  let machines: Machine[] = [];
  const stores: RedisStore[] = [];
  const store = (options: ConstructorParameters<typeof RedisStore>[0] = {}) => {
    const made = new RedisStore({ server: server.url, timeout: 500, maxPause: 100, ...options });
    stores.push(made);
    return made;
  };
  const start = (count: number, takes = 0) => {
    machines = Array.from({ length: count }, () => new Machine(worker, server.url, String(takes)));
    return machines;
  };
  const origin = { function: "f", hash: "h" };
  const meta = { ...origin, written: Date.now(), cost: 1 };

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    for (const machine of machines) machine.child.kill("SIGKILL");
    machines = [];
    for (const made of stores.splice(0)) made.close();
    const cleaner = new RedisStore({ server: server.url });
    await cleaner.renewEpochs([ALL_DATA]);
    await cleaner.delete("k", origin);
    cleaner.close();
  });
  afterAll(() => server.kill());

  describe("the store", () => {
    const create = (place: string, now: () => number) => store({ namespace: place, now, timeout: 10_000 });
    for (const { name, run } of storeContract({ create, shared: true, ownClock: true })) it(name, run);

    it("keeps namespaces apart, and leaves foreign keys alone", async () => {
      const [a, b] = [store({ namespace: "a" }), store({ namespace: "b" })];
      for (const [each, value] of [
        [a, 1],
        [b, 2],
      ] as const) {
        const [epoch] = await each.readEpochs([ALL_DATA], true);
        await each.write("k", new Uint8Array([value]), { ...meta, epochs: { [ALL_DATA]: epoch as string } });
      }
      await a.renewEpochs([ALL_DATA]);
      await a.clear();
      expect(await a.lookup("k", origin)).toBeUndefined();
      expect((await b.lookup("k", origin))?.bytes).toEqual(new Uint8Array([2]));
    });

    it("says what to do about a value that is too large", async () => {
      const small = store({ maxValueBytes: 1000 });
      await expect(Promise.resolve(small.write("k", new Uint8Array(1001), meta))).rejects.toThrow(
        /1001 bytes.*maxValueBytes/,
      );
      await small.write("k", new Uint8Array(1000), meta);
      expect(await small.lookup("k", origin)).toBeDefined();
    });

    it("a holder that is silent for too long loses its lock, and what it then writes does not land", async () => {
      const [slow, other] = [store({ staleAfter: 150 }), store({ staleAfter: 5000 })];
      await slow.lock("k", origin);
      // A process that hangs renews nothing.
      clearInterval((slow as unknown as { leases: { timer: NodeJS.Timeout } }).leases.timer);
      const lease = await other.lock("k", origin);
      expect(lease).toBeDefined();
      await slow.write("k", new Uint8Array([1]), meta);
      expect(await other.lookup("k", origin)).toBeUndefined();
      await other.write("k", new Uint8Array([2]), meta);
      await lease?.release();
      expect((await slow.lookup("k", origin))?.bytes).toEqual(new Uint8Array([2]));
    });
  });

  it("a synchronous function is refused with a clear error", () => {
    configure({ stores: { redis: store() } });
    const f = data((x: number) => x, { persist: "redis", name: "load" });
    expect(() => f(1)).toThrow(/load\(\) is synchronous.*redis/);
  });

  it("of several machines one computes, and all have the value", async () => {
    const all = start(4, 300);
    const values = await Promise.all(all.map((machine) => machine.call(1)));
    expect(new Set(values.map(({ by }) => by)).size).toBe(1);
    const reports = await Promise.all(all.map((machine) => machine.ask<Report>("report")));
    expect(reports.reduce((sum, { runs }) => sum + runs, 0)).toBe(1);
    for (const { warnings } of reports) expect(warnings).toEqual([]);
  });

  it("a machine that is killed while it computes is noticed, and another computes", async () => {
    const [first, second] = start(2, 1000) as [Machine, Machine];
    first.call(1).catch(() => {});
    await eventually(async () => (await first.ask<Report>("report")).runs).toBe(1);
    const value = second.call(1);
    first.child.kill("SIGKILL");
    expect((await value).by).toBe(second.child.pid);
  });

  it("a clear on one machine reaches the memory of the others", async () => {
    const [first, second] = start(2) as [Machine, Machine];
    const before = await first.call(1);
    expect(await second.call(1)).toEqual(before);
    expect((await second.ask<Report>("report")).runs).toBe(0);
    await first.ask("clear");
    await eventually(async () => (await second.call(1)).by).toBe(second.child.pid);
    const after = await second.call(1);
    await first.ask("clearOne", 1);
    await eventually(
      async () => (await second.ask<Report>("report")).runs + ((await second.call(1)) && 0),
    ).toBeGreaterThan(1);
    expect(after.n).toBe(1);
  });

  it("a server that is killed and comes back: right values all the time, one warning, and then it is used again", async () => {
    const [first, second] = start(2) as [Machine, Machine];
    await first.call(1);
    await server.kill();
    const away = await Promise.all([1, 2, 3, 2].flatMap((n) => [first.call(n), second.call(n)]));
    expect(away.map(({ n }) => n)).toEqual([1, 1, 2, 2, 3, 3, 2, 2]);
    await server.restart();
    await eventually(async () => {
      const n = 100 + Math.floor(Math.random() * 1e9);
      const value = await first.call(n);
      return (await second.call(n)).by === value.by;
    }).toBe(true);
    for (const machine of [first, second]) {
      const { warnings } = await machine.ask<Report>("report");
      expect(warnings.filter((text) => text.includes("could not be read")).length).toBeLessThanOrEqual(1);
      expect(warnings.length).toBeLessThanOrEqual(2);
    }
  });

  it("killed and restarted again and again in mid-flight: nobody gets a wrong value", async () => {
    const all = start(3, 5);
    let isOver = false;
    let calls = 0;
    const load = async (machine: Machine) => {
      while (!isOver) {
        const n = Math.floor(Math.random() * 20);
        expect((await machine.call(n)).n).toBe(n);
        calls++;
        if (calls % 50 === 0) await machine.ask("clear");
      }
    };
    const work = all.map(load);
    for (let round = 0; round < 5 || calls <= 20; round++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await server.restart();
    }
    isOver = true;
    await Promise.all(work);
  });

  it("a server that hangs costs one time-out, not one per call", async () => {
    const [machine] = start(1) as [Machine];
    await machine.call(1);
    server.pause();
    const from = Date.now();
    for (let n = 10; n < 30; n++) expect((await machine.call(n)).n).toBe(n);
    expect(Date.now() - from).toBeLessThan(20 * 500);
    server.resume();
    await eventually(async () => (await machine.ask<Report>("report")).errors.length).toBeGreaterThan(0);
  });

  it("an idle connection does not keep a program from ending", async () => {
    const [machine] = start(1) as [Machine];
    await machine.call(1);
    const ended = new Promise((resolve) => machine.child.once("exit", resolve));
    machine.child.stdin?.end();
    expect(await ended).toBe(0);
  });
});
