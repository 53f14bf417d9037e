import { expect, it, vi } from "vitest";
import { ownStore } from "../../runtime/stores/default-store.browser.ts";
import { IndexedDBStore } from "../../runtime/stores/indexeddb/indexeddb-store.ts";
import { lazyStore } from "../../runtime/stores/lazy.ts";
import type { Store } from "../../runtime/stores/store.ts";

it("a browser's default store is known by what the store behind it is, so large arrays are read without a copy", () => {
  const behind = new IndexedDBStore({ now: () => 0 });
  const traits = ["name", "sync", "hasChecksum", "transfersBytes", "lockTimeout"] as const;
  const of = (store: Store) => traits.map((trait) => store[trait] ?? false);
  expect(of(ownStore())).toEqual(of(behind));
  expect(ownStore().transfersBytes).toBe(true);
});

it("a lazy store passes every method on, with its arguments, and loads the store once", async () => {
  const calls: unknown[][] = [];
  const behind = new Proxy({} as Store, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        name === "then" ? undefined : void calls.push([name, ...args.map((arg) => typeof arg)]),
  });
  const traits = { name: "lazy", sync: false, hasChecksum: true, transfersBytes: false, lockTimeout: 60_000 };
  const load = vi.fn(async () => ({ ...traits, ...methodsOf(behind) }) as Store);
  const store = lazyStore(traits, load, async () => true) as Store & Record<string, (...args: unknown[]) => unknown>;
  expect(store).toMatchObject(traits);
  const methods = Object.keys(store).filter((name) => typeof store[name] === "function");
  expect(methods.sort()).toEqual([...METHODS].sort());
  for (const name of METHODS) await store[name]?.("a", 1);
  await vi.waitFor(() => expect(calls.map(([name]) => name).sort()).toEqual([...METHODS].sort()));
  expect(load).toHaveBeenCalledTimes(1);
});

const METHODS = [
  "lookup",
  "write",
  "delete",
  "clear",
  "lock",
  "prune",
  "close",
  "onInvalidate",
  "readEpochs",
  "renewEpochs",
];
const methodsOf = (store: Store) =>
  Object.fromEntries(METHODS.map((name) => [name, Reflect.get(store, name) as () => unknown]));
