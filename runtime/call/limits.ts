import type { EventPayload } from "../event-types.ts";
import type { Limits } from "../features.ts";
import { knownFunctions, state } from "../registry.ts";
import { awaitExpiry, type Candidate, EvictionOrder } from "./eviction-order.ts";
import { NEVER } from "./never.ts";
import { isOutrun } from "./outrun.ts";
import { addEntry, releaseEntry, removeEntry } from "./sums.ts";
import type { CachedFunction, Entry, EntryTable } from "./types.ts";
import { startOrder } from "./use-order.ts";

/** Takes in a table that limits have come to concern. */
function keepOrder(owner: CachedFunction, table: EntryTable): void {
  startOrder(table);
  everywhere?.list(owner, table);
}

/** Over the tables of one function. */
class FunctionOrder extends EvictionOrder {
  /** Evictions since the sums were last settled with the instances that were collected. */
  unsettled = 0;
}

const orders = new WeakMap<CachedFunction, FunctionOrder>();
/** Over all functions, from when a limit for all of them is set. */
let everywhere: EvictionOrder | undefined;

function orderOf(owner: CachedFunction): FunctionOrder {
  let order = orders.get(owner);
  if (order === undefined) orders.set(owner, (order = new FunctionOrder()));
  return order;
}

/** Takes a new entry in and evicts until all limits are met. False if the entry itself is too large. */
function admit(owner: CachedFunction, entry: Entry): boolean {
  const { maxBytes } = owner.options;
  if (entry.bytes > maxBytes || entry.bytes > state.settings.maxBytes) {
    owner.emit({ type: "evict", reason: "tooLarge" }, entry);
    return false;
  }
  if (owner.isBounded) startOrder(entry.table);
  addEntry(owner, entry);
  const expires = entry.ends !== NEVER;
  if (expires) awaitExpiry(entry);
  if (expires || !hasOneTable(owner)) orderOf(owner).list(owner, entry.table);
  everywhere?.list(owner, entry.table);
  keepWithin(owner);
  return true;
}

function keepWithin(owner: CachedFunction): void {
  const { figures } = owner;
  const { maxEntries, maxBytes } = owner.options;
  if (figures.entries > maxEntries || figures.bytes > maxBytes) {
    settle(owner);
    if (owner.lifetime !== NEVER) discardExpired(orderOf(owner));
  }
  while (figures.entries > maxEntries && evictOf(owner, "maxEntries"));
  while (figures.bytes > maxBytes && evictOf(owner, "maxBytes"));
  if (state.bytes > state.settings.maxBytes) shrink();
}

/** What was collected must not make others go; to look for it takes as long as there are instances, so it is done now and then. */
function settle(owner: CachedFunction): void {
  if (owner.instances === undefined) return;
  const order = orderOf(owner);
  if (++order.unsettled * 4 < owner.figures.entries) return;
  order.unsettled = 0;
  owner.instances.settle();
}

/** Evicts the least recently used entries of all functions until the global limit is met. */
export function shrink(): void {
  if (everywhere === undefined) {
    everywhere = new EvictionOrder();
    for (const owner of knownFunctions()) for (const table of owner.tables()) everywhere.list(owner, table);
  }
  discardExpired(everywhere);
  while (state.bytes > state.settings.maxBytes && evict(everywhere, "maxBytes"));
}

/** True where all entries of a function are in one table, which keeps their order of use itself. */
const hasOneTable = ({ instances }: CachedFunction): boolean => instances === undefined;

function evictOf(owner: CachedFunction, reason: "maxEntries" | "maxBytes"): boolean {
  const { root } = owner;
  if (!hasOneTable(owner)) {
    const order = orderOf(owner);
    // It may have had entries before there were instances.
    order.list(owner, root);
    return evict(order, reason);
  }
  const oldest = root.order?.oldest;
  return oldest !== undefined && evictEntry(owner, oldest, reason);
}

/** False if there is nothing left to evict. */
function evict(order: EvictionOrder, reason: "maxEntries" | "maxBytes"): boolean {
  const found = order.leastUsed();
  if (found === undefined) return false;
  return evictEntry(found.owner, found.entry, reason);
}

function evictEntry(owner: CachedFunction, entry: Entry, reason: "maxEntries" | "maxBytes"): true {
  discard(owner, entry, { type: "evict", reason });
  if (reason === "maxEntries" && entry.table === owner.root) owner.opened?.remove(entry.key);
  return true;
}

/** Removes an entry that has a value, tells why and releases a resource. */
export function discard(owner: CachedFunction, entry: Entry, payload: EventPayload): void {
  // A listener or an onRelease may have cleared the function in the middle of a sweep.
  if (!removeEntry(owner, entry)) return;
  owner.emit(payload, entry);
  releaseEntry(owner, entry);
}

/** Removes every entry of a function whose time is over; returns the earliest time one of the others expires. */
export function removeExpired(owner: CachedFunction): number {
  const order = orders.get(owner);
  return order === undefined ? NEVER : (discardExpired(order)?.entry.ends ?? NEVER);
}

/** Removes entries whose time is over, and returns the one that expires next. */
function discardExpired(order: EvictionOrder): Candidate | undefined {
  let next = order.firstToExpire();
  if (next === undefined) return next;
  const now = state.settings.clock.now();
  for (; next !== undefined && next.entry.ends <= now; next = order.firstToExpire())
    discard(next.owner, next.entry, { type: "expire" });
  return next;
}

/** Longest delay a timer takes. */
const LONGEST = 2_147_483_647;

/** Sees to it that expired entries do not linger: by at most a quarter of their time to live, without keeping the process alive. */
function scheduleSweep(owner: CachedFunction, earliest: number): void {
  if (earliest >= owner.nextSweep) return;
  const now = state.settings.clock.now();
  const delay = Math.max(earliest - now, owner.lifetime / 4, 20);
  // An entry that lives much shorter than those before it does not wait for them.
  if (delay > (owner.nextSweep - now) / 2) return;
  const due = now + delay;
  owner.nextSweep = due;
  const timer: unknown = setTimeout(
    () => {
      if (owner.nextSweep !== due) return;
      owner.nextSweep = NEVER;
      scheduleSweep(owner, removeExpired(owner));
    },
    Math.min(delay, LONGEST),
  );
  (timer as { unref?: () => void }).unref?.();
}

/** For functions with `ttl`, `maxEntries` or `maxBytes`; for all if `configure({ maxBytes })` limits them together. */
export const limits: Limits = {
  admit,
  keepWithin,
  keepOrder,
  expire: (owner, entry) => discard(owner, entry, { type: "expire" }),
  isOutrun,
  scheduleSweep,
};
