import { closeSync, constants, fstatSync, ftruncateSync, readSync, writevSync } from "node:fs";
import { checksum } from "#platform";
import type { Epochs, Metadata, Origin } from "../store.ts";
import { NoFileError, openRegular } from "./files.ts";

/*
 * A file holds one entry:
 *
 *   0  "cachet" and the format version (2 bytes)
 *   8  CRC-32 of the header from byte 12 on      12  CRC-32 of the body
 *  16  length of the header                      20  1 where the order of use matters
 *  24  length of the body                        32  written
 *  40  expires, Infinity for never               48  cost
 *  56  digest of the key (32 bytes)
 *  88  length of the function id, then of the code hash, then of the epochs
 * 104  the two texts in UTF-8, then the epochs as JSON
 *      the body, from a multiple of 8 on
 *
 * Numbers are little endian; lengths from byte 24 on and times are 64-bit floats.
 */
const MAGIC = Buffer.from("cachet\x02\x00", "latin1");
const FIXED = 104;
/** Function ids and code hashes are for people who look at the files; longer ones are cut off. */
const MAX_TEXT = 8192;
/** Epochs of very many tags would not fit what is read at once. */
const MAX_EPOCHS = 32_768;
/** Most bytes written at once: well under a second's, so that a file on its way never looks left behind. */
const PIECE = 2 ** 24;

/** A file that is no entry of this format: of another version, or for another key. An ordinary miss. */
export const FOREIGN: unique symbol = Symbol("foreign");

/** A file that was an entry and was damaged since. */
class DamagedEntryError extends Error {
  override readonly name: string = "DamagedEntryError";
}

/** What a file says about its entry. */
export interface FileEntry {
  meta: Metadata;
  bytes: Uint8Array;
  /** True where limits apply, so that each use must be noted. */
  isLimited: boolean;
}

/** One buffer for the start of every file: small entries arrive whole with a single read. */
const scratch = Buffer.allocUnsafeSlow(1 << 16);

/** Writes an entry into an open file, in place of the `before` bytes that it holds. */
export function writeEntry(fd: number, before: number, digest: string, bytes: Uint8Array, meta: Metadata): void {
  const id = Buffer.from(meta.function, "utf8").subarray(0, MAX_TEXT);
  const hash = Buffer.from(meta.hash, "utf8").subarray(0, MAX_TEXT);
  const epochs = Buffer.from(meta.epochs === undefined ? "" : JSON.stringify(meta.epochs), "utf8");
  if (epochs.length > MAX_EPOCHS) throw new Error("the entry depends on too many tags to be stored");
  const length = (FIXED + id.length + hash.length + epochs.length + 7) & ~7;
  const header = Buffer.alloc(length);
  MAGIC.copy(header);
  header.writeUInt32LE(checksum(bytes), 12);
  header.writeUInt32LE(length, 16);
  header.writeUInt32LE(meta.maxEntries === undefined && meta.maxBytes === undefined ? 0 : 1, 20);
  header.writeDoubleLE(bytes.length, 24);
  header.writeDoubleLE(meta.written, 32);
  header.writeDoubleLE(meta.expires ?? Number.POSITIVE_INFINITY, 40);
  header.writeDoubleLE(meta.cost, 48);
  header.write(digest, 56, "hex");
  header.writeUInt32LE(id.length, 88);
  header.writeUInt32LE(hash.length, 92);
  header.writeUInt32LE(epochs.length, 96);
  id.copy(header, FIXED);
  hash.copy(header, FIXED + id.length);
  epochs.copy(header, FIXED + id.length + hash.length);
  header.writeUInt32LE(checksum(header.subarray(12)), 8);
  writeAll(fd, [header, bytes]);
  if (length + bytes.length < before) ftruncateSync(fd, length + bytes.length);
}

/** A disk that is nearly full takes part of the bytes without an error; the rest then fails. */
function writeAll(fd: number, parts: Uint8Array[]): void {
  let rest = parts.flatMap(inPieces);
  while (rest.length > 0) {
    let written = writevSync(fd, rest.slice(0, 2));
    if (written === 0) throw new Error("the disk took no more bytes");
    rest = rest.flatMap((part) => {
      const skipped = Math.min(written, part.length);
      written -= skipped;
      return skipped === part.length ? [] : [part.subarray(skipped)];
    });
  }
}

function inPieces(part: Uint8Array): Uint8Array[] {
  if (part.length <= PIECE) return part.length > 0 ? [part] : [];
  return Array.from({ length: Math.ceil(part.length / PIECE) }, (_, i) => part.subarray(i * PIECE, (i + 1) * PIECE));
}

/**
 * The entry in a file, `FOREIGN` where the file is of another format or for another key, `undefined` where there is none.
 * @throws DamagedEntryError for a file that is cut off or changed; the file system's error for one that can't be read.
 */
