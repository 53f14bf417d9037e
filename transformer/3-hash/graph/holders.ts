import type ts from "typescript";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { keysTo, pathOf } from "./name-path.ts";

/** The name under which a member of an object literal holds a value. */
export function keyOf(api: SyntaxApi, member: ts.Node): string | undefined {
  if (!api.isPropertyAssignment(member) && !api.isShorthandPropertyAssignment(member)) return undefined;
  return "text" in member.name ? member.name.text : undefined;
}

/** `({ table }) => …`: what a pattern takes out has fewer objects around the value. */
export function heldInside(api: SyntaxApi, pattern: ts.BindingName, { nameNode }: Binding, held: number): number {
  const keys = keysTo(api, pattern, nameNode);
  return keys ? Math.max(0, held - keys.length) : 0;
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

/** Classes whose instances take what a list holds into one of their own. */
const COPYING = new Set(["Array", "Map", "Set", "WeakMap", "WeakSet"]);

/** `new Set(rows)` */
export function isCopied(api: SyntaxApi, scopes: Scopes, { expression }: ts.NewExpression): boolean {
  const path = pathOf(api, scopes, expression);
  return path !== undefined && path.names.length === 0 && COPYING.has(path.root);
}
