import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DIAGNOSTICS, type DiagnosticName } from "../../transformer/diagnostics.ts";
import { transform } from "../../transformer/index.ts";
import { transformText } from "./harness.ts";

/** `▸` stands right before the place that the diagnostic must point at; it is no part of the source. */
type Row = [title: string, code: DiagnosticName, source: string, fix: RegExp, extension?: string];

const FN = "function f(x: number) { return x; }";

const PLACES: Row[] = [
  ["a generator", "generator", "/** ▸@cacheData */\nfunction* f() { yield 1; }", /array/],
  [
    "an async generator that is no data",
    "generator",
    "/** ▸@cacheResource */\nexport async function* f() { yield 1; }",
    /`@cacheData`/,
  ],
  [
    "an async generator that shows something",
    "generator",
    "/** ▸@cacheElement */\nexport async function* f() { yield 1; }",
    /array/,
  ],
  ["a generator method", "generator", "class A { /** ▸@cacheData */ *m() {} }", /array/],
  [
    "an async generator method that is no data",
    "generator",
    "const o = { /** ▸@cacheResource */ async *m() {} };",
    /`@cacheData`/,
  ],
  [
    "an option that looks at a stream",
    "notForStreams",
    "/** @cacheData({ validate: ▸() => true }) */\nexport async function* f() { yield 1; }",
    /array/,
  ],
  [
    "an option that would go on in the middle of a stream",
    "notForStreams",
    "/** @cacheData({ ttl: 1, stale: 9, timeout: ▸{ soft: 1 } }) */\nexport async function* f() { yield 1; }",
    /array/,
  ],
  [
    "widgets in a stream",
    "notForStreams",
    "/** @cacheData({ allowWidgets: ▸true }) */\nexport async function* f() { yield 1; }",
    /array/,
  ],
  ["a generator expression", "generator", "const f = /** ▸@cacheData */ function* () {};", /array/],
  ["a getter", "accessor", "class A { /** ▸@cacheData */ get x() { return 1; } }", /method/],
  ["a static setter", "accessor", "class A { /** ▸@cacheData */ static set x(v: number) {} }", /method/],
  ["an object's getter", "accessor", "const o = { /** ▸@cacheData */ get x() { return 1; } };", /method/],
  ["an auto-accessor without a function", "notAFunction", "class A { /** ▸@cacheData */ accessor x = 1; }", /function/],
  ["a constructor", "accessor", "class A { /** ▸@cacheData */ constructor() {} }", /function/],
  ["a class", "notAFunction", "/** ▸@cacheData */\nexport class A {}", /function/],
  ["a default class", "notAFunction", "/** ▸@cacheData */\nexport default class {}", /function/],
  ["a static block", "notAFunction", "class A { /** ▸@cacheData */ static {} }", /function/],
  ["an enum", "notAFunction", "/** ▸@cacheData */\nenum E { A }", /function/],
  ["an enum member", "notAFunction", "enum E { /** ▸@cacheData */ A }", /function/],
  ["an interface", "notAFunction", "/** ▸@cacheData */\ninterface I { a: 1 }", /function/],
  ["a type alias", "notAFunction", "/** ▸@cacheData */\ntype T = () => void;", /function/],
  ["a namespace", "notAFunction", "/** ▸@cacheData */\nnamespace N { export const a = 1; }", /function/],
  ["an import", "notAFunction", '/** ▸@cacheData */\nimport { a } from "a";\na();', /function/],
  ["an export list", "notAFunction", "const a = 1;\n/** ▸@cacheData */\nexport { a };", /function/],
  ["a re-export", "notAFunction", '/** ▸@cacheData */\nexport * from "a";', /function/],
  ["a variable without a function", "notAFunction", "/** ▸@cacheData */\nconst a = 1;", /function/],
  ["a variable without a value", "notAFunction", "/** ▸@cacheData */\nlet a: number;", /function/],
  ["a variable that holds a call", "notAFunction", "/** ▸@cacheData */\nconst a = wrap(() => 1);", /function/],
  ["a destructuring", "notAFunction", "/** ▸@cacheData */\nconst { a } = { a: () => 1 };", /function/],
  ["a field without a function", "notAFunction", "class A { /** ▸@cacheData */ x = 1; }", /function/],
  ["a property without a function", "notAFunction", "const o = { /** ▸@cacheData */ x: 1 };", /function/],
  ["a shorthand property", "notAFunction", "const x = 1, o = { /** ▸@cacheData */ x };", /function/],
  ["an object spread", "notAFunction", "const p = {}, o = { /** ▸@cacheData */ ...p };", /function/],
  ["an expression statement", "notAFunction", "/** ▸@cacheData */\nconsole.log(1);", /function/],
  ["an if", "notAFunction", "/** ▸@cacheData */\nif (1) {}", /function/],
  ["a return", "notAFunction", "function g() { /** ▸@cacheData */ return 1; }", /function/],
  ["a block", "notAFunction", "/** ▸@cacheData */\n{ }", /function/],
  ["a parameter", "notAFunction", "function g(/** ▸@cacheData */ x: number) {}", /function/],
  ["nothing: the end of the file", "notAFunction", `${FN}\n/** ▸@cacheData */`, /function/],
  ["nothing: the end of a class", "notAFunction", "class A { m() {} /** ▸@cacheData */ }", /function/],
  ["nothing: the end of a block", "notAFunction", "function g() { return 1; /** ▸@cacheData */ }", /function/],
  ["behind the function", "notAFunction", `${FN} /** ▸@cacheData */`, /function/],
  ["inside parameters", "notAFunction", "function g(x: number /** ▸@cacheData */) {}", /function/],
  ["behind the parameters", "notAFunction", "function g(x: number) /** ▸@cacheData */ { return x; }", /function/],
  ["an abstract method", "noBody", "abstract class A { /** ▸@cacheData */ abstract m(): void; }", /implements/],
  ["an ambient function", "noBody", "/** ▸@cacheData */\ndeclare function f(): void;", /implemented|implements/],
  ["an ambient variable", "noBody", "/** ▸@cacheData */\ndeclare const f: () => void;", /implemented|implements/],
  ["a member of a type", "noBody", "interface I { /** ▸@cacheData */ m(): void }", /implements/],
  ["a property of a type", "noBody", "type T = { /** ▸@cacheData */ m: () => void };", /implements/],
  ["an overload without an implementation", "noBody", "/** ▸@cacheData */\nfunction f(x: number): void;", /implements/],
  ["an argument", "unsupportedPlace", "[1].map(/** ▸@cacheData */ (x) => x);", /name/],
  ["an assignment", "notAFunction", "let f: any;\n/** ▸@cacheData */\nf = () => 1;", /function/],
  ["a default of a parameter", "unsupportedPlace", "function g(cb = /** ▸@cacheData */ () => 1) {}", /name/],
  ["an array item", "unsupportedPlace", "const all = [/** ▸@cacheData */ () => 1];", /name/],
  ["a returned function", "unsupportedPlace", "const g = () => { return /** ▸@cacheData */ () => 1; };", /name/],
  ["two marks in one comment", "twoMarks", `/**\n * @cacheData\n * ▸@cacheResource\n */\n${FN}`, /one mark/],
  ["two marks in two comments", "twoMarks", `/** @cacheData */\n/** ▸@cacheData */\n${FN}`, /one mark/],
  [
    "marks on two overloads",
    "twoMarks",
    "/** @cacheData */\nfunction f(): void;\n/** ▸@cacheData */\nfunction f(x?: number) {}",
    /one mark/,
  ],
  [
    "marks before the variable and its function",
    "twoMarks",
    "/** @cacheData */\nconst f = /** ▸@cacheData */ () => 1;",
    /one mark/,
  ],
];

