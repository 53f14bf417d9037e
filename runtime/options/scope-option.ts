import { optionParser } from "./option-parser.ts";

/** Where entries live that belong to a request, a job, a session: see `cacheScope`. */
export interface CacheScope {
  readonly name: string;
  /**
   * Calls `body`. Entries of functions with this scope live until it has returned, or the promise that it gives has settled; then
   * they go, and resources are handed to their `onRelease`. Each run has entries of its own, also one within another.
   */
  run<T>(body: () => T): T;
}

/** By which a scope tells the run of it that the current code belongs to. The same in every copy of the package. */
export const CURRENT = Symbol.for("cachet.scope");

/** `scope` */
export const parseScope = /* @__PURE__ */ optionParser("a scope that `cacheScope(name)` has made", (value) =>
  typeof value === "object" && value !== null && CURRENT in value ? (value as unknown as CacheScope) : undefined,
);
