import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { bindingOfOwner, ownerOf } from "./class-members.ts";
import type { GraphNode, Target } from "./model.ts";
import { keyOfTarget } from "./module-calls.ts";
import { PACKAGE } from "./packages.ts";
import { isLiteral } from "./primitive-values.ts";

const namesByNode = new WeakMap<GraphNode, readonly string[]>();

/** What of a reached node code that isn't reached may change: the value that it holds, a class, a package that it uses. */
export function changeableNames(api: SyntaxApi, node: GraphNode): readonly string[] {
  const known = namesByNode.get(node);
  if (known) return known;
  const names: string[] = [];
  for (const { target } of node.edges) {
    if (typeof target !== "string") {
      // By who calls it: a method that is overridden is not run, so what it is itself doesn't matter.
      if (target.kind === "member") names.push(nameOfTarget(api, target));
    } else if (target.startsWith(PACKAGE)) names.push(keyOfTarget(target) as string);
  }
  const { file } = node.module;
  if (node.kind === "module") names.push(`${file}#*`);
  else if (node.kind === "member") names.push(`${file}#${ownerName(api, node)}`);
  else if ((node.kind === "value" && !isFixed(api, node)) || node.kind === "class" || node.kind === "namespace")
    names.push(nameOfTarget(api, node));
  namesByNode.set(node, names);
  return names;
}

/** How a thing is called by who asks whether it is reached. */
export function nameOfTarget(api: SyntaxApi, target: Target): string {
  if (typeof target === "string") return target;
  const { file } = target.module;
  if (target.kind === "module") return `${file}#*`;
  if (target.kind !== "member") return `${file}#${target.name}`;
  return `${file}#${ownerName(api, target)}.${target.name.replace(/^this\./, "")}`;
}

/** A member of a class, which subclasses override. */
export const isMember = (name: string): boolean => /#.*\../.test(name);

/** Functions are seldom changed: by which file they lie in, and not by their names. */
export function isFunctionTarget(api: SyntaxApi, target: Target): boolean {
  return (
    typeof target !== "string" && (target.kind === "function" || isHeld(api, target.syntax[0], isFunctionExpression))
  );
}

function ownerName(api: SyntaxApi, { module, syntax }: GraphNode): string {
  const owner = syntax[0] && ownerOf(api, syntax[0]);
  return (owner && bindingOfOwner(api, module.scopes, owner)?.name) ?? "default";
}

const isFixed = (api: SyntaxApi, { syntax: [declaration] }: GraphNode): boolean => holdsFixed(api, declaration);

/** A variable that begins as a function, or as something that nobody can change. */
export const holdsFixed = (api: SyntaxApi, declaration: ts.Node | undefined): boolean =>
  isHeld(
    api,
    declaration,
    (_, value) => isFunctionExpression(api, value) || api.isLiteralExpression(value) || isLiteral(api, value),
  );

function isHeld(
  api: SyntaxApi,
  declaration: ts.Node | undefined,
  test: (api: SyntaxApi, value: ts.Node) => boolean,
): boolean {
  if (!declaration || !api.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  return test(api, skipWrappers(api, declaration.initializer));
}

function isFunctionExpression(api: SyntaxApi, value: ts.Node): boolean {
  return api.isArrowFunction(value) || api.isFunctionExpression(value);
}
