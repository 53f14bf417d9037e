import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import { calleeOf, isFunction, resultsOf } from "./callees.ts";
import { isStaticMember } from "./class-members.ts";
import { type DeclaredValue, declaredAs } from "./declared-values.ts";
import type { Asker } from "./find-export.ts";
import { membersOf } from "./methods-named.ts";
import type { Module, Session } from "./model.ts";
import { pathOf } from "./name-path.ts";

const ITERATING = new Set(["values", "keys", "entries"]);
/** What makes a list of what a callback gives. */
const MAKING = new Set(["map", "from", "fromAsync"]);
const HELPERS = new Set(["map", "filter", "take", "drop", "flatMap"]);

/** Whether a value is an iterator, a generator or a stream, or holds one: who reads on leaves others less. */
export function* holdsIterator(
  session: Session,
  { module, value }: DeclaredValue,
  asker: Asker,
  seen: Set<ts.Node> = new Set(),
): Asking<boolean> {
  const { api } = session.context;
  if (seen.has(value)) return false;
  seen.add(value);
  const work: ts.Node[] = [value];
  for (let next = work.pop(); next; next = work.pop()) {
    const node = skipWrappers(api, next);
    if (api.isObjectLiteralExpression(node)) {
      for (const property of node.properties) {
        if (api.isPropertyAssignment(property)) work.push(property.initializer);
        else if (api.isShorthandPropertyAssignment(property)) work.push(property.name);
      }
    } else if (api.isArrayLiteralExpression(node))
      work.push(...node.elements.filter((one) => !api.isSpreadElement(one)));
    else if (api.isConditionalExpression(node)) work.push(node.whenTrue, node.whenFalse);
    else if (api.isBinaryExpression(node)) work.push(node.left, node.right);
    else if (api.isAwaitExpression(node)) work.push(node.expression);
    else if (api.isClassLike(node)) {
      for (const member of node.members)
        if (api.isPropertyDeclaration(member) && isStaticMember(api, member) && member.initializer)
          work.push(member.initializer);
    } else if (api.isIdentifier(node)) {
      const binding = module.scopes.resolve(node.text, node);
      const declared = binding && (yield* declaredAs(session, module, binding, asker));
      if (declared && !api.isClassLike(declared.value) && (yield* holdsIterator(session, declared, asker, seen)))
        return true;
    } else if (api.isNewExpression(node)) {
      const path = pathOf(api, module.scopes, node.expression);
      if (path?.root === "ReadableStream" && path.names.length === 0) return true;
      if (path?.root === "Map") work.push(...(node.arguments ?? []));
    } else if (api.isCallExpression(node)) {
      const path = pathOf(api, module.scopes, node.expression);
      if (path?.root === "Object" && /^(?:freeze|seal|assign)$/.test(path.names[0] ?? "")) work.push(...node.arguments);
      else if (yield* isIterator(session, module, node, asker)) return true;
      const called = skipWrappers(api, node.expression);
      if (MAKING.has((api.isPropertyAccessExpression(called) && called.name.text) || ""))
        work.push(...node.arguments.flatMap((one) => (isFunction(api, one) ? resultsOf(api, one) : [])));
      const callee = yield* calleeOf(session, module, node, asker);
      for (const result of callee ? resultsOf(api, callee.fn) : [])
        if (yield* holdsIterator(session, { module: callee?.module ?? module, value: result }, asker, seen))
          return true;
    }
  }
  return false;
}

/** `list.values()`, `text.matchAll(x)`, `list[Symbol.iterator]()`, `Iterator.from(x)`, `count()` of a generator function. */
function* isIterator(session: Session, module: Module, call: ts.CallExpression, asker: Asker): Asking<boolean> {
  const { api } = session.context;
  const { scopes } = module;
  const callee = yield* calleeOf(session, module, call, asker);
  if (callee) return callee.fn.asteriskToken !== undefined;
  const called = skipWrappers(api, call.expression);
  if (!api.isPropertyAccessExpression(called) && !api.isElementAccessExpression(called)) return false;
  const receiver = skipWrappers(api, called.expression);
  if (api.isElementAccessExpression(called)) {
    const path = pathOf(api, scopes, called.argumentExpression);
    return path?.root === "Symbol" && /^(?:asyncIterator|iterator)$/.test(path.names[0] ?? "");
  }
  const name = called.name.text;
  if (name === "getReader") return true;
  if (name === "from" && pathOf(api, scopes, receiver)?.root === "Iterator") return true;
  if (HELPERS.has(name)) return api.isCallExpression(receiver) && (yield* isIterator(session, module, receiver, asker));
  const own = yield* membersOf(session, module, receiver, name, asker);
  if (own) return own.members.some((member) => (member as Partial<ts.MethodDeclaration>).asteriskToken !== undefined);
  return name === "matchAll" || (ITERATING.has(name) && call.arguments.length === 0);
}
