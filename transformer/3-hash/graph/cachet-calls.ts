import type ts from "typescript";
import type { GraphNode } from "./model.ts";

/** True for code that uses a function of `cachet` itself, under whatever name. */
export function callsCachet({ edges }: GraphNode, name: "cacheTag" | "dependsOn"): boolean {
  return edges.some(({ target }) => target === `builtin cachet#${name}`);
}

const MARK_WITH_TAGS = /@cache(?:Data|Resource)\s*\((?:(?!\*\/).)*?\btags\b/s;

/** True for code with a mark that speaks of tags: whoever calls it has them, too. */
export const marksWithTags = ({ syntax }: GraphNode): boolean =>
  syntax.some((node) => MARK_WITH_TAGS.test(withComment(node).getFullText()));

/** The comment of a function in a constant stands before the statement. */
export function withComment(node: ts.Node): ts.Node {
  const list = node.parent as Partial<ts.VariableDeclarationList> | undefined;
  return (list?.declarations?.[0] === node ? list.parent : undefined) ?? node;
}
