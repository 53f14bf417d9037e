import { afterEach, beforeEach, expect, it } from "vitest";
import { createProgram, type Program } from "../conformance/program.ts";

let program: Program;
beforeEach(() => {
  program = createProgram();
});
afterEach(() => program.remove());

/** A page that shows what it reads: its inputs are outside of the process, as those of a browser are. */
const source = (isAsync: boolean) => `
  import { cached } from "cachet";
  const shown = []; // cachet-allow-mutable
  const read = (name) => process.env[name];
  /** @cacheElement */
  function title(text) { shown.push(text); }
  /** @cacheWidget */
  function slider(name) { shown.push(name); return JSON.parse(read("INPUTS"))[name] ?? 0; }
  let runs = 0;
  /** @cacheData({ persist: true, allowWidgets: true }) */
  ${isAsync ? "async " : ""}function scaled(x) {
    runs++; // cachet-allow-mutable
    title("scaled");
    const a = slider("a");
    ${isAsync ? "await null;" : ""}
    if (a < 10) return x * a;
    title("more");
    return x * a * slider("b");
  }
  const call = async (x) => {
    shown.length = runs = 0;
    const value = await scaled(x);
    console.log(JSON.stringify([value, runs, shown.join()]));
  };
  for (const x of JSON.parse(read("CALLS"))) {
    if (x < 0) await cached(scaled).clear(-x);
    else await call(x);
  }`;

it.each([false, true])(
  "a result is found by the values of its widgets in another process (async: %s)",
  async (isAsync) => {
    const run = (inputs: Record<string, number>, calls = [2]) =>
      program.run(source(isAsync), { INPUTS: JSON.stringify(inputs), CALLS: JSON.stringify(calls) });
    expect(await run({ a: 3 })).toEqual([[6, 1, "scaled,a"]]);
    expect(await run({ a: 3 }, [2, 2, 3])).toEqual([
      [6, 0, "scaled,a"],
      [6, 0, "scaled,a"],
      [9, 1, "scaled,a"],
    ]);
    expect(await run({ a: 4 })).toEqual([[8, 1, "scaled,a"]]);
    expect(await run({ a: 10, b: 5 })).toEqual([[100, 1, "scaled,a,more,b"]]);
    expect(await run({ a: 10, b: 5 })).toEqual([[100, 0, "scaled,a,more,b"]]);
    expect(await run({ a: 10, b: 6 })).toEqual([[120, 1, "scaled,a,more,b"]]);
    expect(await run({ a: 3, b: 6 })).toEqual([[6, 0, "scaled,a"]]);
    expect(await run({ a: 10, b: 6 }, [-2, 2])).toEqual([[120, 1, "scaled,a,more,b"]]);
    expect(await run({ a: 3 })).toEqual([[6, 1, "scaled,a"]]);
  },
);
