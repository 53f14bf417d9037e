import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { Module, Session } from "./model.ts";

export interface Callee {
  module: Module;
  fn: ts.FunctionLikeDeclaration;
}

/** The project's own function that a call runs, where that can be told. */
export const calleeOf = (
  session: Session,
  module: Module,
  { expression }: ts.CallExpression | ts.NewExpression,
  asker: Asker,
): Asking<Callee | undefined> => functionNamed(session, module, expression, asker);

/** The project's own function that an expression names or is. */
export function* functionNamed(
  session: Session,
  module: Module,
  expression: ts.Node,
  asker: Asker,
): Asking<Callee | undefined> {
  const { api } = session.context;
  const callee = skipWrappers(api, expression);
  if (isFunction(api, callee)) return { module, fn: callee };
  const name = api.isPropertyAccessExpression(callee) ? skipWrappers(api, callee.expression) : callee;
  if (!api.isIdentifier(name)) return undefined;
  const binding = module.scopes.resolve(name.text, name);
  if (!binding) return undefined;
  if (!binding.import) return name === callee ? functionIn(api, module, binding.declaration) : undefined;
  const member = name === callee ? undefined : (callee as ts.PropertyAccessExpression).name.text;
  const isNamespace = binding.import.imported === "*";
  if (isNamespace !== (member !== undefined)) return undefined;
  const { specifier, imported } = binding.import;
  const [found] = yield* findExport(session, asker, { from: module, specifier, imported: member ?? imported });
  if (found.type !== "followed" || found.node.kind === "module") return undefined;
  return functionIn(api, found.node.module, found.node.syntax[0] as ts.Node);
}

/** Names of a file that stand for one another at most. */
const DEPTH = 8;

/** The function that a declaration is, holds or names; of a class its constructor. */
function functionIn(api: SyntaxApi, module: Module, declaration: ts.Node, depth = DEPTH): Callee | undefined {
  if (depth === 0) return undefined;
  if (isFunction(api, declaration)) return { module, fn: declaration };
  if (api.isClassLike(declaration)) {
    const made = declaration.members.find((member) => api.isConstructorDeclaration(member) && member.body);
    return made && { module, fn: made as ts.ConstructorDeclaration };
  }
  const held = api.isVariableDeclaration(declaration)
    ? declaration.initializer
    : api.isExportAssignment(declaration)
      ? declaration.expression
      : undefined;
  const value = held && skipWrappers(api, held);
  if (value && (isFunction(api, value) || api.isClassExpression(value))) return functionIn(api, module, value);
  // `export default fill;`, `const add = fill;`
  if (!value || !api.isIdentifier(value) || !isConstant(api, declaration)) return undefined;
  const named = module.scopes.resolve(value.text, value);
  return named && !named.import && !named.reassigned
    ? functionIn(api, module, named.declaration, depth - 1)
    : undefined;
}

function isConstant(api: SyntaxApi, declaration: ts.Node): boolean {
  if (!api.isVariableDeclaration(declaration)) return true;
  return api.isIdentifier(declaration.name) && (declaration.parent.flags & api.NodeFlags.Const) !== 0;
}

export function isFunction(api: SyntaxApi, node: ts.Node): node is ts.FunctionLikeDeclaration {
  return api.isFunctionDeclaration(node) || api.isFunctionExpression(node) || api.isArrowFunction(node);
}

/** The function that a declaration is or holds. */
export function functionDeclared(api: SyntaxApi, declaration: ts.Node): ts.FunctionLikeDeclaration | undefined {
  const held = api.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  const value = held && skipWrappers(api, held);
  return value && isFunction(api, value) ? value : undefined;
}

/** `update((draft) => …)`: what callers in the file hand to a function that is called within it, by the name of a parameter. */
export function functionsHandedIn(
  api: SyntaxApi,
  scopes: Scopes,
  call: ts.CallExpression | ts.NewExpression,
): ts.FunctionLikeDeclaration[] {
  const declarationOf = (node: ts.Node) =>
    api.isIdentifier(node) ? scopes.resolve(node.text, node)?.declaration : undefined;
  const handed = declarationOf(skipWrappers(api, call.expression));
  if (!handed || !api.isParameter(handed)) return [];
  const { parent: fn } = handed;
  const place = fn.parameters.indexOf(handed);
  const uses = scopes.declaredBy(api.isFunctionDeclaration(fn) ? fn : fn.parent).flatMap((name) => scopes.usesOf(name));
  return uses.flatMap((use) => {
    const isCall = api.isCallExpression(use.parent) && use.parent.expression === use;
    const given = isCall ? (use.parent as ts.CallExpression).arguments[place] : undefined;
    const written = given && skipWrappers(api, given);
    const found = written && functionDeclared(api, declarationOf(written) ?? written);
    return found ? [found] : [];
  });
}

/** The parameters that arguments are given to: `this` is none. */
export const parametersOf = (
  api: SyntaxApi,
  { parameters }: ts.FunctionLikeDeclaration,
): readonly ts.ParameterDeclaration[] =>
  parameters.filter(({ name }) => !(api.isIdentifier(name) && name.text === "this"));

/** What a function gives back. */
export function resultsOf(api: SyntaxApi, fn: ts.FunctionLikeDeclaration): ts.Node[] {
  const { body } = fn;
  if (!body) return [];
  if (!api.isBlock(body)) return [body];
  const results: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (api.isReturnStatement(node) && node.expression) results.push(node.expression);
    else if (!api.isFunctionLike(node)) api.forEachChild(node, visit);
  };
  api.forEachChild(body, visit);
  return results;
}

/** The function that a member is or holds. */
export function functionOf(api: SyntaxApi, member: ts.Node): ts.Node | undefined {
  const held = api.isPropertyDeclaration(member) || api.isPropertyAssignment(member) ? member.initializer : undefined;
  const value = held && skipWrappers(api, held);
  if (value) return isFunction(api, value) ? value : undefined;
  return api.isFunctionLike(member) ? member : undefined;
}
