import { isDeepStrictEqual } from "node:util";
import { casesOf, kindOf } from "../cases.ts";
import type { Step } from "../measure.ts";
import { memoizers } from "../peers/memoizers.ts";
import type { Matrix, Subject } from "../types.ts";
import { findFaults } from "./hit-faults.ts";
import { type Fn, type HitQuestion, type Module, questions } from "./hit-questions.ts";

export const hit: Matrix = {
  kind: "matrix",
  name: "hit",
  title: "Cost of a hit",
  about:
    "A call whose answer is known. Each result is a number, so nothing is copied. Every contender is first checked: " +
    "equal calls must not run the body again, and each answer must be the right one.",
  questions,
  contenders: [
    { name: "limit", role: "limit" },
    { name: "cachet @cacheResource", role: "cachet" },
    { name: "cachet @cacheData", role: "cachet" },
    ...memoizers.map(({ name }) => ({ name, role: "peer" as const })),
  ],
  async prepare(contender, id): Promise<Subject> {
    const question = questions.find((each) => each.id === id) as HitQuestion;
    const plain: Module = await casesOf("hit", "plain");
    const expected = question.call(question.take(plain), plain);
    if (contender === "limit") {
      const step = question.limit?.(plain);
      return step === undefined ? { gap: "" } : checked(undefined, step, expected, question, undefined);
    }
    const own = kindOf(contender);
    if (own !== undefined) {
      await question.before?.();
      const cases: Module = await casesOf("hit", own);
      const fn = question.take(cases);
      return checked(fn, question.call(fn, cases), expected, question, cases.runs);
    }
    if (question.alone) return { gap: "" };
    return peer(contender, question, plain, expected);
  },
  faults: findFaults,
};

async function peer(name: string, question: HitQuestion, plain: Module, expected: Step): Promise<Subject> {
  const memoizer = memoizers.find((each) => each.name === name);
  if (memoizer === undefined) throw new Error(`no contender ${name}`);
  const isAsync = question.options?.async === true;
  if (memoizer.async && !isAsync) return { gap: "" };
  const wrapped = (await memoizer.load())(question.take(plain), question.options ?? {});
  if (typeof wrapped !== "function") return wrapped;
  return checked(wrapped, question.call(wrapped, plain), expected, question, plain.runs);
}

/** Looks whether the calls hit (or miss, where the question is about misses) and what they answer. */
async function checked(
  fn: Fn | undefined,
  step: Step,
  expected: Step,
  question: HitQuestion,
  runs: { count: number } | undefined,
): Promise<Subject> {
  const isAsync = question.options?.async === true;
  const { period } = question;
  if (question.prime !== undefined && fn !== undefined) question.prime(fn);
  else for (let i = 0; i < period; i++) await step(i);
  // What is asked is the cost of a hit in a program whose runs have ended, not of one in the same turn of the event loop.
  await new Promise(setImmediate);
  const before = runs?.count ?? 0;
  const answers: unknown[] = [];
  for (let i = 0; i < period; i++) answers.push(await step(i));
  const ran = (runs?.count ?? 0) - before;
  for (let i = 0; i < period; i++) {
    const right = await expected(i);
    if (!isDeepStrictEqual(answers[i], right)) return { gap: `wrong answer: ${answers[i]} instead of ${right}` };
  }
  if (question.misses !== true && ran > 0)
    return { gap: `never hits: ran the body ${ran} times in ${period} known calls` };
  if (question.misses === true && runs !== undefined && ran < period)
    return { gap: `keeps more than it was told to: ${period - ran} of ${period} calls were hits` };
  return { step, async: isAsync };
}
