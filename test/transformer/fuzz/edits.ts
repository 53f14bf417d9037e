import { format, type Options } from "prettier";
import ts from "typescript";
import { isErased } from "../../../transformer/3-hash/normal-form/erase.ts";
import { serialize } from "../../../transformer/3-hash/normal-form/serialize.ts";

export function parse(text: string, fileName: string): ts.SourceFile {
  return ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
}

export function hasSyntaxErrors(file: ts.SourceFile): boolean {
  return (file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics.length > 0;
}

const STYLES: Options[] = [
  {
    semi: false,
    singleQuote: true,
    printWidth: 60,
    trailingComma: "none",
    arrowParens: "avoid",
    quoteProps: "as-needed",
  },
  { semi: true, singleQuote: false, printWidth: 200, trailingComma: "all", useTabs: true, bracketSpacing: false },
  {
    semi: false,
    quoteProps: "consistent",
    jsxSingleQuote: true,
    bracketSameLine: true,
    objectWrap: "collapse",
    experimentalTernaries: true,
    endOfLine: "crlf",
  },
];

/** The text as a formatter would write it, in several styles. */
export async function reformat(text: string, fileName: string): Promise<string[]> {
  const parser = "typescript";
  const shared: Options = { parser, filepath: fileName, embeddedLanguageFormatting: "off" };
  return Promise.all(STYLES.map((style) => format(text, { ...shared, ...style })));
}

/** The text with a comment before about every third token. */
export function addComments(file: ts.SourceFile, random: () => number): string {
  const places: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) || ts.isJSDoc(node) || endsTag(node)) return;
    const children = node.getChildren(file);
    if (children.length === 0 && node.getStart() > 0 && node.getWidth() > 0 && random() < 0.3)
      places.push(node.getStart());
    for (const child of children) visit(child);
  };
  visit(file);
  let text = file.text;
  for (const place of [...new Set(places)].sort((one, other) => other - one)) {
    if (!insideJsxText(file, place)) text = `${text.slice(0, place)} /* "fuzz' \`${place} */${text.slice(place)}`;
  }
  return text;
}

/** The `>` and `/` of tags: what looks like one token, `</` or `/>`, is two. */
function endsTag(node: ts.Node): boolean {
  const { parent } = node;
  if (node.kind !== ts.SyntaxKind.GreaterThanToken && node.kind !== ts.SyntaxKind.SlashToken) return false;
  return ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent);
}

/** Right after a tag's `>` or a child expression's `}` a comment would be text. */
function insideJsxText(file: ts.SourceFile, place: number): boolean {
  let inside = false;
  const visit = (node: ts.Node): void => {
    if ((ts.isJsxElement(node) || ts.isJsxFragment(node)) && node.children.some((child) => child.getStart() === place))
      inside = true;
    if (ts.isJsxClosingElement(node) && node.getStart() === place) inside = true;
    if (ts.isJsxClosingFragment(node) && node.getStart() === place) inside = true;
    if (node.pos <= place && node.end >= place) ts.forEachChild(node, visit);
  };
  visit(file);
  return inside;
}

/** What the compiler leaves of a module whose types can simply be erased; `undefined` for others. */
export function eraseTypes(file: ts.SourceFile): string | undefined {
  if (!isErasable(file)) return undefined;
  const { outputText } = ts.transpileModule(file.text, {
    fileName: file.fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.Preserve,
      verbatimModuleSyntax: true,
      useDefineForClassFields: true,
    },
  });
  return ts.isExternalModule(file) ? outputText : undefined;
}

function isErasable(node: ts.Node): boolean {
  if (isErased(ts, node)) return true;
  if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node) || ts.isImportEqualsDeclaration(node)) return false;
  if (ts.isExportAssignment(node) && node.isExportEquals) return false;
  if (ts.isDecorator(node)) return false;
  if (ts.isParameter(node) && node.modifiers?.length) return false;
  return ts.forEachChild(node, (child) => (isErasable(child) ? undefined : "no")) === undefined;
}

/** A file's normal form without the `export {}` that the compiler adds to a file left without exports. */
export function normalForm(file: ts.SourceFile): string {
  return serialize(ts, file)
    .replaceAll(/ ?\(ExportDeclaration \(NamedExports \[\]\) _ _\)/g, "")
    .replaceAll("[ ", "[");
}

/** One change in meaning. */
export interface Mutation {
  kind: string;
  start: number;
  end: number;
  text: string;
}

const OPERATORS: Record<string, string> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "==": "===",
  "!=": "!==",
  "&&": "||",
  "||": "&&",
  "??": "||",
  "&": "|",
  "|": "&",
  "^": "&",
  "<<": ">>",
  ">>": "<<",
  ">>>": ">>",
  "=": "+=",
  "+=": "-=",
  "-=": "+=",
  "||=": "&&=",
  "??=": "||=",
  in: "instanceof",
  instanceof: "in",
  ",": "||",
};

