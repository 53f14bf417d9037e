import type * as Cases from "../cases/goals.ts";
import type { Step } from "../measure.ts";

export type Module = typeof Cases;

/** A row whose contenders are measured in turns, in one process. */
export interface InterleavedRow {
  id: string;
  title: string;
  goal: string;
  isAsync?: true;
  /** Calls that one step makes. */
  calls?: number;
  contenders: Record<string, (cases: Module, plain: Module) => Step | Promise<Step>>;
}

/** Loaded by a name in a variable, so that no bundler and no type checker looks into a peer. */
const load = (name: string): Promise<any> => import(name);

const texts = Array.from({ length: 16 }, (_, i) => `${String.fromCharCode(97 + i)}-user-${i * 7919}`);
const BY_JSON = "JSON.stringify + Map";
const BY_LRU = "lru-cache, raw key";

/** Sixteen objects that are made anew at each call. */
const queryOf = (i: number) => ({ page: i & 15, sort: "name", tags: [3] });
const flatOf = (i: number) => ({ page: i & 15, sort: "name", desc: true });
const nestedOf = (i: number) => ({
  filter: { text: "shoes", range: { from: i & 15, to: 900 } },
  sort: [{ by: "price", descending: true }],
  page: 3,
});
/** Equal lists that are not the same. */
const lists = Array.from({ length: 4 }, () =>
  Array.from({ length: 100 }, (_, id) => ({ id, name: `name ${id}`, price: id * 1.5 })),
);

function byJson<A>(fn: (given: A) => number): (given: A) => number {
  const map = new Map<string, number>();
  return (given) => {
    const key = JSON.stringify(given);
    let value = map.get(key);
    if (value === undefined) map.set(key, (value = fn(given)));
    return value;
  };
}

async function byLru<A>(fn: (given: A) => number, options: object): Promise<(given: A) => number> {
  const { LRUCache } = await load("lru-cache");
  const cache = new LRUCache(options);
  return (given) => {
    let value = cache.get(given);
    if (value === undefined) cache.set(given, (value = fn(given)));
    return value;
  };
}

/** Objects beside the one peer that tells them apart as this case needs it. */
function objects<K extends "query" | "flat" | "nested" | "rows">(name: K, make: (i: number) => any) {
  return {
    cachet: (cases: Module) => (i: number) => cases[name](make(i)),
    [BY_JSON]: (_cases: Module, plain: Module) => {
      const fn = byJson(plain[name] as (given: unknown) => number);
      return (i: number) => fn(make(i));
    },
  };
}

const CHUNKS = 1000;
const INSTANCES = 1000;
const TABLE_ROWS = 100_000;

async function read(stream: AsyncIterable<string> | Iterable<string>): Promise<number> {
  let length = 0;
  for await (const chunk of stream) length += chunk.length;
  return length;
}

/** Two equal tables of four columns, neither of them the other. */
async function tables(): Promise<any[]> {
  const { tableFromArrays } = await load("apache-arrow");
  const column = (factor: number) => Float64Array.from({ length: TABLE_ROWS }, (_, i) => i * factor);
  return [1, 2].map(() => tableFromArrays({ a: column(1), b: column(2), c: column(3), d: column(4) }));
}

const JOINERS = 10_000;

type Slow = (id: number) => Promise<number>;

const join = (fn: Slow, id: number) => Array.from({ length: JOINERS }, () => fn(id));

function joiners(fn: Slow, cases: Module): Step {
  return async (i) => {
    let go = () => {};
    cases.pause.until = new Promise<void>((resolve) => {
      go = resolve;
    });
    const all = join(fn, i);
    go();
    return Promise.all(all);
  };
}

