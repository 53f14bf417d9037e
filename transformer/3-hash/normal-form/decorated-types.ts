import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";

/**
 * The types that a decorator can see at run time where the compiler emits them (`emitDecoratorMetadata`): those of
 * decorated members, of their parameters, and of a decorated class's constructor. Empty where nothing is decorated.
 */
export function decoratedTypes(api: SyntaxApi, root: ts.Node): DecoratedTypes {
  if (!mayDecorate(root.getSourceFile())) return NONE;
  const types: string[] = [];
  const names = new Map<string, ts.Identifier>();
  const stack: ts.Node[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (api.isClassLike(node)) {
      for (const member of node.members) {
        const isSeen = isDecorated(api, member) || (api.isConstructorDeclaration(member) && isDecorated(api, node));
        if (isSeen || parametersOf(api, member).some((parameter) => isDecorated(api, parameter))) {
          types.push(signature(api, member, names));
        }
      }
    } else if (
      api.isClassElement(node) &&
      (isDecorated(api, node) || parametersOf(api, node).some((p) => isDecorated(api, p)))
    ) {
      if (node === root) types.push(signature(api, node, names));
    }
    api.forEachChild(node, (child) => void stack.push(child));
  }
  return types.length === 0 ? NONE : { text: `\ntypes ${types.sort().join("\n")}`, names: [...names.values()] };
}

export interface DecoratedTypes {
  text: string;
  /** The names that the types go by, which may be those of classes, enums and imports. */
  names: readonly ts.Identifier[];
}

const NONE: DecoratedTypes = { text: "", names: [] };

const decorating = new WeakMap<ts.SourceFile, boolean>();

/** Few files have a decorator: their text tells, comments aside. */
function mayDecorate(file: ts.SourceFile): boolean {
  const known = decorating.get(file) ?? file.text.replace(/\/\*[\s\S]*?\*\//g, "").includes("@");
  decorating.set(file, known);
  return known;
}

function isDecorated(api: SyntaxApi, node: ts.Node): boolean {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((modifier) => api.isDecorator(modifier)) ?? false;
}

function parametersOf(api: SyntaxApi, member: ts.Node): readonly ts.ParameterDeclaration[] {
  return api.isFunctionLike(member) ? member.parameters : [];
}

type Names = Map<string, ts.Identifier>;

function signature(api: SyntaxApi, member: ts.Node, names: Names): string {
  const types = [...parametersOf(api, member), member].map((node) => (node as ts.ParameterDeclaration).type);
  return types.map((type) => (type ? spell(api, type, names) : "_")).join(" ");
}

/** A type without its layout, and what the file's own types in it stand for. */
function spell(api: SyntaxApi, node: ts.Node, names: Names): string {
  if (api.isIdentifier(node)) {
    const isNew = !names.has(node.text);
    names.set(node.text, node);
    const meaning = isNew ? spellType(api, node.getSourceFile(), node.text, names) : undefined;
    return JSON.stringify(node.text) + (meaning ? `=${meaning}` : "");
  }
  if (api.isLiteralExpression(node)) return JSON.stringify(node.text);
  const parts: string[] = [];
  api.forEachChild(node, (child) => void parts.push(spell(api, child, names)));
  return `(${node.kind < 0 ? "" : api.SyntaxKind[node.kind]}${parts.map((part) => ` ${part}`).join("")})`;
}

/** What a type of a file is, as far as a decorator can tell: what its alias stands for. */
export function spellType(
  api: SyntaxApi,
  file: ts.SourceFile,
  name: string,
  names: Names = new Map(),
): string | undefined {
  const declared = file.statements.find((one) => (one as ts.TypeAliasDeclaration).name?.text === name);
  if (!declared) return undefined;
  if (api.isTypeAliasDeclaration(declared)) return spell(api, declared.type, names);
  return api.isInterfaceDeclaration(declared) ? "interface" : undefined;
}
