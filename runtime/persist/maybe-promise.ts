import type { MaybePromise } from "../stores/store.ts";

/** Goes on with a value that is there already or comes later: synchronous stores must be answered synchronously. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isLater(value) ? Promise.resolve(value).then(next) : next(value);
}

/** As `andThen`, with something to do about a failure, whichever way it comes. */
export function attempt<T>(action: () => MaybePromise<T>, failed: (error: unknown) => T): MaybePromise<T> {
  try {
    const result = action();
    return isLater(result) ? Promise.resolve(result).catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

/** All values, later if any of them comes later. */
export function all<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some(isLater) ? Promise.all(values) : (values as T[]);
}

export const isLater = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
