import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { countsByCode, isStatic } from "../../syntax/captures.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import { locateFile, type Session } from "./build-session.ts";
import { findTargets, type Target } from "./find-export.ts";
import type { Module } from "./modules.ts";
import { findEffects } from "./mutations.ts";
import type { Unit } from "./nodes.ts";
import type { Use } from "./references.ts";
import { followImport, isRelative, joinPath, parentOf } from "./resolve-import.ts";
import { warnMutable, warnUnknown } from "./warnings.ts";

/** Adds the edges of one use to a unit. */
export function* addUse(session: Session, unit: Unit, use: Use): Asking<void> {
  const { module } = unit;
  switch (use.type) {
    case "global":
      unit.edges.push({ label: globalLabel(session.define, use.name), target: "global" });
      return;
    case "binding":
      return yield* addBinding(session, unit, use);
    case "import":
      for (const imported of use.members === "*" ? ["*"] : use.members) {
        const { specifier, at } = use;
        const targets = yield* findTargets(session, unit, { from: module, specifier, imported, at });
        addEdges(unit, `import ${specifier} ${imported}`, targets);
      }
      return;
    case "url":
      return yield* addUrl(session, unit, use.specifier);
    case "place": {
      const { id } = yield* locateFile(session, module.file, session.root);
      unit.edges.push({ label: "place", target: id });
      return;
    }
    case "unknown":
      warnUnknown(unit, use.what, use.at);
      if (use.what === "eval" && unit.kind !== "module") {
        const why = "whole file: eval may use any name of it";
        unit.edges.push({ label: "eval", target: session.units.ofModule(module, why) });
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
export function addEdges(unit: Unit, label: string, targets: readonly Target[]): void {
  if (targets.length === 0) unit.edges.push({ label, target: "missing export" });
  targets.forEach((target, index) => {
    unit.edges.push({ label: index === 0 ? label : `${label} ${index}`, target });
  });
}

type BindingUse = Extract<Use, { type: "binding" }>;

function* addBinding(session: Session, unit: Unit, use: BindingUse): Asking<void> {
  const { units, context } = session;
  const { binding, name, member, identifier } = use;
  const { module } = unit;
  const label = member === undefined ? name : `${name}.${member}`;
  if (unit.nodes.some((node) => node === binding.declaration)) return;
  if (binding.ambient || binding.import?.typeOnly) {
    unit.edges.push({ label, target: "ambient" });
    return;
  }
  if (binding.import) {
    const { specifier, imported } = binding.import;
    const question = { from: module, specifier, imported: member ?? imported, at: identifier };
    addEdges(unit, label, yield* findTargets(session, unit, question));
    addEffects(session, unit, module, binding);
    return;
  }
  if (binding.kind === "member") {
    const declaration = binding.declaration.parent as ts.EnumDeclaration;
    unit.edges.push({ label, target: units.of(module, "enum", declaration.name.text, declaration) });
    return;
  }
  if (!isStatic(context.api, binding) && !countsByCode(context.api, binding)) {
    unit.edges.push({ label, target: "captured" });
    return;
  }
  unit.edges.push({ label, target: units.ofBinding(module, binding) });
  const isRead = unit.kind !== "statement" && !namesMember(context.api, unit, identifier);
  if (isRead && isStatic(context.api, binding)) warnMutable(context.api, unit, binding, identifier);
}

/** `[key]() { … }`: the name of a method is read when its class is made, not when it is called. */
function namesMember(api: TypeScript, unit: Unit, identifier: ts.Identifier): boolean {
  return unit.nodes.some((node) => {
    const { name } = node as ts.MethodDeclaration;
    const isInside = name && identifier.pos >= name.pos && identifier.end <= name.end;
    return isInside && api.isComputedPropertyName(name);
  });
}

function* addUrl(session: Session, unit: Unit, specifier: string): Asking<void> {
  const label = `url ${specifier}`;
  if (/^[a-z]+:/i.test(specifier)) return;
  const path = isRelative(specifier) ? specifier : `./${specifier}`;
  const file = joinPath(parentOf(unit.module.file), path);
  const isScript = /\.[cm]?[jt]sx?$/.test(file);
  const destination = yield* followImport(session, isScript ? path : `${path}?url`, unit.module.file);
  if (destination.type === "module") {
    unit.edges.push({ label, target: session.units.ofModule(destination.module) });
    return;
  }
  if (destination.type === "asset") unit.trails.add(session.trail.to(destination.file));
  unit.edges.push({ label, target: destination.text });
}

/** What else makes a name that a unit uses or declares. */
export function addEffects(session: Session, unit: Unit, module: Module, binding: Binding): void {
  const { parts } = findEffects(session.context.api, module.scopes, binding);
  parts.forEach((part, index) => {
    if (unit.nodes.includes(part)) return;
    unit.edges.push({ label: `${binding.name} changed ${index}`, target: effectUnit(session, module, part) });
  });
}

/** A declaration is the same unit whether it is used or only changes another name. */
function effectUnit({ units, context }: Session, module: Module, part: ts.Node): Unit {
  const { api } = context;
  if (api.isExportAssignment(part)) return units.ofExport(module, part);
  const isChanged = (binding: Binding) => findEffects(api, module.scopes, binding).parts.includes(part);
  const first = module.scopes.freeReferences(part).find(({ binding }) => binding && isChanged(binding));
  return units.of(module, "statement", `changes ${first?.name}`, part);
}
