import type { KeptErrors } from "../features.ts";
import type { EntryKey } from "../key/entry-key.ts";
import { state } from "../registry.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction, EntryTable, Run } from "./types.ts";

/** An error that a run ended with. */
interface Failure {
  error: unknown;
  /** True if callers get it as a rejection. */
  rejects: boolean;
  /** Monotonic milliseconds at which it is forgotten. */
  expires: number;
}

/** Failures by the key as text, the oldest first; they all live equally long. Held by the table, so they go when it goes. */
const failures = new WeakMap<EntryTable, Map<string, Failure>>();

/** Keeps what a run ended with, if the option says so and nothing was cleared meanwhile. */
function keep({ owner, entry }: Run, error: unknown, rejects: boolean): void {
  const { errors, maxEntries } = owner.options;
  // Which widgets a run has read before it failed is not known here, and they are part of its call.
  if (errors === undefined || owner.options.allowWidgets) return;
  if (entry.state === "removed" || owner.aside.has(entry)) return;
  try {
    const isMeant = errors.when === undefined || errors.when(error);
    if (isPromise(isMeant)) throw new TypeError("its `when` answers with a promise, and is asked at once");
    if (!isMeant) return;
  } catch (thrown) {
    owner.emit({ type: "error", operation: "errors", error: thrown }, entry);
    return;
  }
  const now = state.settings.clock.now();
  let known = failures.get(entry.table);
  if (known === undefined) failures.set(entry.table, (known = new Map()));
  const text = owner.textOf(entry.key);
  known.delete(text);
  known.set(text, { error, rejects, expires: now + errors.ttl * 1000 });
  for (const [oldest, { expires }] of known) {
    if (expires > now && known.size <= maxEntries) break;
    known.delete(oldest);
  }
}

/** Throws the error again that a call is known to end with; a promise of it where callers expect one. */
function rethrow(owner: CachedFunction, table: EntryTable, key: EntryKey): undefined | Promise<never> {
  const known = failures.get(table);
  const failure = known?.get(owner.textOf(key));
  if (failure === undefined || failure.expires <= state.settings.clock.now()) return undefined;
  owner.emit({ type: "hit", from: "memory" }, { table, key });
  if (failure.rejects) return Promise.reject(failure.error);
  throw failure.error;
}

/** Forgets the errors of a call, or of all calls of a table. */
function forget(owner: CachedFunction, table: EntryTable, key?: EntryKey): void {
  if (key === undefined) failures.delete(table);
  else failures.get(table)?.delete(owner.textOf(key));
}

/** For functions with `errors`. */
export const errors: KeptErrors = { keep, rethrow, forget };
