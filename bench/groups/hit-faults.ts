import type * as Cases from "../cases/hit.ts";
import { casesOf, kindOf } from "../cases.ts";
import { memoizers, type WrapOptions } from "../peers/memoizers.ts";

type Module = typeof Cases;
type Fn = (...args: any[]) => any;

const closure = (value: number) => () => value;
class Point {
  readonly x: number;

  constructor(x: number) {
    this.x = x;
  }
}

/** Pairs of different calls. A contender that answers both with one run mixes them up; one that throws refuses, which is right. */
const DIFFERENT: readonly [string, () => readonly [unknown[], unknown[]]][] = [
  [
    "the second argument",
    () => [
      ["a", 1],
      ["a", 2],
    ],
  ],
  ["1 and '1'", () => [[1], ["1"]]],
  ["true and 'true'", () => [[true], ["true"]]],
  ["null and undefined", () => [[null], [undefined]]],
  ["null and NaN", () => [[null], [Number.NaN]]],
  ["{ x: undefined } and {}", () => [[{ x: undefined }], [{}]]],
  ["two Maps", () => [[new Map([[1, 2]])], [new Map([[1, 3]])]]],
  ["two Sets", () => [[new Set([1])], [new Set([2])]]],
  ["two RegExps", () => [[/a/], [/b/]]],
  ["two URLs", () => [[new URL("https://a.b")], [new URL("https://c.d")]]],
  ["a Date and its text", () => [[new Date(0)], [new Date(0).toJSON()]]],
  ["Float64Array and array", () => [[new Float64Array([1, 2])], [{ 0: 1, 1: 2 }]]],
  ["two ArrayBuffers", () => [[new Uint8Array([1]).buffer], [new Uint8Array([2]).buffer]]],
  ["an instance and a plain object", () => [[new Point(1)], [{ x: 1 }]]],
  ["two functions of one text", () => [[closure(1)], [closure(2)]]],
  ["[[1], 2] and [1, [2]]", () => [[[[1], 2]], [[1, [2]]]]],
];

/** Pairs of equal calls. A contender that runs twice misses. */
const EQUAL: readonly [string, () => readonly [unknown[], unknown[]]][] = [
  ["equal objects", () => [[{ a: 1 }], [{ a: 1 }]]],
  ["objects in another key order", () => [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }]]],
  ["equal Dates", () => [[new Date(5)], [new Date(5)]]],
];

/** Tries a contender out: which calls share an entry that should not, and what callers can do to each other. */
export async function findFaults(contender: string): Promise<string[]> {
  const { fresh, tried, isAsync } = await subjectOf(contender);
  const mixed: string[] = [];
  const missed: string[] = [];
  for (const [name, make] of DIFFERENT)
    if (
      (await shares(
        fresh((c) => c.anything),
        make(),
      )) === true
    )
      mixed.push(name);
  for (const [name, make] of EQUAL)
    if (
      (await shares(
        fresh((c) => c.anything),
        make(),
      )) === false
    )
      missed.push(name);
  const faults: string[] = [];
  if (mixed[0] === "the second argument") {
    faults.push("looks at the first argument only");
    mixed.shift();
  }
  if (mixed.length > 0) faults.push(`one entry for different calls: ${mixed.join(", ")}`);
  if (missed.length > 0) faults.push(`misses ${missed.join(", ")}`);
  if (await isStale(fresh((c) => c.anything)))
    faults.push("keeps the caller's object as key: changed later, the old answer");
  if (
    await isThrowing(
      fresh((c) => c.anything),
      [1n],
    )
  )
    faults.push("throws on a bigint");
  const shared = await sharesResult(fresh((c) => c.found));
  if (shared && kindOf(contender) !== "resource") faults.push("shares the result: a caller's change is seen by all");
  if (
    await forgetsUndefined(
      fresh((c) => c.nothing),
      tried,
    )
  )
    faults.push("does not keep undefined");
  if (isAsync) faults.push("async only");
  if (!isAsync && (await sharesPromise(contender))) faults.push("hands the same promise to all callers");
  return faults;
}

async function subjectOf(contender: string) {
  const own = kindOf(contender);
  const tried: Module = await casesOf("hit", own ?? "plain");
  const memoizer = memoizers.find(({ name }) => name === contender);
  const wrap = own === undefined ? await memoizer?.load() : undefined;
  const { cacheData, cacheResource } = await import("cachet");
  const isAsync = memoizer?.async === true;
  const options: WrapOptions = isAsync ? { async: true } : {};
  const fresh = (take: (cases: Module) => Fn): Fn => {
    const fn = take(tried);
    if (wrap === undefined) {
      cacheData.clear();
      cacheResource.clear();
      return fn;
    }
    const later = isAsync ? async (...args: unknown[]) => fn(...args) : fn;
    const wrapped = wrap(later, options);
    return typeof wrapped === "function" ? wrapped : later;
  };
  return { fresh, tried, isAsync };
}

/** Whether two calls got one answer; `undefined` where one of them was refused. */
async function shares(fn: Fn, [first, second]: readonly [unknown[], unknown[]]): Promise<boolean | undefined> {
  try {
    return (await fn(...first)) === (await fn(...second));
  } catch {
    return undefined;
  }
}

/** Whether two calls of an async function get one promise: what one caller adds to it, all have. */
async function sharesPromise(contender: string): Promise<boolean> {
  const own = kindOf(contender);
  const cases: Module = await casesOf("hit", own ?? "plain");
  const memoizer = memoizers.find(({ name }) => name === contender);
  const fn = own === undefined ? (await memoizer?.load())?.(cases.later, { async: true }) : cases.later;
  if (typeof fn !== "function") return false;
  await fn("promised");
  const promise = fn("promised");
  return fn("promised") === promise;
}

async function isStale(fn: Fn): Promise<boolean> {
  const argument = { list: [1] };
  try {
    const before = await fn(argument);
    argument.list.push(2);
    return before === (await fn(argument));
  } catch {
    return false;
  }
}

async function isThrowing(fn: Fn, args: unknown[]): Promise<boolean> {
  try {
    await fn(...args);
    return false;
  } catch {
    return true;
  }
}

async function sharesResult(fn: Fn): Promise<boolean> {
  try {
    await fn("a");
    const mine = await fn("a");
    mine.list.push(2);
    return (await fn("a")).list.length !== 1;
  } catch {
    return false;
  }
}

async function forgetsUndefined(fn: Fn, { runs }: Module): Promise<boolean> {
  try {
    await fn("a");
    const before = runs.count;
    await fn("a");
    return runs.count > before;
  } catch {
    return true;
  }
}
