import type ts from "typescript";
import type { FunctionNode, SyntaxApi } from "../types.ts";

/** What the first call's function would have to lend: an option's expression runs outside of it, on its own. */
export function foreignWords(api: SyntaxApi, expression: ts.Node): ts.Node[] {
  const { SyntaxKind } = api;
  const found: ts.Node[] = [];
  const visit = (node: ts.Node, within: { fn: boolean; arrow: boolean }): void => {
    const isOwn = !within.fn && !within.arrow;
    if (isOwn && (api.isAwaitExpression(node) || api.isYieldExpression(node))) found.push(node);
    const isReceiver = node.kind === SyntaxKind.ThisKeyword || node.kind === SyntaxKind.SuperKeyword;
    if (!within.fn && (isReceiver || (api.isIdentifier(node) && isArguments(api, node)))) found.push(node);
    const isArrow = api.isArrowFunction(node);
    const isFunction = !isArrow && (api.isFunctionLike(node) || api.isClassLike(node));
    const inside = { fn: within.fn || isFunction, arrow: within.arrow || isArrow };
    api.forEachChild(node, (child) => visit(child, inside));
  };
  visit(expression, { fn: false, arrow: false });
  return found;
}

const isArguments = (api: SyntaxApi, { text, parent }: ts.Identifier): boolean =>
  text === "arguments" && !api.isPropertyAccessExpression(parent) && !api.isPropertyAssignment(parent);

/** The names of a function's parameters, destructured ones too. */
export function parameterNames(api: SyntaxApi, fn: FunctionNode): Set<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (api.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (!api.isOmittedExpression(element)) add(element.name);
  };
  for (const parameter of fn.parameters) add(parameter.name);
  return names;
}

/** Whether a name that has no value stands for a type around a node. */
export function isTypeAround(api: SyntaxApi, name: string, node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    const { statements, typeParameters } = at as {
      statements?: ts.NodeArray<ts.Statement>;
      typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration>;
    };
    const isType = (each: ts.Statement) =>
      (api.isInterfaceDeclaration(each) || api.isTypeAliasDeclaration(each)) && each.name.text === name;
    if (statements?.some(isType) || typeParameters?.some((each) => each.name.text === name)) return true;
  }
  return false;
}
