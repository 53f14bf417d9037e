import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";
import { dataText } from "./data-text.ts";
import { createExpander, type Part } from "./write-node.ts";

/** Version of the normal form. Any change to what `serialize` writes needs another one: it changes every hash. */
export const HASH_FORMAT = "c1";

/**
 * Writes a node in a normal form that keeps all that running code can notice and nothing else: types, comments,
 * layout, quotes, redundant parentheses, radix of numbers and escapes leave no trace. Two nodes with different code
 * never give the same text. An `export` or `default` in front of the node itself is not part of it.
 *
 * ```text
 * export const twice = (n: number) => n * 0x2          // the declaration
 * → c1(VariableDeclaration i"twice" (ArrowFunction [(Parameter _ i"n" _)] (* i"n" n2)))
 * ```
 *
 * Needs `parent` links (`createScopes` sets missing ones). Walks without recursion. Throws on syntax that it does not
 * know, rather than leave it out of the hash.
 */
export function serialize(ts: SyntaxApi, node: ts.Node): string {
  const expand = expanderOf(ts);
  const out: string[] = [HASH_FORMAT];
  const work: Part[] = expand(node, true).reverse();
  for (let part = work.pop(); part !== undefined; part = work.pop()) {
    if (typeof part === "string") {
      out.push(part);
      continue;
    }
    const data = isTable(ts, part) ? dataText(ts, part) : undefined;
    if (data !== undefined) {
      out.push(data);
      continue;
    }
    const parts = expand(part, false);
    for (let index = parts.length - 1; index >= 0; index--) work.push(parts[index] as Part);
  }
  return out.join("");
}

/** A literal with so many parts that it may well be data and nothing else. */
const MANY = 32;

function isTable(ts: SyntaxApi, node: ts.Node): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.length >= MANY;
  return ts.isObjectLiteralExpression(node) && node.properties.length >= MANY;
}

const expanders = new WeakMap<SyntaxApi, ReturnType<typeof createExpander>>();

function expanderOf(ts: SyntaxApi): ReturnType<typeof createExpander> {
  const known = expanders.get(ts);
  if (known) return known;
  const made = createExpander(ts);
  expanders.set(ts, made);
  return made;
}
