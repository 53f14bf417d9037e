import { describe, expect, it } from "vitest";
import { configure, InvalidOptionError } from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import { data } from "./emitted.ts";

describe("configure", () => {
  it.each([
    [{ stores: 3 }, /stores can't be number/],
    [{ stores: { a: {} } }, /stores\.a has no method "lookup"/],
    [{ disk: true }, /disk can't be boolean.*dir/],
    [{ disk: { dir: 5 } }, /disk/],
    [{ codecs: [1] }, /codecs.*codec\(\)/],
    [{ codecs: {} }, /codecs/],
    [{ clock: { monotonic: () => 1 } }, /clock.*now\(\)/],
    [{ clock: 1 }, /clock/],
    [{ spinner: 4 }, /spinner.*show/],
    [{ spinner: {} }, /spinner/],
    [{ onWarning: "log" }, /onWarning.*function/],
    [{ enabled: "yes" }, /enabled.*true or false/],
    [{ maxBytes: "x" }, /maxBytes/],
    [{ cache: 1 }, /unknown option "cache"/],
  ])("refuses %j, says what is valid and changes nothing", (changes, message) => {
    const before = state.settings;
    expect(() => configure(changes as never)).toThrow(InvalidOptionError);
    expect(() => configure(changes as never)).toThrow(message);
    expect(state.settings).toBe(before);
  });

  it("takes what is left undefined as not given", () => {
    expect(() => configure({ spinner: undefined, clock: undefined, stores: undefined } as never)).not.toThrow();
  });
});

describe("options that can't be read at the first call", () => {
  it("are an error that names the function, and are read again at the next call", () => {
    let isThere = false;
    const f = data(() => 1, {
      name: "load",
      get ttl() {
        if (!isThere) throw new ReferenceError("TTL is not defined");
        return 5;
      },
    });
    expect(() => f()).toThrow(expect.objectContaining({ code: "CACHET_INVALID_OPTION" }));
    expect(() => f()).toThrow("load(): its options can't be read: ReferenceError: TTL is not defined");
    isThere = true;
    expect(f()).toBe(1);
  });
});
