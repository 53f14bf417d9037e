import type { EventPayload } from "../event-types.ts";
import type { Limits } from "../features.ts";
import { knownFunctions, state } from "../registry.ts";
import { NEVER } from "./never.ts";
import { addEntry, releaseEntry, removeEntry } from "./sums.ts";
import type { CachedFunction, Entry } from "./types.ts";

/** Takes a new entry in and evicts until all limits are met. False if the entry itself is too large. */
function admit(owner: CachedFunction, entry: Entry): boolean {
  const { figures } = owner;
  const { maxEntries, maxBytes } = owner.options;
  if (entry.bytes > maxBytes || entry.bytes > state.settings.maxBytes) {
    owner.emit({ type: "evict", reason: "tooLarge" }, entry);
    return false;
  }
  addEntry(owner, entry);
  if (figures.entries > maxEntries || figures.bytes > maxBytes) {
    owner.instances?.settle();
    removeExpired(owner);
  }
  while (figures.entries > maxEntries && evict(owner, "maxEntries"));
  while (figures.bytes > maxBytes && evict(owner, "maxBytes"));
  if (state.bytes > state.settings.maxBytes) shrink();
  return true;
}

/** Evicts the least recently used entries of all functions until the global limit is met. */
export function shrink(): void {
  for (const owner of knownFunctions()) removeExpired(owner);
  while (state.bytes > state.settings.maxBytes) {
    let oldest: Entry | undefined;
    let holder: CachedFunction | undefined;
    for (const owner of knownFunctions()) {
      if (owner.figures.bytes === 0) continue;
      const candidate = leastUsed(owner);
      if (candidate === undefined || (oldest !== undefined && candidate.used >= oldest.used)) continue;
      oldest = candidate;
      holder = owner;
    }
    if (oldest === undefined || holder === undefined) return;
    discard(holder, oldest, { type: "evict", reason: "maxBytes" });
  }
}

/** False if there is nothing left to evict. */
function evict(owner: CachedFunction, reason: "maxEntries" | "maxBytes"): boolean {
  const entry = leastUsed(owner);
  if (entry === undefined) return false;
  discard(owner, entry, { type: "evict", reason });
  if (reason === "maxEntries" && entry.table === owner.root) owner.opened?.remove(entry.key);
  return true;
}

/** The least recently used entry over all instances of a method. */
function leastUsed(owner: CachedFunction): Entry | undefined {
  let oldest: Entry | undefined;
  for (const table of owner.tables()) {
    const candidate = table.oldest;
    if (candidate !== undefined && (oldest === undefined || candidate.used < oldest.used)) oldest = candidate;
  }
  return oldest;
}

/** Removes an entry that has a value, tells why and releases a resource. */
export function discard(owner: CachedFunction, entry: Entry, payload: EventPayload): void {
  // A listener or an onRelease may have cleared the function in the middle of a sweep.
  if (!removeEntry(owner, entry)) return;
  owner.emit(payload, entry);
  releaseEntry(owner, entry);
}

/** Removes every entry whose time is over; returns the earliest time one of the others expires. */
export function removeExpired(owner: CachedFunction): number {
  let earliest = NEVER;
  if (owner.lifetime === NEVER || owner.figures.entries === 0) return earliest;
  const now = state.settings.clock.now();
  for (const table of owner.tables()) {
    for (const entry of table.values()) {
      if (entry.expires <= now) discard(owner, entry, { type: "expire" });
      else if (entry.expires < earliest) earliest = entry.expires;
    }
  }
  return earliest;
}

/** Longest delay a timer takes. */
const LONGEST = 2_147_483_647;

/** Sees to it that expired entries do not linger: by at most a quarter of their time to live, without keeping the process alive. */
function scheduleSweep(owner: CachedFunction, earliest: number): void {
  if (owner.sweeping || earliest === NEVER) return;
  owner.sweeping = true;
  const delay = Math.max(earliest - state.settings.clock.now(), owner.lifetime / 4, 20);
  const timer: unknown = setTimeout(
    () => {
      owner.sweeping = false;
      scheduleSweep(owner, removeExpired(owner));
    },
    Math.min(delay, LONGEST),
  );
  (timer as { unref?: () => void }).unref?.();
}

/** For functions with `ttl`, `maxEntries` or `maxBytes`; for all if `configure({ maxBytes })` limits them together. */
export const limits: Limits = {
  admit,
  expire: (owner, entry) => discard(owner, entry, { type: "expire" }),
  scheduleSweep,
};
