import { expect, it } from "vitest";
import { type Counts, StreamsModel } from "./streams-model.ts";

/** `CACHET_FUZZ_STREAMS=20000 npx vitest run test/runtime/streams-model.test.ts` tries that many. */
const RUNS = Number(process.env["CACHET_FUZZ_STREAMS"] ?? 2000);
const FIRST = Number(process.env["CACHET_FUZZ_SEED"] ?? 1);

it("readers of a stream who join, are slow, leave and abort at any time see what the model says", async () => {
  const sum: Record<string, number> = {};
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    const counts = await new StreamsModel(seed).run();
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  }
  console.info(`streams: seeds ${FIRST} to ${FIRST + RUNS - 1}, ${JSON.stringify(sum)}`);
  // The model is worth something only if all of this happened.
  for (const name of Object.keys(sum) as (keyof Counts)[]) expect(sum[name], name).toBeGreaterThan(RUNS / 20);
});
