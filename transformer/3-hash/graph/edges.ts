import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { countsByCode, isStatic } from "../../syntax/captures.ts";
import { isWriteTarget, skipWrappers } from "../../syntax/node-tests.ts";
import { isRelative, joinPath, parentOf } from "../../syntax/paths.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { globalLabel, locateFile } from "./build-session.ts";
import { decoratedType } from "./decorated-type.ts";
import { findExport, type ReexportedName } from "./find-export.ts";
import { setsGlobal } from "./global-changes.ts";
import { jsxSettings } from "./jsx-runtime.ts";
import { KNOWN_GLOBALS } from "./known-globals.ts";
import { membersTaken } from "./members-taken.ts";
import type { CodeReference, GraphNode, Module, Outcome, Session } from "./model.ts";
import { keyOfTarget, moduleCallsOf } from "./module-calls.ts";
import { outermostAccess } from "./name-path.ts";
import { nodeOf, nodeOfBinding, nodeOfExport, nodeOfModule } from "./nodes.ts";
import { addInheritedReads, addReadsThrough } from "./reads-through.ts";
import { followImport } from "./resolve-import.ts";
import { changesOf, isPlain } from "./value-changes.ts";
import { warnGlobal, warnMutated, warnReassigned, warnUnknown } from "./warnings.ts";

/** Adds the edges of one reference to a node. */
export function* addReference(session: Session, graphNode: GraphNode, use: CodeReference): Asking<void> {
  const { module } = graphNode;
  switch (use.type) {
    case "global":
      return addGlobal(session, graphNode, use.name, use.identifier);
    case "binding":
      return yield* addBinding(session, graphNode, use);
    case "import": {
      const { specifier, at, mode } = use;
      for (const imported of use.members === "*" ? ["*"] : use.members) {
        const outcomes = yield* findExport(session, graphNode, { from: module, specifier, imported, mode, at });
        addEdges(graphNode, `import ${specifier} ${imported}`, outcomes);
      }
      if (use.members.length > 0) return;
      // A module of which nothing is taken is evaluated all the same.
      const question = { from: module, specifier, imported: "*", mode, at };
      return addEdges(graphNode, `import ${specifier}`, yield* findExport(session, graphNode, question));
    }
    case "decorated": {
      const outcomes = yield* decoratedType(session, graphNode, use.binding, use.identifier);
      return addEdges(graphNode, `type ${use.binding.name}`, outcomes);
    }
    case "url":
      return yield* addUrl(session, graphNode, use.specifier, use.at);
    case "jsx": {
      const settings = yield* jsxSettings(session, module.file);
      for (const name of settings.factories) {
        const binding = module.scopes.resolve(name, module.sourceFile);
        if (binding)
          yield* addBinding(session, graphNode, { type: "binding", name, binding, identifier: binding.nameNode });
      }
      const source = use.source ?? settings.source;
      if (source === undefined) return;
      const specifier = `${source}/jsx-runtime`;
      if (use.source === undefined && settings.isDefault) {
        const found = yield* followImport(session, specifier, module.file);
        if (found.type === "unknown") return;
      }
      const question = { from: module, specifier, imported: "*", at: graphNode.syntax[0] ?? module.sourceFile };
      addEdges(graphNode, "jsx runtime", yield* findExport(session, graphNode, question));
      // What a dev server takes in its place; of a package the version is told already.
      const dev = { ...question, specifier: `${source}/jsx-dev-runtime` };
      if ((yield* followImport(session, dev.specifier, module.file)).type !== "module") return;
      return addEdges(graphNode, "jsx dev runtime", yield* findExport(session, graphNode, dev));
    }
    case "place": {
      const { id } = yield* locateFile(session, module.file, session.root);
      graphNode.edges.push({ label: "place", target: id });
      return;
    }
    case "unknown":
      warnUnknown(graphNode, `${use.what} can't be followed`, use.at);
      if (use.what === "eval" && graphNode.kind !== "module") {
        const why = "whole file: eval may use any name of it";
        graphNode.edges.push({ label: "eval", target: nodeOfModule(session.nodes, module, why) });
      }
  }
}

