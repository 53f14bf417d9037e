import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cacheScope } from "../../runtime/call/scope.ts";
import * as runtime from "../../runtime/internal.ts";
import type { OptionRow } from "../../runtime/options/option-row.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { type Definition, resetsEntries, resolveOptions } from "../../runtime/options/options.ts";
import { optionsTable, splitReadme } from "../../scripts/options-table.mjs";
import { transform } from "../../transformer/index.ts";

const ROWS = Object.entries(OPTIONS) as [string, OptionRow][];
const DEFINITION: Definition = { id: "p/a.ts#f", hash: "c1:0", name: "f", parts: [] };

/** `data` → `Data`, as in `@cacheData`. */
const tagOf = (kind: string): string => `${kind[0]?.toUpperCase()}${kind.slice(1)}`;

const buildErrors = (kind: string, options: string) =>
  transform(
    `const request = {};\n/** @cacheData */ const load = (id: number) => id;\n/** @cache${kind}(${options}) */\nexport async function f(x: number) { return { x }; }`,
    {
      fileName: "/p/a.ts",
    },
  ).diagnostics.map(({ message }) => message);

/** What an option stands beside, if it means nothing alone. */
const withNeeded = ({ requires }: OptionRow): string => {
  const needed = requires?.(undefined);
  return needed === undefined ? "" : `${needed}: 1, `;
};

/** What only runtime code can be: evaluated as the options of a mark would be. */
const atRunTime = (name: string, row: OptionRow, code: string) => () => {
  const parsers = { [name]: (runtime as Record<string, any>)[(row as { exportName: string }).exportName] };
  const value = new Function("request", "load", `return (${code});`)(cacheScope("request"), () => {});
  return resolveOptions({ ...DEFINITION, options: () => ({ [name]: value }) }, parsers);
};

describe("a row of the option table", () => {
  it.each(ROWS)("%s: its example is taken by the build, and by the run time where that sees it", (name, row) => {
    for (const kind of row.kinds)
      expect(buildErrors(tagOf(kind), `{ ${withNeeded(row)}${name}: ${row.example} }`)).toEqual([]);
    if ("exportName" in row) expect(atRunTime(name, row, row.example)).not.toThrow();
  });

  it.each(ROWS.filter(([, row]) => row.at === "any"))(
    "%s: build and run time take and refuse the same",
    (name, row) => {
      const kind = tagOf(row.kinds[0] as string);
      for (const code of [
        "0",
        "1",
        "1.5",
        "-1",
        "NaN",
        "Infinity",
        '""',
        '"x"',
        '"10"',
        '"1h"',
        '"10%"',
        "true",
        "null",
        "{ hours: 1 }",
      ]) {
        const [message] = buildErrors(kind, `{ ${withNeeded(row)}${name}: ${code} }`);
        const run = atRunTime(name, row, code);
        const text = /: (expected .*)\.$/.exec(message ?? "")?.[1];
        if (message === undefined) expect(run, `${name}: ${code}`).not.toThrow();
        else expect(run, `${name}: ${code}`).toThrow(`f(): invalid \`${name}\`: ${text}`);
      }
    },
  );

  it.each(ROWS)("%s: says whether a new value drops entries", (name, row) => {
    expect(resetsEntries({ ...DEFINITION, [name]: 1 }, { ...DEFINITION, [name]: 2 })).toBe(row.resetsEntries);
  });

  it("that is a list drops entries for another list only", () => {
    const withTags = (...tags: string[]): Definition => ({ ...DEFINITION, tags });
    expect(resetsEntries(withTags("a", "b"), withTags("a", "b"))).toBe(false);
    expect(resetsEntries(withTags("a", "b"), withTags("a"))).toBe(true);
  });

  it("that lacks what it needs doesn't compile", () => {
    const row = {
      kinds: ["data"],
      parse: runtime.parseCount,
      summary: "",
      example: "1",
      needs: [],
      resetsEntries: false,
    } as const;
    const rows: OptionRow[] = [
      { at: "any", exportName: "parseCount", ...row },
      // @ts-expect-error the runtime would have nothing to parse it with
      { at: "any", ...row },
      // @ts-expect-error nor here
      { at: "run", ...row },
      // @ts-expect-error no part of the runtime is called so
      { at: "any", exportName: "parseCount", ...row, needs: ["limit"] },
      // @ts-expect-error nobody would know what it does
      { at: "build", ...row, summary: undefined },
    ];
    expect(rows).toHaveLength(5);
  });
});

it("is README's table", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  expect(splitReadme(readme).table, "run `npm run readme`").toBe(optionsTable(OPTIONS));
});
