import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { isRelative } from "../../syntax/paths.ts";
import type { ValueClass } from "../../types.ts";
import type { Module, Session } from "../graph/model.ts";
import { followImport } from "../graph/resolve-import.ts";
import { isQuiet, modulesBefore } from "./loaded-modules.ts";
import { classNamed, exportedName, type OwnClass } from "./own-classes.ts";

/** The imports that a file gets for the sake of classes, by specifier. */
export interface ClassNames {
  prefix: string;
  aliases: Map<string, string>;
}

type ClassReference = Pick<ValueClass, "text" | "import" | "reference">;

/**
 * How emitted code of a file names a class: by its own name, through an import of the file, or through one of the class's
 * own file. No module is imported that would not be evaluated anyway, unless evaluating it does nothing. Else why there is no way.
 */
export function* nameClass(
  session: Session,
  module: Module,
  own: OwnClass,
  names: ClassNames,
): Asking<ClassReference | string> {
  if (own.module === module) {
    const [binding] = module.scopes.declaredBy(own.graphNode.syntax[0] as ts.Node);
    return binding ? { text: binding.name, reference: binding.nameNode } : "it has no name";
  }
  const way = (yield* importedClass(session, module, own)) ?? importOfItsFile(session, module, own);
  if (typeof way === "string") return way;
  const { declaration, specifier, member } = way;
  const resolved = yield* followImport(session, specifier, module.file);
  const isEvaluated =
    resolved.type === "module" &&
    ((yield* modulesBefore(session, module)).has(resolved.module) || (yield* isQuiet(session, resolved.module)));
  if (!isEvaluated) return `\`${specifier}\` is imported here for types or by import() only: use the class as a value`;
  const alias = names.aliases.get(specifier) ?? `${names.prefix}$c${names.aliases.size}`;
  names.aliases.set(specifier, alias);
  return { text: `${alias}.${member}`, import: { declaration, specifier, alias } };
}

interface ImportRoute {
  declaration: ts.ImportDeclaration;
  specifier: string;
  member: string;
}

/** An import of the file that brings the class, or the module that exports it. */
function* importedClass(session: Session, module: Module, own: OwnClass): Asking<ImportRoute | undefined> {
  for (const binding of module.scopes.topLevel()) {
    const declaration = declarationOf(session, binding.declaration);
    if (!binding.import || !declaration) continue;
    const { specifier, imported } = binding.import;
    if (imported !== "*") {
      const found = yield* classNamed(session, module, binding);
      if (found?.graphNode === own.graphNode) return { declaration, specifier, member: imported };
      continue;
    }
    const resolved = yield* followImport(session, specifier, module.file);
    const member =
      resolved.type === "module" && resolved.module === own.module ? exportedName(session, own) : undefined;
    if (member !== undefined) return { declaration, specifier, member };
  }
  return undefined;
}

function declarationOf({ context: { api } }: Session, node: ts.Node): ts.ImportDeclaration | undefined {
  let at = node;
  while (at.parent && !api.isSourceFile(at.parent)) at = at.parent;
  return api.isImportDeclaration(at) ? at : undefined;
}

/** The file of the class itself, behind all imports that there are: by then it has been evaluated. */
function importOfItsFile(session: Session, module: Module, own: OwnClass): ImportRoute | string {
  const { api } = session.context;
  const member = exportedName(session, own);
  if (member === undefined) return "its file does not export it";
  const imports = module.sourceFile.statements.filter(api.isImportDeclaration);
  const declaration = imports.at(-1);
  if (declaration === undefined) return "the file of the function imports nothing";
  const specifiers = imports.map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text);
  return { declaration, member, specifier: relativePath(module.file, own.module.file, specifiers.filter(isRelative)) };
}

/** From one file to another, with the kind of ending that the other relative imports have. */
function relativePath(from: string, to: string, like: readonly string[]): string {
  const start = from.split("/").slice(0, -1);
  const target = to.split("/");
  let common = 0;
  while (common < start.length && start[common] === target[common]) common++;
  const up = start.length - common;
  const path = `${up === 0 ? "./" : "../".repeat(up)}${target.slice(common).join("/")}`;
  if (like.some((each) => /\.[cm]?tsx?$/.test(each))) return path;
  if (like.some((each) => /\.[cm]?js$/.test(each))) return path.replace(/\.([cm]?)[jt]sx?$/, ".$1js");
  return like.length === 0 ? path.replace(/\.([cm]?)[jt]sx?$/, ".$1js") : path.replace(/\.[cm]?[jt]sx?$/, "");
}
