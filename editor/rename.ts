import type ts from "typescript";
import type { TypeScript } from "../transformer/types.ts";

/**
 * What to write in place of a name in code. Where one name is two things, only one of them is renamed:
 * `import { fresh }` → `import { fresh as good }`, `{ limit }` → `{ limit: most }`, `export { limit }` → `export { most as limit }`.
 */
export function renamedIn(api: TypeScript, sourceFile: ts.SourceFile, start: number, name: string): string {
  const node = identifierAt(api, sourceFile, start);
  if (node === undefined) return name;
  const { parent, text } = node;
  if (api.isImportSpecifier(parent) && !parent.propertyName) return `${text} as ${name}`;
  if (api.isExportSpecifier(parent) && !parent.propertyName) return `${name} as ${text}`;
  if (api.isShorthandPropertyAssignment(parent)) return `${text}: ${name}`;
  if (
    api.isBindingElement(parent) &&
    !parent.propertyName &&
    !parent.dotDotDotToken &&
    api.isObjectBindingPattern(parent.parent)
  )
    return parent.name === node ? `${text}: ${name}` : name;
  return name;
}

function identifierAt(api: TypeScript, sourceFile: ts.SourceFile, start: number): ts.Identifier | undefined {
  const visit = (node: ts.Node): ts.Identifier | undefined => {
    if (start < node.pos || start >= node.end) return undefined;
    if (api.isIdentifier(node)) return node.getStart(sourceFile) === start ? node : undefined;
    return api.forEachChild(node, visit);
  };
  return visit(sourceFile);
}
