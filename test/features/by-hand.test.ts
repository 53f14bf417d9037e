import { cached, configure, fresh, observed, subscribe, UnstorableValueError, warm } from "cachet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../runtime/stores/memory.ts";

/* What the bodies note and how they behave is not part of what they compute. */
let runs: string[] = []; // cachet-allow-mutable
let fails = false; // cachet-allow-mutable
let gate: Promise<void> | undefined; // cachet-allow-mutable

/** @cacheData */
function load(name: string, page = 1) {
  runs.push(`${name}${page}`);
  if (fails) throw new Error("down");
  return { name, page, run: runs.length };
}

/** @cacheData */
async function fetchUser(id: number): Promise<{ id: number; run: number }> {
  runs.push(`user${id}`);
  const run = runs.length;
  await gate;
  if (fails) throw new Error("down");
  return { id, run };
}

/** @cacheResource({ onRelease: (connection) => runs.push(`released ${connection.at}`) }) */
function connect(at: string) {
  runs.push(`connect ${at}`);
  return { at, run: runs.length };
}

/** @cacheData({ persist: "kept" }) */
function stored(n: number) {
  runs.push(`stored${n}`);
  return [n, runs.length];
}

/** @cacheData */
function outer(n: number) {
  return { inner: load("inner", n).run, own: runs.push(`outer${n}`) };
}

class Shop {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  /** @cacheData */
  price(id: number) {
    runs.push(`${this.name}${id}`);
    return id * 2;
  }
}

beforeEach(() => configure({ stores: { kept: new MemoryStore() } }));
afterEach(() => {
  for (const fn of [load, fetchUser, connect, stored, outer]) void cached(fn as () => unknown).clear();
  runs = [];
  fails = false;
  gate = undefined;
});

describe("get", () => {
  it("gives a copy of what is there, and never runs the body", () => {
    expect(cached(load).get("a")).toBeUndefined();
    load("a");
    const copy = cached(load).get("a", 1);
    expect(copy).toEqual({ name: "a", page: 1, run: 1 });
    (copy as { name: string }).name = "changed";
    expect(cached(load).get("a")?.name).toBe("a");
    expect(runs).toEqual(["a1"]);
  });

  it("gives a promise for asynchronous functions, and the live object of a resource", async () => {
    const nothing = cached(fetchUser).get(1);
    expect(nothing).toBeInstanceOf(Promise);
    expect(await nothing).toBeUndefined();
    await fetchUser(1);
    expect(await cached(fetchUser).get(1)).toEqual({ id: 1, run: 1 });
    const connection = connect("db");
    expect(cached(connect).get("db")).toBe(connection);
  });

  it("looks in the store", () => {
    stored(1);
    for (const entry of cached(stored).entries()) expect(entry.value).toEqual([1, 1]);
    configure({ stores: { kept: new MemoryStore() } });
    expect(cached(stored).get(2)).toBeUndefined();
  });

  it("speaks of one instance, or of whichever has it", () => {
    const [one, other] = [new Shop("one"), new Shop("other")];
    other.price(4);
    expect(cached(one.price, one).get(4)).toBeUndefined();
    expect(cached(one.price, other).get(4)).toBe(8);
    expect(cached(one.price).get(4)).toBe(8);
  });
});

describe("set", () => {
  it("answers calls in place of the body, in memory and in the store", () => {
    void cached(load).set(["a"], { name: "set", page: 9, run: 0 });
    expect(load("a")).toEqual({ name: "set", page: 9, run: 0 });
    void cached(stored).set([1], [5, 5]);
    expect(stored(1)).toEqual([5, 5]);
    expect(cached(stored).has(1)).toBe(true);
    expect(runs).toEqual([]);
  });

  it("keeps a copy, and refuses what the function could not have kept", () => {
    const value = { name: "mine", page: 1, run: 1 };
    void cached(load).set(["a"], value);
    value.name = "changed";
    expect(load("a").name).toBe("mine");
    const unstorable = { name: "b", page: 1, run: (() => {}) as unknown as number };
    expect(() => cached(load).set(["b"], unstorable)).toThrow(UnstorableValueError);
    expect(cached(load).has("b")).toBe(false);
  });

  it("beats a run under way, and a resource that it replaces is released", async () => {
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const slow = fetchUser(1);
    void cached(fetchUser).set([1], { id: 1, run: 99 });
    open();
    expect((await slow).run).toBe(1);
    expect((await fetchUser(1)).run).toBe(99);
    connect("db");
    void cached(connect).set(["db"], { at: "new", run: 7 });
    expect(connect("db").at).toBe("new");
    expect(runs).toEqual(["user1", "connect db", "released db"]);
  });
});

