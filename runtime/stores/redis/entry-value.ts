import type { Metadata, StoredEntry } from "../store.ts";

/** Length of the metadata (4 bytes), the metadata as JSON, the bytes. */
export function encodeEntry(bytes: Uint8Array, meta: Metadata): Buffer {
  const text = Buffer.from(JSON.stringify(meta), "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, bytes]);
}

/** @throws where the value is none that `encodeEntry` made. */
export function decodeEntry(value: Buffer): StoredEntry {
  const length = value.length < 4 ? Number.POSITIVE_INFINITY : value.readUInt32LE(0);
  if (4 + length > value.length) throw new Error("the server holds a value that this store did not write");
  const meta = JSON.parse(value.toString("utf8", 4, 4 + length)) as Metadata;
  if (typeof meta?.function !== "string" || typeof meta.written !== "number" || !isEpochs(meta.epochs))
    throw new Error("the server holds a value that this store did not write");
  return { bytes: new Uint8Array(value.subarray(4 + length)), meta };
}

const isEpochs = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));

/** Times by another clock: entries hold those of the server, which all machines share. */
export function shiftTimes(meta: Metadata, milliseconds: number): Metadata {
  if (milliseconds === 0) return meta;
  const shifted = { ...meta, written: meta.written + milliseconds };
  if (meta.expires !== undefined) shifted.expires = meta.expires + milliseconds;
  return shifted;
}
