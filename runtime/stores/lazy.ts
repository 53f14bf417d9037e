import type { Store } from "./store.ts";

/**
 * An asynchronous store whose code is loaded by its first use. `exists` tells whether there is anything to clear, so that
 * clearing a function that never persisted neither loads nor creates anything.
 */
export function lazyStore(name: string, load: () => Promise<Store>, exists: () => Promise<boolean>): Store {
  let loading: Promise<Store> | undefined;
  const store = () => {
    loading ??= load();
    return loading;
  };
  return {
    name,
    sync: false,
    lookup: async (key, origin) => (await store()).lookup(key, origin),
    write: async (key, bytes, meta) => (await store()).write(key, bytes, meta),
    delete: async (key, origin) => (await store()).delete(key, origin),
    clear: async (functionId) => {
      if (loading !== undefined || (await exists())) await (await store()).clear(functionId);
    },
    lock: async (key, origin, waiting) => (await store()).lock?.(key, origin, waiting),
    prune: async () => (await store()).prune?.(),
    close: async () => (await loading)?.close?.(),
    onInvalidate(listener) {
      let isWanted = true;
      let end: (() => void) | undefined;
      store().then(
        (loaded) => {
          if (isWanted) end = loaded.onInvalidate?.(listener);
        },
        () => {},
      );
      return () => {
        isWanted = false;
        end?.();
      };
    },
  };
}
