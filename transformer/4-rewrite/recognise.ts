import type ts from "typescript";
import type { Mark, SyntaxApi } from "../types.ts";

/*
 * What emitted code looks like, for everything that meets it again: a second transform, the checks of what was built.
 * It is told by members and shapes, which neither bundlers nor minifiers change. See function-edits.ts, which writes it.
 */

/** What emitted code imports. */
export const RUNTIME = "cachet/internal";

/** Whether a module's code, as it left a tool, may hold emitted code. */
export const mayHoldEmitted = (code: string): boolean => code.includes(RUNTIME);

/** Whether a mark stands on a function that a transform has rewritten already. `body`: what is known of its function. */
export function isRewritten(api: SyntaxApi, mark: Mark, body: ts.Node | undefined): boolean {
  const holder = holderOf(api, mark.token);
  return holdsRun(api, body ?? holder) || isInserted(api, holder) || attachesRewritten(api, holder);
}

/**
 * Whether a function is the closure around the original body: `b = () => { … }, d().run([id], b)`, which a minifier
 * may have put together as `d().run([id], () => { … })`.
 */
export function isWrappedBody(api: SyntaxApi, node: ts.Node): boolean {
  let { parent } = node;
  while (api.isParenthesizedExpression(parent)) parent = parent.parent;
  if (isRun(api, parent)) return true;
  if (!api.isBinaryExpression(parent) || parent.operatorToken.kind !== api.SyntaxKind.EqualsToken) return false;
  const list = parent.parent;
  if (!api.isBinaryExpression(list)) return false;
  const { right } = list;
  // `cachet.heed([id], d().run([id], b))`
  return (
    isRun(api, right) ||
    (api.isCallExpression(right) && right.arguments[1] !== undefined && isRun(api, right.arguments[1]))
  );
}

/** `const load = cachet.fn(…, (id) => …)`: what was a function is the argument of a call now. */
function holderOf(api: SyntaxApi, token: ts.Node): ts.Node {
  let node = token;
  while (node.parent && !api.isSourceFile(node.parent) && !isHolder(api, node)) node = node.parent;
  return node;
}

function isHolder(api: SyntaxApi, node: ts.Node): boolean {
  return api.isStatement(node) || api.isClassElement(node) || api.isObjectLiteralElement(node);
}

/** Whether a body contains what the rewrite put there. */
const holdsRun = (api: SyntaxApi, body: ts.Node): boolean => mentions(api, body, (node) => isRun(api, node));

/** `d().run([id], b)`, `d().of(this).run([], b)`, and of what shows something `d().call(this, [id], b)`. */
function isRun(api: SyntaxApi, node: ts.Node): boolean {
  if (!api.isCallExpression(node) || !api.isPropertyAccessExpression(node.expression)) return false;
  const { name, expression } = node.expression;
  const [parts, body] = node.arguments.slice(name.text === "call" ? 1 : 0);
  const isCall = name.text === "run" || name.text === "call";
  return isCall && isDescriptor(api, expression) && !!parts && api.isArrayLiteralExpression(parts) && isBody(api, body);
}

const isDescriptor = (api: SyntaxApi, node: ts.Node): boolean =>
  api.isCallExpression(node) &&
  (node.arguments.length === 0 ||
    (api.isPropertyAccessExpression(node.expression) && node.expression.name.text === "of"));

const isBody = (api: SyntaxApi, node: ts.Node | undefined): boolean =>
  !!node && (api.isIdentifier(node) || api.isArrowFunction(node) || api.isFunctionExpression(node));

/** The first comment of a file stands before what the rewrite put there: the import, or in a bundle a descriptor. */
function isInserted(api: SyntaxApi, holder: ts.Node): boolean {
  if (api.isImportDeclaration(holder)) return isRuntime(api, holder.moduleSpecifier);
  if (api.isVariableStatement(holder)) return mentions(api, holder, (node) => isRequire(api, node));
  return api.isFunctionDeclaration(holder) && mentions(api, holder, (node) => isDefinition(api, node));
}

const isRuntime = (api: SyntaxApi, node: ts.Node | undefined): boolean =>
  !!node && api.isStringLiteralLike(node) && node.text === RUNTIME;

const isRequire = (api: SyntaxApi, node: ts.Node): boolean =>
  api.isCallExpression(node) && isRuntime(api, node.arguments[0]);

/** `{ id: "pkg/a.ts#load", hash: "c1:…", name: "load", parts: ["id"], … }` */
function isDefinition(api: SyntaxApi, node: ts.Node): boolean {
  if (!api.isObjectLiteralExpression(node)) return false;
  const names = node.properties.map(
    (property) => property.name && api.isIdentifier(property.name) && property.name.text,
  );
  return ["id", "hash", "name", "parts"].every((name) => names.includes(name));
}

/** Not by recursion: what is asked about may be a bundle with code nested to any depth. */
function mentions(api: SyntaxApi, root: ts.Node, test: (node: ts.Node) => boolean): boolean {
  const nodes = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (test(node)) return true;
    api.forEachChild(node, (child) => void nodes.push(child));
  }
  return false;
}

/** `{ /** @cacheData *\/ cachet.attach(d(), load); function load() … }`: the first comment of a block, by the same way. */
function attachesRewritten(api: SyntaxApi, holder: ts.Node): boolean {
  if (!api.isExpressionStatement(holder) || !api.isCallExpression(holder.expression)) return false;
  const [, fn] = holder.expression.arguments;
  const { statements } = holder.parent as ts.Block;
  return statements.some(
    (each) =>
      api.isFunctionDeclaration(each) &&
      each.name !== undefined &&
      each.name.text === (fn as ts.Identifier | undefined)?.text &&
      holdsRun(api, each),
  );
}
