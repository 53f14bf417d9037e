import { isDeepStrictEqual } from "node:util";
import type * as Cases from "../cases/copy.ts";
import { casesOf, kindOf } from "../cases.ts";
import type { Step } from "../measure.ts";
import { copiers } from "../peers/copiers.ts";
import type { Matrix, Question, Subject } from "../types.ts";

type Module = typeof Cases;

interface CopyQuestion extends Question {
  /** The least work: a copy made by code that knows the value's shape, and no more. */
  limit: (value: never) => Step;
}

type Nested = ReturnType<typeof Cases.nested>;
type Exotic = ReturnType<typeof Cases.exotic>;
type Loose = Readonly<Record<string, unknown>>;

const flat = (list: Cases.Row[]) => list.map((row) => ({ ...row }));
const inside = (list: Nested) =>
  list.map((row) => ({ ...row, tags: row.tags.slice(), at: { ...row.at }, meta: { a: { ...row.meta.a } } }));
const sharing = (list: (Nested[number] & { unit: object })[]) => {
  const unit = { ...list[0]?.unit };
  return list.map((row) => ({
    ...row,
    tags: row.tags.slice(),
    at: { ...row.at },
    meta: { a: { ...row.meta.a } },
    unit,
  }));
};

const questions: readonly CopyQuestion[] = [
  { id: "primitive", title: "A number", note: "Limit: nothing.", limit: (value) => () => value },
  {
    id: "small",
    title: "Small object `{ a, b, c: [3] }`",
    note: "Limit: a copy written for this shape by hand, as in all tables here.",
    limit: (value: { a: number; b: string; c: number[] }) => () => ({ a: value.a, b: value.b, c: value.c.slice() }),
  },
  { id: "rows", title: "1,000 rows × 5 fields", limit: (value: Cases.Row[]) => () => flat(value) },
  {
    id: "nested",
    title: "1,000 nested rows (array, object, object in object)",
    limit: (value: Nested) => () => inside(value),
  },
  {
    id: "aliased",
    title: "1,000 nested rows that share one object",
    note: "The copy must share one copy of it.",
    limit: (value: (Nested[number] & { unit: object })[]) => () => sharing(value),
  },
  { id: "many", title: "100,000 rows × 5 fields", limit: (value: Cases.Row[]) => () => flat(value) },
  {
    id: "exotic",
    title: "Map, Set, Date, bigint, RegExp, hole, undefined, -0",
    limit: (value: Exotic) => () => ({
      ...value,
      map: new Map([...value.map].map(([key, item]) => [key, { ...item }])),
      set: new Set(value.set),
      at: new Date(+value.at),
      pattern: new RegExp(value.pattern.source, value.pattern.flags),
      hole: value.hole.slice(),
    }),
  },
  {
    id: "floats",
    title: "Float64Array of 1,000,000",
    note: "Limit: `slice`. A copy into memory that was in use before takes a quarter of it; see the group big.",
    limit: (value: Float64Array) => () => value.slice(),
  },
  {
    id: "columns",
    title: "The same 100,000 rows as 5 columns",
    note: "Three Float64Array, one Uint8Array, one array of strings. Limit: `slice` for each.",
    limit: (value: Record<string, Float64Array>) => () =>
      Object.fromEntries(Object.entries(value).map(([name, column]) => [name, column.slice()])),
  },
  {
    id: "arrow",
    title: "Arrow table, 100,000 rows × 4 float columns",
    note: "cachet with a codec (`tableToIPC`, `tableFromIPC`). Limit: `tableFromIPC` of a copy of the bytes.",
    limit: () => () => undefined,
  },
];

export const copy: Matrix = {
  kind: "matrix",
  name: "copy",
  title: "A copy for each caller",
  about:
    "A hit of a function whose callers each get a copy of their own. For cachet the whole call is measured: key, lookup and copy. " +
    "Peers only copy; the cache around them would come on top.",
  questions,
  contenders: [
    { name: "limit", role: "limit" },
    { name: "cachet @cacheData", role: "cachet" },
    ...copiers.map(({ name }) => ({ name, role: "peer" as const })),
  ],
  async prepare(contender, id, quick): Promise<Subject> {
    const question = questions.find((each) => each.id === id) as CopyQuestion;
    const cases: Module = await casesOf("copy", kindOf(contender) ?? "plain");
    if (quick) Object.assign(cases.sizes, { many: 1000, floats: 1000 });
    if (id === "arrow") return arrow(contender, cases);
    const value = (cases.samples[id] as () => unknown)();
    if (contender === "limit") return judged(question.limit(value as never), value);
    if (kindOf(contender) !== undefined) {
      cases.sample(id);
      return judged(() => cases.sample(id), value);
    }
    const copier = await copiers.find(({ name }) => name === contender)?.load();
    if (copier === undefined) throw new Error(`no contender ${contender}`);
    const kept = copier.keep(value);
    return judged(() => copier.give(kept), value);
  },
};

