import { NEVER } from "../call/never.ts";
import type { Entry } from "../call/types.ts";
import { state } from "../registry.ts";
import { mapSize, setSize } from "../values/intrinsics.ts";
import type { Kind } from "../values/value-kind.ts";

/*
 * What values take in memory, as V8 lays them out with pointers of 8 bytes. An estimate: a string that two values share counts
 * twice, and an engine may do better. Tests hold it against what the heap really grows by.
 */

export const POINTER = 8;
/** A number that is no small integer has a box of its own. */
const BOX = 16;
/** Longer strings are searched for characters that take two bytes; in shorter ones the first and the last stand for all. */
const SHORT = 64;

/** A property or element, with what it refers to unless that is an object. Arrays hold numbers without boxes. */
export function leafBytes(value: unknown, isElement = false): number {
  switch (typeof value) {
    case "string":
      return POINTER + stringBytes(value);
    case "number":
      return isElement || (value | 0) === value ? POINTER : POINTER + BOX;
    case "bigint":
      return POINTER + BOX + (((value.toString(16).length >> 1) + 8) & ~7);
    default:
      return POINTER;
  }
}

export function stringBytes(text: string): number {
  const { length } = text;
  // There is one string of each character.
  if (length < 2 && !isWide(text)) return 0;
  return (23 + (isWide(text) ? 2 * length : length)) & ~7;
}

function isWide(text: string): boolean {
  const { length } = text;
  if (length > SHORT) return /[^\0-\xff]/.test(text);
  return text.charCodeAt(0) > 255 || text.charCodeAt(length - 1) > 255;
}

/** Names of properties that were met before: values share them, and the layout that they make. Only so many are remembered. */
const names = new Set<string>();
const MOST_NAMES = 4096;
/** The properties of the object before: rows of a table follow one another. */
let previous: readonly string[] = [];
/** The place of a property in a layout that no other object has. */
const NAME_PLACE = 72;

/** What the properties of an object take that no value before had, and those that are numbers, which lie in a table. */
export function nameBytes(keys: readonly string[]): number {
  if (keys.length === previous.length && keys.every((key, i) => key === previous[i])) return 0;
  let bytes = 0;
  let indexes = 0;
  for (const key of keys) {
    if (names.has(key)) continue;
    if (isIndex(key)) {
      indexes++;
      continue;
    }
    bytes += NAME_PLACE + stringBytes(key);
    if (key.length > SHORT) continue;
    if (names.size >= MOST_NAMES) names.clear();
    names.add(key);
  }
  if (indexes > 0) return bytes + elementsBytes(Number(keys[indexes - 1]) + 1, indexes) - POINTER * indexes;
  previous = keys;
  return bytes;
}

const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,8})$/.test(key);

/** Room for elements that have holes between them: as a list that has grown, or as a table where that takes less. */
export const elementsBytes = (length: number, count: number): number =>
  Math.min(12 * length, 16 + 24 * capacity(count + (count >> 1)));

/** A hash table has room for a power of two. */
const capacity = (size: number): number => {
  let room = 4;
  while (room < size) room *= 2;
  return room;
};

const view = () => 104;

/** An object without properties still has room for some. */
function ordinary(source: object): number {
  for (const _key in source) return 24;
  return 56;
}

/** An object without what is inside of it: its properties, elements and buffers count where they are met. */
// biome-ignore lint/suspicious/noExplicitAny: each takes the kind of object it stands for.
export const OBJECT_BYTES: Record<Kind, (source: any) => number> = {
  object: ordinary,
  null: ordinary,
  array: (source: unknown[]) => (source.length === 0 ? 32 : 48),
  date: () => 96,
  regexp: () => 200,
  map: (source: object) => 72 + 28 * capacity(mapSize(source)),
  set: (source: object) => 72 + 20 * capacity(setSize(source)),
  url: () => 400,
  params: () => 300,
  boxed: () => 40,
  error: ({ stack }: Error) => 240 + (typeof stack === "string" ? stringBytes(stack) : 0),
  buffer: (source: ArrayBuffer) => 92 + new Uint8Array(source).length,
  shared: (source: SharedArrayBuffer) => 92 + new Uint8Array(source).length,
  typed: view,
  dataview: view,
  blob: () => 200,
  instance: ordinary,
};

/** An entry with its place among others. */
const ENTRY = 145;
/** Its place in the order of use. */
const ORDERED = 25;
/** Its times, and its place among those that expire. */
const EXPIRING = 65;

/** What an entry takes besides its value: itself, its tags, and the key that it is found by. */
export function entryBytes(entry: Entry): number {
  const { key, tags, table } = entry;
  let bytes = ENTRY + ((tags && state.features.tags?.bytesOf(entry)) ?? 0);
  if (table.order !== undefined) bytes += ORDERED;
  if (entry.ends !== NEVER) bytes += EXPIRING;
  if (typeof key === "string") return bytes + stringBytes(key);
  for (const part of key) bytes += leafBytes(part, true);
  return bytes;
}
