import type ts from "typescript";
import type { Edit, FunctionNode, SyntaxApi } from "../types.ts";
import { Insertions } from "./insertions.ts";

/**
 * Edits → text. What is inserted holds no newline, so every line stays where it was even without the map.
 * Edits that meet at one place come in the plan from the inside out: what opens is put before, what closes after.
 */
export function emitText(api: SyntaxApi, sourceFile: ts.SourceFile, edits: Edit[]): ReturnType<Insertions["emit"]> {
  const text = new Insertions(sourceFile.text);
  insertEdits(api, sourceFile, edits, text);
  return text.emit(sourceFile.fileName);
}

/** Puts the edits of a file into a text that it is, or is a part of. */
export function insertEdits(api: SyntaxApi, sourceFile: ts.SourceFile, edits: Edit[], text: Insertions): void {
  for (const edit of edits) apply(api, sourceFile, text, edit);
}

function apply(api: SyntaxApi, sourceFile: ts.SourceFile, text: Insertions, edit: Edit): void {
  switch (edit.type) {
    case "prepend-statements":
      prependStatements(api, sourceFile, text, edit);
      return;
    case "append-statement":
      text.close(edit.node.end, `${statementEnd(api, sourceFile, edit.node)} ${edit.text}`, "hidden");
      return;
    case "wrap-body":
      wrapBody(api, sourceFile, text, edit);
      return;
    case "wrap-expression": {
      const start = edit.node.getStart(sourceFile);
      const origin = { start: visibleStart(api, sourceFile, edit.node) };
      text.open(start, `${edit.pure ? "/* @__PURE__ */ " : ""}${edit.before}`, origin);
      text.close(edit.node.end, `${edit.after}${endsWithoutSemicolon(api, edit.node) ? ";" : ""}`);
      return;
    }
    case "append-members":
      text.close(edit.node.end - 1, `${separator(sourceFile, edit.node.members.at(-1))} ${edit.text} `, "hidden");
      return;
    case "make-plain":
      makePlain(api, sourceFile, text, edit.node);
      return;
    case "name-declaration":
      nameDeclaration(api, sourceFile, text, edit);
      return;
  }
}

/**
 * `async function* f() {}` → `/*async*\/ function/***\/ f() {}`. A class field before a method may have left its end to the word
 * `async`, so a method gets a semicolon in front.
 */
function makePlain(api: SyntaxApi, sourceFile: ts.SourceFile, text: Insertions, node: FunctionNode): void {
  const word = node.modifiers?.find(({ kind }) => kind === api.SyntaxKind.AsyncKeyword) as ts.Node;
  const isInClass = api.isMethodDeclaration(node) && api.isClassLike(node.parent);
  for (const token of [word, node.asteriskToken as ts.Node]) {
    const start = token.getStart(sourceFile);
    text.open(start, isInClass && start === node.getStart(sourceFile) ? ";/*" : "/*", "hidden");
    text.close(token.end, "*/", "hidden");
  }
}

/**
 * Where a source map has the start of an expression. Compilers give an arrow function's parameter list no place of its
 * own, so the name before it stands for it; plain JavaScript is not compiled.
 */
function visibleStart(api: SyntaxApi, sourceFile: ts.SourceFile, node: ts.Expression): number {
  const { parent } = node;
  const isHeld = api.isVariableDeclaration(parent) || api.isPropertyAssignment(parent);
  const isCompiled = !/\.[cm]?js$/.test(sourceFile.fileName);
  return (isCompiled && isHeld && api.isArrowFunction(node) ? parent.name : node).getStart(sourceFile);
}

function nameDeclaration(
  api: SyntaxApi,
  sourceFile: ts.SourceFile,
  text: Insertions,
  { node, name }: Extract<Edit, { type: "name-declaration" }>,
): void {
  const keyword = node.getChildren(sourceFile).find(({ kind }) => isDeclarationKeyword(api, kind)) as ts.Node;
  const at = api.isFunctionDeclaration(node) ? (node.typeParameters ?? node.parameters).pos - 1 : keyword.end;
  text.close(at, ` ${name}`, { start: keyword.getStart(sourceFile) });
}

