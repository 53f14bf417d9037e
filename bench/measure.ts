/** How long one measurement may take. */
export interface Budget {
  /** Milliseconds of calls before anything counts, so that the optimising compiler has seen them. */
  warmup: number;
  /** Milliseconds of calls that count. */
  time: number;
}

export const FULL: Budget = { warmup: 30, time: 30 };
export const QUICK: Budget = { warmup: 1, time: 1 };

/** One call in a loop: `i` counts up, so that a case can rotate its arguments. */
export type Step = (i: number) => unknown;
type Loop = (step: Step, from: number, count: number) => unknown;

/** A sample is at least this long, so that reading the clock does not count. */
const SAMPLE_NS = 100_000;
const MOST_SAMPLES = 4000;

/**
 * Nanoseconds per call: the median over many short samples, each of as many calls as fill 0.1 ms. A median, because
 * everything that disturbs a sample (garbage collection, other programs) only ever makes it longer. Garbage that the
 * calls make is collected meanwhile and counts where it is frequent enough to show in the middle sample.
 */
export async function measure(step: Step, isAsync: boolean, budget: Budget): Promise<number> {
  const loop = makeLoop(isAsync);
  const timed = async (from: number, count: number): Promise<number> => {
    const start = process.hrtime.bigint();
    const result = loop(step, from, count);
    if (isAsync) await result;
    return Number(process.hrtime.bigint() - start);
  };
  let at = 0;
  let estimate = 0;
  let count = 1;
  for (let spent = 0; spent < budget.warmup * 1e6; ) {
    const took = await timed(at, count);
    at += count;
    spent += took;
    estimate = took / count;
    if (took < SAMPLE_NS) count *= 2;
  }
  count = Math.max(1, Math.round(SAMPLE_NS / Math.max(estimate, 0.1)));
  const samples: number[] = [];
  for (let spent = 0; (spent < budget.time * 1e6 || samples.length < 3) && samples.length < MOST_SAMPLES; ) {
    const took = await timed(at, count);
    at += count;
    spent += took;
    samples.push(took / count);
  }
  return median(samples);
}

/** Nanoseconds of one call that takes so long that nothing else counts. */
export async function measureOnce(step: Step): Promise<number> {
  globalThis.gc?.();
  const start = process.hrtime.bigint();
  await step(0);
  return Number(process.hrtime.bigint() - start);
}

/** A loop of its own for each measurement: its call site sees one function only, as in a program's hot loop. */
function makeLoop(isAsync: boolean): Loop {
  const wait = isAsync ? "await " : "";
  return new Function(
    `return ${isAsync ? "async " : ""}(step, from, count) => {
      let last;
      for (let i = from; i < from + count; i++) last = ${wait}step(i);
      return last;
    }`,
  )() as Loop;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
