import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { Module, Session } from "./model.ts";

/** What a name is declared as, and the module that it is written in. */
export interface DeclaredValue {
  module: Module;
  value: ts.Node;
}

/**
 * The initialiser of a constant or variable, a class, a default export's expression; also through imports; of a namespace that of a
 * member.
 */
export function* declaredAs(
  session: Session,
  module: Module,
  binding: Binding,
  asker: Asker,
  member?: string,
): Asking<DeclaredValue | undefined> {
  const { api } = session.context;
  let place: DeclaredValue = { module, value: binding.declaration };
  if (binding.import) {
    const { specifier, imported, typeOnly } = binding.import;
    const name = imported === "*" ? member : imported;
    if (name === undefined || typeOnly) return undefined;
    const [outcome] = yield* findExport(session, asker, { from: module, specifier, imported: name });
    const declaration = outcome.type === "followed" ? outcome.node.syntax[0] : undefined;
    if (outcome.type !== "followed" || !declaration) return undefined;
    place = { module: outcome.node.module, value: declaration };
  }
  const { value } = place;
  if (api.isClassLike(value)) return place;
  if (api.isExportAssignment(value)) return { module: place.module, value: skipWrappers(api, value.expression) };
  if (!api.isVariableDeclaration(value) || !value.initializer) return undefined;
  const held = skipWrappers(api, value.initializer);
  // What a pattern takes is told where it is written down in the same place.
  const isWritten = api.isObjectBindingPattern(value.name)
    ? api.isObjectLiteralExpression(held)
    : api.isIdentifier(value.name) || api.isArrayLiteralExpression(held);
  return isWritten ? { module: place.module, value: held } : undefined;
}
