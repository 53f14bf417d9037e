import { describe, expect, it } from "vitest";
import { type Diagnostic, transform } from "../../transformer/index.ts";

const FN = "function f(x: number) { return x; }";

function diagnose(source: string): Diagnostic[] {
  return transform(source, { fileName: "/p/src/a.ts", read: () => undefined }).diagnostics;
}

function apply(source: string, { edits }: Diagnostic["fixes"][number]): string {
  return [...edits]
    .sort((one, other) => other.start - one.start)
    .reduce((text, { start, end, text: inserted }) => text.slice(0, start) + inserted + text.slice(end), source);
}

/** What a wrong file becomes by the first fix. */
const FIXED: [title: string, wrong: string, right: string][] = [
  ["a misspelled tag", `/** @cacheDta */\n${FN}`, `/** @cacheData */\n${FN}`],
  ["a tag in a line comment", `// @cacheData({ ttl: 60 })\n${FN}`, `/** @cacheData({ ttl: 60 }) */\n${FN}`],
  ["a tag in a block comment", `/* @cacheData */\n${FN}`, `/** @cacheData */\n${FN}`],
  ["a misspelled option", `/** @cacheData({ maxEntires: 3 }) */\n${FN}`, `/** @cacheData({ maxEntries: 3 }) */\n${FN}`],
  ["a duration without a unit", `/** @cacheData({ ttl: "10" }) */\n${FN}`, `/** @cacheData({ ttl: "10s" }) */\n${FN}`],
  ["minutes as M", `/** @cacheData({ ttl: "5M" }) */\n${FN}`, `/** @cacheData({ ttl: "5m" }) */\n${FN}`],
  [
    "a number as a string",
    `/** @cacheData({ maxEntries: "3" }) */\n${FN}`,
    `/** @cacheData({ maxEntries: 3 }) */\n${FN}`,
  ],
  ["half an entry", `/** @cacheData({ maxEntries: 1.5 }) */\n${FN}`, `/** @cacheData({ maxEntries: 2 }) */\n${FN}`],
  [
    "a boolean as a string",
    `/** @cacheData({ showTime: "yes" }) */\n${FN}`,
    `/** @cacheData({ showTime: true }) */\n${FN}`,
  ],
  [
    "a misspelled choice",
    `/** @cacheData({ copy: "freze" }) */\n${FN}`,
    `/** @cacheData({ copy: "freeze" }) */\n${FN}`,
  ],
  ["an option given twice", `/** @cacheData({ ttl: 1, ttl: 2 }) */\n${FN}`, `/** @cacheData({ ttl: 1 }) */\n${FN}`],
  [
    "an option of another tag",
    `/** @cacheResource({ persist: true, ttl: 1 }) */\n${FN}`,
    `/** @cacheResource({ ttl: 1 }) */\n${FN}`,
  ],
  ["options without parentheses", `/** @cacheData { ttl: 1 } */\n${FN}`, `/** @cacheData ({ ttl: 1 }) */\n${FN}`],
  ["a duration alone", `/** @cacheData("1h") */\n${FN}`, `/** @cacheData({ ttl: "1h" }) */\n${FN}`],
  ["a name in brackets", `/** @cacheData({ ["ttl"]: 1 }) */\n${FN}`, `/** @cacheData({ ttl: 1 }) */\n${FN}`],
  [
    "a second mark in a comment of its own",
    `/** @cacheData */\n/** @cacheResource */\n${FN}`,
    `/** @cacheData */\n${FN}`,
  ],
  [
    "a second mark in the same comment",
    `/** @cacheData\n * @cacheResource({ ttl: 1 })\n */\n${FN}`,
    `/** @cacheData\n * \n */\n${FN}`,
  ],
  [
    "persist with entries by instance",
    "class A { k = 1; /** @cacheData({ persist: true }) */ m() { return this.k; } }",
    'class A { k = 1; /** @cacheData({ this: "value", persist: true }) */ m() { return this.k; } }',
  ],
  [
    "an async validate",
    "/** @cacheData({ validate: async () => true }) */\nexport function f(x: number) { return x; }",
    "/** @cacheData({ validate: async () => true }) */\nexport async function f(x: number) { return x; }",
  ],
  [
    "a parameter that no key can hold",
    "/** @cacheData */\nexport function f(x: number, by: () => number) { const o = { by }; return x + by() + o.by(); }",
    "/** @cacheData */\nexport function f(x: number, _by: () => number) { const o = { by: _by }; return x + _by() + o.by(); }",
  ],
  [
    "a default that is a function",
    "/** @cacheData */\nexport function f({ by = () => 1 } = {}, n = by()) { return n; }",
    "/** @cacheData */\nexport function f({ by: _by = () => 1 } = {}, n = _by()) { return n; }",
  ],
  [
    "an async validate on an arrow function",
    "/** @cacheData({ validate: async () => true }) */\nconst f = (x: number) => { return x; };",
    "/** @cacheData({ validate: async () => true }) */\nconst f = async (x: number) => { return x; };",
  ],
  [
    "chance",
    "/** @cacheData */\nexport function f() {\n  return Math.random();\n}",
    "/** @cacheData */\nexport function f() {\n  // cachet-allow-impure\n  return Math.random();\n}",
  ],
  [
    "a variable that is reassigned",
    "let a = 1;\nexport const set = () => { a = 2; };\n/** @cacheData */\nexport const f = () => a;",
    "// cachet-allow-mutable\nlet a = 1;\nexport const set = () => { a = 2; };\n/** @cacheData */\nexport const f = () => a;",
  ],
];

