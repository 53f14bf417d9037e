import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isStatic } from "../../syntax/captures.ts";
import { isChangingMethod } from "../../syntax/changing-methods.ts";
import { isResultUnused } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { READING_METHODS } from "./call-effects.ts";
import { type Callee, calleeOf } from "./callees.ts";
import { findExport } from "./find-export.ts";
import type { Change, GraphNode, Likelihood, Module, ModuleCalls, Session, Target } from "./model.ts";
import { callersOf, runsWithin } from "./module-level.ts";
import { createGraphNode, nodeOfBinding } from "./nodes.ts";
import { addChange, likelier } from "./value-changes.ts";
import { valueEvents } from "./value-flow.ts";

/** Functions that one call may lead to: far more than a bootstrap function calls, and an end for what calls itself. */
const MOST_FUNCTIONS = 200;

/** One key for all that a package or another thing without code here has: its functions may change all of it. */
export function keyOfTarget(target: Target): Target {
  return typeof target === "string" ? (target.split("#")[0] as string) : target;
}

/**
 * Calls of imported functions that a module makes when it is evaluated, by what they may change: `registerAll()` fills
 * a registry, `setRate(3)` sets a variable of its own module, `setDefaultOptions({ … })` configures its package.
 */
export function* moduleCallsOf(session: Session, module: Module): Asking<ModuleCalls> {
  const known = session.moduleCalls.get(module);
  if (known) return known;
  const { api } = session.context;
  const calls = new Map<Target, Map<ts.Node, Change>>();
  const asker = createGraphNode(module, "statement", "", []);
  for (const binding of module.scopes.topLevel()) {
    if (!binding.import || binding.import.typeOnly) continue;
    for (const use of module.scopes.usesOf(binding)) {
      const call = calledFor(session, binding, use);
      if (!call) continue;
      const { parts, laterParts } = callersOf(api, module.scopes, call);
      if (parts.size === 0) continue;
      for (const [key, likelihood] of yield* changedByCall(session, asker, module, binding, call)) {
        const byPart = calls.get(key) ?? new Map<ts.Node, Change>();
        calls.set(key, byPart);
        for (const part of parts)
          addChange(byPart, part, { likelihood: laterParts.has(part) ? "guess" : likelihood, at: call });
      }
    }
  }
  const found: ModuleCalls = { calls, lookupPaths: [...asker.lookupPaths] };
  session.moduleCalls.set(module, found);
  return found;
}

/** The call of an imported function, or of a member of a namespace. */
function calledFor({ context: { api } }: Session, binding: Binding, use: ts.Identifier): ts.CallExpression | undefined {
  const isNamespace = binding.import?.imported === "*";
  const callee: ts.Node = isNamespace && api.isPropertyAccessExpression(use.parent) ? use.parent : use;
  const { parent } = callee;
  return api.isCallExpression(parent) && parent.expression === callee ? parent : undefined;
}

function* changedByCall(
  session: Session,
  asker: GraphNode,
  module: Module,
  binding: Binding,
  call: ts.CallExpression,
): Asking<Iterable<readonly [Target, Likelihood]>> {
  const { api } = session.context;
  const callee = yield* calleeOf(session, module, call, asker);
  if (callee) return yield* changedBy(session, asker, callee);
  const isForEffect = api.isExpressionStatement(call.parent) || api.isAwaitExpression(call.parent);
  if (!isForEffect || !binding.import) return [];
  const { specifier, imported } = binding.import;
  const outcomes = yield* findExport(session, asker, { from: module, specifier, imported });
  // `const hash = await digest(text)` asks for something.
  const likelihood = isResultUnused(api, call) ? "likely" : "guess";
  return outcomes.flatMap((outcome) =>
    outcome.type === "followed" ? [] : [[keyOfTarget(outcome.text), likelihood] as const],
  );
}

/** What a function, and those that it calls by name, may change outside of themselves. */
function* changedBy(session: Session, asker: GraphNode, start: Callee): Asking<ReadonlyMap<Target, Likelihood>> {
  const known = session.changedBy.get(start.fn);
  if (known) return known;
  const { api } = session.context;
  const changed = new Map<Target, Likelihood>();
  /** Each with whether it is run, or only called in a function that is made. */
  const seen = new Map<ts.Node, boolean>([[start.fn, true]]);
  const work = [{ ...start, isRun: true }];
  for (let next = work.pop(); next && seen.size <= MOST_FUNCTIONS; next = work.pop()) {
    const { module, fn, isRun } = next;
    const done = new Set<Binding>();
    for (const { binding, identifier } of module.scopes.freeReferences(fn)) {
      if (!binding || binding.ambient) continue;
      if (!done.has(binding)) {
        done.add(binding);
        const likelihood = changeOf(session, module, binding, fn);
        const targets = likelihood ? yield* targetsOf(session, asker, module, binding) : [];
        for (const target of targets) {
          const key = keyOfTarget(target);
          changed.set(key, likelier(changed.get(key), isRun && likelihood ? likelihood : "guess"));
        }
      }
      const call = identifier.parent;
      if (!api.isCallExpression(call) || call.expression !== identifier) continue;
      const callee = yield* calleeOf(session, module, call, asker);
      if (!callee || seen.get(callee.fn)) continue;
      const isCalleeRun = isRun && runsWithin(api, module.scopes, call, fn, { orSoon: true });
      if (!isCalleeRun && seen.has(callee.fn)) continue;
      seen.set(callee.fn, isCalleeRun);
      work.push({ ...callee, isRun: isCalleeRun });
    }
  }
  session.changedBy.set(start.fn, changed);
  return changed;
}

/** How likely a function writes a name or into what it holds when it is called, or calls a method of it that does. */
function changeOf(
  { context: { api } }: Session,
  { scopes }: Module,
  binding: Binding,
  within: ts.Node,
): Likelihood | undefined {
  const isWithin = (node: ts.Node) => node.pos >= within.pos && node.end <= within.end;
  let found: Likelihood | undefined;
  const add = (at: ts.Node, likelihood: Likelihood) => {
    found = likelier(found, runsWithin(api, scopes, at, within, { orSoon: true }) ? likelihood : "guess");
  };
  for (const write of binding.writes.filter(isWithin)) add(write, "sure");
  for (const event of valueEvents(api, scopes, binding).filter(({ at }) => isWithin(at))) {
    if (event.type === "write") add(event.at, "sure");
    else if (event.type === "escape") add(event.at, "guess");
    else if (event.type === "method") {
      if (isChangingMethod(event.name)) add(event.at, "sure");
      else if (!READING_METHODS.has(event.name)) {
        // `registry.register(home);` is called for what it changes, `Point.origin()` for what it gives.
        add(event.at, isResultUnused(api, event.call) ? "likely" : "guess");
      }
    }
  }
  return found;
}

function* targetsOf(session: Session, asker: GraphNode, module: Module, binding: Binding): Asking<Target[]> {
  if (!binding.import) {
    return isStatic(session.context.api, binding) ? [nodeOfBinding(session.nodes, module, binding)] : [];
  }
  const { specifier, imported } = binding.import;
  const outcomes = yield* findExport(session, asker, { from: module, specifier, imported });
  return outcomes.map((outcome) => (outcome.type === "followed" ? outcome.node : outcome.text));
}
