import type ts from "typescript";
import { isWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { isFunction } from "./callees.ts";
import { membersNamed } from "./class-members.ts";
import { memberName } from "./name-path.ts";
import type { ValueEvent } from "./value-events.ts";

/** Methods that go on where the last call of them ended, of patterns with the flag `g` or `y`. */
export const MATCHING: ReadonlySet<string> = new Set(["exec", "test"]);

export const isMatching = (event: ValueEvent): boolean => event.type === "method" && MATCHING.has(event.name);

/** What is called for the next of something, and whose answer depends on how many were asked for before. */
export const isPositional = (event: ValueEvent): boolean =>
  isMatching(event) || event.type === "taken" || (event.type === "method" && event.name === "next");

/** The members that lead from a name to what a method is called on; nothing where another name or a computed one does. */
export function namesToOwner(
  api: SyntaxApi,
  scopes: Scopes,
  event: ValueEvent,
  binding: Binding,
): string[] | undefined {
  if (event.type !== "method" || !api.isIdentifier(event.at)) return undefined;
  if (scopes.resolve(event.at.text, event.at) !== binding) return undefined;
  const names: string[] = [];
  let owner = skipWrappers(api, (skipWrappers(api, event.call.expression) as ts.PropertyAccessExpression).expression);
  for (; owner !== event.at; owner = skipWrappers(api, (owner as ts.PropertyAccessExpression).expression)) {
    const name = memberName(api, scopes, owner);
    if (name === undefined) return undefined;
    names.unshift(name);
  }
  return names;
}

/** The value of a member of an object literal, or of a static one of a class. */
export function memberValue(api: SyntaxApi, owner: ts.Node, name: string): ts.Node | undefined {
  const isOwner = api.isObjectLiteralExpression(owner) || api.isClassLike(owner);
  const [member, another] = isOwner ? membersNamed(api, owner, name, api.isClassLike(owner)) : [];
  if (!member || another || !(api.isPropertyAssignment(member) || api.isPropertyDeclaration(member))) return undefined;
  return member.initializer && skipWrappers(api, member.initializer);
}

/** Whether a pattern that a call moves begins at the start the next time all the same. */
export const isPutBack = (api: SyntaxApi, call: ts.CallExpression): boolean =>
  runsToTheEnd(api, call) || isReset(api, call);

/** `word.lastIndex = 0; … word.exec(text)` */
function isReset(api: SyntaxApi, call: ts.CallExpression): boolean {
  const callee = skipWrappers(api, call.expression);
  if (!api.isPropertyAccessExpression(callee)) return false;
  const reset = `${written(callee.expression)}.lastIndex=0`;
  for (let node: ts.Node = call; node && !api.isFunctionLike(node); node = node.parent) {
    const { statements } = node.parent as Partial<ts.Block>;
    const isSaid = statements?.some((one) => api.isExpressionStatement(one) && written(one.expression) === reset);
    if (isSaid) return true;
  }
  return false;
}

const written = (node: ts.Node): string => node.getText().replace(/\s+/g, "");

/** `while ((match = pattern.exec(text)))`: the last call finds nothing, and that puts `lastIndex` back to 0. */
function runsToTheEnd(api: SyntaxApi, call: ts.CallExpression): boolean {
  const node = resultOf(api, call);
  if (isCondition(api, node)) return !isLeft(api, (node.parent as ts.WhileStatement).statement);
  const name = targetOf(api, node);
  if (!name) return false;
  // `let match = pattern.exec(text); while (match) { …; match = pattern.exec(text); }`
  for (let outer: ts.Node = node; outer && !api.isFunctionLike(outer); outer = outer.parent) {
    const { statements } = outer.parent as Partial<ts.Block>;
    const after = statements?.slice(statements.indexOf(outer as ts.Statement) + 1) ?? [];
    for (const loop of [outer, ...after]) {
      const tested = conditionOf(api, loop);
      if (tested && testedName(api, tested) === name) return !isLeft(api, (loop as ts.WhileStatement).statement);
    }
  }
  return false;
}

/** What has the result of a call: `(match = call) !== null`. */
function resultOf(api: SyntaxApi, call: ts.CallExpression): ts.Node {
  let node: ts.Node = call;
  while (isWrapper(api, node.parent) || isAssignment(api, node.parent) || isComparison(api, node.parent))
    node = node.parent;
  return node;
}

const isAssignment = (api: SyntaxApi, node: ts.Node): node is ts.BinaryExpression =>
  api.isBinaryExpression(node) && node.operatorToken.kind === api.SyntaxKind.EqualsToken;

const isComparison = (api: SyntaxApi, node: ts.Node): node is ts.BinaryExpression =>
  api.isBinaryExpression(node) &&
  (node.operatorToken.kind === api.SyntaxKind.ExclamationEqualsToken ||
    node.operatorToken.kind === api.SyntaxKind.ExclamationEqualsEqualsToken);

function conditionOf(api: SyntaxApi, loop: ts.Node): ts.Expression | undefined {
  return api.isWhileStatement(loop) ? loop.expression : api.isForStatement(loop) ? loop.condition : undefined;
}

const isCondition = (api: SyntaxApi, node: ts.Node): boolean => conditionOf(api, node.parent) === node;

/** The name that a result is given. */
function targetOf(api: SyntaxApi, node: ts.Node): string | undefined {
  const target = api.isVariableDeclaration(node.parent) ? node.parent.name : isAssignment(api, node) ? node.left : node;
  return api.isIdentifier(target) ? target.text : undefined;
}

function testedName(api: SyntaxApi, condition: ts.Expression): string | undefined {
  const tested = isComparison(api, condition) ? condition.left : condition;
  return api.isIdentifier(tested) ? tested.text : undefined;
}

/** Whether a loop's body may end the loop. */
function isLeft(api: SyntaxApi, node: ts.Node): boolean {
  if (api.isBreakStatement(node) || api.isReturnStatement(node)) return true;
  return !isFunction(api, node) && (api.forEachChild(node, (child) => isLeft(api, child)) ?? false);
}
