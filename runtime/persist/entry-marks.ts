import type { FileStates } from "../call/types.ts";

/**
 * What may stand in front of an entry's bytes, a multiple of what the codec aligns arrays to: the entry also holds what its
 * run showed; callers expect a promise of it; it may be served after its ttl; it
 * hangs on files.
 */
export const REPLAY = new Uint8Array([0xff, 0x72, 0x65, 0x70, 0x6c, 0x61, 0x79, 0xff]);
export const PROMISE = new Uint8Array([0xff, 0x70, 0x72, 0x6f, 0x6d, 0x69, 0x73, 0xff]);
export const STALE = new Uint8Array([0xff, 0x73, 0x74, 0x61, 0x6c, 0x65, 0x2d, 0xff]);

/** What stands in front of an entry that outlives its ttl: the mark, then the ttl in milliseconds. */
export function lifeMark(life: number): Uint8Array {
  const mark = new Uint8Array(STALE.length + 8);
  mark.set(STALE);
  new DataView(mark.buffer).setFloat64(STALE.length, life, true);
  return mark;
}

/** The ttl that such an entry was given. */
export const markedLife = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getFloat64(STALE.length, true);

export function withMark(mark: Uint8Array, bytes: Uint8Array): Uint8Array {
  const marked = new Uint8Array(mark.length + bytes.length);
  marked.set(mark);
  marked.set(bytes, mark.length);
  return marked;
}

/** Nearly every entry is told from a marked one by its first byte. */
export const hasMark = (bytes: Uint8Array, mark: Uint8Array): boolean =>
  bytes[0] === mark[0] && mark.every((byte, i) => bytes[i] === byte);

const FILES = new Uint8Array([0xff, 0x66, 0x69, 0x6c, 0x65, 0x73, 0x2d, 0xff]);

/** What stands in front of an entry that hangs on files: the mark, then the length of a text that names them, and the text. */
export function filesMark(files: FileStates): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(files));
  const mark = new Uint8Array(FILES.length + 8 + Math.ceil(text.length / 8) * 8);
  mark.set(FILES);
  new DataView(mark.buffer).setUint32(FILES.length, text.length, true);
  mark.set(text, FILES.length + 8);
  return mark;
}

/** What the marks of an entry say, and the bytes behind them. */
export interface Marks {
  promised: boolean;
  files: FileStates | undefined;
  isReplayed: boolean;
  encoded: Uint8Array;
}

export function readMarks(bytes: Uint8Array): Marks {
  let rest = hasMark(bytes, STALE) ? bytes.subarray(STALE.length + 8) : bytes;
  const promised = hasMark(rest, PROMISE);
  if (promised) rest = rest.subarray(PROMISE.length);
  let files: FileStates | undefined;
  if (hasMark(rest, FILES)) {
    const length = new DataView(rest.buffer, rest.byteOffset).getUint32(FILES.length, true);
    const text = rest.subarray(FILES.length + 8);
    files = JSON.parse(new TextDecoder().decode(text.subarray(0, length))) as FileStates;
    rest = text.subarray(Math.ceil(length / 8) * 8);
  }
  const isReplayed = hasMark(rest, REPLAY);
  return { promised, files, isReplayed, encoded: isReplayed ? rest.subarray(REPLAY.length) : rest };
}
