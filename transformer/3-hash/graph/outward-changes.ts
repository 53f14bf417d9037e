import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { HashWarning, SyntaxApi } from "../../types.ts";
import { functionDeclared } from "./callees.ts";
import { findExport } from "./find-export.ts";
import { keptGivenBy } from "./given-out.ts";
import { namedGlobalChanges } from "./global-changes.ts";
import { membersTaken } from "./members-taken.ts";
import type { Change, GraphNode, Module, OutwardChange, OutwardChanges, Session, Target } from "./model.ts";
import { keyOfTarget, moduleCallsOf } from "./module-calls.ts";
import { namesIn } from "./names-in.ts";
import { createGraphNode, nodeOf, nodeOfBinding, nodeOfExport, nodeOfModule } from "./nodes.ts";
import { openNames } from "./overridable.ts";
import { overridesIn, ownerNode } from "./overrides.ts";
import { PACKAGE } from "./packages.ts";
import { changesOf, isPlain } from "./value-changes.ts";
import { warnMutated } from "./warnings.ts";

/** Names that stand for one another at most, from module to module. */
const DEPTH = 12;

/** What a function reaches; of packages their versions, of globals their names, as they stand in targets. */
export interface Reached {
  nodes: ReadonlySet<GraphNode>;
  names: ReadonlySet<string>;
}

export function describeReached({ nodes: table, context: { api } }: Session, reached: readonly GraphNode[]): Reached {
  const names = new Set<string>();
  const nodes = new Set(reached);
  for (const node of reached) {
    for (const { label, target } of node.edges) {
      if (target === "global") names.add(globalTarget(label.split(" ")[0] as string));
      else if (typeof target === "string" && target.startsWith(PACKAGE)) names.add(keyOfTarget(target) as string);
    }
    for (const name of openNames(api, node)) names.add(name);
    // What is done to a class or object is done to its members.
    const owner = node.kind === "member" ? ownerNode(table, api, node) : undefined;
    if (owner) nodes.add(owner);
  }
  return { nodes, names };
}

const globalTarget = (name: string): string => `global ${name}`;

/**
 * What code of the reached files does to something else that is reached, though no reader of it looks there: the module
 * of a cached function configures an object that only a helper of another module reads, under whatever name. Module-level
 * code counts with the function that reaches both; what only run time does is warned about.
 */
export function* changesAmong(
  session: Session,
  files: readonly string[],
  reached: () => Reached,
): Asking<{ nodes: GraphNode[]; warnings: HashWarning[] }> {
  const { nodes, context } = session;
  const found = { nodes: [] as GraphNode[], warnings: [] as HashWarning[] };
  for (const file of files) {
    const module = session.modules.get(file);
    if (!module) continue;
    for (const { at, isPart, targets } of (yield* outwardChangesOf(session, module)).changes) {
      const all = reached();
      const isReached = (target: Target) =>
        typeof target === "string"
          ? all.names.has(target)
          : all.nodes.has(target) || all.nodes.has(nodeOfModule(nodes, target.module));
      const changed = targets.find(isReached);
      if (changed === undefined) continue;
      if (!isPart) {
        if (typeof changed !== "string") warnChanged(found.warnings, changed, module, at);
        continue;
      }
      const node = context.api.isExportAssignment(at)
        ? nodeOfExport(nodes, module, at)
        : nodeOf(nodes, module, "statement", "changes what is reached", at);
      if (!all.nodes.has(node)) found.nodes.push(node);
    }
  }
  return found;
}

function warnChanged(warnings: HashWarning[], changed: GraphNode, changedIn: Module, changedAt: ts.Node): void {
  const { module, syntax } = changed;
  const binding = syntax[0] && module.scopes.declaredBy(syntax[0])[0];
  if (binding) warnMutated({ module, warnings }, { module, binding, changedAt, changedIn }, binding.nameNode);
}

