/** Carries who is asking to everything that a request calls, as `AsyncLocalStorage` does. */
export interface Requests<T> {
  run<R>(value: T, call: () => R): R;
  getStore(): T | undefined;
}

/** Node's `AsyncLocalStorage`. A page has one user at a time and nothing to carry: there the value holds until the first `await`. */
export function carryRequests<T>(): Requests<T> {
  if (typeof document === "undefined") {
    const { AsyncLocalStorage } = process.getBuiltinModule("node:async_hooks");
    return new AsyncLocalStorage<T>();
  }
  let current: T | undefined;
  return {
    run(value, call) {
      const before = current;
      current = value;
      try {
        return call();
      } finally {
        current = before;
      }
    },
    getStore: () => current,
  };
}
