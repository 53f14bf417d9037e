import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import { isWriteTarget, skipWrappers } from "../../syntax/node-tests.ts";
import { walkOwn } from "../../syntax/scope/own-use.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import { effectOfGlobal } from "./call-effects.ts";
import { calleeOf, isFunction } from "./callees.ts";
import { isStaticMember, membersNamed, type Owner } from "./class-members.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { moduleLevelPart } from "./module-level.ts";
import { outermostAccess } from "./name-path.ts";
import { baseClass, type ClassPlace, classNamed } from "./overrides.ts";
import { isMatching, movesLastIndex } from "./positions.ts";
import type { ValueEvent } from "./value-events.ts";

/**
 * The first place at which a declaration's own code changes what its name stands for when that code is run later: static
 * methods and those of objects that write `this.x`, functions of a namespace that assign its variables, closures that
 * one and the same call made and that share a variable.
 */
export function* ownChangeOf(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
): Asking<ts.Node | undefined> {
  const { api } = session.context;
  if (binding.kind === "namespace") return changedMember(binding);
  const held = api.isVariableDeclaration(binding.declaration) ? binding.declaration.initializer : binding.declaration;
  const value = held && skipWrappers(api, held);
  if (!value || binding.import) return undefined;
  if (api.isClassLike(value) || api.isObjectLiteralExpression(value)) return changeWithin(api, module, binding, value);
  if (!api.isCallExpression(value)) return undefined;
  const callee = yield* calleeOf(session, module, value, asker);
  // Whoever takes of a generator's values leaves the others less.
  if (callee?.fn.asteriskToken) return module.scopes.usesOf(binding).find((use) => !moduleLevelPart(api, use)) ?? value;
  return callee && sharedState(api, callee.module.scopes, callee.fn);
}

function changedMember({ members }: Binding): ts.Node | undefined {
  for (const member of members?.values() ?? []) if (member.reassigned && member.writes[0]) return member.writes[0];
  return undefined;
}

function changeWithin(api: TypeScript, { scopes }: Module, binding: Binding, owner: Owner): ts.Node | undefined {
  const members: readonly ts.Node[] = api.isClassLike(owner)
    ? owner.members.filter((member) => isStaticMember(api, member) && !api.isClassStaticBlockDeclaration(member))
    : owner.properties;
  for (const member of members) {
    const fn = functionOf(api, member);
    const at = fn && changeOfThis(api, scopes, fn);
    if (at) return at;
  }
  return scopes
    .usesOf(binding)
    .find(
      (use) =>
        use.pos >= owner.pos &&
        use.end <= owner.end &&
        !moduleLevelPart(api, use) &&
        changesPartOf(api, scopes, use, 1),
    );
}

/** The function that a member is or holds. */
function functionOf(api: TypeScript, member: ts.Node): ts.Node | undefined {
  const held = api.isPropertyDeclaration(member) || api.isPropertyAssignment(member) ? member.initializer : undefined;
  const value = held && skipWrappers(api, held);
  if (value) return isFunction(api, value) ? value : undefined;
  return api.isFunctionLike(member) ? member : undefined;
}

const changeOfThis = (api: TypeScript, scopes: Scopes, fn: ts.Node): ts.Node | undefined =>
  thisOf(api, fn).find((use) => changesPartOf(api, scopes, use, 1));

const thisOf = (api: TypeScript, fn: ts.Node): ts.Node[] =>
  [...walkOwn(api, fn)].filter(({ kind }) => kind === api.SyntaxKind.ThisKeyword);

/** Whether a member of what a name stands for is written, or a part of it changed; `depth` members deep at least. */
function changesPartOf(api: TypeScript, scopes: Scopes, use: ts.Node, depth: number): boolean {
  const { node, names } = outermostAccess(api, scopes, use);
  const { parent } = node;
  if (names.length >= depth && (isWriteTarget(api, node) || api.isDeleteExpression(parent))) return true;
  if (api.isElementAccessExpression(parent) && parent.expression === node) return isWriteTarget(api, parent);
  if (!api.isCallExpression(parent)) return false;
  if (parent.expression === node) return names.length > depth && isChangingMethod(names.at(-1) as string);
  return effectOfGlobal(api, scopes, parent, parent.arguments.indexOf(node as ts.Expression)) === "changes";
}

