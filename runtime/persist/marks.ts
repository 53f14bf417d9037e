/*
 * What may stand in front of an entry's bytes, each a multiple of what the codec aligns arrays to, from the outermost: the files that it
 * depends on, the names of its tags (both `json-mark.ts`), how long it lived where it may be served after its ttl, that callers expect a
 * promise of it, that it is a recorded stream, and that it also holds what its run showed.
 */

/** Eight bytes that no value begins with. */
export const markOf = (word: string): Uint8Array => Uint8Array.from(`ÿ${word}ÿ`, (letter) => letter.charCodeAt(0));

export const REPLAY: Uint8Array = markOf("replay");
export const STREAM: Uint8Array = markOf("stream");
export const PROMISE: Uint8Array = markOf("promis");
const STALE = markOf("stale-");

export function withMark(mark: Uint8Array, bytes: Uint8Array): Uint8Array {
  const marked = new Uint8Array(mark.length + bytes.length);
  marked.set(mark);
  marked.set(bytes, mark.length);
  return marked;
}

/** Nearly every entry is told from a marked one by its first byte. */
export const hasMark = (bytes: Uint8Array, mark: Uint8Array): boolean =>
  bytes[0] === mark[0] && mark.every((byte, i) => bytes[i] === byte);

/** `life`: the ttl in milliseconds. */
export function withLife(life: number, bytes: Uint8Array): Uint8Array {
  const mark = new Uint8Array(STALE.length + 8);
  mark.set(STALE);
  new DataView(mark.buffer).setFloat64(STALE.length, life, true);
  return withMark(mark, bytes);
}

/** The ttl in milliseconds of an entry that may be served after it. */
export const markedLife = (bytes: Uint8Array): number | undefined =>
  hasMark(bytes, STALE) ? new DataView(bytes.buffer, bytes.byteOffset).getFloat64(STALE.length, true) : undefined;

/** What an entry's bytes say of their value, and the value as it was encoded. */
export interface Marked {
  readonly isPromised: boolean;
  readonly isStream: boolean;
  /** True where the value is a pair: the value, and what was shown. */
  readonly isReplayed: boolean;
  readonly encoded: Uint8Array;
}

/** Takes off what stands in front of a value, behind files and tags. */
export function withoutMarks(bytes: Uint8Array): Marked {
  let encoded = markedLife(bytes) === undefined ? bytes : bytes.subarray(STALE.length + 8);
  const [isPromised, isStream, isReplayed] = [PROMISE, STREAM, REPLAY].map((mark) => {
    const isMarked = hasMark(encoded, mark);
    if (isMarked) encoded = encoded.subarray(mark.length);
    return isMarked;
  }) as [boolean, boolean, boolean];
  return { isPromised, isStream, isReplayed, encoded };
}