export const interleaved: readonly InterleavedRow[] = [
  {
    id: "query",
    title: "`{ page, sort, tags: [n] }`, handed on",
    goal: "1.0",
    contenders: objects("query", queryOf),
  },
  {
    id: "flat",
    title: "`{ page, sort, desc }`, only read by member",
    goal: "0.2",
    contenders: objects("flat", flatOf),
  },
  { id: "nested", title: "nested options", goal: "1.0", contenders: objects("nested", nestedOf) },
  { id: "rows", title: "array of 100 objects", goal: "1.0", contenders: objects("rows", (i) => lists[i & 3]) },
  {
    id: "text",
    title: "16 strings",
    goal: "1.0",
    contenders: {
      cachet: (cases) => (i) => cases.text(texts[i & 15] as string),
      async [BY_LRU](_cases, plain) {
        const fn = await byLru(plain.text, { max: 1000 });
        return (i) => fn(texts[i & 15] as string);
      },
    },
  },
  {
    id: "ttl",
    title: "16 strings under a ttl",
    goal: "3.0",
    contenders: {
      cachet: (cases) => (i) => cases.aging(texts[i & 15] as string),
      async [BY_LRU](_cases, plain) {
        const fn = await byLru(plain.aging, { max: 1000, ttl: 3_600_000 });
        return (i) => fn(texts[i & 15] as string);
      },
    },
  },
  {
    id: "full",
    title: "`maxEntries`, full, hits",
    goal: "1.5",
    contenders: {
      cachet: (cases) => (i) => cases.bounded(i % 100),
      async [BY_LRU](_cases, plain) {
        const fn = await byLru(plain.bounded, { max: 100 });
        return (i) => fn(i % 100);
      },
    },
  },
  {
    id: "evicting",
    title: "`maxEntries`, evicting",
    goal: "4.0",
    contenders: {
      cachet: (cases) => (i) => cases.bounded(i % 200),
      async [BY_LRU](_cases, plain) {
        const fn = await byLru(plain.bounded, { max: 100 });
        return (i) => fn(i % 200);
      },
    },
  },
  {
    id: "later",
    title: "async hit",
    goal: "1.1",
    isAsync: true,
    contenders: {
      cachet: (cases) => (i) => cases.later(texts[i & 15] as string),
      async memoize(_cases, plain) {
        const { default: memoize } = await load("memoize");
        const fn = memoize(plain.later);
        return (i) => fn(texts[i & 15] as string);
      },
    },
  },
  {
    id: "words",
    title: "a chunk of a recorded stream of 1,000",
    goal: "2.0",
    isAsync: true,
    calls: CHUNKS,
    contenders: {
      cachet: (cases) => () => read(cases.words(CHUNKS)),
      async "for await over an array"(_cases, plain) {
        const chunks: string[] = [];
        for await (const chunk of plain.words(CHUNKS)) chunks.push(chunk);
        return () => read(chunks);
      },
    },
  },
  {
    id: "table",
    title: "an Arrow table of 100,000 rows (3.2 MB) as argument",
    goal: "1.5",
    contenders: {
      async cachet(cases) {
        const { configure } = await load("cachet");
        configure({ codecs: (await load("cachet/codecs/arrow")).arrowCodecs });
        const both = await tables();
        return (i) => cases.sizeOf(both[i & 1]);
      },
      async "SHA-256 of its columns"() {
        const { createHash } = await load("node:crypto");
        const both = await tables();
        return (i) => {
          const hash = createHash("sha256");
          for (const { data } of both[i & 1].batches) for (const { values } of data.children) hash.update(values);
          return hash.digest("hex");
        };
      },
    },
  },
  {
    id: "prices",
    title: "a copy of an instance of five fields, among 1,000",
    goal: "0.3",
    calls: INSTANCES,
    contenders: {
      cachet: (cases) => () => cases.prices(INSTANCES),
      "structuredClone, and the class put back": (_cases, plain) => {
        const kept = plain.prices(INSTANCES);
        return () => structuredClone(kept).map((each) => Object.setPrototypeOf(each, plain.Price.prototype));
      },
    },
  },
  {
    id: "prices-text",
    title: "the same, beside a library for classes",
    goal: "0.2",
    calls: INSTANCES,
    contenders: {
      cachet: (cases) => () => cases.prices(INSTANCES),
      async devalue(_cases, plain) {
        const { stringify, parse } = await load("devalue");
        const kept = stringify(plain.prices(INSTANCES), {
          Price: (value: unknown) => value instanceof plain.Price && { ...value },
        });
        const revive = (fields: object) => Object.assign(Object.create(plain.Price.prototype), fields);
        return () => parse(kept, { Price: revive });
      },
    },
  },
  {
    id: "pending",
    title: "`await` elsewhere while a run is pending",
    goal: "1.1",
    isAsync: true,
    contenders: {
      cachet(cases) {
        cases.pause.until = new Promise(() => {});
        void cases.slow(-1);
        return () => Promise.resolve(1);
      },
      "none pending, in another process": () => () => Promise.resolve(1),
    },
  },
  {
    id: "alone",
    title: "the same, a run within which no other can begin",
    goal: "1.1",
    isAsync: true,
    contenders: {
      cachet(cases) {
        void cases.alone(-1);
        return () => Promise.resolve(1);
      },
      "none pending, in another process": () => () => Promise.resolve(1),
    },
  },
  {
    id: "join",
    title: "10,000 equal calls that join one run, each",
    goal: "2.0",
    isAsync: true,
    calls: JOINERS,
    contenders: {
      cachet: (cases) => joiners(cases.slow, cases),
      async "p-memoize"(_cases, plain) {
        const { default: memoize } = await load("p-memoize");
        return joiners(memoize(plain.slow), plain);
      },
    },
  },
  {
    id: "join-alone",
    title: "the same, a run within which no other can begin",
    goal: "2.0",
    isAsync: true,
    calls: JOINERS,
    contenders: {
      cachet: (cases) => (i) => Promise.all(join(cases.alone, i)),
      async "p-memoize"(_cases, plain) {
        const { default: memoize } = await load("p-memoize");
        const alone = memoize(plain.alone);
        return (i) => Promise.all(join(alone, i));
      },
    },
  },
];
