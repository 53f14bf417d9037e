import type ts from "typescript";
import { isWriteTarget, skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { effectOfGlobal } from "./call-effects.ts";
import { isHandedOn, isPrivateConstant } from "./handed-on.ts";
import { patternKeys } from "./members-taken.ts";
import { constantText, isGlobalObject, isPathOfRequire, type NamePath, pathOf } from "./name-path.ts";

/**
 * The globals that code reads as members of the global object: `globalThis.user`, `const { user } = window`. One that
 * can't be told, as in `globalThis[key]` or `read(globalThis)`, goes by what is written there.
 */
export function globalsRead(
  api: SyntaxApi,
  scopes: Scopes,
  base: NamePath,
  path: NamePath,
  node: ts.Node,
): readonly string[] {
  const { parent } = node;
  if (!isGlobalObject(base) || api.isTypeOfExpression(parent) || api.isExportSpecifier(parent)) return [];
  if (!isGlobalObject(path)) return isWriteTarget(api, node) ? [] : [path.root];
  if (api.isElementAccessExpression(parent) && parent.expression === node)
    return isWriteTarget(api, parent) ? [] : [computed(api, parent)];
  if (api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.InKeyword)
    return parent.right === node ? [constantText(api, scopes, parent.left) ?? allOf(node)] : [];
  if (api.isVariableDeclaration(parent) && parent.initializer === node) {
    if (isPrivateConstant(api, scopes, parent) && api.isIdentifier(parent.name)) return [];
    return patternKeys(api, parent.name) ?? [allOf(node)];
  }
  if (api.isCallExpression(parent) && parent.expression !== node) return ofArgument(api, scopes, parent, node);
  return api.isForInStatement(parent) || isHandedOn(api, scopes, node) ? [allOf(node)] : [];
}

function ofArgument(api: SyntaxApi, scopes: Scopes, call: ts.CallExpression, node: ts.Node): readonly string[] {
  const callee = skipWrappers(api, call.expression);
  const index = call.arguments.indexOf(node as ts.Expression);
  // `fn.call(globalThis)`, `Object.assign(globalThis, …)`
  if (api.isPropertyAccessExpression(callee) && /^(?:call|apply|bind)$/.test(callee.name.text)) return [];
  if (effectOfGlobal(api, scopes, call, index) === "changes") return [];
  const path = pathOf(api, scopes, callee);
  const isGet = path?.root === "Reflect" && path.names[0] === "get";
  const name = isGet && call.arguments[1] ? constantText(api, scopes, call.arguments[1]) : undefined;
  return [name ?? allOf(node)];
}

const written = (node: ts.Node): string => node.getText().replace(/\s+/g, "");
const computed = (api: SyntaxApi, { expression, argumentExpression }: ts.ElementAccessExpression): string =>
  `${written(skipWrappers(api, expression))}[${written(skipWrappers(api, argumentExpression))}]`;
const allOf = (node: ts.Node): string => `${written(node)}.*`;

/**
 * Code that is made of a text: `new Function(body)`, `(0, eval)(text)`, `vm.runInThisContext(text)`; or what loads code
 * and is handed on: `load(require)`, `{ Worker }`.
 */
export function isDynamicCode(api: SyntaxApi, scopes: Scopes, path: NamePath, node: ts.Node): boolean {
  if (isLoader(path) && isHandedOn(api, scopes, node)) return true;
  const { root, names } = path;
  const { parent } = node;
  const isCall = (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression === node;
  // A direct call of `eval` is told by its name.
  if (root === "eval" && names.length === 0) return isCall && !(api.isIdentifier(node) && node.text === "eval");
  if (root === "require" && names[0] === "context") return isCall;
  const [member = ""] = names;
  const isMade =
    (root === "Function" && names.length === 0) ||
    (root === "import:vm" && /^(?:runIn\w+|Script|SourceTextModule|compileFunction)$/.test(member));
  return isMade && isCall && !(parent.arguments ?? []).every((text) => constantText(api, scopes, text) !== undefined);
}

const LOADERS = new Set(
  "require.resolve Worker SharedWorker import:worker_threads.Worker import:child_process.fork importScripts eval import.meta.glob import.meta.resolve".split(
    " ",
  ),
);

const isLoader = (path: NamePath): boolean =>
  isPathOfRequire(path) || LOADERS.has([path.root, ...path.names].join("."));
