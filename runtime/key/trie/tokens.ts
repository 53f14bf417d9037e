import { hasOnlyElements, sameBytes } from "#platform";
import { BuiltInDate } from "../../values/built-ins.ts";
import { arraySlice, defineValue, memoryOf } from "../../values/intrinsics.ts";
import { valueClasses } from "../../values/value-classes.ts";
import { bytesOf } from "../../values/value-kind.ts";

/** Stand before what they announce. A caller's symbols are never read, so nothing can imitate them. */
export const OBJECT: unique symbol = Symbol("object");
export const NULL: unique symbol = Symbol("null");
export const END: unique symbol = Symbol("end");
export const ARRAY: unique symbol = Symbol("array");
export const DATE: unique symbol = Symbol("date");
/** Before the class of an instance, and what it holds. */
export const INSTANCE: unique symbol = Symbol("instance");
export const BULK: unique symbol = Symbol("bulk");

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * Puts copies in the place of the caller's arrays and bytes, and returns what they take, estimated; `undefined` where that is
 * more than `room`, or a long array holds more than primitives.
 */
export function copyBulkValues(tokens: unknown[], room: number): number | undefined {
  let bytes = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (ArrayBuffer.isView(token)) bytes += memoryOf(token).byteLength;
    else if (Array.isArray(token)) bytes += 8 * token.length;
    else continue;
    const own = bytes > room ? undefined : copyBulk(token);
    if (own === undefined) return undefined;
    tokens[i] = own;
  }
  return bytes;
}

function copyBulk(bulk: ArrayBufferView | unknown[]): object | undefined {
  if (ArrayBuffer.isView(bulk)) return Object.setPrototypeOf(bytesOf(bulk).slice(), Object.getPrototypeOf(bulk));
  const own = arraySlice(bulk);
  // `includes` takes a hole for undefined.
  return own.includes(undefined) || own.some(isObject) ? undefined : own;
}

/** Key parts with the content that was read; the first token is how many they are. */
export function toParts(tokens: readonly unknown[]): unknown[] {
  let at = 1;
  const next = (): unknown => {
    const token = tokens[at++];
    if (token === DATE) return new BuiltInDate(tokens[at++] as number);
    if (token === ARRAY) return Array.from({ length: tokens[at++] as number }, next);
    if (token === BULK) return tokens[(at += 2) - 1];
    if (token !== OBJECT && token !== NULL && token !== INSTANCE) return token;
    const prototype = token === INSTANCE ? valueClasses()?.prototypeOf(tokens[at++] as string) : null;
    const made = Object.create(token === OBJECT ? Object.prototype : (prototype ?? null)) as object;
    for (let name = tokens[at++]; name !== END; name = tokens[at++]) {
      defineValue(made, name as string, next());
    }
    return made;
  };
  const parts: unknown[] = [];
  while (at < tokens.length) parts.push(next());
  return parts;
}

/** True for tokens that count as one in the encoding: it takes `-0` for `0` and `NaN` for itself. */
export function isSame(live: unknown, kept: unknown): boolean {
  return live === kept || Object.is(live, kept) || (isObject(live) && isObject(kept) && isSameBulk(live, kept));
}

function isSameBulk(live: object, kept: object): boolean {
  if (Array.isArray(live)) return Array.isArray(kept) && isSameList(live, kept);
  if (!ArrayBuffer.isView(kept) || Object.getPrototypeOf(live) !== Object.getPrototypeOf(kept)) return false;
  return sameBytes(bytesOf(live as ArrayBufferView), bytesOf(kept));
}

function isSameList(live: unknown[], kept: unknown[]): boolean {
  const { length } = kept;
  if (live.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const a = live[i];
    const b = kept[i];
    if (a !== b && !Object.is(a, b)) return false;
  }
  // No element of what is kept is undefined. So a hole is never the same, unless what all arrays inherit shows through.
  for (const _inherited in EMPTY) return false;
  return Object.getOwnPropertySymbols(live).length === 0 && hasOnlyElements(live);
}

const EMPTY: unknown[] = [];
