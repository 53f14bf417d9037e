import { describe, expect, it, vi } from "vitest";
import { data } from "./emitted.ts";
import { useHandClock } from "./hand-clock.ts";

useHandClock();

describe("hash functions in calls", () => {
  class Db {
    constructor(readonly_: string) {
      this.url = readonly_;
    }
    url: string;
  }
  it("run once per call and see only the argument [B13][B14]", () => {
    const rule = vi.fn((s: string) => s);
    const f = data((_name: string) => 1, { parts: ["name"], hashFuncs: { string: rule } });
    f("ahoy");
    expect(rule.mock.calls).toEqual([["ahoy"]]);
    f("ahoy");
    expect(rule).toHaveBeenCalledTimes(2);
  });

  it("make instances usable, and a random one never hits [B82][B121][B122]", () => {
    const body = vi.fn((_db: Db) => 1);
    const f = data(body, { parts: ["db"], hashFuncs: { Db: (db: Db) => db.url } });
    f(new Db("a"));
    f(new Db("a"));
    f(new Db("b"));
    expect(body).toHaveBeenCalledTimes(2);
    const g = data(body, { parts: ["db"], hashFuncs: { Db: () => Math.random() } });
    g(new Db("a"));
    g(new Db("a"));
    expect(body).toHaveBeenCalledTimes(4);
  });

  it("for primitives merge calls as they say, without touching other functions", () => {
    const body = vi.fn((s: string) => s);
    const f = data(body, { parts: ["s"], hashFuncs: { string: (s: string) => s.toLowerCase() } });
    f("A");
    f("a");
    expect(body).toHaveBeenCalledTimes(1);
  });
});
