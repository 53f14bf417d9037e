import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProgram, type Program } from "./program.ts";

const RUNNERS = [
  ["Vitest", { VITEST: "true" }],
  ["Jest", { JEST_WORKER_ID: "1" }],
  ["node:test", { NODE_TEST_CONTEXT: "child-v8" }],
] as const;

const file = join(tmpdir(), `cachet-answer-${process.pid}`);

describe.each(RUNNERS)("under %s", (_, runner) => {
  let program: Program;
  beforeEach(() => {
    program = createProgram();
  });
  afterEach(() => {
    rmSync(file, { force: true });
    program.remove();
  });

  /** What the program computes with is outside of it, as what a test mocks is: the code stays the same. */
  const source = (answer: number, then: string) => {
    writeFileSync(file, String(answer));
    return `
    import { readFileSync } from "node:fs";
    import { cacheData, cached, configure } from "cachet";
    const print = (value) => console.log(JSON.stringify(value));
    /** @cacheData({ persist: true }) */
    function revenue() { return Number(readFileSync(${JSON.stringify(file)}, "utf8")); } // cachet-allow-impure
    ${then}`;
  };

  it("what a test mocks does not reach the program, nor does a clear", async () => {
    expect(await program.run(source(-1, "print(revenue()); print(revenue());"), { ...runner })).toEqual([-1, -1]);
    expect(program.files()).toEqual([]);
    expect(await program.run(source(100, "print(revenue());"))).toEqual([100]);
    expect(
      await program.run(source(-1, "print(revenue()); await cacheData.clear(); cached(revenue).clear();"), {
        ...runner,
      }),
    ).toEqual([-1]);
    expect(await program.run(source(7, "print(revenue());"))).toEqual([100]);
  });

  it("a directory that is named is used", async () => {
    const named = { ...runner, CACHET_DIR: program.cache };
    expect(await program.run(source(1, "print(revenue());"), named)).toEqual([1]);
    expect(await program.run(source(2, "print(revenue());"), named)).toEqual([1]);
    const configured = `configure({ disk: { dir: ${JSON.stringify(program.cache)} } });`;
    expect(await program.run(source(3, `${configured} print(revenue());`), { ...runner })).toEqual([1]);
  });
});
