import type { TrieNode } from "../../call/types.ts";
import { isSignal } from "../../values/abort-signal.ts";
import { dateTime, isDataProperty } from "../../values/intrinsics.ts";
import { bytesOf, className, kindOf } from "../../values/value-kind.ts";
import { isDense } from "../own-keys.ts";
import { ARRAY, BULK, DATE, END, INSTANCE, isObject, isSame, NULL, OBJECT } from "./tokens.ts";

/** Longer arrays that begin with a primitive are taken in bulk. */
const SHORT = 16;
/** More objects than this are left to the encoding. */
const MAX_OBJECTS = 1000;
/** Calls of more tokens are not remembered: to encode them once more for that would take longer than to encode them again. */
const MAX_TOKENS = 20_000;
const MAX_DEPTH = 16;
/** Most bytes of what is taken in bulk, at eight for each element of an array. */
const MAX_BULK = 2 ** 26;
/** So many elements or bytes of what is taken in bulk count for its hash. */
const SAMPLE = 16;
/** So many of what is taken in bulk may share a hash; to compare a call with more takes longer than to encode it. */
export const MAX_ALIKE = 8;

/** What a walk takes down. */
const NONE: unknown[] = [];

/** An object met before, and those before it. */
interface Met {
  object: object;
  before: Met | undefined;
}

/**
 * Reads key parts as a sequence of tokens: primitives as they are, marks before what objects and arrays hold. Equal
 * sequences mean equal encodings; the reverse need not hold: the same properties in another order are another
 * sequence. Only trees of ordinary objects, dense arrays, typed arrays, dates and primitives can be read. Values are looked at
 * as the encoding looks at them: properties by their descriptors, so that no getter is called.
 */
export class ArgumentReader {
  /** Everything read, where no tree is walked. What is taken in bulk is the caller's own. */
  readonly tokens: unknown[];
  /** Where in the tree the tokens so far lead. */
  node: TrieNode | undefined;
  private at = 0;
  private met: Met | undefined = undefined;
  private count = 0;
  private many: Set<object> | undefined = undefined;

  /** Walks a tree while it reads, or without one takes down what it reads. */
  constructor(root?: TrieNode) {
    this.node = root;
    this.tokens = root === undefined ? [] : NONE;
  }

