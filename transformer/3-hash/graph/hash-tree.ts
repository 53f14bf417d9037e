import type ts from "typescript";
import type { HashNode } from "../../types.ts";
import { digest } from "../normal-form/digest.ts";
import type { Unit } from "./nodes.ts";

/** The units in their order, a function of that name first, then what they use that has no source here. */
export function describeTree(
  reached: readonly Unit[],
  hashes: Pick<ReadonlyMap<object, string>, "get">,
  root: string,
): HashNode[] {
  const index = new Map<Unit | string, number>();
  const tree: HashNode[] = [];
  for (const unit of reached) {
    index.set(unit, tree.length);
    const { sourceFile, file } = unit.module;
    const node = unit.nodes[0] as ts.Node;
    const { line } = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile));
    const { kind, name, note } = unit;
    const hash = hashes.get(unit) ?? "";
    tree.push({ kind, name, file, line: line + 1, hash, own: unit.own, uses: [], ...(note !== undefined && { note }) });
  }
  Object.assign(tree[0] ?? {}, { kind: "function", name: root });
  for (const unit of reached) {
    const from = tree[index.get(unit) as number] as HashNode;
    for (const { label, target } of unit.edges) {
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
