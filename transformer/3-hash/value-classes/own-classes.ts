import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { findExport } from "../graph/find-export.ts";
import type { GraphNode, Module, Session } from "../graph/model.ts";
import { nodeOfBinding, nodeOfExport } from "../graph/nodes.ts";
import { followImport } from "../graph/resolve-import.ts";

/** A class, and the module that it stands in. */
export interface OwnClass {
  module: Module;
  node: ts.ClassLikeDeclaration;
  graphNode: GraphNode;
}

/** The class that a node of the graph is, if it is one. */
export function classOf(api: SyntaxApi, graphNode: GraphNode): OwnClass | undefined {
  const [declared] = graphNode.syntax;
  if (declared === undefined) return undefined;
  const value =
    api.isVariableDeclaration(declared) && declared.initializer
      ? skipWrappers(api, declared.initializer)
      : api.isExportAssignment(declared)
        ? skipWrappers(api, declared.expression)
        : declared;
  return api.isClassLike(value) ? { module: graphNode.module, node: value, graphNode } : undefined;
}

/** What a name in a file stands for, as a value: a class, an own or an imported one. */
export function* classNamed(
  session: Session,
  module: Module,
  binding: Binding,
  member?: string,
): Asking<OwnClass | undefined> {
  const { api } = session.context;
  if (binding.import === undefined)
    return binding.ambient || member !== undefined
      ? undefined
      : classOf(api, nodeOfBinding(session.nodes, module, binding));
  const { specifier, imported } = binding.import;
  return yield* classExported(session, module, specifier, member ?? imported);
}

/** The class that a module exports under a name, also through others. */
function* classExported(
  session: Session,
  from: Module,
  specifier: string,
  imported: string,
): Asking<OwnClass | undefined> {
  if (imported === "*") return undefined;
  const asker = { module: from, warnings: [], lookupPaths: new Set<never>() };
  const outcomes = yield* findExport(session, asker, { from, specifier, imported });
  for (const outcome of outcomes) {
    const found = outcome.type === "followed" ? classOf(session.context.api, outcome.node) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** The name that a module exports one of its classes under. */
export function exportedName(session: Session, { module, graphNode }: OwnClass): string | undefined {
  for (const [name, target] of module.exports) {
    if (target.type === "from") continue;
    const found =
      target.type === "node"
        ? nodeOfExport(session.nodes, module, target.node)
        : nodeOfName(session, module, target.name);
    if (found === graphNode) return name;
  }
  return undefined;
}

function nodeOfName({ nodes }: Session, module: Module, name: string): GraphNode | undefined {
  const binding = module.scopes.resolve(name, module.sourceFile);
  return binding && !binding.import && !binding.ambient ? nodeOfBinding(nodes, module, binding) : undefined;
}

/** The classes at the top level of a module. */
export function* classesOf(session: Session, module: Module): Iterable<OwnClass> {
  for (const binding of module.scopes.topLevel()) {
    if (binding.import || binding.ambient || (binding.kind !== "class" && binding.kind !== "const")) continue;
    const found = classOf(session.context.api, nodeOfBinding(session.nodes, module, binding));
    if (found) yield found;
  }
}

/** The interface or type that a name stands for, and its module. */
export function* typeNamed(
  session: Session,
  module: Module,
  name: string,
  depth = 0,
): Asking<{ module: Module; node: ts.Node } | undefined> {
  const { api } = session.context;
  for (const node of module.sourceFile.statements)
    if ((api.isInterfaceDeclaration(node) || api.isTypeAliasDeclaration(node)) && node.name.text === name)
      return { module, node };
  const target = module.scopes.resolve(name, module.sourceFile)?.import ?? reexport(module, name);
  if (target === undefined || target.imported === "*" || depth > 8) return undefined;
  const resolved = yield* followImport(session, target.specifier, module.file);
  return resolved.type === "module"
    ? yield* typeNamed(session, resolved.module, target.imported, depth + 1)
    : undefined;
}

function reexport({ exports, stars }: Module, name: string): { specifier: string; imported: string } | undefined {
  const found = exports.get(name);
  if (found?.type === "from") return found;
  const [star] = stars;
  return star === undefined ? undefined : { specifier: star, imported: name };
}
