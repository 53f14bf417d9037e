import { state } from "../registry.ts";
import { IndexedDBStore, type IndexedDBStoreOptions } from "./indexeddb/indexeddb-store.ts";

export type { IndexedDBStore, IndexedDBStoreOptions } from "./indexeddb/indexeddb-store.ts";

/** The store behind `persist: true` in a page; give one to `configure({ disk })` to change how it behaves. */
export function indexedDBStore(options: IndexedDBStoreOptions = {}): IndexedDBStore {
  return new IndexedDBStore({ ...options, now: options.now ?? (() => state.settings.clock.wall()) });
}
