import ts from "typescript";
import { expect, it } from "vitest";
import { createLinkContext } from "../../transformer/3-hash/graph/build-session.ts";
import { createProgram, editProgram, type Program } from "./fuzz/programs.ts";
import { environmentOf, runTwice } from "./fuzz/run-program.ts";
import { createRandom } from "./fuzz/sources.ts";
import { linkFunction } from "./link-project.ts";

/** `CACHET_FUZZ_PROGRAMS=20000 npx vitest run test/transformer/differential.test.ts` tries that many; the seed is printed. */
const count = Number(process.env["CACHET_FUZZ_PROGRAMS"] ?? 250);
const seed = Number(process.env["CACHET_FUZZ_SEED"] ?? 1);

const context = createLinkContext(ts);
/** The code hash with the variables that join the key. */
function hashOf(files: Program) {
  const { hash, envReads, warnings } = linkFunction(
    { files: { "package.json": "{}", ...files }, context },
    "main.ts",
    "load",
  );
  const environment = environmentOf(files);
  return { key: [hash, ...envReads.map((name) => environment[name.replace("process.env.", "")])].join(" "), warnings };
}

it(`gives no stale result silently in ${count} programs, from seed ${seed}`, { timeout: 0 }, async () => {
  const figures = { programs: 0, broken: 0, same: 0, cold: 0, coldWithoutNeed: 0, warned: 0, restless: 0, stale: 0 };
  const stale: string[] = [];
  for (let index = 0; index < count; index++) {
    const random = createRandom(seed * 1_000_000 + index);
    const { before, after, what } = editProgram(createProgram(random), random);
    figures.programs++;
    let results: [string, string];
    let again: string;
    try {
      let first: string;
      [first, again] = await runTwice(before);
      results = [first, (await runTwice(after))[0]];
    } catch {
      figures.broken++;
      continue;
    }
    const [first, second] = [hashOf(before), hashOf(after)];
    if (again !== results[0]) {
      figures.restless++;
      if (first.warnings.length === 0) {
        figures.stale++;
        stale.push(describe(index, before, "called again", [results[0], again]));
      }
    }
    const isSame = results[0] === results[1];
    const isCold = first.key !== second.key;
    if (isCold) figures[isSame ? "coldWithoutNeed" : "cold"]++;
    else if (isSame) figures.same++;
    else if (second.warnings.length > 0) figures.warned++;
    else {
      figures.stale++;
      stale.push(describe(index, before, what, results));
    }
  }
  process.stdout.write(`${JSON.stringify({ seed, ...figures })}\n`);
  expect(stale.slice(0, 10).join("\n\n")).toBe("");
});

function describe(index: number, before: Program, what: string, results: readonly string[]): string {
  const files = Object.entries(before).map(([file, text]) => `--- ${file}\n${text}`);
  return [`program ${index} of seed ${seed}`, what, results.join(" → "), ...files].join("\n");
}
