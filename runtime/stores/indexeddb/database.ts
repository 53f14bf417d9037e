import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { newEpoch } from "../new-epoch.ts";
import type { Metadata } from "../store.ts";

/** An entry as it lies in the database. */
export interface Row {
  bytes: Uint8Array;
  meta: Metadata;
  function: string;
  /** Function and code hash: the entries that share one set of limits. */
  version: string;
  /** Wall time of the last write or noted use. */
  used: number;
}

/** Four tables: entries by key, who computes an entry under a lock, epochs, and what the store remembers about itself. */
export interface Schema extends DBSchema {
  entries: { key: string; value: Row; indexes: { function: string; version: string; used: number } };
  leases: { key: string; value: { token: string; function: string }; indexes: { function: string } };
  notes: { key: string; value: number };
  /** Epochs of scopes that were cleared; under the empty name the one of all others. */
  epochs: { key: string; value: string };
}

export type Database = IDBPDatabase<Schema>;

/** Raised when the tables change; an older page then closes its connection and goes on in memory. */
const VERSION = 2;

/** Opens the database. `onClose` tells that the connection is of no use any more: another version needs it, or it broke. */
export async function openDatabase(name: string, onClose: () => void): Promise<Database> {
  const database = await openDB<Schema>(name, VERSION, {
    upgrade(db) {
      for (const table of [...db.objectStoreNames]) db.deleteObjectStore(table);
      const entries = db.createObjectStore("entries");
      entries.createIndex("function", "function");
      entries.createIndex("version", "version");
      entries.createIndex("used", "used");
      db.createObjectStore("leases").createIndex("function", "function");
      db.createObjectStore("notes");
      db.createObjectStore("epochs");
    },
    blocking() {
      database.close();
      onClose();
    },
    terminated: onClose,
  });
  return database;
}

/** Removes the entries that come first in the order of use until the limits of their code version hold. */
export async function enforceLimits(
  database: Database,
  version: string,
  kept: string,
  { maxEntries, maxBytes }: Metadata,
): Promise<void> {
  if (maxEntries === undefined && maxBytes === undefined) return;
  const transaction = database.transaction("entries", "readwrite");
  const rows: { key: string; used: number; bytes: number }[] = [];
  for await (const cursor of transaction.store.index("version").iterate(version))
    rows.push({ key: cursor.primaryKey, used: cursor.value.used, bytes: cursor.value.bytes.length });
  rows.sort((a, b) => Number(a.key === kept) - Number(b.key === kept) || a.used - b.used);
  let count = rows.length;
  let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  for (const row of rows) {
    if (count <= (maxEntries ?? count) && bytes <= (maxBytes ?? bytes)) break;
    count--;
    bytes -= row.bytes;
    await transaction.store.delete(row.key);
  }
  await transaction.done;
}

/** Removes expired entries, entries unused since `oldest`, and the longest unused ones above so many bytes. */
export async function pruneDatabase(database: Database, now: number, oldest: number, maxBytes: number): Promise<void> {
  const transaction = database.transaction("entries", "readwrite");
  let bytes = 0;
  for await (const cursor of transaction.store.index("used").iterate(null, "prev")) {
    const { meta, used } = cursor.value;
    bytes += cursor.value.bytes.length;
    const isExpired = meta.expires !== undefined && meta.expires <= now;
    if (!isExpired && used >= oldest && bytes <= maxBytes) continue;
    bytes -= cursor.value.bytes.length;
    await cursor.delete();
  }
  await transaction.done;
}

/** Epochs of scopes. Those never cleared share one, made with the first question; if the table is lost, all are new. */
export async function readEpochs(database: Database, scopes: readonly string[]): Promise<string[]> {
  const own = await Promise.all(["", ...scopes].map((scope) => database.get("epochs", scope)));
  const base = own[0] ?? (await makeBase(database));
  return own.slice(1).map((each) => each ?? base);
}

async function makeBase(database: Database): Promise<string> {
  const transaction = database.transaction("epochs", "readwrite");
  const known = await transaction.store.get("");
  const base = known ?? newEpoch();
  if (known === undefined) await transaction.store.put(base, "");
  await transaction.done;
  return base;
}

/** Beyond so many epochs all begin anew. */
const MOST_EPOCHS = 10_000;

export async function renewEpochs(database: Database, scopes: readonly string[]): Promise<void> {
  const transaction = database.transaction("epochs", "readwrite");
  const count = await transaction.store.count();
  if (count + scopes.length > MOST_EPOCHS) await transaction.store.clear();
  else for (const scope of scopes) void transaction.store.put(newEpoch(), scope);
  await transaction.done;
}

/** Takes the leases of all functions, or of one: what is computed under them does not land. */
export async function clearLeases(database: Database, functionId: string | undefined): Promise<void> {
  const transaction = database.transaction("leases", "readwrite");
  if (functionId === undefined) await transaction.store.clear();
  else
    for (const key of await transaction.store.index("function").getAllKeys(functionId))
      void transaction.store.delete(key);
  await transaction.done;
}

/** Entries that are looked at in one step. */
const AT_ONCE = 100;

/**
 * Removes what clears have put out of use, of all functions or of one, in steps between which others get at the database. An entry whose
 * epochs are those of now was written since.
 */
export async function removeCleared(database: Database, functionId: string | undefined): Promise<void> {
  const keys =
    functionId === undefined
      ? await database.getAllKeys("entries")
      : await database.getAllKeysFromIndex("entries", "function", functionId);
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const transaction = database.transaction(["entries", "epochs"], "readwrite");
    const entries = transaction.objectStore("entries");
    const epochs = transaction.objectStore("epochs");
    const base = await epochs.get("");
    const isCurrent = async ({ meta }: Row) => {
      if (meta.epochs === undefined) return false;
      for (const [scope, epoch] of Object.entries(meta.epochs))
        if (((await epochs.get(scope)) ?? base) !== epoch) return false;
      return true;
    };
    for (const key of keys.slice(at, at + AT_ONCE)) {
      const row = await entries.get(key);
      if (row !== undefined && !(await isCurrent(row))) void entries.delete(key);
    }
    await transaction.done;
  }
}
