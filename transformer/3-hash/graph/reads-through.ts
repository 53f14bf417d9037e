import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { reachableFrom } from "./ambient-reads.ts";
import { type Asker, findExport } from "./find-export.ts";
import { isNamedAnew } from "./handed-on.ts";
import { classOf, inheritedPath } from "./inherited-paths.ts";
import type { GraphNode, Module, Outcome, References, Session } from "./model.ts";
import { type NamePath, outermostAccess, pathOf, pathOfImport, pathTo } from "./name-path.ts";
import { addReads, addReadsOfSubclass } from "./references.ts";
import { warnRead } from "./warnings.ts";

/** Modules that hand one thing on to one another at most. */
const DEPTH = 8;

/**
 * Adds what a name reads from outside that another module of the project hands on: `export { env } from "node:process"`,
 * `export const clock = Date`, `export class Clock extends Date {}`.
 */
export function* addReadsThrough(
  session: Session,
  graphNode: GraphNode,
  specifier: string,
  identifier: ts.Identifier,
  outcome: Outcome,
): Asking<void> {
  const { api } = session.context;
  const { scopes } = graphNode.module;
  const { names: taken } = outermostAccess(api, scopes, identifier);
  const isMember = scopes.resolve(identifier.text, identifier)?.import?.imported === "*";
  const names = isMember ? taken.slice(1) : taken;
  const base = yield* pathOfOutcome(session, graphNode, outcome, specifier, names, DEPTH);
  if (base) addReadsAt(session, graphNode, identifier, base, names);
}

/** The same for a class of this module whose base is another module's. */
export function* addInheritedReads(
  session: Session,
  graphNode: GraphNode,
  { declaration }: Binding,
  identifier: ts.Identifier,
): Asking<void> {
  const { api } = session.context;
  const { module } = graphNode;
  const held = api.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  const owner = held && skipWrappers(api, held);
  if (!owner || !api.isClassLike(owner)) return;
  const { names } = outermostAccess(api, module.scopes, identifier);
  const here = inheritedPath(api, module.scopes, owner, names);
  // What it inherits by way of this file alone is told where the name stands.
  if (!here?.root.startsWith("import:")) return;
  const base = yield* behindImport(session, graphNode, module, here, names, DEPTH);
  if (base && base !== here) addReadsAt(session, graphNode, identifier, base, names);
}

function addReadsAt(
  { context: { api } }: Session,
  graphNode: GraphNode,
  identifier: ts.Identifier,
  base: NamePath,
  names: readonly string[],
): void {
  const { module, syntax } = graphNode;
  const { node } = outermostAccess(api, module.scopes, identifier);
  const env = new Set<string>();
  const found: References = { uses: [], env: [], ambient: [] };
  const path = pathTo(base, names);
  const isRead = addReads(api, module.scopes, path, node, found, env);
  // Where it is given another name, that one's uses tell nothing of this module.
  const ambience = isRead || !isNamedAnew(api, module.scopes, node.parent) ? undefined : reachableFrom(path);
  if (ambience) found.ambient.push({ ambience, isHandedOn: true, what: node.getText(), node });
  for (const within of syntax) addReadsOfSubclass(api, module.scopes, within, node, path, found, env);
  graphNode.env.push(...env);
  for (const read of found.ambient) warnRead(graphNode, read);
}

function* pathOfOutcome(
  session: Session,
  asker: Asker,
  outcome: Outcome,
  specifier: string,
  names: readonly string[],
  depth: number,
): Asking<NamePath | undefined> {
  if (outcome.type === "unknown") return undefined;
  if (outcome.type === "whole") {
    const { of } = outcome;
    return of && of.specifier !== specifier ? pathOfImport(of.specifier, of.imported) : undefined;
  }
  const { api } = session.context;
  const { module, syntax } = outcome.node;
  const [declaration] = syntax;
  if (!declaration) return undefined;
  // A pattern takes something else out of what it is given.
  if (api.isVariableDeclaration(declaration) && !api.isIdentifier(declaration.name)) return undefined;
  const held = api.isVariableDeclaration(declaration)
    ? declaration.initializer
    : api.isExportAssignment(declaration)
      ? declaration.expression
      : undefined;
  const owner = classOf(api, module.scopes, held ?? declaration);
  const path = owner ? inheritedPath(api, module.scopes, owner, names) : held && pathOf(api, module.scopes, held);
  return path && (yield* behindImport(session, asker, module, path, names, depth));
}

/** What an import of the project's own stands for; another path as it is. */
function* behindImport(
  session: Session,
  asker: Asker,
  module: Module,
  path: NamePath,
  names: readonly string[],
  depth: number,
): Asking<NamePath | undefined> {
  const { root, names: imported } = path;
  if (depth === 0 || !root.startsWith("import:") || imported.length > 1) return path;
  const specifier = root.slice("import:".length);
  // Nothing extends a namespace, or stands for one that is not told by its members.
  const [outcome] = yield* findExport(session, asker, { from: module, specifier, imported: imported[0] ?? "default" });
  if (outcome.type !== "followed") return path;
  return yield* pathOfOutcome(session, asker, outcome, specifier, names, depth - 1);
}
