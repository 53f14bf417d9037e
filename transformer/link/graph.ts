import type ts from "typescript";
import { digest } from "../hash/serialize.ts";
import { locatePackageFile } from "../package-id.ts";
import { isWrapper } from "../scope/syntax.ts";
import type { Binding } from "../scope.ts";
import { isAllowed } from "./allow.ts";
import { countsByCode, isStatic } from "./captures.ts";
import { findEffects } from "./effects.ts";
import { findOwnMembers } from "./members.ts";
import type { LinkContext, Module, Session } from "./modules.ts";
import type { Asking } from "./protocol.ts";
import { type Destination, followImport, isRelative, joinPath, parentOf } from "./resolve.ts";
import { factsOf, type Unit, type Units } from "./units.ts";
import { collectUses, type Use } from "./uses.ts";
import { linkCodes } from "./warnings.ts";

type Target = Unit | string;

/** Grows the graph from the given units, and from where their edges lead, until everything they reach is in it. */
export function* expandAll(session: Session, units: Units, roots: readonly Unit[]): Asking<void> {
  const work = roots.flatMap((root) => [
    root,
    ...root.edges.flatMap(({ target }) => (typeof target === "string" ? [] : target)),
  ]);
  for (let unit = work.pop(); unit; unit = work.pop()) {
    if (unit.expanded) continue;
    unit.expanded = true;
    yield* expand(session, units, unit);
    for (const { target } of unit.edges) if (typeof target !== "string" && !target.expanded) work.push(target);
  }
}

function* expand(session: Session, units: Units, unit: Unit): Asking<void> {
  const { api } = session.context;
  const { module } = unit;
  const texts: string[] = [];
  for (const node of unit.nodes) {
    const facts = factsOf(api, module, node);
    texts.push(facts.text);
    unit.env.push(...facts.env);
    for (const use of facts.uses) yield* addUse(session, units, unit, use);
    for (const spot of facts.impure) warnImpure(unit, spot.what, spot.node);
  }
  if (unit.owner) yield* addOwnMembers(session, units, unit);
  if (unit.kind === "module") yield* addModuleEdges(session, units, unit);
  else for (const node of unit.nodes) addDeclaredEffects(session, units, unit, node);
  unit.own = digest(`${unit.own}${texts.join("\n")}`);
}

/** A global counts by its name, and by the text that the bundler puts in its place. Environment reads join the key instead. */
function globalLabel(define: LinkContext["define"], name: string): string {
  const replaced = Object.entries(define)
    .filter(([key]) => key === name || (key.startsWith(`${name}.`) && !key.startsWith("process.env.")))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return replaced.length > 0 ? `${name} ${JSON.stringify(replaced)}` : name;
}

/** Adds the edges of one use. */
export function* addUse(session: Session, units: Units, unit: Unit, use: Use): Asking<void> {
  const { module } = unit;
  switch (use.type) {
    case "global":
      unit.edges.push({ label: globalLabel(session.context.define, use.name), target: "global" });
      return;
    case "binding":
      return yield* addBinding(session, units, unit, use);
    case "import": {
      const members = use.members === "*" ? ["*"] : use.members;
      for (const member of members) {
        const targets = yield* importTargets(session, units, unit, module, use.specifier, member, use.at);
        addEdges(unit, `import ${use.specifier} ${member}`, targets);
      }
      return;
    }
    case "url":
      return yield* addUrl(session, units, unit, use.specifier);
    case "place": {
      const { id } = yield* locatePackageFile(module.file, session.root);
      unit.edges.push({ label: "place", target: id });
      return;
    }
    case "unknown":
      warnUnknown(unit, use.what, use.at);
      if (use.what === "eval" && unit.kind !== "module") {
        unit.edges.push({ label: "eval", target: units.ofModule(module, "whole file: eval may use any name of it") });
      }
  }
}

/** No target at all is a name that modules only hand round among themselves. */
function addEdges(unit: Unit, label: string, targets: readonly Target[]): void {
  if (targets.length === 0) unit.edges.push({ label, target: "missing export" });
  targets.forEach((target, index) => {
    unit.edges.push({ label: index === 0 ? label : `${label} ${index}`, target });
  });
}

type BindingUse = Extract<Use, { type: "binding" }>;

function* addBinding(session: Session, units: Units, unit: Unit, use: BindingUse): Asking<void> {
  const { api } = session.context;
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
    const at = identifier;
    addEdges(unit, label, yield* importTargets(session, units, unit, module, specifier, member ?? imported, at));
    addEffects(session, units, unit, module, binding);
    return;
  }
  if (binding.kind === "member") {
    const declaration = binding.declaration.parent as ts.EnumDeclaration;
    unit.edges.push({ label, target: units.of(module, "enum", declaration.name.text, declaration) });
    return;
  }
  if (!isStatic(api, binding) && !countsByCode(api, binding)) {
    unit.edges.push({ label, target: "captured" });
    return;
  }
  unit.edges.push({ label, target: units.ofBinding(module, binding) });
  if (isStatic(api, binding) && unit.kind !== "statement") warnMutable(session, unit, binding, identifier);
}

