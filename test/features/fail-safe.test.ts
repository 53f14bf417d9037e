import { cached, configure } from "cachet";
import { afterAll, describe, expect, it } from "vitest";
import { handClock } from "../runtime/emitted.ts";

/*
 * FusionCache's fail-safe mechanism, by its documented settings: Duration 1 minute, FailSafeThrottleDuration 30 seconds,
 * FailSafeMaxDuration 2 hours counted from the write. There the duration of an entry is part of the most; here `error` is added
 * to the ttl.
 */

const clock = handClock();
const database = { price: 1, isDown: false, asked: 0 }; // cachet-allow-mutable

/** @cacheData({ ttl: "1m", stale: { error: "1h59m", retry: "30s" } }) */
async function price(product: string) {
  database.asked++;
  if (database.isDown) throw new Error("the database is down");
  return `${product}: ${database.price}`;
}

afterAll(() => configure({ clock: { now: () => performance.now(), wall: () => Date.now() } }));

describe("FusionCache's fail-safe timeline", () => {
  const steps: [minutes: number, what: string, change: Partial<typeof database>, expected: string, asked: number][] = [
    [0, "the factory makes the value", {}, "chair: 1", 1],
    [0.5, "it is served for its duration", { price: 2 }, "chair: 1", 1],
    [1, "then the factory runs again", {}, "chair: 2", 2],
    [2, "it fails, and the old value is used", { isDown: true, price: 3 }, "chair: 2", 3],
    [2.4, "for the throttle duration it isn't tried again", {}, "chair: 2", 3],
    [2.5, "then it is, and fails again", {}, "chair: 2", 4],
    [2.9, "and so on", {}, "chair: 2", 4],
    [3, "it works again: the new value counts at once", { isDown: false }, "chair: 3", 5],
    [122.9, "up to the longest duration an old value is used", { isDown: true }, "chair: 3", 6],
    [123, "at its end the failure reaches the caller", {}, "the database is down", 7],
  ];

  it("is the same here, step by step", async () => {
    configure({ clock });
    void cached(price).clear();
    const start = clock.ms;
    for (const [minutes, what, change, expected, asked] of steps) {
      clock.ms = start + minutes * 60_000;
      Object.assign(database, change);
      const result = await price("chair").catch((error: Error) => error.message);
      expect([what, result, database.asked]).toEqual([what, expected, asked]);
    }
  });
});
