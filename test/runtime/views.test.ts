import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue } from "../../runtime/codec/codec.ts";
import { codec } from "../../runtime/config.ts";
import { planCopy } from "../../runtime/snapshot/copy-plan.ts";
import { ShapeInfo } from "../../runtime/snapshot/shape-info.ts";
import { takeSnapshot } from "../../runtime/snapshot/take-snapshot.ts";

class Packet {
  readonly #bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  get bytes() {
    return this.#bytes;
  }
}
const packet = codec(Packet, { encode: ({ bytes }) => ({ bytes }), decode: ({ bytes }) => new Packet(bytes) });

/** What a store gets of a value, and a caller's copy. */
function outcome<T>(value: T): { stored: Buffer; bytes: number; copy: T } {
  const shapeInfo = new ShapeInfo();
  const snapshot = takeSnapshot(value, "f", [packet], shapeInfo);
  const stored = encodeValue(snapshot, false, shapeInfo);
  const info = new ShapeInfo();
  const decoded = decodeValue(stored, [packet], info);
  expect(planCopy(decoded, info)?.(decoded)).toEqual(value);
  return { stored: Buffer.from(stored), bytes: shapeInfo.bytes, copy: planCopy(snapshot, shapeInfo)?.(snapshot) as T };
}

/** Memory full of what is nobody's business. */
const SECRET = "password=hunter2;";
const secretPool = (): ArrayBuffer => new Uint8Array(Buffer.from(SECRET.repeat(500))).buffer;

describe("a view of memory that it shares with strangers", () => {
  it.each<[string, (memory: ArrayBuffer) => unknown]>([
    ["a Uint8Array", (memory) => new Uint8Array(memory, 4096, 5).fill(1)],
    ["a Buffer", (memory) => Buffer.from(memory, 4096, 5).fill(1)],
    ["a DataView", (memory) => new DataView(new Uint8Array(memory).fill(1, 4096, 4101).buffer, 4096, 5)],
    ["a Float64Array", (memory) => new Float64Array(memory, 4096, 3).fill(1)],
    ["two apart", (memory) => [new Uint8Array(memory, 0, 5).fill(1), new Uint8Array(memory, 4096, 5).fill(1)]],
    ["two in a Map and a Set", (memory) => new Map([[1, new Set([new Uint8Array(memory, 9, 5).fill(1)])]])],
    ["inside an instance", (memory) => new Packet(new Uint8Array(memory, 100, 5).fill(1))],
    ["with a property", (memory) => [Object.assign([1], { more: new Uint8Array(memory, 9, 5).fill(1) })]],
  ])("is stored, copied and counted by its own bytes: %s", (_name, make) => {
    const value = make(secretPool());
    const { stored, bytes, copy } = outcome(value);
    expect(stored.includes("hunter2")).toBe(false);
    expect(bytes).toBeLessThan(1000);
    const buffers: ArrayBufferLike[] = [];
    const look = (each: unknown): void => {
      if (ArrayBuffer.isView(each)) buffers.push(each.buffer);
      else if (each instanceof Packet) look(each.bytes);
      else if (each instanceof Map || each instanceof Set) for (const item of each.values()) look(item);
      else if (typeof each === "object" && each !== null) Object.values(each).forEach(look);
    };
    look(copy);
    expect(buffers.length).toBeGreaterThan(0);
    for (const buffer of buffers) expect(buffer.byteLength).toBeLessThanOrEqual(24);
  });

  it("is stored alone if it looks at the memory of a WebAssembly program", () => {
    const memory = new WebAssembly.Memory({ initial: 20 });
    expect(outcome(new Uint8Array(memory.buffer, 8, 4)).stored.length).toBeLessThan(100);
  });

  it("goes on sharing what it overlaps with, and no more", () => {
    const memory = secretPool();
    const a = new Uint8Array(memory, 4101, 7).fill(1);
    const b = new Float64Array(memory, 4104, 2).fill(1);
    const { stored, copy } = outcome({ a, b });
    expect(stored.includes("hunter2")).toBe(false);
    expect(copy.a.buffer).toBe(copy.b.buffer);
    copy.b[0] = 5 / 3;
    expect(copy.a).not.toEqual(a);
  });
});

describe("memory that a value shows as a whole", () => {
  it.each<[string, (memory: ArrayBuffer) => { a: Uint8Array; b: Uint8Array | ArrayBuffer }]>([
    ["by two views side by side", (memory) => ({ a: new Uint8Array(memory, 0, 8), b: new Uint8Array(memory, 8) })],
    ["by the buffer itself", (memory) => ({ a: new Uint8Array(memory, 2, 3), b: memory })],
    ["by a view of all", (memory) => ({ a: new Uint8Array(memory, 2, 3), b: new Uint8Array(memory) })],
  ])("stays shared: %s", (_name, make) => {
    const { copy } = outcome(make(new ArrayBuffer(16)));
    expect(copy.a.buffer).toBe(copy.b instanceof ArrayBuffer ? copy.b : copy.b.buffer);
    expect(copy.a.buffer.byteLength).toBe(16);
  });
});

it("copies of any views hold what the views held, and write to each other just as the originals do", () => {
  const view = fc.tuple(fc.nat(60), fc.nat(20), fc.constantFrom(1, 2, 4, 8));
  fc.assert(
    fc.property(fc.array(view, { minLength: 1, maxLength: 6 }), fc.nat(5), (specs, at) => {
      const memory = Uint8Array.from({ length: 100 }, (_, i) => i).buffer;
      const made = { 1: Uint8Array, 2: Uint16Array, 4: Float32Array, 8: BigInt64Array };
      const views = specs.map(([from, count, size]) => new made[size as 1](memory, from - (from % size), count % 5));
      const { copy } = outcome(views);
      const bytes = (each: ArrayBufferView) => Buffer.from(each.buffer, each.byteOffset, each.byteLength);
      const target = at % views.length;
      bytes(views[target] as Uint8Array).fill(0xff);
      bytes(copy[target] as Uint8Array).fill(0xff);
      expect(copy.map(bytes)).toEqual(views.map(bytes));
    }),
    { numRuns: 2000 },
  );
});
