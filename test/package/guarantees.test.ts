import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../chaos/scenarios.ts";

const page = readFileSync("docs/guarantees.md", "utf8");
const rows = page.split("\n").filter((line) => /^\| [^-|]/.test(line) && line.includes("](../test/"));
/** A file and the titles behind it. */
const NAMED = /\]\(\.\.\/(test\/[^)]+)\): ((?:\*[^*]+\*(?:, )?)+)/g;

describe("docs/guarantees.md", () => {
  const named = rows.flatMap((row) =>
    [...row.matchAll(NAMED)].flatMap(([, file, titles]) =>
      [...(titles as string).matchAll(/\*([^*]+)\*/g)].map(([, title]) => [file as string, title as string] as const),
    ),
  );

  it("names a test for each promise", () => {
    const promises = page.slice(0, page.indexOf("## Not promised")).split("\n");
    const bare = promises.filter(
      (line) => line.startsWith("| ") && !/^\| (promise|---)/.test(line) && !rows.includes(line),
    );
    expect(bare).toEqual([]);
    expect(named.length).toBeGreaterThan(25);
  });

  it.each(named)("%s has the test: %s", (file, title) => {
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, "utf8").replace(/\s*\[B\d+\]/g, "")).toContain(title);
  });

  it("has the numbers of a whole run without a wrong value", () => {
    for (const { name } of SCENARIOS) expect(page).toMatch(new RegExp(`\\| ${name} \\| \\d.* \\| 0 \\|`));
  });
});
