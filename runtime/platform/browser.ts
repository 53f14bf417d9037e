import { sha256 as sha256OfBytes } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Announce } from "../events.ts";
import type { ClearStores } from "../features.ts";
import type { Show, Spinner, Watch } from "../spinner/spinner.ts";
import type { durableStore } from "../stores/default-store.browser.ts";
import { checksumByTable } from "./crc32.ts";

// A module of its own, so that a page which never persists has nothing in common with the store that others load.
export { durableStore } from "../stores/default-store.browser.ts";

/** Carries a value along a call. Browsers cannot carry it across an `await`, so here it ends with the synchronous part. */
export interface Context<T> {
  run<R, Args extends unknown[]>(value: T, body: (...args: Args) => R, ...args: Args): R;
  get(): T | undefined;
  /** Only where nothing is carried across an `await`: emitted code says when a body goes on. */
  set?(value: T | undefined): void;
  /** Only where being able to carry something costs all promises: told of what begins and ends, so as to do without meanwhile. */
  started?(): void;
  ended?(): void;
}

/** Somebody outside who may listen. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

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
export function hearsHits(): boolean {
  return false;
}

/** What tells of events, where somebody outside may listen without a call of `subscribe`. */
export function announceAtHand(): Announce | undefined {
  return undefined;
}

/** A variable of the environment; pages have none. */
export function environment(_name: string): string | undefined {
  return undefined;
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

/** SHA-256 of what comes piece by piece: bytes, or texts as their UTF-16 code units. */
export interface Digest {
  update(content: string | Uint8Array): void;
  /** Hexadecimal digits. */
  hex(): string;
}

/** Only where it is fast: pages keep the text instead. */
export function createDigest(): Digest | undefined {
  return undefined;
}

/** CRC-32. */
export const checksum: (bytes: Uint8Array) => number = checksumByTable;

/** A page shows nothing new while a synchronous body runs. */
export function lineSpinner(): Spinner | undefined {
  return undefined;
}

/** What clears stores, where every program has one. */
export function clearStoresAtHand(): ClearStores | undefined {
  return undefined;
}

/** What shows that a body runs, where every program may do so. In pages functions bring it that can show something. */
export function watchAtHand(): Watch | undefined {
  return undefined;
}

/** What puts a spinner on show, where it is part of every program. Pages load it when one is to be seen. */
export function showAtHand(): Show | undefined {
  return undefined;
}

/** The same, wherever it is. */
export async function loadShow(): Promise<Show> {
  return (await import("../spinner/spinner-line.ts")).show;
}

/** The spinner of this environment, loaded when first needed. */
export async function loadSpinner(): Promise<Spinner | undefined> {
  if (typeof document === "undefined") return undefined;
  return (await import("../spinner/spinner.browser.ts")).pageSpinner;
}

/** The same, where it is part of every program. Here those that never persist go without. */
export function storeAtHand(): typeof durableStore | undefined {
  return undefined;
}

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
