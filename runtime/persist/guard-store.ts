import { type FunctionEntries, isThenable } from "../call/function-state.ts";
import { messageOf } from "../errors.ts";
import type { Operation } from "../events.ts";
import { state } from "../registry.ts";
import type { MaybePromise, Store } from "../stores/store.ts";

/** Does something with a store; a failure becomes an event, one warning per store and operation, and `otherwise`. */
export function guard<T>(
  owner: FunctionEntries,
  store: Store,
  operation: Operation,
  action: () => MaybePromise<T>,
  otherwise: T,
): MaybePromise<T> {
  const failed = (error: unknown): T => {
    owner.tell({ type: "error", operation, error, store: store.name });
    warnOnce(store, operation, error);
    return otherwise;
  };
  try {
    const result = action();
    return isThenable(result) ? Promise.resolve(result).catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

const MEANING: Record<string, string> = {
  read: "could not be read; values are computed instead",
  decode: "holds an entry that cannot be decoded; it is computed again",
  write: "could not be written; values are computed again in the next process",
  delete: "could not delete an entry",
  clear: "could not be cleared",
};

function warnOnce(store: Store, operation: Operation, error: unknown): void {
  const key = `${store.name}:${operation}`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  try {
    state.settings.onWarning(
      `cachet: the store "${store.name}" ${MEANING[operation] ?? "failed"}: ${messageOf(error)}`,
    );
  } catch {
    // A failing reporter must not fail the call it reports about.
  }
}
