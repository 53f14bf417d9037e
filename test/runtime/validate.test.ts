import { describe, expect, it, vi } from "vitest";
import { type CacheEvent, cached, configure, RecursiveCallError, subscribe } from "../../runtime/index.ts";
import { data, deferred, freshId, resource, resourceAsync } from "./emitted.ts";
import { useHandClock } from "./hand-clock.ts";

const clock = useHandClock();

describe("validate", () => {
  const make = (validate: unknown, options: object = {}) => {
    let n = 0;
    return resource(() => ++n, { validate, ...options });
  };

  it("is asked on hits, not on the computing call [B246][B247]", () => {
    const validate = vi.fn(() => true);
    const f = make(validate);
    f();
    expect(validate).not.toHaveBeenCalled();
    expect([f(), f(), f()]).toEqual([1, 1, 1]);
    expect(validate.mock.calls).toEqual([[1], [1], [1]]);
  });

  it("false drops and recomputes [B248][B249]", () => {
    for (const no of [false, undefined, 0, ""]) {
      const validate = vi.fn((_: number) => no);
      const f = make(validate);
      expect([f(), f(), f(), f()]).toEqual([1, 2, 3, 4]);
      expect(validate.mock.calls).toEqual([[1], [2], [3]]);
    }
  });

  it("a throw counts as invalid and reaches nobody [B250]", () => {
    const f = make(() => {
      throw new Error("no");
    });
    expect([f(), f(), f()]).toEqual([1, 2, 3]);
  });

  it("sees the arguments too [B253]", () => {
    const validate = vi.fn(() => true);
    const f = resource((a: number, b: number) => a + b, { parts: ["a", "b"], validate });
    f(1, 2);
    f(1, 2);
    expect(validate).toHaveBeenCalledWith(3, 1, 2);
  });

  it("is awaited where the function is async [B254]", async () => {
    let n = 0;
    const f = resourceAsync(async () => ++n, { validate: async (v: number) => v > 1 });
    expect([await f(), await f(), await f()]).toEqual([1, 2, 2]);
    const g = resourceAsync(async () => ++n, {
      validate: async () => {
        throw new Error("no");
      },
    });
    expect([await g(), await g()]).toEqual([3, 4]);
  });

  it("that is async on a synchronous function is an error [B249]", () => {
    const f = make(async () => true);
    f();
    expect(f).toThrow(/validate returned a promise/);
  });

  it("is not consulted for expired entries [B252]", () => {
    const validate = vi.fn(() => true);
    const f = resource(() => 1, { ttl: 10, validate });
    f();
    clock.add(11);
    f();
    expect(validate).not.toHaveBeenCalled();
  });

  it("may not call the function it guards, and does not block others [B251]", () => {
    let thrown: unknown;
    let n = 0;
    const f: () => number = resource(() => ++n, {
      validate: () => {
        try {
          f();
        } catch (e) {
          thrown = e;
        }
        return true;
      },
    });
    f();
    expect(f()).toBe(1);
    expect(thrown).toBeInstanceOf(RecursiveCallError);
  });

  it("releases what is not valid [B255]", () => {
    const released: number[] = [];
    const f = make(() => false, { onRelease: (x: number) => released.push(x) });
    f();
    f();
    f();
    expect(released).toEqual([1, 2]);
  });

  it("cannot spoil stored data", () => {
    const f = data(() => [1], {
      validate: (v: number[]) => {
        v.push(2);
        return v.length === 2;
      },
    });
    f();
    f();
    expect(f()).toEqual([1, 2]);
  });

  it("by several callers at once recomputes once", async () => {
    let n = 0;
    const f = resourceAsync(async () => ++n, { validate: async (v: number) => v > 1 });
    await f();
    expect(await Promise.all([f(), f(), f()])).toEqual([2, 2, 2]);
  });
});

describe("onRelease", () => {
  it("that throws or rejects costs one warning and an event [B255]", async () => {
    const warnings: string[] = [];
    configure({ onWarning: (m) => warnings.push(m) });
    const events: CacheEvent[] = [];
    const end = subscribe((e) => events.push(e));
    for (const onRelease of [
      () => {
        throw new Error("sync");
      },
      async () => {
        throw new Error("async");
      },
    ]) {
      const f = resource((x: number) => x, { parts: ["x"], maxEntries: 1, onRelease });
      f(1);
      f(2);
      f(3);
    }
    await new Promise((resolve) => setTimeout(resolve));
    expect(warnings).toHaveLength(2);
    expect(events.filter((e) => e.type === "error" && e.operation === "release")).toHaveLength(4);
    end();
  });

  it("is called when the code changes, not for data, and not for a run that a clear beat", async () => {
    const released: unknown[] = [];
    const onRelease = (x: unknown) => released.push(x);
    const id = freshId();
    resource(() => "old", { id, onRelease })();
    resource(() => "new", { id, hash: "c1:1", onRelease });
    expect(released).toEqual(["old"]);
    const gate = deferred();
    const f = resourceAsync(
      async () => {
        await gate.promise;
        return "late";
      },
      { onRelease },
    );
    const call = f();
    cached(f).clear();
    gate.resolve();
    expect(await call).toBe("late");
    expect(released).toEqual(["old"]);
  });
});