/** What an import of one name leads to. Several targets only where packages hide which of them has it. */
function* importTargets(
  session: Session,
  units: Units,
  unit: Unit,
  module: Module,
  specifier: string,
  imported: string,
  at: ts.Node,
): Asking<Target[]> {
  const destination = yield* followImport(session, specifier, module.file);
  if (destination.type === "module") {
    return yield* exportTargets(
      session,
      units,
      unit,
      destination.module,
      destination.whole ? "*" : imported,
      new Set(),
    );
  }
  noteDestination(unit, destination, at, specifier);
  return [`${destination.text}#${imported}`];
}

function noteDestination(unit: Unit, destination: Destination, at: ts.Node, specifier: string): void {
  if (destination.type === "asset") unit.files.add(destination.file);
  if (destination.type === "missing") warnMissing(unit, specifier, at);
}

function* exportTargets(
  session: Session,
  units: Units,
  unit: Unit,
  module: Module,
  name: string,
  seen: Set<string>,
): Asking<Target[]> {
  const key = `${module.file}\0${name}`;
  if (seen.has(key)) return [];
  seen.add(key);
  unit.files.add(module.file);
  if (name === "*") return [units.ofModule(module)];
  if (module.whole) return [units.ofModule(module, "whole file: its exports can't be told apart")];
  const found = module.exports.get(name);
  if (found?.type === "node") return [exportedNode(units, module, found.node)];
  if (found?.type === "from")
    return yield* followFrom(session, units, unit, module, found.specifier, found.imported, seen);
  if (found) {
    const binding = module.scopes.resolve(found.name, module.sourceFile);
    if (!binding || binding.ambient) return ["ambient"];
    const { import: target } = binding;
    if (target) return yield* followFrom(session, units, unit, module, target.specifier, target.imported, seen);
    return [units.ofBinding(module, binding)];
  }
  return name === "default" ? [`missing export ${name}`] : yield* starTargets(session, units, unit, module, name, seen);
}

function exportedNode(units: Units, module: Module, node: ts.Node): Unit {
  const name = (node as ts.FunctionDeclaration).name?.text;
  const binding = name === undefined ? undefined : module.scopes.resolve(name, module.sourceFile);
  return binding ? units.ofBinding(module, binding) : units.of(module, "value", "default", node);
}

function* followFrom(
  session: Session,
  units: Units,
  unit: Unit,
  module: Module,
  specifier: string,
  imported: string,
  seen: Set<string>,
): Asking<Target[]> {
  const destination = yield* followImport(session, specifier, module.file);
  if (destination.type === "module") {
    return yield* exportTargets(session, units, unit, destination.module, destination.whole ? "*" : imported, seen);
  }
  if (destination.type === "asset") unit.files.add(destination.file);
  return [`${destination.text}#${imported}`];
}

function* starTargets(
  session: Session,
  units: Units,
  unit: Unit,
  module: Module,
  name: string,
  seen: Set<string>,
): Asking<Target[]> {
  const outside: string[] = [];
  for (const specifier of module.stars) {
    const targets = yield* followFrom(session, units, unit, module, specifier, name, seen);
    const inside = targets.filter((target) => typeof target !== "string");
    if (inside.length > 0) return inside;
    outside.push(
      ...(targets.filter((target) => typeof target === "string" && !target.startsWith("missing export")) as string[]),
    );
  }
  return outside.length > 0 ? outside : [`missing export ${name}`];
}

function* addUrl(session: Session, units: Units, unit: Unit, specifier: string): Asking<void> {
  const label = `url ${specifier}`;
  if (/^[a-z]+:/i.test(specifier)) return;
  const path = isRelative(specifier) ? specifier : `./${specifier}`;
  const file = joinPath(parentOf(unit.module.file), path);
  const isScript = /\.[cm]?[jt]sx?$/.test(file);
  const destination = yield* followImport(session, isScript ? path : `${path}?url`, unit.module.file);
  if (destination.type === "module") {
    unit.edges.push({ label, target: units.ofModule(destination.module) });
    return;
  }
  if (destination.type === "asset") unit.files.add(destination.file);
  unit.edges.push({ label, target: destination.text });
}

