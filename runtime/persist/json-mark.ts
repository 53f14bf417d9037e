import { hasMark, markOf } from "./marks.ts";

/* Marks with something to say, before all others: the mark, then the length of a text of JSON, and that text. */

/** The files that an entry depends on. */
export const FILES: Uint8Array = /* @__PURE__ */ markOf("files-");
/** The names of its tags, for people: the entry itself depends on their scopes. */
export const TAGS: Uint8Array = /* @__PURE__ */ markOf("tagged");

export function withJson(mark: Uint8Array, data: unknown, bytes: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(data));
  const start = mark.length + 8;
  const end = start + padded(text.length);
  const marked = new Uint8Array(end + bytes.length);
  marked.set(mark);
  new DataView(marked.buffer).setUint32(mark.length, text.length, true);
  marked.set(text, start);
  marked.set(bytes, end);
  return marked;
}

/**
 * What a mark in front of an entry says, if it is there, and the bytes behind.
 * @throws SyntaxError where the text is damaged.
 */
export function jsonBehind<T>(mark: Uint8Array, bytes: Uint8Array): { data: T | undefined; bytes: Uint8Array } {
  if (!hasMark(bytes, mark)) return { data: undefined, bytes };
  const start = mark.length + 8;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(mark.length, true);
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  return { data: JSON.parse(text) as T, bytes: bytes.subarray(start + padded(length)) };
}

/** The codec aligns arrays to as much. */
const padded = (length: number): number => Math.ceil(length / 8) * 8;
