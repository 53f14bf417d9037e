import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { keysTo, memberName, pathOf } from "./name-path.ts";
import type { Holding } from "./value-ways.ts";

/** The name under which a member of an object literal, or a field of a class, holds a value. */
export function keyOf(api: SyntaxApi, member: ts.Node): string | undefined {
  const isOfObject = api.isPropertyAssignment(member) || api.isShorthandPropertyAssignment(member);
  if (!isOfObject && !api.isPropertyDeclaration(member)) return undefined;
  return "text" in member.name ? member.name.text : undefined;
}

/** `({ table }) => …`: what a pattern takes out has fewer objects around the value. */
export function heldInside(api: SyntaxApi, pattern: ts.BindingName, { nameNode }: Binding, held: number): number {
  const depth = depthOf(api, pattern, nameNode);
  return depth === undefined ? 0 : Math.max(0, held - depth);
}

/** How many objects and arrays a pattern takes apart to get to a name. */
function depthOf(api: SyntaxApi, pattern: ts.BindingName, name: ts.Identifier): number | undefined {
  if (pattern === name) return 0;
  if (api.isIdentifier(pattern)) return undefined;
  for (const element of pattern.elements) {
    const inner = api.isBindingElement(element) ? depthOf(api, element.name, name) : undefined;
    if (inner !== undefined) return inner + ((element as ts.BindingElement).dotDotDotToken ? 0 : 1);
  }
  return undefined;
}

/** Whether a pattern takes a name's value from another member than the one that is meant. */
export function isOtherName(
  api: SyntaxApi,
  pattern: ts.BindingName,
  { nameNode }: Binding,
  member: string | undefined,
): boolean {
  const key = member === undefined ? undefined : keysTo(api, pattern, nameNode)?.[0];
  return key !== undefined && key !== member;
}

/** What has a value once it is assigned to a member: `all.own.rows = rows`; with how it is held by that, and by its member. */
export function heldByRoot(
  api: SyntaxApi,
  scopes: Scopes,
  target: ts.Node,
  how: Holding,
): Holding & { root: ts.Node; inside: Holding } {
  let root = skipWrappers(api, target);
  let inside = how;
  let { held, as } = how;
  while (api.isPropertyAccessExpression(root) || api.isElementAccessExpression(root)) {
    inside = { held, as };
    as = memberName(api, scopes, root);
    root = skipWrappers(api, root.expression);
    held++;
  }
  return { root, held, as, inside };
}

/** Classes whose instances take what a list holds into one of their own. */
const COPYING = new Set(["Array", "Map", "Set", "WeakMap", "WeakSet"]);

/** `new Set(rows)` */
export function isCopied(api: SyntaxApi, scopes: Scopes, { expression }: ts.NewExpression): boolean {
  const path = pathOf(api, scopes, expression);
  return path !== undefined && path.names.length === 0 && COPYING.has(path.root);
}
