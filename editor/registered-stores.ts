import type ts from "typescript";
import { parse } from "../transformer/syntax/parse.ts";
import type { TypeScript } from "../transformer/types.ts";

/** The names in `configure({ stores: { name: … } })`. */
export function registeredStores(api: TypeScript, file: string, text: string): string[] {
  if (!/\bconfigure\s*\(/.test(text) || !/["']cachet["']/.test(text)) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const [argument] = api.isCallExpression(node) && isConfigure(api, node.expression) ? node.arguments : [];
    const stores = propertiesOf(api, argument).find((property) => nameOf(api, property) === "stores");
    const registered = stores && api.isPropertyAssignment(stores) ? propertiesOf(api, stores.initializer) : [];
    found.push(...registered.flatMap((property) => nameOf(api, property) ?? []));
    api.forEachChild(node, visit);
  };
  visit(parse(api, file, text));
  return found;
}

function isConfigure(api: TypeScript, callee: ts.Expression): boolean {
  const name = api.isPropertyAccessExpression(callee) ? callee.name : callee;
  return api.isIdentifier(name) && name.text === "configure";
}

function propertiesOf(api: TypeScript, node: ts.Node | undefined): readonly ts.ObjectLiteralElementLike[] {
  return node && api.isObjectLiteralExpression(node) ? node.properties : [];
}

function nameOf(api: TypeScript, { name }: ts.ObjectLiteralElementLike): string | undefined {
  return name && (api.isIdentifier(name) || api.isStringLiteral(name)) ? name.text : undefined;
}
