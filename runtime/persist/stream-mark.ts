/** Eight bytes that may stand in front of an entry's: no value begins so. */
export const markOf = (word: string): Uint8Array => Uint8Array.from(`ÿ${word}ÿ`, (letter) => letter.charCodeAt(0));

/** The entry is a recorded stream. */
export const STREAM: Uint8Array = markOf("stream");

export function withMark(mark: Uint8Array, bytes: Uint8Array): Uint8Array {
  const marked = new Uint8Array(mark.length + bytes.length);
  marked.set(mark);
  marked.set(bytes, mark.length);
  return marked;
}

/** Nearly every entry is told from a marked one by its first byte. */
export const hasMark = (bytes: Uint8Array, mark: Uint8Array): boolean =>
  bytes[0] === mark[0] && mark.every((byte, i) => bytes[i] === byte);
