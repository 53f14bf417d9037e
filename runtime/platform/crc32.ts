let table: Uint32Array | undefined;

/** CRC-32 by one table: for environments without a faster one. */
export function checksumByTable(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Every sixteenth of that table, which takes longer to make than a few hundred bytes take to sum up. */
const SIXTEENTHS = /* @__PURE__ */ Uint32Array.of(
  0x00000000,
  0x1db71064,
  0x3b6e20c8,
  0x26d930ac,
  0x76dc4190,
  0x6b6b51f4,
  0x4db26158,
  0x5005713c,
  0xedb88320,
  0xf00f9344,
  0xd6d6a3e8,
  0xcb61b38c,
  0x9b64c2b0,
  0x86d3d2d4,
  0xa00ae278,
  0xbdbdf21c,
);

/** The same, half a byte at a time: for the few bytes that are not worth loading or making anything. */
export function checksumOfFew(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i] as number;
    crc = (SIXTEENTHS[crc & 15] as number) ^ (crc >>> 4);
    crc = (SIXTEENTHS[crc & 15] as number) ^ (crc >>> 4);
  }
  return ~crc >>> 0;
}