describe("refresh and fresh", () => {
  it("run the body and replace the entry", () => {
    load("a");
    expect(cached(load).refresh("a").run).toBe(2);
    expect(load("a").run).toBe(2);
    expect(fresh(() => load("a")).run).toBe(3);
    expect(load("a").run).toBe(3);
    expect(cached(load).stats().entries).toBe(1);
  });

  it("leave the entry where it is if the run fails", async () => {
    load("a");
    await fetchUser(1);
    fails = true;
    expect(() => cached(load).refresh("a")).toThrow("down");
    await expect(fresh(() => fetchUser(1))).rejects.toThrow("down");
    expect(load("a").run).toBe(1);
    expect((await fetchUser(1)).run).toBe(2);
  });

  it("let the old value answer meanwhile, and a clear beats them", async () => {
    await fetchUser(1);
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const refreshed = cached(fetchUser).refresh(1);
    expect((await fetchUser(1)).run).toBe(1);
    void cached(fetchUser).clear(1);
    open();
    expect((await refreshed).run).toBe(2);
    expect(await cached(fetchUser).get(1)).toBeUndefined();
  });

  it("reach the store", () => {
    stored(1);
    expect(cached(stored).refresh(1)).toEqual([1, 2]);
    expect(stored(1)).toEqual([1, 2]);
  });

  it("concern the calls made within, not those that the bodies make", () => {
    outer(1);
    expect(runs).toEqual(["inner1", "outer1"]);
    fresh(() => outer(1));
    expect(runs).toEqual(["inner1", "outer1", "outer1"]);
  });

  it("release the resource that is replaced after the new one is there", () => {
    connect("db");
    expect(fresh(() => connect("db")).run).toBe(2);
    expect(runs).toEqual(["connect db", "connect db", "released db"]);
  });
});

describe("observed", () => {
  it("tells a miss from a hit, with the age", () => {
    let now = 1000;
    configure({ clock: { now: () => now, wall: () => now } });
    try {
      expect(observed(() => load("a"))).toEqual({ value: { name: "a", page: 1, run: 1 }, status: "miss", age: 0 });
      expect(observed(() => load("a"))).toMatchObject({ status: "hit", age: 0 });
      now += 250;
      expect(observed(() => load("a"))).toMatchObject({ status: "hit", age: 250 });
    } finally {
      configure({ clock: { now: () => performance.now(), wall: () => Date.now() } });
    }
  });

  it("tells of a joined run, and is about the outermost function", async () => {
    const first = observed(() => fetchUser(1));
    const second = observed(() => fetchUser(1));
    expect((await first).status).toBe("miss");
    expect((await second).status).toBe("join");
    load("inner", 5);
    expect(observed(() => outer(5)).status).toBe("miss");
    expect(observed(() => outer(5)).status).toBe("hit");
  });
});

describe("entries", () => {
  it("lists what is in memory, with copies, ages and a clear", () => {
    load("a");
    load("b");
    const [first, second, ...others] = cached(load).entries();
    expect(others).toEqual([]);
    expect([first?.value.name, second?.value.name]).toEqual(["a", "b"]);
    expect(first?.age).toBeGreaterThanOrEqual(0);
    expect(first?.remaining).toBe(Number.POSITIVE_INFINITY);
    void first?.clear();
    expect([cached(load).has("a"), cached(load).has("b")]).toEqual([false, true]);
  });
});

describe("warm", () => {
  it("calls with each argument list, so many at once, and names what failed", async () => {
    let [open, most] = [0, 0];
    const end = subscribe(({ type }) => {
      open += type === "miss" ? 1 : type === "write" || type === "error" ? -1 : 0;
      most = Math.max(most, open);
    });
    gate = new Promise((resolve) => setTimeout(resolve, 5));
    const result = await warm(fetchUser, [[1], [2], [3], [4], [5]], { concurrency: 2 });
    end();
    expect(result).toEqual({ warmed: 5, failed: [] });
    expect(most).toBe(2);
    fails = true;
    const again = await warm(fetchUser, [[5], [6]]);
    expect(again).toMatchObject({ warmed: 1, failed: [{ args: [6], error: new Error("down") }] });
    await expect(warm(fetchUser, [], { concurrency: 0 })).rejects.toThrow(RangeError);
  });
});
