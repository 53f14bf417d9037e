import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import type { Session } from "./build-session.ts";
import type { Trail } from "./lookup-path.ts";
import type { Module } from "./modules.ts";
import type { Unit } from "./nodes.ts";
import { followImport } from "./resolve-import.ts";
import { type Warned, warnMissing } from "./warnings.ts";

/** A unit, or a text for what has no code here. */
export type Target = Unit | string;

/** Whoever asks where a name leads: hears which files were looked at on the way, and what is missing. */
export interface Asker extends Warned {
  trails: Set<Trail>;
}

/** One search for a name, through as many modules as it takes. */
interface Search {
  asker: Asker;
  seen: Set<string>;
  trail: Trail;
}

/** What one name of another module means; `at` is where to warn if there is no such file. */
interface Question {
  /** The module that the import stands in. */
  from: Module;
  specifier: string;
  /** The exported name, `"default"`, or `"*"` for all. */
  imported: string;
  at?: ts.Node;
}

/**
 * What an import of one name leads to, through re-exports. Several targets only where packages hide which of them has
 * it; none at all where modules only hand the name round among themselves.
 */
export function* findTargets(session: Session, asker: Asker, question: Question): Asking<Target[]> {
  const search: Search = { asker, seen: new Set(), trail: session.trail };
  const targets = yield* searchImport(session, search, question);
  asker.trails.add(search.trail);
  return targets;
}

function* searchImport(
  session: Session,
  search: Search,
  { from, specifier, imported, at }: Question,
): Asking<Target[]> {
  const destination = yield* followImport(session, specifier, from.file);
  if (destination.type === "module") {
    const { module, whole } = destination;
    return yield* searchModule(session, search, module, whole ? "*" : imported);
  }
  if (destination.type === "asset") search.trail = search.trail.to(destination.file);
  if (destination.type === "missing" && at) warnMissing(search.asker, specifier, at);
  return [`${destination.text}#${imported}`];
}

function* searchModule(session: Session, search: Search, module: Module, name: string): Asking<Target[]> {
  const { units } = session;
  const key = `${module.file}\0${name}`;
  if (search.seen.has(key)) return [];
  search.seen.add(key);
  search.trail = search.trail.to(module.file);
  if (name === "*") return [units.ofModule(module)];
  if (module.whole) return [units.ofModule(module, "whole file: its exports can't be told apart")];
  const found = module.exports.get(name);
  if (found?.type === "node") return [units.ofExport(module, found.node)];
  if (found?.type === "from") return yield* searchImport(session, search, { ...found, from: module });
  if (found) {
    const binding = module.scopes.resolve(found.name, module.sourceFile);
    if (!binding || binding.ambient) return ["ambient"];
    if (binding.import) return yield* searchImport(session, search, { ...binding.import, from: module });
    return [units.ofBinding(module, binding)];
  }
  return name === "default" ? [`missing export ${name}`] : yield* searchStars(session, search, module, name);
}

function* searchStars(session: Session, search: Search, module: Module, name: string): Asking<Target[]> {
  const outside: string[] = [];
  for (const specifier of module.stars) {
    const targets = yield* searchImport(session, search, { from: module, specifier, imported: name });
    const inside = targets.filter((target) => typeof target !== "string");
    if (inside.length > 0) return inside;
    for (const target of targets) {
      if (typeof target === "string" && !target.startsWith("missing export")) outside.push(target);
    }
  }
  return outside.length > 0 ? outside : [`missing export ${name}`];
}
