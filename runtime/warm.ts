import type { ArgumentsOf } from "./cached.ts";
import { state } from "./registry.ts";
import { startProgress } from "./spinner/progress.ts";

// biome-ignore lint/suspicious/noExplicitAny: a function of any signature; `never[]` would lose the inferred arguments.
type AnyFunction = (...args: any[]) => unknown;

export interface WarmOptions {
  /** How many calls may be under way at once; 4 by default. */
  concurrency?: number;
}

/** What came of the calls. */
export interface WarmResult<F extends AnyFunction> {
  /** Calls that are now cached, those that were already included; where caching is off, those that succeeded. */
  warmed: number;
  /** Calls whose body failed; they are not cached. */
  failed: { args: ArgumentsOf<F>; error: unknown }[];
}

/**
 * Calls a cached function with each of several argument lists before anybody waits for it:
 * `await warm(load, [["a"], ["b"]], { concurrency: 8 })`. A call that fails stops none of the others. The spinner of the function
 * tells how many are done.
 */
export async function warm<F extends AnyFunction>(
  fn: F,
  calls: Iterable<ArgumentsOf<F>> | AsyncIterable<ArgumentsOf<F>>,
  { concurrency = 4 }: WarmOptions = {},
): Promise<WarmResult<F>> {
  if (!(concurrency >= 1))
    throw new RangeError(`warm(): expected a concurrency of at least 1, got ${String(concurrency)}`);
  const result: WarmResult<F> = { warmed: 0, failed: [] };
  const running = new Set<Promise<void>>();
  const make = async (args: ArgumentsOf<F>): Promise<void> => {
    try {
      const given = await fn(...args);
      // A stream is cached once it has been read.
      await state.features.streams?.drain(given);
      result.warmed++;
    } catch (error) {
      result.failed.push({ args, error });
    }
  };
  const end = startProgress(fn, () => progressOf(result, calls));
  try {
    for await (const args of calls) {
      const call = make(args).finally(() => running.delete(call));
      running.add(call);
      if (running.size >= concurrency) await Promise.race(running);
    }
    await Promise.all(running);
  } finally {
    end();
  }
  return result;
}

/** `12 of 100`; of an iterator nobody knows how much it will give. */
function progressOf({ warmed, failed }: WarmResult<AnyFunction>, calls: object): string {
  const done = `${warmed + failed.length}${Array.isArray(calls) ? ` of ${calls.length}` : " done"}`;
  return failed.length > 0 ? `${done}, ${failed.length} failed` : done;
}
