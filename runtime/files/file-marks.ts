import type { FileStates } from "../call/types.ts";

/** Stands in front of a stored entry that hangs on files, before all other marks: then the length of a text that names them, and that text. */
const MARK = new Uint8Array([0xff, 0x66, 0x69, 0x6c, 0x65, 0x73, 0x2d, 0xff]);
const START = MARK.length + 8;

/** The bytes of an entry with the files that it hangs on in front. */
export function mark(files: FileStates, bytes: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(files));
  const end = START + padded(text.length);
  const marked = new Uint8Array(end + bytes.length);
  marked.set(MARK);
  new DataView(marked.buffer).setUint32(MARK.length, text.length, true);
  marked.set(text, START);
  marked.set(bytes, end);
  return marked;
}

/** The files that stand in front of an entry, if any, and the bytes behind. */
export function unmark(bytes: Uint8Array): { files: FileStates | undefined; bytes: Uint8Array } {
  if (bytes[1] !== MARK[1] || !MARK.every((byte, i) => bytes[i] === byte)) return { files: undefined, bytes };
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MARK.length, true);
  const text = new TextDecoder().decode(bytes.subarray(START, START + length));
  return { files: JSON.parse(text) as FileStates, bytes: bytes.subarray(START + padded(length)) };
}

/** The codec aligns arrays to as much. */
const padded = (length: number): number => Math.ceil(length / 8) * 8;
