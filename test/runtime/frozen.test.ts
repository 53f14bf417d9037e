import { describe, expect, it } from "vitest";
import { encodeParts } from "../../runtime/key/encode-parts.ts";

const key = (value: unknown) => encodeParts([value], { name: "f", parts: ["x"] });

describe("a value that nobody can change", () => {
  it("has the key of its content, whether frozen, sealed or closed", () => {
    for (const make of [() => [1, 2], () => [], () => ({ a: 1 }), () => ({ list: [{ b: 2 }] })]) {
      const expected = key(make());
      for (const close of [Object.freeze, Object.seal, Object.preventExtensions]) {
        const value = make();
        close(value);
        expect(key(value)).toBe(expected);
      }
    }
    expect(key({ list: Object.freeze([1]) })).toBe(key({ list: [1] }));
  });
});
