import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgram, type Program } from "../conformance/program.ts";

const SERVICE = 'import { service } from "./support/rating-service.ts";';
/** The example, with a service that never fails: what ends it here is a signal. */
const EXAMPLE = edited(
  SERVICE,
  "const service = { rate: async (text: string) => text.length };",
  readFileSync(new URL("../../playground/examples/resume.ts", import.meta.url), "utf8"),
);

function edited(from: string, to: string, source = EXAMPLE): string {
  expect(source).toContain(from);
  return source.replace(from, to);
}

/** Runs the pipeline over 1,000 texts and prints which bodies ran. `killAt`: the process is killed when so many texts are under way. */
const main = (killAt = 0) => `
import { subscribe } from "cachet";
import { pipeline } from "./steps.mjs";
const runs: Record<string, number> = { load: 0, clean: 0, rate: 0, summarize: 0, report: 0 };
subscribe(({ type, name }) => {
  if (type !== "miss") return;
  runs[name] = (runs[name] ?? 0) + 1;
  if (name === "rate" && runs[name] === ${killAt}) process.kill(process.pid, "SIGKILL");
});
const result = await pipeline(1000);
console.log(JSON.stringify({ runs, result }));
`;

interface Outcome {
  runs: Record<string, number>;
  result: string;
}

let program: Program;
beforeAll(() => {
  program = createProgram();
});
afterAll(() => program.remove());

const start = async (steps: string) => ((await program.run(main(), {}, { steps })) as Outcome[])[0] as Outcome;
const NONE = { load: 0, clean: 0, rate: 0, summarize: 0, report: 0 };

describe("a pipeline of five persisted steps", () => {
  it("resumes after it was killed in the third and its fourth was edited: exactly the right steps run", async () => {
    await expect(program.run(main(400), {}, { steps: EXAMPLE })).rejects.toMatchObject({ signal: "SIGKILL" });

    const fixed = edited("rating > 0", "rating > 24");
    const resumed = await start(fixed);
    const { rate, ...others } = resumed.runs;
    expect(others).toEqual({ load: 0, clean: 0, summarize: 1, report: 1 });
    // 399 were done or under way, at most eight of them under way.
    expect(rate).toBeGreaterThanOrEqual(601);
    expect(rate).toBeLessThanOrEqual(609);
    expect(resumed.result).toMatch(/^\d+ good, \d+ bad, best: review \d+/);

    expect(await start(fixed)).toEqual({ runs: NONE, result: resumed.result });
    const reformatted = edited(
      "const good = ratings.filter(",
      "const good: number = ratings\n    // those above\n    .filter(",
      fixed,
    );
    expect((await start(reformatted)).runs).toEqual(NONE);
    const another = edited("Math.max(...ratings)", "Math.max(0, ...ratings)", fixed);
    expect((await start(another)).runs).toEqual({ ...NONE, summarize: 1 });
    expect((await start(fixed)).runs).toEqual(NONE);
  });

  it("rates again only what an earlier step has made another text", async () => {
    const first = await start(EXAMPLE);
    const cleaned = edited("text.trim().toLowerCase()", 'text.trim().toLowerCase().replace(" 7:", " seven:")');
    const { runs } = await start(cleaned);
    expect(runs).toEqual({ load: 0, clean: 1, rate: 1, summarize: 1, report: expect.any(Number) });
    expect((await start(EXAMPLE)).result).toBe(first.result);
  });
});
