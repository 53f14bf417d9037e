import { type Field, Table, tableFromArrays, tableFromJSON, type Vector, vectorFromArray } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { arrowCodecs } from "../../runtime/codec/arrow.ts";
import { cached, configure } from "../../runtime/index.ts";
import { DiskStore } from "../../runtime/stores/disk.ts";
import { data } from "../runtime/emitted.ts";
import { temporaryDirectory } from "../stores/bundle.ts";

const base = temporaryDirectory("arrow");
beforeAll(() => configure({ codecs: arrowCodecs, disk: { dir: base.path } }));
afterAll(base.remove);

const prices = () =>
  tableFromArrays({
    price: Float64Array.from({ length: 1000 }, (_, i) => i * 1.5),
    name: Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? null : `n${i % 7}`)),
  });
const column = (table: Table, name: string) => table.getChild(name) as Vector;

describe("Arrow tables", () => {
  const tables: Record<string, () => Table> = {
    "of typed arrays and texts": prices,
    "of rows with nulls, lists and nested fields": () =>
      tableFromJSON([
        { id: 1, tags: [1, 2], at: { lat: 1.5 }, ok: true },
        { id: 2, tags: [3], at: { lat: 2.5 }, ok: false },
      ]),
    "without rows": () => prices().slice(0, 0),
    "cut out of a larger one": () => prices().slice(10, 20),
    "of several batches": () => prices().concat(prices()),
  };
  for (const [name, make] of Object.entries(tables)) {
    it(`${name}: every caller gets an equal table of its own`, () => {
      const body = vi.fn(make);
      const f = data(body, { parts: [] });
      f();
      const copies = [f(), f()] as [Table, Table];
      expect(body).toHaveBeenCalledTimes(1);
      for (const copy of copies) {
        expect(copy).toBeInstanceOf(Table);
        expect(copy.schema.fields.map((field: Field) => `${field}`)).toEqual(
          make().schema.fields.map((field: Field) => `${field}`),
        );
        expect(copy.toString()).toBe(make().toString());
      }
    });
  }

  it("changing a caller's columns reaches nobody else", () => {
    const f = data(prices, { parts: [] });
    const first = f();
    (column(first, "price").data[0]?.values as Float64Array)[0] = -1;
    const second = f();
    (column(second, "price").data[0]?.values as Float64Array)[1] = -1;
    expect([...column(f(), "price")].slice(0, 3)).toEqual([0, 1.5, 3]);
  });

  it("vectors and batches too, alone or within other values", () => {
    const f = data(() => ({ vector: vectorFromArray([1, 2, 3]), batch: prices().batches[0] }), { parts: [] });
    f();
    const { vector, batch } = f();
    expect([...vector]).toEqual([1, 2, 3]);
    expect(batch?.numRows).toBe(1000);
  });

  it("persists: another process finds the same columns, and no row object is made", () => {
    const options = { id: "pkg/src/prices.ts#prices", hash: "c1:1", name: "prices", parts: [], persist: true } as const;
    const rows = vi.spyOn(Table.prototype, "toArray");
    const gets = vi.spyOn(Table.prototype, "get");
    const body = vi.fn(prices);
    const f = data(body, options);
    f();
    const store = new DiskStore({ dir: base.path });
    const [entry] = [...store.entries()];
    expect(entry?.function).toBe(options.id);
    expect(entry?.bytes).toBeGreaterThan(8000);
    // A definition with other limits starts with an empty memory, as a new process does.
    const again = data(body, { ...options, maxEntries: 10 });
    expect([...column(again(), "price")]).toEqual([...column(prices(), "price")]);
    expect(body).toHaveBeenCalledTimes(1);
    expect(rows).not.toHaveBeenCalled();
    expect(gets).not.toHaveBeenCalled();
    cached(again).clear();
  });
});

describe("Arrow tables as arguments", () => {
  const sum = vi.fn((table: Table) => table.numRows);
  const f = data(sum, { parts: ["table"] });
  const runs = (table: Table) => {
    const before = sum.mock.calls.length;
    f(table);
    return sum.mock.calls.length - before;
  };

  it("are told apart by schema and content, and known again", () => {
    const nested = () =>
      tableFromJSON([
        { id: 1, tags: [1], at: { lat: 1.5 } },
        { id: 2, tags: [2], at: { lat: 2.5 } },
      ]);
    const tables: (() => Table)[] = [
      prices,
      nested,
      () => prices().slice(10, 20),
      () => prices().slice(11, 21),
      () => prices().concat(prices()),
      () => tableFromArrays({ price: Float64Array.of(1, 2) }),
      () => tableFromArrays({ price: Float32Array.of(1, 2) }),
      () => tableFromArrays({ cost: Float64Array.of(1, 2) }),
      () => tableFromArrays({ price: Float64Array.of(1, 3) }),
      () =>
        tableFromJSON([
          { id: 1, tags: [1], at: { lat: 1.5 } },
          { id: 2, tags: [2], at: { lat: 3.5 } },
        ]),
      () => tableFromArrays({ name: ["a", "b", "a"] }),
      () => tableFromArrays({ name: ["a", "b", "b"] }),
      () => tableFromArrays({ name: ["a", "c", "a"] }),
    ];
    for (const make of tables) expect(runs(make())).toBe(1);
    for (const make of tables) expect(runs(make())).toBe(0);
  });

  it("see a change of one value, and what one function gives another one takes", () => {
    const load = data(prices, { parts: [] });
    load();
    const table = load();
    runs(table);
    expect(runs(load())).toBe(0);
    (column(table, "price").data[0]?.values as Float64Array)[999] = -1;
    expect(runs(table)).toBe(1);
  });

  it("are read by their buffers, never by rows", () => {
    const table = prices();
    const get = vi.spyOn(table, "get");
    const iterate = vi.spyOn(Table.prototype, Symbol.iterator);
    runs(table);
    expect(get.mock.calls.length + iterate.mock.calls.length).toBe(0);
    iterate.mockRestore();
  });

  it("vectors and batches are arguments too", () => {
    const body = vi.fn((x: unknown) => typeof x);
    const g = data(body, { parts: ["x"] });
    for (const x of [vectorFromArray([1, 2]), vectorFromArray([1, 2]), prices().batches[0], prices().batches[0]]) g(x);
    expect(body).toHaveBeenCalledTimes(2);
  });
});