/** Every mutation that a file offers, types left alone. */
export function mutationsOf(file: ts.SourceFile): Mutation[] {
  const found: Mutation[] = [];
  const add = (kind: string, node: { getStart(): number; end: number }, text: string) =>
    found.push({ kind, start: node.getStart(), end: node.end, text });
  const visit = (node: ts.Node): void => {
    if (isErased(ts, node)) return;
    mutate(node, add);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

type Add = (kind: string, node: { getStart(): number; end: number }, text: string) => void;

function mutate(node: ts.Node, add: Add): void {
  if (ts.isBinaryExpression(node)) {
    const other = OPERATORS[node.operatorToken.getText()];
    if (other) add("operator", node.operatorToken, other);
  } else if (ts.isNumericLiteral(node)) add("number", node, String(Number(node.text) + 1));
  else if (ts.isStringLiteral(node)) mutateString(node, add);
  else if (ts.isNoSubstitutionTemplateLiteral(node)) add("template", node, `\`~${node.getText().slice(1)}`);
  else if (ts.isRegularExpressionLiteral(node)) add("regex", node, node.text.replace("/", "/(?:~)"));
  else if (ts.isIdentifier(node)) mutateIdentifier(node, add);
  else if (node.kind === ts.SyntaxKind.TrueKeyword) add("boolean", node, "false");
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add("boolean", node, "true");
  else if (node.kind === ts.SyntaxKind.ThisKeyword) add("this", node, "that");
  else if (ts.isCallExpression(node) || ts.isNewExpression(node)) mutateArguments(node, add);
  else if (ts.isConditionalExpression(node)) mutateConditional(node, add);
  else if (ts.isPrefixUnaryExpression(node)) add("prefix", node, node.operand.getText());
  else if (ts.isAwaitExpression(node) || ts.isTypeOfExpression(node)) add("await", node, node.expression.getText());
  else if (ts.isSpreadElement(node)) add("spread", node, node.expression.getText());
  else if (ts.isVariableDeclarationList(node)) mutateKeyword(node, add);
  else if (ts.isPropertyAccessExpression(node) && node.questionDotToken) add("chain", node.questionDotToken, ".");
  else if (ts.isReturnStatement(node) && node.expression) add("return", node, `${node.expression.getText()};`);
  else if (ts.isParameter(node) && node.initializer) {
    const type = node.type ? `:${node.type.getText()}` : "";
    add("default", node, `${node.name.getText()}${type}`);
  }
  mutateModifiers(node, add);
  const statements = (node as ts.Block).statements;
  if (statements && !ts.isSourceFile(node)) mutateStatements(statements, add);
}

function mutateString(node: ts.StringLiteral, add: Add): void {
  const isKey = ts.isImportAttribute(node.parent) || ts.isModuleDeclaration(node.parent);
  if (!isKey) add("string", node, `${node.getText().slice(0, -1)}~${node.getText().at(-1)}`);
}

function mutateIdentifier(node: ts.Identifier, add: Add): void {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isMetaProperty(parent) || node.text === "") return;
  if (ts.isJsxOpeningElement(parent) || ts.isJsxClosingElement(parent)) return;
  if (ts.isParameter(parent) && node.text === "this") return;
  add("name", node, `${node.getText()}_`);
}

function mutateArguments(node: ts.CallExpression | ts.NewExpression, add: Add): void {
  const [first, second] = node.arguments ?? [];
  if (!first) return;
  if (second && normalOf(first) !== normalOf(second)) {
    const between = node.getSourceFile().text.slice(first.end, second.getStart());
    add(
      "swap arguments",
      { getStart: () => first.getStart(), end: second.end },
      second.getText() + between + first.getText(),
    );
  } else if (!second && node.arguments?.length === 1) add("drop argument", first, "");
}

function mutateConditional(node: ts.ConditionalExpression, add: Add): void {
  const { whenTrue, whenFalse } = node;
  if (normalOf(whenTrue) === normalOf(whenFalse)) return;
  add(
    "swap arms",
    { getStart: () => whenTrue.getStart(), end: whenFalse.end },
    `(${whenFalse.getText()}) : (${whenTrue.getText()})`,
  );
}

function mutateKeyword(node: ts.VariableDeclarationList, add: Add): void {
  const keyword = node.getFirstToken();
  if (!keyword) return;
  const other = { const: "let", let: "var", var: "let" }[keyword.getText()];
  if (other) add("keyword", keyword, other);
}

function mutateModifiers(node: ts.Node, add: Add): void {
  if (!ts.canHaveModifiers(node)) return;
  for (const modifier of ts.getModifiers(node) ?? []) {
    const { kind } = modifier;
    if (kind === ts.SyntaxKind.AsyncKeyword || kind === ts.SyntaxKind.StaticKeyword) add("modifier", modifier, "");
    if (kind === ts.SyntaxKind.ExportKeyword && !ts.isVariableStatement(node)) continue;
  }
  const star = (node as ts.FunctionDeclaration).asteriskToken;
  if (star) add("generator", star, "");
}

function mutateStatements(statements: readonly ts.Statement[], add: Add): void {
  statements.forEach((statement, index) => {
    if (isErased(ts, statement)) return;
    add("delete statement", statement, ";");
    add("duplicate statement", statement, `${statement.getText()};${statement.getText()}`);
    const next = statements[index + 1];
    if (!next || isErased(ts, next) || normalOf(next) === normalOf(statement)) return;
    add(
      "swap statements",
      { getStart: () => statement.getStart(), end: next.end },
      `${next.getText()};${statement.getText()}`,
    );
  });
}

function normalOf(node: ts.Node): string {
  return serialize(ts, node);
}