/** A global counts by its name, and by the text that the bundler puts in its place; one that nothing declares is unknown. */
function addGlobal(session: Session, graphNode: GraphNode, name: string, at: ts.Node): void {
  const label = globalLabel(session, name, graphNode.module.file);
  graphNode.edges.push({ label, target: "global" });
  const { api } = session.context;
  if (label !== name || KNOWN_GLOBALS.has(name) || name.startsWith("import.meta")) return;
  if (api.isTypeOfExpression(skipParents(api, at)) || isWriteTarget(api, at)) return;
  if (!setsGlobal(api, graphNode.module, name)) warnGlobal(graphNode, name, at);
}

function skipParents(api: SyntaxApi, node: ts.Node): ts.Node {
  let outer = node.parent;
  while (skipWrappers(api, outer) === node) outer = outer.parent;
  return outer;
}

export function addEdges(graphNode: GraphNode, label: string, outcomes: readonly Outcome[]): void {
  outcomes.forEach((outcome, index) => {
    graphNode.edges.push({ label: index === 0 ? label : `${label} ${index}`, target: targetOf(outcome) });
  });
}

/** Every outcome leaves its mark in the hash; the unknown has been warned about where it was found. */
function targetOf(outcome: Outcome): GraphNode | string {
  switch (outcome.type) {
    case "followed":
      return outcome.node;
    case "whole":
    case "unknown":
      return outcome.text;
  }
}

type BindingReference = Extract<CodeReference, { type: "binding" }>;

function* addBinding(session: Session, graphNode: GraphNode, use: BindingReference): Asking<void> {
  const { nodes, context } = session;
  const { binding, name, identifier } = use;
  const { module } = graphNode;
  if (graphNode.syntax.some((node) => node === binding.declaration)) return;
  // `declare const __VERSION__: string`: what the name means comes from elsewhere, as for one that isn't declared.
  if (binding.ambient) return addGlobal(session, graphNode, name, identifier);
  if (binding.import?.typeOnly) {
    graphNode.edges.push({ label: name, target: "type" });
    return;
  }
  if (binding.import) return yield* addImported(session, graphNode, use, binding);
  if (binding.kind === "member") {
    const declaration = binding.declaration.parent as ts.EnumDeclaration;
    graphNode.edges.push({ label: name, target: nodeOf(nodes, module, "enum", declaration.name.text, declaration) });
    return;
  }
  if (!isStatic(context.api, binding) && !countsByCode(context.api, binding)) {
    graphNode.edges.push({ label: name, target: "captured" });
    return;
  }
  graphNode.edges.push({ label: name, target: nodeOfBinding(nodes, module, binding) });
  yield* addInheritedReads(session, graphNode, binding, identifier);
  if (!isStatic(context.api, binding)) warnLocalState(session, graphNode, binding, identifier);
  const isRead = graphNode.kind !== "statement" && !namesMember(context.api, graphNode, identifier);
  if (isRead && isStatic(context.api, binding)) yield* warnMutable(session, graphNode, module, binding, identifier);
}

/** A captured class or function counts by its code; what is written into it is a state that no code tells. */
function warnLocalState({ context }: Session, graphNode: GraphNode, binding: Binding, read: ts.Node): void {
  const { module } = graphNode;
  const written = module.scopes
    .usesOf(binding)
    .find((use) => use !== read && isWrittenInto(context.api, module, use) && !isInside(graphNode, use));
  if (written) warnMutated(graphNode, { module, binding, changedAt: written, changedIn: module }, read);
}

function isWrittenInto(api: SyntaxApi, { scopes }: Module, use: ts.Node): boolean {
  const { node, names } = outermostAccess(api, scopes, use);
  return names.length > 0 && isWriteTarget(api, node);
}

