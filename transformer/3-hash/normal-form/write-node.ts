import type ts from "typescript";
import { isWrapper } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { isErased } from "./erase.ts";
import { decodeEntities, escapeAmpersand, jsxChildren } from "./jsx.ts";
import { describeModifiers } from "./modifiers.ts";
import { SHAPES } from "./node-shapes.ts";

/** What is still to be written: text as it is, or a node to expand. */
export type Part = string | ts.Node;

/** Turns a node into its texts and children, in order; `root` leaves out its own `export`. */
export type Expand = (node: ts.Node, root: boolean) => Part[];

type Fields = Record<string, unknown>;
type Special = (node: never) => Part[];

/**
 * ```text
 * node   (Kind+modifiers part part …)       leaf   tag and value: i"name" s"text" n1.5 N10 r"/x/g" k"this"
 * list   [part part …]                      absent _
 * ```
 */
export function createExpander(ts: SyntaxApi): Expand {
  const K = ts.SyntaxKind;
  const shapes = new Map<ts.SyntaxKind, { name: string; fields: string[] }>();
  for (const [name, shape] of Object.entries(SHAPES)) {
    shapes.set(K[name as keyof typeof K], { name, fields: shape === "" ? [] : shape.split(" ") });
  }
  const specials = createSpecials(ts);

  function field(node: ts.Node, spec: string): Part[] {
    const value = (node as unknown as Fields)[spec.slice(1)];
    switch (spec[0]) {
      case "*":
        return list(ts, value as readonly ts.Node[] | undefined);
      case ":":
        return [value ? writeName(ts, value as ts.PropertyName) : "_"];
      case "?":
        return [value ? "1" : "_"];
      case "~":
        return [node.flags & ts.NodeFlags.OptionalChain ? "?" : "_"];
      case "{":
        return functionBody(ts, value as ts.Block | ts.Expression | undefined);
      default:
        return [value ? (value as ts.Node) : "_"];
    }
  }

  return (node, root) => {
    if (isWrapper(ts, node)) return [node.expression];
    const special = specials.get(node.kind);
    if (special) return special(node as never);
    const shape = shapes.get(node.kind);
    if (!shape) throw new Error(`cachet cannot hash syntax of the kind "${K[node.kind]}" yet`);
    const parts: Part[] = [`(${shape.name}`, ...describeModifiers(ts, node, root)];
    for (const spec of shape.fields) parts.push(" ", ...field(node, spec));
    parts.push(")");
    return parts;
  };
}

function list(ts: SyntaxApi, nodes: readonly Part[] | undefined): Part[] {
  const parts: Part[] = ["["];
  for (const node of nodes ?? []) {
    if (typeof node !== "string" && isErased(ts, node)) continue;
    if (parts.length > 1) parts.push(" ");
    parts.push(node);
  }
  parts.push("]");
  return parts;
}

function leaf(tag: string, text: string): string {
  return tag + JSON.stringify(text);
}

/** `{ a: 1 }`, `{ "a": 1 }` → i"a"; `{ 1: 1 }`, `{ 0x1: 1 }`, `{ "1": 1 }` → i"1"; `{ [a]: 1 }` as it is. */
function writeName(ts: SyntaxApi, name: ts.PropertyName | ts.BindingName | ts.ModuleExportName): Part {
  if (ts.isNumericLiteral(name)) return leaf("i", String(Number(name.text)));
  if (ts.isBigIntLiteral(name)) return leaf("i", bigint(name));
  return ts.isStringLiteralLike(name) || ts.isIdentifier(name) ? leaf("i", name.text) : name;
}

function bigint(node: ts.BigIntLiteral): string {
  return BigInt(node.text.replace(/n$/, "")).toString();
}

function functionBody(ts: SyntaxApi, body: ts.Block | ts.Expression | undefined): Part[] {
  if (!body) return ["_"];
  return ts.isBlock(body) ? statementsWithDirectives(ts, "Body", body.statements) : [body];
}

/** A directive counts by its source (`"use\x20strict"` is not strict mode); in parentheses it is a mere expression. */
function statementsWithDirectives(ts: SyntaxApi, kind: string, statements: readonly ts.Statement[]): Part[] {
  const directives: string[] = [];
  for (const statement of statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) break;
    directives.push(leaf("s", statement.expression.getText().slice(1, -1)));
  }
  return [`(${kind} `, ...list(ts, directives), " ", ...list(ts, statements.slice(directives.length)), ")"];
}

