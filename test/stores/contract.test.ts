import { describe, expect, it } from "vitest";
import { storeContract } from "../../runtime/stores/contract.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import type { Store } from "../../runtime/stores/store.ts";
import { flaky, seeded } from "./flaky-store.ts";

describe("the memory store", () => {
  const places = new Map<string, MemoryStore>();
  const create = (place: string, now: () => number) => {
    const known = places.get(place) ?? new MemoryStore({ now });
    places.set(place, known);
    return known;
  };
  for (const { name, run } of storeContract({ create, shared: true })) it(name, run);
});

describe("an asynchronous store", () => {
  const later =
    <A extends unknown[], R>(method: (...args: A) => R) =>
    async (...args: A) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      return method(...args);
    };
  const create = (_place: string, now: () => number): Store => {
    const inner = new MemoryStore({ now });
    return {
      name: "later",
      sync: false,
      lookup: later((key, origin) => inner.lookup(key, origin)),
      write: later((key, bytes, meta) => inner.write(key, bytes, meta)),
      delete: later((key, origin) => inner.delete(key, origin)),
      clear: later((id) => inner.clear(id)),
    };
  };
  for (const { name, run } of storeContract({ create })) it(name, run);
});

describe("a store that fails at random", () => {
  const create = (_place: string, now: () => number) => flaky(new MemoryStore({ now }), seeded(7));
  for (const { name, run } of storeContract({ create, flaky: true })) it(name, run);
});

describe("the contract suite finds", () => {
  const broken: Record<string, (store: MemoryStore) => Partial<Store>> = {
    "a store that forgets": () => ({ write: () => {} }),
    "a store that edits keys": (store) => ({
      write: (key, bytes, meta) => store.write(key.toLowerCase(), bytes, meta),
      lookup: (key, origin) => store.lookup(key.toLowerCase(), origin),
    }),
    "a store that keeps the whole buffer": (store) => ({
      write: (key, bytes, meta) => store.write(key, new Uint8Array(bytes.buffer), meta),
    }),
    "a store that clears too much": (store) => ({ clear: () => store.clear() }),
    "a store that drops epochs": (store) => ({
      write: (key, bytes, { epochs: _, ...meta }) => store.write(key, bytes, meta),
    }),
    "a store that does not renew epochs": () => ({ renewEpochs: () => {} }),
    "a store that renews all epochs at once": (store) => ({
      renewEpochs: (scopes) => store.renewEpochs([...scopes, "tag:aa", "kind:data"]),
    }),
    "a store whose epochs return": (store) => {
      let turn = 0;
      return {
        readEpochs: (scopes) => store.readEpochs(scopes).map((epoch) => `${epoch.slice(0, 3)}${turn % 2}`),
        renewEpochs: () => void turn++,
      };
    },
    "a store that puts entries under the present epoch": (store) => ({
      write: (key, bytes, meta) => {
        const scopes = Object.keys(meta.epochs ?? {});
        const now = store.readEpochs(scopes);
        store.write(key, bytes, {
          ...meta,
          epochs: Object.fromEntries(scopes.map((scope, i) => [scope, now[i] ?? ""])),
        });
      },
    }),
    "a store without limits": (store) => ({
      write: (key, bytes, { maxEntries: _, maxBytes: __, ...meta }) => store.write(key, bytes, meta),
    }),
    "a store that drops metadata": (store) => ({
      write: (key, bytes, meta) => store.write(key, bytes, { ...meta, cost: 0 }),
    }),
    "a store whose lock locks nothing": () => ({ lock: async () => ({ release() {} }) }),
  };
  for (const [name, breakIt] of Object.entries(broken)) {
    it(name, async () => {
      const create = (_place: string, now: () => number): Store => {
        const inner = new MemoryStore({ now });
        const overrides = breakIt(inner);
        return new Proxy(inner, {
          get: (target, member) => {
            const own = Reflect.get(overrides, member) ?? Reflect.get(target, member, target);
            return typeof own === "function" ? own.bind(target) : own;
          },
        });
      };
      const failures = await Promise.allSettled(storeContract({ create }).map(({ run }) => run()));
      expect(failures.some(({ status }) => status === "rejected")).toBe(true);
    });
  }
});