function isInside({ syntax }: GraphNode, use: ts.Node): boolean {
  return syntax.some((node) => use.pos >= node.pos && use.end <= node.end);
}

function* addImported(
  session: Session,
  graphNode: GraphNode,
  { name, member, identifier }: BindingReference,
  binding: Binding,
): Asking<void> {
  const { api } = session.context;
  const { module } = graphNode;
  const label = member === undefined ? name : `${name}.${member}`;
  const { specifier, imported } = binding.import as NonNullable<Binding["import"]>;
  const mode = api.isImportEqualsDeclaration(binding.declaration) ? ("require" as const) : undefined;
  const reexports: ReexportedName[] = [];
  const question = { from: module, specifier, imported: member ?? imported, mode, at: identifier };
  const outcomes = yield* findExport(session, graphNode, question, reexports);
  addEdges(graphNode, label, outcomes);
  for (const place of [{ module, binding }, ...reexports]) {
    yield* addChanges(session, graphNode, place.module, place.binding);
    yield* addModuleCalls(session, graphNode, place.module, outcomes);
  }
  for (const outcome of outcomes) yield* addReadsThrough(session, graphNode, specifier, identifier, outcome);
  const changes = yield* changesOf(session, module, binding);
  for (const outcome of outcomes) {
    if (outcome.type !== "followed" || graphNode.kind === "statement") continue;
    const { node } = outcome;
    const changedHere = changes.changedAt ?? changes.ownChangedAt;
    if (node.kind === "module") {
      yield* warnMutableModule(session, graphNode, node.module, identifier);
      // Of a namespace that is taken by its members it may be another one.
      if (changedHere && member === undefined)
        warnMutated(graphNode, { module, binding, changedAt: changedHere, changedIn: module }, identifier);
      continue;
    }
    const declared = node.module.scopes.declaredBy(node.syntax[0] as ts.Node)[0];
    if (!declared) {
      // `export default { … }` has no name but this one.
      if (changedHere)
        warnMutated(graphNode, { module, binding, changedAt: changedHere, changedIn: module }, identifier);
      continue;
    }
    yield* warnMutable(session, graphNode, node.module, declared, identifier);
    const changedAt = changes.changedAt ?? (isPlain(api, declared) ? changes.calledAt : undefined);
    if (changedAt) {
      warnMutated(graphNode, { module: node.module, binding: declared, changedAt, changedIn: module }, identifier);
    }
  }
}

/** Warns where a name that is read gets another value, or its object another content, at run time. */
export function* warnMutable(
  session: Session,
  graphNode: GraphNode,
  module: Module,
  binding: Binding,
  read: ts.Node,
  how: "by name" | "by this" = "by name",
): Asking<void> {
  const { api } = session.context;
  if (isOnlyWritten(api, read)) return;
  const [write] = binding.writes;
  const isVariable = binding.kind === "let" || binding.kind === "var";
  if (binding.reassigned && write && isVariable) {
    warnReassigned(graphNode, { module, binding, changedAt: write, changedIn: module }, read);
    return;
  }
  const { changedAt, ownChangedAt, calledAt } = yield* changesOf(session, module, binding);
  const at = changedAt ?? (how === "by name" ? ownChangedAt : undefined) ?? calledAt;
  if (at) warnMutated(graphNode, { module, binding, changedAt: at, changedIn: module }, read);
}

/** A module that counts whole: of what is taken of it those names, where that shows, or any. */
function* warnMutableModule(session: Session, graphNode: GraphNode, module: Module, read: ts.Identifier): Asking<void> {
  const { api } = session.context;
  const { scopes } = graphNode.module;
  const names = membersTaken(api, scopes, read);
  for (const binding of module.scopes.topLevel()) {
    if (binding.import || binding.ambient) continue;
    const isTaken = names?.some((name) => {
      const exported = module.exports.get(name);
      return exported?.type === "local" && exported.name === binding.name;
    });
    if (isTaken ?? true) yield* warnMutable(session, graphNode, module, binding, read);
  }
}

