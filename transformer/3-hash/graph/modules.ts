import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { boundNames, hasModifier } from "../../syntax/node-tests.ts";
import { parse, withoutQuery } from "../../syntax/parse.ts";
import { toPosix } from "../../syntax/paths.ts";
import { createScopes, type Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { read, textOf } from "./build-session.ts";
import type { Export, LinkContext, Module, Session } from "./model.ts";

const moduleBySource = new WeakMap<ts.SourceFile, Module>();

/** The module that a tree is. It depends on the text alone, so it is made once. */
export function moduleOf(api: SyntaxApi, sourceFile: ts.SourceFile): Module {
  const known = moduleBySource.get(sourceFile);
  if (known) return known;
  const module = describeModule(api, toPosix(sourceFile.fileName), sourceFile, createScopes(api, sourceFile));
  moduleBySource.set(sourceFile, module);
  return module;
}

/** Parses a file's text, or finds the tree of the same text. */
export function parseOnce({ api, parsed }: LinkContext, fileName: string, text: string): ts.SourceFile {
  const file = toPosix(withoutQuery(fileName));
  const known = parsed.get(file)?.sourceFile;
  if (known?.text === text) return known;
  const sourceFile = parse(api, fileName, text);
  parsed.set(file, moduleOf(api, sourceFile));
  return sourceFile;
}

/**
 * The module in a file; `undefined` where the file is missing or no text. That it is there concerns who led to it, its
 * content only those who reach it.
 */
export function* loadModule(session: Session, file: string, asker: string): Asking<Module | undefined> {
  const { context } = session;
  let sourceFile = context.sourceFileOf?.(file);
  const answer = sourceFile ? undefined : yield* read(session, file, file);
  const known = session.modules.get(file);
  if (known) return known;
  if (!sourceFile) {
    const text = textOf(answer);
    if (text === undefined) {
      yield* read(session, file, asker);
      return undefined;
    }
    sourceFile = parseOnce(context, file, text);
  }
  const module = moduleOf(context.api, sourceFile);
  session.modules.set(file, module);
  return module;
}

/** Reads a file's exports off its statements. */
function describeModule(api: SyntaxApi, file: string, sourceFile: ts.SourceFile, scopes: Scopes): Module {
  const module: Module = {
    file,
    sourceFile,
    scopes,
    exports: new Map(),
    stars: [],
    types: new Set(),
    effects: [],
    whole: false,
  };
  for (const statement of sourceFile.statements) {
    if (api.isInterfaceDeclaration(statement) || api.isTypeAliasDeclaration(statement))
      module.types.add(statement.name.text);
    addExports(api, module, statement);
  }
  if (module.exports.size === 0 && module.stars.length === 0) module.whole = isScript(api, sourceFile, scopes);
  return module;
}

function addExports(api: SyntaxApi, module: Module, statement: ts.Statement): void {
  const { exports } = module;
  if (api.isImportDeclaration(statement)) {
    if (!statement.importClause) module.effects.push(specifierOf(api, statement.moduleSpecifier));
  } else if (api.isExportDeclaration(statement)) addExportDeclaration(api, module, statement);
  else if (api.isExportAssignment(statement)) {
    if (statement.isExportEquals) module.whole = true;
    exports.set("default", { type: "node", node: statement });
  } else if (hasModifier(statement, api.SyntaxKind.ExportKeyword)) {
    if (hasModifier(statement, api.SyntaxKind.DefaultKeyword)) {
      if (api.isFunctionDeclaration(statement) && !statement.body) return;
      if (api.isInterfaceDeclaration(statement)) return;
      exports.set("default", { type: "node", node: statement });
      return;
    }
    if (api.isInterfaceDeclaration(statement) || api.isTypeAliasDeclaration(statement)) return;
    for (const name of declaredNames(api, statement)) exports.set(name, { type: "local", name });
  }
}

function addExportDeclaration(api: SyntaxApi, module: Module, statement: ts.ExportDeclaration): void {
  if (statement.isTypeOnly) return;
  const specifier = statement.moduleSpecifier && specifierOf(api, statement.moduleSpecifier);
  const clause = statement.exportClause;
  if (!clause) {
    if (specifier !== undefined) module.stars.push(specifier);
  } else if (api.isNamespaceExport(clause)) {
    module.exports.set(clause.name.text, { type: "from", specifier: specifier ?? "", imported: "*" });
  } else {
    for (const element of clause.elements) {
      if (element.isTypeOnly) continue;
      const local = (element.propertyName ?? element.name).text;
      const target: Export =
        specifier === undefined ? { type: "local", name: local } : { type: "from", specifier, imported: local };
      module.exports.set(element.name.text, target);
    }
  }
}

function specifierOf(api: SyntaxApi, node: ts.Expression): string {
  return api.isStringLiteralLike(node) ? node.text : "";
}

function declaredNames(api: SyntaxApi, statement: ts.Statement): string[] {
  if (api.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) => boundNames(api, declaration.name));
  }
  const { name } = statement as ts.Statement & { name?: ts.Node };
  return name && api.isIdentifier(name) ? [name.text] : [];
}

/** A file without exports of its own that hands them out as CommonJS does, in whatever form, or has no module syntax. */
function isScript(api: SyntaxApi, sourceFile: ts.SourceFile, scopes: Scopes): boolean {
  const isModule = sourceFile.statements.some(
    (statement) => api.isImportDeclaration(statement) || api.isExportDeclaration(statement),
  );
  if (!isModule) return true;
  return scopes
    .freeReferences(sourceFile)
    .some(({ name, binding }) => !binding && (name === "module" || name === "exports" || name === "require"));
}
