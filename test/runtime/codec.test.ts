import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue, UNDECODABLE } from "../../runtime/codec/codec.ts";
import { codec } from "../../runtime/config.ts";
import { planCopy } from "../../runtime/snapshot/copy-plan.ts";
import { ShapeInfo } from "../../runtime/snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../../runtime/snapshot/take-snapshot.ts";
import { alike, PLAIN, SAMPLES } from "./samples.ts";

class Point {
  x: number;
  y: unknown;
  constructor(x: number, y: unknown) {
    this.x = x;
    this.y = y;
  }
}
const codecs = [codec(Point, { encode: (p) => [p.x, p.y] as [number, unknown], decode: ([x, y]) => new Point(x, y) })];
/** The bytes, which must not depend on whether the writer is told what was learnt when the snapshot was made. */
function bytesOf(value: unknown): Uint8Array {
  const shapeInfo = new ShapeInfo();
  const snapshot = takeSnapshot(value, "f", codecs, shapeInfo);
  const bytes = encodeValue(snapshot, false, shapeInfo);
  if (Buffer.compare(bytes, encodeValue(snapshot)) !== 0) throw new Error("other bytes with a shapeInfo than without");
  return bytes;
}
const roundTrip = (value: unknown): any => {
  const snapshot = decodeValue(bytesOf(value), codecs);
  if (snapshot === UNDECODABLE) throw new Error("undecodable");
  return copySnapshot(snapshot);
};
/** The same bytes with a valid checksum, so that the reader itself has to notice. */
function resign(bytes: Uint8Array): Uint8Array {
  let crc = -1;
  for (const byte of bytes.subarray(0, -4)) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(bytes.length - 4, ~crc >>> 0, true);
  return bytes;
}

