/** What a panel in another process or tab is told about the caches of this one, and what it may ask for. */

import { clearTags, expireTags } from "../cache-tags.ts";
import { type CacheEvent, type InspectedCall, type InspectedFunction, inspect, observeCalls } from "../inspect.ts";

/** A call as `InspectedCall` describes it. */
export type RemoteCall = Pick<InspectedCall, "key" | "parts" | "instance" | "codeHash">;

export interface RemoteEntry extends RemoteCall {
  bytes: number;
  /** Milliseconds the body took. */
  cost: number;
  /** Milliseconds since it was computed. */
  age: number;
  /** Milliseconds until it expires, `null` for never: JSON knows no Infinity. */
  remaining: number | null;
  tags: readonly string[];
}

export interface RemoteFunction extends Omit<InspectedFunction, "list" | "tags" | "clear" | "expire"> {
  /** The most recently used entries, oldest first: at most `MOST_ENTRIES`. */
  list: RemoteEntry[];
  /** Entries by tag, of all. */
  tags: Record<string, number>;
}

export interface RemoteEvent {
  event: CacheEvent;
  call: RemoteCall | undefined;
}

/** What a panel may ask for: entries go, or their time to live ends. */
export type Action = "clear" | "expire";

/** What that is done to: a kind, a tag, a function of one code version, or one of its entries. */
export type Target = { kind: "data" | "resource" } | { tag: string } | { id: string; codeHash: string; key?: string };

/** A panel shows no more of one function; what a busy program holds is counted, not listed. */
const MOST_ENTRIES = 200;
/** Of one batch: the newest. */
const MOST_EVENTS = 500;
/** Milliseconds between two batches of events. */
const PAUSE = 100;

export function snapshot(): RemoteFunction[] {
  return inspect().map((fn) => {
    const { list, tags, clear: _, expire: __, ...rest } = fn;
    return { ...rest, list: list().slice(-MOST_ENTRIES).map(plainEntry), tags: tags() };
  });
}

function plainEntry(entry: ReturnType<InspectedFunction["list"]>[number]): RemoteEntry {
  const { bytes, cost, age, remaining, tags } = entry;
  return {
    ...plainCall(entry),
    bytes,
    cost,
    age,
    remaining: remaining === Number.POSITIVE_INFINITY ? null : remaining,
    tags,
  };
}

function plainCall({ key, parts, instance, codeHash }: InspectedCall): RemoteCall {
  return { key, parts, instance, codeHash };
}

/**
 * Calls `listener` with what happened, in batches.
 * @returns a function that ends it.
 */
export function follow(listener: (events: RemoteEvent[]) => void): () => void {
  let batch: RemoteEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const send = () => {
    timer = undefined;
    const events = batch;
    batch = [];
    listener(events);
  };
  const end = observeCalls((event, call) => {
    if (batch.length === MOST_EVENTS) batch.shift();
    batch.push({ event: plainEvent(event), call: call && plainCall(call) });
    timer ??= setTimeout(send, PAUSE);
  });
  return () => {
    end();
    clearTimeout(timer);
  };
}

/** Errors don't survive JSON or a message to another tab as they are. */
function plainEvent(event: CacheEvent): CacheEvent {
  if (event.type !== "error") return event;
  return { ...event, error: event.error instanceof Error ? event.error.message : String(event.error) };
}

/** False if there is nothing of that name any more. */
export async function act(action: Action, target: Target): Promise<boolean> {
  if ("tag" in target) {
    await (action === "clear" ? clearTags(target.tag) : expireTags(target.tag));
    return true;
  }
  if ("kind" in target) {
    const functions = inspect().filter(({ kind }) => kind === target.kind);
    await Promise.all(functions.map((fn) => fn[action]()));
    return true;
  }
  const fn = inspect().find(({ id, codeHash }) => id === target.id && codeHash === target.codeHash);
  const found = target.key === undefined ? fn : fn?.list().find(({ key }) => key === target.key);
  await found?.[action]();
  return found !== undefined;
}

/** Whether something that came from outside names what can be cleared. */
export function isTarget(value: unknown): value is Target {
  if (typeof value !== "object" || value === null) return false;
  const { kind, tag, id, codeHash, key } = value as Record<string, unknown>;
  if (kind !== undefined) return kind === "data" || kind === "resource";
  if (tag !== undefined) return typeof tag === "string" && tag !== "";
  return typeof id === "string" && typeof codeHash === "string" && (key === undefined || typeof key === "string");
}
