/** Values of one function on a Redis server, with or without memory in front. */
export interface Shared {
  /** The value under a key; computed and written where there is none. */
  get(key: string, compute: () => Promise<unknown>): Promise<unknown>;
}

export interface RedisPeer {
  name: string;
  /** True where a second call of the same key asks no server. */
  hasMemory: boolean;
  open(port: number): Promise<Shared>;
}

const load = (name: string): Promise<any> => import(name);

export const redisPeers: readonly RedisPeer[] = [
  {
    name: "limit: the bytes, one way over ioredis, no value made of them",
    hasMemory: false,
    async open(port) {
      const { Redis } = await load("ioredis");
      const { serialize } = await load("node:v8");
      const client = new Redis(port);
      const bytes = new Map<string, Uint8Array>();
      return {
        async get(key, compute) {
          const found = await client.getBuffer(key);
          if (found !== null) return found;
          // The same bytes for each key of a size: only sending them counts.
          const kind = key.replace(/\d+$/, "");
          if (!bytes.has(kind)) bytes.set(kind, serialize(await compute()));
          await client.set(key, bytes.get(kind));
          return undefined;
        },
      };
    },
  },
  {
    name: "ioredis + v8, by hand",
    hasMemory: false,
    async open(port) {
      const { Redis } = await load("ioredis");
      const { deserialize, serialize } = await load("node:v8");
      const client = new Redis(port);
      return {
        async get(key, compute) {
          const found = await client.getBuffer(key);
          if (found !== null) return deserialize(found);
          const value = await compute();
          await client.set(key, serialize(value));
          return value;
        },
      };
    },
  },
  {
    name: "redis, client-side caching, JSON, by hand",
    hasMemory: true,
    async open(port) {
      const { createClient, BasicClientSideCache } = await load("redis");
      const cache = new BasicClientSideCache({ ttl: 0, maxEntries: 0 });
      const client = createClient({ socket: { port }, RESP: 3, clientSideCache: cache });
      await client.connect();
      return {
        async get(key, compute) {
          const found = await client.get(key);
          if (found !== null) return JSON.parse(found);
          const value = await compute();
          await client.set(key, JSON.stringify(value));
          return value;
        },
      };
    },
  },
  {
    name: "bentocache, memory + Redis",
    hasMemory: true,
    async open(port) {
      const { BentoCache, bentostore } = await load("bentocache");
      const { memoryDriver } = await load("bentocache/drivers/memory");
      const { redisDriver } = await load("bentocache/drivers/redis");
      const layers = bentostore()
        .useL1Layer(memoryDriver({ maxSize: "500mb" }))
        .useL2Layer(redisDriver({ connection: { host: "127.0.0.1", port } }));
      const cache = new BentoCache({ default: "both", stores: { both: layers } });
      return { get: (key, compute) => cache.getOrSet({ key, factory: compute }) };
    },
  },
];