export function readEntry(path: string, digest: string, origin: Origin): FileEntry | typeof FOREIGN | undefined {
  const fd = open(path);
  if (fd === undefined) return undefined;
  try {
    const size = readSync(fd, scratch, 0, scratch.length, 0);
    const header = checkHeader(scratch, size, path);
    if (header === FOREIGN || !isFor(digest)) return FOREIGN;
    const { headerLength, bodyLength } = header;
    const bytes = readBody(fd, headerLength, bodyLength, size, path);
    const meta: Metadata = {
      function: origin.function,
      hash: origin.hash,
      ...times(scratch),
      ...epochsIn(scratch, headerLength),
    };
    if (checksum(bytes) !== scratch.readUInt32LE(12)) throw new DamagedEntryError(`${path} is damaged`);
    return { meta, bytes, isLimited: scratch.readUInt32LE(20) === 1 };
  } finally {
    closeSync(fd);
  }
}

/** What a file's header says, without its body; `undefined` where it cannot be told. */
export function readMetadata(path: string): (Metadata & { bytes: number }) | undefined {
  let fd: number | undefined;
  try {
    fd = open(path);
    if (fd === undefined) return undefined;
    const size = readSync(fd, scratch, 0, scratch.length, 0);
    const header = checkHeader(scratch, size, path);
    if (header === FOREIGN) return undefined;
    const idLength = scratch.readUInt32LE(88);
    const hashLength = scratch.readUInt32LE(92);
    if (FIXED + idLength + hashLength > Math.min(size, header.headerLength)) return undefined;
    const id = scratch.toString("utf8", FIXED, FIXED + idLength);
    const hash = scratch.toString("utf8", FIXED + idLength, FIXED + idLength + hashLength);
    return { function: id, hash, ...times(scratch), bytes: header.bodyLength };
  } catch (error) {
    if (error instanceof DamagedEntryError) return undefined;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The same with the value, whatever key it is for: for tools that look at entries. `undefined` where it cannot be told. */
export function readAnyEntry(path: string): (Metadata & { value: Uint8Array }) | undefined {
  const meta = readMetadata(path);
  if (meta === undefined) return undefined;
  const { bytes: _, ...origin } = meta;
  const entry = readEntry(path, scratch.toString("hex", 56, 88), origin);
  return entry === undefined || entry === FOREIGN ? undefined : { ...origin, value: entry.bytes };
}

/** @throws DamagedEntryError for what is no file: it is neither read nor followed. */
function open(path: string): number | undefined {
  try {
    return openRegular(path, constants.O_RDONLY);
  } catch (error) {
    if (error instanceof NoFileError) throw new DamagedEntryError(error.message);
    throw error;
  }
}

/** The lengths in a header, once its checksum is right. `size` bytes of the file are in the buffer. */
function checkHeader(buffer: Buffer, size: number, path: string) {
  if (size >= 6 && MAGIC.compare(buffer, 0, 6, 0, 6) === 0 && size >= 8 && MAGIC.compare(buffer, 6, 8, 6, 8) !== 0)
    return FOREIGN;
  const headerLength = size < FIXED ? 0 : buffer.readUInt32LE(16);
  const isWhole =
    headerLength >= FIXED &&
    headerLength <= size &&
    MAGIC.compare(buffer, 0, 8) === 0 &&
    checksum(buffer.subarray(12, headerLength)) === buffer.readUInt32LE(8);
  if (!isWhole) throw new DamagedEntryError(`${path} is damaged`);
  return { headerLength, bodyLength: buffer.readDoubleLE(24) };
}

const isFor = (digest: string): boolean => scratch.toString("hex", 56, 88) === digest;

/** What the header says of epochs; nothing if it makes no sense, which is a miss. */
function epochsIn(buffer: Buffer, headerLength: number): Pick<Metadata, "epochs"> {
  const start = FIXED + buffer.readUInt32LE(88) + buffer.readUInt32LE(92);
  const end = start + buffer.readUInt32LE(96);
  if (end > headerLength || end === start) return {};
  const epochs: unknown = JSON.parse(buffer.toString("utf8", start, end));
  return typeof epochs === "object" && epochs !== null ? { epochs: epochs as Epochs } : {};
}

function times(buffer: Buffer): Pick<Metadata, "written" | "cost" | "expires"> {
  const expires = buffer.readDoubleLE(40);
  const written = buffer.readDoubleLE(32);
  const cost = buffer.readDoubleLE(48);
  return expires === Number.POSITIVE_INFINITY ? { written, cost } : { written, cost, expires };
}

/** The body in memory of its own. A forged length allocates nothing: the file must be that long. */
function readBody(fd: number, start: number, length: number, inScratch: number, path: string): Uint8Array {
  const end = start + length;
  if (inScratch < scratch.length || end <= inScratch) {
    if (end !== inScratch) throw new DamagedEntryError(`${path} is damaged`);
    return new Uint8Array(scratch.buffer.slice(start, end));
  }
  if (fstatSync(fd).size !== end) throw new DamagedEntryError(`${path} is damaged`);
  const bytes = Buffer.allocUnsafeSlow(length);
  bytes.set(scratch.subarray(start, inScratch));
  let at = inScratch - start;
  while (at < length) {
    const got = readSync(fd, bytes, at, Math.min(length - at, 1 << 30), start + at);
    if (got === 0) throw new DamagedEntryError(`${path} is damaged`);
    at += got;
  }
  return bytes;
}
