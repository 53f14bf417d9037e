import type { TrieNode } from "../key/trie/argument-reader.ts";
import type { Table } from "./entry-table.ts";
import type { Run } from "./in-flight.ts";

/**
 * Where an entry sits in its table: under up to three primitives, or under an encoded text. A symbol stands before what a
 * rule of `hashFuncs` made of an argument.
 */
export type Place = readonly unknown[] | string;

/** No limit: the time of what does not expire, the most of what is not counted. */
export const NEVER = Number.POSITIVE_INFINITY;

/** True for key parts that are looked up as they are. */
export function isDirect(parts: readonly unknown[]): boolean {
  if (parts.length > 3) return false;
  for (let i = 0; i < parts.length; i++) if (!isPlain(parts[i])) return false;
  return true;
}

/** True for a primitive that `Map` tells apart as the encoding does. */
export const isPlain = (part: unknown): boolean =>
  typeof part === "object" ? part === null : typeof part !== "function" && typeof part !== "symbol";

/** One call's result in memory, or the place of one that is being computed. */
export class Entry {
  readonly table: Table;
  readonly place: Place;
  /** What is kept: the live object of a resource, the snapshot of data. */
  value: unknown = undefined;
  /** Makes a caller's own copy; absent where the value itself can be handed out. */
  give: ((kept: unknown) => unknown) | undefined = undefined;
  /** True once there is a value. */
  ready = false;
  /** True for a bare entry that never expires. */
  easy = false;
  /** True where callers expect a promise although the function was not declared async. */
  promised = false;
  /** False once the entry left the cache; a run that ends later must not bring it back. */
  live = true;
  /** Monotonic milliseconds at which the entry is gone. */
  expires = NEVER;
  /** Milliseconds the body took: what each hit saves. */
  cost = 0;
  /** Estimated bytes; 0 for resources, which cannot be measured. */
  bytes = 0;
  /** Counts up over all functions with every use. */
  used = 0;
  /** The run under way, if any. */
  flight: Run | undefined = undefined;
  /** What elements showed while the body ran, to be shown again on each hit. */
  replay: unknown = undefined;
  /** Where the argument trie finds it; `null` if its calls cannot be read. */
  leaves: TrieNode[] | undefined | null = undefined;
  /** Neighbours in the order of use. */
  older: Entry | undefined = undefined;
  newer: Entry | undefined = undefined;

  constructor(table: Table, place: Place) {
    this.table = table;
    this.place = place;
  }
}

/** True where a hit hands out the value and does nothing else: no copy, no promise to wrap, nothing to show. */
export const isBare = (entry: Entry): boolean =>
  entry.give === undefined && !entry.promised && entry.replay === undefined;

/** What a caller gets of an entry: the value itself, or a copy of its own. */
export const handOut = (kept: Pick<Entry, "value" | "give">): unknown =>
  kept.give === undefined ? kept.value : kept.give(kept.value);
