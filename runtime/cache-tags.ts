import { ownStore } from "#environment";
import { currentRun } from "./call/in-flight.ts";
import { scopesOfTags, tags as taggedEntries, tagRun } from "./call/tagged-entries.ts";
import { CachetError, messageOf } from "./errors.ts";
import { clearScopes, clearStores } from "./persist/all-stores.ts";
import { ANY_TAG, clearedScope } from "./persist/scopes.ts";
import { install, state } from "./registry.ts";

function scopesFor(call: string, tags: readonly string[]): string[] {
  try {
    return scopesOfTags(tags);
  } catch (cause) {
    const way = tags.some(Array.isArray) ? `. Hand them over one by one: ${call}(...tags)` : "";
    throw new CachetError("CACHET_INVALID_TAG", `${call}(): ${messageOf(cause)}${way}`, { cause });
  }
}

/**
 * Adds tags to the entry that the current body computes, and to those of the cached functions that wait for it:
 * ``cacheTag(`product:${id}`)``. A tag that was cleared since the body began keeps its result out of the cache.
 * Does nothing while caching is off.
 * @throws CachetError outside of the body of a cached function, or for a tag that is no string or empty.
 */
export function cacheTag(...tags: string[]): void {
  const scopes = scopesFor("cacheTag", tags);
  if (!state.settings.enabled) return;
  const run = currentRun();
  if (run === undefined) {
    const text =
      "cacheTag(): called outside of the body of a cached function. Call it in the body, or use the option `tags`";
    throw new CachetError("CACHET_OUTSIDE_BODY", text);
  }
  install({ tags: taggedEntries });
  tagRun(run, scopes);
}

/**
 * Forgets all entries with one of these tags, whatever their function, here and in every store. Resolves when asynchronous
 * stores have done so too.
 * @throws CachetError for a tag that is no string or empty.
 */
export function clearTags(...tags: string[]): void | Promise<void> {
  const scopes = scopesFor("clearTags", tags);
  return renew([...scopes, ...scopes.map(clearedScope)]);
}

/** Like `clearTags`, but what `stale` still allows is kept, as if its `ttl` were over. */
export function expireTags(...tags: string[]): void | Promise<void> {
  return renew(scopesFor("expireTags", tags));
}

function renew(scopes: readonly string[]): void | Promise<void> {
  install({ ownStore, clearStores, tags: taggedEntries });
  taggedEntries.clear(scopes);
  return scopes.length === 0 ? undefined : clearScopes([...scopes, ANY_TAG], () => undefined);
}
