import { join } from "node:path";
import Keyv from "keyv";
import { KeyvFile } from "keyv-file";
import { afterAll, describe, expect, it, vi } from "vitest";
import { configure } from "../../runtime/index.ts";
import { storeContract } from "../../runtime/stores/contract.ts";
import { keyvStore } from "../../runtime/stores/keyv.ts";
import { data, dataAsync } from "../runtime/emitted.ts";
import { temporaryDirectory } from "./bundle.ts";

const base = temporaryDirectory("keyv");
afterAll(base.remove);

const fileKeyv = (place: string) =>
  new Keyv({ store: new KeyvFile({ filename: join(base.path, `${place}.json`), writeDelay: 5 }) });

describe("a Keyv storage as a store", () => {
  describe("in a file", () => {
    const create = (place: string, now: () => number) => keyvStore(fileKeyv(place), { now });
    for (const { name, run } of storeContract({ create, ownClock: true, maxValueBytes: 200_000 })) it(name, run);
  });

  describe("in memory, shared by two stores", () => {
    const maps = new Map<string, Map<string, unknown>>();
    const create = (place: string, now: () => number) => {
      const map = maps.get(place) ?? new Map();
      maps.set(place, map);
      return keyvStore(new Keyv({ store: map }), { now });
    };
    for (const { name, run } of storeContract({ create, shared: true, ownClock: true })) it(name, run);
  });

  it("leaves what others keep in the same storage alone [B205]", async () => {
    const keyv = fileKeyv("shared");
    await keyv.set("theirs", 1);
    const store = keyvStore(keyv);
    await store.write("k", new Uint8Array(1), { function: "f", hash: "h", written: 1, cost: 1 });
    await store.clear();
    expect(await keyv.get("theirs")).toBe(1);
  });

  it("another process finds the value in the file", async () => {
    const options = { id: "pkg/src/k.ts#load", hash: "c1:1", name: "load", parts: ["n"], persist: "file" };
    const body = vi.fn(async (n: number) => ({ n, when: new Date(n) }));
    configure({ stores: { file: keyvStore(fileKeyv("process")) } });
    await dataAsync(body, options)(5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    configure({ stores: { file: keyvStore(fileKeyv("process")) } });
    // A definition with other limits starts with an empty memory, as a new process does.
    expect(await dataAsync(body, { ...options, maxEntries: 10 })(5)).toEqual({ n: 5, when: new Date(5) });
    expect(body).toHaveBeenCalledTimes(1);
  });

  it("a failure counts for the operation under way, although others begin before that is told", async () => {
    const map = new Map<string, unknown>();
    let tell: (error: unknown) => void = () => {};
    let isRefused = false;
    const keyv = {
      get: async (keys: string[]) => keys.map((key) => map.get(key)),
      set: async (key: string, value: unknown) => {
        if (!isRefused) return map.set(key, value);
        tell(new Error("refused"));
        await store.lookup("another", { function: "p#g", hash: "1" });
        return undefined;
      },
      delete: async (key: string) => map.delete(key),
      on: (_: string, listener: (error: unknown) => void) => {
        tell = listener;
      },
    };
    const store = keyvStore(keyv);
    await store.renewEpochs?.(["a"]);
    isRefused = true;
    await expect(store.renewEpochs?.(["a"])).rejects.toThrow("refused");
  });

  it("what breaks below costs a recompute and a warning, never the call", async () => {
    const onWarning = vi.fn();
    const broken = {
      get: () => Promise.reject(new Error("broken")),
      set: () => Promise.reject(new Error("broken")),
      delete: () => Promise.reject(new Error("broken")),
      clear: () => Promise.reject(new Error("broken")),
      on: () => broken,
      opts: {},
    };
    configure({ stores: { broken: keyvStore(new Keyv({ store: broken }), { name: "broken" }) }, onWarning });
    const f = dataAsync(async (n: number) => n, { persist: "broken", parts: ["n"] });
    expect([await f(1), await f(2), await f(1)]).toEqual([1, 2, 1]);
    expect(onWarning.mock.calls.length).toBeGreaterThan(0);
    expect(onWarning.mock.calls.length).toBeLessThanOrEqual(2);
    expect(() => data((n: number) => n, { persist: "broken" })(1)).toThrow(/synchronous/);
  });
});
