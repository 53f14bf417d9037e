import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { calleeOf, parametersOf } from "./callees.ts";
import type { Asker } from "./find-export.ts";
import { heldInside } from "./holders.ts";
import type { Module, Session } from "./model.ts";
import { memberName } from "./name-path.ts";
import type { ValueEvent } from "./value-events.ts";
import { valueEvents } from "./value-flow.ts";

/**
 * `const put = fill.bind(table)`, `const put = filler(table)`: what is given is a function that has the value, and
 * may change it whenever it is called.
 */
export function* isKeptByFunction(
  session: Session,
  module: Module,
  event: Extract<ValueEvent, { type: "argument" }>,
  asker: Asker,
): Asking<boolean> {
  const { api } = session.context;
  const { call, index } = event;
  const called = skipWrappers(api, call.expression);
  // A method that is bound, as `store.get.bind(store)`, does what it does as a method.
  if (memberName(api, module.scopes, called) === "bind")
    return api.isIdentifier(skipWrappers(api, (called as ts.PropertyAccessExpression).expression));
  const callee = index === -1 ? undefined : yield* calleeOf(session, module, call, asker);
  const parameter = callee && parametersOf(api, callee.fn)[index];
  if (!callee || !parameter) return false;
  const { scopes } = callee.module;
  return scopes
    .declaredBy(parameter)
    .some((binding) => scopes.usesOf(binding).some((use) => isInInnerFunction(api, use, callee.fn)));
}

/** In a function that may be given back: a callback is run by who is handed it. */
function isInInnerFunction(api: SyntaxApi, use: ts.Node, outer: ts.Node): boolean {
  for (let node = use.parent; node && node !== outer; node = node.parent) {
    if (api.isFunctionLike(node) && !api.isCallExpression(node.parent)) return true;
  }
  return false;
}

export const isBareCall = (event: ValueEvent): boolean => event.type === "method" && event.name === "";

/** `pick(table).x = 1`: how many objects are around a value in what the project's function gives back that is handed it. */
export function* heldInGiven(
  session: Session,
  module: Module,
  { call, index, held }: Extract<ValueEvent, { type: "argument" }>,
  asker: Asker,
  isSure = false,
): Asking<number | undefined> {
  if (index === -1) return undefined;
  const { api } = session.context;
  const callee = yield* calleeOf(session, module, call, asker);
  const parameter = callee && parametersOf(api, callee.fn)[index];
  if (!callee || !parameter) return undefined;
  const found = callee.module.scopes.declaredBy(parameter).flatMap((binding) =>
    valueEvents(api, callee.module.scopes, binding, {
      held: heldBy(api, binding, parameter, held, isSure),
      isSure,
    }).flatMap((event) => (event.type === "returned" ? [event.held] : [])),
  );
  return found.length > 0 ? Math.min(...found) : undefined;
}

/** How many objects are around a value in what a name of a parameter stands for. */
export function heldBy(
  api: SyntaxApi,
  binding: Binding,
  { name, dotDotDotToken }: ts.ParameterDeclaration,
  held: number,
  isSure: boolean,
): number {
  if (binding.nameNode !== name) return isSure ? heldInside(api, name, binding, held) : 0;
  return dotDotDotToken ? held + 1 : held;
}
