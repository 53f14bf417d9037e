// Kills writers, breaks the file system, damages entries, loses and reorders clears, restarts and replaces servers, all at random and for
// minutes, and checks every value. The tests run the same code for a few rounds.
//   npm run chaos -- --minutes 10 --seed 7 --only redis
// Prints the seed and a table of what happened; exits with 1 for the first wrong value of each part.
import { parseArgs } from "node:util";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, only: { type: "string" } },
});
const minutes = Number(values.minutes ?? 5);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(minutes > 0) || !Number.isSafeInteger(seed))
  fail("Usage: npm run chaos -- [--minutes 5] [--seed 7] [--only <part of a name>]");

const { SCENARIOS } = await loadSource("test/chaos/scenarios.ts");
const wanted = SCENARIOS.filter(({ name }) => name.toLowerCase().includes((values.only ?? "").toLowerCase()));
if (wanted.length === 0)
  fail(`Nothing is called ${values.only}. There are: ${SCENARIOS.map(({ name }) => name).join("; ")}`);
const shares = wanted.reduce((sum, { share }) => sum + share, 0);

console.log(`chaos: ${minutes} minutes, seed ${seed}, Node ${process.versions.node}\n`);
console.log("| | | wrong values |\n| --- | --- | --- |");
for (const scenario of wanted) await runOne(scenario);
process.exit(process.exitCode ?? 0);

/** @param {import("../test/chaos/scenarios.ts").Scenario} scenario */
async function runOne({ name, share, run }) {
  const end = Date.now() + (minutes * 60_000 * share) / shares;
  try {
    const counts = await run({ seed, rounds: Number.POSITIVE_INFINITY, isOver: () => Date.now() > end });
    const told = Object.entries(counts).map(([what, count]) => `${count.toLocaleString("en")} ${what}`);
    console.log(`| ${name} | ${told.join(", ")} | 0 |`);
  } catch (error) {
    console.log(`| ${name} | | **${error.message}** |`);
    console.error(error);
    process.exitCode = 1;
  }
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
