/** How a peer is asked to cache; what it has no option for, it answers with a gap. */
export interface WrapOptions {
  /** Seconds. */
  ttl?: number;
  maxEntries?: number;
  /** Turns the arguments into a key, for peers that take such a function. */
  key?: (args: readonly any[]) => string;
  /** True for a function that returns promises. */
  async?: boolean;
}

type Fn = (...args: any[]) => any;
export type Wrap = (fn: Fn, options: WrapOptions) => Fn | { gap: string };

export interface Memoizer {
  name: string;
  /** True where a cached function always returns a promise. */
  async?: true;
  load(): Promise<Wrap>;
}

/** Loaded by a name in a variable, so that no bundler and no type checker looks into a peer. */
const load = (name: string): Promise<any> => import(name);
const many = 100_000;
const gap = (what: string) => ({ gap: `has no ${what}` });

/** A memoizer made by hand from a key function and a map. */
function byHand(makeKey: (args: readonly any[]) => unknown): Wrap {
  return (fn, { ttl, maxEntries, key = makeKey }) => {
    if (ttl !== undefined) return gap("time to live");
    if (maxEntries !== undefined) return gap("limit");
    const kept = new Map<unknown, unknown>();
    return (...args) => {
      const at = key(args);
      let value = kept.get(at);
      if (value === undefined) kept.set(at, (value = fn(...args)));
      return value;
    };
  };
}

export const memoizers: readonly Memoizer[] = [
  { name: "JSON.stringify + Map, by hand", load: async () => byHand(JSON.stringify) },
  {
    name: "micro-memoize",
    async load() {
      const { memoize } = await load("micro-memoize");
      return (fn, { ttl, maxEntries = many, key, async }) =>
        memoize(fn, {
          maxSize: maxEntries,
          ...(async && { async: true }),
          ...(ttl && { expires: ttl * 1000 }),
          ...(key && { transformKey: (args: any[]) => [key(args)] }),
        });
    },
  },
  {
    name: "micro-memoize deep",
    async load() {
      const { memoize } = await load("micro-memoize");
      return (fn, { ttl, maxEntries = many, key, async }) =>
        memoize(fn, {
          maxSize: maxEntries,
          isKeyItemEqual: "deep",
          ...(async && { async: true }),
          ...(ttl && { expires: ttl * 1000 }),
          ...(key && { transformKey: (args: any[]) => [key(args)] }),
        });
    },
  },
  ...(["", "deep", "serialized"] as const).map((mode) => ({
    name: `moize${mode && ` ${mode}`}`,
    async load(): Promise<Wrap> {
      const { default: moize } = await load("moize");
      return (fn, { ttl, maxEntries = many, key, async }) =>
        moize(fn, {
          maxSize: maxEntries,
          isDeepEqual: mode === "deep",
          isSerialized: mode === "serialized",
          isPromise: async === true,
          ...(ttl && { maxAge: ttl * 1000 }),
          ...(key && { transformArgs: (args: any[]) => [key(args)] }),
        });
    },
  })),
  ...(["", "primitive"] as const).map((mode) => ({
    name: `memoizee${mode && ` ${mode}`}`,
    async load(): Promise<Wrap> {
      const { default: memoizee } = await load("memoizee");
      return (fn, { ttl, maxEntries, key, async }) =>
        memoizee(fn, {
          length: false,
          primitive: mode === "primitive",
          promise: async === true,
          ...(ttl && { maxAge: ttl * 1000 }),
          ...(maxEntries && { max: maxEntries }),
          ...(key && { normalizer: (args: ArrayLike<any>) => key(Array.from(args)), primitive: false }),
        });
    },
  })),
  {
    name: "fast-memoize",
    async load() {
      const { default: memoize } = await load("fast-memoize");
      return (fn, { ttl, maxEntries, key }) => {
        if (ttl !== undefined) return gap("time to live");
        if (maxEntries !== undefined) return gap("limit");
        return memoize(fn, key && { serializer: key });
      };
    },
  },
  ...([false, true] as const).map((isJson) => ({
    name: isJson ? "memoize, cacheKey JSON" : "memoize (sindresorhus)",
    async load(): Promise<Wrap> {
      const { default: memoize } = await load("memoize");
      return (fn, { ttl, maxEntries, key = isJson ? JSON.stringify : undefined }) => {
        if (maxEntries !== undefined) return gap("limit");
        return memoize(fn, { ...(ttl && { maxAge: ttl * 1000 }), ...(key && { cacheKey: key }) });
      };
    },
  })),
  ...([false, true] as const).map((isJson) => ({
    name: `lru-cache, ${isJson ? "JSON" : "raw"} key`,
    async load(): Promise<Wrap> {
      const { LRUCache } = await load("lru-cache");
      return (fn, { ttl, maxEntries = many, key = isJson ? JSON.stringify : ([first]) => first }) => {
        const kept = new LRUCache({ max: maxEntries, ...(ttl && { ttl: ttl * 1000 }) });
        return (...args) => {
          const at = key(args);
          let value = kept.get(at);
          if (value === undefined) kept.set(at, (value = fn(...args)));
          return value;
        };
      };
    },
  })),
  {
    name: "cacheable wrapSync",
    async load() {
      const { wrapSync, CacheableMemory } = await load("cacheable");
      return (fn, { ttl, maxEntries, key, async }) => {
        if (async) return { gap: "wrap is its way for promises" };
        const cache = new CacheableMemory({ useClone: true, ...(maxEntries && { lruSize: maxEntries }) });
        return wrapSync(fn, {
          cache,
          keyPrefix: "f",
          ...(ttl && { ttl: ttl * 1000 }),
          ...(key && { createKey: (_fn: unknown, args: any[]) => key(args) }),
        });
      };
    },
  },
  ...([false, true] as const).map((isJson) => ({
    name: isJson ? "p-memoize, cacheKey JSON" : "p-memoize",
    async: true as const,
    async load(): Promise<Wrap> {
      const { default: memoize } = await load("p-memoize");
      return (fn, { ttl, maxEntries, key = isJson ? JSON.stringify : undefined }) => {
        if (ttl !== undefined || maxEntries !== undefined) return gap("limits of its own");
        return memoize(fn, { ...(key && { cacheKey: key }) });
      };
    },
  })),
  {
    name: "cacheable wrap",
    async: true,
    async load() {
      const { Cacheable } = await load("cacheable");
      return (fn) => new Cacheable().wrap(fn, { keyPrefix: "f" });
    },
  },
  {
    name: "keyv, JSON key",
    async: true,
    async load() {
      const { default: Keyv } = await load("keyv");
      return (fn) => {
        const kept = new Keyv();
        return async (...args) => {
          const at = JSON.stringify(args);
          let value = await kept.get(at);
          if (value === undefined) await kept.set(at, (value = await fn(...args)));
          return value;
        };
      };
    },
  },
  {
    name: "bentocache, JSON key",
    async: true,
    async load() {
      const { BentoCache, bentostore } = await load("bentocache");
      const { memoryDriver } = await load("bentocache/drivers/memory");
      return (fn) => {
        const layer = memoryDriver({ maxSize: "100mb" });
        const cache = new BentoCache({ default: "m", stores: { m: bentostore().useL1Layer(layer) } });
        return (...args) => cache.getOrSet({ key: JSON.stringify(args), ttl: "1h", factory: () => fn(...args) });
      };
    },
  },
  {
    name: "ocache",
    async: true,
    async load() {
      const { defineCachedFunction, createMemoryStorage } = await load("ocache");
      return (fn) => defineCachedFunction(fn, { name: "f", maxAge: 3600, storage: createMemoryStorage() });
    },
  },
];
