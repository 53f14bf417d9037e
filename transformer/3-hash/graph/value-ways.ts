import type ts from "typescript";
import { isWrapper, outermostWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { memberName } from "./name-path.ts";
import { MATCHING } from "./positions.ts";

/** Where another value is made of a value, or where it is only looked at. */
export const ENDS = new Set(
  (
    "ExpressionStatement TemplateSpan PrefixUnaryExpression PostfixUnaryExpression TypeOfExpression VoidExpression " +
    "DeleteExpression IfStatement WhileStatement DoStatement ForStatement ForInStatement SwitchStatement CaseClause " +
    "ComputedPropertyName ExportAssignment ExportSpecifier ExpressionWithTypeArguments EnumMember TypeQuery QualifiedName " +
    "ImportSpecifier ImportClause NamespaceImport BinaryExpression ClassDeclaration ClassExpression FunctionDeclaration " +
    "FunctionExpression ModuleDeclaration EnumDeclaration MetaProperty TypeReference WithStatement Block TypePredicate " +
    "JsxClosingElement"
  ).split(" "),
);

/** Where a value has come to on its way through code. */
export interface Way {
  start: ts.Node;
  node: ts.Node;
  /** It is a part of the value, or what holds it: what is done to it may concern the value. */
  isPart: boolean;
  /** How many objects and arrays are around the value. */
  held: number;
  /** The member of the outermost of these that has it, where that shows. */
  as?: string | undefined;
  /** A member of the value itself was taken. */
  isInside: boolean;
  /** The member that was just taken is one of a holder's. */
  ofHolder: boolean;
  /** The first member of the value itself that was taken, by name. */
  member?: string | undefined;
}

export type Step = Pick<Way, "node" | "isPart"> & Partial<Pick<Way, "held">>;

/** What a name stands for that holds the value. */
export type Holding = Pick<Way, "held" | "as">;

/** The lower, the more of what is done there concerns the value. */
export const rankOf = ({ held, as }: Holding): number => held + (as === undefined ? 0 : 0.5);

export function isWithinDeclaration({ declarations }: Binding, use: ts.Node): boolean {
  return declarations.some((declaration) => use.pos >= declaration.pos && use.end <= declaration.end);
}

export function wrapperOf(api: SyntaxApi, node: ts.Node): ts.Node | undefined {
  return isWrapper(api, node.parent) ? node.parent : undefined;
}

/** The declaration that a pattern's element belongs to. */
export function declarationAround(api: SyntaxApi, node: ts.Node): ts.Node {
  let outer = node;
  while (api.isBindingElement(outer)) outer = outer.parent.parent;
  return outer;
}

export function enclosingFunction(api: SyntaxApi, node: ts.Node): ts.Node | undefined {
  for (let outer = node.parent; outer; outer = outer.parent) if (api.isFunctionLike(outer)) return outer;
  return undefined;
}

export function isAccessOf(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  return (
    (api.isPropertyAccessExpression(parent) || api.isElementAccessExpression(parent)) && parent.expression === node
  );
}

/**
 * `context.log` of `const context = { rows: this.rows, log: [] }`. Not for sure: methods and getters there have the value
 * by their `this`.
 */
export function isOtherMember(api: SyntaxApi, scopes: Scopes, { node, held, as }: Way): boolean {
  const member = held > 0 && as !== undefined ? memberName(api, scopes, node.parent) : undefined;
  return member !== undefined && member !== as;
}

/** A function that matches, taken without a call. */
export function isTaken(api: SyntaxApi, scopes: Scopes, access: ts.Node): boolean {
  if (!MATCHING.has(memberName(api, scopes, access) ?? "")) return false;
  const { parent } = outermostWrapper(api, access);
  return !(api.isCallExpression(parent) && skipWrappers(api, parent.expression) === access);
}

export function isHolder(api: SyntaxApi, node: ts.Node): boolean {
  return api.isObjectLiteralExpression(node) || api.isArrayLiteralExpression(node);
}

export function isSpread(api: SyntaxApi, node: ts.Node): boolean {
  return api.isSpreadElement(node) || api.isSpreadAssignment(node);
}

/** `new Map([["k", table]])`, `new Loader(table)`: an instance of a package's class is left to its package. */
export function mayHold(api: SyntaxApi, scopes: Scopes, { expression }: ts.NewExpression): boolean {
  const made = skipWrappers(api, expression);
  if (!api.isIdentifier(made)) return true;
  const binding = scopes.resolve(made.text, made);
  return !binding?.import || /^\.\.?\//.test(binding.import.specifier);
}
