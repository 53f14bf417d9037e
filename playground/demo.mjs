// Compiles a small program with the tsconfig plugin and bundles it with the Vite plugin, runs both on real data with and
// without the cache, then edits the program and shows what runs again. Fails where anything is not as it must be.
import { edits } from "./demo/edits.mjs";
import { measure } from "./demo/measure.mjs";
import { milliseconds, table } from "./demo/table.mjs";
import { ensurePackage, Workspace } from "./demo/workspace.mjs";

const TIMES = 10;

const problems = [];
ensurePackage();
const { cacheData, configure } = await import("cachet");
const workspace = new Workspace();
try {
  await showEdits(await showBuilds());
} finally {
  workspace.remove();
}
for (const problem of problems) console.error(`Not as it must be: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The same program from both tools, without and with the cache. */
async function showBuilds() {
  console.log("A program joins 20,000 flights (JSON) with 3,376 airports (CSV) and reports on them.");
  console.log(`Each of its functions is called ${TIMES} times; they call each other too, which counts.\n`);
  const { compiled, bundled } = await workspace.build();
  const builds = [
    ["Compiled by tspc with the tsconfig plugin", compiled],
    ["Bundled by Vite with the Vite plugin", bundled],
  ];
  let rows = [];
  for (const [title, address] of builds) {
    for (const enabled of [false, true]) {
      configure({ enabled });
      rows = await measure(address, TIMES);
      console.log(`${title}, ${enabled ? "cached" : "cache switched off"}\n\n${functionTable(rows)}\n`);
      for (const { name, runs } of rows) if (enabled) expect(runs === 1, `${title}: ${name} ran ${runs} times`);
    }
    await cacheData.clear();
  }
  showResults(rows);
  return compiled;
}

function functionTable(rows) {
  const lines = rows.map(({ name, runs, hits, first, later, codeHash }) => [
    name,
    runs + hits,
    runs,
    hits,
    milliseconds(first),
    milliseconds(later),
    short(codeHash),
  ]);
  return table(["function", "calls", "runs", "hits", "first call", "later calls", "code hash"], lines);
}

function showResults(rows) {
  const resultOf = (wanted) => rows.find(({ name }) => name === wanted).result;
  const worst = resultOf("delayByState").slice(0, 3);
  const busiest = resultOf("busiestRoutes").slice(0, 3);
  console.log(`Most delayed: ${worst.map(({ state, delay }) => `${state} ${delay} min`).join(", ")}.`);
  console.log(`Busiest: ${busiest.map(({ route, flights }) => `${route} ${flights} flights`).join(", ")}.\n`);
}

/** After each edit both tools build again; the new code meets the entries of the old. */
async function showEdits(program) {
  console.log("Now the program is edited, step by step, each time built with both tools and called again.\n");
  const start = await measure(program, 2);
  const names = start.map(({ name }) => name);
  const lines = [];
  const hashes = [start];
  for (const [i, { what, runsAgain, apply }] of edits.entries()) {
    await apply(workspace);
    const builds = await workspace.build();
    const rows = await measure(builds.compiled, 2);
    hashes.push(rows);
    const ran = namesThatRan(rows);
    const ranAfterwards = namesThatRan(await measure(builds.bundled, 2));
    lines.push([
      `${i + 1}. ${what}`,
      ...names.map((name) => (ran.includes(name) ? "runs again" : "hit")),
      ranAfterwards.length === 0 ? "all hits" : `${ranAfterwards.length} run`,
    ]);
    expect(`${ran}` === `${runsAgain}`, `${what}: ${ran.join(" and ") || "nothing"} ran again`);
    expect(ranAfterwards.length === 0, `${what}: Vite gave other hashes than tspc`);
  }
  console.log(`${table(["edit", ...names, "then by Vite"], lines)}\n`);
  console.log("Code hashes, at the start and after each edit:\n");
  console.log(table(["function", "start", ...edits.map((_, i) => `${i + 1}.`)], names.map(hashesOf)));

  function hashesOf(name, i) {
    const all = hashes.map((rows) => short(rows[i].codeHash));
    return [name, ...all.map((hash, step) => (hash === all[step - 1] ? "same" : hash))];
  }
}

function namesThatRan(rows) {
  return rows.filter(({ runs }) => runs > 0).map(({ name }) => name);
}

function short(hash) {
  return hash.replace(/^c\d+:/, "").slice(0, 8);
}

function expect(isTrue, problem) {
  if (!isTrue) problems.push(problem);
}
