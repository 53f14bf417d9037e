import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { leaveOut } from "../fixes.ts";
import type { Captures } from "../syntax/captures.ts";
import { isChangingMethod } from "../syntax/changing-methods.ts";
import { isWriteTarget, outermostWrapper, skipWrappers } from "../syntax/node-tests.ts";
import type { Scopes } from "../syntax/scopes.ts";
import { isSuppressed } from "../syntax/suppressions.ts";
import type { Finding, FunctionNode, SyntaxApi } from "../types.ts";
import type { MembersRead } from "./member-reads.ts";

interface Keyed {
  node: FunctionNode;
  captures: Captures;
  members: MembersRead;
  /** Whether an option says how functions, or the arguments as a whole, are part of the key. */
  isKeyedByOption: boolean;
}

/**
 * Key parts that can't do what people expect of them: parameters and defaults that are functions, captures that the
 * function writes, members left out.
 */
export function keyWarnings(
  api: SyntaxApi,
  scopes: Scopes,
  { node, captures, members, isKeyedByOption }: Keyed,
): Finding[] {
  const found: Finding[] = [];
  const fixOf = (name: ts.Identifier) => leaveOut(api, scopes, scopes.resolve(name.text, name));
  for (const parameter of isKeyedByOption ? [] : node.parameters) {
    const { name, type, initializer, dotDotDotToken } = parameter;
    if (!type || initializer || dotDotDotToken || members.has(parameter)) continue;
    if (!api.isIdentifier(name) || /^(?:_|this$)/.test(name.text)) continue;
    const what = unhashableType(api, scopes, type);
    if (what !== undefined) found.push(DIAGNOSTICS.unhashable(spanOf(name), name.text, what, fixOf(name)));
  }
  for (const { name, initializer } of isKeyedByOption ? [] : defaultsOf(api, node.parameters)) {
    if (!name.text.startsWith("_") && isFunction(api, scopes, initializer))
      found.push(DIAGNOSTICS.functionDefault(spanOf(initializer), name.text, fixOf(name)));
  }
  // What the function runs: its own code, and that of captured functions.
  const run = [node, ...captures.code.flatMap(({ declarations }) => declarations)];
  for (const { name, binding } of captures.values) {
    const isRun = (use: ts.Node) => run.some(({ pos, end }) => use.pos >= pos && use.end <= end);
    const write = scopes.usesOf(binding).find((use) => isRun(use) && changesCapture(api, use));
    if (write) found.push(DIAGNOSTICS.ownCapture(spanOf(write), name, leaveOut(api, scopes, binding)));
  }
  for (const [parameter, reads] of members) {
    for (const { access, name, node: read } of reads) {
      if (!name.startsWith("_") || isSuppressed(node.getSourceFile(), read, "unkeyed")) continue;
      found.push(DIAGNOSTICS.memberLeftOut(spanOf(read), `${parameter.name.getText()}${access}`, read));
    }
  }
  return found;
}

interface Default {
  name: ts.Identifier;
  initializer: ts.Expression;
}

/** `by = compare`, `{ by = compare } = {}`: the names that have a default. */
function defaultsOf(
  api: SyntaxApi,
  declarations: readonly (ts.ParameterDeclaration | ts.ArrayBindingElement)[],
): Default[] {
  return declarations.flatMap((declared): Default[] => {
    if (api.isOmittedExpression(declared)) return [];
    const { name, initializer } = declared;
    if (!api.isIdentifier(name)) return defaultsOf(api, name.elements);
    return initializer ? [{ name, initializer }] : [];
  });
}

/** Names of the language's own types, and what their values are called. */
const UNHASHABLE: Readonly<Record<string, string>> = {
  Function: "a function",
  Promise: "a promise",
  WeakMap: "a WeakMap",
  WeakSet: "a WeakSet",
  WeakRef: "a WeakRef",
};

/** What a type, as it is written, says of values that no key can hold; nothing where some others are of it too. */
function unhashableType(api: SyntaxApi, scopes: Scopes, type: ts.TypeNode): string | undefined {
  if (api.isParenthesizedTypeNode(type)) return unhashableType(api, scopes, type.type);
  if (api.isFunctionTypeNode(type)) return "a function";
  if (api.isConstructorTypeNode(type)) return "a class";
  if (api.isUnionTypeNode(type)) {
    const said = type.types.filter((one) => !isNullish(api, one)).map((one) => unhashableType(api, scopes, one));
    return said.includes(undefined) ? undefined : said[0];
  }
  if (!api.isTypeReferenceNode(type) || !api.isIdentifier(type.typeName)) return undefined;
  const { text } = type.typeName;
  return Object.hasOwn(UNHASHABLE, text) && !scopes.resolve(text, type) ? UNHASHABLE[text] : undefined;
}

function isNullish(api: SyntaxApi, type: ts.TypeNode): boolean {
  const { UndefinedKeyword, NullKeyword } = api.SyntaxKind;
  return type.kind === UndefinedKeyword || (api.isLiteralTypeNode(type) && type.literal.kind === NullKeyword);
}

/** A function, or the name of one: of the file's, or of the language's, as `Number` and `Math.abs`. */
function isFunction(api: SyntaxApi, scopes: Scopes, expression: ts.Node): boolean {
  const node = skipWrappers(api, expression);
  if (api.isArrowFunction(node) || api.isFunctionExpression(node)) return true;
  if (api.isPropertyAccessExpression(node)) {
    const { expression: owner } = node;
    const isMath = api.isIdentifier(owner) && owner.text === "Math" && !scopes.resolve("Math", owner);
    return isMath && /^[a-z]/.test(node.name.text);
  }
  if (!api.isIdentifier(node)) return false;
  const binding = scopes.resolve(node.text, node);
  if (!binding) return /^(?:String|Number|Boolean|BigInt|parseInt|parseFloat|fetch|structuredClone)$/.test(node.text);
  const { declaration } = binding;
  if (api.isFunctionDeclaration(declaration)) return true;
  const held = binding.kind === "const" && api.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  const value = held && skipWrappers(api, held);
  return value !== undefined && (api.isArrowFunction(value) || api.isFunctionExpression(value));
}

/** `calls++`, `state.calls++`, `seen.add(id)` */
function changesCapture(api: SyntaxApi, use: ts.Node): boolean {
  let node = use;
  let last: string | undefined;
  for (;;) {
    node = outermostWrapper(api, node);
    const { parent } = node;
    if (isWriteTarget(api, node) || api.isDeleteExpression(parent)) return true;
    const isAccess = api.isPropertyAccessExpression(parent) || api.isElementAccessExpression(parent);
    if (!isAccess || parent.expression !== node) break;
    last = api.isPropertyAccessExpression(parent) ? parent.name.text : undefined;
    node = parent;
  }
  const isCalled = api.isCallExpression(node.parent) && node.parent.expression === node;
  return isCalled && last !== undefined && isChangingMethod(last);
}

function spanOf(node: ts.Node) {
  const start = node.getStart();
  return { start, length: node.end - start };
}
