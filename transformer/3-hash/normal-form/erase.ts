import type ts from "typescript";
import { hasModifier, isTypeOnlyNamespace, isTypeSyntax } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";

/** Whether nothing is left of a node once the types are gone; empty statements count as nothing too. */
export function isErased(ts: SyntaxApi, node: ts.Node): boolean {
  const K = ts.SyntaxKind;
  if (isTypeSyntax(ts, node)) return true;
  switch (node.kind) {
    case K.EmptyStatement:
    case K.SemicolonClassElement:
    case K.NamespaceExportDeclaration:
      return true;
    case K.FunctionDeclaration:
    case K.MethodDeclaration:
    case K.Constructor:
    case K.GetAccessor:
    case K.SetAccessor:
      return !(node as ts.FunctionLikeDeclaration).body;
    case K.PropertyDeclaration:
      return hasModifier(node, K.DeclareKeyword) || hasModifier(node, K.AbstractKeyword);
    case K.VariableStatement:
    case K.ClassDeclaration:
    case K.EnumDeclaration:
      return hasModifier(node, K.DeclareKeyword);
    case K.ModuleDeclaration:
      return hasModifier(node, K.DeclareKeyword) || isTypeOnlyNamespace(ts, node as ts.ModuleDeclaration);
    case K.HeritageClause:
      return (node as ts.HeritageClause).token === K.ImplementsKeyword;
    case K.Parameter: {
      const { name } = node as ts.ParameterDeclaration;
      return ts.isIdentifier(name) && name.text === "this";
    }
    case K.ImportDeclaration:
      return (node as ts.ImportDeclaration).importClause?.isTypeOnly ?? false;
    case K.ImportEqualsDeclaration:
    case K.ExportDeclaration:
    case K.ImportSpecifier:
    case K.ExportSpecifier:
      return (node as ts.ExportDeclaration).isTypeOnly;
    default:
      return false;
  }
}
