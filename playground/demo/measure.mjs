import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The data files that the npm package `vega-datasets` ships. */
const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/**
 * Loads a build of the program and calls each of its functions `times` times.
 * Runs and hits include calls that one function of the program makes of another.
 */
export async function measure(address, times) {
  const { subjects } = await import(address);
  const before = new Map(subjects.map((subject) => [subject, { runs: subject.runs(), hits: subject.hits() }]));
  const timed = new Map();
  for (const subject of subjects) timed.set(subject, await time(() => subject.call(data), times));
  return subjects.map((subject) => ({
    name: subject.name,
    runs: subject.runs() - before.get(subject).runs,
    hits: subject.hits() - before.get(subject).hits,
    codeHash: subject.codeHash,
    ...timed.get(subject),
  }));
}

/** The result of a call, and the milliseconds that the first and, as a median, the later ones took. */
async function time(call, times) {
  const took = [];
  let result;
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    result = await call();
    took.push(performance.now() - started);
  }
  const later = took.slice(1).sort((a, b) => a - b);
  return { result, first: took[0], later: later[Math.floor(later.length / 2)] };
}
