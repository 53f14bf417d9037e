// Writes docs/conformance.md: Streamlit's caching behaviours, each with the tests that show it or the reason why not.
// Reads the report of a whole test run (`npm test` leaves it in .cache) and runs nothing itself.
// `--check` writes nothing and fails where the page is not what the report gives.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadSource } from "./load-source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const REPORT = `${root}.cache/test-report.json`;
const PAGE = `${root}docs/conformance.md`;
/** A row shows one test of each file, of so many files, and says how many other tests there are. */
const SHOWN = 3;

const check = process.argv.includes("--check");
const { sections } = await loadSource("test/conformance/behaviours.ts");
const { PARAMETERS, SIGNATURES } = await loadSource("test/conformance/signature.ts");
const tests = readTests();
const problems = [...misnamed(tests), ...unshown(tests)];
const page = render(tests);

if (check && readPage() !== page) problems.push("docs/conformance.md is out of date: run `npm run conformance`.");
if (!check) writeFileSync(PAGE, page);
for (const problem of problems) console.error(problem);
console.log(`${tests.size} behaviours have tests; ${problems.length} problems.`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The passed tests by behaviour number, each as `{ title, file }`, in an order that does not depend on the run. */
function readTests() {
  if (!existsSync(REPORT)) fail("There is no test report: run `npm test` first.");
  const report = JSON.parse(readFileSync(REPORT, "utf8"));
  const ran = new Set(report.testResults.map(({ name }) => relative(root, name)));
  const missing = testFiles().filter((file) => !ran.has(file));
  if (missing.length > 0) fail(`The report is not of a whole run, run \`npm test\`. Missing: ${missing.join(", ")}`);
  const found = new Map();
  for (const { name, assertionResults } of report.testResults) {
    const file = relative(root, name);
    for (const { title, ancestorTitles, status } of assertionResults) {
      if (status !== "passed") continue;
      const whole = [...ancestorTitles, title].join(" ");
      const shown = whole.replace(/\s*\[B\d+\]/g, "");
      for (const [, id] of whole.matchAll(/\[(B\d+)\]/g)) {
        const list = found.get(id) ?? found.set(id, []).get(id);
        if (!list.some((test) => test.title === shown && test.file === file)) list.push({ title: shown, file });
      }
    }
  }
  for (const list of found.values()) list.sort(byFileAndTitle);
  return found;
}

function testFiles() {
  return readdirSync(`${root}test`, { recursive: true })
    .filter((file) => file.endsWith(".test.ts") && !/(^|\/)(fixtures|projects|node_modules|heavy)\//.test(file))
    .map((file) => `test/${file}`);
}

function byFileAndTitle(a, b) {
  const [left, right] = [`${a.file}\n${a.title}`, `${b.file}\n${b.title}`];
  return left < right ? -1 : left > right ? 1 : 0;
}

function misnamed(tests) {
  const known = new Set(sections.flatMap(({ behaviours }) => Object.keys(behaviours)));
  return [...tests.keys()]
    .filter((id) => !known.has(id))
    .map((id) => `${id}: a test names it, but there is no such behaviour.`);
}

/** Also what differs on purpose has to be shown: a reason alone may be a promise that nothing keeps. */
function unshown(tests) {
  return sections
    .flatMap(({ behaviours }) => Object.entries(behaviours))
    .filter(([id, behaviour]) => behaviour.doesNotApply === undefined && !tests.has(id))
    .map(([id, behaviour]) => `${id}: no passing test shows it. ${behaviour.summary}`);
}

function render(tests) {
  const all = sections.flatMap(({ behaviours }) => Object.values(behaviours));
  const count = (which) => all.filter(which).length;
  const head = [
    "# Conformance",
    "",
    "<!-- Written by `npm run conformance` from test/conformance/behaviours and the last test run. Do not edit. -->",
    "",
    "Streamlit's caching is where cachet comes from. This page lists what it does, behaviour by behaviour, and what",
    "cachet makes of each: the same, something else on purpose, or nothing because TypeScript has nothing it could be",
    "about. Behind each row stand the tests that show it.",
    "",
    `${all.length} behaviours: ${count((b) => !b.differs && !b.doesNotApply)} the same, ` +
      `${count((b) => b.differs)} different on purpose, ${count((b) => b.doesNotApply)} that do not apply.`,
  ];
  const behaviours = sections.flatMap((section) => ["", ...renderSection(section, tests)]);
  return `${[...head, "", ...renderSignature(), ...behaviours].join("\n")}\n`;
}

/** Streamlit's newest parameters, one by one; `test/conformance/signature.test.ts` tries each mark. */
function renderSignature() {
  const rows = PARAMETERS.map(({ parameter, of, options, says }) => {
    const where = of === "both" ? "" : ` (${of})`;
    return `| ${[`\`${parameter}\`${where}`, options ? `\`${options}\`` : "the mark", says].map(cell).join(" | ")} |`;
  });
  const signatures = ["```python", ...SIGNATURES, "```"];
  return [
    "## The newest signatures",
    "",
    ...signatures,
    "",
    "| Streamlit | cachet | |",
    "| --- | --- | --- |",
    ...rows,
  ];
}

function renderSection({ title, behaviours }, tests) {
  const rows = Object.entries(behaviours).map(([id, behaviour]) => renderRow(id, behaviour, tests.get(id) ?? []));
  return [`## ${title}`, "", "| | Streamlit | cachet | shown by |", "| --- | --- | --- | --- |", ...rows];
}

function renderRow(id, { summary, differs, doesNotApply }, tests) {
  const stand =
    doesNotApply !== undefined
      ? `does not apply: ${doesNotApply}`
      : differs !== undefined
        ? `differs on purpose: ${differs}`
        : "the same";
  const first = tests.filter((test, i) => tests.findIndex(({ file }) => file === test.file) === i).slice(0, SHOWN);
  const shown = first.map(({ title, file }) => `“${title}” ([${file.replace(/^test\//, "")}](../${file}))`);
  if (tests.length > first.length) shown.push(`${tests.length - first.length} more`);
  const none = doesNotApply === undefined ? "**nothing**" : "–";
  return `| ${[id, summary, stand, shown.join("; ") || none].map(cell).join(" | ")} |`;
}

/** Text that a table of Markdown shows as it is. */
function cell(text) {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ");
}

function readPage() {
  return existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
