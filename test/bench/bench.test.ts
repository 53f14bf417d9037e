import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the bench in its quick form, which goes through every case but measures nothing worth reading. */
function bench(...groups: string[]): string {
  const out = join(directory, `${groups.join("-")}.md`);
  const only = groups.flatMap((group) => ["--only", group]);
  const run = spawnSync(process.execPath, ["bench/start.mjs", "--quick", ...only, "--out", out], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(run.stderr + run.stdout);
  return readFileSync(out, "utf8");
}

/** The tables under their headings, each as rows of cells. */
function tablesIn(text: string): Map<string, string[][]> {
  const tables = new Map<string, string[][]>();
  for (const section of text.split(/^### /m).slice(1)) {
    const [title = "", ...lines] = section.split("\n");
    const rows = lines.filter((line) => line.startsWith("|"));
    tables.set(
      title,
      rows.map((row) =>
        row
          .split(/(?<!\\)\|/)
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    );
  }
  return tables;
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "cachet-bench-"));
  // The libraries that the bench compares with are a package of their own, which other work does without.
  if (!existsSync(join(root, "bench/node_modules")))
    execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--prefix", "bench"], { cwd: root, stdio: "inherit" });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("npm run bench -- --quick", () => {
  it.each(["hit", "copy", "growth"])(
    "answers every question of %s with cachet beside the limit",
    (group) => {
      const tables = tablesIn(bench(group));
      expect(tables.size).toBeGreaterThan(5);
      for (const [title, [head, , ...rows]] of tables) {
        expect(rows.length, title).toBeGreaterThan(0);
        for (const row of rows) expect(row, title).toHaveLength((head as string[]).length);
        if (head?.[1] !== "a call") continue;
        const names = rows.filter(([, time]) => /^[\d.]+ (ns|µs|ms|s)$/.test(time as string)).map(([name]) => name);
        expect(names, title).toContain("**limit**");
        expect(names, title).toContain("**cachet @cacheData**");
      }
    },
    240_000,
  );

  it.each(["goals", "size", "build", "start", "disk", "redis", "server", "big"])(
    "measures %s to the end",
    (group) => {
      for (const [title, [head, , ...rows]] of tablesIn(bench(group))) {
        expect(rows.length, title).toBeGreaterThan(0);
        for (const row of rows) expect(row, title).toHaveLength((head as string[]).length);
        expect(rows.flat().join(" "), title).toMatch(group === "size" ? /\d,\d{3}/ : /\d (ns|µs|ms|s)/);
      }
    },
    240_000,
  );

  it("finds no fault in cachet and finds those of others by trying", () => {
    const tables = tablesIn(bench("hit"));
    const faults = new Map([...tables].find(([title]) => title.includes("gets wrong"))?.[1].map(([a, b]) => [a, b]));
    expect(faults.get("**cachet @cacheData**")).toBe("nothing found");
    expect(faults.get("**cachet @cacheResource**")).toBe("nothing found");
    expect(faults.get("memoize (sindresorhus)")).toMatch(/first argument only/);
    expect(faults.get("lru-cache, JSON key")).toMatch(/null and undefined/);
  }, 240_000);

  it("names the groups there are when asked for another", () => {
    const run = spawnSync(process.execPath, ["bench/start.mjs", "--only", "nonsense"], { cwd: root, encoding: "utf8" });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/No such group.*hit.*copy/);
  });
});
