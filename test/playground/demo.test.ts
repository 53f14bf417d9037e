import { beforeAll, describe, expect, it } from "vitest";
import { describeResult, examples, play } from "../../playground/examples/index.ts";
import { playCompiled, runNode, tablesIn } from "./compiled.ts";

const MINUTES = 60_000;

beforeAll(async () => {
  await runNode("scripts/build.mjs", "--if-needed");
}, 3 * MINUTES);

describe("the examples, compiled by the tsconfig plugin and run by Node", () => {
  it("compile without a word and take the same steps as through the Vite plugin", {
    timeout: 5 * MINUTES,
  }, async () => {
    const said = await runNode("node_modules/ts-patch/bin/tspc.js", "-p", "playground/tsconfig.json");
    expect(said).toEqual({ stdout: "", stderr: "" });
    const compiled = await playCompiled();
    expect(compiled.map(({ file }) => file)).toEqual(examples.map(({ file }) => file));
    for (const [i, example] of examples.entries()) {
      const steps = (await play(example)).map(({ call, runs, result }) => ({
        call,
        runs,
        result: describeResult(result),
      }));
      expect(compiled[i]).toEqual({ file: example.file, steps });
    }
  });
});

describe("npm run demo", () => {
  let output = "";

  beforeAll(async () => {
    const { stdout, stderr } = await runNode("playground/demo.mjs");
    expect(stderr).toBe("");
    output = stdout;
  }, 3 * MINUTES);

  const figures = (title: string) => {
    const table = tablesIn(output).find((found) => found.title === title);
    expect(table?.head).toEqual(["function", "calls", "runs", "hits", "first call", "later calls", "code hash"]);
    return table?.rows.map(([name, calls, runs, hits]) => `${name}: ${calls} calls, ${runs} runs, ${hits} hits`);
  };
  const hashes = (title: string) =>
    tablesIn(output)
      .find((found) => found.title === title)
      ?.rows.map((row) => row.at(-1));

  const titles = ["Compiled by tspc with the tsconfig plugin", "Bundled by Vite with the Vite plugin"];

  it.each(titles)("%s: every call runs without the cache, one with it [B25]", (title) => {
    expect(figures(`${title}, cache switched off`)).toEqual([
      "loadFlights: 30 calls, 30 runs, 0 hits",
      "loadAirports: 20 calls, 20 runs, 0 hits",
      "delayByState: 10 calls, 10 runs, 0 hits",
      "busiestRoutes: 10 calls, 10 runs, 0 hits",
    ]);
    expect(figures(`${title}, cached`)).toEqual([
      "loadFlights: 12 calls, 1 runs, 11 hits",
      "loadAirports: 11 calls, 1 runs, 10 hits",
      "delayByState: 10 calls, 1 runs, 9 hits",
      "busiestRoutes: 10 calls, 1 runs, 9 hits",
    ]);
  });

  it("gives each function the same code hash through both tools", () => {
    const [byTsc, byVite] = titles.map((title) => hashes(`${title}, cached`));
    expect(new Set(byTsc).size).toBe(4);
    expect(byVite).toEqual(byTsc);
  });

  it("tells of the real data", () => {
    expect(output).toContain("Most delayed: WA 13 min, ME 13 min, MA 12 min.");
    expect(output).toContain("Busiest: LAX–PHX 59 flights, LAX–LAS 56 flights, PHX–LAX 56 flights.");
  });

  it("runs exactly what an edit reaches, and nothing after a reformat [B9][B10][B11]", () => {
    const edits = tablesIn(output).find(({ head }) => head[0] === "edit");
    expect(edits?.head).toEqual([
      "edit",
      "loadFlights",
      "loadAirports",
      "delayByState",
      "busiestRoutes",
      "then by Vite",
    ]);
    expect(edits?.rows).toEqual([
      ["1. nothing, only built again", "hit", "hit", "hit", "hit", "all hits"],
      ["2. all files reformatted, commented, types renamed", "hit", "hit", "hit", "hit", "all hits"],
      ["3. busiestRoutes: the order of routes", "hit", "hit", "hit", "runs again", "all hits"],
      ["4. the helper mean(), in another file", "hit", "hit", "runs again", "hit", "all hits"],
      ["5. loadAirports, which delayByState calls", "hit", "runs again", "runs again", "hit", "all hits"],
    ]);
  });

  it("changes a code hash exactly where something runs again", () => {
    const table = tablesIn(output).find(({ head }) => head[1] === "start");
    const changed = table?.rows.map(
      ([name, , ...steps]) => `${name} ${steps.map((hash) => (hash === "same" ? "=" : "≠")).join("")}`,
    );
    expect(changed).toEqual(["loadFlights =====", "loadAirports ====≠", "delayByState ===≠≠", "busiestRoutes ==≠=="]);
  });
});
