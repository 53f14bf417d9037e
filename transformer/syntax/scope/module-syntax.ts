import type ts from "typescript";
import type { Scope } from "./bindings.ts";
import type { Walk } from "./walk.ts";

export function bindImport(walk: Walk, node: ts.ImportDeclaration, scope: Scope): void {
  const { ts } = walk;
  const clause = node.importClause;
  if (!clause || !ts.isStringLiteralLike(node.moduleSpecifier)) return;
  const specifier = node.moduleSpecifier.text;
  const add = (name: ts.Identifier, at: ts.Node, imported: string, isType: boolean) => {
    const binding = walk.declare(scope, "import", name, at);
    if (binding.declaration === at) binding.import = { specifier, imported, typeOnly: isType || clause.isTypeOnly };
  };
  if (clause.name) add(clause.name, clause, "default", false);
  const named = clause.namedBindings;
  if (named && ts.isNamespaceImport(named)) add(named.name, named, "*", false);
  if (named && ts.isNamedImports(named)) {
    for (const element of named.elements) {
      add(element.name, element, (element.propertyName ?? element.name).text, element.isTypeOnly);
    }
  }
}

/** `import a = require("x")` is an import; `import a = N.b` is an alias whose leftmost name is a use. */
export function bindImportEquals(walk: Walk, node: ts.ImportEqualsDeclaration, scope: Scope): void {
  const { ts } = walk;
  const from = node.moduleReference;
  if (ts.isExternalModuleReference(from)) {
    if (!ts.isStringLiteralLike(from.expression)) return;
    const binding = walk.declare(scope, "import", node.name, node);
    if (binding.declaration !== node) return;
    binding.import = { specifier: from.expression.text, imported: "*", typeOnly: node.isTypeOnly };
    return;
  }
  walk.declare(scope, "alias", node.name, node, node.isTypeOnly);
  if (node.isTypeOnly) return;
  let left: ts.EntityName = from;
  while (ts.isQualifiedName(left)) left = left.left;
  walk.visit(left, scope);
}

export function bindExport(walk: Walk, node: ts.ExportDeclaration, scope: Scope): void {
  const { ts } = walk;
  if (node.moduleSpecifier || node.isTypeOnly || !node.exportClause || !ts.isNamedExports(node.exportClause)) return;
  for (const element of node.exportClause.elements) {
    const name = element.propertyName ?? element.name;
    if (!element.isTypeOnly && ts.isIdentifier(name)) walk.visit(name, scope);
  }
}
