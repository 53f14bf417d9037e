import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { TypeScript } from "../../types.ts";
import { inheritedPath } from "./inherited-paths.ts";
import type { AmbientRead, GraphNode, Outcome, Session } from "./model.ts";
import { type NamePath, outermostAccess, pathOf, pathOfImport, pathTo } from "./name-path.ts";
import { addReads } from "./references.ts";
import { warnRead } from "./warnings.ts";

/**
 * Adds what a name reads from outside that another module of the project hands on: `export { env } from "node:process"`,
 * `export const clock = Date`.
 */
export function addReadsThrough(
  { context: { api } }: Session,
  graphNode: GraphNode,
  specifier: string,
  identifier: ts.Identifier,
  outcome: Outcome,
): void {
  if (outcome.type === "unknown") return;
  const { scopes } = graphNode.module;
  const { node, names: taken } = outermostAccess(api, scopes, identifier);
  const isMember = scopes.resolve(identifier.text, identifier)?.import?.imported === "*";
  const names = isMember ? taken.slice(1) : taken;
  const base = pathOfOutcome(api, outcome, specifier, names);
  if (!base) return;
  const env = new Set<string>();
  const ambient: AmbientRead[] = [];
  addReads(api, scopes, pathTo(base, names), node, { ambient }, env);
  graphNode.env.push(...env);
  for (const read of ambient) warnRead(graphNode, read);
}

function pathOfOutcome(
  api: TypeScript,
  outcome: Exclude<Outcome, { type: "unknown" }>,
  specifier: string,
  names: readonly string[],
): NamePath | undefined {
  if (outcome.type === "whole") {
    const { of } = outcome;
    return of && of.specifier !== specifier ? pathOfImport(of.specifier, of.imported) : undefined;
  }
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
  const owner = skipWrappers(api, held ?? declaration);
  if (api.isClassLike(owner)) return inheritedPath(api, module.scopes, owner, names);
  return held && pathOf(api, module.scopes, held);
}