/** The code of a module that may change what other modules declare. */
export function* outwardChangesOf(session: Session, module: Module): Asking<OutwardChanges> {
  const known = session.outwardChanges.get(module);
  if (known) return known;
  const asker = createGraphNode(module, "statement", "", []);
  const changes: OutwardChange[] = [];
  for (const binding of module.scopes.topLevel()) {
    if (!binding.import || binding.import.typeOnly) continue;
    const found = yield* changesOf(session, module, binding);
    const { changes: own, changedAt, calledAt } = found;
    if (own.size === 0 && !changedAt && !calledAt) continue;
    const targets = [...new Set(yield* rootsOf(session, asker, module, binding))];
    const what = binding.name;
    for (const [at, change] of own) changes.push({ at, what, isPart: true, change, targets });
    if (changedAt) {
      const change = { likelihood: found.changeLikelihood, at: changedAt, also: found.changedAlso ?? [] };
      changes.push({ at: changedAt, what, isPart: false, change, targets });
    }
    // A method such as `set` changes what is known to be a collection; of other objects it may do anything or nothing.
    const collections = calledAt ? targets.filter((target) => isCollection(session.context.api, target)) : [];
    if (calledAt && collections.length > 0) {
      const change = { ...sure(calledAt), also: found.calledAlso ?? [] };
      changes.push({ at: calledAt, what, isPart: false, change, targets: collections });
    }
  }
  const { calls } = yield* moduleCallsOf(session, module);
  for (const [target, parts] of calls) {
    const targets = typeof target === "string" ? [target] : yield* rootsOfNode(session, asker, target);
    const what = typeof target === "string" ? target : wordFor(session.context.api, target);
    for (const [at, change] of parts) changes.push({ at, what, isPart: true, change, targets });
  }
  changes.push(...(yield* overridesIn(session, module, asker)));
  for (const [name, parts] of namedGlobalChanges(session.context.api, module)) {
    for (const at of parts)
      changes.push({ at, what: name, isPart: true, change: sure(at), targets: [globalTarget(name)] });
  }
  const found = { changes, lookupPaths: asker.lookupPaths };
  session.outwardChanges.set(module, found);
  return found;
}

const sure = (at: ts.Node): Change => ({ likelihood: "sure", at });

/** A name that says what is meant: of a default export what it exports, of a module its file. */
function wordFor(api: SyntaxApi, { name, kind, syntax, module }: GraphNode): string {
  const [declared] = syntax;
  if (kind === "module") return module.file.replace(/^.*\//, "");
  if (name !== "default" || !declared || !api.isExportAssignment(declared)) return name;
  const held = skipWrappers(api, declared.expression);
  return api.isIdentifier(held) ? held.text : module.file.replace(/^.*\//, "");
}

function isCollection(api: SyntaxApi, target: Target): boolean {
  if (typeof target === "string") return false;
  const [binding] = target.syntax[0] ? target.module.scopes.declaredBy(target.syntax[0]) : [];
  return binding !== undefined && isPlain(api, binding);
}

/** The declarations that a name stands for, whatever constants hand it on. */
function* rootsOf(
  session: Session,
  asker: GraphNode,
  module: Module,
  binding: Binding,
  depth = DEPTH,
): Asking<Target[]> {
  if (binding.ambient || binding.import?.typeOnly || depth === 0) return [];
  if (!binding.import) return yield* rootsOfNode(session, asker, nodeOfBinding(session.nodes, module, binding), depth);
  const { specifier, imported } = binding.import;
  const names = imported === "*" ? membersUsed(session.context.api, module.scopes, binding) : [imported];
  const roots: Target[] = [];
  for (const name of names) {
    for (const outcome of yield* findExport(session, asker, { from: module, specifier, imported: name })) {
      if (outcome.type !== "followed") roots.push(keyOfTarget(outcome.text));
      else roots.push(...(yield* rootsOfNode(session, asker, outcome.node, depth - 1)));
    }
  }
  return roots;
}

function* rootsOfNode(session: Session, asker: GraphNode, node: GraphNode, depth = DEPTH): Asking<Target[]> {
  const roots: Target[] = [node];
  if (depth === 0) return roots;
  const { api } = session.context;
  const { scopes } = node.module;
  for (const syntax of node.syntax) {
    const fn = functionDeclared(api, syntax);
    for (const kept of fn ? keptGivenBy(api, node.module, fn) : [])
      roots.push(...(yield* rootsOf(session, asker, node.module, kept, depth - 1)));
    if (node.kind !== "value") continue;
    const held = api.isVariableDeclaration(syntax)
      ? syntax.initializer
      : api.isExportAssignment(syntax)
        ? syntax.expression
        : undefined;
    for (const name of held ? namesIn(api, held, partsOfMade) : []) {
      const binding = scopes.resolve(name.text, name);
      if (binding) roots.push(...(yield* rootsOf(session, asker, node.module, binding, depth - 1)));
    }
  }
  return roots;
}

/** `Object.freeze(table)`, `new Map([["k", table]])`, `table.get(key)`, `[...rows]`: what may be in what is made. */
function partsOfMade(api: SyntaxApi, node: ts.Node): readonly ts.Node[] {
  if (api.isSpreadElement(node) || api.isSpreadAssignment(node)) return [node.expression];
  if (!api.isCallExpression(node) && !api.isNewExpression(node)) return [];
  const { expression, arguments: given = [] } = node;
  return api.isPropertyAccessExpression(expression) ? [...given, expression.expression] : given;
}

function membersUsed(api: SyntaxApi, scopes: Scopes, binding: Binding): string[] {
  const names = new Set<string>();
  for (const use of scopes.usesOf(binding)) for (const name of membersTaken(api, scopes, use) ?? ["*"]) names.add(name);
  return [...names];
}
