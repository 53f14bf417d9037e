import { state } from "../registry.ts";
import { NEVER } from "./never.ts";
import type { Entry } from "./types.ts";

/** True from the very moment the time to live is over, or when a file that the value depends on has changed. */
export const isExpired = (entry: Entry): boolean => {
  if (entry.files !== undefined) state.features.files?.check(entry);
  return entry.expires !== NEVER && entry.expires <= state.settings.clock.now();
};

/** True from the moment nothing allows the entry to be served any more. */
export const isOver = (entry: Entry): boolean => entry.ends !== NEVER && entry.ends <= state.settings.clock.now();

/** True for an entry with a value whose time is not over. */
export const isFresh = (entry: Entry | undefined): entry is Entry => entry?.state === "ready" && !isExpired(entry);

/** True for an entry that may still be served, if only stale. */
export const isUsable = (entry: Entry | undefined): entry is Entry => entry?.state === "ready" && !isOver(entry);
