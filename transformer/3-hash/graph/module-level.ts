import type ts from "typescript";
import { hasModifier, isWrapper, outermostWrapper } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";

/** The module-level statement or declaration that runs a node when the module is evaluated; none inside a function. */
export function moduleLevelPart(api: SyntaxApi, use: ts.Node): ts.Node | undefined {
  let declaration: ts.Node | undefined;
  for (let node: ts.Node = use; node.parent; node = node.parent) {
    if (api.isFunctionLike(node) && !isCalledInPlace(api, node)) return undefined;
    if (api.isPropertyDeclaration(node) && !hasModifier(node, api.SyntaxKind.StaticKeyword)) return undefined;
    if (api.isVariableDeclaration(node)) declaration = node;
    if (api.isSourceFile(node.parent) || api.isModuleBlock(node.parent)) {
      return api.isVariableStatement(node) ? declaration : node;
    }
  }
  return undefined;
}

const CALLS_BACK = new Set("forEach map filter reduce reduceRight some every find findIndex flatMap sort".split(" "));

/** `(() => { … })()`, `names.forEach((name) => { … })`. */
function isCalledInPlace(api: SyntaxApi, fn: ts.Node): boolean {
  const node = outermostWrapper(api, fn);
  const { parent } = node;
  if (!api.isCallExpression(parent)) return false;
  const { expression } = parent;
  return expression === node || (api.isPropertyAccessExpression(expression) && CALLS_BACK.has(expression.name.text));
}

export interface Callers {
  /** Module-level statements and declarations that run the code when the module is evaluated. */
  parts: ReadonlySet<ts.Node>;
  /** Those of them that more likely have it run later: `export const save = throttle(() => …)`, `app.get("/", (req) => …)`. */
  laterParts: ReadonlySet<ts.Node>;
  /** Whether it may run later as well: it is exported, handed on, a method, or called by what may. */
  escapes: boolean;
}

/** By the innermost function around: what the file's text alone says, asked for by each thing that is done in it. */
const callersByFunction = new WeakMap<ts.Node, Callers>();

/** What runs the code that a node stands in. */
export function callersOf(api: SyntaxApi, scopes: Scopes, at: ts.Node): Callers {
  const fn = functionAround(api, at);
  const found = (fn && callersByFunction.get(fn)) ?? findCallers(api, scopes, at);
  if (fn) callersByFunction.set(fn, found);
  return found.escapes || !isAfterWait(api, at) ? found : { ...found, escapes: true };
}

function findCallers(api: SyntaxApi, scopes: Scopes, at: ts.Node): Callers {
  const parts = new Map<ts.Node, boolean>();
  let escapes = false;
  const seen = new Map<Binding, boolean>();
  const work = [{ node: at, isLater: false }];
  for (let next = work.pop(); next; next = work.pop()) {
    const { node, isLater } = next;
    escapes ||= node !== at && isAfterWait(api, node);
    const part = moduleLevelPart(api, node);
    if (part) {
      parts.set(part, isLater && parts.get(part) !== false);
      continue;
    }
    const holder = namedFunctionAround(api, scopes, node);
    if (!holder) {
      escapes = true;
      const handed = handedOver(api, node);
      if (handed) work.push({ node: handed.call, isLater: isLater || handed.isLater });
    } else if (isLater ? !seen.has(holder) : seen.get(holder) !== false) {
      seen.set(holder, isLater);
      if (isExported(api, holder)) escapes = true;
      for (const use of scopes.usesOf(holder)) {
        if (isCalled(api, use)) work.push({ node: use, isLater });
        else escapes = true;
      }
    }
  }
  const laterParts = new Set([...parts].flatMap(([part, isLater]) => (isLater ? [part] : [])));
  return { parts: new Set(parts.keys()), laterParts, escapes };
}

/**
 * Whether code within a function runs when that is called, or stands in a function that it only makes. What it has run
 * soon (`queueMicrotask(() => …)`) counts where that is asked for.
 */
export function runsWithin(
  api: SyntaxApi,
  scopes: Scopes,
  at: ts.Node,
  within: ts.Node,
  { orSoon }: { orSoon: boolean },
): boolean {
  const inner = functionAround(api, at);
  if (!inner || inner === within) return true;
  const table = orSoon ? runSoon : runAtOnce;
  const known = table.get(within) ?? new Map<ts.Node, boolean>();
  table.set(within, known);
  const seen = new Set<ts.Node>();
  const runs = (node: ts.Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    const fn = functionAround(api, node);
    if (!fn || fn === within) return true;
    const handed = handedOver(api, node);
    if (handed) return orSoon && !handed.isLater && runs(handed.call);
    const declaration = api.isFunctionDeclaration(fn) ? fn : outermostWrapper(api, fn).parent;
    return scopes
      .declaredBy(declaration)
      .some((name) => scopes.usesOf(name).some((use) => isCalled(api, use) && runs(use)));
  };
  const found = known.get(inner) ?? runs(at);
  known.set(inner, found);
  return found;
}

/** Whether functions run within others, by these and the innermost function around the code. */
const runAtOnce = new WeakMap<ts.Node, Map<ts.Node, boolean>>();
const runSoon: typeof runAtOnce = new WeakMap();

