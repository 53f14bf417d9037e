import { cached, clearTags, configure } from "cachet";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";

let runs: string[] = []; // cachet-allow-mutable

/** @cacheData */
function load(id: number) {
  runs.push(`load ${id}`);
  return { id };
}

/** @cacheData({ tags: [(id) => `row:${id}`], persist: "clears" }) */
async function row(id: number) {
  runs.push(`row ${id}`);
  return { id };
}

/** @cacheClears({ functions: [load] }) */
function save(id: number) {
  if (id < 0) throw new Error("negative");
  return id;
}

/** @cacheClears({ functions: [load, row], tags: [(id) => [`row:${id}`], "all"] }) */
const saveLater = async (id: number) => {
  if (id < 0) throw new Error("negative");
  return id;
};

const nothing = (): undefined => undefined;

/** @cacheClears({ functions: nothing(), tags: nothing() }) */
function clearNothing() {
  return "done";
}

class Rows {
  last = 0;

  /** @cacheClears({ tags: (id) => `row:${id}` }) */
  async change(id: number) {
    this.last = id;
    return this;
  }

  /** @cacheClears({ tags: () => 7 }) */
  static wrong() {
    return "done";
  }
}

/** As builders of queries do it: what it is to do begins when it is awaited. */
class Query {
  readonly steps: string[] = [];
  private readonly end: (value: unknown) => unknown;

  constructor(end: (value: unknown) => unknown) {
    this.end = end;
  }

  returning(column: string): this {
    this.steps.push(column);
    return this;
  }

  // biome-ignore lint/suspicious/noThenProperty: that is what a query builder has.
  then<T>(fulfilled?: (value: unknown) => T, rejected?: (error: unknown) => T): Promise<unknown> {
    runs.push(`write ${this.steps}`);
    return Promise.resolve(this.steps.join()).then(this.end).then(fulfilled, rejected);
  }
}

/** @cacheClears({ functions: [load], tags: [(id) => `row:${id}`] }) */
function update(_id: number, end: (value: unknown) => unknown = (value) => value) {
  return new Query(end);
}

/** @cacheClears({ functions: [load] }) */
function updateFrozen() {
  return Object.freeze(new Query(String));
}

/** @cacheClears({ tags: (row) => `row:${row.id}` }) */
async function renumber(row: { id: number }) {
  row.id += 100;
  runs.push("renumber");
}

const list: ((value: string) => string)[] = [String];

/** @cacheClears({ functions: list }) */
function unmarked() {
  runs.push("unmarked");
}

async function ran(call: () => unknown): Promise<string[]> {
  runs = [];
  await call();
  return runs;
}

beforeEach(async () => {
  configure({ stores: { clears: new MemoryStore() } });
  void cached(load).clear();
  await cached(row).clear();
  runs = [];
});
afterAll(() => configure({ stores: {} }));

describe("@cacheClears", () => {
  it("clears functions once a call has succeeded", async () => {
    load(1);
    expect(() => save(-1)).toThrow("negative");
    expect(await ran(() => load(1))).toEqual([]);
    expect(save(1)).toBe(1);
    expect(await ran(() => load(1))).toEqual(["load 1"]);
  });

  it("waits for the end of an async call, and is done when that resolves", async () => {
    load(1);
    await row(1);
    await expect(saveLater(-1)).rejects.toThrow("negative");
    expect(await ran(() => [load(1), row(1)])).toEqual([]);
    const done = saveLater(1);
    expect(await ran(() => load(1))).toEqual([]);
    expect(await done).toBe(1);
    expect(await ran(async () => [load(1), await row(1)])).toEqual(["load 1", "row 1"]);
  });

  it("clears tags by the arguments, for methods too", async () => {
    const rows = new Rows();
    await row(1);
    await row(2);
    expect(await rows.change(1)).toBe(rows);
    expect(rows.last).toBe(1);
    expect(await ran(async () => [await row(1), await row(2)])).toEqual(["row 1"]);
    await clearTags("row:2");
    expect(await ran(() => row(2))).toEqual(["row 2"]);
  });

  it("waits for the success of a query that begins when it is awaited, each time", async () => {
    load(1);
    await row(1);
    const query = update(1).returning("id");
    expect(query).toBeInstanceOf(Query);
    expect(await ran(async () => [load(1), await row(1)])).toEqual([]);
    expect(await ran(async () => expect(await query).toBe("id"))).toEqual(["write id"]);
    expect(await ran(async () => [load(1), await row(1)])).toEqual(["load 1", "row 1"]);
    expect(await ran(async () => expect(await query.then()).toBe("id"))).toEqual(["write id"]);
    expect(await ran(() => load(1))).toEqual(["load 1"]);
    const failing = update(1, () => {
      throw new Error("constraint");
    });
    await expect(Promise.resolve(failing)).rejects.toThrow("constraint");
    expect(await failing.then(undefined, (error) => (error as Error).message)).toBe("constraint");
    expect(await ran(() => load(1))).toEqual([]);
  });

  it("refuses what it can't wait for, before that begins", () => {
    expect(updateFrozen).toThrow(
      "updateFrozen(): when what it returns has succeeded can't be told. Await it in the body, in an async function",
    );
    expect(runs).toEqual([]);
  });

  it("clears what the arguments were before the body changed them", async () => {
    await row(1);
    await row(101);
    await renumber({ id: 1 });
    expect(await ran(async () => [await row(1), await row(101)])).toEqual(["row 1"]);
  });

  it("runs no body whose tags can't be told", async () => {
    await expect(renumber(null as never)).rejects.toThrow("renumber(): its `tags` can't be told for this call: ");
    expect(runs).toEqual([]);
  });

  it("keeps name, length and identity of the function", () => {
    expect([save.name, save.length, saveLater.name, new Rows().change.name]).toEqual([
      "save",
      1,
      "saveLater",
      "change",
    ]);
  });

  it("tells what is wrong by the function's name, before the body where it can", () => {
    expect(list).toHaveLength(1);
    expect(unmarked).toThrow("unmarked(): its `functions`: ");
    expect(runs).toEqual([]);
    expect(nothing()).toBeUndefined();
    expect(() => clearNothing()).toThrow("clearNothing(): its `functions` and `tags` are undefined");
    expect(() => Rows.wrong()).toThrow("Rows.wrong(): its `tags` can't be told for this call: ");
  });
});
