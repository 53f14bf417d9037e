import type ts from "typescript";
import { isWrapper } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";

/** How deep literals are looked into: enough for tables, and an end for what a machine wrote. */
const DEPTH = 40;

/**
 * The normal form of an array or object that holds nothing but literals, as `serialize` writes it, or `undefined` where it
 * holds anything else. A table of data has millions of nodes: for each of them this makes one text and nothing more.
 */
export function dataText(ts: SyntaxApi, node: ts.Node, depth = DEPTH): string | undefined {
  const K = ts.SyntaxKind;
  switch (node.kind) {
    case K.StringLiteral:
      return `s${JSON.stringify((node as ts.StringLiteral).text)}`;
    case K.NumericLiteral:
      return `n${Number((node as ts.NumericLiteral).text)}`;
    case K.TrueKeyword:
      return 'k"true"';
    case K.FalseKeyword:
      return 'k"false"';
    case K.NullKeyword:
      return 'k"null"';
    case K.PrefixUnaryExpression: {
      const { operator, operand } = node as ts.PrefixUnaryExpression;
      if (operator !== K.MinusToken || !ts.isNumericLiteral(operand)) return undefined;
      return `(pre- n${Number(operand.text)})`;
    }
    case K.ArrayLiteralExpression: {
      const { elements } = node as ts.ArrayLiteralExpression;
      return listText("ArrayLiteralExpression", elements, (element) => dataText(ts, element, depth - 1), depth);
    }
    case K.ObjectLiteralExpression: {
      const { properties } = node as ts.ObjectLiteralExpression;
      return listText("ObjectLiteralExpression", properties, (property) => propertyText(ts, property, depth), depth);
    }
    default:
      return isWrapper(ts, node) ? dataText(ts, node.expression, depth) : undefined;
  }
}

function propertyText(ts: SyntaxApi, property: ts.ObjectLiteralElementLike, depth: number): string | undefined {
  if (!ts.isPropertyAssignment(property)) return undefined;
  const { name, initializer } = property;
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return undefined;
  const value = dataText(ts, initializer, depth - 1);
  return value === undefined ? undefined : `(PropertyAssignment i${JSON.stringify(name.text)} ${value})`;
}

function listText<T>(
  kind: string,
  items: readonly T[],
  textOf: (item: T) => string | undefined,
  depth: number,
): string | undefined {
  if (depth === 0) return undefined;
  let list = "";
  for (const item of items) {
    const text = textOf(item);
    if (text === undefined) return undefined;
    list += list === "" ? text : ` ${text}`;
  }
  return `(${kind} [${list}])`;
}
