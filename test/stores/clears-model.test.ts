import { describe, expect, it } from "vitest";
import { ClearsModel, type Counts } from "./clears-model.ts";

/** `npm run chaos` gives more. */
const SEEDS = Number(process.env["CACHET_CHAOS_SEEDS"] ?? 60);

describe("clears on a store that refuses, loses, delays and reorders, under several processes", () => {
  it.each([
    ["with epochs of its own", true],
    ["that keeps epochs as entries", false],
  ])("hold, on a store %s", async (what, hasEpochs) => {
    const first = Number(process.env["CACHET_SEED"] ?? 1);
    const sum: Record<string, number> = {};
    for (let seed = first; seed < first + SEEDS; seed++) {
      const counts = await new ClearsModel(seed, hasEpochs).run(60);
      for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
    }
    console.info(`clears, store ${what}: seeds ${first} to ${first + SEEDS - 1}, ${JSON.stringify(sum)}`);
    // The model is worth something only if all of this happened, and values were found too.
    for (const name of ["found", "writes", "clears", "refused", "late", "lost"] satisfies (keyof Counts)[])
      expect(sum[name]).toBeGreaterThan(SEEDS);
  });

  it("do not hold on a store that forgets them: the model says so, with the seed", async () => {
    await expect(new ClearsModel(1, true, true).run(60)).rejects.toThrow(/seed 1: process \d read a value/);
  });
});
