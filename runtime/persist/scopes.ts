import { digest } from "#platform";
import type { Epochs } from "../stores/store.ts";

/** All data, of whatever function: what `cacheData.clear()` clears, also where a module is not loaded. */
export const ALL_DATA = "kind:data";

/** Half of a digest tells apart what a store will ever hold. */
const short = (text: string): string => digest(text).slice(0, 32);

/** All calls of a function, in every code version. */
export const functionScope = (id: string): string => `fn:${short(id)}`;

/** One call of a function, by the text of its arguments, in every code version. Carries no argument. */
export const callScope = (functionScope: string, args: string): string =>
  `args:${functionScope.slice(3)}:${short(args)}`;

/** Entries that carry a tag, whatever their function. */
export const tagScope = (tag: string): string => `tag:${short(tag)}`;

export const isTag = (scope: string): boolean => scope.startsWith("tag:");

/**
 * Renewed with a tag where it is cleared, and not where it expires: what may be served for a while after its time carries this
 * one, too.
 */
export const clearedScope = (tagScope: string): string => `cleared:${tagScope.slice(4)}`;

/** Renewed with every tag: tells a run that learns of a tag late whether any was cleared since it began. */
export const ANY_TAG = "tags";

/** The function that a call's scope belongs to. */
export const functionOfCall = (scope: string): string => `fn:${scope.split(":")[1]}`;

export const isCall = (scope: string): boolean => scope.startsWith("args:");

/** Scopes with their epochs; `undefined` where one is missing, since nothing can be said then. */
export function epochsOf(scopes: readonly string[], found: readonly (string | undefined)[]): Epochs | undefined {
  const result: Record<string, string> = {};
  for (const [i, scope] of scopes.entries()) {
    const epoch = found[i];
    if (epoch === undefined) return undefined;
    result[scope] = epoch;
  }
  return result;
}
