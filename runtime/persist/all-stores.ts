import type { FunctionEntries } from "../call/function-state.ts";
import { state } from "../registry.ts";
import type { Store } from "../stores/store.ts";
import { guard } from "./guard-store.ts";

/** The environment's own durable store, or the one `configure({ disk })` put in its place. */
export function defaultStore(): Store | undefined {
  const { disk } = state.settings;
  if (disk === false) return undefined;
  return disk !== undefined && "lookup" in disk ? disk : state.ownStore?.(disk);
}

/** Every store that may hold entries of data functions. */
function allStores(): Set<Store> {
  const stores = new Set(Object.values(state.settings.stores));
  const own = defaultStore();
  if (own !== undefined) stores.add(own);
  return stores;
}

/** Removes a function's entries from every store: also from one it no longer persists to. */
export function clearStores(owner: FunctionEntries): undefined | Promise<void> {
  const pending = [...allStores()].map((store) =>
    guard(owner, store, "clear", () => store.clear(owner.definition.id), undefined),
  );
  const later = pending.filter((each) => each instanceof Promise);
  if (later.length === 0) return undefined;
  const done = Promise.all(later).then(() => {});
  owner.clearing = done;
  return done.finally(() => {
    if (owner.clearing === done) owner.clearing = undefined;
  });
}
