import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isStatic } from "../../syntax/captures.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { CHANGING_METHODS, READING_METHODS } from "./call-effects.ts";
import { findExport } from "./find-export.ts";
import type { GraphNode, Module, ModuleCalls, Session, Target } from "./model.ts";
import { callersOf } from "./module-level.ts";
import { createGraphNode, nodeOfBinding } from "./nodes.ts";
import { type Callee, calleeOf } from "./value-changes.ts";
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
  const asker = createGraphNode(module, "statement", "", []);
  for (const binding of module.scopes.topLevel()) {
    if (!binding.import || binding.import.typeOnly) continue;
    for (const use of module.scopes.usesOf(binding)) {
      const call = calledFor(session, binding, use);
      if (!call) continue;
      const { parts } = callersOf(api, module.scopes, call);
      if (parts.size === 0) continue;
      for (const key of yield* changedByCall(session, asker, module, binding, call)) {
        const list = calls.get(key) ?? [];
        for (const part of parts) if (!list.includes(part)) list.push(part);
        calls.set(key, list);
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
): Asking<Iterable<Target>> {
  const { api } = session.context;
  const callee = yield* calleeOf(session, module, call, asker);
  if (callee) return yield* changedBy(session, asker, callee);
  const isForEffect = api.isExpressionStatement(call.parent) || api.isAwaitExpression(call.parent);
  if (!isForEffect || !binding.import) return [];
  const { specifier, imported } = binding.import;
  const outcomes = yield* findExport(session, asker, { from: module, specifier, imported });
  return outcomes.flatMap((outcome) => (outcome.type === "followed" ? [] : [keyOfTarget(outcome.text)]));
}

/** What a function, and those that it calls by name, may change outside of themselves. */
function* changedBy(session: Session, asker: GraphNode, start: Callee): Asking<ReadonlySet<Target>> {
  const known = session.changedBy.get(start.fn);
  if (known) return known;
  const { api } = session.context;
  const changed = new Set<Target>();
  const seen = new Set<ts.Node>([start.fn]);
  for (const node of seen) {
    if (seen.size > MOST_FUNCTIONS) break;
    const module = moduleOfNode.get(node) ?? start.module;
    const done = new Set<Binding>();
    for (const { binding, identifier } of module.scopes.freeReferences(node)) {
      if (!binding || binding.ambient) continue;
      if (!done.has(binding)) {
        done.add(binding);
        if (mayChange(session, module, binding, node)) {
          for (const target of yield* targetsOf(session, asker, module, binding)) changed.add(keyOfTarget(target));
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

/** Whether code writes a name, writes into what it holds, or calls a method of it that may. */
function mayChange({ context: { api } }: Session, module: Module, binding: Binding, within: ts.Node): boolean {
  const isWithin = (node: ts.Node) => node.pos >= within.pos && node.end <= within.end;
  if (binding.writes.some(isWithin)) return true;
  return valueEvents(api, module.scopes, binding).some((event) => {
    if (!isWithin(event.at)) return false;
    if (event.type === "write") return true;
    if (event.type === "argument" || event.type === "returned") return false;
    if (event.type === "escape") return true;
    return CHANGING_METHODS.has(event.name) || !READING_METHODS.has(event.name);
  });
}

function* targetsOf(session: Session, asker: GraphNode, module: Module, binding: Binding): Asking<Target[]> {
  if (!binding.import) {
    return isStatic(session.context.api, binding) ? [nodeOfBinding(session.nodes, module, binding)] : [];
  }
  const { specifier, imported } = binding.import;
  const outcomes = yield* findExport(session, asker, { from: module, specifier, imported });
  return outcomes.map((outcome) => (outcome.type === "followed" ? outcome.node : outcome.text));
}