  /** False where a value cannot be read, or no call seen before is like this one. */
  read(parts: readonly unknown[]): boolean {
    if (!this.take(parts.length)) return false;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i];
      if (!(isObject(part) ? this.tree(part, 1) : this.leaf(part))) return false;
    }
    return true;
  }

  /** False where no call seen before goes on like this. */
  private take(token: unknown): boolean {
    const { node, at } = this;
    if (node === undefined || at >= node.tokens.length || node.tokens[at] !== token) return this.takeOther(token);
    this.at = at + 1;
    return true;
  }

  private takeOther(token: unknown): boolean {
    const { node, at } = this;
    if (node === undefined) return this.tokens.push(token) <= MAX_TOKENS;
    if (at < node.tokens.length) {
      this.at = at + 1;
      return isSame(token, node.tokens[at]);
    }
    this.at = 1;
    this.node = followToken(node, token);
    return this.node !== undefined;
  }

  private leaf(value: unknown): boolean {
    return typeof value !== "function" && typeof value !== "symbol" && this.take(value);
  }

  /**
   * An object or array with all that it holds. It calls no function that calls it: V8 puts those into one another, and takes longer to
   * compile what comes of that than a thousand calls take without.
   */
  private tree(value: object, depth: number): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) {
      if (!Array.isArray(value)) return false;
      const { length } = value;
      if (length > SHORT && !isObject(value[0])) return this.isFirst(value) && this.bulk(value, value);
      if (!this.take(ARRAY) || !this.take(length)) return false;
      if (depth > MAX_DEPTH || !this.isFirst(value) || !isDense(value)) return false;
      for (let i = 0; i < length; i++) {
        const item: unknown = value[i];
        if (!(isObject(item) ? this.tree(item, depth + 1) : this.leaf(item))) return false;
      }
      return true;
    }
    const mark = prototype === Object.prototype ? OBJECT : prototype === null ? NULL : INSTANCE;
    if (mark === INSTANCE) {
      const kind = kindOf(value);
      if (kind !== "instance") return this.other(value, kind);
    }
    if (!this.take(mark) || (mark === INSTANCE && !this.take(className(value)))) return false;
    const names = Object.getOwnPropertyNames(value);
    if (depth > MAX_DEPTH || !this.isFirst(value) || Object.getOwnPropertySymbols(value).length > 0) return false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const descriptor = Object.getOwnPropertyDescriptor(value, name);
      if (descriptor?.enumerable !== true || !isDataProperty(descriptor)) return false;
      const item = descriptor.value as unknown;
      const isNested = isObject(item);
      if (isNested && isLeftOut(item)) continue;
      if (!this.take(name) || !(isNested ? this.tree(item, depth + 1) : this.leaf(item))) return false;
    }
    return this.take(END);
  }

  /** Shared references and cycles are for the encoding. */
  private isFirst(value: object): boolean {
    if (++this.count > SHORT) return this.isFirstOfMany(value);
    for (let at = this.met; at !== undefined; at = at.before) if (at.object === value) return false;
    this.met = { object: value, before: this.met };
    return true;
  }

  private isFirstOfMany(value: object): boolean {
    if (this.many === undefined) {
      this.many = new Set();
      for (let at = this.met; at !== undefined; at = at.before) this.many.add(at.object);
    }
    if (this.count > MAX_OBJECTS || this.many.has(value)) return false;
    this.many.add(value);
    return true;
  }

  private bulk(value: object, list: ArrayLike<unknown>): boolean {
    const hash = sample(list);
    return hash !== undefined && this.take(BULK) && this.take(hash) && this.take(value);
  }

  private other(value: object, kind: ReturnType<typeof kindOf>): boolean {
    if (kind === "typed") return this.isFirst(value) && this.bulk(value, bytesOf(value as ArrayBufferView));
    if (kind === "date" && Reflect.ownKeys(value).length === 0)
      return this.isFirst(value) && this.take(DATE) && this.take(dateTime(value));
    return kind === undefined && isSignal(value) && this.take(undefined);
  }
}

/** How calls seen before go on with a token, if any does. */
export function followToken(node: TrieNode, token: unknown): TrieNode | undefined {
  return node.next?.get(token) ?? (isObject(token) ? alike(node, token) : undefined);
}

/** What is taken in bulk is kept as a copy: the one with the same content. */
function alike(node: TrieNode, bulk: object): TrieNode | undefined {
  for (const [kept, next] of node.next ?? []) if (isSame(bulk, kept)) return next;
  return undefined;
}

/** An `AbortSignal`; ordinary objects and arrays are told by their prototype, which takes less than `instanceof`. */
function isLeftOut(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype && prototype !== Array.prototype && isSignal(value);
}

/**
 * Equal for equal lists; `undefined` for one with holes, or so large that the encoding's digest is compared sooner than a
 * copy. An odd step meets every byte of wider elements: those of small whole numbers are mostly 0. */
function sample(list: ArrayLike<unknown>): number | undefined {
  const { length } = list;
  if (length > (Array.isArray(list) ? MAX_BULK / 8 : MAX_BULK)) return undefined;
  const step = Math.ceil(length / SAMPLE) | 1;
  let hash = length;
  for (let i = 0; i < length; i += step) {
    const item = list[i];
    if (item === undefined) return undefined;
    hash = (Math.imul(hash, 31) + numberOf(item) * 65521.17) | 0;
  }
  return hash;
}

/** Texts of a list often have one length and the same beginning. */
function numberOf(item: unknown): number {
  if (typeof item === "number") return item;
  if (typeof item !== "string" || item === "") return 7;
  const { length } = item;
  return length + 31 * item.charCodeAt(length >> 1) + 961 * item.charCodeAt(length - 1);
}
