import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumByTable, checksumOfFew } from "../../runtime/checksum.ts";
import { sha256OfFew } from "../../runtime/sha256.ts";

/** What names a file on disk must not depend on who worked it out. */
const bytes = fc.uint8Array({ minLength: 0, maxLength: 700 });

describe("sums worked out without Node's libraries", () => {
  it("digests like node:crypto, at every length around a block's end", () => {
    for (let length = 0; length <= 200; length++) {
      const content = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      expect(sha256OfFew(content)).toBe(createHash("sha256").update(content).digest("hex"));
    }
    fc.assert(
      fc.property(bytes, (content) => sha256OfFew(content) === createHash("sha256").update(content).digest("hex")),
    );
  });

  it("sums up like node:zlib", () => {
    fc.assert(
      fc.property(bytes, (content) => {
        expect(checksumOfFew(content)).toBe(crc32(content));
        expect(checksumByTable(content)).toBe(crc32(content));
      }),
    );
  });
});