function* addOwnMembers(session: Session, units: Units, unit: Unit): Asking<void> {
  const { api } = session.context;
  const { module, owner } = unit;
  if (!owner) return;
  for (const node of unit.nodes) {
    const { members, base, all } = findOwnMembers(api, node, owner);
    if (all) {
      const whole = units.of(module, "class", "this", owner);
      whole.note ??= "the whole of it: a method hands on its this";
      unit.edges.push({ label: "this", target: whole });
    }
    for (const member of new Set(members)) {
      const name = member as ts.ClassElement;
      const target = units.of(module, "member", `this.${(name.name as ts.Identifier).text}`, member);
      target.owner = owner;
      if (!unit.nodes.includes(member)) unit.edges.push({ label: target.name, target });
    }
    if (base) for (const use of collectUses(api, module.scopes, base).uses) yield* addUse(session, units, unit, use);
  }
}

function* addModuleEdges(session: Session, units: Units, unit: Unit): Asking<void> {
  const { module } = unit;
  const { sourceFile } = module;
  for (const specifier of module.effects) {
    const targets = yield* importTargets(session, units, unit, module, specifier, "*", sourceFile);
    addEdges(unit, `effect`, targets);
  }
  for (const [name, target] of module.exports) {
    if (target.type !== "from") continue;
    addEdges(
      unit,
      `export ${name}`,
      yield* importTargets(session, units, unit, module, target.specifier, target.imported, sourceFile),
    );
  }
  for (const specifier of module.stars) {
    addEdges(unit, "export *", yield* importTargets(session, units, unit, module, specifier, "*", sourceFile));
  }
}

/** What else makes the names that a unit declares: for a function in a constant, those of the constant. */
function addDeclaredEffects(session: Session, units: Units, unit: Unit, node: ts.Node): void {
  const { api } = session.context;
  const { scopes } = unit.module;
  let declaration = node;
  while (isWrapper(api, declaration.parent)) declaration = declaration.parent;
  const isValue = api.isVariableDeclaration(declaration.parent) && declaration.parent.initializer === declaration;
  for (const binding of scopes.declaredBy(isValue ? declaration.parent : node)) {
    if (isStatic(api, binding)) addEffects(session, units, unit, unit.module, binding);
  }
}

function addEffects(session: Session, units: Units, unit: Unit, module: Module, binding: Binding): void {
  const { parts } = findEffects(session.context.api, module.scopes, binding);
  parts.forEach((part, index) => {
    if (unit.nodes.includes(part)) return;
    const target = units.of(module, "statement", `changes ${binding.name}`, part);
    unit.edges.push({ label: `${binding.name} changed ${index}`, target });
  });
}

function warnMutable(session: Session, unit: Unit, binding: Binding, use: ts.Identifier): void {
  const { sourceFile, scopes } = unit.module;
  const lineOf = (node: ts.Node) => sourceFile.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const name = `"${binding.name}"`;
  const [write] = binding.writes;
  if (isAllowed(sourceFile, use, "mutable") || isAllowed(sourceFile, binding.nameNode, "mutable")) return;
  if (binding.reassigned && write && (binding.kind === "let" || binding.kind === "var")) {
    const message = `${name} is read by a cached function but reassigned in line ${lineOf(write)}: the cache can't see its value.`;
    warn(
      unit,
      linkCodes.reassigned,
      use,
      message,
      `Make ${name} a const, pass it as an argument, or write // cachet-allow-mutable at its declaration.`,
    );
    return;
  }
  const { mutatedAt } = findEffects(session.context.api, scopes, binding);
  if (!mutatedAt) return;
  const message = `${name} is read by a cached function but changed at run time in line ${lineOf(mutatedAt)}: the cache can't see its content.`;
  warn(
    unit,
    linkCodes.mutated,
    use,
    message,
    `Pass ${name} as an argument, or write // cachet-allow-mutable at its declaration.`,
  );
}

function warnImpure(unit: Unit, what: string, node: ts.Node): void {
  const message = `${what} answers differently each time, but a cached function calls it once and keeps the answer.`;
  const fix = "Pass the value as an argument, or write // cachet-allow-impure on this line.";
  warn(unit, linkCodes.impure, node, message, fix);
}

function warnUnknown(unit: Unit, what: string, at: ts.Node): void {
  const message = `${what} can't be followed: changes behind it don't invalidate the cache.`;
  const fix = "Write the path as a literal, or add a version option and raise it by hand.";
  warn(unit, linkCodes.notFollowed, at, message, fix);
}

function warnMissing(unit: Unit, specifier: string, at: ts.Node): void {
  const message = `"${specifier}" has no file to be found: changes behind it don't invalidate the cache.`;
  warn(unit, linkCodes.notFollowed, at, message, "Check the path, or add a version option and raise it by hand.");
}

function warn(unit: Unit, code: string, at: ts.Node, message: string, fix: string): void {
  const { file, sourceFile } = unit.module;
  const start = at.getStart();
  const line = sourceFile.getLineAndCharacterOfPosition(start).line + 1;
  unit.warnings.push({ code, message, fix, file, start, length: at.end - start, line });
}
