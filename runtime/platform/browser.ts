import { sha256 as sha256OfBytes } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Channel, Context, Digest, FileAccess } from "./context.ts";
import { checksumByTable } from "./crc32.ts";

export type { Channel, Context, Digest } from "./context.ts";

export function createContext<T>(): Context<T> {
  let current: T | undefined;
  return {
    run(value, body, ...args) {
      const outer = current;
      current = value;
      try {
        return body(...args);
      } finally {
        current = outer;
      }
    },
    get: () => current,
    set(value) {
      current = value;
    },
  };
}

const SILENT: Channel = { hasSubscribers: false, publish() {} };

/** Pages have no diagnostics channels. */
export function channelOf(_name: string): Channel {
  return SILENT;
}

/** True while somebody outside wants to hear of each hit. */
export function hasHitSubscribers(): boolean {
  return false;
}

/** Pages have no files. */
export const fileAccess: FileAccess | undefined = undefined;

/** A variable of the environment; pages have none. */
export function environment(_name: string): string | undefined {
  return undefined;
}

/** True under a test runner. It tells by variables of the environment; a page has none. */
export function isTestWorld(): boolean {
  return false;
}

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/** SHA-256 of bytes, or of a text in UTF-8, as hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return bytesToHex(sha256OfBytes(typeof content === "string" ? utf8ToBytes(content) : content));
}

/** SHA-256 of the text's UTF-16 code units (little endian), as hexadecimal digits. UTF-8 would merge lone surrogates. */
export function digest(text: string): string {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 255;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytesToHex(sha256OfBytes(bytes));
}

/** Only where it is fast: pages keep the text instead. */
export function createDigest(): Digest | undefined {
  return undefined;
}

/** CRC-32. */
export const checksum: (bytes: Uint8Array) => number = checksumByTable;

/** True for a proxy, where the environment can tell; a page cannot. */
export function isProxy(_value: object): boolean {
  return false;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * True where a long array of no holes and no symbols has no enumerable properties beside its elements. Listing values takes
 * less than listing keys, which makes a text of each index. A false answer says nothing.
 */
export function hasOnlyElements(items: readonly unknown[]): boolean {
  return Object.values(items).length === items.length;
}

/** Pages have no streams of Node's: what Node has recorded is read as it is. */
export function readableFrom(source: AsyncIterable<unknown>, _options: object): object {
  return source;
}
