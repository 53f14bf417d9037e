import type { CachedFunction } from "../call/types.ts";
import { UnknownStoreError } from "../errors.ts";
import { state } from "../registry.ts";
import type { Store } from "../stores/store.ts";
import { defaultStore, keepsToMemory } from "./all-stores.ts";

/**
 * The store that a function's `persist` names; `undefined` under a test runner, where the environment's own is not used.
 * @throws UnknownStoreError if there is none.
 */
export function findStore(owner: CachedFunction): Store | undefined {
  const { recordings } = state.features;
  if (recordings !== undefined) return recordings.store;
  const { persist } = owner.options;
  const { stores } = state.settings;
  if (persist === true || persist === "disk") {
    const store = stores["disk"] ?? defaultStore();
    if (store !== undefined || (state.settings.disk !== false && keepsToMemory())) return store;
    throw new UnknownStoreError(
      "CACHET_UNKNOWN_STORE",
      `${owner.name}(): persist: ${JSON.stringify(persist)} needs a durable store, and this environment has none. Give one to configure({ disk })`,
    );
  }
  const store = Object.hasOwn(stores, persist as string) ? stores[persist as string] : undefined;
  if (store !== undefined) return store;
  const names = Object.keys(stores);
  const registered =
    names.length > 0 ? `registered are ${names.map((name) => JSON.stringify(name)).join(", ")}` : "none is registered";
  throw new UnknownStoreError(
    "CACHET_UNKNOWN_STORE",
    `${owner.name}(): no store named ${JSON.stringify(persist)}; ${registered}. Give it to configure({ stores })`,
  );
}
