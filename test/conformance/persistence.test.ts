import { existsSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../cli/main.ts";
import { createProgram, type Program } from "./program.ts";

let program: Program;
beforeEach(() => {
  program = createProgram();
});
afterEach(() => program.remove());

/** A program whose marked function tells when it runs; `calls` follow it. */
const computing = (calls: string, options = "{ persist: true }", body = "x * 2") => `
import { cacheData, cached, configure, stats } from "cachet";
const print = (value: unknown) => console.log(JSON.stringify(value));
/** @cacheData(${options}) */
function compute(x: number): number {
  print("runs " + x);
  return ${body};
}
/** @cacheData({ persist: "disk" }) */
function other(x: number): number {
  print("other runs " + x);
  return x;
}
${calls}
`;

describe("a program with persisted functions", () => {
  it("writes nothing unless asked [B185][B215]", async () => {
    await program.run(computing("print(compute(1)); cached(compute).clear();", "{ persist: false }"));
    expect(existsSync(program.cache)).toBe(false);
    expect(await program.run(computing("print(compute(1));", ""))).toEqual(["runs 1", 2]);
    expect(existsSync(program.cache)).toBe(false);
  });

  it("is a plain script in a process of its own, and its next process does not compute [B10][B189][B209]", async () => {
    const source = computing("print(compute(1)); print(compute(1));");
    expect(await program.run(source)).toEqual(["runs 1", 2, 2]);
    expect(await program.run(source)).toEqual([2, 2]);
  });

  it("keeps its files in the project, or where CACHET_DIR says [B188]", async () => {
    const source = computing("print(compute(1));");
    await program.run(source);
    expect(program.files()).not.toEqual([]);
    const elsewhere = join(program.directory, "elsewhere");
    expect(await program.run(source, { CACHET_DIR: elsewhere })).toEqual(["runs 1", 2]);
    expect(existsSync(elsewhere)).toBe(true);
  });

  it("computes again what was edited, and not what was only reformatted [B9][B11]", async () => {
    await program.run(computing("print(compute(1));"));
    expect(await program.run(computing("print(compute(1));", "{ persist: true }", "(x) * 2 /* twice */"))).toEqual([2]);
    expect(await program.run(computing("print(compute(1));", "{ persist: true }", "x * 3"))).toEqual(["runs 1", 3]);
    expect(await program.run(computing("print(compute(1));"))).toEqual([2]);
  });

  it("computes again what is missing or damaged, and mends it [B193][B195][B196]", async () => {
    const source = computing("print(compute(1));");
    for (const harm of [rmSync, (file: string) => truncateSync(file, 0), (file: string) => truncateSync(file, 20)]) {
      await program.run(source);
      for (const file of program.files()) harm(join(program.cache, file));
      expect(await program.run(source)).toEqual(["runs 1", 2]);
      expect(await program.run(source)).toEqual([2]);
    }
  });

  it("survives its folder being removed between and while it runs [B204]", async () => {
    await program.run(computing("print(compute(1));"));
    rmSync(program.cache, { recursive: true });
    const source = computing(`
      import { rmSync } from "node:fs";
      compute(1);
      rmSync(${JSON.stringify(program.cache)}, { recursive: true, force: true });
      print(compute(1));
      print(compute(2));
      cached(compute).clear();
      cacheData.clear();
      print(compute(3));`);
    const printed = await program.run(source);
    // Memory looks now and then whether the folder tells of clears; that it is gone may cost one more run.
    expect(printed.filter((line) => line !== "runs 1")).toEqual([2, "runs 2", 4, "runs 3", 6]);
  });

  it("clears one function, or everything it wrote, and nothing else [B201][B205]", async () => {
    await program.run(computing("compute(1); other(1);"));
    expect(await program.run(computing("cached(compute).clear(); compute(1); other(1);"))).toEqual(["runs 1"]);
    writeFileSync(join(program.cache, "foreign.txt"), "not ours");
    expect(await program.run(computing("cacheData.clear(); compute(1); other(1);"))).toEqual([
      "runs 1",
      "other runs 1",
    ]);
    await program.run(computing("cacheData.clear();"));
    expect(existsSync(join(program.cache, "foreign.txt"))).toBe(true);
    expect(await program.run(computing("compute(1);"))).toEqual(["runs 1"]);
  });

  it("clears what a function left when it no longer persists [B202]", async () => {
    await program.run(computing("compute(1);"));
    await program.run(computing("cached(compute).clear();", ""));
    expect(await program.run(computing("compute(1);"))).toEqual(["runs 1"]);
  });

  it("is emptied by `cachet clear` from outside, of data; both kinds from inside [B233][B19]", async () => {
    await program.run(computing("compute(1); other(1);"));
    const lines: string[] = [];
    const plain = (_style: unknown, text: string) => text;
    const terminal = {
      isInteractive: false,
      print: (text: string) => void lines.push(text),
      complain: (text: string) => void lines.push(text),
      paint: plain,
      paintComplaint: plain,
    };
    expect(await main(["clear", "--dir", program.cache], terminal, program.directory)).toBe(0);
    expect(lines).toEqual(["Removed 2 entries."]);
    const source = computing(`
      import { cacheResource } from "cachet";
      /** @cacheResource */
      function connect(): object { print("connects"); return {}; }
      connect(); compute(1);
      cacheData.clear(); cacheResource.clear();
      connect(); compute(1);`);
    expect(await program.run(source)).toEqual(["connects", "runs 1", "connects", "runs 1"]);
  });

  it("keeps to ttl and to the number of entries across processes [B173][B183]", async () => {
    const brief = computing("print(compute(1));", '{ persist: true, ttl: "300ms" }');
    expect(await program.run(brief)).toEqual(["runs 1", 2]);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(await program.run(brief)).toEqual(["runs 1", 2]);
    const few = (calls: string) => computing(calls, "{ persist: true, maxEntries: 2 }");
    await program.run(few("cacheData.clear(); compute(1); compute(2); compute(3);"));
    expect(await program.run(few("compute(3); compute(2);"))).toEqual([]);
    expect(await program.run(few("compute(1);"))).toEqual(["runs 1"]);
  });

  it("brings types, cycles and own __proto__ keys back, and no prototype is touched [B145][B155]", async () => {
    const source = `
      import { deepStrictEqual as equal } from "node:assert";
      const make = () => {
        const loop: unknown[] = [new Date(5), new Map([[1, new Set([2n])]]), -0, Number.NaN, , undefined, /a/gi];
        loop.push(loop, new Float64Array([1.5]), Object.create(null), JSON.parse('{"__proto__":{"polluted":1}}'));
        return loop;
      };
      let runs = 0;
      /** @cacheData({ persist: true }) */
      function all(): unknown[] { runs++; return make(); }
      const value = all();
      equal(value, make());
      console.log(JSON.stringify([runs, 4 in value, ({} as any).polluted ?? null]));`;
    expect(await program.run(source)).toEqual([[1, false, null]]);
    expect(await program.run(source)).toEqual([[0, false, null]]);
  });
});
