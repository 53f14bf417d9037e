import { isPromise } from "../call/thenable.ts";
import { newEpoch } from "../stores/new-epoch.ts";
import type { MaybePromise, Metadata, Store } from "../stores/store.ts";
import { all, andThen } from "./maybe-promise.ts";

/** How epochs are read and renewed: a store's own way, or this one. */
export interface EpochStore {
  read(scopes: readonly string[], make: boolean): MaybePromise<readonly (string | undefined)[]>;
  renew(scopes: readonly string[]): MaybePromise<void>;
}

const ORIGIN = { function: "cachet:epochs", hash: "1" };
const keyOf = (scope: string): string => `epoch|${scope}`;

/**
 * Epochs as entries, for stores without epochs of their own. One that such a store has evicted is made anew, so that what
 * carries the old one is a miss.
 */
class EntryEpochs implements EpochStore {
  private readonly store: Store;
  /** Epochs being made: calls that begin together share one, since a second would put the first out of use. */
  private readonly making = new Map<string, MaybePromise<string>>();

  constructor(store: Store) {
    this.store = store;
  }

  read(scopes: readonly string[], make: boolean): MaybePromise<readonly (string | undefined)[]> {
    return all(scopes.map((scope) => this.readOne(scope, make)));
  }

  renew(scopes: readonly string[]): MaybePromise<void> {
    return andThen(all(scopes.map((scope) => this.renewOne(scope))), () => {});
  }

  private readOne(scope: string, make: boolean): MaybePromise<string | undefined> {
    const found = this.store.lookup(keyOf(scope), ORIGIN);
    return andThen(found, (entry) => {
      if (entry !== undefined) return String.fromCharCode(...entry.bytes);
      return make ? this.makeOnce(scope) : undefined;
    });
  }

  private makeOnce(scope: string): MaybePromise<string> {
    const pending = this.making.get(scope);
    if (pending !== undefined) return pending;
    const made = this.renewOne(scope);
    if (!isPromise(made)) return made;
    const done = made.finally(() => this.making.delete(scope));
    this.making.set(scope, done);
    return done;
  }

  private renewOne(scope: string): MaybePromise<string> {
    const epoch = newEpoch();
    const bytes = Uint8Array.from(epoch, (character) => character.charCodeAt(0));
    const meta: Metadata = { ...ORIGIN, written: Date.now(), cost: 0 };
    return andThen(this.store.write(keyOf(scope), bytes, meta), () => epoch);
  }
}

/** A store's own epochs, where it has them. */
export function epochStoreOf(store: Store): EpochStore {
  if (store.readEpochs === undefined || store.renewEpochs === undefined) return new EntryEpochs(store);
  return {
    read: (scopes, make) => store.readEpochs?.(scopes, make) ?? [],
    renew: (scopes) => store.renewEpochs?.(scopes),
  };
}
