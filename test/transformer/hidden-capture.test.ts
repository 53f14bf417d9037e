import { describe, expect, it } from "vitest";
import { transform } from "../../transformer/index.ts";

const report = (parameters: string) => `export function report(rate: number) {
  const gross = (n: number) => n * rate;
  /** @cacheData */
  const total = (${parameters}) => gross(n) + String(rate);
  return total;
}`;

describe("a variable that a captured helper reads", () => {
  it("joins the key by its name", () => {
    const { functions, diagnostics } = transform(report("n: number"), { fileName: "/p/a.ts" });
    expect(diagnostics).toEqual([]);
    expect(functions[0]?.parts).toEqual(["n", "rate"]);
  });

  it("is an error where a parameter hides that name, never the wrong variable", () => {
    const { code, diagnostics } = transform(report("n: number, rate: string"), { fileName: "/p/a.ts" });
    expect(diagnostics).toMatchObject([{ code: "CACHET2003", severity: "error", line: 3, column: 7 }]);
    expect(diagnostics[0]?.message).toContain("'rate'");
    expect(code).not.toContain("cachet/internal");
  });
});
