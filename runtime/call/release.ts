import { messageOf } from "../errors.ts";
import { state } from "../registry.ts";
import { isThenable } from "./thenable.ts";
import type { CachedFunction, Entry } from "./types.ts";

/** Hands a resource that left the cache to `onRelease`, once. What fails there concerns nobody who called. */
export function release(owner: CachedFunction, entry: Entry): void {
  const failed = (error: unknown) => {
    owner.emit({ type: "error", operation: "release", error }, entry);
    warn(owner, error);
  };
  try {
    const ended = owner.options.onRelease?.(entry.value);
    if (isThenable(ended)) Promise.resolve(ended).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** Once for each function of a process. */
function warn(owner: CachedFunction, error: unknown): void {
  const key = `${owner.definition.id}:release`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  try {
    state.settings.onWarning(`cachet: ${owner.name}(): onRelease failed: ${messageOf(error)}`);
  } catch {
    // A failing reporter must not fail the call it reports about.
  }
}