describe("a fix", () => {
  it.each(FIXED)("of %s", (_title, wrong, right) => {
    for (const newline of ["\n", "\r\n"]) {
      const source = wrong.replaceAll("\n", newline);
      const [found] = diagnose(source);
      const [fix] = found?.fixes ?? [];
      expect(fix?.title, found?.message).toMatch(/\S/);
      const fixed = apply(source, fix as Diagnostic["fixes"][number]);
      expect(fixed).toBe(right.replaceAll("\n", newline));
      expect(diagnose(fixed)).toEqual([]);
    }
  });

  it("names the file that it changes where that is another one", () => {
    const files: Record<string, string> = { "/p/clock.ts": "export const now = () =>\n  Date.now();" };
    const { diagnostics } = transform(
      'import { now } from "./clock";\n/** @cacheData */\nexport const f = () => now();',
      {
        fileName: "/p/a.ts",
        resolve: () => "/p/clock.ts",
        read: (file) => files[file],
      },
    );
    expect(diagnostics[0]?.fixes).toEqual([
      {
        title: "Add // cachet-allow-impure",
        file: "/p/clock.ts",
        edits: [{ start: 25, end: 25, text: "  // cachet-allow-impure\n" }],
      },
    ]);
  });

  it("is not offered where nothing obvious would be right", () => {
    for (const source of [
      `/** @cacheData({ cacheKey: 3 }) */\n${FN}`,
      `/** @cacheData({ ttl: -1 }) */\n${FN}`,
      "/** @cacheData({ validate: async () => true }) */\nfunction f(x: number): number { return x; }",
    ])
      expect(diagnose(source)[0]?.fixes, source).toEqual([]);
  });
});

it("says what was expected and what came", () => {
  const messageOf = (options: string) => diagnose(`/** @cacheData(${options}) */\n${FN}`)[0]?.message;
  expect(messageOf("{ version: true }")).toBe("Invalid `version`: expected a string or a number, got `true`.");
  expect(messageOf('{ copy: "deep" }')).toBe('Invalid `copy`: expected "freeze", got `"deep"`.');
  expect(messageOf("{ maxEntries: 0 }")).toBe("Invalid `maxEntries`: expected an integer of at least 1, got `0`.");
  expect(messageOf("{ maxEntries: (n) => n }")).toBe(
    "Invalid `maxEntries`: expected an integer of at least 1, got a function.",
  );
  expect(messageOf('{ ttl: "10" }')).toBe(
    'Invalid `ttl`: expected a number of seconds or a string such as "1h30m", got `"10"` (add a unit, for example "10s").',
  );
});

it("shows a warning of what an option names in the mark, where no comment can be added", () => {
  const source =
    "export const x = 1;\n\n/**\n * @cacheData({ ttl: 1, validate: nope })\n */\nexport const f = () => 1;\n";
  expect(diagnose(source)).toMatchObject([
    { code: "CACHET3003", start: source.indexOf("nope"), length: 4, line: 4, column: 35, fixes: [] },
  ]);
  const meant = "// cachet-allow-impure\n/** @cacheData({ validate: nope }) */\nexport const f = () => 1;\n";
  expect(diagnose(meant)).toEqual([]);
});
