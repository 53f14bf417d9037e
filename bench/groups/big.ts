import type * as Cases from "../cases/big.ts";
import { casesOf } from "../cases.ts";
import { median } from "../measure.ts";
import { duration, ratio } from "../report.ts";
import type { Context, Custom, Table } from "../types.ts";

type Columns = ReturnType<typeof Cases.table>;
type Module = typeof Cases;

interface Result {
  first: number;
  /** Hits one right after the other. */
  hit: number;
  /** Hits with a second in between in which the program has nothing else to do. */
  paused: number;
  /** Most memory the process ever held, in bytes. */
  peak: number;
}

/** What glibc can be told from outside: it then asks the kernel for huge pages, and page faults all but vanish. */
const HUGE = { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" };

const each = (table: Columns, copy: (column: Float64Array) => Float64Array) => ({
  a: copy(table.a),
  b: copy(table.b),
  c: copy(table.c),
  d: copy(table.d),
});

/** Each gives a function that answers a call; the first call creates the table. */
const subjects: Record<string, (cases: Record<"plain" | "data", Module>) => (rows: number) => unknown> = {
  "limit: copy into memory in use": ({ plain }) => {
    let kept: Columns | undefined;
    let target: Columns | undefined;
    return (rows) => {
      if (kept === undefined) {
        kept = plain.table(rows);
        target = each(kept, (column) => column.slice());
      }
      for (const name of ["a", "b", "c", "d"] as const) target?.[name].set(kept[name]);
      return target;
    };
  },
  "cachet @cacheData": ({ data }) => data.table,
  "no cache: the body, each time": ({ plain }) => plain.table,
  "slice of each column, by hand": ({ plain }) => byHand(plain, (table) => each(table, (column) => column.slice())),
  structuredClone: ({ plain }) => byHand(plain, structuredClone),
  "fast-copy": ({ plain }) => {
    const loaded = import("fast-copy");
    let copy: ((table: Columns) => Columns) | undefined;
    loaded.then((module) => (copy = module.copy));
    return byHand(plain, (table) => copy?.(table));
  },
};

/** A cache made by hand: one copy is kept, one is made for each caller. */
function byHand(plain: Module, copy: (table: Columns) => unknown): (rows: number) => unknown {
  let kept: Columns | undefined;
  return (rows) => {
    if (kept !== undefined) return copy(kept);
    const made = plain.table(rows);
    kept = copy(made) as Columns;
    return made;
  };
}

/** Whose rows with huge pages tell what there is to tell. */
const WITH_HUGE = ["cachet @cacheData", "slice of each column, by hand"];

const variants = Object.keys(subjects).flatMap((name) => [
  { name, label: name, environment: {} },
  ...(process.platform === "linux" && WITH_HUGE.includes(name)
    ? [{ name, label: `${name}, huge pages`, environment: HUGE }]
    : []),
]);

export const big: Custom = {
  kind: "custom",
  name: "big",
  title: "Big tables",
  about:
    "10,000,000 rows × 4 Float64 columns, 320 MB. The first call creates the table (which the body alone does each time) and what is kept of it. " +
    "Most of a hit is page faults for fresh memory, so each process touches memory first, and the limit copies into memory that is " +
    "in use. *After a pause* of a second (of a twentieth for those who make nothing ready) cachet has a copy ready from the third such hit on, made in small parts while nothing else ran (the median of five); *after a hit* it has none. " +
    ` *Huge pages*: the process was started with \`GLIBC_TUNABLES=${HUGE.GLIBC_TUNABLES}\` (Linux, glibc 2.35 or later).`,
  async run(context) {
    const results = new Map<string, Result[]>(variants.map(({ label }) => [label, []]));
    // Each process calls ten times, and takes seconds to have its memory.
    const rounds = Math.ceil(context.rounds / 3);
    for (let round = 0; round < rounds; round++) {
      for (const { name, label, environment } of variants) {
        context.log(`big: round ${round + 1}, ${label}`);
        results.get(label)?.push(context.child<Result>(name, { environment }));
      }
    }
    return [table(results, context)];
  },
  async child(name, _budget, quick): Promise<Result> {
    const subject = subjects[name]?.({ plain: await casesOf("big", "plain"), data: await casesOf("big", "data") });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const rows = quick ? 1000 : 10_000_000;
    // Memory that the machine gives for the first time costs many times as much as memory it gives again.
    new Uint8Array(quick ? 1000 : 1.5e9).fill(1);
    const times: number[] = [];
    const call = () => {
      globalThis.gc?.();
      const started = performance.now();
      const result = subject?.(rows) as Columns;
      times.push((performance.now() - started) * 1e6);
      if (result.b[rows - 1] !== (rows - 1) * 2) throw new Error("wrong value");
    };
    for (let i = 0; i < 6; i++) call();
    const [first, ...hits] = times.splice(0);
    const pause = name.startsWith("cachet") ? 1000 : 50;
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, quick ? 1 : pause));
      call();
    }
    return {
      first: first as number,
      hit: median(hits),
      paused: median(times),
      peak: process.resourceUsage().maxRSS * 1024,
    };
  },
};

function table(results: Map<string, Result[]>, { quick }: Context): Table {
  const of = (label: string, what: keyof Result) => (results.get(label) ?? []).map((result) => result[what]);
  const paired = (label: string, other: string) => {
    const others = of(other, "hit");
    return ratio(median(of(label, "hit").map((time, i) => time / (others[i] as number))));
  };
  const limit = variants[0]?.label as string;
  return {
    title: "10M rows × 4 Float64 columns",
    ...(quick && { note: "1,000 rows in this quick run." }),
    columns: ["", "hit after a pause", "hit after a hit", "÷ limit", "÷ cachet", "first call", "peak memory"],
    rows: variants.map(({ label }) => [
      label.startsWith("cachet") || label === limit ? `**${label}**` : label,
      duration(median(of(label, "paused"))),
      duration(median(of(label, "hit"))),
      paired(label, limit),
      paired(label, "cachet @cacheData"),
      duration(median(of(label, "first"))),
      `${(median(of(label, "peak")) / 1e9).toFixed(1)} GB`,
    ]),
  };
}
