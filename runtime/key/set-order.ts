import {
  dateTime,
  isDataProperty,
  mapEntries,
  platformPairs,
  platformProperty,
  regExpFlags,
  regExpSource,
  setValues,
} from "../values/intrinsics.ts";
import { bytesOf, className, isDOMException, kindOf, unbox } from "../values/value-kind.ts";
import { byUnits } from "./own-keys.ts";

/** Deeper content does not count: it only decides an order, never whether two values are equal. */
const MAX_DEPTH = 400;

/**
 * A short text that depends on a value's content and not on the order of Set members or object keys, used to bring the
 * members of a Set into one order. Different values may share it: then the order of insertion decides, which can cost a
 * hit but never give a wrong one. Linear in the size of the value, and never calls a getter.
 */
function setOrderHash(value: unknown, contentOf: ContentOf): string {
  return typeof value === "object" && value !== null
    ? `o${mix(value, 0, { known: new Map(), contentOf }).toString(36)}`
    : ofPrimitive(value);
}

function ofPrimitive(value: unknown): string {
  if (value === null) return "N";
  return typeof value === "string" ? `s${value}` : `${typeof value}${String(value)}`;
}

/** What stands in a key for an instance of a class that is no built-in one; `undefined` if nothing does. */
export type ContentOf = (value: object) => unknown;

interface Seen {
  /** Content hashes of objects met so far; 0 for one that is still being looked at. */
  known: Map<object, number>;
  contentOf: ContentOf;
}

function mix(value: unknown, depth: number, seen: Seen): number {
  if (typeof value !== "object" || value === null) return ofText(ofPrimitive(value));
  const known = seen.known.get(value);
  if (known !== undefined) return known;
  if (depth > MAX_DEPTH) return 1;
  seen.known.set(value, 0);
  const result = ofObject(value, depth + 1, seen);
  seen.known.set(value, result);
  return result;
}

function ofObject(value: object, depth: number, seen: Seen): number {
  const kind = kindOf(value);
  switch (kind) {
    case "set": {
      let sum = ofText("set");
      for (const member of setValues(value)) sum += scramble(mix(member, depth, seen));
      return scramble(sum);
    }
    case "map": {
      let hash = ofText("map");
      for (const [key, item] of mapEntries(value))
        hash = join(join(hash, mix(key, depth, seen)), mix(item, depth, seen));
      return hash;
    }
    case "date":
      return ofText(`date${dateTime(value)}`);
    case "url":
      return ofText(`url${platformProperty(value, "href")}`);
    case "regexp":
      return ofText(`regexp${regExpSource(value)}/${regExpFlags(value as RegExp)}`);
    case "error": {
      const title = isDOMException(value)
        ? `${platformProperty(value, "name")} ${platformProperty(value, "message")}`
        : "";
      return ofProperties(value, ofText(`error${title}`), depth, seen);
    }
    case "params":
      return ofText(`params${JSON.stringify(platformPairs(value))}`);
    case "boxed":
      return ofText(`boxed${ofPrimitive(unbox(value))}`);
    case "typed":
    case "dataview":
    case "buffer":
    case "shared":
      return ofBytes(ofText(className(value)), bytesOf(value as ArrayBufferView | ArrayBuffer));
    case "instance":
    case undefined: {
      const content = seen.contentOf(value);
      return content === undefined
        ? ofProperties(value, ofText("other"), depth, seen)
        : join(ofText("content"), mix(content, depth, seen));
    }
    case "object":
    case "null":
    case "array":
    case "blob":
      return ofProperties(value, ofText(kind), depth, seen);
  }
}

function ofProperties(value: object, start: number, depth: number, seen: Seen): number {
  let sum = start;
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (typeof key === "symbol" || key === "stack" || descriptor === undefined || !isDataProperty(descriptor)) continue;
    sum += scramble(join(ofText(key), mix(descriptor.value, depth, seen)));
  }
  return scramble(sum);
}

const MODULUS = 2 ** 48;

/** Keeps to 48 bits, so that sums of a few thousand stay exact. */
function scramble(hash: number): number {
  const low = (hash % 16777216) ^ 0x5bd1e9;
  const high = Math.floor(hash / 16777216) % 16777216;
  const mixed = Math.imul(low ^ (high >>> 3), 0x9e3779b1) >>> 0;
  const other = Math.imul(high ^ (mixed >>> 5), 0x85ebca6b) >>> 0;
  return (mixed * 65536 + (other >>> 8)) % MODULUS;
}

const join = (hash: number, next: number) => scramble((hash * 31 + next) % MODULUS);

function ofText(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x1234567;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ (low >>> 7), 0x85ebca6b) + i;
  }
  return ((low >>> 0) * 65536 + ((high >>> 0) & 65535)) % MODULUS;
}

function ofBytes(start: number, bytes: Uint8Array): number {
  let low = start | 0;
  for (let i = 0; i < bytes.length; i++) low = Math.imul(low ^ (bytes[i] as number), 0x01000193);
  return ((low >>> 0) * 65536 + bytes.length) % MODULUS;
}

/** Puts the members of a set into an order that does not depend on the order they were added. */
export function sortMembers(members: unknown[], contentOf: ContentOf): void {
  const marks = new Map(members.map((member) => [member, setOrderHash(member, contentOf)]));
  members.sort((a, b) => byUnits(marks.get(a) as string, marks.get(b) as string));
}
