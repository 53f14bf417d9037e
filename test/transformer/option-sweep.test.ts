import { expect, it } from "vitest";
import { cacheScope } from "../../runtime/call/scope.ts";
import { configure } from "../../runtime/config.ts";
import type { OptionRow } from "../../runtime/options/option-row.ts";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { MemoryStore } from "../../runtime/stores/memory.ts";
import { transform } from "../../transformer/index.ts";
import { errorsOf, executeWithRuntime, freshFile } from "./harness.ts";

/*
 * Every option with values of every type, and every two options, as literals and as values that only run time knows: each is
 * taken and works, or is refused by name, at the build or before the body runs.
 */

const ROWS = Object.entries(OPTIONS) as [string, OptionRow][];
const KINDS = ["data", "resource"] as const;

const VALUES = [
  ...['""', '"x"', '"10"', '"10%"', "0", "0.5", "-1", "NaN", "Infinity", "10n", "true", "null", "undefined", "/a/"],
  ...["{}", "[]", "[1]", "[null]", '["a"]', "{ hours: -1 }", "{ hour: 1 }", "{ refresh: -1 }", "{ soft: 1 }"],
  ...[
    "{ ttl: -1 }",
    "(x) => x",
    "async () => 1",
    "class {}",
    "function* () {}",
    "[async () => 1]",
    "{ Date: 1 }",
    "[[Date, 1]]",
  ],
  ...["new Map([[Date, () => 1]])", "new Date(0)", 'Symbol("s")', "Object.create(null)"],
  "new Proxy({}, { get() { throw new Error('no'); } })",
];

/** Examples of an option that pairs are made of. */
const examplesOf = (name: string, row: OptionRow): string[] =>
  name === "timeout" ? [row.example, '{ soft: "1s" }'] : name === "this" ? ['"identity"', row.example] : [row.example];

const SHAPES = {
  sync: (mark: string) => `${mark} function f(x) { count(); return { x }; } const go = (x) => f(x);`,
  async: (mark: string) => `${mark} async function f(x) { count(); return { x }; } const go = (x) => f(x);`,
  method: (mark: string) =>
    `class C { own = 1; ${mark} async f(x) { count(); return { x: x * this.own }; } } const c = new C(); const go = (x) => c.f(x);`,
};

interface Case {
  kind: (typeof KINDS)[number];
  shape: keyof typeof SHAPES;
  options: readonly (readonly [name: string, row: OptionRow, code: string])[];
  late: boolean;
}

/** What a mark with these options comes to: the error that refuses it, or what is wrong with its calls. */
async function outcomeOf({ kind, shape, options, late }: Case): Promise<{ refused?: string; wrong?: string }> {
  const written = options.map(([name, row, code]) => `${name}: ${late && "exportName" in row ? `$${name}` : code}`);
  const constants = options.map(([name, , code]) => `const $${name} = ((value) => value)(${code});`).join(" ");
  const mark = `/** @cache${kind === "data" ? "Data" : "Resource"}({ ${written.join(", ")} }) */`;
  const source = `const { request } = scopes; ${late ? constants : ""} ${SHAPES[shape](mark)} probe({ go });`;
  const fileName = freshFile("js");
  const { code, diagnostics } = transform(source, { fileName });
  const errors = errorsOf(diagnostics);
  if (errors.length > 1 && options.length === 1) return { wrong: errors.map(({ message }) => message).join(" / ") };
  if (errors[0] !== undefined) {
    const refused = `${errors[0].message} ${errors[0].fix}`;
    return errors.every(({ fix }) => fix) ? { refused } : { wrong: `no way out: ${refused}` };
  }
  const request = cacheScope("request");
  const script = code.replace(/import \* as (\w+) from ("cachet\/internal");/, "const $1 = require($2);");
  const program = executeWithRuntime(`const scopes = require("scopes"); ${script}`, { scopes: { request } });
  const { go } = program.probes;
  try {
    return await request.run(async () => {
      const values = JSON.stringify([await go(1), await go(1), await go(2)]);
      return values === '[{"x":1},{"x":1},{"x":2}]' ? {} : { wrong: values };
    });
  } catch (error) {
    const { code: kindOfError, message } = error as Error & { code?: string };
    if (kindOfError === undefined) return { wrong: String((error as Error).stack) };
    const named = options.some(([name]) => message.includes(name)) || kindOfError === "CACHET_UNKNOWN_STORE";
    return /\bf\(\)/.test(message) && named ? { refused: message } : { wrong: message };
  }
}

async function wrongOf(cases: Iterable<Case>): Promise<{ wrong: string[]; refused: string[]; tried: number }> {
  configure({ stores: { x: new MemoryStore() }, spinner: false, onWarning: () => {} });
  const wrong: string[] = [];
  const refused: string[] = [];
  let tried = 0;
  for (const each of cases) {
    tried++;
    const title = `${each.kind} ${each.shape} ${each.late ? "late " : ""}{ ${each.options.map(([name, , code]) => `${name}: ${code}`).join(", ")} }`;
    const outcome = await outcomeOf(each);
    if (outcome.wrong !== undefined) wrong.push(`${title}: ${outcome.wrong}`);
    if (outcome.refused !== undefined) refused.push(title);
  }
  return { wrong, refused, tried };
}

function* values(): Iterable<Case> {
  for (const [name, row] of ROWS) {
    const needed = row.requires?.(undefined);
    const beside = needed === undefined ? [] : [[needed, OPTIONS[needed as "ttl"], "60"] as const];
    const kind = KINDS.find((each) => row.kinds.includes(each));
    if (kind === undefined) continue;
    for (const code of VALUES)
      for (const late of "exportName" in row ? [false, true] : [false])
        yield { kind, shape: "async", options: [[name, row, code], ...beside], late };
  }
}

function* pairs(): Iterable<Case> {
  for (const [i, [one, row]] of ROWS.entries())
    for (const [other, otherRow] of ROWS.slice(i + 1)) {
      const kind = KINDS.find((each) => row.kinds.includes(each) && otherRow.kinds.includes(each));
      if (kind === undefined) continue;
      for (const code of examplesOf(one, row))
        for (const otherCode of examplesOf(other, otherRow))
          for (const [shape, late] of [
            ["sync", false],
            ["async", true],
            ["method", true],
            ["async", false],
          ] as const)
            yield {
              kind,
              shape,
              late,
              options: [
                [one, row, code],
                [other, otherRow, otherCode],
              ],
            };
    }
}

it("every value of every option is taken, or refused by name", { timeout: 60_000 }, async () => {
  const { wrong, refused, tried } = await wrongOf(values());
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(1000);
  for (const silent of [
    "validate: class {}",
    "validate: function* () {}",
    "maxBytes: 0.5",
    "hashFuncs: new Map([[Date, () => 1]])",
    "hashFuncs: new Date(0)",
  ])
    expect(refused).toContain(`data async late { ${silent} }`);
});

it("every two options work together, or are refused by name", { timeout: 60_000 }, async () => {
  const { wrong, refused, tried } = await wrongOf(pairs());
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThan(1000);
  for (const silent of [
    'data async late { maxEntries: 1000, timeout: { soft: "1s" } }',
    "data method late { maxEntries: 1000, persist: true }",
    'data async { errors: { ttl: "10s", when: (error) => error.status === 404 }, allowWidgets: true }',
  ])
    expect(refused).toContain(silent);
});
