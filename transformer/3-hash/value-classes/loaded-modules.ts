import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { hasModifier, isTypeSyntax } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import type { Module, Session } from "../graph/model.ts";
import { followImport } from "../graph/resolve-import.ts";

const reached = new WeakMap<Session, WeakMap<Module, ReadonlySet<Module>>>();

/** The modules of the project that are evaluated before a module is: what it imports as values, also through others. */
export function* modulesBefore(session: Session, module: Module): Asking<ReadonlySet<Module>> {
  const known = reached.get(session) ?? new WeakMap<Module, ReadonlySet<Module>>();
  reached.set(session, known);
  const done = known.get(module);
  if (done) return done;
  const found = new Set([module]);
  for (const each of found) {
    for (const specifier of valueImports(session.context.api, each)) {
      const resolved = yield* followImport(session, specifier, each.file);
      if (resolved.type === "module") found.add(resolved.module);
    }
  }
  known.set(module, found);
  return found;
}

/** What the imports of a module lead to that stay when types are gone. */
function valueImports(api: SyntaxApi, { sourceFile, scopes, stars, exports }: Module): Set<string> {
  const specifiers = new Set(stars);
  for (const target of exports.values()) if (target.type === "from") specifiers.add(target.specifier);
  for (const node of sourceFile.statements)
    if (api.isImportDeclaration(node) && !node.importClause)
      specifiers.add((node.moduleSpecifier as ts.StringLiteral).text);
  for (const binding of scopes.topLevel()) {
    const target = binding.import;
    if (target && !target.typeOnly && scopes.usesOf(binding).length > 0) specifiers.add(target.specifier);
  }
  return specifiers;
}

/**
 * Whether it makes no difference when a module is evaluated: it does nothing but declare, and so do the modules that it
 * imports. Such a module can be imported for the sake of a class that is otherwise only named in types.
 */
export function* isQuiet(session: Session, module: Module, seen = new Set<Module>()): Asking<boolean> {
  if (seen.has(module)) return true;
  seen.add(module);
  const { api } = session.context;
  if (!module.sourceFile.statements.every((node) => onlyDeclares(api, node))) return false;
  for (const specifier of valueImports(api, module)) {
    const resolved = yield* followImport(session, specifier, module.file);
    if (resolved.type !== "module" || !(yield* isQuiet(session, resolved.module, seen))) return false;
  }
  return true;
}

function onlyDeclares(api: SyntaxApi, node: ts.Statement): boolean {
  if (api.isImportDeclaration(node)) return node.importClause !== undefined;
  if (api.isExportDeclaration(node) || api.isFunctionDeclaration(node) || isTypeSyntax(api, node)) return true;
  if (hasModifier(node, api.SyntaxKind.DeclareKeyword) || api.isEnumDeclaration(node)) return true;
  if (api.isClassDeclaration(node))
    return !node.modifiers?.some(api.isDecorator) && node.members.every((member) => !doesSomething(api, member));
  if (!api.isVariableStatement(node)) return false;
  return node.declarationList.declarations.every(({ initializer }) => !initializer || isData(api, initializer));
}

/** Static fields and blocks are evaluated with the class, and decorators are called. */
function doesSomething(api: SyntaxApi, member: ts.ClassElement): boolean {
  if (api.isClassStaticBlockDeclaration(member)) return true;
  const { modifiers, initializer } = member as ts.PropertyDeclaration;
  if (modifiers?.some(api.isDecorator)) return true;
  return hasModifier(member, api.SyntaxKind.StaticKeyword) && initializer !== undefined && !isData(api, initializer);
}

/** Values that are made without calling anything. */
function isData(api: SyntaxApi, node: ts.Node): boolean {
  if (api.isFunctionLike(node)) return true;
  if (api.isCallExpression(node) || api.isNewExpression(node) || api.isTaggedTemplateExpression(node)) return false;
  return !api.isClassLike(node) && !api.forEachChild(node, (child) => (isData(api, child) ? undefined : true));
}
