import type { CachedFunction } from "../../runtime/call/types.ts";
import { state } from "../../runtime/registry.ts";

/** What the runtime holds of a marked function: tests empty its memory, so that only the store is left. */
export const ownerOf = (fn: object): CachedFunction => state.links.get(fn) as CachedFunction;
