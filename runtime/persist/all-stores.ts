import { environment, isTestWorld } from "#platform";
import { isPromise } from "../call/thenable.ts";
import type { CachedFunction } from "../call/types.ts";
import { state } from "../registry.ts";
import type { MaybePromise, Store } from "../stores/store.ts";
import { clearedStore } from "./cleared-store.ts";
import { reportOf } from "./guard-store.ts";
import { all, andThen } from "./maybe-promise.ts";
import { ALL_DATA, callScope, functionScope } from "./scopes.ts";
import { storeKey } from "./store-key.ts";

/** The environment's own durable store, or the one `configure({ disk })` put in its place. */
export function defaultStore(): Store | undefined {
  const { disk } = state.settings;
  if (disk === false || keepsToMemory()) return undefined;
  return disk !== undefined && "lookup" in disk ? disk : state.features.ownStore?.(disk);
}

/** Under a test runner nothing reaches, or clears, the place where the program's entries are, unless another one is named. */
export function keepsToMemory(): boolean {
  const { disk } = state.settings;
  const isNamed = typeof disk === "object" && ("lookup" in disk || disk.dir !== undefined);
  return !isNamed && isTestWorld() && environment("CACHET_DIR") === undefined;
}

/** Every store that may hold entries of data functions. */
function allStores(): Set<Store> {
  const { recordings } = state.features;
  if (recordings !== undefined) return new Set([recordings.store]);
  const stores = new Set(Object.values(state.settings.stores));
  const own = defaultStore();
  if (own !== undefined) stores.add(own);
  return stores;
}

/**
 * Clears a function, or one call of it by the text of its arguments, in every store and code version: also in a store it no
 * longer persists to.
 */
export function clearStores(owner: CachedFunction, args?: string): undefined | Promise<void> {
  const { id, hash } = owner.definition;
  const scope = functionScope(id);
  if (args !== undefined) {
    const key = storeKey(owner, args);
    return clearScopes([callScope(scope, args)], (store) => store.delete(key, { function: id, hash }), owner);
  }
  return clearScopes([scope], (store) => store.clear(id), owner);
}

/** Clears all data in every store: also what modules that are not loaded have stored. */
export function clearAllData(): undefined | Promise<void> {
  return clearScopes([ALL_DATA], (store) => store.clear());
}

/** Clears scopes of any kind in every store. `tidy` removes from a store what then is out of use. */
export function clearScopes(
  scopes: readonly string[],
  tidy: (store: Store) => MaybePromise<void>,
  owner?: CachedFunction,
): undefined | Promise<void> {
  const pending = [...allStores()].map((store) =>
    clearedStore(store).clear(scopes, () => tidy(store), reportOf(store, owner)),
  );
  const done = andThen(all(pending), () => {});
  return isPromise(done) ? done : undefined;
}
