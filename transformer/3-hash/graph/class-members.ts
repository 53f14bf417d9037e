import type ts from "typescript";
import { hasModifier, isWrapper } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { membersTaken } from "./members-taken.ts";

export type Owner = ts.ClassLikeDeclaration | ts.ObjectLiteralExpression;

export interface OwnMembers {
  /** Each `this` and `super` of the code. */
  uses: ts.Node[];
  /** Abstract members used through `this` that no class of the file brings. */
  abstract: { name: string; at: ts.Node }[];
  /** Members of the owner that the code uses through `this`. */
  members: ts.Node[];
  /** Members of the file's subclasses that stand in the place of such. */
  overrides: ts.ClassElement[];
  /** The base class's expression, where `super` or an inherited member is used. */
  base?: ts.Expression;
  /** `this` is handed on as a whole: anything of the owner may be used. */
  all: boolean;
}

export function ownerOf(api: SyntaxApi, node: ts.Node): Owner | undefined {
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
export function findOwnMembers(api: SyntaxApi, scopes: Scopes, node: ts.Node, owner: Owner): OwnMembers {
  const found: OwnMembers = { members: [], all: false, uses: [], abstract: [], overrides: [] };
  const overriding = api.isClassLike(owner) ? subclassesOf(api, scopes, owner) : [];
  const isStatic = isStaticMember(api, node);
  const base = api.isClassLike(owner) ? baseOf(api, owner) : undefined;
  for (const use of walkOwn(api, node)) {
    if (use.kind === api.SyntaxKind.SuperKeyword) {
      if (base) found.base = base;
      // `{ __proto__: base }`
      else found.all ||= !api.isClassLike(owner);
    }
    if (use.kind !== api.SyntaxKind.ThisKeyword) continue;
    found.uses.push(use);
    const names = membersTaken(api, scopes, use);
    if (!names) found.all = true;
    for (const name of names ?? []) {
      const members = membersNamed(api, owner, name, isStatic);
      found.members.push(...members);
      if (api.isClassLike(owner) && !isStatic) found.members.push(...constructorOf(api, owner, members));
      // An object's others come by `...more`, `__proto__` or what it is handed to; `this.constructor` is the class.
      found.all ||= api.isClassLike(owner) ? name === "constructor" : members.length === 0;
      if (members.length === 0 && base) found.base = base;
      const overrides = overriding.flatMap((subclass) => membersNamed(api, subclass, name, isStatic));
      found.members.push(...overrides);
      found.overrides.push(...(overrides as ts.ClassElement[]));
      const isAbstract = members.some((member) => hasModifier(member, api.SyntaxKind.AbstractKeyword));
      if (isAbstract && overrides.length === 0) found.abstract.push({ name, at: use.parent });
    }
  }
  return found;
}

/** What gives a field its value that has none where it is declared. */
function constructorOf(api: SyntaxApi, owner: ts.ClassLikeDeclaration, members: readonly ts.Node[]): ts.Node[] {
  const hasValue = members.some((member) => !api.isPropertyDeclaration(member) || member.initializer);
  return hasValue ? [] : owner.members.filter((member) => api.isConstructorDeclaration(member) && member.body);
}

/**
 * Members of subclasses that stand in the place of what a method calls through `this`, itself or by others, where the
 * subclass hasn't the method as well.
 */
export function overriddenMembers(api: SyntaxApi, scopes: Scopes, method: ts.Node): ts.ClassElement[] {
  const found = new Set<ts.ClassElement>();
  const methods = new Set([method]);
  const { name } = method as ts.MethodDeclaration;
  for (const each of methods) {
    const owner = ownerOf(api, each);
    if (!owner || !api.isClassLike(owner)) continue;
    const { members, overrides } = findOwnMembers(api, scopes, each, owner);
    for (const member of members) methods.add(member);
    for (const override of overrides) {
      const subclass = override.parent as ts.ClassLikeDeclaration;
      const isOwn =
        name && "text" in name && membersNamed(api, subclass, name.text, isStaticMember(api, method)).length > 0;
      if (!isOwn) found.add(override);
    }
  }
  return [...found];
}

/** The classes of the file that extend a class, also through others: their members are run in its members' place. */
export function subclassesOf(
  api: SyntaxApi,
  scopes: Scopes,
  owner: ts.ClassLikeDeclaration,
): ts.ClassLikeDeclaration[] {
  const found = new Set([owner]);
  for (const known of found) {
    const binding = bindingOfOwner(api, scopes, known);
    for (const use of binding ? scopes.usesOf(binding) : []) {
      const { parent } = use;
      if (!api.isExpressionWithTypeArguments(parent) || !api.isClassLike(parent.parent.parent)) continue;
      found.add(parent.parent.parent);
    }
  }
  found.delete(owner);
  return [...found];
}

/** The name by which a file knows a class or object. */
export function bindingOfOwner(api: SyntaxApi, scopes: Scopes, owner: Owner): Binding | undefined {
  if (api.isClassDeclaration(owner)) return scopes.declaredBy(owner)[0];
  let node: ts.Node = owner;
  while (isWrapper(api, node.parent)) node = node.parent;
  const { parent } = node;
  return api.isVariableDeclaration(parent) && parent.initializer === node ? scopes.declaredBy(parent)[0] : undefined;
}

/** A class or object with what it is handed to where it is made: `Object.assign({ run() { … } }, more)`. */
export function wholeOf(api: SyntaxApi, scopes: Scopes, owner: Owner): ts.Node {
  if (api.isClassLike(owner) || bindingOfOwner(api, scopes, owner)) return owner;
  for (let node = owner.parent; node && !api.isFunctionLike(node); node = node.parent) {
    if (api.isVariableDeclaration(node) && api.isIdentifier(node.name)) return node;
  }
  return owner;
}

export function isStaticMember(api: SyntaxApi, node: ts.Node): boolean {
  const member = api.isClassElement(node) ? node : node.parent;
  return hasModifier(member, api.SyntaxKind.StaticKeyword);
}

export function baseOf(api: SyntaxApi, owner: ts.ClassLikeDeclaration): ts.Expression | undefined {
  const clause = owner.heritageClauses?.find((heritage) => heritage.token === api.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression;
}

export function membersNamed(api: SyntaxApi, owner: Owner, name: string, isStatic: boolean): ts.Node[] {
  const members: readonly ts.Node[] = api.isClassLike(owner) ? owner.members : owner.properties;
  return members.filter((member) => {
    const key = (member as ts.ClassElement).name;
    const hasName = key && "text" in key && key.text === name;
    return hasName && (!api.isClassLike(owner) || hasModifier(member, api.SyntaxKind.StaticKeyword) === isStatic);
  });
}
