import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import type { LookupPath } from "./lookup-path.ts";
import type { Module, Session, Target } from "./model.ts";
import { nodeOfBinding, nodeOfExport, nodeOfModule } from "./nodes.ts";
import { followImport } from "./resolve-import.ts";
import { type Warned, warnMissing } from "./warnings.ts";

/** Whoever asks where a name leads: hears which files were looked at on the way, and what is missing. */
export interface Asker extends Warned {
  lookupPaths: Set<LookupPath>;
}

/** One search for a name, through as many modules as it takes. */
interface Search {
  asker: Asker;
  seen: Set<string>;
  lookupPath: LookupPath;
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
export function* findExport(session: Session, asker: Asker, question: Question): Asking<Target[]> {
  const search: Search = { asker, seen: new Set(), lookupPath: session.lookupPath };
  const targets = yield* searchImport(session, search, question);
  asker.lookupPaths.add(search.lookupPath);
  return targets;
}

function* searchImport(
  session: Session,
  search: Search,
  { from, specifier, imported, at }: Question,
): Asking<Target[]> {
  const resolved = yield* followImport(session, specifier, from.file);
  if (resolved.type === "module") {
    const { module, whole } = resolved;
    return yield* searchModule(session, search, module, whole ? "*" : imported);
  }
  if (resolved.type === "asset") search.lookupPath = search.lookupPath.to(resolved.file);
  if (resolved.type === "missing" && at) warnMissing(search.asker, specifier, at);
  return [`${resolved.text}#${imported}`];
}

function* searchModule(session: Session, search: Search, module: Module, name: string): Asking<Target[]> {
  const { nodes } = session;
  const key = `${module.file}\0${name}`;
  if (search.seen.has(key)) return [];
  search.seen.add(key);
  search.lookupPath = search.lookupPath.to(module.file);
  if (name === "*") return [nodeOfModule(nodes, module)];
  if (module.whole) return [nodeOfModule(nodes, module, "whole file: its exports can't be told apart")];
  const found = module.exports.get(name);
  if (found?.type === "node") return [nodeOfExport(nodes, module, found.node)];
  if (found?.type === "from") return yield* searchImport(session, search, { ...found, from: module });
  if (found) {
    const binding = module.scopes.resolve(found.name, module.sourceFile);
    if (!binding || binding.ambient) return ["ambient"];
    if (binding.import) return yield* searchImport(session, search, { ...binding.import, from: module });
    return [nodeOfBinding(nodes, module, binding)];
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
