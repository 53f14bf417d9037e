import type ts from "typescript";
import type { SyntaxApi } from "../../types.ts";

/** Decorators in order, then the modifiers that mean something at run time, sorted: `+async+static @[…]`. */
export function describeModifiers(ts: SyntaxApi, node: ts.Node, root: boolean): (string | ts.Node)[] {
  const modifiers = (node as { modifiers?: ts.NodeArray<ts.ModifierLike> }).modifiers;
  if (!modifiers) return [];
  const words = new Set<string>();
  const decorators: (string | ts.Node)[] = [];
  for (const modifier of modifiers) {
    if (ts.isDecorator(modifier)) decorators.push(" ", modifier);
    else {
      const word = wordFor(ts, node, modifier.kind, root);
      if (word) words.add(word);
    }
  }
  const text = [...words].sort().map((word) => `+${word}`);
  return decorators.length > 0 ? [...text, "@[", ...decorators, "]"] : text;
}

function wordFor(ts: SyntaxApi, node: ts.Node, kind: ts.SyntaxKind, root: boolean): string | undefined {
  const K = ts.SyntaxKind;
  switch (kind) {
    case K.AsyncKeyword:
      return "async";
    case K.StaticKeyword:
      return "static";
    case K.AccessorKeyword:
      return "accessor";
    case K.ExportKeyword:
      return root ? undefined : "export";
    case K.DefaultKeyword:
      return root ? undefined : "default";
    case K.ConstKeyword:
      return ts.isEnumDeclaration(node) ? "const" : undefined;
    // `constructor(private x)` declares a field; which of the words does it makes no difference
    case K.PublicKeyword:
    case K.PrivateKeyword:
    case K.ProtectedKeyword:
    case K.ReadonlyKeyword:
    case K.OverrideKeyword:
      return ts.isParameter(node) ? "field" : undefined;
    default:
      return undefined;
  }
}
