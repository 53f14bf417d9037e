import { groups } from "./groups/index.ts";
import type { Answer, Answers } from "./matrix.ts";
import { FULL, measure, measureOnce, QUICK } from "./measure.ts";
import type { Matrix } from "./types.ts";

/** What a child is asked to do; it answers with one line of JSON on the pipe with number 3. */
export interface Order {
  group: string;
  argument: string;
  /** What a contender of a matrix is asked. */
  questions: readonly string[];
  quick: boolean;
  /** Whether to look for faults as well. */
  faults: boolean;
}

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
const group = groups.find(({ name }) => name === order.group);
const budget = order.quick ? QUICK : FULL;
if (group === undefined) throw new Error(`no group ${order.group}`);
const answer =
  group.kind === "matrix"
    ? await askEverything(group, order)
    : await group.child?.(order.argument, budget, order.quick);
const { writeSync } = await import("node:fs");
writeSync(3, JSON.stringify(answer ?? null));
process.exit(0);

async function askEverything(matrix: Matrix, { argument, questions, quick, faults }: Order): Promise<Answers> {
  const answers: Answers = { cells: {}, faults: [] };
  for (const id of questions) answers.cells[id] = await ask(matrix, argument, id, quick);
  if (faults) answers.faults = (await matrix.faults?.(argument)) ?? [];
  return answers;
}

async function ask(matrix: Matrix, contender: string, question: string, quick: boolean): Promise<Answer> {
  try {
    const subject = await matrix.prepare(contender, question, quick);
    if ("gap" in subject) return subject;
    const nanoseconds = subject.takesSeconds
      ? await measureOnce(subject.step)
      : await measure(subject.step, subject.async === true, budget);
    return { nanoseconds, ...(subject.remark !== undefined && { remark: subject.remark }) };
  } catch (error) {
    return {
      gap: `throws: ${String(error instanceof Error ? error.message : error)
        .split("\n", 1)[0]
        ?.slice(0, 80)}`,
    };
  }
}
