/*
 * What may stand in front of an entry's bytes, each a multiple of what the codec aligns arrays to, from the outermost: the files that it
 * depends on, the names of its tags (both `json-header.ts`), how long it lived where it may be served after its ttl, that callers expect a
 * promise of it, that it is a recorded stream, and that it also holds what its run showed.
 */

/** Eight bytes that no value begins with. */
export const headerOf = (word: string): Uint8Array => Uint8Array.from(`ÿ${word}ÿ`, (letter) => letter.charCodeAt(0));

export const REPLAY: Uint8Array = headerOf("replay");
export const STREAM: Uint8Array = headerOf("stream");
export const PROMISE: Uint8Array = headerOf("promis");
const STALE = headerOf("stale-");

export function withHeader(header: Uint8Array, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(header.length + bytes.length);
  all.set(header);
  all.set(bytes, header.length);
  return all;
}

/** Nearly every entry is told from one with headers by its first byte. */
export const hasHeader = (bytes: Uint8Array, header: Uint8Array): boolean =>
  bytes[0] === header[0] && header.every((byte, i) => bytes[i] === byte);

/** `life`: the ttl in milliseconds. */
export function withLife(life: number, bytes: Uint8Array): Uint8Array {
  const header = new Uint8Array(STALE.length + 8);
  header.set(STALE);
  new DataView(header.buffer).setFloat64(STALE.length, life, true);
  return withHeader(header, bytes);
}

/** The ttl in milliseconds of an entry that may be served after it. */
export const lifeInHeader = (bytes: Uint8Array): number | undefined =>
  hasHeader(bytes, STALE) ? new DataView(bytes.buffer, bytes.byteOffset).getFloat64(STALE.length, true) : undefined;

/** What an entry's bytes say of their value, and the value as it was encoded. */
export interface UnwrappedValue {
  readonly isPromised: boolean;
  readonly isStream: boolean;
  /** True where the value is a pair: the value, and what was shown. */
  readonly isReplayed: boolean;
  readonly encoded: Uint8Array;
}

/** Takes off what stands in front of a value, behind files and tags. */
export function withoutHeaders(bytes: Uint8Array): UnwrappedValue {
  let encoded = lifeInHeader(bytes) === undefined ? bytes : bytes.subarray(STALE.length + 8);
  const [isPromised, isStream, isReplayed] = [PROMISE, STREAM, REPLAY].map((header) => {
    const isThere = hasHeader(encoded, header);
    if (isThere) encoded = encoded.subarray(header.length);
    return isThere;
  }) as [boolean, boolean, boolean];
  return { isPromised, isStream, isReplayed, encoded };
}
