import { describe, expect, it } from "vitest";
import { decodeValue, encodeValue } from "../../runtime/codec/codec.ts";
import { TAG } from "../../runtime/codec/tags.ts";
import { encodeParts } from "../../runtime/key/encode-parts.ts";
import { planCopy } from "../../runtime/snapshot/copy-plan.ts";
import { ShapeInfo } from "../../runtime/snapshot/shape-info.ts";
import { copySnapshot, takeSnapshot } from "../../runtime/snapshot/take-snapshot.ts";
import { entry, fuzzDecoding, use } from "../chaos/decode-fuzz.ts";

/** `npm run chaos` gives more. */
const RUNS = 40_000;
const SEED = Number(process.env["CACHET_SEED"] ?? 1);

/** A varint. */
function number(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
const text = (value: string) => [TAG.latin1, value.length, ...Buffer.from(value, "latin1")];
/** One property with usual attributes, then nothing closed. */
const extra = (key: string, value: number[]) => [1, ...text(key), 7, ...value, 0];
const MANY = 2000;
const many = (one: number[]) => [TAG.array, ...number(MANY), ...Array.from({ length: MANY }, () => one).flat()];
const FUNCTIONLESS = text("no function");

/** Entries made by hand: what they try, and whether they are values all the same. */
const BOMBS: Record<string, [content: number[], isValue: boolean]> = {
  "an array of nothing but length": [[TAG.irregularArray, ...number(4_294_967_295), 0, 0], true],
  "thousands of those": [many([TAG.irregularArray, ...number(4_294_967_295), 0, 0]), true],
  "one fixed property with two values": [
    [TAG.nullObject, 2, ...text("a"), 0, TAG.irregularObject, 0, 0, ...text("a"), 0, TAG.irregularObject, 0, 0, 0],
    false,
  ],
  "an array longer than any": [[TAG.irregularArray, ...number(4_294_967_296), 0, 0], false],
  "a length as a property": [[TAG.irregularArray, ...number(3), ...extra("length", [TAG.integer, 0])], false],
  "a Date with a getTime": [[TAG.date, 0, 0, 0, 0, 0, 0, 0, 0, ...extra("getTime", FUNCTIONLESS)], true],
  "a Date with a valueOf": [[TAG.date, 0, 0, 0, 0, 0, 0, 0, 0, ...extra("valueOf", FUNCTIONLESS)], true],
  "a RegExp with flags": [[TAG.regexp, ...text("a"), ...text("g"), ...extra("flags", text("zz"))], true],
  "a RegExp with a bad pattern": [[TAG.regexp, ...text("("), ...text(""), 0, 0], false],
  "a Map with keys": [[TAG.map, 0, ...extra("keys", FUNCTIONLESS)], true],
  "a Set with a size": [[TAG.set, 0, ...extra("size", [TAG.integer, 2])], true],
  "a URL with an href": [[TAG.url, ...text("a:b"), ...extra("href", text("not a url"))], true],
  "params with forEach": [[TAG.params, 0, ...extra("forEach", FUNCTIONLESS)], true],
  "an error with a constructor": [[TAG.error, 0, TAG.undefined, ...extra("constructor", FUNCTIONLESS)], true],
  "an object with __proto__": [
    [TAG.object, 0, 1, ...text("__proto__"), TAG.object, 1, 1, ...text("polluted"), 2],
    true,
  ],
  "an object with then": [[TAG.object, 0, 1, ...text("then"), TAG.integer, 2], true],
  "memory that may grow to a terabyte": [[TAG.resizable, 0, ...number(2 ** 40)], false],
  "shared memory that may grow to a terabyte": [[TAG.growable, 0, ...number(2 ** 40)], false],
  "a view beyond its memory": [[TAG.view, 3, TAG.buffer, 0, 8, 8], false],
  "a view of itself": [[TAG.view, 3, TAG.reference, 0, 0, 0], false],
  "a reference to what is not there": [[TAG.reference, 9], false],
  "an instance of no known class": [[TAG.encoded, ...text("Nope"), TAG.null], false],
  "an instance inside itself": [[TAG.encoded, ...text("Box"), TAG.reference, 0], false],
};

describe("bytes with a right checksum", () => {
  it.each(Object.entries(BOMBS))("are a miss or a value: %s", (_name, [content, isValue]) => {
    expect(use(entry(...content))).toBe(isValue);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it(`are a miss or a value, whatever ${RUNS.toLocaleString("en")} times is changed in them`, {
    timeout: 600_000,
  }, async () => {
    const counts = await fuzzDecoding({ seed: SEED, rounds: 1, isOver: () => false }, RUNS);
    expect(counts["that are values"]).toBeGreaterThan(RUNS / 200);
  });
});

describe("under a frozen Object.prototype", () => {
  it("an entry whose names are members of all objects is read like any other", () => {
    const value = JSON.parse('{"toString":1,"valueOf":{"constructor":2},"__proto__":3}');
    const bytes = encodeValue(takeSnapshot(value, "f", [], new ShapeInfo()));
    const names = Object.getOwnPropertyNames(Object.prototype);
    const before = Object.getOwnPropertyDescriptors(Object.prototype);
    for (const name of names) {
      const { writable } = before[name as "toString"];
      if (writable === true) Object.defineProperty(Object.prototype, name, { writable: false });
    }
    try {
      const info = new ShapeInfo();
      const snapshot = decodeValue(bytes, [], info);
      expect(JSON.stringify(planCopy(snapshot, info)?.(snapshot))).toBe(JSON.stringify(value));
      expect(JSON.stringify(copySnapshot(snapshot))).toBe(JSON.stringify(value));
    } finally {
      for (const name of names) {
        if (before[name as "toString"].writable === true)
          Object.defineProperty(Object.prototype, name, { writable: true });
      }
    }
    expect(encodeParts([value], { name: "f", parts: [] })).toContain("toString");
  });
});