describe("the codec", () => {
  it.each(Object.entries({ ...SAMPLES, ...PLAIN }))("is faithful: %s [B145][B146]", (_name, make) => {
    const value = make();
    expect(alike(value, roundTrip(value))).toBe(true);
  });

  it("keeps cycles, shared references, views on one buffer and classes with a codec", () => {
    const buffer = new ArrayBuffer(16);
    const value: any = {
      list: [],
      map: new Map(),
      a: new Uint8Array(buffer),
      b: new Uint16Array(buffer, 4, 2),
      p: new Point(1, new Point(2, [3])),
    };
    value.self = value;
    value.list.push(value.list);
    value.map.set(value, value.list);
    value.again = value.p;
    const copy = roundTrip(value);
    expect(copy.self).toBe(copy);
    expect(copy.list[0]).toBe(copy.list);
    expect(copy.map.get(copy)).toBe(copy.list);
    expect(copy.a.buffer).toBe(copy.b.buffer);
    expect(copy.p).toEqual(new Point(1, new Point(2, [3])));
    expect(copy.again).toBe(copy.p);
  });

  it("is faithful to whatever is generated, and writes equal values equally", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      withBoxedValues: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        expect(alike(value, roundTrip(value))).toBe(true);
        expect(bytesOf(value)).toEqual(bytesOf(value));
      }),
      { numRuns: 2000 },
    );
  });

  it("tells what a plan has to know, as the copy that is kept does", () => {
    const x = [1];
    const deep = Array.from({ length: 300 }).reduce<unknown>((inner) => [inner], 1);
    const cases = {
      ...SAMPLES,
      ...PLAIN,
      twice: () => [x, { x }],
      deep: () => deep,
      point: () => [new Point(1, x), x],
    };
    for (const [name, make] of Object.entries(cases)) {
      const shapeInfo = new ShapeInfo();
      const value = make();
      const snapshot = decodeValue(bytesOf(value), codecs, shapeInfo);
      const give = planCopy(snapshot, shapeInfo);
      const copy = give === undefined ? snapshot : give(snapshot);
      expect(alike(value, copy), name).toBe(true);
    }
  });

  it("works 20,000 levels deep", () => {
    let deep: any = { end: 1 };
    for (let i = 0; i < 20_000; i++) deep = i % 3 === 0 ? [deep] : i % 3 === 1 ? { n: deep } : new Map([[1, deep]]);
    let copy = roundTrip(deep);
    for (let i = 0; i < 20_000; i++) copy = copy instanceof Map ? copy.get(1) : (copy.n ?? copy[0]);
    expect(copy).toEqual({ end: 1 });
  });

  it("lays typed arrays raw and aligned", () => {
    const bytes = bytesOf({ pad: "x", column: new Float64Array([1.5, 2.5]) });
    const at = Buffer.from(bytes).indexOf(Buffer.from(new Float64Array([1.5, 2.5]).buffer));
    expect(at).toBeGreaterThan(0);
    expect(at % 8).toBe(0);
  });

  it("keeps the order of what stands before, beside and after objects in objects", () => {
    const row = (n: number) => ({ a: n, inner: { t: "ü€x".slice(n % 3), list: [1, [n], 2] }, z: -n, last: [n, "x"] });
    const value = [1, row(1), "two", row(2), [row(3), null], 4.5];
    expect(roundTrip(value)).toEqual(value);
    expect(Object.keys(roundTrip(value)[3])).toEqual(["a", "inner", "z", "last"]);
    expect(roundTrip(["latin ü", "late \u20ac", "\ud800", "", `${"x".repeat(500)}\u0100`])).toEqual([
      "latin ü",
      "late \u20ac",
      "\ud800",
      "",
      `${"x".repeat(500)}\u0100`,
    ]);
  });

  it("writes a large array with one copy of it and little memory beside", () => {
    const bytes = encodeValue(new Float64Array(1e6), true);
    expect(bytes.buffer.byteLength - bytes.length).toBeLessThanOrEqual(64);
    expect(bytes.buffer.byteLength).toBeGreaterThan(bytes.length);
  });

  it("reads what a store hands over as a Buffer, whose `slice` makes no copy", () => {
    const column = Float64Array.of(1, 2, 3);
    const bytes = Buffer.from(bytesOf({ column, buffer: column.buffer }));
    const found = decodeValue(bytes, codecs) as { column: Float64Array; buffer: ArrayBuffer };
    bytes.fill(0);
    expect(found.column).toEqual(column);
    expect(found.buffer.byteLength).toBe(24);
    expect(copySnapshot(found)).toEqual({ column, buffer: column.buffer });
  });

  it("finds every cut and every flipped bit [B195][B196]", () => {
    const bytes = bytesOf(SAMPLES["nested"]!());
    for (let length = 0; length < bytes.length; length++)
      expect(decodeValue(bytes.slice(0, length), [])).toBe(UNDECODABLE);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(decodeValue(flipped, [])).toBe(UNDECODABLE);
    }
    expect(decodeValue(Uint8Array.from([...bytes, 0]), [])).toBe(UNDECODABLE);
  });

  it("sums up nothing for a store that does so itself, and takes such bytes from no other store", () => {
    const bytes = encodeValue({ text: "é".repeat(1000), short: "ÿ", wide: "→" }, true);
    expect(bytes.subarray(-4)).toEqual(new Uint8Array(4));
    expect(decodeValue(bytes, codecs, undefined, { hasChecksum: true })).toEqual({
      text: "é".repeat(1000),
      short: "ÿ",
      wide: "→",
    });
    expect(decodeValue(bytes, codecs)).toBe(UNDECODABLE);
  });

  it("does not know other versions or unknown classes [B197][B198]", () => {
    const bytes = bytesOf([1]);
    bytes[4] = 2;
    expect(decodeValue(resign(bytes), [])).toBe(UNDECODABLE);
    expect(decodeValue(bytesOf(new Point(1, 2)), [])).toBe(UNDECODABLE);
  });

  it("stays calm with hostile bytes under a valid checksum", () => {
    const values = Object.entries(SAMPLES)
      .filter(([name]) => !/big|long/.test(name))
      .map(([, make]) => bytesOf(make()));
    fc.assert(
      fc.property(
        fc.constantFrom(...values),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (good, edits) => {
          const bytes = good.slice();
          for (const [at, byte] of edits) bytes[8 + (at % (bytes.length - 12))] = byte;
          const snapshot = decodeValue(resign(bytes), []);
          if (snapshot !== UNDECODABLE) copySnapshot(snapshot);
          expect(({} as any).polluted).toBeUndefined();
        },
      ),
      { numRuns: 30_000 },
    );
  });

  it("asks for no more memory than the bytes account for", () => {
    const header = [0x63, 0x61, 0x63, 0x68, 1, 0, 0, 0];
    const huge = [255, 255, 255, 255, 255, 255, 127];
    for (const tag of [6, 7, 10, 11, 12, 14, 15, 16, 20, 23, 24, 25, 26, 28]) {
      const before = process.memoryUsage().arrayBuffers;
      expect(decodeValue(resign(Uint8Array.from([...header, tag, ...huge, 0, 0, 0, 0, 0, 0, 0, 0, 0])), [])).toBe(
        UNDECODABLE,
      );
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e7);
    }
  });
});

