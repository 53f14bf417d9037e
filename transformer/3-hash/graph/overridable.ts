import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";
import { bindingOfOwner, findOwnMembers, ownerOf } from "./class-members.ts";
import type { GraphNode, Module } from "./model.ts";

/** What subclasses may override of a class, beside the members that it declares itself. */
type Open = "inherited" | "any";

/** How it is called by who asks whether it is reached. */
export function openName(api: SyntaxApi, { file, scopes }: Module, owner: ts.ClassLikeDeclaration, open: Open): string {
  return `${file}#${bindingOfOwner(api, scopes, owner)?.name ?? "default"}.^${open}`;
}

const namesByNode = new WeakMap<GraphNode, readonly string[]>();

/**
 * What a method runs that a subclass may override, though the class doesn't declare it: what is inherited, since the
 * bases count whole, and anything where `this` is handed on.
 */
export function openNames(api: SyntaxApi, node: GraphNode): readonly string[] {
  const known = namesByNode.get(node);
  if (known) return known;
  const found = new Set<string>();
  for (const syntax of node.kind === "member" ? node.syntax : []) {
    const owner = ownerOf(api, syntax);
    if (!owner || !api.isClassLike(owner)) continue;
    const { all, base } = findOwnMembers(api, node.module.scopes, syntax, owner);
    if (all) found.add(openName(api, node.module, owner, "any"));
    if (base) found.add(openName(api, node.module, owner, "inherited"));
  }
  const names = [...found];
  namesByNode.set(node, names);
  return names;
}

/** The name of what a method runs by its own `this`, where its entries are those of all instances. */
export const sharedName = (name: string): string => name.replace("#", "#shared ");
