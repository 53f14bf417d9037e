import { state } from "../registry.ts";
import { clearMemory } from "./clear.ts";
import { recompute, startAside } from "./compute.ts";
import { staleCalls } from "./stale-calls.ts";
import { isPromise } from "./thenable.ts";
import type { Entry, Intercept } from "./types.ts";

function switchTo(intercept: Intercept | undefined): Intercept | undefined {
  const before = state.intercept;
  state.intercept = intercept;
  state.refresh();
  return before;
}

/** Makes calls under an intercept, which counts for the synchronous part of `call` only: others' calls come in between. */
function intercepting<T>(intercept: Intercept, call: () => T): T {
  const before = switchTo(intercept);
  try {
    return call();
  } finally {
    switchTo(before);
  }
}

/** What a body calls is not what the caller of `fresh` or `observed` has called. */
function asUsual<T>(call: () => T): T {
  const before = switchTo(undefined);
  try {
    return call();
  } finally {
    switchTo(before);
  }
}

/**
 * Makes the calls of cached functions in `call` run their bodies and replace what is cached: `fresh(() => load(url))`. The entry
 * that is there answers other calls meanwhile, and stays if the run fails. Only calls made before the first `await` of `call`
 * count, and not those that the bodies make. In the mode `replay` they take what is recorded.
 */
export function fresh<T>(call: () => T): T {
  return intercepting((owner, table, parts, body, args) => {
    if (!owner.options.allowWidgets) {
      // Where only recordings answer, what replaces the entry is the recording.
      const takesStored = state.features.recordings?.mode === "replay";
      return asUsual(() => recompute(startAside(owner, table, owner.keyOf(parts), args), body, { takesStored }));
    }
    // Which entry a run will replace shows when its widgets are read.
    clearMemory(owner);
    return asUsual(() => owner.call(table, parts, body, args));
  }, call);
}

/** What a call came to. */
export interface Observed<T> {
  value: T;
  /** `hit`: from memory or a store; `stale`: the same after its ttl; `join`: from a run that was under way; `miss`: the body ran. */
  status: "hit" | "stale" | "join" | "miss";
  /** Milliseconds since the value was computed. */
  age: number;
}

/**
 * Makes a call and tells how it was answered: `observed(() => load(url))` → `{ value, status, age }`, a promise of it if the
 * call gives one. It is about the first cached function that `call` calls before its first `await`; if there is none, or
 * caching is off, the status is `miss`.
 */
export function observed<T>(call: () => T): T extends PromiseLike<infer V> ? Promise<Observed<V>> : Observed<T>;
export function observed(call: () => unknown): unknown {
  const { clock } = state.settings;
  let find: (() => Entry | undefined) | undefined;
  let joined = false;
  // A clock can't tell: two calls may fall into one of its ticks.
  let hasRun = false;
  let observedArgs: readonly unknown[] = [];
  const result = intercepting((owner, table, parts, body, args) => {
    if (find !== undefined) return asUsual(() => owner.call(table, parts, body, args));
    observedArgs = args;
    const key = owner.keyOf(parts);
    joined = table.at(key)?.run?.done !== undefined;
    find = () => owner.entriesAt(table, key).find((entry) => entry.state === "ready");
    const noted = (...given: []) => {
      hasRun = true;
      return body(...given);
    };
    return asUsual(() => owner.call(table, parts, noted, args));
  }, call);
  const tell = (value: unknown): Observed<unknown> => {
    const stale = staleCalls.get(observedArgs);
    if (stale !== undefined) return { value, status: "stale", age: clock.now() - stale.created };
    const entry = find?.();
    const age = entry === undefined ? 0 : clock.now() - entry.created;
    const isHit = entry !== undefined && !hasRun;
    return { value, status: joined ? "join" : isHit ? "hit" : "miss", age };
  };
  return isPromise(result) ? result.then(tell) : tell(result);
}
