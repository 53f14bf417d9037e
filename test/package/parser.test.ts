import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { parse, syntaxErrors } from "../../transformer/syntax/parse.ts";
import { SYNTAX_API, type SyntaxApi } from "../../transformer/syntax/syntax-api.ts";
import { buildPackage } from "../adapters/package.ts";
import { REPOSITORY } from "../adapters/project.ts";

/** Code that this repository has none of. */
const RARE = {
  "errors.ts": "const = 1; function (a, { if (x }\nclass { get }\n`${",
  "legacy.cts":
    "import fs = require('fs'); export = class A { accessor a = 1; static { this.a++ } };\nnamespace N.M { export const a = <any>1 }",
  "old.js":
    "#!/usr/bin/env node\n/** @type {number} */ var a = 010, b = <!-- c\n d ? e : f;\nlabel: for (;;) break label;\nwith (a) b",
  "view.tsx":
    "/** @jsx h */ const a = <A.B {...c} d='&amp;' e:f={<>{/* g */}</>}>text {h}<i-j /></A.B>; const k = <T,>(l: T) => l",
  "unicode.ts": "const \\u{61}b = 'é\\u{1F600}', 变量 = /\\p{L}(?<n>a)\\k<n>/giu, n = 1_000n ** 0x1Fn;",
  "types.ts":
    "declare global { interface A<in out T> extends B { new <const U>(a?: U): asserts a is string; [k: string]: unknown } }\ntype C = A extends infer U extends string ? `${U}-${number}` : readonly [a?: 1, ...b: unique symbol[]];\nabstract class D<T> { declare a: T; protected constructor(private readonly b: string) { super() } @dec() override async *[Symbol.iterator]?(this: D<T>) {} }\nexport type { C } from './c' with { type: 'json' }; enum E { A = 1 << 2, B = A | 1 }\nlet x = y satisfies Z as unknown!; using r = f<string>`a${1}b`; import defer * as q from 'q'",
};

/** Code of the repository, by path. */
function ownSources(): [string, string][] {
  const folders = ["transformer", "scripts"];
  return folders.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.includes("node_modules"))
      .map((file): [string, string] => [file, readFileSync(join(REPOSITORY, folder, file), "utf8")]),
  );
}

describe("the parser that the package brings", () => {
  let parser: SyntaxApi;
  beforeAll(() => {
    buildPackage();
    parser = createRequire(import.meta.url)(join(REPOSITORY, "dist/transformer/parser.cjs"));
  });

  it("has what the transform asks for, and nothing else", () => {
    expect(Object.keys(parser).sort()).toEqual([...SYNTAX_API].sort());
    for (const name of SYNTAX_API) expect(typeof parser[name], name).toBe(typeof ts[name]);
  });

  it("makes the same trees as TypeScript", () => {
    const sources = [...Object.entries(RARE), ...ownSources()];
    expect(sources.length).toBeGreaterThan(200);
    for (const [file, text] of sources)
      expect(describeFile(parser, file, text), file).toEqual(describeFile(ts, file, text));
  });
});

/** Every node with all that can be asked of it. */
function describeFile(api: SyntaxApi, file: string, text: string): string[] {
  const source = parse(api, file, text);
  const questions = SYNTAX_API.filter((name) => /^is[A-Z]/.test(name)) as (keyof SyntaxApi)[];
  const lines: string[] = [];
  const visit = (node: ts.Node): void => {
    const yes = questions.filter((name) => (api[name] as (node: ts.Node) => boolean)(node));
    const { kind, pos, end, flags, parent } = node;
    const text = "text" in node ? node.text : "";
    lines.push(
      [
        kind,
        pos,
        node.getStart(source),
        end,
        flags,
        parent?.kind,
        node.constructor.name,
        text,
        node.getWidth(source),
        ...yes,
      ].join(" "),
    );
    lines.push(
      node
        .getChildren(source)
        .map((child) => `${child.kind} ${child.pos} ${child.end}`)
        .join(),
    );
    api.forEachChild(node, visit);
  };
  visit(source);
  for (const { code, start, length, messageText } of syntaxErrors(source))
    lines.push(`${code} ${start} ${length} ${api.flattenDiagnosticMessageText(messageText, "\n")}`);
  lines.push(source.getLineStarts().join(), String(api.isExternalModule(source)), String(api.getShebang(text)));
  const printer = api.createPrinter({ removeComments: true, newLine: api.NewLineKind.LineFeed });
  lines.push(printer.printNode(api.EmitHint.Unspecified, source, source));
  return lines;
}
