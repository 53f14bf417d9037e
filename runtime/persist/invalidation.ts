import { emptyFunction } from "../call/clear.ts";
import type { CachedFunction, PolledStore } from "../call/types.ts";
import { knownFunctions, state } from "../registry.ts";
import type { Store } from "../stores/store.ts";
import { clearedStore } from "./cleared-store.ts";
import { attempt } from "./maybe-promise.ts";
import { ALL_DATA, functionOfCall, isCall } from "./scopes.ts";

/** The durable side of a function, as far as memory follows what others clear. */
export interface Invalidated {
  readonly store: Store;
  readonly scope: string;
  /** Takes the entries of one call out of memory. */
  forgetCall(scope: string): void;
}

/** Between two looks at a store pass so many milliseconds at least: for so long memory may answer after a clear elsewhere. */
const LOOK_EVERY = 50;

const polledStores = new WeakMap<Store, PolledStore>();

/** How a store is looked at before memory answers, if it is one that has to be. */
export function polledStore(store: Store): PolledStore | undefined {
  if (store.poll === undefined) return undefined;
  let polled = polledStores.get(store);
  if (polled === undefined) {
    polled = {
      next: performance.now() + LOOK_EVERY,
      look() {
        this.next = performance.now() + LOOK_EVERY;
        // What cannot be looked at cannot be read either, and a read says so.
        attempt(
          () => store.poll?.(),
          () => {},
        );
      },
    };
    polledStores.set(store, polled);
  }
  return polled;
}

/** Stores whose clears elsewhere already reach this process's memory. */
const heard = new WeakSet<Store>();

/** What others clear in a store leaves this process's memory too. */
export function listen(store: Store, sideOf: (owner: CachedFunction) => Invalidated | undefined): void {
  if (store.onInvalidate === undefined || heard.has(store)) return;
  heard.add(store);
  store.onInvalidate(({ scopes, isReconnected }) => {
    if (isReconnected) clearedStore(store).mayHaveLost();
    if (scopes !== undefined) state.features.tags?.clear(scopes);
    for (const owner of knownFunctions()) {
      const side = sideOf(owner);
      if (side?.store !== store) continue;
      if (scopes === undefined) emptyFunction(owner);
      else for (const scope of scopes) forget(owner, side, scope);
    }
  });
}

function forget(owner: CachedFunction, side: Invalidated, scope: string): void {
  if (isCall(scope)) {
    if (functionOfCall(scope) === side.scope) side.forgetCall(scope);
  } else if (scope === ALL_DATA || scope === side.scope) emptyFunction(owner);
}
