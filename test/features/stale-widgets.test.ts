import { cached, configure } from "cachet";
import { beforeEach, describe, expect, it } from "vitest";
import { handClock } from "../runtime/emitted.ts";

const clock = handClock(1_700_000_000_000);
let unit = "m"; // cachet-allow-mutable
let runs: string[] = []; // cachet-allow-mutable
let isDown = false; // cachet-allow-mutable

/** @cacheWidget */
function chosenUnit() {
  return unit;
}

/** @cacheData({ ttl: 10, stale: { refresh: 20, error: 60, retry: 1 }, allowWidgets: true }) */
async function distance(x: number) {
  const chosen = chosenUnit();
  await Promise.resolve();
  runs.push(`${x} ${chosen}`);
  if (isDown) throw new Error("down");
  return `${x} ${chosen}, run ${runs.length}`;
}

beforeEach(() => {
  configure({ clock });
  void cached(distance).clear();
  runs = [];
  isDown = false;
  unit = "m";
});

describe("stale values of functions whose widgets join the key", () => {
  it("are refreshed each for its own values of the widgets", async () => {
    expect(await distance(1)).toBe("1 m, run 1");
    unit = "km";
    expect(await distance(1)).toBe("1 km, run 2");
    clock.add(11);
    expect(await distance(1)).toBe("1 km, run 2");
    await expect.poll(() => distance(1)).toBe("1 km, run 3");
    unit = "m";
    expect(await distance(1)).toBe("1 m, run 1");
    await expect.poll(() => distance(1)).toBe("1 m, run 4");
    expect(cached(distance).stats()).toMatchObject({ entries: 2, refreshes: 2 });
  });

  it("stay where a run fails, until their end", async () => {
    await distance(1);
    clock.add(31);
    isDown = true;
    expect([await distance(1), await distance(1)]).toEqual(["1 m, run 1", "1 m, run 1"]);
    expect(runs).toEqual(["1 m", "1 m"]);
    clock.add(60);
    await expect(distance(1)).rejects.toThrow("down");
  });
});