function template(node: ts.TemplateLiteralLikeNode, raw: boolean): string {
  const cooked = leaf("t", node.text);
  return raw ? cooked + leaf("/", (node.rawText ?? "").replace(/\r\n?/g, "\n")) : cooked;
}

function regularExpression(node: ts.RegularExpressionLiteral): string {
  const end = node.text.lastIndexOf("/");
  const flags = [...node.text.slice(end + 1)].sort().join("");
  return leaf("r", node.text.slice(0, end + 1) + flags);
}

/** Kinds whose normal form is more than a list of their parts. */
function createSpecials(ts: SyntaxApi): Map<ts.SyntaxKind, Special> {
  const K = ts.SyntaxKind;
  const keyword = (node: ts.Node): Part[] => [leaf("k", ts.tokenToString(node.kind) ?? "")];
  const table: [ts.SyntaxKind, Special][] = [
    [K.Identifier, (node: ts.Identifier) => [leaf("i", node.text)]],
    [K.PrivateIdentifier, (node: ts.PrivateIdentifier) => [leaf("p", node.text)]],
    [K.StringLiteral, (node: ts.StringLiteral) => [leaf("s", node.text)]],
    [K.NumericLiteral, (node: ts.NumericLiteral) => [`n${Number(node.text)}`]],
    [K.BigIntLiteral, (node: ts.BigIntLiteral) => [`N${bigint(node)}`]],
    [K.RegularExpressionLiteral, (node: ts.RegularExpressionLiteral) => [regularExpression(node)]],
    [K.NoSubstitutionTemplateLiteral, (node: ts.NoSubstitutionTemplateLiteral) => [template(node, false)]],
    [K.TemplateHead, (node: ts.TemplateHead) => [template(node, false)]],
    [K.TemplateMiddle, (node: ts.TemplateMiddle) => [template(node, false)]],
    [K.TemplateTail, (node: ts.TemplateTail) => [template(node, false)]],
    [K.SourceFile, (node: ts.SourceFile) => statementsWithDirectives(ts, "SourceFile", node.statements)],
    [K.BinaryExpression, (node: ts.BinaryExpression) => binary(ts, node)],
    [K.PrefixUnaryExpression, (node: ts.PrefixUnaryExpression) => ["(pre", operator(node), " ", node.operand, ")"]],
    [K.PostfixUnaryExpression, (node: ts.PostfixUnaryExpression) => ["(post", operator(node), " ", node.operand, ")"]],
    [K.MetaProperty, (node: ts.MetaProperty) => [`(Meta ${ts.tokenToString(node.keywordToken)} `, node.name, ")"]],
    [K.HeritageClause, (node: ts.HeritageClause) => ["(Heritage ", ...list(ts, node.types), ")"]],
    [K.VariableDeclarationList, (node: ts.VariableDeclarationList) => variables(ts, node)],
    [K.TaggedTemplateExpression, (node: ts.TaggedTemplateExpression) => taggedTemplate(ts, node)],
    [K.ImportClause, (node: ts.ImportClause) => importClause(ts, node)],
    [K.ImportSpecifier, (node: ts.ImportSpecifier) => specifier(ts, node)],
    [K.ExportSpecifier, (node: ts.ExportSpecifier) => specifier(ts, node)],
    [K.ExportAssignment, (node: ts.ExportAssignment) => exportAssignment(node)],
    [K.JsxElement, (node: ts.JsxElement) => element(ts, node.openingElement, node.children)],
    [K.JsxSelfClosingElement, (node: ts.JsxSelfClosingElement) => element(ts, node, [])],
    [K.JsxFragment, (node: ts.JsxFragment) => element(ts, undefined, node.children)],
    [K.JsxAttribute, (node: ts.JsxAttribute) => attribute(ts, node)],
    [K.JsxExpression, (node: ts.JsxExpression) => jsxExpression(node)],
  ];
  for (const kind of [K.ThisKeyword, K.SuperKeyword, K.NullKeyword, K.TrueKeyword, K.FalseKeyword, K.ImportKeyword]) {
    table.push([kind, keyword]);
  }
  function operator(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): string {
    return ts.tokenToString(node.operator) ?? "";
  }
  return new Map(table);
}

/** `a && (b && c)` and `(a && b) && c` do the same; formatters rewrite one to the other. */
function binary(ts: SyntaxApi, node: ts.BinaryExpression): Part[] {
  const K = ts.SyntaxKind;
  const kind = node.operatorToken.kind;
  const operator = ts.tokenToString(kind) ?? "";
  if (kind === K.AmpersandAmpersandToken || kind === K.BarBarToken || kind === K.QuestionQuestionToken) {
    return [`(${operator} `, ...list(ts, operands(ts, node, kind)), ")"];
  }
  return [`(${operator}${namesNothing(ts, node) ? "!" : ""} `, node.left, " ", node.right, ")"];
}

