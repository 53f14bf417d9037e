import type ts from "typescript";
import type { Binding } from "../transformer/syntax/scopes.ts";
import type { TypeScript } from "../transformer/types.ts";
import type { ParsedFile } from "./parsed-file.ts";

export const TOKEN_TYPES = ["decorator", "property", "function", "variable", "string", "number", "keyword"] as const;

/** A range of a mark and what it is, in offsets of the parsed file. */
export interface Token {
  start: number;
  length: number;
  type: (typeof TOKEN_TYPES)[number];
}

/** What stands in the marks of a file, in its order: for the editor's grammar all of it is comment. */
export function tokensIn(api: TypeScript, { functions, names }: ParsedFile): Token[] {
  const kinds = new Map(names.map(({ start, binding }) => [start, isFunction(api, binding) ? "function" : "variable"]));
  const tokens: Token[] = [];
  for (const { start, tag, options } of functions.map(({ mark }) => mark)) {
    tokens.push({ start, length: tag.length, type: "decorator" });
    if (!options) continue;
    const file = api.createSourceFile("options.ts", `(${options.text})`, api.ScriptTarget.Latest, true);
    const offset = options.start - 1;
    const visit = (node: ts.Node): void => {
      const start = node.getStart(file);
      const type = typeOf(api, node, kinds.get(offset + start) as Token["type"] | undefined);
      if (type) tokens.push({ start: offset + start, length: node.end - start, type });
      else api.forEachChild(node, visit);
    };
    visit(file);
  }
  return tokens.sort((one, other) => one.start - other.start);
}

function typeOf(api: TypeScript, node: ts.Node, named: Token["type"] | undefined): Token["type"] | undefined {
  if (api.isIdentifier(node)) return isOptionName(api, node) ? "property" : named;
  if (api.isStringLiteral(node) || api.isNoSubstitutionTemplateLiteral(node)) return "string";
  if (api.isNumericLiteral(node)) return "number";
  const { TrueKeyword, FalseKeyword, NullKeyword } = api.SyntaxKind;
  return [TrueKeyword, FalseKeyword, NullKeyword].some((kind) => kind === node.kind) ? "keyword" : undefined;
}

const isOptionName = (api: TypeScript, node: ts.Identifier): boolean =>
  api.isPropertyAssignment(node.parent) && node.parent.name === node;

function isFunction(api: TypeScript, { kind, declaration }: Binding): boolean {
  const value = api.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return kind === "function" || (value !== undefined && api.isFunctionLike(value));
}
