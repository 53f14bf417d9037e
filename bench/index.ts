import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Order } from "./child.ts";
import { groups } from "./groups/index.ts";
import { type Answers, type Ask, askAll, summaryOf, tablesOf } from "./matrix.ts";
import { bytes, markdown } from "./report.ts";
import type { Context, Group, Table } from "./types.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    out: { type: "string" },
  },
});
const quick = values.quick ?? false;
const rounds = Number(values.rounds ?? (quick ? 1 : 3));
const only = values.only?.flatMap((names) => names.split(","));
const chosen = groups.filter(({ name }) => only === undefined || only.includes(name));
if (chosen.length === 0) {
  console.error(`No such group. Groups: ${groups.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}

const log = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
};

/** The optimising compiler works in the measured thread: beside it, a busy machine would let it come too late to show. */
const FLAGS = ["--expose-gc", "--no-concurrent-recompilation"];

/** Runs a part of a group in a process of its own. */
function child<T>(order: Order, node: readonly string[] = [], environment: Record<string, string> = {}): T {
  const file = fileURLToPath(new URL("./child.js", import.meta.url));
  const started = spawnSync(process.execPath, [...FLAGS, ...node, file, JSON.stringify(order)], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { ...process.env, ...(quick && { BENCH_QUICK: "1" }), ...environment },
    maxBuffer: 1e8,
  });
  const answer = started.output?.[3]?.toString() ?? "";
  if (started.status !== 0 || answer === "") {
    throw new Error(`${order.group}, ${order.argument}: ${started.stderr?.toString().slice(-2000)}`);
  }
  return JSON.parse(answer) as T;
}

async function runGroup(group: Group): Promise<{ tables: Table[]; summary: string[][] }> {
  if (group.kind === "matrix") {
    const ask: Ask = (argument, questions, round) =>
      child<Answers>({ group: group.name, argument, questions, quick, faults: round === 0 });
    const answers = askAll(group, rounds, ask, log);
    return { tables: tablesOf(group, answers), summary: summaryOf(group, answers) };
  }
  const context: Context = {
    quick,
    rounds,
    log,
    child: (argument, options) =>
      child({ group: group.name, argument, questions: [], quick, faults: false }, options?.node, options?.environment),
  };
  return { tables: await group.run(context), summary: [] };
}

const HEAD = `# What cachet costs, beside others

One run of \`npm run bench\` on one Node; those on others lie beside it. Every table comes from one sitting: compare inside a table, not between runs. Times are
medians; ratios are medians of the ratios within each round. **Bold** rows are cachet and the limit: the least work that could give the
same answer. The cachet rows are functions compiled by the transform.
`;

const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${bytes(totalmem())}, Node ${process.version}, ${process.platform}`;
const note = quick ? " A quick run: its figures mean nothing." : ` ${rounds} rounds.`;
const [major] = process.versions.node.split(".");
const out = values.out ?? fileURLToPath(new URL(`../../bench/results/node-${major}.md`, import.meta.url));
const isKept = values.out !== undefined || (!quick && values.only === undefined);
const parts: string[] = [];
const summary: string[][] = [];

for (const group of chosen) {
  const result = await runGroup(group);
  log("");
  const text = `## ${group.title}\n\n${group.about}\n\n${result.tables.map(markdown).join("\n")}`;
  console.log(text);
  parts.push(text);
  summary.push(...result.summary);
  // After each group, so that a run that is cut short leaves what it found.
  if (isKept) writeFileSync(out, [`${HEAD}\nMachine: ${machine}.${note}\n`, ...inShort(), ...parts].join("\n"));
}
for (const text of inShort()) console.log(text);
if (isKept) console.log(`Written to ${out}`);

function inShort(): string[] {
  if (summary.length === 0) return [];
  return [
    markdown({
      title: "In short",
      note: "The faster of cachet's two kinds, the limit, the fastest peer that gave the right answer.",
      columns: ["", "cachet", "limit", "cachet ÷ limit", "fastest peer", "cachet ÷ peer"],
      rows: summary,
    }),
  ];
}
