import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isStatic } from "../../syntax/captures.ts";
import { isWrapper } from "../../syntax/node-tests.ts";
import { digest } from "../normal-form/digest.ts";
import type { Session } from "./build-session.ts";
import { findOwnMembers, type Owner, ownerOf } from "./class-members.ts";
import { addEdges, addEffects, addUse } from "./edges.ts";
import { findTargets } from "./find-export.ts";
import { createFindings, factsOf, type Unit } from "./nodes.ts";
import { collectUses } from "./references.ts";
import { warnImpure } from "./warnings.ts";

/**
 * Grows the graph until everything that the given units reach is in it. Functions that are linked side by side grow
 * the same graph: one leaves what another has begun to the end, and then does it all the same rather than wait, since
 * two that wait for each other would wait for ever.
 */
export function* expandAll(session: Session, roots: readonly Unit[]): Asking<void> {
  const seen = new Set<Unit>();
  const work = [...roots];
  const begun: Unit[] = [];
  for (;;) {
    const isLeft = work.length === 0;
    const unit = work.pop() ?? begun.pop();
    if (!unit) return;
    if (!unit.expanded) {
      if (unit.begun && !isLeft) {
        begun.push(unit);
        continue;
      }
      yield* expand(session, unit);
    }
    for (const { target } of unit.edges) {
      if (typeof target === "string" || seen.has(target) || session.hashes.has(target)) continue;
      seen.add(target);
      work.push(target);
    }
  }
}

/** Collects aside and publishes all at once: whoever comes by meanwhile never takes a half for the whole. */
function* expand(session: Session, unit: Unit): Asking<void> {
  const { api } = session.context;
  unit.begun = true;
  const draft: Unit = { ...unit, ...createFindings() };
  const texts: string[] = [];
  for (const node of unit.nodes) {
    const facts = factsOf(api, unit.module, node);
    texts.push(facts.text);
    draft.env.push(...facts.env);
    for (const use of facts.uses) yield* addUse(session, draft, use);
    for (const spot of facts.impure) warnImpure(draft, spot.what, spot.node);
  }
  for (const node of unit.nodes) {
    const owner = ownerOf(api, node);
    if (owner) yield* addOwnMembers(session, draft, node, owner);
  }
  if (unit.kind === "module") yield* addModuleEdges(session, draft);
  else for (const node of unit.nodes) addDeclaredEffects(session, draft, node);
  const { edges, trails, warnings, env } = draft;
  if (!unit.expanded)
    Object.assign(unit, { own: digest(texts.join("\n")), edges, trails, warnings, env, expanded: true });
}

function* addOwnMembers(session: Session, unit: Unit, node: ts.Node, owner: Owner): Asking<void> {
  const { units, context } = session;
  const { module } = unit;
  const { members, base, all } = findOwnMembers(context.api, node, owner);
  if (all) {
    const whole = units.of(module, "class", "this", owner);
    whole.note ??= "the whole of it: a method hands on its this";
    unit.edges.push({ label: "this", target: whole });
  }
  for (const member of new Set(members)) {
    if (unit.nodes.includes(member)) continue;
    const label = `this.${((member as ts.ClassElement).name as ts.Identifier).text}`;
    unit.edges.push({ label, target: units.of(module, "member", label, member) });
  }
  if (base) for (const use of collectUses(context.api, module.scopes, base).uses) yield* addUse(session, unit, use);
}

/** What a whole file reaches beside the names that its statements use. */
function* addModuleEdges(session: Session, unit: Unit): Asking<void> {
  const { module } = unit;
  const at = module.sourceFile;
  const targetsOf = (specifier: string, imported: string) =>
    findTargets(session, unit, { from: module, specifier, imported, at });
  for (const specifier of module.effects) addEdges(unit, "effect", yield* targetsOf(specifier, "*"));
  for (const [name, target] of module.exports) {
    if (target.type !== "from") continue;
    addEdges(unit, `export ${name}`, yield* targetsOf(target.specifier, target.imported));
  }
  for (const specifier of module.stars) addEdges(unit, "export *", yield* targetsOf(specifier, "*"));
}

/** What else makes the names that a unit declares: for a function in a constant, those of the constant. */
function addDeclaredEffects(session: Session, unit: Unit, node: ts.Node): void {
  const { api } = session.context;
  const { module } = unit;
  let declaration = node;
  while (isWrapper(api, declaration.parent)) declaration = declaration.parent;
  const isValue = api.isVariableDeclaration(declaration.parent) && declaration.parent.initializer === declaration;
  for (const binding of module.scopes.declaredBy(isValue ? declaration.parent : node)) {
    if (isStatic(api, binding)) addEffects(session, unit, module, binding);
  }
}
