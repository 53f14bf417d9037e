import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NestedTable } from "../../runtime/call/entry-table.ts";
import { LazyHeap } from "../../runtime/call/lazy-heap.ts";
import { cacheData, cached, configure } from "../../runtime/index.ts";
import { state } from "../../runtime/registry.ts";
import { data } from "./emitted.ts";

const { clock } = state.settings;
afterEach(() => {
  configure({ maxBytes: Number.POSITIVE_INFINITY, clock });
  cacheData.clear();
  vi.restoreAllMocks();
});

/** Counts what happens while entries are evicted: moves in queues, and walks over all entries of a table. */
function countSteps(action: () => void): { moves: number; walks: number } {
  const moves = vi.spyOn(LazyHeap.prototype as unknown as { put(): void }, "put");
  const walks = vi.spyOn(NestedTable.prototype, "values");
  action();
  const counts = { moves: moves.mock.calls.length, walks: walks.mock.calls.length };
  vi.restoreAllMocks();
  return counts;
}

const ENTRIES = 20_000;
const MISSES = 500;
/** A few times the height of a heap of all entries, for each miss. */
const MOST_MOVES = MISSES * 4 * Math.ceil(Math.log2(ENTRIES));

describe("an evicting miss costs no more than the logarithm of the number of entries", () => {
  it.each<[string, () => (x: number) => unknown]>([
    ["with ttl and maxEntries", () => data((x: number) => x, { parts: ["x"], ttl: 3600, maxEntries: ENTRIES })],
    ["with maxEntries", () => data((x: number) => x, { parts: ["x"], maxEntries: ENTRIES })],
    [
      "with a limit for all functions, some with ttl",
      () => {
        const others = Array.from({ length: 50 }, () => data((x: number) => x, { parts: ["x"], ttl: 3600 }));
        for (const [i, each] of others.entries()) each(i);
        const f = data((x: number) => x, { parts: ["x"], ttl: 3600 });
        for (let i = 0; i < ENTRIES; i++) f(i);
        configure({ maxBytes: state.bytes });
        return f;
      },
    ],
  ])("%s", (_name, make) => {
    const f = make();
    for (let i = 0; i < ENTRIES; i++) f(i);
    // What was cleared by other tests is let go of by the first one.
    f(-1);
    const { moves, walks } = countSteps(() => {
      for (let i = 0; i < MISSES; i++) f(ENTRIES + i);
    });
    expect(walks).toBe(0);
    expect(moves).toBeLessThan(MOST_MOVES);
    expect(cached(f).has(ENTRIES + MISSES - 1)).toBe(true);
    expect(cached(f).has(0)).toBe(false);
  });
});

it("a queue whose priorities rise gives the lowest, whatever happens in between", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("push", "raise", "remove", "take", "compact"), fc.nat(20), fc.nat(100))),
      (steps) => {
        const items: { at: number; gone: boolean }[] = [];
        const heap = new LazyHeap<(typeof items)[number]>((item) => (item.gone ? undefined : item.at));
        for (const [step, index, by] of steps) {
          const item = items[index % (items.length || 1)];
          if (step === "push") heap.push(items[items.push({ at: by, gone: false }) - 1]!);
          else if (step === "raise" && item) item.at += by;
          else if (step === "remove" && item) item.gone = true;
          else if (step === "compact") heap.compact();
          const least = Math.min(...items.filter(({ gone }) => !gone).map(({ at }) => at));
          expect(heap.peek()?.at ?? Number.POSITIVE_INFINITY).toBe(least);
          if (step === "take") (heap.peek() ?? { gone: true }).gone = true;
        }
      },
    ),
    { numRuns: 3000 },
  );
});

it("what goes is what expired, then what was used least recently, whatever happened before", () => {
  const step = fc.tuple(fc.constantFrom("call", "call", "call", "wait", "clear"), fc.nat(9), fc.nat(1));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let now = 1000;
      configure({ clock: { now: () => now } });
      const limits = { maxEntries: 4, ttl: 10 };
      const f = data((x: number) => x, { parts: ["x"], ...limits });
      let model: { x: number; expires: number }[] = [];
      for (const [what, x, by] of steps) {
        if (what === "wait") now += 3000 * (1 + by);
        else if (what === "clear") {
          cached(f).clear(x);
          model = model.filter((each) => each.x !== x);
        } else {
          const known = model.find((each) => each.x === x && each.expires > now);
          f(x);
          model = model.filter((each) => each !== known && each.x !== x);
          model.push(known ?? { x, expires: now + 10_000 });
          if (model.length > limits.maxEntries) model = model.filter((each) => each.expires > now);
          if (model.length > limits.maxEntries) model.shift();
        }
        for (let each = 0; each < 10; each++)
          expect(cached(f).has(each), `${each}`).toBe(model.some((known) => known.x === each && known.expires > now));
      }
      cached(f).clear();
    }),
    { numRuns: 300 },
  );
});
