import { afterEach, describe, expect, it } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { codec } from "../../runtime/config.ts";
import { UnstorableValueError } from "../../runtime/errors.ts";
import { cached, configure } from "../../runtime/index.ts";
import * as internal from "../../runtime/internal.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { data, dataAsync, freshId } from "./emitted.ts";

const freeze = { copy: "freeze" } as const;
const stored = () => {
  configure({ stores: { frozen: new MemoryStore() } });
  return { ...freeze, persist: "frozen", id: freshId("stored") };
};
/** Another process with the same code and store: nothing in memory. */
const restart = (id: string) => {
  const owner = internal.frozen({ id, hash: "c1:other", name: "f", parts: [] });
  emptyFunction(owner);
};
const isDeepFrozen = (value: any): boolean =>
  typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen));

afterEach(() => configure({ enabled: true }));

describe('copy: "freeze"', () => {
  it("hands one frozen value to all callers, the first included", () => {
    const rows = data(() => [{ id: 1, tags: ["a"] }], freeze);
    const first = rows();
    expect(rows()).toBe(first);
    expect(first).toEqual([{ id: 1, tags: ["a"] }]);
    expect(isDeepFrozen(first)).toBe(true);
    expect(() => first.push({ id: 2, tags: [] })).toThrow(TypeError);
    expect(() => (first[0]!.tags[0] = "b")).toThrow(TypeError);
    expect(rows()).toEqual([{ id: 1, tags: ["a"] }]);
  });

  it("leaves what the body made as it is", () => {
    const table = { rows: [{ id: 1 }] };
    const load = data(() => table, freeze);
    const first = load();
    expect(first).not.toBe(table);
    table.rows[0]!.id = 9;
    table.rows.push({ id: 2 });
    expect(load()).toEqual({ rows: [{ id: 1 }] });
  });

  it("keeps cycles, shared references, holes, null prototypes and what was frozen before", () => {
    const part = Object.freeze({ n: [1] });
    const make = () => {
      const value: any = Object.assign(Object.create(null), { list: [part, , part], error: new Error("e") });
      value.self = value;
      return value;
    };
    const load = data(make, freeze);
    const value = load();
    expect(value.self).toBe(value);
    expect(value.list[0]).toBe(value.list[2]);
    expect(1 in value.list).toBe(false);
    expect(Object.isFrozen(value.list[0].n)).toBe(true);
    expect(Object.isFrozen(part.n)).toBe(false);
    expect(Object.isFrozen(value.error)).toBe(true);
  });

  it("works 20,000 levels deep", () => {
    let deep: any = { end: 1 };
    for (let i = 0; i < 20_000; i++) deep = i % 2 ? [deep] : { n: deep };
    let value = data(() => deep, freeze)();
    for (let i = 0; i < 20_000; i++) value = value.n ?? value[0];
    expect(Object.isFrozen(value)).toBe(true);
  });

  it.each<[string, () => unknown, string, string]>([
    ["a Map", () => ({ by: [new Map()] }), "result.by[0]", "Map"],
    ["a Set", () => new Set([1]), "result", "Set"],
    ["a Date", () => [{ at: new Date(0) }], "result[0].at", "Date"],
    ["a RegExp", () => ({ p: /a/ }), "result.p", "RegExp"],
    ["a URL", () => ({ u: new URL("https://a.b") }), "result.u", "URL"],
    ["a typed array", () => ({ c: Float64Array.of(1) }), "result.c", "Float64Array"],
    ["a buffer", () => [new ArrayBuffer(1)], "result[0]", "ArrayBuffer"],
    ["a Blob", () => ({ b: new Blob(["a"]) }), "result.b", "Blob"],
  ])("refuses %s, which freezing does not protect, with its path and the way out", (_name, make, path, type) => {
    const load = data(make, { ...freeze, name: "load" });
    const refusal = [1, 2].map(() => {
      try {
        load();
      } catch (error) {
        return error as UnstorableValueError;
      }
      return undefined;
    });
    for (const error of refusal) {
      expect(error).toBeInstanceOf(UnstorableValueError);
      expect(error).toMatchObject({ path, type, function: "load" });
      expect(error?.message).toMatch(/load\(\).*leave out `copy`/);
    }
  });

  it("refuses instances of classes with a codec: freezing may not reach their state", () => {
    class Point {
      #x = 1;
      move() {
        this.#x++;
      }
      get x() {
        return this.#x;
      }
    }
    configure({ codecs: [codec(Point, { encode: (p) => p.x, decode: () => new Point() })] });
    expect(() => data(() => [new Point()], freeze)()).toThrow(/result\[0\].*Point/);
  });

  it("holds for asynchronous functions and for those that wait for the same run", async () => {
    const load = dataAsync(async () => {
      await null;
      return { list: [1] };
    }, freeze);
    const [one, two] = await Promise.all([load(), load()]);
    expect(two).toBe(one);
    expect(await load()).toBe(one);
    expect(isDeepFrozen(one)).toBe(true);
  });

  it("holds for a result that was cleared while it was computed, and for one too large to keep", () => {
    const load: any = data(() => {
      void load.clear();
      return { a: [1] };
    }, freeze);
    expect(isDeepFrozen(load())).toBe(true);
    const large = data(() => ({ text: ["x".repeat(1000)] }), { ...freeze, maxBytes: 100 });
    expect(isDeepFrozen(large())).toBe(true);
    expect(cached(large).stats().entries).toBe(0);
  });

  it("freezes what comes from a store", () => {
    const options = stored();
    let runs = 0;
    const body = () => ({ rows: [{ id: ++runs }], holes: [1, , 2] });
    const first = data(body, options)();
    restart(options.id);
    const again = data(body, options)();
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
    expect(runs).toBe(1);
    expect(isDeepFrozen(again)).toBe(true);
    expect(data(body, options)()).toBe(again);
  });

  it("says so, instead of serving it, when the store has what cannot be frozen", () => {
    const options = stored();
    const body = () => ({ at: new Date(0) });
    const { copy: _, ...plain } = options;
    data(body, plain)();
    restart(options.id);
    expect(() => data(body, options)()).toThrow(UnstorableValueError);
  });

  it("starts anew where a new definition of the same code adds or removes it", () => {
    const id = freshId("changed");
    const body = () => ({ a: 1 });
    data(body, { id })();
    const frozen = data(body, { id, ...freeze });
    expect(Object.isFrozen(frozen())).toBe(true);
    const copied = data(body, { id });
    expect(Object.isFrozen(copied())).toBe(false);
    expect(copied()).not.toBe(copied());
  });

  it("takes the short way on a hit", () => {
    const id = freshId("short");
    const load = data((n: number) => ({ n }), { id, ...freeze });
    load(1);
    const owner = internal.frozen({ id, hash: "c1:0", name: "f", parts: ["a"], ...freeze });
    expect(owner.root.at([1])?.fastPath).toBe(true);
  });
});
