import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cached, configure, stats } from "../../runtime/index.ts";
import { type InspectedFunction, inspect, observeCalls } from "../../runtime/inspect.ts";
import { data as define } from "../../runtime/internal.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import { previewText, previewValue } from "../../runtime/values/preview.ts";
import { data, dataAsync, features, freshId, handClock, resource } from "./emitted.ts";
import { SAMPLES } from "./samples.ts";

const clock = handClock();
let ends: (() => void)[] = [];
beforeEach(() => configure({ clock }));
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

const find = (fn: (...args: any[]) => unknown): InspectedFunction =>
  inspect().find((each) => each.id === cached(fn).id && each.isCurrent) as InspectedFunction;

function record(id: string): string[] {
  const heard: string[] = [];
  const end = observeCalls((event, call) => {
    if (event.id !== id) return;
    heard.push(
      `${event.type} ${call === undefined ? "" : call.parts.map(({ name, text }) => `${name}=${text}`).join()}`,
    );
  });
  ends.push(end);
  return heard;
}

describe("inspect()", () => {
  it("lists entries by their making where no limit asks for their use", () => {
    const f = data((a: number, b: string) => a + b);
    const calls: [number, string][] = [
      [1, "a"],
      [2, "a"],
      [1, "b"],
      [2, "b"],
      [1, "c"],
    ];
    for (const call of calls) {
      f(...call);
      clock.add(1);
    }
    f(1, "a");
    expect(
      cached(f)
        .entries()
        .map(({ value }) => value),
    ).toEqual(calls.map(([a, b]) => a + b));
    expect(find(f).list()).toHaveLength(calls.length);
  });

  it("shows environment variables by digest only, in parts, keys and events", () => {
    for (const a of ["text", { of: 1 }]) {
      const id = freshId();
      const parts = ["a", "process.env.API_SECRET"];
      const load = define({ id, hash: "c1:0", name: "load", parts, use: features });
      const heard = record(id);
      for (const secret of ["sk_live_1", "sk_live_2", "sk_live_3"]) load.run([a, secret], () => 1);
      const list =
        inspect()
          .find((each) => each.id === id)
          ?.list() ?? [];
      const shown = JSON.stringify([heard, list.map(({ key, parts: each }) => [key, each])]);
      expect(shown).not.toContain("sk_live");
      expect(new Set(list.map(({ parts: each }) => each[1]?.text)).size).toBe(3);
      expect(list[0]?.parts[1]?.text).toMatch(/^#[0-9a-f]{12}$/);
    }
  });

  it("lists every function with its definition, its figures as in stats(), and its entries", () => {
    const load = data((url: string, page: number) => `${url}${page}`, { ttl: 60, maxEntries: 5, name: "load" });
    expect(find(load)).toMatchObject({ name: "load", codeHash: "c1:0", options: { ttl: 60_000, maxEntries: 5 } });
    load("a", 1);
    load("a", 1);
    load("b", 2);
    clock.add(10);
    const found = find(load);
    expect(found).toMatchObject(stats().find(({ id }) => id === found.id) as object);
    expect(found.list().map(({ parts, age, remaining }) => ({ parts, age, remaining }))).toEqual([
      {
        parts: [
          { name: "a", text: '"a"' },
          { name: "b", text: "1" },
        ],
        age: 10_000,
        remaining: 50_000,
      },
      {
        parts: [
          { name: "a", text: '"b"' },
          { name: "b", text: "2" },
        ],
        age: 10_000,
        remaining: 50_000,
      },
    ]);
  });

  it("shows every option that is given, called or not", () => {
    const options = {
      copy: "freeze",
      showSpinner: "busy",
      showTime: true,
      ttl: 60,
      persist: false,
      maxEntries: 2,
    } as const;
    const load = data((n: number) => n, options);
    const shown = { ...options, ttl: 60_000 };
    expect(find(load).options).toEqual(shown);
    load(1);
    expect(find(load).options).toEqual(shown);
  });

  it("evaluates no option of a function that was never called", () => {
    let evaluated = 0;
    const load = data((n: number) => n, {
      validate: () => true,
      get ttl() {
        evaluated++;
        return "1m";
      },
    });
    expect(find(load).options).toEqual({});
    expect(evaluated).toBe(0);
    load(1);
    expect(find(load).options).toEqual({ ttl: 60_000, validate: "given" });
  });

  it("clears one entry and leaves the others", () => {
    const released: string[] = [];
    const onRelease = (value: { name: string }) => released.push(value.name);
    const open = resource((name: string) => ({ name }), { onRelease });
    const [a, b] = [open("a"), open("b")];
    find(open).list()[0]?.clear();
    expect([released, open("b") === b, open("a") === a]).toEqual([["a"], true, false]);
    find(open).clear();
    expect(find(open).list()).toEqual([]);
  });

  it("hands out nothing that leads to a stored value", () => {
    const load = data((at: { deep: number[] }) => ({ secret: at.deep }));
    load({ deep: [1] });
    const text = JSON.stringify(find(load).list());
    expect(text).toContain("{deep: [1]}");
    expect(text).not.toContain("secret");
  });

  it("tells the instances of a method apart", () => {
    const id = freshId("get");
    const get = define({ id, hash: "c1:0", name: "get", parts: ["n"], use: features, this: "identity" });
    const call = (receiver: object, n: number) => get.of(receiver).run([n], () => n);
    const [one, other] = [{}, {}];
    call(one, 1);
    call(other, 1);
    const [first, second] =
      inspect()
        .find((each) => each.id === id)
        ?.list() ?? [];
    expect(first?.key).not.toBe(second?.key);
    expect(second?.instance).toBe((first?.instance ?? 0) + 1);
  });

  it("shows the code an update replaced as such, while it is held", () => {
    const id = freshId("old");
    const old = define({ id, hash: "c1:old", name: "old", parts: [] });
    define({ id, hash: "c1:new", name: "old", parts: [] });
    const rows = inspect().filter((each) => each.id === id);
    expect(rows.map(({ codeHash, isCurrent }) => [codeHash, isCurrent])).toEqual([
      ["c1:new", true],
      ["c1:old", false],
    ]);
    expect(old.definition.hash).toBe("c1:old");
  });
});

describe("observeCalls()", () => {
  it("names the call of each event, by a key that is equal for equal calls only", async () => {
    const load = dataAsync(async (n: number, _o?: object) => n, { maxEntries: 1, ttl: 1, parts: ["n", "o"] });
    const heard = record(cached(load).id);
    const keys: (string | undefined)[] = [];
    ends.push(observeCalls((event, call) => void (event.type === "miss" && keys.push(call?.key))));
    await load(1, { a: 1, b: 2 });
    await load(1, { b: 2, a: 1 });
    await load(2);
    clock.add(1);
    await load(2);
    cached(load).clear(2);
    cached(load).clear();
    await load(1, { a: 1, b: 2 });
    const [one, two] = ["n=1,o={a: 1, b: 2}", "n=2,o=undefined"];
    expect(heard).toEqual([
      ...[`miss ${one}`, `write ${one}`, `hit ${one}`, `miss ${two}`, `evict ${one}`, `write ${two}`],
      ...[`expire ${two}`, `miss ${two}`, `write ${two}`, `clear ${two}`, "clear "],
      ...[`miss ${one}`, `write ${one}`],
    ]);
    expect(find(load).list()[0]?.codeHash).toBe("c1:0");
    expect([new Set(keys).size, keys[0] === keys[3], keys[1] === keys[2]]).toEqual([2, true, true]);
  });

  it("names the call that failed, and one whose result was too large", () => {
    const fail = data(
      (n: number) => {
        if (n === 0) throw new Error("no");
        return "x".repeat(1000);
      },
      { maxBytes: 10 },
    );
    const heard = record(cached(fail).id);
    expect(() => fail(0)).toThrow("no");
    fail(1);
    expect(heard).toEqual(["miss a=0", "error a=0", "miss a=1", "evict a=1"]);
  });

  it("writes the key of an entry down once, however often it is hit", () => {
    const load = data((text: string) => text.length);
    const text = "x".repeat(3_000_000);
    let calls = 0;
    ends.push(observeCalls((_, call) => void (calls += call?.key.length ?? 0)));
    for (let i = 0; i < 2000; i++) load(text);
    expect(calls).toBe(2001 * 65);
  }, 20_000);

  it("makes long keys short, and still different", () => {
    const load = data((text: string) => text.length);
    const keys: string[] = [];
    ends.push(observeCalls((event, call) => void (event.type === "miss" && keys.push(call?.key ?? ""))));
    load(`${"x".repeat(100_000)}a`);
    load(`${"x".repeat(100_000)}b`);
    expect(keys.map((key) => key.length)).toEqual([65, 65]);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe("a preview", () => {
  const preview = (...parts: unknown[]) => previewText(encodeParts(parts, { name: "f", parts: [] }), parts.length);

  it.each(Object.entries(SAMPLES))("reads the key of %s to its end", (_, make) => {
    const shown = preview(make(), "the end");
    expect(shown[1]).toBe('"the end"');
    expect(shown[0]?.length).toBeLessThanOrEqual(120);
  });

  it("is written as people write values", () => {
    expect(preview(1, "a", [1, [true]], { b: undefined, "a-b": null })).toEqual([
      "1",
      '"a"',
      "[1, [true]]",
      '{"a-b": null, b: undefined}',
    ]);
    expect(preview(new Date(0), new Map([[1, new Set(["x"])]]), /a:b/g)).toEqual([
      "1970-01-01T00:00:00.000Z",
      'Map(1 → Set("x"))',
      "/a:b/g {lastIndex: 0}",
    ]);
    expect([previewValue(1n), previewValue("a\n"), previewValue(undefined)]).toEqual(["1n", '"a\\n"', "undefined"]);
  });

  it("reads what nests deeper than a segment, and shows what it cannot read as it stands", () => {
    let deep: unknown = "x";
    for (let i = 0; i < 450; i++) deep = { deep };
    expect(preview(deep, 2)[1]).toBe("2");
    expect(previewText("n1;?what", 2)).toEqual(["1", "?what"]);
    expect(previewText("s9:short", 1)).toHaveLength(1);
  });

  it("reads any key", () => {
    fc.assert(
      fc.property(
        fc.array(fc.anything({ withMap: true, withSet: true, withDate: true, withSparseArray: true })),
        (parts) => {
          expect(preview(...parts, "the end").at(-1)).toBe('"the end"');
          expect(preview(...parts)).toHaveLength(parts.length);
        },
      ),
    );
  });
});
