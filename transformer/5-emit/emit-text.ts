import MagicString from "magic-string";
import type ts from "typescript";
import type { Edit, TypeScript } from "../types.ts";

/**
 * Edits → text. What is inserted holds no newline, so every line stays where it was even without the map.
 * Edits that meet at one place come in the plan from the inside out: what opens is put before, what closes after.
 */
export function emitText(api: TypeScript, sourceFile: ts.SourceFile, edits: Edit[]): MagicString {
  const text = new MagicString(sourceFile.text, { filename: sourceFile.fileName });
  for (const edit of edits) apply(api, sourceFile, text, edit);
  return text;
}

function apply(api: TypeScript, sourceFile: ts.SourceFile, text: MagicString, edit: Edit): void {
  switch (edit.type) {
    case "prepend-statements":
      prependStatements(api, sourceFile, text, edit);
      return;
    case "append-statement":
      text.appendLeft(edit.node.end, `${separator(sourceFile, edit.node)} ${edit.text}`);
      return;
    case "wrap-body":
      wrapBody(api, sourceFile, text, edit);
      return;
    case "wrap-expression":
      text.prependRight(edit.node.getStart(sourceFile), `${edit.pure ? "/* @__PURE__ */ " : ""}${edit.before}`);
      text.appendLeft(edit.node.end, `${edit.after}${endsWithoutSemicolon(api, edit.node) ? ";" : ""}`);
      return;
    case "append-members":
      text.appendLeft(edit.node.end - 1, `${separator(sourceFile, edit.node.members.at(-1))} ${edit.text} `);
      return;
    case "name-function":
      text.appendLeft((edit.node.typeParameters ?? edit.node.parameters).pos - 1, ` ${edit.name}`);
      return;
  }
}

/** `{ "use x"; a; b }` → `{ "use x"; <before> { a; b } <after> }`, and `=> e` → `=> { <before> (e) <after> }`. */
function wrapBody(
  api: TypeScript,
  sourceFile: ts.SourceFile,
  text: MagicString,
  edit: Extract<Edit, { type: "wrap-body" }>,
): void {
  const { node, before, after } = edit;
  if (!api.isBlock(node)) {
    text.prependRight(node.getStart(sourceFile), `{ ${before}`);
    text.appendLeft(node.end, `${after} }`);
    return;
  }
  insertInBlock(api, sourceFile, text, node, `${before}{`);
  text.appendRight(node.end - 1, ` }${after} `);
}

function prependStatements(
  api: TypeScript,
  sourceFile: ts.SourceFile,
  text: MagicString,
  edit: Extract<Edit, { type: "prepend-statements" }>,
): void {
  const { node } = edit;
  if (api.isSourceFile(node)) {
    const first = node.statements[directiveCount(api, node.statements)];
    text.appendLeft(first ? first.getStart(sourceFile, false) : node.text.length, `${edit.text} `);
  } else if (api.isCaseOrDefaultClause(node)) {
    text.appendLeft(node.statements.pos, ` ${edit.text}`);
  } else {
    insertInBlock(api, sourceFile, text, node, edit.text);
  }
}

function insertInBlock(
  api: TypeScript,
  sourceFile: ts.SourceFile,
  text: MagicString,
  block: ts.Block | ts.ModuleBlock,
  inserted: string,
): void {
  const last = block.statements[directiveCount(api, block.statements) - 1];
  if (last) text.prependLeft(last.end, `${separator(sourceFile, last)} ${inserted} `);
  else text.prependLeft(block.getStart(sourceFile) + 1, ` ${inserted} `);
}

/** A semicolon where the source left it to what the insertion now precedes: a line break or a closing brace. */
function separator(sourceFile: ts.SourceFile, node: ts.Node | undefined): string {
  return node && sourceFile.text[node.end - 1] !== ";" ? ";" : "";
}

/**
 * Whether a line break alone ends the statement or field that an expression closes. After `const f = () => {}` a line
 * that starts with `(` is a statement of its own, after `const f = __cachet.fn(…, () => {})` it would call the result.
 */
function endsWithoutSemicolon(api: TypeScript, node: ts.Node): boolean {
  const { parent } = node;
  const whole = api.isVariableDeclaration(parent) ? parent.parent.parent : parent;
  return whole.end === node.end && (api.isStatement(whole) || api.isPropertyDeclaration(whole));
}

/** How many statements of a list are directives: `"use strict"` and its like come first or mean nothing. */
export function directiveCount(api: TypeScript, statements: readonly ts.Statement[]): number {
  const index = statements.findIndex((statement) => !isDirective(api, statement));
  return index < 0 ? statements.length : index;
}

function isDirective(api: TypeScript, statement: ts.Statement): boolean {
  return api.isExpressionStatement(statement) && api.isStringLiteral(statement.expression);
}
