import { freemem } from "node:os";
import type * as Cases from "../cases/growth.ts";
import { casesOf, kindOf } from "../cases.ts";
import { memoizers } from "../peers/memoizers.ts";
import { bytes } from "../report.ts";
import type { Matrix, Question, Subject } from "../types.ts";

type Module = typeof Cases;

const counts = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
const sizes = [1e3, 1e6, 1e8, 1e9];
/** From here on a question takes seconds to prepare, or to answer. */
const LONG = 100_000;
const HUGE = 1e9;

/** Visits keys far from one another, so that no cache line is met twice in a row. */
const scatter = (i: number, count: number) => (i * 7919) % count;

/** These compare a key with one kept key after another, and would not come to an end. */
const LINEAR = ["micro-memoize", "moize", "memoizee"];
/** Takes ten microseconds and more to add an entry. */
const SLOW_TO_FILL = "cacheable wrapSync";
const NAMES = [
  "JSON.stringify + Map, by hand",
  "micro-memoize",
  "moize",
  "memoizee",
  "memoizee primitive",
  "fast-memoize",
  "memoize (sindresorhus)",
  "lru-cache, JSON key",
  "cacheable wrapSync",
];

export const growth: Matrix = {
  kind: "matrix",
  name: "growth",
  title: "Growth",
  about:
    "What a hit costs among many entries, visited far from one another, and what each entry takes of the heap; " +
    "then one large value. Limit: a `Map` from the argument to the result; for one value, `slice`.",
  questions: [
    ...counts.map(
      (count): Question => ({
        id: String(count),
        title: `Among ${count.toLocaleString("en")} entries`,
        ...(count >= LONG && { isLong: true }),
      }),
    ),
    ...sizes.map(
      (size): Question => ({
        id: `blob ${size}`,
        title: `One Uint8Array of ${bytes(size)}, a copy each`,
        ...(size === HUGE && { note: "One call each.", isLong: true }),
      }),
    ),
  ],
  contenders: [
    { name: "limit", role: "limit" },
    { name: "cachet @cacheResource", role: "cachet" },
    { name: "cachet @cacheData", role: "cachet" },
    ...NAMES.map((name) => ({ name, role: "peer" as const })),
  ],
  async prepare(contender, question, quick): Promise<Subject> {
    const own = kindOf(contender);
    const cases: Module = await casesOf("growth", own ?? "plain");
    if (question.startsWith("blob")) return blob(contender, cases, quick ? 1000 : Number(question.slice(5)));
    const count = quick ? Math.min(Number(question), 100) : Number(question);
    if (count > 10_000 && LINEAR.includes(contender)) return { gap: "searches its keys one by one: not tried" };
    if (count > LONG && contender === SLOW_TO_FILL) return { gap: "takes ten seconds and more to fill: not tried" };
    if (own !== undefined) {
      const { cacheData, cacheResource } = await import("cachet");
      cacheData.clear();
      cacheResource.clear();
      return filled(cases.numbered, count);
    }
    if (contender === "limit") {
      const map = new Map<number, number>();
      const plain = (id: number) => {
        const known = map.get(id);
        if (known === undefined) map.set(id, id * 2);
        return known ?? id * 2;
      };
      return filled(plain, count);
    }
    const wrapped = (await memoizers.find(({ name }) => name === contender)?.load())?.(cases.numbered, {
      ...(contender === "lru-cache, JSON key" && { maxEntries: 2_000_000 }),
      ...(LINEAR.includes(contender) && { maxEntries: 2_000_000 }),
    });
    return typeof wrapped === "function" ? filled(wrapped, count) : { gap: "cannot be asked" };
  },
};

function filled(fn: (id: number) => number, count: number): Subject {
  const heap = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  const started = performance.now();
  for (let id = 0; id < count; id++) fn(id);
  const took = ((performance.now() - started) / count) * 1e6;
  const each = (heap() - before) / count;
  const remark = count < 10_000 ? undefined : `${Math.round(each)} bytes an entry, ${Math.round(took)} ns to add one`;
  return { step: (i) => fn(scatter(i, count)), ...(remark !== undefined && { remark }) };
}

function blob(contender: string, cases: Module, size: number): Subject {
  const isLimit = contender === "limit";
  if (!isLimit && kindOf(contender) !== "data") return { gap: "" };
  // What the body made, what is kept, a caller's copy, and the copy before it, which nobody has collected yet.
  const needed = 4 * size;
  if (freemem() < needed) return { gap: `needs ${bytes(needed)} of free memory, there are ${bytes(freemem())}` };
  const takesSeconds = size === HUGE;
  if (isLimit) {
    const value = new Uint8Array(size).fill(7);
    return { step: () => value.slice(), takesSeconds };
  }
  cases.blob(size);
  return { step: () => cases.blob(size), takesSeconds };
}
