import { describe, expect, it } from "vitest";
import { clears, clearsOnDisk } from "../chaos/clears.ts";
import { ClearsModel } from "../chaos/clears-model.ts";
import { FaultyMemory } from "../chaos/faulty-memory.ts";
import { seeded } from "../chaos/random.ts";

const SEED = Number(process.env["CACHET_SEED"] ?? 1);
/** `npm run chaos` gives more. */
const SEEDS = 60;
const few = (seeds: number) => ({ seed: SEED, rounds: seeds, isOver: () => false });

describe("clears on a store that refuses, loses, delays and reorders, under several processes", () => {
  it.each([
    ["with epochs of its own", true],
    ["that keeps epochs as entries", false],
  ])("hold, on a store %s", async (_what, hasEpochs) => {
    const counts = await clears(few(SEEDS), hasEpochs);
    // The model is worth something only if all of this happened, and values were found too.
    for (const name of ["found", "writes", "clears", "refused", "late", "lost"])
      expect(counts[name], name).toBeGreaterThan(SEEDS);
  });

  it("hold, on a disk whose file system fails at random and whose files are damaged", async () => {
    const counts = await clearsOnDisk(few(12));
    for (const name of ["found", "writes", "clears", "faults", "short", "damaged"])
      expect(counts[name], name).toBeGreaterThan(12);
  });

  it("do not hold on a store that forgets them: the model says so, with the seed", async () => {
    const model = new ClearsModel(1, new FaultyMemory(seeded(1), true, true));
    await expect(model.run(60)).rejects.toThrow(/seed 1: process \d read a value/);
  });
});
