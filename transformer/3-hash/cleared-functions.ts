import type ts from "typescript";
import { OPTIONS } from "../../runtime/options/option-table.ts";
import { findMarks } from "../1-marks/find-marks.ts";
import { findTarget } from "../1-marks/mark-target.ts";
import { DIAGNOSTICS, type Diagnostics } from "../diagnostics.ts";
import type { Span } from "../fixes.ts";
import type { Asking } from "../host-requests.ts";
import { skipWrappers } from "../syntax/node-tests.ts";
import type { CachedFunction, SyntaxApi } from "../types.ts";
import { findExport } from "./graph/find-export.ts";
import type { FileLinks } from "./graph/hash-function.ts";
import { KNOWN_GLOBALS } from "./graph/known-globals.ts";
import type { Module } from "./graph/model.ts";

/** A declaration, and the module that it stands in. */
interface Declared {
  module: Module;
  node: ts.Node;
}

/**
 * Reports what in the option `functions` is visibly no list of cached functions: it would fail, or clear nothing, when the
 * function is called. What can't be followed is left to run time.
 */
export function* checkClearedFunctions(links: FileLinks, fn: CachedFunction, diagnostics: Diagnostics): Asking<void> {
  const { api } = links.session.context;
  const index = fn.options.dynamic.findIndex(({ name }) => name === "functions");
  const given = fn.options.expressions[index];
  const place = fn.options.places.get("functions");
  if (given === undefined || place === undefined) return;
  const spanOf = (node: ts.Node): Span => ({
    start: place.start + node.getStart() - given.getStart(),
    length: node.getWidth(),
  });
  const list = skipWrappers(api, given);
  if (!api.isArrayLiteralExpression(list)) {
    const { declared } = yield* follow(links, fn.node, list);
    if (functionOf(api, declared?.node ?? list) === undefined && !api.isObjectLiteralExpression(list)) return;
    const { parse, example } = OPTIONS.functions;
    const suggestion = api.isIdentifier(list) ? `[${list.text}]` : undefined;
    const reason = `expected ${parse.accepts}, got one that is no list`;
    diagnostics.add(DIAGNOSTICS.invalidOption(spanOf(given), "functions", reason, example, suggestion));
    return;
  }
  for (const element of list.elements) {
    const { unknown, declared } = yield* follow(links, fn.node, skipWrappers(api, element));
    const node = functionOf(api, declared?.node ?? skipWrappers(api, element));
    const name = element.getText();
    if (unknown) diagnostics.add(DIAGNOSTICS.clearsUnknown(spanOf(element), name));
    else if (node && !(declared && markedIn(api, declared.module).has(node)))
      diagnostics.add(DIAGNOSTICS.clearsUnmarked(spanOf(element), name));
  }
}

/** What a name, or a member of what a name stands for, was declared as; `unknown` for a name that nothing declares. */
function* follow(
  { session, module }: FileLinks,
  at: ts.Node,
  expression: ts.Node,
): Asking<{ unknown?: true; declared?: Declared }> {
  const { api } = session.context;
  if (api.isPropertyAccessExpression(expression)) {
    const { declared, ...rest } = yield* follow({ session, module }, at, expression.expression);
    const member = declared && memberOf(api, declared.node, expression.name.text);
    return member ? { declared: { module: declared.module, node: member } } : rest;
  }
  if (!api.isIdentifier(expression)) return {};
  const binding = module.scopes.resolve(expression.text, at);
  if (binding === undefined) return KNOWN_GLOBALS.has(expression.text) ? {} : { unknown: true };
  if (binding.import === undefined) return { declared: { module, node: binding.declaration } };
  const asker = { module, warnings: [], lookupPaths: new Set<never>() };
  const [found] = yield* findExport(session, asker, { ...binding.import, from: module });
  const node = found.type === "followed" ? found.node : undefined;
  return node?.syntax[0] ? { declared: { module: node.module, node: node.syntax[0] } } : {};
}

/** A method of a class or an object literal; of a class also by way of its prototype. */
function memberOf(api: SyntaxApi, declaration: ts.Node, name: string): ts.Node | undefined {
  const value = api.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  const owner = value && skipWrappers(api, value);
  if (owner === undefined) return undefined;
  if (name === "prototype" && api.isClassLike(owner)) return owner;
  const members = api.isClassLike(owner) ? owner.members : api.isObjectLiteralExpression(owner) ? owner.properties : [];
  return members.find((member) => member.name && api.isIdentifier(member.name) && member.name.text === name);
}

/** The function that a declaration or expression visibly is. */
function functionOf(api: SyntaxApi, node: ts.Node): ts.Node | undefined {
  const isHolder = api.isVariableDeclaration(node) || api.isPropertyAssignment(node) || api.isPropertyDeclaration(node);
  const value = isHolder ? node.initializer : api.isExportAssignment(node) ? node.expression : node;
  const inside = value && skipWrappers(api, value);
  const isFunction =
    inside &&
    (api.isFunctionDeclaration(inside) ||
      api.isFunctionExpression(inside) ||
      api.isArrowFunction(inside) ||
      api.isMethodDeclaration(inside));
  return isFunction ? inside : undefined;
}

const marked = new WeakMap<Module, ReadonlySet<ts.Node>>();

/** The functions of a file that are marked as cached. */
function markedIn(api: SyntaxApi, module: Module): ReadonlySet<ts.Node> {
  const known = marked.get(module);
  if (known) return known;
  const marks = findMarks(api, module.sourceFile, () => {}).filter(
    ({ kind }) => kind === "data" || kind === "resource",
  );
  const nodes = marks.map((mark) => findTarget(api, mark, () => {})?.node).filter((node) => node !== undefined);
  const found = new Set<ts.Node>(nodes);
  marked.set(module, found);
  return found;
}
