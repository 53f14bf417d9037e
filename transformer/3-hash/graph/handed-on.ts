import type ts from "typescript";
import { hasModifier, isWrapper, isWriteTarget } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { pathOf } from "./name-path.ts";

/**
 * Whether a value goes on from where it is mentioned, to code that may do with it what nobody sees here: `make(Date)`,
 * `[Date][0]`, `{ clock: Date }`, `return Math`, `Math[key]`. Not where it is compared, asked for its type, called, or
 * only given another name, whose uses are looked at themselves. What isn't known to end its way lets it go on.
 */
export function isHandedOn(api: SyntaxApi, scopes: Scopes, mention: ts.Node): boolean {
  const K = api.SyntaxKind;
  /** What stands for the value, and whether another one may in its place. */
  let node = mention;
  let isOneOfSome = false;
  for (;;) {
    const { parent } = node;
    const isLeft = api.isBinaryExpression(parent) && parent.left === node;
    switch (parent.kind) {
      case K.ConditionalExpression:
        if ((parent as ts.ConditionalExpression).condition === node) return false;
        isOneOfSome = true;
        break;
      case K.BinaryExpression:
        switch ((parent as ts.BinaryExpression).operatorToken.kind) {
          case K.CommaToken:
          case K.AmpersandAmpersandToken:
            if (isLeft) return false;
            break;
          case K.BarBarToken:
          case K.QuestionQuestionToken:
            break;
          default:
            return !isLeft && isAssignment(api, parent as ts.BinaryExpression);
        }
        isOneOfSome = true;
        break;
      case K.AwaitExpression:
        isOneOfSome = true;
        break;
      case K.PropertyAccessExpression:
        return isOneOfSome;
      case K.ElementAccessExpression:
        return (
          (parent as ts.ElementAccessExpression).expression === node && (isOneOfSome || !isWriteTarget(api, parent))
        );
      case K.CallExpression:
      case K.NewExpression: {
        const call = parent as ts.CallExpression;
        return call.expression === node ? isOneOfSome : !isOnlyAsked(api, scopes, call);
      }
      case K.VariableDeclaration:
        // `const root = globalThis ?? window`: one thing, whichever is taken.
        return (isOneOfSome && !pathOf(api, scopes, node)) || !isNamedAnew(api, scopes, parent);
      case K.ArrayLiteralExpression:
        return !isSearched(api, parent);
      case K.TemplateSpan:
        return api.isTaggedTemplateExpression(parent.parent.parent);
      case K.HeritageClause:
      case K.ExportAssignment:
      case K.ExportSpecifier:
        // Who extends or imports it is looked at.
        return isOneOfSome;
      default:
        if (!isWrapper(api, parent)) return !ENDS.has(K[parent.kind]);
    }
    node = parent;
  }
}

/** Where a value is only looked at. */
const ENDS = new Set(
  (
    "ExpressionStatement PrefixUnaryExpression PostfixUnaryExpression TypeOfExpression VoidExpression DeleteExpression " +
    "IfStatement WhileStatement DoStatement ForStatement SwitchStatement CaseClause ComputedPropertyName TypeQuery " +
    "QualifiedName ImportEqualsDeclaration JsxOpeningElement JsxSelfClosingElement JsxClosingElement"
  ).split(" "),
);

const isAssignment = ({ SyntaxKind }: SyntaxApi, { operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;

/** `const clock = Date`, `const { floor } = Math`: each name's own uses tell what is done with it. */
export function isNamedAnew(api: SyntaxApi, scopes: Scopes, declaration: ts.Node): boolean {
  if (!api.isVariableDeclaration(declaration)) return false;
  return namesMembers(api, declaration.name) && isPrivateConstant(api, scopes, declaration);
}

/** A constant of this file only that renames what it is given: what is read through it is found where it is used. */
export function isPrivateConstant(api: SyntaxApi, scopes: Scopes, declaration: ts.Node): boolean {
  if (!api.isVariableDeclaration(declaration)) return false;
  const list = declaration.parent;
  if ((list.flags & api.NodeFlags.Const) === 0 || hasModifier(list.parent, api.SyntaxKind.ExportKeyword)) return false;
  const isExported = (use: ts.Node) => api.isExportSpecifier(use.parent) || api.isExportAssignment(use.parent);
  return !scopes.declaredBy(declaration).some((binding) => scopes.usesOf(binding).some(isExported));
}

/** A name, or a pattern that takes members by their names. */
function namesMembers(api: SyntaxApi, pattern: ts.BindingName): boolean {
  if (api.isIdentifier(pattern)) return true;
  if (!api.isObjectBindingPattern(pattern)) return false;
  return pattern.elements.every(({ name, propertyName, dotDotDotToken }) => {
    const isNamed = !propertyName || api.isIdentifier(propertyName) || api.isStringLiteralLike(propertyName);
    return isNamed && !dotDotDotToken && namesMembers(api, name);
  });
}

/** Functions of globals that tell something of what they are given, and neither run it nor hand it on. */
const ASKING = new Set(
  [
    "Object.is Object.keys Object.getOwnPropertyNames Object.hasOwn Object.isFrozen Object.isSealed Object.isExtensible",
    "Object.prototype.toString.call Object.prototype.hasOwnProperty.call Array.isArray String Boolean Number isNaN",
    "JSON.stringify Reflect.has Reflect.ownKeys console.log console.error console.warn console.debug console.info",
  ]
    .join(" ")
    .split(" "),
);

/** Methods that compare their argument, whatever they are called on: `z.instanceof(Date)`. */
const COMPARING = new Set(["has", "includes", "indexOf", "lastIndexOf", "isPrototypeOf", "instanceof"]);

/** `Object.keys(Math)`, `known.has(Date)`, `Reflect.construct(Date, [0])`: an argument that doesn't come back. */
function isOnlyAsked(api: SyntaxApi, scopes: Scopes, { expression }: ts.CallExpression | ts.NewExpression): boolean {
  const path = pathOf(api, scopes, expression);
  const name = path && [path.root, ...path.names].join(".");
  // What it makes is told beside: `Reflect.construct(Date, [])`.
  if (name === "Reflect.construct" || (name !== undefined && ASKING.has(name))) return true;
  return api.isPropertyAccessExpression(expression) && COMPARING.has(expression.name.text);
}

/** `[Date, Map].includes(made)` */
function isSearched(api: SyntaxApi, list: ts.Node): boolean {
  const { parent } = list;
  return api.isPropertyAccessExpression(parent) && parent.expression === list && COMPARING.has(parent.name.text);
}
