import type { Store } from "./store.ts";

type Method = {
  [K in keyof Store]-?: NonNullable<Store[K]> extends (...args: never[]) => unknown ? K : never;
}[keyof Store];

/** Everything about a store that is no method: what it must be known by before it is loaded. */
export type StoreTraits = Required<Omit<Store, Method>>;

/** Every method that an asynchronous store may have and that is passed on as it is; a new one doesn't compile until it is listed. */
const FORWARDED: Record<
  Exclude<Method, "lockSync" | "clear" | "poll" | "renewEpochs" | "close" | "onInvalidate">,
  true
> = {
  lookup: true,
  write: true,
  delete: true,
  lock: true,
  readEpochs: true,
  prune: true,
};

/**
 * An asynchronous store whose code is loaded by its first use. `exists` tells whether there is anything to clear, so that
 * clearing a function that never persisted neither loads nor creates anything.
 */
export function lazyStore(traits: StoreTraits, load: () => Promise<Store>, exists: () => Promise<boolean>): Store {
  let loading: Promise<Store> | undefined;
  const loaded = () => (loading ??= load());
  const forwarded = Object.keys(FORWARDED).map((method) => {
    const forward = async (...args: unknown[]) => {
      const own = (await loaded()) as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>;
      return own[method]?.(...args);
    };
    return [method, forward];
  });
  return Object.assign({ ...traits }, Object.fromEntries(forwarded) as Pick<Store, keyof typeof FORWARDED>, {
    async clear(functionId?: string) {
      if (loading !== undefined || (await exists())) await (await loaded()).clear(functionId);
    },
    async renewEpochs(scopes: readonly string[]) {
      if (loading !== undefined || (await exists())) await (await loaded()).renewEpochs?.(scopes);
    },
    async close() {
      await (await loading)?.close?.();
    },
    onInvalidate(listener: Parameters<NonNullable<Store["onInvalidate"]>>[0]) {
      let isWanted = true;
      let end: (() => void) | undefined;
      loaded().then(
        (own) => {
          if (isWanted) end = own.onInvalidate?.(listener);
        },
        () => {},
      );
      return () => {
        isWanted = false;
        end?.();
      };
    },
  });
}