/** Whether an async function around a node may have waited for something before it gets there: by then others have run. */
export function isAfterWait(api: SyntaxApi, at: ts.Node): boolean {
  let until: number | undefined;
  for (let node = at; node.parent; node = node.parent) {
    if (api.isFunctionLike(node)) {
      if (hasModifier(node, api.SyntaxKind.AsyncKeyword) && waitsBefore(api, node, until ?? node.end)) return true;
      if (!isCalledInPlace(api, node)) return false;
      until = undefined;
    } else if (api.isIterationStatement(node, false)) {
      // What stands behind it in a loop comes before it the next time.
      until = node.end;
    } else if (api.isBlock(node.parent)) until ??= node.end;
  }
  return false;
}

function waitsBefore(api: SyntaxApi, fn: ts.Node, end: number): boolean {
  const waits = (node: ts.Node): boolean =>
    node.pos < end &&
    (api.isAwaitExpression(node) ||
      (api.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      (!api.isFunctionLike(node) && (api.forEachChild(node, waits) ?? false)));
  return api.forEachChild(fn, waits) ?? false;
}

/**
 * `const add = adder(table); add(1);`, `adder(table).add(1)`: the calls of what a call gives, where the code around it
 * does nothing else with that.
 */
export function callsOfResult(api: SyntaxApi, scopes: Scopes, call: ts.Node): ts.Node[] | undefined {
  if (isCalled(api, call)) return [call];
  const declaration = outermostWrapper(api, call).parent;
  const [made] = api.isVariableDeclaration(declaration) ? scopes.declaredBy(declaration) : [];
  if (!made || made.nameNode.parent !== declaration || isExported(api, made)) return undefined;
  const uses = scopes.usesOf(made).filter((use) => use !== made.nameNode);
  const around = functionAround(api, call);
  return uses.every((use) => isCalled(api, use) && functionAround(api, use) === around) ? uses : undefined;
}

/** The innermost function around a node that isn't run where it stands. */
function functionAround(api: SyntaxApi, at: ts.Node): ts.Node | undefined {
  for (let node = at.parent; node; node = node.parent) {
    if (api.isFunctionLike(node) && !isCalledInPlace(api, node)) return node;
  }
  return undefined;
}

/**
 * The call that the innermost function around a node is handed to in place: `queueMicrotask(() => …)` has it run soon.
 * Where something is made of the function (`throttle(() => …)`), or where it is handed something each time
 * (`app.get("/", (req) => …)`), it runs later.
 */
function handedOver(api: SyntaxApi, at: ts.Node): { call: ts.Node; isLater: boolean } | undefined {
  const fn = functionAround(api, at);
  const outer = fn && outermostWrapper(api, fn);
  const call = outer?.parent;
  if (!call || !(api.isCallExpression(call) || api.isNewExpression(call)) || call.expression === outer)
    return undefined;
  const callee = call.expression;
  const name = api.isPropertyAccessExpression(callee) ? callee.name.text : api.isIdentifier(callee) ? callee.text : "";
  if (RUN_SOON.has(name)) return { call, isLater: false };
  return { call, isLater: (fn as ts.FunctionLikeDeclaration).parameters.length > 0 || !isForEffect(api, call) };
}

const RUN_SOON = new Set(
  "then catch finally Promise from setTimeout setInterval setImmediate queueMicrotask nextTick requestAnimationFrame requestIdleCallback".split(
    " ",
  ),
);

/** A statement that is nothing but a call, or a chain of such: `app.use(a).use(b);`. */
function isForEffect(api: SyntaxApi, call: ts.Node): boolean {
  let node = call;
  for (;;) {
    const { parent } = node;
    const isCallee = api.isCallExpression(parent) && parent.expression === node;
    if (!isCallee && !isAccessOf(api, parent, node) && !isWrapper(api, parent) && !api.isAwaitExpression(parent)) break;
    node = parent;
  }
  return api.isExpressionStatement(node.parent) || api.isVoidExpression(node.parent);
}

/** `run()`, `new Loader()`, `table.run()`. */
function isCalled(api: SyntaxApi, use: ts.Node): boolean {
  let node = use;
  while (isWrapper(api, node.parent) || isAccessOf(api, node.parent, node)) node = node.parent;
  const { parent } = node;
  return (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression === node;
}

function isAccessOf(api: SyntaxApi, node: ts.Node, owner: ts.Node): boolean {
  return (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) && node.expression === owner;
}

/** The name of the outermost function around a node, or of the object or class that has it as a method. */
function namedFunctionAround(api: SyntaxApi, scopes: Scopes, at: ts.Node): Binding | undefined {
  for (let node = at.parent; node; node = node.parent) {
    if (!api.isFunctionLike(node) || isCalledInPlace(api, node)) continue;
    let declaration = api.isFunctionDeclaration(node) ? node : outermostWrapper(api, node).parent;
    while (api.isPropertyAssignment(declaration) || api.isObjectLiteralExpression(declaration)) {
      declaration = outermostWrapper(api, declaration).parent;
    }
    if (api.isPropertyDeclaration(declaration)) declaration = declaration.parent;
    if (api.isClassExpression(declaration)) declaration = outermostWrapper(api, declaration).parent;
    const holds = api.isFunctionDeclaration(declaration) || api.isClassDeclaration(declaration);
    return holds || api.isVariableDeclaration(declaration) ? scopes.declaredBy(declaration)[0] : undefined;
  }
  return undefined;
}

function isExported(api: SyntaxApi, { declaration }: Binding): boolean {
  const statement = api.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return hasModifier(statement, api.SyntaxKind.ExportKeyword);
}
