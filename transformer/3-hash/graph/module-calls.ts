import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isStatic } from "../../syntax/captures.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { CHANGING_METHODS, READING_METHODS } from "./call-effects.ts";
import { findExport } from "./find-export.ts";
import type { Certainty, GraphNode, Module, ModuleCalls, Session, Target } from "./model.ts";
import { callersOf } from "./module-level.ts";
import { createGraphNode, nodeOfBinding } from "./nodes.ts";
import { type Callee, calleeOf, isResultUnused } from "./value-changes.ts";
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
  const calls = new Map<Target, ts.Node[]>();
  const likely = new Map<Target, ts.Node>();
  const asker = createGraphNode(module, "statement", "", []);
  for (const binding of module.scopes.topLevel()) {
    if (!binding.import || binding.import.typeOnly) continue;
    for (const use of module.scopes.usesOf(binding)) {
      const call = calledFor(session, binding, use);
      if (!call) continue;
      const { parts } = callersOf(api, module.scopes, call);
      if (parts.size === 0) continue;
      for (const [key, certainty] of yield* changedByCall(session, asker, module, binding, call)) {
        if (certainty === "certain" && !likely.has(key)) likely.set(key, call);
        const list = calls.get(key) ?? [];
        for (const part of parts) if (!list.includes(part)) list.push(part);
        calls.set(key, list);
      }
    }
  }
  const found: ModuleCalls = { calls, likely, lookupPaths: [...asker.lookupPaths] };
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
): Asking<Iterable<[Target, Certainty]>> {
  const { api } = session.context;
  const callee = yield* calleeOf(session, module, call, asker);
  if (callee) return yield* changedBy(session, asker, callee);
  const isForEffect = api.isExpressionStatement(call.parent) || api.isAwaitExpression(call.parent);
  if (!isForEffect || !binding.import) return [];
  const { specifier, imported } = binding.import;
  const outcomes = yield* findExport(session, asker, { from: module, specifier, imported });
  return outcomes.flatMap((outcome): [Target, Certainty][] =>
    outcome.type === "followed" ? [] : [[keyOfTarget(outcome.text), "certain"]],
  );
}

/** What a function, and those that it calls by name, may change outside of themselves. */
function* changedBy(session: Session, asker: GraphNode, start: Callee): Asking<ReadonlyMap<Target, Certainty>> {
  const known = session.changedBy.get(start.fn);
  if (known) return known;
  const { api } = session.context;
  const changed = new Map<Target, Certainty>();
  const seen = new Set<ts.Node>([start.fn]);
  for (const node of seen) {
    if (seen.size > MOST_FUNCTIONS) break;
    const module = moduleOfNode.get(node) ?? start.module;
    const done = new Set<Binding>();
    for (const { binding, identifier } of module.scopes.freeReferences(node)) {
      if (!binding || binding.ambient) continue;
      if (!done.has(binding)) {
        done.add(binding);
        const certainty = changeOf(session, module, binding, node);
        if (certainty !== "none") {
          for (const target of yield* targetsOf(session, asker, module, binding)) {
            const key = keyOfTarget(target);
            if (changed.get(key) !== "certain") changed.set(key, certainty);
          }
        }
      }
      const call = identifier.parent;
      if (!api.isCallExpression(call) || call.expression !== identifier) continue;
      const callee = yield* calleeOf(session, module, call, asker);
      if (!callee || seen.has(callee.fn)) continue;
      moduleOfNode.set(callee.fn, callee.module);
      seen.add(callee.fn);
    }
  }
  session.changedBy.set(start.fn, changed);
  return changed;
}

const moduleOfNode = new WeakMap<ts.Node, Module>();

/**
 * What code does to a name or to what it holds. A method that isn't known is called for what it changes where nothing is
 * made of its result (`registry.register(home);`), and may change what it is called on elsewhere (`Point.origin()`).
 */
function changeOf({ context: { api } }: Session, module: Module, binding: Binding, within: ts.Node): Certainty {
  const isWithin = (node: ts.Node) => node.pos >= within.pos && node.end <= within.end;
  if (binding.writes.some(isWithin)) return "certain";
  let worst: Certainty = "none";
  for (const event of valueEvents(api, module.scopes, binding)) {
    if (!isWithin(event.at) || event.type === "argument" || event.type === "returned") continue;
    if (event.type !== "method" || CHANGING_METHODS.has(event.name)) return "certain";
    if (READING_METHODS.has(event.name)) continue;
    if (isResultUnused(api, event.call)) return "certain";
    worst = "perhaps";
  }
  return worst;
}

function* targetsOf(session: Session, asker: GraphNode, module: Module, binding: Binding): Asking<Target[]> {
  if (!binding.import) {
    return isStatic(session.context.api, binding) ? [nodeOfBinding(session.nodes, module, binding)] : [];
  }
  const { specifier, imported } = binding.import;
  const outcomes = yield* findExport(session, asker, { from: module, specifier, imported });
  return outcomes.map((outcome) => (outcome.type === "followed" ? outcome.node : outcome.text));
}
