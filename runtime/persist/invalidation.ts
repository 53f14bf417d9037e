import { knownFunctions } from "../registry.ts";
import type { Store } from "../stores/store.ts";
import { clearedStore } from "./cleared-store.ts";
import { attempt } from "./maybe-promise.ts";
import type { Watched } from "./persistence.ts";
import { functionOfCall, isCall } from "./scopes.ts";

/** The durable side of a function, as far as memory follows what others clear. */
export interface Invalidated {
  readonly store: Store;
  readonly scope: string;
  /** Takes the entries of one call out of memory. */
  forgetCall(scope: string): void;
}

/** Between two looks at a store pass so many milliseconds at least: for so long memory may answer after a clear elsewhere. */
const LOOK_EVERY = 50;

const watches = new WeakMap<Store, Watched>();

/** How a store is looked at before memory answers, if it is one that has to be. */
export function watchedStore(store: Store): Watched | undefined {
  if (store.poll === undefined) return undefined;
  let watched = watches.get(store);
  if (watched === undefined) {
    watched = {
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
    watches.set(store, watched);
  }
  return watched;
}

/** Stores whose clears elsewhere already reach this process's memory. */
const heard = new WeakSet<Store>();

/** What others clear in a store leaves this process's memory too. */
export function listen(store: Store, sideOf: (owner: KnownFunction) => Invalidated | undefined): void {
  if (store.onInvalidate === undefined || heard.has(store)) return;
  heard.add(store);
  store.onInvalidate(({ scopes, isReconnected }) => {
    if (isReconnected) clearedStore(store).mayHaveLost();
    for (const owner of knownFunctions()) {
      const side = sideOf(owner);
      if (side?.store !== store) continue;
      if (scopes === undefined) owner.empty();
      else for (const scope of scopes) forget(owner, side, scope);
    }
  });
}

type KnownFunction = ReturnType<typeof knownFunctions> extends Generator<infer F> ? F : never;

/** Which entries carry a tag is not known here, so a cleared tag empties every function on that store. */
function forget(owner: KnownFunction, side: Invalidated, scope: string): void {
  if (isCall(scope)) {
    if (functionOfCall(scope) === side.scope) side.forgetCall(scope);
  } else if (!scope.startsWith("fn:") || scope === side.scope) owner.empty();
}
