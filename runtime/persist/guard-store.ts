import type { CachedFunction } from "../call/types.ts";
import { messageOf } from "../errors.ts";
import type { Operation } from "../event-types.ts";
import { state } from "../registry.ts";
import type { MaybePromise, Store } from "../stores/store.ts";
import type { Report } from "./cleared-store.ts";
import { attempt } from "./maybe-promise.ts";

/** Does something with a store; a failure becomes an event, one warning per store and operation, and `otherwise`. */
export function guard<T>(
  owner: CachedFunction,
  store: Store,
  operation: Operation,
  action: () => MaybePromise<T>,
  otherwise: T,
): MaybePromise<T> {
  return attempt(action, (error) => {
    tellFailure(store, operation, error, owner);
    return otherwise;
  });
}

/** How failures of a store are told: an event where they concern one function, and one warning. */
export function reportOf(store: Store, owner?: CachedFunction): Report {
  return {
    read: (error) => tellFailure(store, "read", error, owner),
    write: (error) => tellFailure(store, "write", error, owner),
    clear: (error) => tellFailure(store, "clear", error, owner),
    tidy(error) {
      owner?.emit({ type: "error", operation: "clear", error, store: store.name });
      const what = "could not remove what was cleared; it takes room, but nothing uses it";
      warn(`${store.name}:tidy`, `the store "${store.name}" ${what}: ${messageOf(error)}`);
    },
  };
}

function tellFailure(store: Store, operation: Operation, error: unknown, owner: CachedFunction | undefined): void {
  owner?.emit({ type: "error", operation, error, store: store.name });
  warnOnce(store, operation, error);
}

const MEANING: Record<string, string> = {
  read: "could not be read; values are computed instead",
  decode: "holds an entry that cannot be decoded; it is computed again",
  write: "could not be written; values are computed again in the next process",
  delete: "could not delete an entry",
  lock: "could not lock an entry; several processes may compute the same value",
  clear:
    "could not be told of a clear; this process uses nothing older and tries again, other processes may still use it",
};

/** A thread that waits for another process serves nobody: that must not go unnoticed. */
export function warnOfWait(owner: CachedFunction, store: Store): void {
  warn(
    `${owner.definition.id}:wait`,
    `${owner.name}() has been waiting for two seconds for another process or thread that computes the same value ` +
      `(store "${store.name}"), and nothing else runs on this thread meanwhile. Make the function async, or lower lockTimeout`,
  );
}

function warnOnce(store: Store, operation: Operation, error: unknown): void {
  const meaning = MEANING[operation] ?? "failed";
  warn(`${store.name}:${operation}`, `the store "${store.name}" ${meaning}: ${messageOf(error)}`);
}

function warn(key: string, message: string): void {
  if (state.warned.has(key)) return;
  state.warned.add(key);
  try {
    state.settings.onWarning(`cachet: ${message}`);
  } catch {
    // A failing reporter must not fail the call it reports about.
  }
}
