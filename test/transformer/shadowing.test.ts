import { afterEach, describe, expect, it } from "vitest";
import { compile, compileAst, compileText, execute, executeWithRuntime, freshFile, transformText } from "./harness.ts";

// Inserted code keeps its meaning whatever a file calls its own variables.

afterEach(() => {
  delete process.env["SHADOW_RATE"];
});

const CASES: Record<string, string> = {
  "every global that code is inserted with": `
const Array = 1, Promise = 2, Symbol = 4, Infinity = 5, Error = 6, Reflect = 7, Map = 8, globalThis = 9;
/** @cacheData({ maxEntries: 5, ttl: "9999h" }) */
function all(a, b) { count(); return [arguments.length, a, b]; }
/** @cacheData({ validate: (value) => value > 0 }) */
function valid(a) { count(); return a + 1; }
/** @cacheData */
function skips(_a, b) { count(); return arguments.length + b; }
/** @cacheData({ validate: (value) => value > 0 }) */
const holes = ([, a], ...rest) => { count(); return a + rest.length; };
probe({ values: [all(1), all(1), all(1, void 0), valid(1), valid(1), skips(1, 2), skips(9, 2), holes([0, 1], 2), holes([0, 1], 2)] });
export {};
`,
  "a parameter called undefined": `
/** @cacheData({ validate: (value) => value >= 0 }) */
function one(undefined, [, b]) { count(); return undefined + b; }
probe({ values: [one(1, [0, 2]), one(1, [0, 2])] });
export {};
`,
};

describe.each(Object.entries(CASES))("a file with %s", (_, source) => {
  it.each([
    ["text", compileText],
    ["tree", compileAst],
  ])("gives what it gives without cachet, from the %s emitter", (_emitter, emit) => {
    const settings = { fileName: freshFile("js") };
    const plain = execute(compile(source, settings));
    const cached = executeWithRuntime(emit(source, settings));
    expect(cached.probes).toEqual(plain.probes);
    expect(cached.runs()).toBeLessThan(plain.runs());
  });
});

describe("an environment variable that a helper reads", () => {
  const HELPER = "const rate = () => process.env.SHADOW_RATE;\n";
  const MODULE_LEVEL = 'import process from "./own.js";\n';
  const functions: Record<string, string> = {
    "a parameter": `${HELPER}/** @cacheData */ function f(process) { count(); return rate() + process.x; }`,
    "a destructured parameter": `${HELPER}/** @cacheData */ function f({ x, process = x }) { count(); return rate() + x; }`,
    "an outer variable": `${HELPER}const f = (() => { const process = 1; /** @cacheData */ function f(v) { count(); return rate() + v.x + process; } return f; })();`,
  };
  it.each(Object.entries(functions))("joins the key where %s is called process", (_, source) => {
    for (const emit of [compileText, compileAst]) {
      const set = "const set = (value) => { process.env.SHADOW_RATE = value; };\n";
      const calls = "probe({ f: (value) => { set(value); return f({ x: 1 }); } }); export {};";
      const { probes, runs } = executeWithRuntime(emit(`${set}${source}\n${calls}`, { fileName: freshFile("js") }));
      const [f] = [probes["f"] as (value: string) => string];
      expect([f("a")[0], f("b")[0], f("a")[0]]).toEqual(["a", "b", "a"]);
      expect(runs()).toBe(2);
    }
  });

  it("is read as it is written where process is Node's own", () => {
    const source = `import process from "node:process";\n${HELPER}/** @cacheData */ export function f(x) { return rate() + x; }`;
    expect(transformText(source, { fileName: "/p/src/own.js" }).code).toContain("process.env.SHADOW_RATE)");
    const other = `${MODULE_LEVEL}/** @cacheData */ export function f(x) { return globalThis.process.env.SHADOW_RATE + process.x + x; }`;
    expect(transformText(other, { fileName: "/p/src/own.js" }).code).toContain('environment("SHADOW_RATE")');
  });
});
