import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";

/**
 * What to write in place of a name in code. Where one name is two things, only one of them is renamed:
 * `import { fresh }` → `import { fresh as good }`, `{ limit }` → `{ limit: most }`, `export { limit }` → `export { most as limit }`.
 */
export function renamed(api: SyntaxApi, node: ts.Identifier, name: string): string {
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