function operands(ts: SyntaxApi, root: ts.BinaryExpression, kind: ts.SyntaxKind): ts.Node[] {
  const found: ts.Node[] = [];
  const stack: ts.Node[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    let inner = node;
    while (isWrapper(ts, inner)) inner = inner.expression;
    if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === kind) stack.push(inner.right, inner.left);
    else found.push(inner);
  }
  return found;
}

/** `(a) = function () {}` leaves the function without a name, `a = function () {}` calls it "a". */
function namesNothing(ts: SyntaxApi, { left, right }: ts.BinaryExpression): boolean {
  if (!ts.isParenthesizedExpression(left)) return false;
  const isFunction = ts.isFunctionExpression(right) || ts.isArrowFunction(right) || ts.isClassExpression(right);
  return isFunction && ts.isIdentifier(left.expression);
}

function variables(ts: SyntaxApi, node: ts.VariableDeclarationList): Part[] {
  const { Let, Const, Using, AwaitUsing, BlockScoped } = ts.NodeFlags;
  const flags = node.flags & BlockScoped;
  const words = new Map<number, string>([
    [Let, "let"],
    [Const, "const"],
    [Using, "using"],
    [AwaitUsing, "await-using"],
  ]);
  return [`(${words.get(flags) ?? "var"} `, ...list(ts, node.declarations), ")"];
}

/** A tag sees the raw text too: String.raw`\n` differs from its cooked self. */
function taggedTemplate(ts: SyntaxApi, node: ts.TaggedTemplateExpression): Part[] {
  const parts: Part[] = ["(Tagged ", node.tag];
  const { template: text } = node;
  if (ts.isNoSubstitutionTemplateLiteral(text)) parts.push(" ", template(text, true));
  else {
    parts.push(" ", template(text.head, true));
    for (const span of text.templateSpans) parts.push(" ", span.expression, " ", template(span.literal, true));
  }
  parts.push(")");
  return parts;
}

function importClause(ts: SyntaxApi, node: ts.ImportClause): Part[] {
  const deferred = (node as { phaseModifier?: ts.SyntaxKind }).phaseModifier === ts.SyntaxKind.DeferKeyword;
  return [`(ImportClause${deferred ? "+defer" : ""} `, node.name ?? "_", " ", node.namedBindings ?? "_", ")"];
}

/** `{ a }` and `{ a as a }` are one thing. */
function specifier(ts: SyntaxApi, node: ts.ImportSpecifier | ts.ExportSpecifier): Part[] {
  return ["(Specifier ", writeName(ts, node.propertyName ?? node.name), " ", writeName(ts, node.name), ")"];
}

function exportAssignment(node: ts.ExportAssignment): Part[] {
  return [node.isExportEquals ? "(Export = " : "(Export default ", node.expression, ")"];
}

function element(
  ts: SyntaxApi,
  opening: ts.JsxOpeningLikeElement | undefined,
  children: readonly ts.JsxChild[],
): Part[] {
  const written = jsxChildren(ts, children).map((child) => (typeof child === "string" ? leaf("j", child) : child));
  return ["(Jsx ", opening?.tagName ?? "_", " ", opening?.attributes ?? "_", " ", ...list(ts, written), ")"];
}

function attribute(ts: SyntaxApi, node: ts.JsxAttribute): Part[] {
  return ["(JsxAttribute ", node.name, " ", attributeValue(ts, node.initializer), ")"];
}

/** `a="1"` and `a={"1"}` are one thing, but only the first knows entities. */
function attributeValue(ts: SyntaxApi, value: ts.JsxAttributeValue | undefined): Part {
  if (!value) return "_";
  if (ts.isStringLiteral(value)) return leaf("j", decodeEntities(value.text.replace(/\r\n?/g, "\n")));
  if (ts.isJsxExpression(value) && value.expression && ts.isStringLiteral(value.expression)) {
    return leaf("j", escapeAmpersand(value.expression.text));
  }
  return value;
}

function jsxExpression(node: ts.JsxExpression): Part[] {
  if (!node.expression) return ["_"];
  return node.dotDotDotToken ? ["(JsxSpreadChild ", node.expression, ")"] : [node.expression];
}
