import type { HashNode } from "../../types.ts";
import { digest } from "../normal-form/digest.ts";
import type { GraphNode } from "./model.ts";

/** The nodes in their order, a function of that name first, then what they use that has no source here. */
export function describeTree(
  reached: readonly GraphNode[],
  hashes: Pick<ReadonlyMap<object, string>, "get">,
  root: string,
): HashNode[] {
  const index = new Map<GraphNode | string, number>();
  const tree: HashNode[] = [];
  for (const graphNode of reached) {
    index.set(graphNode, tree.length);
    const { sourceFile, file } = graphNode.module;
    const node = graphNode.syntax[0] ?? sourceFile;
    const lineAt = (offset: number) => sourceFile.getLineAndCharacterOfPosition(offset).line + 1;
    const { kind, name, note } = graphNode;
    const hash = hashes.get(graphNode) ?? "";
    tree.push({
      kind,
      name,
      file,
      line: lineAt(node.getStart(sourceFile)),
      lastLine: lineAt((graphNode.syntax.at(-1) ?? node).end),
      hash,
      own: graphNode.own,
      uses: [],
      ...(note !== undefined && { note }),
    });
  }
  Object.assign(tree[0] ?? {}, { kind: "function", name: root });
  for (const graphNode of reached) {
    const from = tree[index.get(graphNode) as number] as HashNode;
    for (const { label, target } of graphNode.edges) {
      if (target === "global" || target === "ambient" || target === "captured") continue;
      if (typeof target === "string" && !index.has(target)) {
        index.set(target, tree.length);
        tree.push({ ...describeOutside(target, label), hash: digest(target), uses: [] });
      }
      const to = index.get(target);
      if (to !== undefined && !from.uses.includes(to)) from.uses.push(to);
    }
  }
  return tree;
}

/** `package zod@4.1.0#z` → kind and name. */
function describeOutside(target: string, label: string): Pick<HashNode, "kind" | "name"> {
  const [kind = "", ...rest] = target.split(" ");
  const name = rest.join(" ");
  if (kind === "package" || kind === "builtin") return { kind, name };
  return { kind: kind === "asset" || kind === "virtual" ? "asset" : "other", name: `${label}: ${target}` };
}
