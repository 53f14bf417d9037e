import { expect, it } from "vitest";
import { cached } from "cachet";

let runs = 0;
/** @cacheData */
function bare(x: number): number {
  runs++;
  return x;
}

it("caches with a bare mark [B1]", () => {
  expect([bare(1), bare(1)]).toEqual([1, 1]);
  expect(runs).toBe(1);
  expect(cached(bare).id).toBe("x");
});
