import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { HashWarning } from "../../types.ts";
import type { LookupPath } from "./lookup-path.ts";
import type { ImportMode, Module, Outcome, Outcomes, Session } from "./model.ts";
import { nodeOfBinding, nodeOfExport, nodeOfModule } from "./nodes.ts";
import { followImport } from "./resolve-import.ts";
import { warnUnknown } from "./warnings.ts";

/** The code that asks where a name leads: it hears which files were looked at on the way, and what is unknown. */
export interface Asker {
  module: Module;
  warnings: HashWarning[];
  lookupPaths: Set<LookupPath>;
}

/** An import that a module hands on under a name: the module may have changed what it stands for. */
export interface ReexportedName {
  module: Module;
  binding: Binding;
}

/** One search for a name, through as many modules as it takes. */
interface Search {
  asker: Asker;
  seen: Set<string>;
  lookupPath: LookupPath;
  reexports: ReexportedName[];
}

/** What one name of another module means; `at` is where to warn if that can't be told. */
interface Question {
  /** The module that the import stands in. */
  from: Module;
  specifier: string;
  /** The exported name, `"default"`, or `"*"` for all. */
  imported: string;
  mode?: ImportMode | undefined;
  at?: ts.Node;
}

/**
 * What an import of one name leads to, through re-exports. Several outcomes only where packages hide which of them has
 * it. A module that can be read but doesn't show the name counts whole.
 */
export function* findExport(
  session: Session,
  asker: Asker,
  question: Question,
  reexports: ReexportedName[] = [],
): Asking<Outcomes> {
  const search: Search = { asker, seen: new Set(), lookupPath: session.lookupPath, reexports };
  const [first, ...rest] = yield* searchImport(session, search, question);
  asker.lookupPaths.add(search.lookupPath);
  if (first) return [first, ...rest];
  const resolved = yield* followImport(session, question.specifier, question.from.file, question.mode);
  if (resolved.type !== "module") return [{ type: "unknown", text: "missing export", reason: question.specifier }];
  const why = `whole file: it shows no export ${question.imported}`;
  return [{ type: "followed", node: nodeOfModule(session.nodes, resolved.module, why) }];
}

/** Nothing where the modules don't show the name: within one search that means to look on. */
function* searchImport(
  session: Session,
  search: Search,
  { from, specifier, imported, mode, at }: Question,
): Asking<readonly Outcome[]> {
  const resolved = yield* followImport(session, specifier, from.file, mode);
  switch (resolved.type) {
    case "module":
      return yield* searchModule(session, search, resolved.module, resolved.whole ? "*" : imported);
    case "asset":
      for (const file of resolved.files) search.lookupPath = search.lookupPath.to(file);
      for (const reason of resolved.unknown) if (at) warnUnknown(search.asker, reason, at);
      return [{ type: "whole", text: `${resolved.text}#${imported}` }];
    case "package":
    case "builtin":
      return [{ type: "whole", text: `${resolved.text}#${imported}`, of: { specifier, imported } }];
    case "unknown":
      if (at) warnUnknown(search.asker, resolved.reason, at);
      return [{ type: "unknown", text: `${resolved.text}#${imported}`, reason: resolved.reason }];
  }
}

function* searchModule(session: Session, search: Search, module: Module, name: string): Asking<readonly Outcome[]> {
  const { nodes } = session;
  const whole = (why?: string): Outcomes => [{ type: "followed", node: nodeOfModule(nodes, module, why) }];
  const key = `${module.file}\0${name}`;
  if (search.seen.has(key)) return [];
  search.seen.add(key);
  search.lookupPath = search.lookupPath.to(module.file);
  if (name === "*") return whole();
  if (module.whole) return whole("whole file: its exports can't be told apart");
  const found = module.exports.get(name);
  if (found?.type === "node") return [{ type: "followed", node: nodeOfExport(nodes, module, found.node) }];
  if (found?.type === "from") return yield* searchImport(session, search, { ...found, from: module });
  if (!found) return name === "default" ? [] : yield* searchStars(session, search, module, name);
  const binding = module.scopes.resolve(found.name, module.sourceFile);
  // Types are exported like values, and leave no code behind.
  if (!binding) return module.types.has(found.name) ? [{ type: "whole", text: "type" }] : [];
  if (binding.ambient) return [];
  if (!binding.import) return [{ type: "followed", node: nodeOfBinding(nodes, module, binding) }];
  if (binding.import.typeOnly) return [{ type: "whole", text: "type" }];
  search.reexports.push({ module, binding });
  return yield* searchImport(session, search, { ...binding.import, from: module });
}

/** The one behind `export *` that shows the name; else those that may have it. */
function* searchStars(session: Session, search: Search, module: Module, name: string): Asking<readonly Outcome[]> {
  if (module.types.has(name)) return [{ type: "whole", text: "type" }];
  const outside: Outcome[] = [];
  for (const specifier of module.stars) {
    const outcomes = yield* searchImport(session, search, { from: module, specifier, imported: name });
    if (outcomes.some(({ type }) => type === "followed")) return outcomes;
    outside.push(...outcomes);
  }
  return outside;
}
