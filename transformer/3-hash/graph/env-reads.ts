import type ts from "typescript";
import { isWrapper, isWriteTarget } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";

/**
 * Environment variables that a node itself reads by a literal name: `process.env.X`, `process.env["X"]`,
 * `const { X } = process.env`, the same with `import.meta.env` → `process.env.X`, `import.meta.env.X`.
 */
export function envRead(api: TypeScript, scopes: Scopes, node: ts.Node): string[] {
  if (api.isPropertyAccessExpression(node) || api.isElementAccessExpression(node)) {
    const source = envSource(api, scopes, node.expression);
    const key = api.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
    if (!source || !(api.isIdentifier(key) || api.isStringLiteralLike(key)) || isWriteTarget(api, node)) return [];
    if (api.isElementAccessExpression(node) && api.isIdentifier(key)) return [];
    return [`${source}.${key.text}`];
  }
  if (!api.isVariableDeclaration(node) || !node.initializer || !api.isObjectBindingPattern(node.name)) return [];
  const source = envSource(api, scopes, node.initializer);
  if (!source) return [];
  const keys = node.name.elements.map((element) => element.propertyName ?? element.name);
  return keys.flatMap((key) => (api.isIdentifier(key) || api.isStringLiteral(key) ? [`${source}.${key.text}`] : []));
}

/** `process.env`, `globalThis.process.env`, `import.meta.env`, each also with `?.`. */
function envSource(api: TypeScript, scopes: Scopes, expression: ts.Expression): string | undefined {
  let node: ts.Node = expression;
  while (isWrapper(api, node)) node = node.expression;
  if (!api.isPropertyAccessExpression(node) || node.name.text !== "env") return undefined;
  const owner = node.expression;
  if (api.isMetaProperty(owner)) return "import.meta.env";
  if (api.isPropertyAccessExpression(owner)) {
    const isGlobal = api.isIdentifier(owner.expression) && owner.expression.text === "globalThis";
    return isGlobal && owner.name.text === "process" ? "process.env" : undefined;
  }
  if (!api.isIdentifier(owner) || owner.text !== "process") return undefined;
  const binding = scopes.resolve("process", owner);
  return !binding || /^(?:node:)?process$/.test(binding.import?.specifier ?? "") ? "process.env" : undefined;
}
