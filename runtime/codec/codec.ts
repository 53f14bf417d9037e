import { checksum } from "#platform";
import { state } from "../registry.ts";
import type { AnyCodec } from "../settings.ts";
import { LARGE } from "../snapshot/copy-plan.ts";
import { Encoded } from "../snapshot/encoded.ts";
import { ShapeInfo } from "../snapshot/shape-info.ts";
import type { Store } from "../stores/store.ts";
import { platformCodec } from "../values/platform-codecs.ts";
import { Reader } from "./read.ts";
import { Writer } from "./write.ts";

/** Bytes that cannot be read: cut off, damaged, of another format version, or of a class without a codec. */
export const UNDECODABLE: unique symbol = Symbol("undecodable");

/** First bytes of every encoded value. The last one is the format version: other versions are simply not found. */
const MAGIC = [0x63, 0x61, 0x63, 0x68, 1];
const HEADER = MAGIC.length + 3;

/**
 * Bytes of a snapshot, for stores. Layout: magic and version (5 bytes), 3 unused bytes, the value, and a checksum of all
 * of it (4 bytes). Typed arrays lie raw at multiples of 8. Objects are numbered in the order they appear; a second
 * reference is written as the number. A store that makes sure itself that bytes come back unchanged `hasChecksum`: then
 * the checksum is left out, and so it is when they are read. `shapeInfo` is what was learnt when the snapshot was made; it must
 * still be true of it.
 */
export function encodeValue(snapshot: unknown, hasChecksum = false, shapeInfo?: ShapeInfo): Uint8Array {
  const writer = new Writer(shapeInfo);
  for (const byte of MAGIC) writer.byte(byte);
  while (writer.length < HEADER) writer.byte(0);
  writer.value(snapshot);
  writer.uint32(hasChecksum ? 0 : checksum(writer.view(writer.length)));
  return writer.take();
}

/**
 * The snapshot in bytes that `encodeValue` wrote, or `UNDECODABLE`. Runs no code but the codecs' own `decode` (later, when
 * the snapshot is handed out), sets no prototypes, and never allocates more than the bytes account for. `shapeInfo` then says
 * what a plan has to know; `source` is where the bytes are from.
 */
export function decodeValue(
  bytes: Uint8Array,
  codecs: readonly AnyCodec[],
  shapeInfo = new ShapeInfo(),
  source: Pick<Store, "hasChecksum" | "transfersBytes"> = {},
): unknown {
  if (bytes.length < HEADER + 5 || !isOurs(bytes)) return UNDECODABLE;
  const content = bytes.subarray(0, -4);
  if (!source.hasChecksum && sumIn(bytes) !== checksum(content)) return UNDECODABLE;
  const makeEncoded = (name: string, data: unknown) => {
    const codec =
      codecs.find((each) => each.name === name) ?? platformCodec(name) ?? state.features.messages?.codecNamed(name);
    if (codec?.decode === undefined) throw new RangeError(`no codec named ${name}`);
    shapeInfo.hasInstances = true;
    return new Encoded(codec, data);
  };
  const read = (mayKeep: boolean): unknown => {
    try {
      const reader = new Reader(content, HEADER, makeEncoded, shapeInfo, mayKeep);
      const value = reader.value();
      // A small array must not keep the memory of all that lies around it.
      return reader.atEnd && (reader.bytesInPlace === 0 || reader.bytesInPlace > bytes.length / 2)
        ? value
        : UNDECODABLE;
    } catch {
      return UNDECODABLE;
    }
  };
  const value = source.transfersBytes === true && bytes.length > LARGE ? read(true) : UNDECODABLE;
  return value === UNDECODABLE ? read(false) : value;
}

function isOurs(bytes: Uint8Array): boolean {
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC[i]) return false;
  return true;
}

/** The checksum at the end. */
const sumIn = ({ buffer, byteOffset, length }: Uint8Array): number =>
  new DataView(buffer, byteOffset + length - 4, 4).getUint32(0, true);
