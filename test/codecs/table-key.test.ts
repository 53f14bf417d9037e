import { Table, tableFromArrays, Vector } from "apache-arrow";
import { configure } from "cachet";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { arrowCodecs } from "../../runtime/codec/arrow.ts";
import { data } from "../runtime/emitted.ts";

const ROWS = 1_000_000;
const COLUMNS = ["a", "b", "c", "d"];
const made = () =>
  tableFromArrays(
    Object.fromEntries(COLUMNS.map((name, i) => [name, Float64Array.from({ length: ROWS }, (_, at) => at * i)])),
  );

beforeAll(() => configure({ codecs: arrowCodecs }));

/** Counts the bytes that a digest is given while something runs: what hashing a table has to read. */
async function bytesDigested(action: () => unknown): Promise<number> {
  const { createHash } = await import("node:crypto");
  const prototype = Object.getPrototypeOf(createHash("sha256")) as { update(data: string | Uint8Array): unknown };
  let bytes = 0;
  const { update } = prototype;
  const spy = vi.spyOn(prototype, "update").mockImplementation(function (this: unknown, given) {
    bytes += typeof given === "string" ? Buffer.byteLength(given) : given.byteLength;
    return Reflect.apply(update, this, [given]);
  });
  try {
    action();
  } finally {
    spy.mockRestore();
  }
  return bytes;
}

describe("a table of a million rows as an argument", () => {
  it("is keyed by reading its bytes once, and no row", async () => {
    const body = vi.fn((table: Table) => table.numRows);
    const f = data(body, { parts: ["table"] });
    const tables = [made(), made()] as [Table, Table];
    const content = COLUMNS.length * ROWS * Float64Array.BYTES_PER_ELEMENT;
    const row = vi.spyOn(Table.prototype, "get");
    const value = vi.spyOn(Vector.prototype, "get");
    for (const table of tables) {
      const bytes = await bytesDigested(() => f(table));
      expect(bytes).toBeGreaterThanOrEqual(content);
      expect(bytes).toBeLessThan(content * 1.01);
    }
    expect(row.mock.calls.length + value.mock.calls.length).toBe(0);
    expect(body).toHaveBeenCalledTimes(1);
  });
});