/** A variable of a function that one of the functions in it writes and another one reads. */
function sharedState(api: TypeScript, scopes: Scopes, made: ts.FunctionLikeDeclaration): ts.Node | undefined {
  const written = new Map<Binding, { by: ts.Node; at: ts.Node }>();
  const read = new Map<Binding, Set<ts.Node>>();
  for (const fn of functionsIn(api, made)) {
    for (const { binding, identifier } of scopes.freeReferences(fn)) {
      if (!binding || binding.scope.pos < made.pos || binding.scope.end > made.end) continue;
      const isWritten = isWriteTarget(api, identifier) || changesPartOf(api, scopes, identifier, 0);
      if (isWritten && !written.has(binding)) written.set(binding, { by: fn, at: identifier });
      if (!isWritten) read.set(binding, (read.get(binding) ?? new Set()).add(fn));
    }
  }
  for (const [binding, { by, at }] of written) {
    for (const reader of read.get(binding) ?? []) if (reader !== by) return at;
  }
  return undefined;
}

/** The outermost functions in a function. */
function functionsIn(api: TypeScript, made: ts.FunctionLikeDeclaration): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (api.isFunctionLike(node) && (node as ts.FunctionLikeDeclaration).body) found.push(node);
    else api.forEachChild(node, visit);
  };
  if (made.body) visit(made.body);
  return found;
}

/**
 * Whether a method that is called of a constant's instance changes that: `const store = new Store()`,
 * `store.update(1)`; `const word = /\w+/g`, `word.exec(text)`.
 */
export function* changesItsInstance(
  session: Session,
  module: Module,
  binding: Binding,
  event: ValueEvent,
  asker: Asker,
): Asking<boolean> {
  const { api } = session.context;
  if (event.type !== "method") return false;
  const callee = skipWrappers(api, event.call.expression);
  const isOwnMethod = api.isPropertyAccessExpression(callee) && skipWrappers(api, callee.expression) === event.at;
  const declared = isOwnMethod || isMatching(event) ? yield* declaredAs(session, module, binding, asker) : undefined;
  const value = declared && skipWrappers(api, declared.value);
  if (!value) return false;
  if (isMatching(event)) return movesLastIndex(api, module.scopes, event, { scopes: declared.module.scopes, value });
  if (!api.isNewExpression(value)) return false;
  const owner = yield* classNamed(session, declared.module, value.expression, asker);
  return owner !== undefined && (yield* isChangedBy(session, owner, event.name, asker, new Set()));
}

function* declaredAs(session: Session, module: Module, binding: Binding, asker: Asker) {
  const { api } = session.context;
  let place = { module, binding };
  if (binding.import) {
    const { specifier, imported } = binding.import;
    const [outcome] = yield* findExport(session, asker, { from: module, specifier, imported });
    if (outcome.type !== "followed") return undefined;
    const [declared] = outcome.node.module.scopes.declaredBy(outcome.node.syntax[0] as ts.Node);
    if (!declared) return undefined;
    place = { module: outcome.node.module, binding: declared };
  }
  const { declaration, nameNode } = place.binding;
  if (!api.isVariableDeclaration(declaration) || declaration.name !== nameNode || !declaration.initializer)
    return undefined;
  return { module: place.module, value: declaration.initializer };
}

/** Whether a method writes into its `this`, itself or by others that it calls. */
function* isChangedBy(
  session: Session,
  start: ClassPlace,
  name: string,
  asker: Asker,
  seen: Set<string>,
): Asking<boolean> {
  if (seen.has(name)) return false;
  seen.add(name);
  const { api } = session.context;
  let members: ts.Node[] = [];
  let place: ClassPlace | undefined = start;
  for (; place; place = yield* baseClass(session, place, asker)) {
    members = membersNamed(api, place.owner, name, false);
    if (members.length > 0) break;
  }
  for (const member of members) {
    const { scopes } = (place as ClassPlace).module;
    const fn = functionOf(api, member);
    if (!fn) continue;
    if (changeOfThis(api, scopes, fn)) return true;
    for (const use of thisOf(api, fn)) {
      const { node, names } = outermostAccess(api, scopes, use);
      const isCall = api.isCallExpression(node.parent) && node.parent.expression === node && names.length === 1;
      if (isCall && (yield* isChangedBy(session, start, names[0] as string, asker, seen))) return true;
    }
  }
  return false;
}
