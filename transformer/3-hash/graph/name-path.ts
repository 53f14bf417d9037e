import type ts from "typescript";
import { isWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";

/** What an expression such as `globalThis.process.env.X` or `os.hostname` stands for, whatever names lead to it. */
export interface NamePath {
  /** A global, a module that is imported (`import:os`), or `import.meta`. */
  root: string;
  names: readonly string[];
}

/** Names of the object whose members are the globals. */
const GLOBAL_OBJECTS = new Set(["globalThis", "window", "self", "global"]);

/** Constants that stand for one another at most: enough for what people write, and an end for what refers to itself. */
const DEPTH = 8;

/** The path of an expression made of a name and members; also through constants that only rename something. */
export function pathOf(api: SyntaxApi, scopes: Scopes, expression: ts.Node, depth = DEPTH): NamePath | undefined {
  if (depth === 0) return undefined;
  if (isWrapper(api, expression)) return pathOf(api, scopes, expression.expression, depth);
  if (api.isIdentifier(expression)) return pathOfName(api, scopes, expression, depth);
  if (api.isMetaProperty(expression)) {
    return expression.keywordToken === api.SyntaxKind.ImportKeyword ? { root: "import.meta", names: [] } : undefined;
  }
  if (api.isAwaitExpression(expression)) return pathOfLoaded(api, scopes, expression.expression, "import", depth);
  if (api.isCallExpression(expression)) return pathOfLoaded(api, scopes, expression, "require", depth);
  if (api.isConditionalExpression(expression))
    return pathOfEither(api, scopes, [expression.whenTrue, expression.whenFalse], depth);
  if (api.isBinaryExpression(expression)) return pathOfOperands(api, scopes, expression, depth);
  const name = memberName(api, scopes, expression, depth);
  if (name === undefined) return undefined;
  const owner = pathOf(api, scopes, (expression as ts.PropertyAccessExpression).expression, depth - 1);
  return owner && memberOf(owner, name);
}

function pathOfName(api: SyntaxApi, scopes: Scopes, name: ts.Identifier, depth: number): NamePath | undefined {
  const binding = scopes.resolve(name.text, name);
  if (!binding || binding.ambient) return { root: name.text, names: [] };
  if (binding.import) return pathOfImport(binding.import.specifier, binding.import.imported);
  return aliased(api, scopes, binding, depth);
}

/** `(0, process)`, `globalThis ?? window`. */
function pathOfOperands(
  api: SyntaxApi,
  scopes: Scopes,
  { left, right, operatorToken: { kind } }: ts.BinaryExpression,
  depth: number,
): NamePath | undefined {
  const { CommaToken, BarBarToken, QuestionQuestionToken } = api.SyntaxKind;
  if (kind === CommaToken) return pathOf(api, scopes, right, depth - 1);
  const isEither = kind === BarBarToken || kind === QuestionQuestionToken;
  return isEither ? pathOfEither(api, scopes, [left, right], depth) : undefined;
}

/** What stands for one thing whichever is taken: `typeof window === "undefined" ? globalThis : window`. */
function pathOfEither(
  api: SyntaxApi,
  scopes: Scopes,
  [one, other]: readonly [ts.Node, ts.Node],
  depth: number,
): NamePath | undefined {
  const first = pathOf(api, scopes, one, depth - 1);
  const second = first && pathOf(api, scopes, other, depth - 1);
  if (!first || !second) return undefined;
  if (isGlobalObject(first) && isGlobalObject(second)) return { root: "globalThis", names: [] };
  return [first.root, ...first.names].join(".") === [second.root, ...second.names].join(".") ? first : undefined;
}

export function isGlobalObject({ root, names }: NamePath): boolean {
  return names.length === 0 && GLOBAL_OBJECTS.has(root);
}

/** `await import("os")`, `require("os")`, `process.getBuiltinModule("os")`; `createRequire(…)`, which is another `require`. */
function pathOfLoaded(
  api: SyntaxApi,
  scopes: Scopes,
  loaded: ts.Node,
  how: "import" | "require",
  depth: number,
): NamePath | undefined {
  const call = skipWrappers(api, loaded);
  if (isCreateRequire(api, scopes, call, depth)) return { root: "require", names: [] };
  const [argument] = api.isCallExpression(call) ? call.arguments : [];
  if (!argument || !api.isCallExpression(call)) return undefined;
  const callee = skipWrappers(api, call.expression);
  const isLoading =
    how === "import"
      ? callee.kind === api.SyntaxKind.ImportKeyword
      : isRequire(api, scopes, callee, depth - 1) || isGetBuiltin(pathOf(api, scopes, callee, depth - 1));
  const specifier = isLoading ? constantText(api, scopes, argument, depth) : undefined;
  return specifier === undefined ? undefined : pathOfImport(specifier, "*");
}

const isGetBuiltin = (path: NamePath | undefined): boolean =>
  path?.root === "process" && path.names[0] === "getBuiltinModule";

/** `require`, `module.require`, or what `createRequire` made, whatever it is called. */
export function isRequire(api: SyntaxApi, scopes: Scopes, callee: ts.Node, depth = DEPTH): boolean {
  if (depth <= 0) return false;
  const path = pathOf(api, scopes, callee, depth);
  if (path) return isPathOfRequire(path);
  if (!api.isIdentifier(callee)) return false;
  const binding = scopes.resolve(callee.text, callee);
  if (!binding || binding.reassigned || !api.isVariableDeclaration(binding.declaration)) return false;
  const { initializer } = binding.declaration;
  return initializer !== undefined && isCreateRequire(api, scopes, skipWrappers(api, initializer), depth);
}

export const isPathOfRequire = ({ root, names }: NamePath): boolean => root === "require" && names.length === 0;

export function isCreateRequire(api: SyntaxApi, scopes: Scopes, node: ts.Node, depth = DEPTH): boolean {
  if (!api.isCallExpression(node)) return false;
  const path = pathOf(api, scopes, node.expression, depth - 1);
  return path?.root === "import:module" && path.names.at(-1) === "createRequire";
}

/** A function of `node:path`. */
export const isOfPath = ({ root, names }: NamePath, name: string): boolean =>
  /^import:path(?:\/posix|\/win32)?$/.test(root) && names.at(-1) === name;

export function pathOfImport(specifier: string, imported: string): NamePath {
  const module = specifier.replace(/^node:/, "");
  const whole = imported === "*" || imported === "default";
  if (module === "process") return { root: "process", names: whole ? [] : [imported] };
  return { root: `import:${module}`, names: whole ? [] : [imported] };
}

/** `const now = Date.now`, `const { env } = process`: what the constant only renames. */
function aliased(api: SyntaxApi, scopes: Scopes, binding: Binding, depth: number): NamePath | undefined {
  const { declaration, nameNode } = binding;
  if (api.isImportEqualsDeclaration(declaration)) return pathOfEntity(api, scopes, declaration.moduleReference, depth);
  if (binding.kind !== "const" || !api.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const keys = keysTo(api, declaration.name, nameNode);
  const source = keys && pathOf(api, scopes, declaration.initializer, depth - 1);
  return source && keys.reduce<NamePath | undefined>((path, key) => path && memberOf(path, key), source);
}

/** `import clock = globalThis.Date` */
function pathOfEntity(api: SyntaxApi, scopes: Scopes, entity: ts.ModuleReference, depth: number): NamePath | undefined {
  if (api.isIdentifier(entity)) return pathOf(api, scopes, entity, depth - 1);
  if (!api.isQualifiedName(entity)) return undefined;
  const owner = pathOfEntity(api, scopes, entity.left, depth - 1);
  return owner && memberOf(owner, entity.right.text);
}

/** The keys that lead through a pattern to a name: `{ a: { b: name } }` → `a`, `b`. */
export function keysTo(api: SyntaxApi, pattern: ts.BindingName, name: ts.Identifier): string[] | undefined {
  if (pattern === name) return [];
  if (!api.isObjectBindingPattern(pattern)) return undefined;
  for (const element of pattern.elements) {
    if (element.dotDotDotToken) continue;
    const inner = keysTo(api, element.name, name);
    const key = element.propertyName ?? element.name;
    if (inner && (api.isIdentifier(key) || api.isStringLiteralLike(key))) return [key.text, ...inner];
  }
  return undefined;
}

function memberOf(path: NamePath, name: string): NamePath {
  const { root, names } = path;
  // A built-in module is its own default export.
  if (name === "default" && names.length === 0 && (root === "process" || root.startsWith("import:"))) return path;
  if (root === "module" && names.length === 0 && name === "require") return { root: "require", names: [] };
  return isGlobalObject(path) ? { root: name, names: [] } : { root, names: [...names, name] };
}

/** The path of members taken of what a path leads to. */
export const pathTo = (base: NamePath, names: readonly string[]): NamePath => names.reduce(memberOf, base);

/** The name of the member that an expression takes: `a.b`, `a["b"]`, `a[key]` with a constant key. */
export function memberName(api: SyntaxApi, scopes: Scopes, node: ts.Node, depth = DEPTH): string | undefined {
  if (api.isPropertyAccessExpression(node)) return node.name.text;
  return api.isElementAccessExpression(node) ? constantText(api, scopes, node.argumentExpression, depth) : undefined;
}

/** The text that an expression always gives: literals, constants that hold one, and what joins them. */
export function constantText(api: SyntaxApi, scopes: Scopes, node: ts.Node, depth = DEPTH): string | undefined {
  if (depth === 0) return undefined;
  if (isWrapper(api, node)) return constantText(api, scopes, node.expression, depth);
  if (api.isStringLiteralLike(node)) return node.text;
  if (api.isTemplateExpression(node)) {
    const texts = node.templateSpans.map((span) => {
      const text = constantText(api, scopes, span.expression, depth - 1);
      return text === undefined ? undefined : text + span.literal.text;
    });
    return texts.includes(undefined) ? undefined : node.head.text + texts.join("");
  }
  if (api.isBinaryExpression(node) && node.operatorToken.kind === api.SyntaxKind.PlusToken) {
    const left = constantText(api, scopes, node.left, depth - 1);
    const right = left === undefined ? undefined : constantText(api, scopes, node.right, depth - 1);
    return right === undefined ? undefined : left + right;
  }
  if (!api.isIdentifier(node)) return undefined;
  const binding = scopes.resolve(node.text, node);
  if (binding?.kind !== "const" || !api.isVariableDeclaration(binding.declaration)) return undefined;
  const { name, initializer } = binding.declaration;
  return name === binding.nameNode && initializer ? constantText(api, scopes, initializer, depth - 1) : undefined;
}

/** Climbs from a name to the longest chain of members around it. */
export function outermostAccess(api: SyntaxApi, scopes: Scopes, start: ts.Node): { node: ts.Node; names: string[] } {
  const names: string[] = [];
  let node = start;
  for (;;) {
    let outer = node;
    while (isWrapper(api, outer.parent) || isLastOfCommas(api, outer)) outer = outer.parent;
    const { parent } = outer;
    const isAccess = api.isPropertyAccessExpression(parent) || api.isElementAccessExpression(parent);
    const name = isAccess && parent.expression === outer ? memberName(api, scopes, parent) : undefined;
    if (name === undefined) return { node: outer, names };
    names.push(name);
    node = parent;
  }
}

/** `(0, x)`, as compilers call what must have no receiver. */
function isLastOfCommas(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  const isList = api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.CommaToken;
  return isList && parent.right === node;
}

/** The path of the longest chain of members around a name, with the node that spells it. */
export function pathAround(
  api: SyntaxApi,
  scopes: Scopes,
  start: ts.Node,
): { path: NamePath; base: NamePath; node: ts.Node } | undefined {
  const base = pathOf(api, scopes, start);
  if (!base) return undefined;
  const { node, names } = outermostAccess(api, scopes, start);
  return { path: pathTo(base, names), base, node };
}
