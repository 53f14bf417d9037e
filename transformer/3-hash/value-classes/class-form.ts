import type ts from "typescript";
import { hasModifier, skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";

/**
 * Why the public fields of an instance are not all there is to it, as far as its own class says: something else that its
 * methods read, or work of the constructor that a copy would go without. `undefined` where they are.
 */
export function whyNoValue(api: SyntaxApi, node: ts.ClassLikeDeclaration): string | undefined {
  if (isDecorated(api, node)) return "it is decorated";
  for (const member of node.members) {
    if (hasModifier(member, api.SyntaxKind.StaticKeyword) || api.isClassStaticBlockDeclaration(member)) continue;
    const name = member.name?.getText() ?? "";
    if (isDecorated(api, member)) return `\`${name || "its constructor"}\` is decorated`;
    if (member.name && api.isPrivateIdentifier(member.name)) return `it has the private member \`${name}\``;
    if (api.isAccessor(member) || hasModifier(member, api.SyntaxKind.AccessorKeyword))
      return `it has the accessor \`${name}\``;
    if (api.isPropertyDeclaration(member) && member.initializer && !isHarmless(api, member.initializer))
      return `the field \`${name}\` hands the instance on when it is made`;
    if (api.isConstructorDeclaration(member)) {
      const work = constructorWork(api, member);
      if (work) return `its constructor does more than set fields: \`${shorten(work.getText())}\``;
    }
  }
  return undefined;
}

const shorten = (text: string): string => text.replace(/\s+/g, " ").replace(/^(.{40}).+$/, "$1…");

const isDecorated = (api: SyntaxApi, node: ts.Node): boolean => {
  const parameters = api.isFunctionLike(node) ? node.parameters : [];
  return [node, ...parameters].some((each) =>
    (each as { modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers?.some(api.isDecorator),
  );
};

/** The first thing in a constructor that does more than set fields of the instance. */
function constructorWork(api: SyntaxApi, { parameters, body }: ts.ConstructorDeclaration): ts.Node | undefined {
  for (const { initializer } of parameters) if (initializer && !isHarmless(api, initializer)) return initializer;
  return body && firstWork(api, body.statements);
}

function firstWork(api: SyntaxApi, statements: readonly ts.Statement[]): ts.Node | undefined {
  for (const statement of statements) {
    const work = workOf(api, statement);
    if (work) return work;
  }
  return undefined;
}

function workOf(api: SyntaxApi, node: ts.Statement): ts.Node | undefined {
  const unless = (isFine: boolean) => (isFine ? undefined : node);
  if (api.isEmptyStatement(node)) return undefined;
  if (api.isBlock(node)) return firstWork(api, node.statements);
  if (api.isExpressionStatement(node)) return unless(setsFields(api, skipWrappers(api, node.expression)));
  if (api.isVariableStatement(node) || api.isThrowStatement(node)) return unless(isHarmless(api, node));
  if (api.isIfStatement(node)) {
    if (!isHarmless(api, node.expression)) return node;
    return workOf(api, node.thenStatement) ?? (node.elseStatement && workOf(api, node.elseStatement));
  }
  if (api.isForOfStatement(node) || api.isForInStatement(node))
    return isHarmless(api, node.expression) ? workOf(api, node.statement) : node;
  return node;
}

/** Calls that do nothing to an instance but to its fields. */
const ON_FIELDS = new Set(["assign", "freeze", "seal", "preventExtensions"]);

/** `this.x = …`, `this.x ??= …`, `super(…)`, `Object.assign(this, …)`, a directive. */
function setsFields(api: SyntaxApi, node: ts.Node): boolean {
  if (api.isStringLiteral(node)) return true;
  if (api.isBinaryExpression(node)) {
    const right = skipWrappers(api, node.right);
    return isField(api, skipWrappers(api, node.left)) && (isHarmless(api, right) || setsFields(api, right));
  }
  if (!api.isCallExpression(node)) return false;
  if (node.expression.kind === api.SyntaxKind.SuperKeyword)
    return node.arguments.every((each) => isHarmless(api, each));
  const { expression } = node;
  const [target, ...others] = node.arguments;
  const isOnFields =
    api.isPropertyAccessExpression(expression) &&
    api.isIdentifier(expression.expression) &&
    expression.expression.text === "Object" &&
    ON_FIELDS.has(expression.name.text);
  return isOnFields && target?.kind === api.SyntaxKind.ThisKeyword && others.every((each) => isHarmless(api, each));
}

/** `this.x`, `this["x"]`, `this[x]`. */
function isField(api: SyntaxApi, node: ts.Node): boolean {
  if (!api.isPropertyAccessExpression(node) && !api.isElementAccessExpression(node)) return false;
  const isPrivate = api.isPropertyAccessExpression(node) && api.isPrivateIdentifier(node.name);
  return !isPrivate && skipWrappers(api, node.expression).kind === api.SyntaxKind.ThisKeyword;
}

/** Whether code gets no hold of the instance: it may read its fields, and do anything without it. */
function isHarmless(api: SyntaxApi, node: ts.Node): boolean {
  if (node.kind === api.SyntaxKind.SuperKeyword) return false;
  if (node.kind === api.SyntaxKind.ThisKeyword) {
    let outer = node.parent;
    while (outer !== skipWrappers(api, outer)) outer = outer.parent;
    if (!isField(api, outer)) return false;
    const { parent } = outer;
    return !(api.isCallExpression(parent) && parent.expression === outer);
  }
  if (api.isFunctionDeclaration(node) || api.isFunctionExpression(node) || api.isClassLike(node)) return true;
  return !api.forEachChild(node, (child) => (isHarmless(api, child) ? undefined : true));
}
