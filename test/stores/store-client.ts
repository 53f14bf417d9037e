import { ClearedStore } from "../../runtime/persist/cleared-store.ts";
import { ALL_DATA, callScope, functionScope } from "../../runtime/persist/scopes.ts";
import type { Store } from "../../runtime/stores/store.ts";

/** The function whose calls a client makes. */
export const CALLED = { function: "pkg/src/load.ts#load", hash: "c1:1" };
export const FUNCTION = functionScope(CALLED.function);
const SILENT = { read() {}, write() {}, clear() {}, tidy() {} };
const meta = { ...CALLED, written: 1, cost: 1 };

/** A store as one function's calls use it. */
export class StoreClient<S extends Store = Store> {
  readonly store: S;
  readonly cleared: ClearedStore;
  /** What failed, and was not thrown, as no call is to fail by it. */
  readonly failures: unknown[] = [];
  private readonly report = { ...SILENT };

  constructor(store: S) {
    this.store = store;
    this.cleared = new ClearedStore(store);
    for (const what of ["read", "write", "clear", "tidy"] as const)
      this.report[what] = (error?: unknown) => void this.failures.push(error);
  }

  async find(call: string) {
    return (await this.cleared.read(call, CALLED, scopesOf(call), this.report)).found;
  }

  async put(call: string, more: object = {}, bytes = new Uint8Array([1, 2, 3])) {
    const { epochs } = await this.cleared.read(call, CALLED, scopesOf(call), this.report);
    await this.cleared.write(call, bytes, { ...meta, ...more }, epochs, this.report);
  }

  async clear(scopes: string[] = [FUNCTION]) {
    await this.cleared.clear(scopes, () => this.store.clear(CALLED.function), this.report);
  }
}

const scopesOf = (call: string): string[] => [ALL_DATA, FUNCTION, callScope(FUNCTION, call)];