/** `x = 1;`, `x++;`: what was in there doesn't matter to the code. */
function isOnlyWritten(api: SyntaxApi, use: ts.Node): boolean {
  if (!isWriteTarget(api, use)) return false;
  const { parent } = use;
  if (!api.isExpressionStatement(parent.parent)) return false;
  if (!api.isBinaryExpression(parent)) return true;
  return parent.operatorToken.kind === api.SyntaxKind.EqualsToken;
}

/** `[key]() { … }`: the name of a method is read when its class is made, not when it is called. */
function namesMember(api: SyntaxApi, graphNode: GraphNode, identifier: ts.Identifier): boolean {
  return graphNode.syntax.some((node) => {
    const { name } = node as ts.MethodDeclaration;
    const isInside = name && identifier.pos >= name.pos && identifier.end <= name.end;
    return isInside && api.isComputedPropertyName(name);
  });
}

function* addUrl(session: Session, graphNode: GraphNode, specifier: string, at: ts.Node): Asking<void> {
  const label = `url ${specifier}`;
  if (/^[a-z]+:/i.test(specifier)) {
    graphNode.edges.push({ label, target: "address" });
    return;
  }
  const path = isRelative(specifier) ? specifier : `./${specifier}`;
  const file = joinPath(parentOf(graphNode.module.file), path);
  const isScript = /\.[cm]?[jt]sx?$/.test(file);
  const resolved = yield* followImport(session, isScript ? path : `${path}?url`, graphNode.module.file);
  if (resolved.type === "module") {
    graphNode.edges.push({ label, target: nodeOfModule(session.nodes, resolved.module) });
    return;
  }
  if (resolved.type === "asset") {
    for (const covered of resolved.files) graphNode.lookupPaths.add(session.lookupPath.to(covered));
  }
  if (resolved.type === "unknown") warnUnknown(graphNode, resolved.reason, at);
  graphNode.edges.push({ label, target: resolved.text });
}

/** What else a file does to a name that a node uses or declares. */
export function* addChanges(session: Session, graphNode: GraphNode, module: Module, binding: Binding): Asking<void> {
  const { parts, lookupPaths } = yield* changesOf(session, module, binding);
  for (const path of lookupPaths) graphNode.lookupPaths.add(path);
  addParts(session, graphNode, module, `${binding.name} changed`, binding.name, parts);
}

/** Calls that a module makes when it is evaluated, and that change what a node uses or declares. */
export function* addModuleCalls(
  session: Session,
  graphNode: GraphNode,
  module: Module,
  outcomes: readonly Outcome[],
): Asking<void> {
  const { calls, lookupPaths } = yield* moduleCallsOf(session, module);
  if (calls.size === 0) return;
  for (const outcome of outcomes) {
    const parts = calls.get(keyOfTarget(targetOf(outcome)));
    if (!parts) continue;
    for (const path of lookupPaths) graphNode.lookupPaths.add(path);
    const name = outcome.type === "followed" ? outcome.node.name : outcome.text;
    addParts(session, graphNode, module, `${name} changed by a call`, name, [...parts.keys()]);
  }
}

/** A declaration is the same node whether it is used or only changes another name. */
function addParts(
  { nodes, context }: Session,
  graphNode: GraphNode,
  module: Module,
  label: string,
  name: string,
  parts: readonly ts.Node[],
): void {
  parts.forEach((part, index) => {
    if (graphNode.syntax.includes(part)) return;
    const target = context.api.isExportAssignment(part)
      ? nodeOfExport(nodes, module, part)
      : nodeOf(nodes, module, "statement", `changes ${name}`, part);
    graphNode.edges.push({ label: `${label} ${index}`, target });
  });
}
