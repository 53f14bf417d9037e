import { describe, expect, it } from "vitest";
import { transformText } from "./harness.ts";

// What is a mark, and what only speaks of one.

const FN = "export function load(id: number) { return id; }\n";
const under = (comment: string) => transformText(`${comment}\n${FN}`);

describe("a comment that only speaks of a mark", () => {
  it.each([
    ["a reference", "/** @see @cacheData */"],
    ["a reference with words", "/**\n * @see the guide to @cacheData\n */"],
    ["a code fence", "/**\n * ```ts\n * @cacheData\n * ```\n */"],
    [
      "a code fence with options",
      "/**\n * Like this:\n * ~~~\n * @cacheData({ ttl: 60 })\n * function f() {}\n * ~~~\n */",
    ],
    ["a longer fence that holds a shorter one", "/**\n * ````md\n * ```\n * @cacheData\n * ```\n * ````\n */"],
    ["a fence of tildes in one of backticks", "/**\n * ```\n * ~~~\n * @cacheData\n * ```\n */"],
    ["a fence in a list", "/**\n * - ```ts\n *   @cacheData\n *   ```\n */"],
    ["a fence in a quotation", "/**\n * > ```\n * > @cacheData\n * > ```\n */"],
    ["the words of another tag", "/** @param id what is handed to @cacheData */"],
    ["a word of another tool in an ordinary comment", "// @cached"],
    ["what HTML has for code", "/**\n * <pre>\n * @cacheData\n * </pre>\n */"],
    [
      "what HTML has for code, with a language",
      '/**\n * <pre lang="ts"><code>\n * @cacheData({ ttl: 1 })\n * </code></pre>\n */',
    ],
    ["what is to be done", "/** TODO: @cacheData */"],
    ["what is to be done, in lines", "/**\n * Reads rows.\n * FIXME(me): @cacheData({ ttl: 60 })\n */"],
    ["what is to be done, in an ordinary comment", "// TODO: @cacheData"],
  ])("marks nothing and is not reported: %s", (_, comment) => {
    expect(under(comment)).toMatchObject({ functions: [], diagnostics: [] });
  });

  it.each([
    "/** Loads one. @cacheData */",
    "/** Loads one (it is slow!) @cacheData */",
    "/** 読む。 @cacheData */",
    "/** @internal @cacheData */",
    "/** @internal @async @cacheData({ ttl: 60 }) */",
    "/**\n * Loads one.\n *  @cacheData\n * Text of its own.\n */",
    "/**\n     @cacheData\n */",
    "/**      @cacheData */",
    "/**\n * @cacheData({ ttl: 60 })\n * for a minute\n */",
    "/**\n * Not <pre> at all.\n * @cacheData\n */",
    "/**\n * @cacheData\n * (slow)\n */",
    "/**\n * @cacheData\n *\n * { one, two } is what it gives.\n */",
  ])("is a mark: %s", (comment) => {
    expect(under(comment)).toMatchObject({ functions: [{ kind: "data" }], diagnostics: [] });
  });

  it("marks again behind the fence", () => {
    const { functions, diagnostics } = under("/**\n * ```ts\n * @cacheResource\n * ```\n * @cacheData\n */");
    expect(diagnostics).toEqual([]);
    expect(functions.map(({ kind }) => kind)).toEqual(["data"]);
  });
});

it("shows both ways out where a tag may be a mark or speak of one", () => {
  const source = `/** Loads rows @cacheData */\n${FN}`;
  const { diagnostics } = transformText(source);
  const fixed = diagnostics[0]?.fixes.map(({ edits: [edit] }) => {
    const { start, end, text } = edit as { start: number; end: number; text: string };
    return transformText(source.slice(0, start) + text + source.slice(end));
  });
  expect(fixed?.map((each) => [each.diagnostics.length, each.functions.length])).toEqual([
    [0, 1],
    [0, 0],
  ]);
});

describe("what is meant as a mark and is none", () => {
  it.each([
    ["/** @cached */", "CACHET1001", "@cached"],
    ["/** @cache */", "CACHET1001", "@cache"],
    ["/**\n * Text.\n * @cached\n */", "CACHET1001", "@cached"],
    ["/** @st.cache_data */", "CACHET1001", "@st.cache_data"],
    ["/** {@cacheData} */", "CACHET1001", "@cacheData"],
    ["/** Loads one. {@cacheData({ ttl: 60 })} */", "CACHET1001", "@cacheData"],
    ["/**\n * {@cacheData({ ttl: 60 })}\n */", "CACHET1001", "@cacheData"],
    ["/** @cacheData({ ttl: 60 }) for a minute */", "CACHET1007", "for a minute"],
    ["/** @cacheData() for ever */", "CACHET1007", "for ever"],
    ["/** @cacheData()() */", "CACHET1007", "()"],
    ["/** @cacheData({}).ttl */", "CACHET1007", ".ttl"],
    ["/**\n * @cacheData({\n *   ttl: 60,\n * }) words\n */", "CACHET1007", "words"],
    ["/**\n * @cacheData\n * ({ ttl: 60 })\n */", "CACHET1007", "({ ttl: 60 })"],
    ["/**\n * @cacheData\n * { ttl: 60 }\n */", "CACHET1007", "{ ttl: 60 }"],
    ["/** Loads rows @cacheData */", "CACHET1021", "@cacheData"],
    ["/** Loads rows: @cacheData({ ttl: 60 }) */", "CACHET1021", "@cacheData"],
    ["/**\n * Like this:\n *\n *     @cacheData\n *     function f() {}\n */", "CACHET1021", "@cacheData"],
    ["/**\n * Like this:\n *\t@cacheData\n */", "CACHET1021", "@cacheData"],
    ["/**\n * ```\n * const x = 1;\n * @cacheData\n */", "CACHET1021", "@cacheData"],
  ])("is reported at its place: %s", (comment, code, at) => {
    const { diagnostics, functions } = under(comment);
    expect(functions).toEqual([]);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    const [{ start, length }] = diagnostics as [(typeof diagnostics)[0]];
    expect([start, length]).toEqual([comment.lastIndexOf(at), at.length]);
  });
});

it("is not turned off by a comment or a string that mentions what emitted code imports", () => {
  const mentions = [
    '// import * as x from "cachet/internal"\n',
    "const text = `import x from 'cachet/internal'`;\n",
    'import type { Definition } from "cachet/internal";\n',
  ];
  for (const mention of mentions) expect(transformText(`${mention}/** @cacheData */\n${FN}`).functions).toHaveLength(1);
});
