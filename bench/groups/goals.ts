import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { casesOf } from "../cases.ts";
import { median, type Step } from "../measure.ts";
import { diskPeers } from "../peers/disks.ts";
import { bytes, duration, ratio } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";
import { type InterleavedRow, interleaved, type Module } from "./goals-rows.ts";

interface Part {
  row: string;
  contender: string;
  directory?: string;
  isPut?: boolean;
}

const out = fileURLToPath(new URL("./", import.meta.url));
/** So short that a busy machine leaves many of them alone. */
const SAMPLE_NS = 200_000;
const CALLS = 1000;
const ENTRIES = 1_000_000;
const FILES = 1000;
const BY_V8 = "v8 + rename, by hand";

export const goals: Custom = {
  kind: "custom",
  name: "goals",
  title: "The rows that have a goal",
  about:
    "A short run for every Node: `npx -y node@24 bench/start.mjs --only goals`. cachet and the best correct peer take turns in one process, and the least of many samples of each counts: " +
    "what else a machine does only ever makes a sample longer. Rows about a whole process have one for each contender, and CPU time.",
  async run(context) {
    return [await turns(context), await wholeProcesses(context)];
  },
  async child(argument, _budget, quick): Promise<unknown> {
    const part = JSON.parse(argument) as Part;
    const row = interleaved.find(({ id }) => id === part.row);
    if (row !== undefined) return inTurns(row, part.contender, quick);
    return wholes[part.row]?.(part, quick);
  },
};

async function turns(context: Context): Promise<Table> {
  const rows = interleaved.map((row): string[] => {
    const names = Object.keys(row.contenders);
    const isTogether = row.id !== "pending";
    const rounds = Array.from({ length: context.rounds }, (_, round) => {
      context.log(`goals: ${row.id}, round ${round + 1}`);
      const ask = (contender: string) =>
        context.child<Record<string, number>>(JSON.stringify({ row: row.id, contender } satisfies Part));
      return isTogether ? ask("") : Object.assign({}, ...names.map(ask));
    });
    const [own, other] = names.map((name) => rounds.map((round) => (round[name] as number) / (row.calls ?? 1)));
    return [
      row.title,
      duration(Math.min(...(own as number[]))),
      `${duration(Math.min(...(other as number[])))} (${names[1]})`,
      ratio(Math.min(...(own as number[])) / Math.min(...(other as number[]))),
      `≤ ${row.goal}`,
    ];
  });
  return {
    title: `Calls, Node ${process.version}`,
    columns: ["", "cachet", "beside", "ratio", "goal"],
    rows,
  };
}

/** Nanoseconds of a step of each contender, the least of many short samples. */
async function inTurns(row: InterleavedRow, only: string, quick: boolean): Promise<Record<string, number>> {
  const cases: Module = await casesOf("goals", "data");
  const plain: Module = await casesOf("goals", "plain");
  const isAsync = row.isAsync === true;
  const chosen = Object.entries(row.contenders).filter(([name]) => only === "" || name === only);
  const all: { name: string; loop: (from: number, count: number) => unknown; least: number; count: number }[] = [];
  for (const [name, make] of chosen) {
    const step = await make(cases, plain);
    all.push({ name, loop: loopOf(step, isAsync), least: Number.POSITIVE_INFINITY, count: 1 });
  }
  const samples = quick ? 2 : row.calls === undefined ? 600 : 60;
  for (let sample = 0, at = 0; sample < samples; sample++) {
    for (const each of all) {
      // A run that has ended is over for Node, too, once the loop has turned.
      await new Promise(setImmediate);
      const start = process.hrtime.bigint();
      const result = each.loop(at, each.count);
      if (isAsync) await result;
      const took = Number(process.hrtime.bigint() - start);
      if (sample > samples / 3) each.least = Math.min(each.least, took / each.count);
      else if (took < SAMPLE_NS && !quick) each.count *= 2;
      at += each.count;
    }
  }
  return Object.fromEntries(all.map(({ name, least }) => [name, least]));
}

/** A loop of its own for each contender: its call site sees one function only, as in a program's hot loop. */
function loopOf(step: Step, isAsync: boolean): (from: number, count: number) => unknown {
  const wait = isAsync ? "await " : "";
  return new Function(
    "step",
    `return ${isAsync ? "async " : ""}(from, count) => {
      let last;
      for (let i = from; i < from + count; i++) last = ${wait}step(i);
      return last;
    }`,
  )(step);
}

/** Milliseconds of CPU that this process has had, all its threads taken together. */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

type Whole = (part: Part, quick: boolean) => unknown;

