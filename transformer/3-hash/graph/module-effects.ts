import type { Asking } from "../../host-requests.ts";
import { parentOf } from "../../syntax/paths.ts";
import { read, textOf } from "./build-session.ts";
import { addEdges } from "./edges.ts";
import { findExport } from "./find-export.ts";
import { globalChanges } from "./global-changes.ts";
import type { GraphNode, Module, Session } from "./model.ts";
import { nodeOf } from "./nodes.ts";
import { followImport } from "./resolve-import.ts";

/**
 * What a module does for everybody when it is evaluated: what it imports for its effects counts whole, unless its
 * package says that it has none; statements that write to globals count like declarations.
 */
export function* addModuleEffects(session: Session, graphNode: GraphNode): Asking<void> {
  const { module } = graphNode;
  // In which order they run may matter: the last one to set a global wins.
  for (const [index, specifier] of module.effects.entries()) {
    const resolved = yield* followImport(session, specifier, module.file);
    if (resolved.type === "module" && (yield* isFreeOfEffects(session, resolved.module))) continue;
    const question = { from: module, specifier, imported: "*", at: module.sourceFile };
    addEdges(graphNode, `effect ${index} ${specifier}`, yield* findExport(session, graphNode, question));
  }
  globalChanges(session.context.api, module).forEach((part, index) => {
    const target = nodeOf(session.nodes, module, "statement", "changes a global", part);
    graphNode.edges.push({ label: `global ${index}`, target });
  });
}

/** `"sideEffects": false` in the nearest package.json. */
function* isFreeOfEffects(session: Session, { file }: Module): Asking<boolean> {
  for (let dir = parentOf(file); dir !== undefined; dir = parentOf(dir)) {
    const json = textOf(yield* read(session, `${dir === "/" ? "" : dir}/package.json`, file));
    if (json === undefined) continue;
    try {
      return JSON.parse(json).sideEffects === false;
    } catch {
      return false;
    }
  }
  return false;
}
