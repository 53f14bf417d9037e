import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { spellType } from "../normal-form/decorated-types.ts";
import { findExport } from "./find-export.ts";
import type { GraphNode, ImportedName, Module, Outcome, Session } from "./model.ts";
import { nodeOfBinding } from "./nodes.ts";
import { followImport } from "./resolve-import.ts";

/** Modules that hand on one type at most. */
const DEPTH = 6;

/**
 * What a type leads to that the compiler hands to a decorator (`emitDecoratorMetadata`): a class or enum as such, of
 * which containers make instances; of another type what it stands for.
 */
export function* decoratedType(
  session: Session,
  graphNode: GraphNode,
  binding: Binding,
  at: ts.Node,
): Asking<readonly Outcome[]> {
  const { module } = graphNode;
  if (!binding.import) return [{ type: "followed", node: nodeOfBinding(session.nodes, module, binding) }];
  if (binding.import.typeOnly) return [{ type: "whole", text: "type" }];
  const outcomes = yield* findExport(session, graphNode, { from: module, ...binding.import, at });
  const meaning = yield* meaningOf(session, module, binding.import, DEPTH);
  return meaning === undefined ? outcomes : [...outcomes, { type: "whole", text: `type ${meaning}` }];
}

function* meaningOf(
  session: Session,
  from: Module,
  { specifier, imported }: ImportedName,
  depth: number,
): Asking<string | undefined> {
  const found = depth > 0 ? yield* followImport(session, specifier, from.file) : undefined;
  if (found?.type !== "module") return undefined;
  const { module } = found;
  const exported = module.exports.get(imported);
  const name = exported?.type === "local" ? exported.name : imported;
  const meaning = spellType(session.context.api, module.sourceFile, name);
  if (meaning !== undefined) return meaning;
  const further = exported?.type === "from" ? exported : module.scopes.resolve(name, module.sourceFile)?.import;
  if (further) return yield* meaningOf(session, module, further, depth - 1);
  for (const star of module.stars) {
    const behind = yield* meaningOf(session, module, { specifier: star, imported }, depth - 1);
    if (behind !== undefined) return behind;
  }
  return undefined;
}