const wholes: Record<string, Whole> = {
  async first({ contender }) {
    const own: Module = await casesOf("goals", "data");
    const row = interleaved.find(({ id }) => id === "query") as InterleavedRow;
    const make = contender === "none" ? undefined : row.contenders[contender];
    const step = (await make?.(own, await casesOf("goals", "plain"))) ?? (() => 0);
    for (let i = 0; i < 16; i++) step(i);
    const before = cpu();
    for (let i = 0; i < CALLS; i++) step(i);
    return cpu() - before;
  },
  async many({ contender }, quick) {
    const count = quick ? 1000 : ENTRIES;
    const cases: Module = await casesOf("goals", "data");
    const map = new Map<number, number>();
    const call = contender === "cachet" ? cases.numbered : (id: number) => map.get(id) ?? map.set(id, id * 2).get(id);
    // The order has to be random to every cache of the processor, and cost nothing to know.
    const order = Int32Array.from({ length: count }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 0) % count);
    const heap = () => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    for (let id = 0; id < count; id++) call(id);
    const each = (heap() - before) / count;
    let least = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < 2; sample++) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i++) call(order[i] as number);
      least = Math.min(least, Number(process.hrtime.bigint() - start) / count);
    }
    return { each, least };
  },
  /** All that another process has put, got for the first time in this one; or put. */
  async disk({ contender, directory, isPut }, quick) {
    const cases: Module = await casesOf("goals", "data");
    const plain: Module = await casesOf("goals", "plain");
    const opened = await diskPeers.find(({ name }) => name === contender)?.open(directory as string);
    const put = (id: number) => opened?.put(`k${id}`, plain.kept(id));
    const call = opened === undefined ? cases.kept : isPut ? put : (id: number) => opened.get(`k${id}`);
    const times: number[] = [];
    for (let id = 0; id < (quick ? 2 : FILES); id++) {
      const start = process.hrtime.bigint();
      call(id);
      times.push(Number(process.hrtime.bigint() - start));
    }
    return median(times);
  },
};

/** Milliseconds of CPU from the start of Node to one value from the disk. */
function startOf(directory: string, source: string): number {
  const file = `${directory}/start.mjs`;
  const report = "const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000));";
  writeFileSync(file, `${source}\n${report}`);
  const run = spawnSync(process.execPath, [file], {
    encoding: "utf8",
    env: { ...process.env, CACHET_DIR: directory },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return Number(run.stdout);
}

async function wholeProcesses(context: Context): Promise<Table> {
  const rows: string[][] = [];
  const rounds = (count: number) => Array.from({ length: context.quick ? 1 : count });
  const first = (contender: string) =>
    median(rounds(5).map(() => context.child<number>(JSON.stringify({ row: "first", contender }))));
  const json = Object.keys(interleaved[0]?.contenders ?? {})[1] as string;
  const [none, own, other] = ["none", "cachet", json].map(first) as [number, number, number];
  rows.push([
    "first 1,000 hits with an options object, beyond an empty loop",
    `${(own - none).toFixed(1)} ms`,
    `${(other - none).toFixed(1)} ms (${json})`,
    "",
    "≤ 10 ms",
  ]);
  const many = (contender: string) =>
    context.child<{ each: number; least: number }>(JSON.stringify({ row: "many", contender }));
  const [entries, map] = [many("cachet"), many("Map")];
  rows.push(["an entry of 1,000,000", bytes(entries.each), `${bytes(map.each)} (Map)`, "", "≤ 130 B"]);
  rows.push([
    "a hit among them, in random order",
    duration(entries.least),
    `${duration(map.least)} (Map)`,
    ratio(entries.least / map.least),
    "≤ 6.0",
  ]);
  rows.push(...diskRows(context));
  return {
    title: `Whole processes, Node ${process.version}`,
    columns: ["", "cachet", "beside", "ratio", "goal"],
    rows,
  };
}

function diskRows(context: Context): string[][] {
  const times = { put: [] as number[][], get: [] as number[][] };
  const starts: number[] = [];
  for (let round = 0; round < (context.quick ? 1 : 3); round++) {
    const directories = ["cachet", BY_V8].map((contender) => ({ contender, directory: mkdtempSync(`${out}goals-`) }));
    for (const isPut of [true, false]) {
      const measured = directories.map((each) =>
        context.child<number>(JSON.stringify({ row: "disk", ...each, isPut } satisfies Part), {
          environment: { CACHET_DIR: each.directory },
        }),
      );
      times[isPut ? "put" : "get"].push(measured);
    }
    const { directory } = directories[0] as { directory: string };
    const hit = `import { kept } from ${JSON.stringify(`${out}cases/data/goals.js`)}; kept(0);`;
    for (let i = 0; i < 3; i++) starts.push(-startOf(directory, "") + startOf(directory, hit));
    for (const each of directories) rmSync(each.directory, { recursive: true });
  }
  const rowOf = (title: string, pairs: number[][], goal: string) => [
    title,
    duration(median(pairs.map(([own]) => own as number))),
    `${duration(median(pairs.map(([, other]) => other as number)))} (${BY_V8})`,
    ratio(median(pairs.map(([own, other]) => (own as number) / (other as number)))),
    goal,
  ];
  return [
    rowOf("put of 1 KB on a disk", times.put, "≤ 2.5"),
    rowOf("get of 1 KB from a disk", times.get, "≤ 2.0"),
    ["start to the first hit from a disk, CPU beyond Node alone", `${median(starts).toFixed(1)} ms`, "", "", "≤ 12 ms"],
  ];
}
