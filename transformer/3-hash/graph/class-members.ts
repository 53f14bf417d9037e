import type ts from "typescript";
import { hasModifier } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { TypeScript } from "../../types.ts";
import { membersTaken } from "./references.ts";

export type Owner = ts.ClassLikeDeclaration | ts.ObjectLiteralExpression;

export interface OwnMembers {
  /** Members of the owner that the code uses through `this`. */
  members: ts.Node[];
  /** The base class's expression, where `super` or an inherited member is used. */
  base?: ts.Expression;
  /** `this` is handed on as a whole: anything of the owner may be used. */
  all: boolean;
}

export function ownerOf(api: TypeScript, node: ts.Node): Owner | undefined {
  let member = node;
  if (api.isFunctionExpression(member) || api.isArrowFunction(member)) {
    const { parent } = member;
    if (api.isPropertyAssignment(parent) || api.isPropertyDeclaration(parent)) member = parent;
  }
  const { parent } = member;
  if (!parent) return undefined;
  return api.isClassLike(parent) || api.isObjectLiteralExpression(parent) ? parent : undefined;
}

/** What a method uses of the class or object it stands in. */
export function findOwnMembers(api: TypeScript, node: ts.Node, owner: Owner): OwnMembers {
  const found: OwnMembers = { members: [], all: false };
  const isStatic = isStaticMember(api, node);
  const base = api.isClassLike(owner) ? baseOf(api, owner) : undefined;
  for (const use of walkOwn(api, node)) {
    if (use.kind === api.SyntaxKind.SuperKeyword && base) found.base = base;
    if (use.kind !== api.SyntaxKind.ThisKeyword) continue;
    const names = membersTaken(api, use);
    if (!names) found.all = true;
    for (const name of names ?? []) {
      const members = membersNamed(api, owner, name, isStatic);
      found.members.push(...members);
      if (members.length === 0 && base) found.base = base;
    }
  }
  return found;
}

function isStaticMember(api: TypeScript, node: ts.Node): boolean {
  const member = api.isClassElement(node) ? node : node.parent;
  return hasModifier(member, api.SyntaxKind.StaticKeyword);
}

function baseOf(api: TypeScript, owner: ts.ClassLikeDeclaration): ts.Expression | undefined {
  const clause = owner.heritageClauses?.find((heritage) => heritage.token === api.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

function membersNamed(api: TypeScript, owner: Owner, name: string, isStatic: boolean): ts.Node[] {
  const members: readonly ts.Node[] = api.isClassLike(owner) ? owner.members : owner.properties;
  return members.filter((member) => {
    const key = (member as ts.ClassElement).name;
    const hasName = key && "text" in key && key.text === name;
    return hasName && (!api.isClassLike(owner) || hasModifier(member, api.SyntaxKind.StaticKeyword) === isStatic);
  });
}
