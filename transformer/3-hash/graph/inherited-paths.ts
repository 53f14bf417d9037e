import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { baseOf, membersNamed } from "./class-members.ts";
import { type NamePath, outermostAccess, pathOf, pathTo } from "./name-path.ts";

/** Classes that extend one another at most. */
const DEPTH = 8;

/**
 * What a class has of a base that isn't the program's own: `new Stamp()` and `Stamp.now()` of `class Stamp extends Date
 * {}` are those of `Date`. Not where it has a constructor or a static member of that name itself.
 */
export function inheritedPath(
  api: SyntaxApi,
  scopes: Scopes,
  owner: ts.ClassLikeDeclaration,
  [first]: readonly string[],
  depth = DEPTH,
): NamePath | undefined {
  const base = hasOwn(api, owner, first) ? undefined : baseOf(api, owner);
  if (!base || depth === 0) return undefined;
  const extended = classOf(api, scopes, base);
  if (extended) return inheritedPath(api, scopes, extended, first === undefined ? [] : [first], depth - 1);
  return pathOf(api, scopes, base);
}

/** Whether a class has a static member of that name itself; without a name, a constructor. */
export function hasOwn(api: SyntaxApi, owner: ts.ClassLikeDeclaration, name: string | undefined): boolean {
  if (name === undefined) return owner.members.some((member) => api.isConstructorDeclaration(member));
  return membersNamed(api, owner, name, true).length > 0;
}

/** The path around the name of a class, by what its class inherits. */
export function inheritedPathAround(
  api: SyntaxApi,
  scopes: Scopes,
  start: ts.Node,
): { path: NamePath; base: NamePath; node: ts.Node } | undefined {
  const owner = classOf(api, scopes, start);
  if (!owner) return undefined;
  const { node, names } = outermostAccess(api, scopes, start);
  const base = inheritedPath(api, scopes, owner, names);
  return base && { path: pathTo(base, names), base, node };
}

/** What `super(…)` calls. */
export function pathOfSuper(api: SyntaxApi, scopes: Scopes, call: ts.CallExpression): NamePath | undefined {
  let owner: ts.Node = call;
  while (owner && !api.isClassLike(owner)) owner = owner.parent;
  const base = owner && baseOf(api, owner as ts.ClassLikeDeclaration);
  const extended = base && classOf(api, scopes, base);
  if (extended) return inheritedPath(api, scopes, extended, []);
  return base && pathOf(api, scopes, base);
}

/** The class that an expression is or names, in the same file. */
export function classOf(
  api: SyntaxApi,
  scopes: Scopes,
  expression: ts.Node,
  depth = DEPTH,
): ts.ClassLikeDeclaration | undefined {
  const node = skipWrappers(api, expression);
  if (api.isClassLike(node)) return node;
  const declaration = api.isIdentifier(node) ? scopes.resolve(node.text, node)?.declaration : undefined;
  if (!declaration) return undefined;
  if (api.isClassLike(declaration)) return declaration;
  const held = api.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return held && depth > 0 ? classOf(api, scopes, held, depth - 1) : undefined;
}
