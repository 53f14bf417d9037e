import { cacheData, cacheResource, subscribe } from "cachet";

/** One call of an example, as it went. */
export interface Step {
  /** The call as a reader would write it: `loadAirports("airports.csv")`. */
  call: string;
  /** Names of the cached functions whose bodies ran; empty for a hit. */
  runs: string[];
  /** What the call returned. */
  result: unknown;
  milliseconds: number;
}

/** Makes a call and notes how it went. */
export type Show = <T>(call: string, action: () => T | Promise<T>) => Promise<T>;

/** A worked example. Its source file is meant to be read beside the steps. */
export interface Example {
  title: string;
  description: string;
  /** Name of the source file in this folder. */
  file: string;
  run(show: Show): Promise<void>;
}

/** Runs an example from an empty cache and returns its calls in order. */
export async function play(example: Pick<Example, "run">): Promise<Step[]> {
  const steps: Step[] = [];
  await Promise.all([cacheData.clear(), cacheResource.clear()]);
  await example.run(async (call, action) => {
    const runs: string[] = [];
    const stop = subscribe((event) => {
      if (event.type === "miss") runs.push(event.name);
    });
    const started = performance.now();
    try {
      const result = await action();
      steps.push({ call, runs, result, milliseconds: performance.now() - started });
      return result;
    } finally {
      stop();
    }
  });
  return steps;
}

/** A result for people to read. Live objects are told by the name of their class: what is inside them is their own. */
export function describeResult(result: unknown): string {
  const prototype: unknown = typeof result === "object" && result !== null ? Object.getPrototypeOf(result) : undefined;
  const isPlain = prototype === Object.prototype || Array.isArray(result);
  if (isPlain) return shortened(JSON.stringify(result));
  if (ArrayBuffer.isView(result))
    return `${result.constructor.name} of ${result.byteLength.toLocaleString("en")} bytes`;
  if (typeof prototype === "object" && prototype !== null) return `a ${prototype.constructor.name}`;
  return String(result);
}

const shortened = (text: string) => (text.length > 300 ? `${text.slice(0, 300)} …` : text);
