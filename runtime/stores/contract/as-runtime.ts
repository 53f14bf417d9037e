import { ClearedStore, type Reading } from "../../persist/cleared-store.ts";
import { ALL_DATA, callScope, functionScope } from "../../persist/scopes.ts";
import type { Metadata, Origin, Store, StoredEntry } from "../store.ts";
import type { Bench } from "./rule.ts";

/** A store as the runtime uses it: entries carry epochs, and reads compare them. What fails here is thrown, to be tried again. */
export class AsRuntime {
  private readonly store: Store;
  private readonly ask: Bench["ask"];
  private readonly cleared: ClearedStore;

  constructor(store: Store, ask: Bench["ask"]) {
    this.store = store;
    this.ask = ask;
    this.cleared = new ClearedStore(store);
  }

  read(key: string, origin: Origin): Promise<Reading> {
    return this.ask(() => this.cleared.read(key, origin, scopesOf(key, origin), THROWN));
  }

  async get(key: string, origin: Origin): Promise<StoredEntry | undefined> {
    return (await this.read(key, origin)).found;
  }

  /** Writes as a run does that began with `before`: by default one that begins now. */
  async put(key: string, bytes: Uint8Array, meta: Metadata, before?: Reading): Promise<void> {
    const { epochs } = before ?? (await this.read(key, meta));
    await this.ask(() => this.cleared.write(key, bytes, meta, epochs, THROWN));
  }

  clear(functionId?: string): Promise<void> {
    const scope = functionId === undefined ? ALL_DATA : functionScope(functionId);
    return this.ask(() => this.cleared.clear([scope], () => this.store.clear(functionId), THROWN));
  }

  clearCall(key: string, origin: Origin): Promise<void> {
    const scope = callScope(functionScope(origin.function), key);
    return this.ask(() => this.cleared.clear([scope], () => this.store.delete(key, origin), THROWN));
  }
}

/** In these rules a key stands for the arguments too, so that the same call has one key in every code version. */
function scopesOf(key: string, origin: Origin): string[] {
  const scope = functionScope(origin.function);
  return [ALL_DATA, scope, callScope(scope, key)];
}

const rethrow = (error: unknown): never => {
  throw error;
};
/** Removing what is out of use may go on in the background, where nobody could catch what is thrown. */
const THROWN = { read: rethrow, write: rethrow, clear: rethrow, tidy() {} };
