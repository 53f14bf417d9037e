import type ts from "typescript";
import type { Binding, Scopes } from "./scope.ts";
import type { FunctionNode, KeyPart, TypeScript } from "./types.ts";

/**
 * What a call is keyed by, in order: the receiver where it counts by value, parameters (destructured ones by their
 * bound names, after defaults), `arguments` where the body reads it, captures. Names that start with `_` are left out.
 */
export function keyParts(
  api: TypeScript,
  scopes: Scopes,
  node: FunctionNode,
  receiver: string | undefined,
  captureHelper: string,
): KeyPart[] {
  const parts: KeyPart[] = receiver === "value" ? [{ label: "this", text: "this" }] : [];
  const parameters = node.parameters.filter((parameter) => !isThisParameter(api, parameter));
  for (const parameter of parameters) {
    for (const name of boundNames(api, parameter.name))
      if (!name.startsWith("_")) parts.push({ label: name, text: name });
  }
  if (scopes.usesArguments(node)) parts.push(argumentsPart(api, node, parameters));
  for (const binding of captures(api, scopes, node)) parts.push(capturePart(api, node, binding, captureHelper));
  return parts;
}

function isThisParameter(api: TypeScript, parameter: ts.ParameterDeclaration): boolean {
  return api.isIdentifier(parameter.name) && parameter.name.text === "this";
}

function boundNames(api: TypeScript, name: ts.BindingName): string[] {
  if (api.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (api.isOmittedExpression(element) ? [] : boundNames(api, element.name)));
}

/** `arguments` shows how many were passed, so it counts as a whole; excluded parameters stay excluded. */
function argumentsPart(api: TypeScript, node: FunctionNode, parameters: readonly ts.ParameterDeclaration[]): KeyPart {
  const excluded = parameters
    .map((parameter, index) => ({ parameter, index }))
    .filter(({ parameter }) => api.isIdentifier(parameter.name) && parameter.name.text.startsWith("_"));
  const own = !api.isArrowFunction(node) && excluded.length > 0;
  const rest = excluded.find(({ parameter }) => parameter.dotDotDotToken);
  const tests = excluded.map(({ index, parameter }) =>
    parameter === rest?.parameter ? `i >= ${index}` : `i === ${index}`,
  );
  const text = own ? `Array.from(arguments, (v, i) => (${tests.join(" || ")}) ? null : v)` : "Array.from(arguments)";
  return { label: "arguments", text };
}

/** Variables of enclosing functions and blocks, by value. Functions, classes and enums count by their code instead. */
function captures(api: TypeScript, scopes: Scopes, node: FunctionNode): Binding[] {
  const found = new Set<Binding>();
  for (const { binding, name } of scopes.freeReferences(node)) {
    if (!binding || name.startsWith("_") || api.isSourceFile(binding.scope)) continue;
    if (!["param", "var", "let", "const", "using", "catch"].includes(binding.kind)) continue;
    if (
      api.isVariableDeclaration(binding.declaration) &&
      !binding.reassigned &&
      isFunctionLiteral(api, binding.declaration.initializer)
    )
      continue;
    found.add(binding);
  }
  return [...found];
}

function isFunctionLiteral(api: TypeScript, node: ts.Expression | undefined): boolean {
  return node !== undefined && (api.isArrowFunction(node) || api.isFunctionExpression(node));
}

/** A `let` or `const` may still be uninitialised when the function is called; reading it then must not throw. */
function capturePart(api: TypeScript, node: FunctionNode, binding: Binding, captureHelper: string): KeyPart {
  const declaredBefore = !api.isFunctionDeclaration(node) && binding.declaration.end <= node.pos;
  const certain = declaredBefore || binding.kind === "param" || binding.kind === "var" || binding.kind === "catch";
  const { name } = binding;
  return { label: name, text: certain ? name : `${captureHelper}(() => ${name})` };
}

/** Parameters that the body declares again with `var` and not as a function: `function f(x) { var x = x || 1; … }`. */
export function redeclaredParameters(api: TypeScript, node: FunctionNode): string[] {
  if (!node.body || !api.isBlock(node.body)) return [];
  const names = new Set(node.parameters.flatMap((parameter) => boundNames(api, parameter.name)));
  const found = new Set<string>();
  const functions = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (api.isFunctionDeclaration(child) && child.parent === node.body && child.name) functions.add(child.name.text);
    if (api.isFunctionLike(child) || api.isClassLike(child)) return;
    if (api.isVariableDeclarationList(child) && !(child.flags & api.NodeFlags.BlockScoped)) {
      for (const declaration of child.declarations) {
        for (const name of boundNames(api, declaration.name)) if (names.has(name)) found.add(name);
      }
    }
    api.forEachChild(child, visit);
  };
  api.forEachChild(node.body, visit);
  return [...found].filter((name) => !functions.has(name));
}
