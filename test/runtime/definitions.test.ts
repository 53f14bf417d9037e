import { afterEach, describe, expect, it, vi } from "vitest";
import { cached, configure, stats, subscribe } from "../../runtime/index.ts";
import * as __cachet from "../../runtime/internal.ts";
import { data, features, freshId } from "./emitted.ts";

afterEach(() => configure({ enabled: true }));

describe("definitions", () => {
  const define = (over: Partial<__cachet.EmittedDefinition>) =>
    __cachet.data({ id: "same", hash: "c1:0", name: "f", parts: ["x"], use: features, ...over });
  const call = (d: ReturnType<typeof define>, x: number, body: () => unknown) => {
    const value = d.get1(x);
    return value !== __cachet.MISS ? value : d.run([x], body);
  };

  it("start cold under a test runner, which evaluates a module again to give it other mocks", () => {
    vi.stubEnv("VITEST", "true");
    const id = freshId();
    const first = data(() => "Ada", { id });
    expect([first(), first()]).toEqual(["Ada", "Ada"]);
    const second = data(() => "Bob", { id });
    expect([second(), second()]).toEqual(["Bob", "Bob"]);
    vi.unstubAllEnvs();
  });

  it("of the same id and code share entries, those of other code start empty [B9][B10]", () => {
    const id = freshId();
    call(define({ id }), 1, () => "old");
    expect(call(define({ id }), 1, () => "new")).toBe("old");
    expect(call(define({ id, hash: "c1:1" }), 1, () => "new")).toBe("new");
  });

  it("with other limits start empty, with another spinner they do not [B16][B18]", () => {
    const id = freshId();
    call(define({ id, ttl: 60 }), 1, () => "old");
    expect(call(define({ id, ttl: 60, showSpinner: "other" }), 1, () => "new")).toBe("old");
    expect(call(define({ id, ttl: 30 }), 1, () => "new")).toBe("new");
  });

  it("use the newest validate after a reload [B17]", () => {
    const id = freshId();
    const seen: string[] = [];
    call(define({ id, options: () => ({ validate: () => seen.push("a") > 0 }) }), 1, () => 1);
    call(define({ id, options: () => ({ validate: () => seen.push("b") > 0 }) }), 1, () => 1);
    expect(seen).toEqual(["b"]);
  });

  it("of two functions never share entries [B7][B8]", () => {
    expect(call(define({ id: freshId() }), 1, () => "a")).toBe("a");
    expect(call(define({ id: freshId() }), 1, () => "b")).toBe("b");
  });

  it("attach to functions without disturbing them", () => {
    const frozen = Object.freeze(() => 1);
    const d = define({ id: freshId() });
    expect(() => __cachet.attach(d, frozen)).not.toThrow();
    expect(cached(frozen).id).toBe(d.definition.id);
    expect(
      __cachet.fn(
        d,
        "named",
        (
          () => () =>
            1
        )(),
      ).name,
    ).toBe("named");
    const object = __cachet.members({ m() {} }, [d, "m"], [d, "missing"]);
    expect(cached(object.m).id).toBe(d.definition.id);
  });

  it("show as rows of statistics once called [B301][B304][B305][B306]", () => {
    const id = freshId("bar");
    const rows = () => stats().filter((row) => row.id === id);
    const d = define({ id, name: "bar" });
    expect(rows()).toEqual([]);
    call(d, 1, () => "x");
    call(d, 1, () => "x");
    expect(rows()).toMatchObject([{ name: "bar", kind: "data", entries: 1, hits: 1, misses: 1 }]);
    expect(rows()[0]!.bytes).toBeGreaterThan(0);
  });
});

describe("events", () => {
  it("tell of misses, writes, hits and clears, and listeners disturb nobody", () => {
    const seen: string[] = [];
    const end = subscribe((event) => {
      seen.push(event.type);
      throw new Error("listener");
    });
    const f = data(() => 1, { name: "watched" });
    f();
    f();
    cached(f).clear();
    end();
    f();
    expect(seen).toEqual(["miss", "write", "hit", "clear"]);
  });
});