/** A copy that differs from the value, or that a caller could reach the kept value through, is said to be so. */
function judged(step: Step, value: unknown): Subject {
  const [one, two] = [step(0), step(1)];
  if (!isDeepStrictEqual(one, value)) return { gap: `wrong: ${difference(one, value)}` };
  if (typeof value !== "object") return { step };
  const reached = meet(one, two);
  if (reached !== undefined) return { gap: `wrong: ${reached}` };
  const before = structuredClone(one);
  scribble(one);
  if (!isDeepStrictEqual(step(2), before)) return { gap: "wrong: a caller's change shows in the next copy" };
  const [row, next] = Array.isArray(one) ? (one as Loose[]) : [];
  const lost = row?.["unit"] !== next?.["unit"];
  return lost ? { gap: "wrong: loses that the rows share an object" } : { step };
}

/** Which property came back as something else. */
function difference(copy: unknown, value: unknown): string {
  if (typeof copy !== typeof value || typeof value !== "object" || value === null)
    return `${typeof copy} instead of ${typeof value}`;
  if (Object.getPrototypeOf(copy) !== Object.getPrototypeOf(value)) return `not a ${value.constructor.name} any more`;
  const lost = Object.entries(value).flatMap(([key, item]) =>
    isDeepStrictEqual((copy as Loose)[key], item) ? [] : [key],
  );
  return `loses ${lost.slice(0, 5).join(", ")}`;
}

/** Whether two copies have an object in common. */
function meet(one: unknown, two: unknown): string | undefined {
  if (one === two) return "hands out one object to all";
  for (const [key, item] of ArrayBuffer.isView(one) ? [] : Object.entries(one as Loose)) {
    if (typeof item === "object" && item !== null && item === (two as Loose)[key]) return `all callers share ${key}`;
  }
  return undefined;
}

/** Writes where a copy that aliases the kept bytes would show it. */
function scribble(copy: unknown): void {
  const first = ArrayBuffer.isView(copy) ? copy : Object.values(copy as Loose)[0];
  if (ArrayBuffer.isView(first)) (first as Float64Array)[0] = -1;
  else if (Array.isArray(copy)) (copy[0] as { id: number }).id = -1;
}

interface ArrowTable {
  numRows: number;
  get(row: number): { b: number };
  getChild(name: string): { data: { values: Float64Array }[] };
}
interface Arrow {
  Table: new () => ArrowTable;
  tableFromArrays(columns: Record<string, Float64Array>): ArrowTable;
  tableFromIPC(bytes: Uint8Array): ArrowTable;
  tableToIPC(table: ArrowTable): Uint8Array;
}

/** By a name in a variable, so that no bundler looks into it. */
const load = (name: string): Promise<Arrow> => import(name);

async function arrow(contender: string, cases: Module): Promise<Subject> {
  const { Table, tableFromArrays, tableFromIPC, tableToIPC } = await load("apache-arrow");
  const column = (factor: number) => Float64Array.from({ length: cases.sizes.many }, (_, i) => i * factor);
  const make = () => tableFromArrays({ a: column(1), b: column(2), c: column(3), d: column(4) });
  const table = make();
  const ipc = tableToIPC(table);
  if (contender === "limit") return { step: () => tableFromIPC(ipc.slice()) };
  if (kindOf(contender) !== undefined) {
    const { codec, configure } = await import("cachet");
    configure({ codecs: [codec(Table, { encode: (value) => tableToIPC(value), decode: tableFromIPC })] });
    cases.samples["arrow"] = make;
    cases.sample("arrow");
    return checkedTable(() => cases.sample("arrow"), Table, table);
  }
  const copier = await copiers.find(({ name }) => name === contender)?.load();
  const kept = copier?.keep(table);
  return checkedTable(() => copier?.give(kept), Table, table);
}

function checkedTable(step: Step, Table: Arrow["Table"], table: ArrowTable): Subject {
  const copy = step(0);
  if (!(copy instanceof Table)) return { gap: "wrong: not a Table any more" };
  try {
    if (copy.numRows !== table.numRows || copy.get(7).b !== table.get(7).b) return { gap: "wrong: other rows" };
  } catch {
    return { gap: "wrong: a Table whose methods fail" };
  }
  const numbers = (each: unknown) => (each as ArrowTable).getChild("b").data[0]?.values.buffer;
  if (numbers(copy) === numbers(step(1))) return { gap: "wrong: all callers share the numbers" };
  return { step };
}
