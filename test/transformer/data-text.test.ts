import ts from "typescript";
import { describe, expect, it } from "vitest";
import { dataText } from "../../transformer/3-hash/normal-form/data-text.ts";
import { serialize } from "../../transformer/3-hash/normal-form/serialize.ts";
import { createScopes } from "../../transformer/syntax/scopes.ts";

function expressionIn(text: string): ts.Expression {
  const file = ts.createSourceFile("a.ts", `(${text});`, ts.ScriptTarget.Latest, true);
  createScopes(ts, file);
  return ((file.statements[0] as ts.ExpressionStatement).expression as ts.ParenthesizedExpression).expression;
}

/** As it is written where nothing is known of tables: a short one is none. */
const plain = (text: string) => serialize(ts, expressionIn(text)).slice(2);

const ROWS = [
  "1",
  "-0x10",
  "1_000.50",
  "'a\\u0062\"'",
  "true",
  "false",
  "null",
  "[]",
  "{}",
  "[1, [2, 'b']]",
  "{ a: 1, 'b-c': [{ d: null }], \"e\": -1 }",
  "({ a: 1 } as const)",
];

describe("a literal that holds nothing but data", () => {
  it.each(ROWS)("is written as any other code: %s", (row) => {
    expect(dataText(ts, expressionIn(row))).toBe(plain(row));
    const many = (count: number) => `[${Array.from({ length: count }, () => row).join(",\n")}]`;
    const rows = Array.from({ length: 40 }, () => plain(row)).join(" ");
    expect(plain(many(40))).toBe(`(ArrayLiteralExpression [${rows}])`);
  });

  it.each([
    "x",
    "f()",
    "`a`",
    "[...a]",
    "{ ...a }",
    "{ a }",
    "{ [a]: 1 }",
    "{ a() {} }",
    "[,]",
    "/x/",
    "1n",
    "{ 1: 2 }",
    "+1",
    "(a, 1)",
    "[() => 1]",
  ])("is none where it holds %s", (part) => {
    expect(dataText(ts, expressionIn(`[1, ${part}]`))).toBeUndefined();
    const many = `[${Array.from({ length: 40 }, () => part).join(", ")}]`;
    expect(plain(many)).toContain("(ArrayLiteralExpression [");
  });

  it("tells tables apart by each of their values, and not by their layout", () => {
    const table = (value: number) =>
      `[${Array.from({ length: 5000 }, (_, index) => `{ id: ${index}, value: ${index === 4321 ? value : 0} }`).join(",")}]`;
    expect(plain(table(1))).not.toBe(plain(table(2)));
    expect(plain(table(1).replaceAll(",", ",\n"))).toBe(plain(table(1)));
  });
});
