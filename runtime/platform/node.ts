import { AsyncLocalStorage } from "node:async_hooks";
import { channel } from "node:diagnostics_channel";
import { setImmediate } from "node:timers";
import { inspect, types } from "node:util";
import { sha256 as sha256OfFew } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Channel, Context, Digest } from "./context.ts";
import { checksumByTable, checksumOfFew } from "./crc32.ts";

export type { Channel, Context, Digest } from "./context.ts";
export { fileAccess } from "./node-files.ts";

/**
 * Carries a value along a call, across every `await`. For that, Node takes note of every promise that is made, which then takes
 * two to three times as long, in the whole process. So it is switched off where nothing is carried any more; not before the event
 * loop has turned, since switching takes as long as a few promises.
 */
export function createContext<T>(): Context<T> {
  const storage = new AsyncLocalStorage<T>();
  let running = 0;
  let isWaiting = false;
  const rest = () => {
    isWaiting = false;
    if (running === 0) storage.disable();
  };
  return {
    // Bound rather than called: each function between a caller and a body takes one of the ten frames that a stack trace shows.
    run: storage.run.bind(storage),
    get: () => storage.getStore(),
    started() {
      running++;
    },
    ended() {
      if (--running > 0 || isWaiting) return;
      isWaiting = true;
      setImmediate(rest).unref();
    },
  };
}

/** Node's diagnostics channel of that name. */
export function channelOf(name: string): Channel {
  return channel(name);
}

const hits = channel("cachet:hit");

/** True while somebody on the channel `cachet:hit` wants to hear of each hit. */
export function hasHitSubscribers(): boolean {
  return hits.hasSubscribers;
}

/** A variable of the environment. */
export function environment(name: string): string | undefined {
  return process.env[name];
}

/** True under a test runner: what it mocks is in no key, so its results belong to nobody else. */
export function isTestWorld(): boolean {
  const { VITEST, JEST_WORKER_ID, NODE_TEST_CONTEXT } = process.env;
  return Boolean(VITEST || JEST_WORKER_ID || NODE_TEST_CONTEXT);
}

/** One character per byte. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Up to so many bytes in all are not worth three milliseconds of loading a library. */
const FEW = 640;
let nativeSha256: ((content: string | Uint8Array) => string) | undefined;
let digested = 0;

/** As what the library knows: under jsdom the global class is not the one that a `Buffer` comes from. */
const ofHere = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** SHA-256 of bytes, or of a text in UTF-8, as hexadecimal digits. Small programs find their entries without Node's own. */
export function sha256(content: string | Uint8Array): string {
  if (nativeSha256 === undefined) {
    digested += content.length;
    if (digested <= FEW)
      return bytesToHex(sha256OfFew(typeof content === "string" ? utf8ToBytes(content) : ofHere(content)));
    const { hash } = process.getBuiltinModule("node:crypto");
    nativeSha256 = (each) => hash("sha256", each, "hex");
  }
  return nativeSha256(content);
}

/** SHA-256 of the text's UTF-16 code units (little endian), as hexadecimal digits. UTF-8 would merge lone surrogates. */
export function digest(text: string): string {
  return sha256(Buffer.from(text, "utf16le"));
}

/** Characters that are turned into bytes at a time. */
const PIECE = 2 ** 20;

/** SHA-256 of what comes piece by piece: bytes, or texts as their UTF-16 code units. */
export function createDigest(): Digest | undefined {
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  return {
    update(content) {
      if (typeof content !== "string") hash.update(content);
      else for (let at = 0; at < content.length; at += PIECE) hash.update(content.slice(at, at + PIECE), "utf16le");
    },
    hex: () => hash.digest("hex"),
  };
}

/** Below this many bytes the few first checksums are not worth loading a library for. */
const SMALL = 4096;
let nativeChecksum: ((bytes: Uint8Array) => number) | undefined;
let checksums = 0;

/** CRC-32. Node's own is far faster but takes a millisecond to load, so a program that reads one small entry goes without. */
export function checksum(bytes: Uint8Array): number {
  if (nativeChecksum === undefined) {
    if (bytes.length <= SMALL && ++checksums <= 6) return checksumOfFew(bytes);
    nativeChecksum = process.getBuiltinModule("node:zlib").crc32 ?? checksumByTable;
  }
  return nativeChecksum(bytes);
}

/** True for a proxy, where the environment can tell. */
export function isProxy(value: object): boolean {
  return types.isProxy(value);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** What `inspect` shows of an array without its elements: how many there are, then the properties that are none. */
const BESIDE_ELEMENTS = {
  maxArrayLength: 0,
  depth: 0,
  colors: false,
  compact: 3,
  breakLength: 128,
  customInspect: false,
  getters: false,
  numericSeparator: false,
  showHidden: false,
};

/**
 * True where a long array of no holes and no symbols has no enumerable properties beside its elements. Listing its keys
 * would make a text of each index: 10 µs for 1,000 elements, where this takes 1. A false answer says nothing.
 */
export function hasOnlyElements(items: readonly unknown[]): boolean {
  return !types.isProxy(items) && inspect(items, BESIDE_ELEMENTS) === `[ ... ${items.length} more items ]`;
}

/** A stream of Node's that reads from an iterable. Its module is loaded by the first one. */
export function readableFrom(source: AsyncIterable<unknown>, options: object): object {
  return process.getBuiltinModule("node:stream").Readable.from(source, options);
}
