import type { Limits } from "../features.ts";
import { knownFunctions, state } from "../registry.ts";
import { type Entry, NEVER } from "./entry.ts";
import type { FunctionEntries } from "./function-state.ts";

/** Takes a new entry in and lets others go until every limit holds. False where the entry itself is too large. */
function admit(owner: FunctionEntries, entry: Entry): boolean {
  const { maxEntries, maxBytes } = owner.options;
  if (entry.bytes > maxBytes || entry.bytes > state.settings.maxBytes) {
    owner.tell({ type: "evict", reason: "tooLarge" }, entry);
    return false;
  }
  owner.take(entry);
  if (owner.entries > maxEntries || owner.bytes > maxBytes) {
    owner.receivers?.settle();
    dropExpired(owner);
  }
  while (owner.entries > maxEntries && evict(owner, "maxEntries"));
  while (owner.bytes > maxBytes && evict(owner, "maxBytes"));
  if (state.bytes > state.settings.maxBytes) shrink();
  return true;
}

/** Lets the least recently used entries of all functions go until the global limit holds. */
export function shrink(): void {
  for (const owner of knownFunctions()) dropExpired(owner);
  while (state.bytes > state.settings.maxBytes) {
    let oldest: Entry | undefined;
    for (const owner of knownFunctions()) {
      if (owner.bytes === 0) continue;
      const candidate = leastUsed(owner);
      if (candidate !== undefined && (oldest === undefined || candidate.used < oldest.used)) oldest = candidate;
    }
    if (oldest === undefined) return;
    drop(oldest, "evict", "maxBytes");
  }
}

/** False where there is nothing left to let go. */
function evict(owner: FunctionEntries, reason: "maxEntries" | "maxBytes"): boolean {
  const entry = leastUsed(owner);
  if (entry !== undefined) drop(entry, "evict", reason);
  return entry !== undefined;
}

/** The least recently used entry over all receivers of a method. */
function leastUsed(owner: FunctionEntries): Entry | undefined {
  let oldest: Entry | undefined;
  for (const table of owner.tables()) {
    const candidate = table.oldest;
    if (candidate !== undefined && (oldest === undefined || candidate.used < oldest.used)) oldest = candidate;
  }
  return oldest;
}

/** Removes an entry that has a value, tells why and releases a resource. */
export function drop(entry: Entry, type: "expire" | "evict" | "invalid", reason?: "maxEntries" | "maxBytes"): void {
  const { owner } = entry.table;
  // A listener or an onRelease may have cleared the function in the middle of a sweep.
  if (!entry.live) return;
  entry.table.remove(entry);
  owner.forget(entry);
  if (type === "evict") {
    owner.tell({ type, reason: reason ?? "maxEntries" }, entry);
    if (reason === "maxEntries" && entry.table === owner.root) owner.opened?.remove(entry.place);
  } else {
    owner.tell({ type }, entry);
  }
  owner.release(entry);
}

/** True from the very moment the time to live is over. */
export const isExpired = (entry: Entry): boolean =>
  entry.expires !== NEVER && entry.expires <= state.settings.clock.now();

/** Removes every entry whose time is over; returns the earliest time one of the others expires. */
export function dropExpired(owner: FunctionEntries): number {
  let earliest = NEVER;
  if (owner.lifetime === NEVER || owner.entries === 0) return earliest;
  const now = state.settings.clock.now();
  for (const table of owner.tables()) {
    for (const entry of table.values()) {
      if (entry.expires <= now) drop(entry, "expire");
      else if (entry.expires < earliest) earliest = entry.expires;
    }
  }
  return earliest;
}

/** Longest delay a timer takes. */
const LONGEST = 2_147_483_647;

/** Sees to it that expired entries do not linger: by at most a quarter of their time to live, without keeping the process alive. */
function scheduleSweep(owner: FunctionEntries, earliest: number): void {
  if (owner.sweeping || earliest === NEVER) return;
  owner.sweeping = true;
  const delay = Math.max(earliest - state.settings.clock.now(), owner.lifetime / 4, 20);
  const timer: unknown = setTimeout(
    () => {
      owner.sweeping = false;
      scheduleSweep(owner, dropExpired(owner));
    },
    Math.min(delay, LONGEST),
  );
  (timer as { unref?: () => void }).unref?.();
}

/** For functions with `ttl`, `maxEntries` or `maxBytes`; for all where `configure({ maxBytes })` limits them together. */
export const limits: Limits = { admit, expire: (entry) => drop(entry, "expire"), scheduleSweep };
