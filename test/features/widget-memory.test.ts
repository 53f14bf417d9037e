import { cached } from "cachet";
import { describe, expect, it } from "vitest";

let choice = "a"; // cachet-allow-mutable
let runs = 0; // cachet-allow-mutable

/** @cacheWidget */
function chosen() {
  return choice;
}

/** @cacheData({ maxBytes: 10_000, allowWidgets: true }) */
function page(length: number) {
  runs++;
  return chosen().repeat(length);
}

/** @cacheData({ maxBytes: 10_000, allowWidgets: true }) */
async function pageLater(length: number) {
  runs++;
  return chosen().repeat(length);
}

/** @cacheData({ ttl: () => 0, allowWidgets: true }) */
function notKept(x: number) {
  runs++;
  return chosen() + x;
}

describe("a result with widgets that is not kept", () => {
  it("because it is larger than `maxBytes` is computed again by the next call", async () => {
    runs = 0;
    expect([page(50_000).length, page(50_000).length]).toEqual([50_000, 50_000]);
    expect((await pageLater(50_000)).length).toBe(50_000);
    expect((await pageLater(50_000)).length).toBe(50_000);
    expect(runs).toBe(4);
    expect(cached(page).stats().entries).toBe(0);
  });

  it("because of its ttl is computed again by the next call", () => {
    runs = 0;
    expect([notKept(1), notKept(1)]).toEqual(["a1", "a1"]);
    expect(runs).toBe(2);
  });
});

describe("results with widgets", () => {
  it("are found by each combination of values after others were evicted", () => {
    const call = (value: string, length: number) => {
      choice = value;
      runs = 0;
      page(length);
      return runs === 0 ? "hit" : "run";
    };
    for (let i = 0; i < 200; i++) expect(call(`v${i}`, 10)).toBe("run");
    expect([call("v199", 10), call("v198", 10), call("v0", 10), call("v0", 10), call("v199", 10)]).toEqual([
      "hit",
      "hit",
      "run",
      "hit",
      "hit",
    ]);
  });
});
