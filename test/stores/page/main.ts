/* The page that the browser tests drive. Its functions are transformed by the Vite plugin, as in any project. */
import { cached, configure, stats, subscribe } from "cachet";
import { storeContract } from "cachet/store-contract";
import { indexedDBStore } from "cachet/stores/indexeddb";

let runs = 0;
const warnings: string[] = [];
const errors: string[] = [];
configure({ onWarning: (message) => warnings.push(message) });
subscribe((event) => void (event.type === "error" && errors.push(String(event.error))));

/** @cacheData({ persist: true }) */
async function load(id: number) {
  runs++;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { id, text: `row ${id}`, big: 2n ** 70n, when: new Date(id), bytes: new Uint8Array([1, 2, id]) };
}

/** @cacheData({ persist: true }) */
async function slow(id: number) {
  runs++;
  await new Promise((resolve) => setTimeout(resolve, 600));
  return `slow ${id}`;
}

/** @cacheData({ persist: true }) */
async function large(id: number) {
  runs++;
  // Noise, which no database can make smaller.
  const bytes = new Uint8Array(3_000_000);
  let state = id;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  bytes[0] = id;
  return bytes;
}

/** @cacheData({ persist: true }) */
async function small(id: number) {
  return id;
}

/** @cacheData */
async function memoryOnly(id: number) {
  runs++;
  return id;
}

const page = {
  load,
  slow,
  large,
  memoryOnly,
  report: () => ({ runs, warnings, errors, entries: stats().length }),
  isRight: async (id: number) => {
    const value = await load(id);
    return value.id === id && value.big === 2n ** 70n && value.when instanceof Date && value.bytes[2] === id;
  },
  clear: () => cached(load).clear(),
  /** Fills the database with so many entries; returns what a clear asks of it while its caller waits, and what the longest step after it asks. */
  clearCost: async (entries: number) => {
    await Promise.all(Array.from({ length: entries }, (_, n) => small(n)));
    const perTransaction = new Map<IDBTransaction, number>();
    let requests = 0;
    const originals = new Map<string, (...args: unknown[]) => unknown>();
    const table = IDBObjectStore.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const name of ["get", "put", "delete", "getAllKeys", "count", "clear"]) {
      const original = table[name] as (...args: unknown[]) => unknown;
      originals.set(name, original);
      table[name] = function (this: IDBObjectStore, ...args) {
        requests++;
        perTransaction.set(this.transaction, (perTransaction.get(this.transaction) ?? 0) + 1);
        return original.apply(this, args);
      };
    }
    await cached(small).clear();
    const awaited = requests;
    const database = await new Promise<IDBDatabase>((resolve) => {
      indexedDB.open("cachet").onsuccess = ({ target }) => resolve((target as IDBOpenDBRequest).result);
    });
    const left = () =>
      new Promise<number>((resolve) => {
        const request = database
          .transaction("entries")
          .objectStore("entries")
          .index("function")
          .count(cached(small).id);
        request.onsuccess = () => resolve(request.result);
      });
    while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    database.close();
    for (const [name, original] of originals) table[name] = original;
    return { awaited, longest: Math.max(...perTransaction.values()) };
  },
  clearOne: (id: number) => cached(load).clear(id),
  databases: async () => (await indexedDB.databases()).map(({ name }) => name),
  contract: async () => {
    const failures: string[] = [];
    const create = (place: string, now: () => number) => indexedDBStore({ name: place, now });
    const cases = storeContract({ create, shared: true, destroy: (place) => void indexedDB.deleteDatabase(place) });
    for (const { name, run } of cases) await run().catch((error) => failures.push(`${name}: ${error.message}`));
    return { count: cases.length, failures };
  },
};

declare global {
  interface Window {
    page: typeof page;
  }
}
window.page = page;
