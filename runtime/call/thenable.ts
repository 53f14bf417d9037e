/** True for anything that can be awaited. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

/**
 * True for a promise: of the engine, of another realm, or of the class that is `Promise` now. Other thenables are values: a query
 * builder that would run when awaited may well be a resource.
 */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === "object" && value !== null && isPromiseObject(value);

const TAG = Object.prototype.toString;

function isPromiseObject(value: object): boolean {
  try {
    if (value instanceof Promise) return true;
    const prototype = Object.getPrototypeOf(value) as object | null;
    // Async functions give the engine's own promises, also where another class took the place of the global. The tag is inherited:
    // what an object says of itself does not count.
    return prototype !== null && TAG.call(prototype) === "[object Promise]" && isThenable(value);
  } catch {
    // A proxy may refuse to be looked at.
    return false;
  }
}
