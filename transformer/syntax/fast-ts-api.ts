import type { TypeScript } from "../types.ts";

/**
 * The same API with what is asked of every node within reach. TypeScript puts each of its thousands of names behind a
 * getter, which costs several times what the question itself does.
 */
export function fastApi(api: TypeScript): TypeScript {
  if (made.has(api)) return api;
  const quick = quickOf.get(api) ?? copyOf(api);
  quickOf.set(api, quick);
  made.add(quick);
  return quick;
}

const quickOf = new WeakMap<TypeScript, TypeScript>();
const made = new WeakSet<TypeScript>();

function copyOf(api: TypeScript): TypeScript {
  const quick: Record<string, unknown> = {};
  for (const name of ASKED_OF_NODES) quick[name] = api[name];
  return Object.setPrototypeOf(quick, api) as TypeScript;
}

/** No more than 128: an object with more names is looked up like a dictionary again. */
const ASKED_OF_NODES = [
  "SyntaxKind",
  "NodeFlags",
  "forEachChild",
  "tokenToString",
  "isArrayBindingPattern",
  "isArrayLiteralExpression",
  "isArrowFunction",
  "isAsExpression",
  "isAwaitExpression",
  "isBigIntLiteral",
  "isBinaryExpression",
  "isBindingElement",
  "isBlock",
  "isCallExpression",
  "isCatchClause",
  "isClassDeclaration",
  "isClassElement",
  "isClassExpression",
  "isClassLike",
  "isComputedPropertyName",
  "isDecorator",
  "isDeleteExpression",
  "isElementAccessExpression",
  "isEnumDeclaration",
  "isExportAssignment",
  "isExportDeclaration",
  "isExportSpecifier",
  "isExpressionStatement",
  "isExpressionWithTypeArguments",
  "isForInStatement",
  "isForOfStatement",
  "isFunctionDeclaration",
  "isFunctionExpression",
  "isFunctionLike",
  "isIdentifier",
  "isImportDeclaration",
  "isImportEqualsDeclaration",
  "isIndexSignatureDeclaration",
  "isInterfaceDeclaration",
  "isIterationStatement",
  "isJsxExpression",
  "isJsxOpeningElement",
  "isJsxSelfClosingElement",
  "isMetaProperty",
  "isMethodDeclaration",
  "isModuleBlock",
  "isModuleDeclaration",
  "isNewExpression",
  "isNonNullExpression",
  "isNumericLiteral",
  "isObjectBindingPattern",
  "isObjectLiteralExpression",
  "isParameter",
  "isParenthesizedExpression",
  "isPostfixUnaryExpression",
  "isPrefixUnaryExpression",
  "isPropertyAccessExpression",
  "isPropertyAssignment",
  "isPropertyDeclaration",
  "isQualifiedName",
  "isSatisfiesExpression",
  "isShorthandPropertyAssignment",
  "isSourceFile",
  "isSpreadAssignment",
  "isSpreadElement",
  "isStringLiteral",
  "isStringLiteralLike",
  "isTypeAliasDeclaration",
  "isTypeAssertionExpression",
  "isTypeNode",
  "isTypeParameterDeclaration",
  "isVariableDeclaration",
  "isVariableStatement",
] as const satisfies readonly (keyof TypeScript)[];