describe("large arrays in bytes that nobody else has", () => {
  const LONG = 200_000;
  const column = (factor: number) => Float64Array.from({ length: LONG }, (_, i) => i * factor);
  const decode = (value: unknown, shapeInfo = new ShapeInfo()) => {
    const bytes = bytesOf(value);
    return { bytes, shapeInfo, snapshot: decodeValue(bytes, codecs, shapeInfo, { transfersBytes: true }) as any };
  };
  const copies = (value: unknown): any[] => {
    const { snapshot, shapeInfo } = decode(value);
    return [planCopy(snapshot, shapeInfo)?.(snapshot), copySnapshot(snapshot)];
  };

  it("stay where they lie, and every copy of them is alone", () => {
    const table = { a: column(1), b: Int32Array.from(column(2)) };
    const { snapshot, bytes } = decode(table);
    expect([snapshot.a.buffer, snapshot.b.buffer]).toEqual([bytes.buffer, bytes.buffer]);
    for (const copy of copies(table)) {
      expect(alike(table, copy)).toBe(true);
      expect([copy.a.buffer.byteLength, copy.b.buffer.byteLength]).toEqual([8 * LONG, 4 * LONG]);
      copy.a[0] = 5;
    }
    expect(snapshot.a[0]).toBe(0);
  });

  it("are copied where somebody else has the bytes", () => {
    const bytes = bytesOf([column(1)]);
    const [found] = decodeValue(bytes, codecs) as [Float64Array];
    expect(found.buffer.byteLength).toBe(8 * LONG);
  });

  it("are copied where they would keep more memory than their own", () => {
    const { snapshot } = decode([column(1), "→".repeat(3 * 8 * LONG)]);
    expect(snapshot[0].buffer.byteLength).toBe(8 * LONG);
  });

  it.each<[string, () => any]>([
    ["its memory again", () => ((a) => [a, a.buffer])(column(1))],
    ["itself again", () => ((a) => [a, { a }])(column(1))],
    ["another view of its memory", () => ((a) => [a, new Uint8Array(a.buffer, 8, 80)])(column(1))],
    ["a part of its memory", () => [column(1).subarray(5)]],
    ["a DataView", () => [new DataView(column(1).buffer)]],
    ["a Buffer", () => [Buffer.alloc(8 * LONG, 3)]],
    ["memory with a property", () => [new Float64Array(Object.assign(column(1).buffer, { unit: "m" }))]],
    ["an instance around it", () => [new Point(1, column(1))]],
  ])("are faithful with %s", (_name, make) => {
    for (const copy of copies(make())) {
      const value = make();
      expect(alike(value, copy)).toBe(true);
      if (value[1] instanceof ArrayBuffer) expect(copy[0].buffer).toBe(copy[1]);
      else if (ArrayBuffer.isView(value[1])) expect(copy[0].buffer).toBe(copy[1].buffer);
      else if (value[1]?.a !== undefined) expect(copy[1].a).toBe(copy[0]);
    }
  });
});
