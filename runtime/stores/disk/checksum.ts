let table: Uint32Array | undefined;
let native: ((bytes: Uint8Array) => number) | undefined;
let used = 0;

/** Below this many bytes the few first checksums are not worth loading a library for. */
const SMALL = 4096;

/** CRC-32. Node's own is far faster but takes a millisecond to load, so a program that reads one small entry goes without. */
export function crc32(bytes: Uint8Array): number {
  if (native === undefined && (bytes.length > SMALL || ++used > 20))
    native = process.getBuiltinModule("node:zlib").crc32;
  return native === undefined ? byTable(bytes) : native(bytes);
}

function byTable(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
