import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isResultUnused, outermostWrapper } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { effectOfGlobal, LOGGING_METHODS, PART_GETTERS, READING_METHODS } from "./call-effects.ts";
import { functionNamed, resultsOf } from "./callees.ts";
import type { Asker } from "./find-export.ts";
import type { Module, Session } from "./model.ts";
import { namesIn } from "./names-in.ts";
import type { ValueEvent } from "./value-events.ts";
import { valueEvents } from "./value-flow.ts";

/** What a file does with what a function of another module gives out of it, and the names that have it there. */
export interface GivenOut {
  events: readonly ValueEvent[];
  module: Module;
  kept: readonly Binding[];
}

/** `getConfig().debug = true`: what is done with what an imported function gives, where that is something its module keeps. */
export function* givenOut(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
): Asking<GivenOut | undefined> {
  if (!binding.import || binding.import.typeOnly) return undefined;
  const { api } = session.context;
  const calls = module.scopes.usesOf(binding).flatMap((use) => {
    const callee = outermostWrapper(api, use);
    return api.isCallExpression(callee.parent) && callee.parent.expression === callee ? [callee.parent] : [];
  });
  const [first] = calls;
  const events = calls.flatMap((given) => valueEvents(api, module.scopes, undefined, { given }));
  // Whoever asks for the function depends on its file from then on.
  if (!first || !events.some((event) => mayChange(api, module, event))) return undefined;
  const callee = yield* functionNamed(session, module, first.expression, asker);
  const kept = callee ? keptGivenBy(api, callee.module, callee.fn) : [];
  return callee && kept.length > 0 ? { events, module: callee.module, kept } : undefined;
}

function mayChange(api: SyntaxApi, { scopes }: Module, event: ValueEvent): boolean {
  if (event.type === "method") return !READING_METHODS.has(event.name) && !LOGGING_METHODS.has(event.name);
  if (event.type !== "argument") return event.type === "write";
  return isResultUnused(api, event.call) || effectOfGlobal(api, scopes, event.call, event.index) === "changes";
}

/** The variables of its module that a function gives, or a part of which: `() => config`, `() => (store ??= open())`. */
export function keptGivenBy(api: SyntaxApi, { scopes }: Module, fn: ts.Node): Binding[] {
  const isOfModule = ({ kind, declaration }: Binding) =>
    (kind === "const" || kind === "let" || kind === "var") && api.isSourceFile(declaration.parent?.parent?.parent);
  return resultsOf(api, fn as ts.FunctionLikeDeclaration).flatMap((result) =>
    namesIn(api, result, receiverOfGetter).flatMap((name) => {
      const binding = scopes.resolve(name.text, name);
      return binding && (binding.import || isOfModule(binding)) ? [binding] : [];
    }),
  );
}

/** `tables.get(key)` is a part of the tables; what a copy or another call gives is nothing that is kept. */
const receiverOfGetter = (api: SyntaxApi, node: ts.Node): readonly ts.Node[] =>
  api.isCallExpression(node) &&
  api.isPropertyAccessExpression(node.expression) &&
  PART_GETTERS.has(node.expression.name.text)
    ? [node.expression.expression]
    : [];
