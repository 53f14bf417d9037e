import fc from "fast-check";
import { expect, it } from "vitest";
import {
  bothForms,
  compile,
  compileAst,
  compileText,
  execute,
  executeWithStub,
  freshFile,
  identifiersOf,
  mappedSpots,
  spotKey,
  transformText,
} from "./harness.ts";

/** Source text of programs made of marked functions in each other, in every layout that the grammar allows. */
const layout = fc.constantFrom(" ", "\n", "\n\n", "\t", " /* c */ ", " // c\n", "\r\n", "/** doc */");
const inline = fc.constantFrom(" ", "  ", " /* c */ ", "/**/");
const mark = fc.constantFrom(
  "/** @cacheData */",
  "/** @cacheData() */",
  "/** @cacheResource */",
  "/** @cacheData({ ttl: '1h', maxEntries: 3 }) */",
  "/**\n * Text.\n * @cacheData({\n *   ttl: LIMIT,\n * })\n */",
  "/** @cacheData({ validate: (v) => v !== LIMIT }) */",
  "/* none */",
);
const parameters = fc.constantFrom(
  "",
  "a",
  "a, b = a",
  "{ a, b = 2 } = { a: 1 }",
  "a, ...b",
  "[a, b] = [1, 2]",
  "_a, b",
  "a = 1,",
);
const value = fc.constantFrom("1", "[a0, 'x']", "{ k: 1 }", "`t${1}`", "(() => 2)()", "[...'ab']");

interface Piece {
  statement: (index: number) => string;
}

const body = (depth: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom("", '"use server";', '"use x"\n'), layout, value, pieces(depth - 1), fc.boolean())
    .map(([directive, gap, result, inner, semicolon]) => {
      const plain = result.replace("a0", "1");
      return `{${directive}${gap}${inner}return ${plain}${semicolon ? ";" : "\n"}}`;
    });

const piece = (depth: number): fc.Arbitrary<Piece> =>
  fc
    .record({
      mark,
      gap: layout,
      inline,
      parameters,
      body: body(depth),
      value,
      async: fc.constantFrom("", "async "),
      shape: fc.nat({ max: 9 }),
    })
    .map((p) => ({ statement: (index: number) => render(p, `n${depth}_${index}`) }));

function render(p: any, name: string): string {
  const result = p.value.replace("a0", "1");
  const expression = result.startsWith("{") ? `(${result})` : result;
  const head = `${p.mark}${p.gap}`;
  switch (p.shape) {
    case 0:
      return `${head}${p.async}function${p.inline}${name}${p.inline}(${p.parameters})${p.inline}${p.body}`;
    case 1:
      return `${head}const ${name} =${p.inline}${p.async}(${p.parameters})${p.inline}=>${p.inline}${p.body};`;
    case 2:
      return `${head}const ${name} = ${p.async}(${p.parameters}) =>${p.inline}${expression}${p.inline};`;
    case 3:
      return `const ${name} = ${head}(${p.async}function (${p.parameters}) ${p.body});`;
    case 4:
      return `class ${name} { k = 1\n ${head}static ${p.async}m(${p.parameters}) ${p.body}\n ${p.mark}\nf = () => ${expression}\n}`;
    case 5:
      return `class ${name} { ${head}${p.async}["m" + 1](${p.parameters}) ${p.body} z = 2 }`;
    case 6:
      return `const ${name} = { ${head}${p.async}m(${p.parameters}) ${p.body}, ${p.mark} p: ${p.async}(${p.parameters}) => ${expression} };`;
    case 7:
      return `{ const keep = ${name}; ${head}function ${name}(${p.parameters}) ${p.body} }`;
    case 8:
      return `switch (1) { case 1:${p.inline}${head}function ${name}(${p.parameters}) ${p.body} default: }`;
    default:
      return `let ${name}_ = 0, ${head}${name} = ((${p.parameters}) => ${expression})`;
  }
}

function pieces(depth: number): fc.Arbitrary<string> {
  if (depth < 0) return fc.constant("");
  return fc
    .array(piece(depth), { maxLength: depth === 0 ? 1 : 3 })
    .map((all) => `${all.map((one, index) => one.statement(index)).join("\n")}\n`);
}

const program = pieces(2).map((text) => `const LIMIT = 60\n${text}probe({ done: true });\nexport {};\n`);
const settings = { fileName: "/p/src/a.js" };

it("gives structurally equal programs from text and tree", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(program, (source) => {
      const { text, ast } = bothForms(source, settings);
      expect(ast).toEqual(text);
    }),
    { numRuns: 120 },
  );
});

it("keeps every line and maps every name, and what it gives still runs", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(program, (source) => {
      execute(compile(source, settings));
      const { code, map, functions } = transformText(source, settings);
      expect(code.split("\n")).toHaveLength(source.split("\n").length);
      if (functions.length === 0) return;
      const mapped = mappedSpots(code, map as object, settings.fileName);
      expect(identifiersOf(source, settings.fileName).filter((spot) => !mapped.has(spotKey(spot)))).toEqual([]);
      const unique = { fileName: freshFile("js") };
      expect(executeWithStub(compileText(source, unique)).probes).toEqual({ done: true });
      expect(executeWithStub(compileAst(source, unique)).probes).toEqual({ done: true });
    }),
    { numRuns: 80 },
  );
});

it("marks every function that a comment names", () => {
  fc.assert(
    fc.property(program, (source) => {
      const { functions, diagnostics } = transformText(source, settings);
      const marks = source.match(/@cache/g)?.length ?? 0;
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(functions).toHaveLength(marks);
      expect(new Set(functions.map(({ id }) => id)).size).toBe(marks);
    }),
    { numRuns: 80 },
  );
});

it("keeps statements apart where an import that ends in a brace has no semicolon", () => {
  const source =
    'import limits from "./limits.json" with { type: "json" }\n/** @cacheData({ ttl: limits.ttl }) */\nexport function f(x: number) { return x }\n';
  const { text, ast } = bothForms(source);
  expect(ast).toEqual(text);
});
