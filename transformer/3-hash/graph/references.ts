import type ts from "typescript";
import { isWrapper } from "../../syntax/node-tests.ts";
import type { Reference, Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";
import { envRead } from "./env-reads.ts";
import { impureRead } from "./impure-calls.ts";
import type { CodeReference, ImpureRead, References } from "./model.ts";

const PLACE_NAMES = new Set(["__dirname", "__filename"]);

/** Collects what a node uses. */
export function collectReferences(api: TypeScript, scopes: Scopes, node: ts.Node): References {
  const uses: CodeReference[] = [];
  const env = new Set<string>();
  const impure: ImpureRead[] = [];
  for (const reference of scopes.freeReferences(node)) addName(api, uses, reference);
  let jsx = false;
  for (const spot of scopes.spotsIn(node)) {
    if (api.isPropertyAccessExpression(spot)) {
      for (const name of envRead(api, scopes, readerOf(api, spot))) env.add(name);
      continue;
    }
    const what = impureRead(api, scopes, spot);
    if (what) impure.push(what);
    const use = moduleUse(api, scopes, spot);
    if (use) uses.push(use);
    jsx ||= !api.isCallExpression(spot) && !api.isNewExpression(spot) && !api.isMetaProperty(spot);
  }
  if (jsx) addJsxFactory(scopes, uses);
  return { uses, env: [...env].sort(), impure };
}

/** `(process.env)!.X`: the access around what is called `env`, or the declaration that takes it apart. */
function readerOf(api: TypeScript, env: ts.Node): ts.Node {
  let node = env;
  while (isWrapper(api, node.parent)) node = node.parent;
  return node.parent;
}

/** Adds what a reference uses: of a namespace import the members taken, where that is visible. */
export function addName(api: TypeScript, uses: CodeReference[], { name, identifier, binding }: Reference): void {
  if (!binding) {
    // `export { T }` of a type: only what a file declares can be exported.
    if (api.isExportSpecifier(identifier.parent)) return;
    if (PLACE_NAMES.has(name)) uses.push({ type: "place" });
    if (name === "eval" && api.isCallExpression(identifier.parent)) {
      uses.push({ type: "unknown", what: "eval", at: identifier });
    }
    uses.push({ type: "global", name, identifier });
    return;
  }
  const isNamespace = binding.import?.imported === "*";
  if (!isNamespace) uses.push({ type: "binding", name, binding, identifier });
  else {
    for (const member of membersTaken(api, identifier) ?? [undefined]) {
      uses.push({ type: "binding", name, binding, identifier, ...(member !== undefined && { member }) });
    }
  }
}

/** `ns.a`, `ns?.["a"]`, `const { a, b: c } = ns` → the names; `undefined` where anything might be taken. */
export function membersTaken(api: TypeScript, expression: ts.Node): string[] | undefined {
  let node = expression;
  while (isWrapper(api, node.parent) || api.isAwaitExpression(node.parent)) node = node.parent;
  const { parent } = node;
  if (api.isPropertyAccessExpression(parent) && parent.expression === node) return [parent.name.text];
  if (api.isQualifiedName(parent) && parent.left === node) return [parent.right.text];
  if (api.isElementAccessExpression(parent) && parent.expression === node) {
    const key = parent.argumentExpression;
    return api.isStringLiteralLike(key) ? [key.text] : undefined;
  }
  if (!api.isVariableDeclaration(parent) || parent.initializer !== node) return undefined;
  if (!api.isObjectBindingPattern(parent.name)) return undefined;
  const names: string[] = [];
  for (const element of parent.name.elements) {
    const key = element.propertyName ?? element.name;
    if (element.dotDotDotToken || !(api.isIdentifier(key) || api.isStringLiteral(key))) return undefined;
    names.push(key.text);
  }
  return names;
}

function moduleUse(api: TypeScript, scopes: Scopes, node: ts.Node): CodeReference | undefined {
  const K = api.SyntaxKind;
  if (api.isMetaProperty(node)) {
    if (node.keywordToken !== K.ImportKeyword || isUrlBase(api, node) || isEnv(api, node)) return undefined;
    return { type: "place" };
  }
  if (api.isNewExpression(node)) return urlUse(api, scopes, node);
  if (!api.isCallExpression(node)) return undefined;
  const callee = node.expression;
  const isImport =
    callee.kind === K.ImportKeyword || (api.isMetaProperty(callee) && callee.keywordToken === K.ImportKeyword);
  const isRequire = api.isIdentifier(callee) && callee.text === "require" && !scopes.resolve("require", node);
  if (isImport || isRequire) {
    const [specifier] = node.arguments;
    if (specifier && api.isStringLiteralLike(specifier)) {
      return { type: "import", specifier: specifier.text, members: membersTaken(api, node) ?? "*", at: node };
    }
    return { type: "unknown", what: `${isImport ? "import" : "require"}() of a computed path`, at: node };
  }
  const isGlob =
    api.isPropertyAccessExpression(callee) && api.isMetaProperty(callee.expression) && callee.name.text === "glob";
  return isGlob ? { type: "unknown", what: "import.meta.glob()", at: node } : undefined;
}

function urlUse(api: TypeScript, scopes: Scopes, node: ts.NewExpression): CodeReference | undefined {
  const [specifier, base] = node.arguments ?? [];
  if (!api.isIdentifier(node.expression) || node.expression.text !== "URL" || scopes.resolve("URL", node))
    return undefined;
  if (!specifier || !api.isStringLiteralLike(specifier) || !base || !isMetaUrl(api, base)) return undefined;
  return { type: "url", specifier: specifier.text, at: node };
}

function isMetaUrl(api: TypeScript, node: ts.Node): node is ts.PropertyAccessExpression {
  return api.isPropertyAccessExpression(node) && api.isMetaProperty(node.expression) && node.name.text === "url";
}

/** The file that `new URL("./x", import.meta.url)` names counts by content, so the place itself needn't. */
function isUrlBase(api: TypeScript, meta: ts.MetaProperty): boolean {
  const access = meta.parent;
  if (!isMetaUrl(api, access) || !api.isNewExpression(access.parent)) return false;
  const [specifier, base] = access.parent.arguments ?? [];
  return base === access && specifier !== undefined && api.isStringLiteralLike(specifier);
}

function isEnv(api: TypeScript, meta: ts.MetaProperty): boolean {
  return api.isPropertyAccessExpression(meta.parent) && ["env", "glob", "hot"].includes(meta.parent.name.text);
}

/** Classic JSX calls a factory that its source doesn't name: `React` or what `@jsx` says. */
function addJsxFactory(scopes: Scopes, uses: CodeReference[]): void {
  const pragma = /@jsx\s+([\w$]+)/.exec(scopes.file.text)?.[1] ?? "React";
  const fragment = /@jsxFrag\s+([\w$]+)/.exec(scopes.file.text)?.[1] ?? pragma;
  for (const name of new Set([pragma, fragment])) {
    const binding = scopes.resolve(name, scopes.file);
    if (binding) uses.push({ type: "binding", name, binding, identifier: binding.nameNode });
  }
}
