import { state } from "../registry.ts";
import { lazyStore, type StoreTraits } from "./lazy.ts";
import type { Store } from "./store.ts";

/** What `IndexedDBStore` is, known before it is loaded. */
const INDEXEDDB_TRAITS: StoreTraits = {
  name: "indexeddb",
  sync: false,
  hasChecksum: false,
  transfersBytes: true,
  lockTimeout: 60_000,
};

let database: Store | undefined;

/** The environment's own durable store, behind `persist: true`: IndexedDB. Its code is loaded by the first call that needs it. */
export function ownStore(_options?: { dir?: string }): Store {
  database ??= lazyStore(
    INDEXEDDB_TRAITS,
    async () => {
      const { IndexedDBStore } = await import("./indexeddb/indexeddb-store.ts");
      return new IndexedDBStore({ now: () => state.settings.clock.wall() });
    },
    hasDatabase,
  );
  return database;
}

async function hasDatabase(): Promise<boolean> {
  if (typeof indexedDB === "undefined") return false;
  return (await indexedDB.databases()).some(({ name }) => name === "cachet");
}