const TAGS: Row[] = [
  ["a letter left out", "unknownTag", `/** ▸@cacheDta */\n${FN}`, /`@cacheData`/],
  ["letters swapped", "unknownTag", `/** ▸@cahceData */\n${FN}`, /`@cacheData`/],
  ["another case", "unknownTag", `/** ▸@CacheData */\n${FN}`, /`@cacheData`/],
  ["lower case", "unknownTag", `/** ▸@cachedata({ ttl: 1 }) */\n${FN}`, /`@cacheData`/],
  ["past tense", "unknownTag", `/** ▸@cachedData */\n${FN}`, /`@cacheData`/],
  ["a resource misspelled", "unknownTag", `/** ▸@cacheRessource */\n${FN}`, /`@cacheResource`/],
  ["a resource with a letter less", "unknownTag", `/**\n * Text.\n *\t▸@cacheResouce\n */\n${FN}`, /`@cacheResource`/],
  ["an ordinary block comment", "notADocComment", `/* ▸@cacheData */\n${FN}`, /\/\*\* @cacheData/],
  ["a line comment", "notADocComment", `// ▸@cacheData({ ttl: 60 })\n${FN}`, /\/\*\* @cacheData/],
];

const OPTIONS: Row[] = [
  ["a tag in another spelling", "unknownTag", `/** ▸@cache_data */\n${FN}`, /@cacheData/],
  ["two marks on one line", "twoMarks", `/** @cacheData ▸@cacheResource */\n${FN}`, /one mark/],
  ["a parameter in options", "unsupportedOption", `/** @cacheData({ ttl: ▸x }) */\n${FN}`, /outside/],
  [
    "a destructured parameter in options",
    "unsupportedOption",
    "/** @cacheData({ validate: (v) => v > ▸min }) */\nfunction f({ min }: { min: number }) { return min; }",
    /outside/,
  ],
  ["a type in options", "unsupportedOption", `type Ttl = 5;\n/** @cacheData({ ttl: ▸Ttl }) */\n${FN}`, /value itself/],
  ["an await in options", "unsupportedOption", `/** @cacheData({ ttl: ▸await limit }) */\n${FN}`, /constant/],
  ["this in options", "unsupportedOption", `/** @cacheData({ validate: () => ▸this.ok }) */\n${FN}`, /constant/],
  ["arguments in options", "unsupportedOption", `/** @cacheData({ ttl: ▸arguments[0] }) */\n${FN}`, /constant/],
  ["an unknown option", "unknownOption", `/** @cacheData({ ▸maxEntires: 3 }) */\n${FN}`, /`maxEntries`/],
  ["a short option misspelled", "unknownOption", `/** @cacheData({ ▸tll: 3 }) */\n${FN}`, /`ttl`/],
  ["an option of another library", "unknownOption", `/** @cacheData({ ▸cacheKey: 3 }) */\n${FN}`, /ttl/],
  ["an option of another kind", "wrongKind", `/** @cacheResource({ ▸persist: true }) */\n${FN}`, /persist/],
  ["onRelease on data", "wrongKind", `/** @cacheData({ ▸onRelease: () => {} }) */\n${FN}`, /@cacheResource/],
  ["maxBytes on a resource", "wrongKind", `/** @cacheResource({ ▸maxBytes: 1 }) */\n${FN}`, /@cacheData/],
  ["options on an element", "wrongKind", `/** @cacheElement({ ▸ttl: 1 }) */\n${FN}`, /ttl/],
  ["a ttl without a unit", "invalidOption", `/** @cacheData({ ttl: ▸"10" }) */\n${FN}`, /mean `"10s"`/],
  ["a ttl in months", "invalidOption", `/** @cacheData({ ttl: ▸"1M" }) */\n${FN}`, /mean `"1m"`/],
  ["a ttl in years", "invalidOption", `/** @cacheData({ ttl: ▸"1y" }) */\n${FN}`, /1h30m/],
  ["an empty ttl", "invalidOption", `/** @cacheData({ ttl: ▸"" }) */\n${FN}`, /1h30m/],
  ["a negative ttl", "invalidOption", `/** @cacheData({ ttl: ▸-1 }) */\n${FN}`, /1h30m/],
  ["a ttl that is NaN", "invalidOption", `/** @cacheData({ ttl: ▸NaN }) */\n${FN}`, /1h30m/],
  ["an async ttl", "invalidOption", `/** @cacheData({ ttl: ▸async () => 1 }) */\n${FN}`, /3600|1h/],
  ["an async tag", "invalidOption", `/** @cacheData({ tags: ["a", ▸async (x) => x] }) */\n${FN}`, /tags/],
  ["an async key", "invalidOption", `/** @cacheData({ key: ▸async (x) => x }) */\n${FN}`, /key/],
  [
    "a generator that validates",
    "invalidOption",
    `/** @cacheData({ validate: ▸function* (x) { yield true; } }) */\n${FN}`,
    /validate/,
  ],
  [
    "an async generator that validates",
    "invalidOption",
    `/** @cacheData({ ▸async *validate(x) { yield true; } }) */\n${FN}`,
    /validate/,
  ],
  ["a class that validates", "invalidOption", `/** @cacheData({ validate: ▸class {} }) */\n${FN}`, /validate/],
  ["a generator as a key", "invalidOption", `/** @cacheData({ key: ▸function* (x) { yield x; } }) */\n${FN}`, /key/],
  ["an async context", "invalidOption", `/** @cacheData({ context: [▸async () => 1] }) */\n${FN}`, /context/],
  ["an async rule", "invalidOption", `/** @cacheData({ hashFuncs: { Date: ▸async (x) => 1 } }) */\n${FN}`, /hashFuncs/],
  [
    "an async condition of errors",
    "invalidOption",
    `/** @cacheData({ errors: { ttl: 1, ▸async when(e) {} } }) */\n${FN}`,
    /errors/,
  ],
  [
    "a timeout of no time",
    "invalidOption",
    `/** @cacheData({ timeout: ▸0 }) */\nexport async ${FN.replace("export ", "")}`,
    /"5s"/,
  ],
  [
    "a soft timeout after the hard one",
    "invalidOption",
    `/** @cacheData({ ttl: 1, stale: 1, timeout: ▸{ soft: 2, hard: 1 } }) */\nexport async ${FN.replace("export ", "")}`,
    /timeout/,
  ],
  ["a boolean ttl", "invalidOption", `/** @cacheData({ ttl: ▸true }) */\n${FN}`, /1h30m/],
  ["a ttl with an unknown part", "invalidOption", `/** @cacheData({ ttl: ▸{ fortnights: 1 } }) */\n${FN}`, /1h30m/],
  ["no entries", "invalidOption", `/** @cacheData({ maxEntries: ▸0 }) */\n${FN}`, /maxEntries: 1000/],
  ["half an entry", "invalidOption", `/** @cacheData({ maxEntries: ▸1.5 }) */\n${FN}`, /mean `2`/],
  ["entries as a text", "invalidOption", `/** @cacheData({ maxEntries: ▸"3" }) */\n${FN}`, /mean `3`/],
  ["bytes as a word", "invalidOption", `/** @cacheData({ maxBytes: ▸"lots" }) */\n${FN}`, /100MB/],
  ["a store as a number", "invalidOption", `/** @cacheData({ persist: ▸1 }) */\n${FN}`, /persist: true/],
  ["a spinner as a number", "invalidOption", `/** @cacheData({ showSpinner: ▸1 }) */\n${FN}`, /showSpinner: "Loading/],
  ["showTime as a text", "invalidOption", `/** @cacheData({ showTime: ▸"yes" }) */\n${FN}`, /mean `true`/],
  ["validate as a boolean", "invalidOption", `/** @cacheData({ validate: ▸true }) */\n${FN}`, /validate: \(value\)/],
  [
    "onRelease as a text",
    "invalidOption",
    `/** @cacheResource({ onRelease: ▸"close" }) */\n${FN}`,
    /onRelease: \(pool\)/,
  ],
  ["hashFuncs as a text", "invalidOption", `/** @cacheData({ hashFuncs: ▸"x" }) */\n${FN}`, /Date: /],
  [
    "a rule that is no function",
    "invalidOption",
    `/** @cacheData({ hashFuncs: { Date: ▸1, Map: (m) => m.size } }) */\n${FN}`,
    /Date: /,
  ],
  ["an unknown way of this", "invalidOption", `/** @cacheData({ this: ▸"self" }) */\n${FN}`, /this: "value"/],
  ["another way to copy", "invalidOption", `/** @cacheData({ copy: ▸"never" }) */\n${FN}`, /"freeze"/],
  ["copy as a boolean", "invalidOption", `/** @cacheData({ copy: ▸false }) */\n${FN}`, /"freeze"/],
  ["copy in a variable", "unsupportedOption", `let how = "x";\n/** @cacheData({ copy: ▸how }) */\n${FN}`, /literal/],
  ["copy on a resource", "wrongKind", `/** @cacheResource({ ▸copy: "freeze" }) */\n${FN}`, /@cacheData/],
  ["an unknown codeHash", "invalidOption", `/** @cacheData({ codeHash: ▸"shallow" }) */\n${FN}`, /codeHash: "own"/],
  ["a version that is an object", "invalidOption", `/** @cacheData({ version: ▸{} }) */\n${FN}`, /version: 2/],
  ["null", "invalidOption", `/** @cacheData({ ttl: ▸null }) */\n${FN}`, /1h30m/],
  ["the same option twice", "optionTwice", `/** @cacheData({ ttl: 1, ▸ttl: 2 }) */\n${FN}`, /one of them/],
  ["a spread", "unsupportedOption", `const o = {};\n/** @cacheData({ ▸...o }) */\n${FN}`, /name: value/],
  ["a computed name", "unsupportedOption", `/** @cacheData({ ▸["ttl"]: 1 }) */\n${FN}`, /name: value/],
  [
    "a version that must be computed",
    "unsupportedOption",
    `const V = 1;\n/** @cacheData({ version: ▸V }) */\n${FN}`,
    /literal/,
  ],
  [
    "a type-only import",
    "unsupportedOption",
    `import type { T } from "t";\n/** @cacheData({ ttl: ▸T }) */\n${FN}`,
    /value/,
  ],
  ["a const enum", "unsupportedOption", `const enum E { A }\n/** @cacheData({ ttl: ▸E.A }) */\n${FN}`, /value/],
  ["words", "malformedOptions", `/** @cacheData ▸for an hour */\n${FN}`, /\{ … \}/],
  ["a number", "malformedOptions", `/** @cacheData(▸60) */\n${FN}`, /ttl: 60/],
  ["an array", "malformedOptions", `/** @cacheData(▸[]) */\n${FN}`, /\{/],
  ["two arguments", "malformedOptions", `/** @cacheData(▸{}, {}) */\n${FN}`, /\{/],
  ["no closing parenthesis", "malformedOptions", `/** @cacheData({ ttl: 1 }▸ */\n${FN}`, /\{ … \}/],
  ["no closing brace", "malformedOptions", `/** @cacheData({ ttl: 1▸) */\n${FN}`, /\{ … \}/],
  ["an unterminated text", "malformedOptions", `/** @cacheData({ ttl: "1h }) ▸*/\n${FN}`, /\{ … \}/],
  ["JSON-like braces without parentheses", "malformedOptions", `/** @cacheData ▸{ ttl: 1 } */\n${FN}`, /\{ … \}/],
  [
    "persist with this by identity",
    "persistByIdentity",
    "class A { k = 1; /** ▸@cacheData({ persist: true }) */ m() { return this.k; } }",
    /"value"/,
  ],
  [
    "an async validate on a sync function",
    "asyncValidate",
    `/** @cacheData({ validate: ▸async () => true }) */\n${FN}`,
    /async/,
  ],
  ["stale without ttl", "optionMissing", `/** @cacheData({ stale: ▸{ error: 5 } }) */\n${FN}`, /Add `ttl`/],
  ["a refresh of a sync function", "needsAsync", `/** @cacheData({ ttl: 1, stale: ▸5 }) */\n${FN}`, /async/],
];

describe.each([
  ["a mark that can't stand there", PLACES],
  ["a tag that is none", TAGS],
  ["an option that is wrong", OPTIONS],
] as const)("%s", (_, rows) => {
  it.each(rows as Row[])("%s: %s", (_title, code, marked, fix, extension = "ts") => {
    for (const text of [marked, marked.replace(/\n/g, "\r\n"), `\t${marked}`, `export {};\r\n\r\n${marked}`]) {
      const at = text.indexOf("▸");
      const source = text.replace("▸", "");
      const { diagnostics, functions, code: output } = transformText(source, { fileName: `/p/src/a.${extension}` });
      expect(
        diagnostics.map((d) => `${d.code} ${d.message}`),
        source,
      ).toHaveLength(1);
      const [found] = diagnostics;
      const before = source.slice(0, at).split("\n");
      expect(found, source).toMatchObject({
        code: DIAGNOSTICS[code].code,
        severity: "error",
        file: `/p/src/a.${extension}`,
        line: before.length,
        column: (before.at(-1) as string).length + 1,
      });
      expect(found?.fix).toMatch(fix);
      expect(found?.message).toMatch(/[.!]$/);
      expect(found?.length).toBeGreaterThan(0);
      expect(functions).toEqual([]);
      expect(output).toBe(source);
    }
  });
});

describe("what is no mark", () => {
  it.each([
    ["a text", 'export const s = "/** @cacheData */";'],
    ["a template", "export const s = `\n/** @cacheData */\n${1}/** @cacheDta */`;"],
    ["a regular expression", "export const r = /\\/\\*\\* @cacheData/;"],
    ["prose", "/** See @cacheData for the other one. */\nexport class A {}"],
    ["backticks", "/** Write `@cacheData` before it. */\nexport class A {}"],
    ["a link", "/** {@link cacheData} and {@cacheData} */\nexport class A {}"],
    ["a mail address", "// mail me@cacheData.org\nexport class A {}"],
    ["a scoped package", 'import "@cachedata/x";\n// from @cache/data\nexport class A {}'],
    ["other tags", "/**\n * @cacheable\n * @category x\n * @callback y\n */\nexport class A {}"],
    ["a decorator", "const cacheData = (...a: any[]) => {};\nexport class A { @cacheData m() {} }"],
  ])("%s", (_, source) => {
    expect(transformText(source)).toMatchObject({ diagnostics: [], functions: [], code: source });
  });

  it("text between JSX tags", () => {
    const source = "export const a = <b>/** @cacheData */ {`@cacheDta`}</b>;";
    expect(transformText(source, { fileName: "/p/a.tsx" })).toMatchObject({ diagnostics: [], functions: [] });
  });
});

describe("option texts that are unusual and right", () => {
  it.each([
    ["a trailing comma", "{ ttl: 60, }", { ttl: 60 }],
    ["as const", "{ ttl: 60 } as const", { ttl: 60 }],
    ["a satisfied type", "({ ttl: (60 as number) })", { ttl: 60 }],
    ["a product", "{ ttl: 60 * 60 }", { ttl: 3600 }],
    ["a quoted name", '{ "ttl": 60 }', { ttl: 60 }],
    ["a template", "{ ttl: `1h` }", { ttl: 3600 }],
    ["parts of a duration", "{ ttl: { hours: 1, minutes: 30 } }", { ttl: 5400 }],
    ["forever", "{ ttl: Infinity }", { ttl: Number.POSITIVE_INFINITY }],
    ["several lines", "{\n *   ttl: 60, // an hour\n *   maxEntries: 3,\n * }", { ttl: 60, maxEntries: 3 }],
    ["several lines without asterisks", "{\n  ttl: 60,\n\n  maxEntries: 3\n}", { ttl: 60, maxEntries: 3 }],
    ["a tag in a text", '{ showSpinner: "@cacheDta) }" }', { showSpinner: "@cacheDta) }" }],
    ["a false persist", "{ persist: false }", { persist: false }],
    ["undefined", "{ ttl: undefined }", {}],
    ["nothing", "{}", {}],
  ])("%s", (_, options, expected) => {
    const source = `/**\n * @cacheData(${options})\n */\n${FN}`;
    for (const text of [source, source.replace(/\n/g, "\r\n")]) {
      const { diagnostics, functions } = transformText(text);
      expect(diagnostics, text).toEqual([]);
      expect(functions[0]?.options).toEqual(expected);
    }
  });

  it.each([
    ["a regular expression with a parenthesis", "{ validate: (v) => !/[)}]\\)/.test(v) }"],
    ["a template with braces", "{ validate: (v) => v !== `)} ${ `(${v})` }` }"],
    [
      "a function over several lines",
      "{\n *   validate(value, x) {\n *     const y = x * 2;\n *     return value !== y;\n *   },\n * }",
    ],
    ["a comment in it", "{ validate: /* ( { */ (v) => v > 1 }"],
    ["generics and types", "{ validate: <T,>(v: T): boolean => v !== undefined }"],
  ])("%s", (_, options) => {
    if (options.includes("*/ ")) return expectRefused(options);
    const { diagnostics, functions, code } = transformText(`/**\n * @cacheData(${options})\n */\n${FN}`);
    expect(diagnostics).toEqual([]);
    expect(Object.keys(functions[0]?.options ?? {})).toEqual(["validate"]);
    expect(code).toContain("options: () => (");
  });
});

/** `*​/` ends the doc comment, whatever it was meant to end. */
function expectRefused(options: string) {
  const { diagnostics } = transformText(`/** @cacheData(${options}) */\n${FN}`);
  expect(diagnostics[0]?.code).toBe(DIAGNOSTICS.malformedOptions.code);
}

it("reports every wrong mark of a file at once, and no function of it is cached", () => {
  const source = `/** @cacheDta */\nconst a = 1;\n/** @cacheData({ tll: 1, ttl: "x" }) */\n${FN}\n/** @cacheData */\nexport const g = () => 1;`;
  const { diagnostics, functions, code } = transformText(source);
  expect(diagnostics.map((d) => [d.code, d.line])).toEqual([
    [DIAGNOSTICS.unknownTag.code, 1],
    [DIAGNOSTICS.unknownOption.code, 3],
    [DIAGNOSTICS.invalidOption.code, 3],
  ]);
  expect(functions).toEqual([]);
  expect(code).toBe(source);
});

const BEYOND_TEXT = [
  DIAGNOSTICS.script,
  DIAGNOSTICS.syncPersistInBrowser,
  DIAGNOSTICS.droppedMark,
  DIAGNOSTICS.tooDeep,
];

it("has one heading per code in docs/diagnostics.md, with a wrong and a right example", () => {
  const page = readFileSync(new URL("../../docs/diagnostics.md", import.meta.url), "utf8");
  const sections = page.split(/^## /m).slice(1);
  const headings = sections.map((section) => /^CACHET\d{4}/.exec(section)?.[0]);
  expect(headings).toEqual([...new Set(Object.values(DIAGNOSTICS).map((one) => one.code))].sort());
  for (const section of sections) {
    expect(section).toMatch(/^CACHET\d{4}: \S/);
    expect(section.match(/```ts\n/g)?.length, section.slice(0, 60)).toBeGreaterThanOrEqual(1);
    const [, wrong, right] = /\/\/ wrong\n([\s\S]*?)\n\/\/ right\n([\s\S]*?)```/.exec(section) ?? [];
    const code = section.slice(0, 10);
    expect(codesOf(right), section).not.toContain(code);
    // What a page, a script and a plugin that compiled first refuse depends on more than the text, and no page shows real depth.
    if (BEYOND_TEXT.some((one) => one.code === code)) expect(wrong).toBeTruthy();
    else expect(codesOf(wrong), section).toContain(code);
  }
});

/** Codes for a module whose relative imports all exist. */
const codesOf = (source = "") =>
  transform(source, {
    fileName: "/p/src/a.ts",
    resolve: (specifier) => `/p/src/${specifier}`,
    read: (file) => (file.endsWith("package.json") ? '{"name":"pkg"}' : "export const rows = [1];"),
  }).diagnostics.map(({ code }) => code);

it("warns once of a place in another file, however many functions of this one reach it", () => {
  const mark = (name: string) => `/** @cacheData */\nexport function ${name}() { return now(); }\n`;
  const { diagnostics } = transform(`import { now } from "./clock.ts";\n${mark("a")}${mark("b")}${mark("c")}`, {
    fileName: "/p/a.ts",
    resolve: () => "/p/clock.ts",
    read: (file) => (file === "/p/clock.ts" ? "export const now = () => Date.now();" : undefined),
  });
  expect(diagnostics.map(({ code, line, message }) => [code, line, message.slice(message.indexOf("(/p"))])).toEqual([
    [DIAGNOSTICS.ambient.code, 2, '(/p/clock.ts:1, reached by "a" and 2 more)'],
  ]);
});
