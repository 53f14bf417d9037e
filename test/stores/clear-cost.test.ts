import Keyv from "keyv";
import { afterAll, describe, expect, it } from "vitest";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { keyvStore } from "../../runtime/stores/keyv.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { FaultyFiles } from "../chaos/faulty-files.ts";
import { temporaryDirectory } from "./bundle.ts";
import { CALLED, StoreClient } from "./store-client.ts";

const base = temporaryDirectory("clear-cost");
afterAll(base.remove);

/** What a clear of a function asks for while its caller waits, with so many entries there. */
async function costs(measure: (entries: number) => Promise<number>): Promise<void> {
  const [few, many] = [await measure(20), await measure(1000)];
  expect(few).toBeGreaterThan(0);
  expect(many).toBeLessThanOrEqual(few + 5);
}

// Redis: redis-production.test.ts, "a clear is a few commands, however many entries there are". IndexedDB: indexeddb.test.ts.
describe("a clear costs the same, however many entries there are", () => {
  it("in memory", () =>
    costs(async (entries) => {
      let looks = 0;
      const client = new StoreClient(new MemoryStore());
      for (let n = 0; n < entries; n++) await client.put(String(n));
      const { store } = client;
      const renew = store.renewEpochs.bind(store);
      store.renewEpochs = (scopes) => {
        looks++;
        renew(scopes);
      };
      const { functions } = store as unknown as { functions: Map<string, Map<string, { entries: object }>> };
      for (const versions of functions.values())
        for (const version of versions.values())
          version.entries = new Proxy(version.entries, {
            get(target, name) {
              looks++;
              return Reflect.get(target, name);
            },
          });
      await client.clear();
      expect(store.lookup("1", CALLED)).toBeUndefined();
      return looks;
    }));

  it("on Keyv", () =>
    costs(async (entries) => {
      let operations = 0;
      const map = new Map<string, unknown>();
      const counting = (name: "get" | "set" | "delete") => (key: string, value?: unknown) => {
        operations++;
        return (map[name] as (key: string, value?: unknown) => unknown).call(map, key, value);
      };
      const store = { get: counting("get"), set: counting("set"), delete: counting("delete"), clear: () => {} };
      const client = new StoreClient(keyvStore(new Keyv({ store: store as unknown as Map<string, unknown> })));
      for (let n = 0; n < entries; n++) await client.put(String(n));
      operations = 0;
      await client.clear();
      const { length: failures } = client.failures;
      const cost = operations;
      expect(failures).toBe(0);
      expect(await client.find("1")).toBeUndefined();
      return cost;
    }));

  it("on disk, but for the first few hundred files, which it removes at once", async () => {
    const measure = async (entries: number) => {
      const dir = `${base.path}/${entries}`;
      const client = new StoreClient(new DiskStore({ dir }));
      for (let n = 0; n < entries; n++) await client.put(String(n));
      const files = new FaultyFiles(dir, () => 1, 0);
      await client.clear();
      files.restore();
      expect(await client.find("1")).toBeUndefined();
      client.store.close();
      return files.counts.operations;
    };
    const [many, more] = [await measure(700), await measure(1400)];
    expect(more).toBeLessThanOrEqual(many + 5);
    expect(more).toBeLessThan(700);
  });
});
