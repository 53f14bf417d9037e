import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { countsByCode, isStatic } from "../../syntax/captures.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import { locateFile } from "./build-session.ts";
import { findExport } from "./find-export.ts";
import type { CodeReference, GraphNode, Module, Session, Target } from "./model.ts";
import { findMutations } from "./mutations.ts";
import { nodeOf, nodeOfBinding, nodeOfExport, nodeOfModule } from "./nodes.ts";
import { followImport, isRelative, joinPath, parentOf } from "./resolve-import.ts";
import { warnMutable, warnUnknown } from "./warnings.ts";

/** Adds the edges of one use to a node. */
export function* addUse(session: Session, graphNode: GraphNode, use: CodeReference): Asking<void> {
  const { module } = graphNode;
  switch (use.type) {
    case "global":
      graphNode.edges.push({ label: globalLabel(session.define, use.name), target: "global" });
      return;
    case "binding":
      return yield* addBinding(session, graphNode, use);
    case "import":
      for (const imported of use.members === "*" ? ["*"] : use.members) {
        const { specifier, at } = use;
        const targets = yield* findExport(session, graphNode, { from: module, specifier, imported, at });
        addEdges(graphNode, `import ${specifier} ${imported}`, targets);
      }
      return;
    case "url":
      return yield* addUrl(session, graphNode, use.specifier);
    case "place": {
      const { id } = yield* locateFile(session, module.file, session.root);
      graphNode.edges.push({ label: "place", target: id });
      return;
    }
    case "unknown":
      warnUnknown(graphNode, use.what, use.at);
      if (use.what === "eval" && graphNode.kind !== "module") {
        const why = "whole file: eval may use any name of it";
        graphNode.edges.push({ label: "eval", target: nodeOfModule(session.nodes, module, why) });
      }
  }
}

/** A global counts by its name, and by the text that the bundler puts in its place. Environment reads join the key instead. */
function globalLabel(define: Session["define"], name: string): string {
  const replaced = Object.entries(define)
    .filter(([key]) => key === name || (key.startsWith(`${name}.`) && !key.startsWith("process.env.")))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return replaced.length > 0 ? `${name} ${JSON.stringify(replaced)}` : name;
}

/** No target at all is a name that modules only hand round among themselves. */
export function addEdges(graphNode: GraphNode, label: string, targets: readonly Target[]): void {
  if (targets.length === 0) graphNode.edges.push({ label, target: "missing export" });
  targets.forEach((target, index) => {
    graphNode.edges.push({ label: index === 0 ? label : `${label} ${index}`, target });
  });
}

type BindingUse = Extract<CodeReference, { type: "binding" }>;

function* addBinding(session: Session, graphNode: GraphNode, use: BindingUse): Asking<void> {
  const { nodes, context } = session;
  const { binding, name, member, identifier } = use;
  const { module } = graphNode;
  const label = member === undefined ? name : `${name}.${member}`;
  if (graphNode.syntax.some((node) => node === binding.declaration)) return;
  if (binding.ambient || binding.import?.typeOnly) {
    graphNode.edges.push({ label, target: "ambient" });
    return;
  }
  if (binding.import) {
    const { specifier, imported } = binding.import;
    const question = { from: module, specifier, imported: member ?? imported, at: identifier };
    addEdges(graphNode, label, yield* findExport(session, graphNode, question));
    addMutations(session, graphNode, module, binding);
    return;
  }
  if (binding.kind === "member") {
    const declaration = binding.declaration.parent as ts.EnumDeclaration;
    graphNode.edges.push({ label, target: nodeOf(nodes, module, "enum", declaration.name.text, declaration) });
    return;
  }
  if (!isStatic(context.api, binding) && !countsByCode(context.api, binding)) {
    graphNode.edges.push({ label, target: "captured" });
    return;
  }
  graphNode.edges.push({ label, target: nodeOfBinding(nodes, module, binding) });
  const isRead = graphNode.kind !== "statement" && !namesMember(context.api, graphNode, identifier);
  if (isRead && isStatic(context.api, binding)) warnMutable(context.api, graphNode, binding, identifier);
}

/** `[key]() { … }`: the name of a method is read when its class is made, not when it is called. */
function namesMember(api: TypeScript, graphNode: GraphNode, identifier: ts.Identifier): boolean {
  return graphNode.syntax.some((node) => {
    const { name } = node as ts.MethodDeclaration;
    const isInside = name && identifier.pos >= name.pos && identifier.end <= name.end;
    return isInside && api.isComputedPropertyName(name);
  });
}

function* addUrl(session: Session, graphNode: GraphNode, specifier: string): Asking<void> {
  const label = `url ${specifier}`;
  if (/^[a-z]+:/i.test(specifier)) return;
  const path = isRelative(specifier) ? specifier : `./${specifier}`;
  const file = joinPath(parentOf(graphNode.module.file), path);
  const isScript = /\.[cm]?[jt]sx?$/.test(file);
  const resolved = yield* followImport(session, isScript ? path : `${path}?url`, graphNode.module.file);
  if (resolved.type === "module") {
    graphNode.edges.push({ label, target: nodeOfModule(session.nodes, resolved.module) });
    return;
  }
  if (resolved.type === "asset") graphNode.lookupPaths.add(session.lookupPath.to(resolved.file));
  graphNode.edges.push({ label, target: resolved.text });
}

/** What else makes a name that a node uses or declares. */
export function addMutations(session: Session, graphNode: GraphNode, module: Module, binding: Binding): void {
  const { parts } = findMutations(session.context.api, module.scopes, binding);
  parts.forEach((part, index) => {
    if (graphNode.syntax.includes(part)) return;
    graphNode.edges.push({ label: `${binding.name} changed ${index}`, target: mutationNode(session, module, part) });
  });
}

/** A declaration is the same node whether it is used or only changes another name. */
function mutationNode({ nodes, context }: Session, module: Module, part: ts.Node): GraphNode {
  const { api } = context;
  if (api.isExportAssignment(part)) return nodeOfExport(nodes, module, part);
  const isChanged = (binding: Binding) => findMutations(api, module.scopes, binding).parts.includes(part);
  const first = module.scopes.freeReferences(part).find(({ binding }) => binding && isChanged(binding));
  return nodeOf(nodes, module, "statement", `changes ${first?.name}`, part);
}
