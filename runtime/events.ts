import { type Channel, channelOf } from "#platform";
import type { CachedFunction, CallKey } from "./call/types.ts";
import type { CacheEvent, EventPayload, Listener } from "./event-types.ts";
import { install, type Observer, state } from "./registry.ts";

/** Node's diagnostics channels, `cachet:hit` and so on; silent elsewhere. */
const channels: Record<CacheEvent["type"], Channel> = {
  hit: channelOf("cachet:hit"),
  stale: channelOf("cachet:stale"),
  refresh: channelOf("cachet:refresh"),
  timeout: channelOf("cachet:timeout"),
  miss: channelOf("cachet:miss"),
  write: channelOf("cachet:write"),
  expire: channelOf("cachet:expire"),
  evict: channelOf("cachet:evict"),
  invalid: channelOf("cachet:invalid"),
  clear: channelOf("cachet:clear"),
  error: channelOf("cachet:error"),
};

const { hit, miss, write, evict } = channels;

/** The most frequent ones have names: to look one up by a type that varies takes longer than to ask whether anything listens. */
function channelFor(type: CacheEvent["type"]): Channel {
  if (type === "hit") return hit;
  if (type === "miss") return miss;
  if (type === "write") return write;
  return type === "evict" ? evict : channels[type];
}

/** Emits an event, if anything listens. */
export function emitEvent(owner: CachedFunction, payload: EventPayload, call: CallKey | undefined): void {
  const channel = channelFor(payload.type);
  if (state.listeners.size > 0 || channel.hasSubscribers) deliver(owner, payload, call, channel);
}

/** Listeners cannot disturb the caller or each other. */
function deliver(owner: CachedFunction, payload: EventPayload, call: CallKey | undefined, channel: Channel): void {
  const { definition, policy } = owner;
  // A payload is made for one event. `Object.assign` would take longer than all the rest of a hit.
  const event = payload as CacheEvent;
  event.id = definition.id;
  event.name = definition.name;
  event.kind = policy.kind;
  let left = state.listeners.size;
  for (const listener of state.listeners) {
    // One that is added by another meanwhile hears of what comes after.
    if (left-- === 0) break;
    try {
      listener(event, owner, call);
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
  const own: Observer = (event, owner, call) => observer(event, owner, call);
  install({ emitEvent });
  state.listeners.add(own);
  state.refresh();
  return () => {
    state.listeners.delete(own);
    state.refresh();
  };
}
