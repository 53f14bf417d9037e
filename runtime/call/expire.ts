import { andThen } from "../persist/maybe-promise.ts";
import { state } from "../registry.ts";
import { abandonAside, clearCall, clearFunction } from "./clear.ts";
import { createEntry } from "./entry.ts";
import { isUsable } from "./expiry.ts";
import { discard } from "./limits.ts";
import type { CachedFunction, CachedValue, CallKey, Entry, FileStates } from "./types.ts";

/** What is kept of a call that was made to expire. */
interface ExpiredCall extends CachedValue {
  cost: number;
  promised: boolean;
  replay: unknown;
  tags: readonly string[] | undefined;
  tagNames?: readonly string[] | undefined;
  files: FileStates | undefined;
  /** Milliseconds until it is gone. */
  left: number;
}

/**
 * Ends the time to live of one call's entry, in memory and in the store: it stays as `stale` allows, else it is cleared. A run under
 * way keeps its result to itself, since it may have read what is old now.
 */
export function expireCall(owner: CachedFunction, call: CallKey): undefined | Promise<void> {
  const { stale } = state.features;
  if (owner.options.stale === undefined || stale === undefined) return clearCall(owner, call);
  const { table, key } = call;
  abandonAside(owner, table, owner.options.allowWidgets ? undefined : owner.textOf(key), false);
  state.features.errors?.forget(owner, table, owner.options.allowWidgets ? undefined : key);
  for (const entry of owner.entriesAt(table, key)) {
    if (entry.state === "pending") table.remove(entry);
    else if (!stale.expire(owner, entry)) discard(owner, entry, { type: "expire" });
  }
  owner.emit({ type: "expire" }, call);
  return expireStored(owner, call);
}

/** Ends the time to live of every entry. What is in memory stays as `stale` allows; what only a store has is cleared. */
export function expireFunction(owner: CachedFunction): undefined | Promise<void> {
  if (owner.options.stale === undefined) return clearFunction(owner);
  const known = [...owner.tables()].flatMap((table) => table.values());
  const cleared = owner.persistence() === undefined ? undefined : state.features.clearStores?.(owner);
  const expired = known.map((entry) => expireCall(owner, entry));
  const pending = [cleared, ...expired].filter((done) => done !== undefined);
  return pending.length > 0 ? Promise.all(pending).then(() => {}) : undefined;
}

/**
 * In a store an entry expires by a clear, which reaches every process and every run under way, and is then put back without
 * time to live.
 */
function expireStored(owner: CachedFunction, { table, key }: CallKey): undefined | Promise<void> {
  const persistence = owner.persistence(table);
  if (persistence === undefined) return undefined;
  if (owner.options.allowWidgets) return state.features.clearStores?.(owner);
  const known = table.at(key);
  const found = isUsable(known) ? keptOf(known) : persistence.lookup(createEntry(table, key));
  const done = andThen(found, (kept) =>
    andThen(state.features.clearStores?.(owner, owner.textOf(key)), () => {
      if (kept === undefined) return undefined;
      const { left, ...own } = kept;
      const entry = Object.assign(createEntry(table, key), own, { created: state.settings.clock.now() });
      // Over by any clock: a time to live of nothing at all would say that nothing is to be kept.
      entry.expires = entry.created - 1;
      entry.ends = entry.created + left;
      const bytes = persistence.encode(entry, entry.promised && owner.definition.async !== true, entry.replay);
      // For the epochs after the clear.
      return andThen(persistence.lookup(entry), () => persistence.write(entry, bytes));
    }),
  );
  return done instanceof Promise ? done.then(() => {}) : undefined;
}

const keptOf = ({ value, clone, bytes, cost, promised, replay, files, tags, ends }: Entry): ExpiredCall => {
  return { value, clone, bytes, cost, promised, replay, files, tags, left: ends - state.settings.clock.now() };
};
