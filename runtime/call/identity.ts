import { CachetError, messageOf } from "../errors.ts";
import { state } from "../registry.ts";
import { isPromise } from "./thenable.ts";
import type { CachedFunction } from "./types.ts";

/*
 * What stands in a key because of the options `key` and `context`. Emitted code calls these before each lookup, so functions
 * without such options know nothing of them.
 */

/**
 * What stands for the arguments of a call.
 * @throws CachetError naming the function, where its `key` throws or gives a promise.
 */
export function keyed(owner: CachedFunction, args: readonly unknown[]): unknown {
  if (!state.settings.enabled) return undefined;
  const { key } = owner.options;
  return key === undefined ? args : asked(owner, "key", () => key(...args));
}

/**
 * What the functions of `context` give at this moment.
 * @throws CachetError naming the function and the place in its `context`, where one throws or gives a promise.
 */
export function contextOf(owner: CachedFunction): unknown {
  if (!state.settings.enabled) return undefined;
  return owner.options.context?.map((read, i) => asked(owner, `context[${i}]${read.name && `: ${read.name}`}`, read));
}

function asked(owner: CachedFunction, place: string, ask: () => unknown): unknown {
  let value: unknown;
  try {
    value = ask();
  } catch (cause) {
    throw new CachetError("CACHET_KEY_FAILED", `${owner.name}(): its \`${place}\` threw: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (!isPromise(value)) return value;
  Promise.resolve(value).catch(() => {});
  const way =
    "a key is needed at once. Await the value outside and pass it in, or keep it where it can be read at once";
  throw new CachetError("CACHET_KEY_FAILED", `${owner.name}(): its \`${place}\` gave a promise, but ${way}`);
}