const isDeclarationKeyword = (api: SyntaxApi, kind: ts.SyntaxKind): boolean =>
  kind === api.SyntaxKind.FunctionKeyword || kind === api.SyntaxKind.ClassKeyword;

/**
 * `{ "use x"; a; b }` → `{ "use x"; <before> { a; b } <after> }`, and `=> e` → `=> { <before> { return e; } <after> }`.
 * The calls behind the body are what a stack shows of the function itself, so they map to it.
 */
function wrapBody(
  api: SyntaxApi,
  sourceFile: ts.SourceFile,
  text: Insertions,
  { node, before, after }: Extract<Edit, { type: "wrap-body" }>,
): void {
  const start = node.getStart(sourceFile);
  const calls = { hidden: true, calls: start } as const;
  if (api.isBlock(node)) {
    insertInBlock(api, sourceFile, text, node, `${before}{`);
    text.openInside(node.end - 1, ` }${after} `, calls);
    return;
  }
  text.open(start, "return ", { start });
  text.open(start, ` ${before}{ `, "hidden");
  text.open(start, "{", { start });
  text.close(node.end, ";");
  text.close(node.end, ` }${after} `, calls);
  text.close(node.end, "}", { start: node.end - 1 });
}

function prependStatements(
  api: SyntaxApi,
  sourceFile: ts.SourceFile,
  text: Insertions,
  edit: Extract<Edit, { type: "prepend-statements" }>,
): void {
  const { node } = edit;
  if (api.isSourceFile(node)) {
    const first = node.statements[directiveCount(api, node.statements)];
    text.close(first ? first.getStart(sourceFile, false) : node.text.length, `${edit.text} `, "hidden");
  } else if (api.isCaseOrDefaultClause(node)) {
    text.close(node.statements.pos, ` ${edit.text}`, "hidden");
  } else {
    insertInBlock(api, sourceFile, text, node, edit.text);
  }
}

function insertInBlock(
  api: SyntaxApi,
  sourceFile: ts.SourceFile,
  text: Insertions,
  block: ts.Block | ts.ModuleBlock,
  inserted: string,
): void {
  const last = block.statements[directiveCount(api, block.statements) - 1];
  if (last) text.closeInside(last.end, `${separator(sourceFile, last)} ${inserted} `, "hidden");
  else text.closeInside(block.getStart(sourceFile) + 1, ` ${inserted} `, "hidden");
}

/** A class declaration ends by itself. */
function statementEnd(api: SyntaxApi, sourceFile: ts.SourceFile, node: ts.Statement): string {
  return api.isClassDeclaration(node) ? "" : separator(sourceFile, node);
}

/** A semicolon where the source left it to what the insertion now precedes: a line break or a closing brace. */
function separator(sourceFile: ts.SourceFile, node: ts.Node | undefined): string {
  return node && sourceFile.text[node.end - 1] !== ";" ? ";" : "";
}

/**
 * Whether a line break alone ends the statement or field that an expression closes. After `const f = () => {}` a line
 * that starts with `(` is a statement of its own, after `const f = __cachet.fn(…, () => {})` it would call the result.
 */
function endsWithoutSemicolon(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  const whole = api.isVariableDeclaration(parent) ? parent.parent.parent : parent;
  return whole.end === node.end && (api.isStatement(whole) || api.isPropertyDeclaration(whole));
}

/** How many statements of a list are directives: `"use strict"` and its like come first or mean nothing. */
export function directiveCount(api: SyntaxApi, statements: readonly ts.Statement[]): number {
  const index = statements.findIndex((statement) => !isDirective(api, statement));
  return index < 0 ? statements.length : index;
}

function isDirective(api: SyntaxApi, statement: ts.Statement): boolean {
  return api.isExpressionStatement(statement) && api.isStringLiteral(statement.expression);
}
