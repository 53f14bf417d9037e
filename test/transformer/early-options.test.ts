import { describe, expect, it } from "vitest";
import { compileAst, compileText, executeWithRuntime, freshFile } from "./harness.ts";

// A hoisted function can be called before the constants that its options name have their values.

const program = (options: string, constant: string) => `
probe({ call: (id) => f(id) });
let early; try { early = f(1); } catch (error) { early = error.message; }
probe({ early });
/** @cacheData({ ${options} }) */
function f(id) { count(); return id; }
${constant}
export {};
`;

describe.each([
  ["a text", "ttl: TTL", 'TTL = "1h"', "TTL"],
  ["a number", "maxEntries: MOST", "MOST = 1", "MOST"],
  ["a part of an object", "ttl: limits.ttl", "limits = { ttl: 60 }", "limits"],
  ["a function", "validate: fresh", "fresh = (value) => value > 0", "fresh"],
])("an option that is %s, read too early", (_, options, constant, name) => {
  it.each(["const", "var"])("is asked for again, and never taken as not given: %s", (keyword) => {
    for (const emit of [compileText, compileAst]) {
      const { probes, runs } = executeWithRuntime(
        emit(program(options, `${keyword} ${constant};`), { fileName: freshFile("js") }),
      );
      expect(probes["early"]).toContain(`Cannot access '${name}' before initialization`);
      expect([probes["call"](1), probes["call"](1), runs()]).toEqual([1, 1, 1]);
    }
  });
});

describe("an option that is computed", () => {
  it.each(["const", "var"])("is asked for again where it was read too early: %s", (keyword) => {
    for (const emit of [compileText, compileAst]) {
      const { probes, runs } = executeWithRuntime(
        emit(program("ttl: TTL", `const compute = () => "1h"; ${keyword} TTL = compute();`), {
          fileName: freshFile("js"),
        }),
      );
      expect(probes["early"]).toContain("Cannot access 'TTL' before initialization");
      expect([probes["call"](1), probes["call"](1), runs()]).toEqual([1, 1, 1]);
    }
  });

  it("is not given where it has no value once its module has run", async () => {
    const text = program("ttl: TTL", "var TTL = undefined;").replace(/let early.*/, "let early;");
    const { probes, runs } = executeWithRuntime(compileText(text, { fileName: freshFile("js") }));
    await Promise.resolve();
    expect([probes["call"](1), probes["call"](1), runs()]).toEqual([1, 1, 1]);
  });
});

it("asks for an imported option through its module, at each call until it is known", () => {
  const text = program("ttl: LIMIT", 'import { TTL as LIMIT } from "./limits";');
  const code = String(compileText(text, { fileName: freshFile("js") }));
  expect(code).toContain(
    'options: __cachet.late((__cachet$known) => ({ ttl: __cachet$known(__cachet$i0.TTL, "LIMIT") }))',
  );
});
