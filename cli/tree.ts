import type { HashNode } from "../transformer/types.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Draws what a code hash covers. Each thing is drawn with what it uses once; later it is only named.
 *
 * ```text
 * function load  src/data.ts:4  9f2c41d0
 * ├─ function fetchIt  src/http.ts:10  77ab03e1
 * │  └─ package zod@4.1.0
 * └─ value BASE  src/http.ts:3  0c55d2aa
 * ```
 */
export function drawTree(terminal: Terminal, tree: readonly HashNode[], shorten: (file: string) => string): string {
  const lines: string[] = [];
  const drawn = new Set<number>();
  const draw = (index: number, lead: string, branch: string, below: string): void => {
    const node = tree[index];
    if (!node) return;
    const isRepeated = drawn.has(index);
    drawn.add(index);
    const again = isRepeated && node.uses.length > 0 ? terminal.paint("dim", "  (see above)") : "";
    lines.push(terminal.paint("dim", lead + branch) + describeNode(terminal, node, shorten) + again);
    if (isRepeated) return;
    node.uses.forEach((use, position) => {
      const isLast = position === node.uses.length - 1;
      draw(use, lead + below, isLast ? "└─ " : "├─ ", isLast ? "   " : "│  ");
    });
  };
  tree.forEach((_, index) => {
    if (!drawn.has(index)) draw(index, "", "", "");
  });
  return lines.join("\n");
}

function describeNode(terminal: Terminal, node: HashNode, shorten: (file: string) => string): string {
  const place =
    node.file === undefined ? "" : `  ${shorten(node.file)}${node.line === undefined ? "" : `:${node.line}`}`;
  const why = node.note === undefined ? "" : `  ${terminal.paint("yellow", node.note)}`;
  const hash = terminal.paint("dim", `  ${node.hash.slice(0, 8)}`);
  return `${terminal.paint("cyan", node.kind)} ${node.name}${place}${hash}${why}`;
}
