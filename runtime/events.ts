import { type Channel, channelOf } from "#platform";
import type { Place } from "./call/entry.ts";
import type { Table } from "./call/entry-table.ts";
import type { FunctionEntries } from "./call/function-state.ts";
import { state } from "./registry.ts";

/** What every event tells. */
interface Base {
  /** Function id. */
  id: string;
  /** Function name. */
  name: string;
  kind: "data" | "resource";
}

/** What can go wrong without reaching the caller, and what the body itself threw (`run`). */
export type Operation = "run" | "validate" | "release" | "read" | "decode" | "write" | "delete" | "clear";

/** Everything a cache does, as a typed union by `type`. */
export type CacheEvent =
  | (Base & { type: "hit"; from: "memory" | "store" | "flight" })
  | (Base & { type: "miss" })
  | (Base & { type: "write"; duration: number; bytes: number })
  | (Base & { type: "expire" })
  | (Base & { type: "evict"; reason: "maxEntries" | "maxBytes" | "tooLarge" })
  | (Base & { type: "invalid" })
  | (Base & { type: "clear"; all: boolean })
  | (Base & { type: "error"; operation: Operation; error: unknown; store?: string });

/** Called with each event, synchronously; what it throws is ignored. */
export type Listener = (event: CacheEvent) => void;

/** The call that an event is about, as it is looked up. */
export interface CallPlace {
  readonly table: Table;
  readonly place: Place;
}

/** What `state` holds: an inspector hears of the call too, which people are not handed. */
export type Observer = (event: CacheEvent, call: CallPlace | undefined) => void;

/** An event without what the function adds to each. */
export type Telling = CacheEvent extends infer E ? (E extends CacheEvent ? Omit<E, keyof Base> : never) : never;

/** Tells of something that a function's cache did. */
export type Announce = (owner: FunctionEntries, event: Telling, call: CallPlace | undefined) => void;

/** Node's diagnostics channels, `cachet:hit` and so on; silent elsewhere. */
const channels: Record<CacheEvent["type"], Channel> = {
  hit: channelOf("cachet:hit"),
  miss: channelOf("cachet:miss"),
  write: channelOf("cachet:write"),
  expire: channelOf("cachet:expire"),
  evict: channelOf("cachet:evict"),
  invalid: channelOf("cachet:invalid"),
  clear: channelOf("cachet:clear"),
  error: channelOf("cachet:error"),
};

/** Emits an event, if anybody would hear it. Listeners cannot disturb the caller or each other. */
export function announce(owner: FunctionEntries, telling: Telling, call: CallPlace | undefined): void {
  const channel = channels[telling.type];
  if (state.listeners.size === 0 && !channel.hasSubscribers) return;
  const { definition, policy } = owner;
  const event = Object.assign(telling, { id: definition.id, name: definition.name, kind: policy.kind }) as CacheEvent;
  let left = state.listeners.size;
  for (const listener of state.listeners) {
    // One that is added by another meanwhile hears of what comes after.
    if (left-- === 0) break;
    try {
      listener(event, call);
    } catch {
      // A listener's failure is its own: the cached call it listens to must not fail with it.
    }
  }
  if (channel.hasSubscribers) channel.publish(event);
}

/**
 * Calls `listener` with every event from now on.
 * @returns a function that ends the subscription.
 */
export function subscribe(listener: Listener): () => void {
  return observe((event) => listener(event));
}

/** As `subscribe`, with the call that each event is about. */
export function observe(observer: Observer): () => void {
  const own: Observer = (event, call) => observer(event, call);
  state.announce = announce;
  state.listeners.add(own);
  state.refresh();
  return () => {
    state.listeners.delete(own);
    state.refresh();
  };
}
