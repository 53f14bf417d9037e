import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { emptyFunction } from "../../runtime/call/clear.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { ownerOf } from "../features/owner-of.ts";
import { type Given, handClock } from "./emitted.ts";

/** The runtime, as one copy of the package has it. Bundlers make several in a process, and so do CommonJS and ES modules. */
async function load() {
  vi.resetModules();
  return {
    ...(await import("../../runtime/index.ts")),
    runtime: await import("../../runtime/internal.ts"),
    marked: await import("./emitted.ts"),
  };
}
type Copy = Awaited<ReturnType<typeof load>>;

const clock = handClock(Date.now());
let copies: [Copy, Copy];
let folder = "";
beforeAll(async () => {
  copies = [await load(), await load()];
  folder = mkdtempSync(join(tmpdir(), "cachet-copies-"));
  copies[0].configure({ clock, stores: { kept: new MemoryStore({ now: () => clock.wall() }) } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;
const count = () => ++runs;

/** Each copy of `emitted.ts` counts by itself. */
let ids = 0;
const options = (given: Given = {}): Given => ({ id: `test/two-copies.ts#${++ids}`, ...given });

describe.each([
  [0, 1],
  [1, 0],
])("two copies of the runtime in one process: what copy %i does for a function of copy %i", (a, b) => {
  const one = () => copies[a] as Copy;
  const other = () => copies[b] as Copy;

  it("tags it, clears it by them, and lets its callers have them", () => {
    const tagging = (n: number) => {
      other().cacheTag(`row:${n}`);
      return count();
    };
    const inner = one().marked.data(tagging, options({ tags: ["rows"] }));
    const outer = other().marked.data((n: number) => [inner(n), count()], options());
    const first = outer(1);
    expect(outer(1)).toEqual(first);
    for (const tag of ["row:1", "rows"])
      for (const { clearTags } of copies) {
        const before = outer(1);
        clearTags(tag);
        expect(outer(1)).not.toEqual(before);
      }
  });

  it("says which files it hangs on", () => {
    const file = join(folder, `${a}.txt`);
    writeFileSync(file, "one");
    const inner = one().marked.data(() => {
      other().dependsOn(file);
      return count();
    }, options());
    const outer = other().marked.data(() => [inner(), count()], options());
    const first = outer();
    expect(outer()).toEqual(first);
    writeFileSync(file, "two and more");
    clock.add(2);
    expect(outer()).not.toEqual(first);
  });

  it("hears the signal of its run, and what is cleared beneath", async () => {
    let aborted: unknown;
    const slow = one().marked.dataAsync(
      () =>
        new Promise((_, reject) =>
          other()
            .cacheSignal()
            .addEventListener("abort", () => reject((aborted = "yes"))),
        ),
    );
    const running = slow().catch(() => {});
    void other().cached(slow).clear();
    await running;
    expect(aborted).toBe("yes");

    const inner = one().marked.data(count, options());
    const follower = other().marked.data(() => [inner(), count()], options({ nested: "follow" }));
    const first = follower();
    void other().cached(inner).clear();
    expect(follower()).not.toEqual(first);
  });

  it("shows what its body showed", () => {
    const shown: number[] = [];
    const id = `test/two-copies.ts#show${a}`;
    const element = one().runtime.element({ id, hash: "c1:0", name: "show", parts: ["n"] });
    const show = one().runtime.fn(element, "show", (n: number) =>
      element.call(undefined, [n], () => void shown.push(n)),
    );
    const page = other().marked.data((n: number) => void show(n), options());
    page(1);
    page(1);
    expect(shown).toEqual([1, 1]);
  });

  it("keeps to its limits", () => {
    const limited = one().marked.data((n: number) => n, options({ maxEntries: 2 }));
    for (const n of [1, 2]) limited(n);
    other().marked.data((n: number) => n, options({ maxEntries: 2 }))(1);
    for (const n of [3, 4]) limited(n);
    expect(copies.map(({ cached }) => cached(limited).stats().entries)).toEqual([2, 2]);
  });

  it("sees how old it is", async () => {
    const f = one().marked.dataAsync(async () => 1, options({ ttl: 10, stale: 60 }));
    await f();
    clock.add(20);
    expect(await other().observed(() => f())).toMatchObject({ status: "stale", age: 20_000 });
  });

  it("stores instances by codecs", () => {
    class Point {
      #x: number;
      constructor(x: number) {
        this.#x = x;
      }
      get x() {
        return this.#x;
      }
    }
    other().configure({ codecs: [one().codec(Point, { encode: ({ x }) => x, decode: (x) => new Point(x) })] });
    const body = vi.fn((x: number) => [new Point(x)]);
    const point = one().marked.data(body, options({ persist: "kept", parts: ["x"] }));
    point(7);
    emptyFunction(ownerOf(point));
    expect(point(7).map(({ x }) => x)).toEqual([7]);
    expect(body).toHaveBeenCalledTimes(1);
  });
});
