// Writes the table of docs/tools.md: what of the matrix held in which tool, from the report of the last `npm run test:tools`.
// Ends with 1 where something of it failed.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadSource } from "./load-source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const PAGE = `${root}docs/tools.md`;
const { COLUMNS } = await loadSource("test/tools/columns.ts");

const report = JSON.parse(readFileSync(`${root}.cache/tools-report.json`, "utf8"));
const rows = new Map();
for (const { assertionResults } of report.testResults)
  for (const { ancestorTitles, title, status } of assertionResults) {
    const [tool] = ancestorTitles;
    if (tool !== undefined) rows.set(tool, new Map(rows.get(tool)).set(title, status === "passed" ? "✓" : "✗"));
  }

const columns = Object.values(COLUMNS);
const isInMatrix = ([, found]) => columns.some(({ title }) => found.has(title));
const cells = (found) => columns.map(({ title }) => found.get(title) ?? "–");
const table = [
  `| tool | ${columns.map(({ head }) => head).join(" | ")} |`,
  `| --- |${" :-: |".repeat(columns.length)}`,
  ...[...rows]
    .filter(isInMatrix)
    .sort(([a], [b]) => a.localeCompare(b, "en"))
    .map(([tool, found]) => `| ${tool} | ${cells(found).join(" | ")} |`),
].join("\n");
const page = readFileSync(PAGE, "utf8");
writeFileSync(
  PAGE,
  page.replace(/<!-- matrix -->[\s\S]*<!-- \/matrix -->/, `<!-- matrix -->\n${table}\n<!-- /matrix -->`),
);
console.log(`${rows.size} tools; ${report.numFailedTests} tests failed.`);
process.exitCode = report.success ? 0 : 1;
