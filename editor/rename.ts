import type ts from "typescript";
import { renamed } from "../transformer/syntax/renaming.ts";
import type { TypeScript } from "../transformer/types.ts";

/** What to write in place of the name at an offset. */
export function renamedIn(api: TypeScript, sourceFile: ts.SourceFile, start: number, name: string): string {
  const node = identifierAt(api, sourceFile, start);
  return node ? renamed(api, node, name) : name;
}

function identifierAt(api: TypeScript, sourceFile: ts.SourceFile, start: number): ts.Identifier | undefined {
  const visit = (node: ts.Node): ts.Identifier | undefined => {
    if (start < node.pos || start >= node.end) return undefined;
    if (api.isIdentifier(node)) return node.getStart(sourceFile) === start ? node : undefined;
    return api.forEachChild(node, visit);
  };
  return visit(sourceFile);
}
