import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isStatic } from "../../syntax/captures.ts";
import { isWrapper } from "../../syntax/node-tests.ts";
import { digest } from "../normal-form/digest.ts";
import { isAnyAbsolute } from "./absolute-names.ts";
import { bindingOfOwner, findOwnMembers, isStaticMember, type Owner, ownerOf, wholeOf } from "./class-members.ts";
import { addChanges, addEdges, addModuleCalls, addReference, warnMutable } from "./edges.ts";
import { findExport } from "./find-export.ts";
import { globalChanges } from "./global-changes.ts";
import type { Findings, GraphNode, Session } from "./model.ts";
import { addModuleEffects } from "./module-effects.ts";
import { createFindings, factsOf, nodeOf, nodeOfBinding, nodeOfEffects } from "./nodes.ts";
import { collectReferences } from "./references.ts";
import { warnRead, warnUnknown } from "./warnings.ts";

/**
 * Grows the graph until everything that the given nodes reach is in it. Functions that are linked side by side grow
 * the same graph: one leaves what another has begun to the end, and then does it all the same rather than wait, since
 * two that wait for each other would wait for ever.
 */
export function* buildGraph(session: Session, roots: readonly GraphNode[]): Asking<void> {
  const seen = new Set<GraphNode>();
  const work = [...roots];
  const begun: GraphNode[] = [];
  for (;;) {
    const isLeft = work.length === 0;
    const graphNode = work.pop() ?? begun.pop();
    if (!graphNode) return;
    if (!graphNode.expanded) {
      if (graphNode.begun && !isLeft) {
        begun.push(graphNode);
        continue;
      }
      yield* expand(session, graphNode);
    }
    for (const { target } of graphNode.edges) {
      if (typeof target === "string" || seen.has(target) || session.hashes.has(target)) continue;
      seen.add(target);
      work.push(target);
    }
  }
}

/** Collects aside and publishes all at once: whoever comes by meanwhile never takes a half for the whole. */
function* expand(session: Session, graphNode: GraphNode): Asking<void> {
  const { api } = session.context;
  graphNode.begun = true;
  const draft: GraphNode = { ...graphNode, ...createFindings() };
  const texts: string[] = [];
  for (const node of graphNode.syntax) {
    const facts = factsOf(api, graphNode.module, node);
    texts.push(facts.text);
    draft.env.push(...facts.env);
    draft.speaksOf.push(...facts.speaksOf);
    for (const use of facts.uses) yield* addReference(session, draft, use);
    for (const read of facts.ambient) {
      if (!(yield* isAnyAbsolute(session, graphNode.module, read.unless ?? [], draft))) warnRead(draft, read);
    }
  }
  for (const node of graphNode.syntax) {
    const owner = ownerOf(api, node);
    if (owner) yield* addOwnMembers(session, draft, node, owner);
  }
  if (graphNode.role === "effects") yield* addModuleEffects(session, draft);
  else if (graphNode.kind === "module") yield* addModuleEdges(session, draft);
  else {
    for (const node of graphNode.syntax) yield* addOwnChanges(session, draft, node);
    addEffectsEdge(session, draft);
  }
  const { edges, lookupPaths, warnings, fileWarnings, env, speaksOf } = draft;
  const own = digest(texts.join("\n"));
  const found: Findings = { own, edges, lookupPaths, warnings, fileWarnings, env, speaksOf };
  if (!graphNode.expanded) Object.assign(graphNode, found, { expanded: true });
}

function* addOwnMembers(session: Session, graphNode: GraphNode, node: ts.Node, owner: Owner): Asking<void> {
  const { nodes, context } = session;
  const { module } = graphNode;
  const { members, base, all, uses, abstract } = findOwnMembers(context.api, module.scopes, node, owner);
  if (all) {
    const whole = nodeOf(nodes, module, "class", "this", wholeOf(context.api, module.scopes, owner));
    whole.note ??= "the whole of it: a method hands on its this";
    graphNode.edges.push({ label: "this", target: whole });
  }
  for (const member of new Set(members)) {
    if (graphNode.syntax.includes(member)) continue;
    const { name } = member as ts.ClassElement;
    const label = `this.${name ? (name as ts.Identifier).text : "constructor"}`;
    graphNode.edges.push({ label, target: nodeOf(nodes, module, "member", label, member) });
  }
  for (const { name, at } of abstract) {
    warnUnknown(graphNode, `this.${name} is abstract, and no class of this file brings it`, at);
  }
  if (base) {
    const { uses: references, ambient } = collectReferences(context.api, module.scopes, base);
    for (const use of references) yield* addReference(session, graphNode, use);
    for (const read of ambient) warnRead(graphNode, read);
  }
  const binding = uses.length > 0 ? bindingOfOwner(context.api, module.scopes, owner) : undefined;
  if (!binding || !isStatic(context.api, binding)) return;
  yield* addChanges(session, graphNode, module, binding);
  const isInstance = context.api.isClassLike(owner) && !isStaticMember(context.api, node);
  yield* warnMutable(session, graphNode, module, binding, uses[0] as ts.Node, isInstance ? "by this" : "by name");
}

/** What a whole file reaches beside the names that its statements use. */
function* addModuleEdges(session: Session, graphNode: GraphNode): Asking<void> {
  const { module } = graphNode;
  const at = module.sourceFile;
  const targetsOf = (specifier: string, imported: string) =>
    findExport(session, graphNode, { from: module, specifier, imported, at });
  for (const specifier of module.effects) addEdges(graphNode, "effect", yield* targetsOf(specifier, "*"));
  for (const [name, target] of module.exports) {
    if (target.type !== "from") continue;
    addEdges(graphNode, `export ${name}`, yield* targetsOf(target.specifier, target.imported));
  }
  for (const specifier of module.stars) addEdges(graphNode, "export *", yield* targetsOf(specifier, "*"));
}

/** What else makes the names that a node declares: for a function in a constant, those of the constant. */
function* addOwnChanges(session: Session, graphNode: GraphNode, node: ts.Node): Asking<void> {
  const { api } = session.context;
  const { module } = graphNode;
  let declaration = node;
  while (isWrapper(api, declaration.parent)) declaration = declaration.parent;
  const isValue = api.isVariableDeclaration(declaration.parent) && declaration.parent.initializer === declaration;
  for (const binding of module.scopes.declaredBy(isValue ? declaration.parent : node)) {
    if (!isStatic(api, binding)) continue;
    yield* addChanges(session, graphNode, module, binding);
    const declared = nodeOfBinding(session.nodes, module, binding);
    yield* addModuleCalls(session, graphNode, module, [{ type: "followed", node: declared }]);
  }
}

/** What a module does for everybody when it is evaluated counts with each of its declarations. */
function addEffectsEdge(session: Session, graphNode: GraphNode): void {
  const { module } = graphNode;
  const changes = globalChanges(session.context.api, module);
  if (module.effects.length === 0 && changes.length === 0) return;
  if (graphNode.syntax.some((node) => changes.includes(node))) return;
  graphNode.edges.push({ label: "effects of the module", target: nodeOfEffects(session.nodes, module) });
}
