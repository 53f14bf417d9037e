import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumByTable, checksumOfFew } from "../../runtime/platform/crc32.ts";

/** What names a file on disk must not depend on who worked it out. */
const bytes = fc.uint8Array({ minLength: 0, maxLength: 700 });

describe("sums worked out without Node's libraries", () => {
  it("sums up like node:zlib", () => {
    fc.assert(
      fc.property(bytes, (content) => {
        expect(checksumOfFew(content)).toBe(crc32(content));
        expect(checksumByTable(content)).toBe(crc32(content));
      }),
    );
  });
});
