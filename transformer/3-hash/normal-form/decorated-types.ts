import type ts from "typescript";
import type { TypeScript } from "../../types.ts";

/**
 * The types that a decorator can see at run time where the compiler emits them (`emitDecoratorMetadata`): those of
 * decorated members, of their parameters, and of a decorated class's constructor. Empty where nothing is decorated.
 */
export function decoratedTypes(api: TypeScript, root: ts.Node): string {
  if (!mayDecorate(root.getSourceFile())) return "";
  const types: string[] = [];
  const stack: ts.Node[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (api.isClassLike(node)) {
      for (const member of node.members) {
        const isSeen = isDecorated(api, member) || (api.isConstructorDeclaration(member) && isDecorated(api, node));
        if (isSeen || parametersOf(api, member).some((parameter) => isDecorated(api, parameter))) {
          types.push(signature(api, member));
        }
      }
    } else if (
      api.isClassElement(node) &&
      (isDecorated(api, node) || parametersOf(api, node).some((p) => isDecorated(api, p)))
    ) {
      if (node === root) types.push(signature(api, node));
    }
    api.forEachChild(node, (child) => void stack.push(child));
  }
  return types.length === 0 ? "" : `\ntypes ${types.sort().join("\n")}`;
}

const decorating = new WeakMap<ts.SourceFile, boolean>();

/** Few files have a decorator: their text tells, comments aside. */
function mayDecorate(file: ts.SourceFile): boolean {
  const known = decorating.get(file) ?? file.text.replace(/\/\*[\s\S]*?\*\//g, "").includes("@");
  decorating.set(file, known);
  return known;
}

function isDecorated(api: TypeScript, node: ts.Node): boolean {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((modifier) => api.isDecorator(modifier)) ?? false;
}

function parametersOf(api: TypeScript, member: ts.Node): readonly ts.ParameterDeclaration[] {
  return api.isFunctionLike(member) ? member.parameters : [];
}

function signature(api: TypeScript, member: ts.Node): string {
  const types = [...parametersOf(api, member), member].map((node) => (node as ts.ParameterDeclaration).type);
  return types.map((type) => (type ? spell(api, type) : "_")).join(" ");
}

/** A type without its layout. */
function spell(api: TypeScript, node: ts.Node): string {
  if (api.isIdentifier(node) || api.isLiteralExpression(node)) return JSON.stringify(node.text);
  const parts: string[] = [];
  api.forEachChild(node, (child) => void parts.push(spell(api, child)));
  return `(${node.kind < 0 ? "" : api.SyntaxKind[node.kind]}${parts.map((part) => ` ${part}`).join("")})`;
}
