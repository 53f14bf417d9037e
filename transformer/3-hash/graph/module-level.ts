import type ts from "typescript";
import { hasModifier, isWrapper, outermostWrapper } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";

/** The module-level statement or declaration that runs a node when the module is evaluated; none inside a function. */
export function moduleLevelPart(api: TypeScript, use: ts.Node): ts.Node | undefined {
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
function isCalledInPlace(api: TypeScript, fn: ts.Node): boolean {
  const node = outermostWrapper(api, fn);
  const { parent } = node;
  if (!api.isCallExpression(parent)) return false;
  const { expression } = parent;
  return expression === node || (api.isPropertyAccessExpression(expression) && CALLS_BACK.has(expression.name.text));
}

export interface Callers {
  /** Module-level statements and declarations that run the code when the module is evaluated. */
  parts: ReadonlySet<ts.Node>;
  /** Whether it may run later as well: it is exported, handed on, a method, or called by what may. */
  escapes: boolean;
}

/** What runs the code that a node stands in. */
export function callersOf(api: TypeScript, scopes: Scopes, at: ts.Node): Callers {
  const parts = new Set<ts.Node>();
  let escapes = false;
  const seen = new Set<Binding>();
  const work: ts.Node[] = [at];
  for (let node = work.pop(); node; node = work.pop()) {
    const part = moduleLevelPart(api, node);
    if (part) {
      parts.add(part);
      continue;
    }
    const holder = namedFunctionAround(api, scopes, node);
    if (!holder) {
      escapes = true;
      // `queueMicrotask(() => …)`, `app.get("/", () => …)`: who hands it over has it run, now or later.
      const call = callHanded(api, node);
      if (call) work.push(call);
    } else if (!seen.has(holder)) {
      seen.add(holder);
      if (isExported(api, holder)) escapes = true;
      for (const use of scopes.usesOf(holder)) {
        if (isCalled(api, use)) work.push(use);
        else escapes = true;
      }
    }
  }
  return { parts, escapes };
}

/** The call that the innermost function around a node is handed to in place. */
function callHanded(api: TypeScript, at: ts.Node): ts.Node | undefined {
  for (let node = at.parent; node; node = node.parent) {
    if (!api.isFunctionLike(node)) continue;
    const outer = outermostWrapper(api, node);
    const { parent } = outer;
    const isHanded = (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression !== outer;
    return isHanded ? parent : undefined;
  }
  return undefined;
}

/** `run()`, `new Loader()`, `table.run()`. */
function isCalled(api: TypeScript, use: ts.Node): boolean {
  let node = use;
  while (isWrapper(api, node.parent) || isAccessOf(api, node.parent, node)) node = node.parent;
  const { parent } = node;
  return (api.isCallExpression(parent) || api.isNewExpression(parent)) && parent.expression === node;
}

function isAccessOf(api: TypeScript, node: ts.Node, owner: ts.Node): boolean {
  return (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) && node.expression === owner;
}

/** The name of the outermost function around a node, or of the object or class that has it as a method. */
function namedFunctionAround(api: TypeScript, scopes: Scopes, at: ts.Node): Binding | undefined {
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

function isExported(api: TypeScript, { declaration }: Binding): boolean {
  const statement = api.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return hasModifier(statement, api.SyntaxKind.ExportKeyword);
}
