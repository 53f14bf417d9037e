import { hasHeader, headerOf } from "./entry-headers.ts";

/* Headers with something to say, before all others: the header, then the length of a text of JSON, and that text. */

/** The files that an entry depends on. */
export const FILES: Uint8Array = /* @__PURE__ */ headerOf("files-");
/** The names of its tags, for people: the entry itself depends on their scopes. */
export const TAGS: Uint8Array = /* @__PURE__ */ headerOf("tagged");

export function withJson(header: Uint8Array, data: unknown, bytes: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(data));
  const start = header.length + 8;
  const end = start + padded(text.length);
  const all = new Uint8Array(end + bytes.length);
  all.set(header);
  new DataView(all.buffer).setUint32(header.length, text.length, true);
  all.set(text, start);
  all.set(bytes, end);
  return all;
}

/**
 * What a header in front of an entry says, if it is there, and the bytes behind.
 * @throws SyntaxError where the text is damaged.
 */
export function jsonBehind<T>(header: Uint8Array, bytes: Uint8Array): { data: T | undefined; bytes: Uint8Array } {
  if (!hasHeader(bytes, header)) return { data: undefined, bytes };
  const start = header.length + 8;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(header.length, true);
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  return { data: JSON.parse(text) as T, bytes: bytes.subarray(start + padded(length)) };
}

/** The codec aligns arrays to as much. */
const padded = (length: number): number => Math.ceil(length / 8) * 8;
