import fc from "fast-check";
import { decodeValue, encodeValue, UNDECODABLE } from "../../runtime/codec/codec.ts";
import { TAG } from "../../runtime/codec/tags.ts";
import { codec } from "../../runtime/config.ts";
import { checksumByTable } from "../../runtime/platform/crc32.ts";
import { planCopy } from "../../runtime/snapshot/copy-plan.ts";
import { freezeDeep } from "../../runtime/snapshot/freeze.ts";
import { ShapeInfo } from "../../runtime/snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../../runtime/snapshot/take-snapshot.ts";
import { SAMPLES } from "../runtime/samples.ts";
import { type Counts, type Length, rounds } from "./scenario.ts";

const HEADER = [0x63, 0x61, 0x63, 0x68, 1, 0, 0, 0];

class Box {
  readonly content: unknown;
  constructor(content: unknown) {
    this.content = content;
  }
}
const box = codec(Box, { encode: ({ content }) => content, decode: (content) => new Box(content) });

function signed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(
    bytes.length - 4,
    checksumByTable(bytes.subarray(0, -4)),
    true,
  );
  return bytes;
}
export const entry = (...content: number[]) => signed(Uint8Array.from([...HEADER, ...content, 0, 0, 0, 0]));

/** Everything that is done with what a store hands over. False for a miss. */
export function use(bytes: Uint8Array): boolean {
  const info = new ShapeInfo();
  const snapshot = decodeValue(bytes, [box], info);
  if (snapshot === UNDECODABLE) return false;
  try {
    copySnapshot(snapshot);
  } catch (error) {
    // Only codecs may refuse; entries with instances are tried once before they count as found.
    if (info.hasInstances) return false;
    throw error;
  }
  planCopy(snapshot, info)?.(snapshot);
  decodeValue(encodeValue(snapshot, false, info), [box]);
  freezeDeep(snapshot);
  return true;
}

/** Changes entries at random, with right checksums, so many times in each round. Each is a miss or a value. */
export function fuzzDecoding(length: Length, runs: number): Promise<Counts> {
  const values = Object.entries({ ...SAMPLES, box: () => new Box([1, new Box({ a: 1 })]) })
    .filter(([name]) => !/big|long/.test(name))
    .map(([, make]) => encodeValue(takeSnapshot(make(), "f", [box], new ShapeInfo())));
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Object.values(TAG)));
  return rounds(length, async (seed) => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...values),
        fc.array(fc.tuple(fc.nat(), byte), { minLength: 1, maxLength: 6 }),
        fc.option(fc.array(byte, { maxLength: 24 })),
        (good, edits, tail) => {
          const bytes = tail === null ? good.slice() : Uint8Array.from([...good.slice(0, -4), ...tail, 0, 0, 0, 0]);
          for (const [at, value] of edits) bytes[8 + (at % (bytes.length - 12))] = value;
          if (use(signed(bytes))) taken++;
        },
      ),
      { numRuns: runs, seed },
    );
    if (({} as { polluted?: unknown }).polluted !== undefined) throw new Error("Object.prototype has a new property");
    return { "changed entries": runs, "that are values": taken };
  });
}
