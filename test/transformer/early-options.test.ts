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
