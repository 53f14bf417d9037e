import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";

const NAMED: Readonly<Record<string, string>> = { quot: '"', apos: "'", amp: "&", lt: "<", gt: ">" };

/**
 * Resolves the entities that formatters rewrite, and numeric ones. Any other stays as `&name;` while a plain `&` is
 * doubled, so that no two different texts become one.
 */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));|&/gi, (all, decimal, hex, name) => {
    if (name) return Object.hasOwn(NAMED, name) ? escapeAmpersand(NAMED[name] ?? all) : all;
    const code = decimal ? Number.parseInt(decimal, 10) : hex ? Number.parseInt(hex, 16) : undefined;
    return code === undefined || code > 0x10ffff ? escapeAmpersand(all) : escapeAmpersand(String.fromCodePoint(code));
  });
}

export function escapeAmpersand(text: string): string {
  return text.replaceAll("&", "&&");
}

/** The text that JSX makes of its source: lines trimmed and joined by one space, lines of white space gone. */
function jsxText(source: string): string {
  const lines = source.split(/\r\n|\n|\r/);
  const kept: string[] = [];
  lines.forEach((line, index) => {
    let text = line;
    if (index > 0) text = text.replace(/^[ \t]+/, "");
    if (index < lines.length - 1) text = text.replace(/[ \t]+$/, "");
    if (text !== "") kept.push(text);
  });
  return decodeEntities(kept.join(" "));
}

/**
 * The children of an element: nodes, and texts as JSX sees them. Formatters turn a space at a line's end into `{" "}`
 * and back, so such an expression joins the texts around it.
 */
export function jsxChildren(ts: SyntaxApi, children: readonly ts.JsxChild[]): (string | ts.Node)[] {
  const out: (string | ts.Node)[] = [];
  const addText = (text: string) => {
    const last = out.at(-1);
    if (typeof last === "string") out[out.length - 1] = last + text;
    else if (text !== "") out.push(text);
  };
  for (const child of children) {
    if (ts.isJsxText(child)) addText(jsxText(child.text));
    else if (!ts.isJsxExpression(child)) out.push(child);
    else if (child.expression && ts.isStringLiteral(child.expression) && /^[ \t\n]+$/.test(child.expression.text)) {
      addText(child.expression.text);
    } else if (child.expression) out.push(child);
  }
  return out;
}
