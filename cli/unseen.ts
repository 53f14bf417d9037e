import type ts from "typescript";
import { findMarks } from "../transformer/1-marks/find-marks.ts";
import { findTarget } from "../transformer/1-marks/mark-target.ts";
import { parse } from "../transformer/syntax/parse.ts";
import type { TypeScript } from "../transformer/types.ts";

/** A mark that does nothing, because no transform has seen it. */
export interface UnseenMark {
  tag: string;
  /** 1-based. */
  line: number;
  column: number;
  /** The source that the mark stands in, where a source map tells of it and the built file has lost the comment. */
  source?: string;
}

/** Offsets in a text. */
export interface Range {
  pos: number;
  end: number;
}

export interface UnseenMarks {
  marks: UnseenMark[];
  /** The bodies of the functions that they stand on. */
  bodies: Range[];
}

/** The marks in a file's comments whose function doesn't look its result up. */
export function findUnseenMarks(api: TypeScript, fileName: string, text: string): UnseenMarks {
  const sourceFile = parse(api, fileName, text);
  const starts: number[] = [];
  const bodies: Range[] = [];
  const misspelled = (_code: string, start: number) => void starts.push(start);
  for (const mark of findMarks(api, sourceFile, misspelled)) {
    const body = findTarget(api, mark, () => {})?.node.body;
    const holder = holderOf(api, mark.token);
    if (looksUp(api, body ?? holder) || isInserted(api, holder) || attachesSeen(api, holder)) continue;
    starts.push(mark.start);
    if (body) bodies.push(body);
  }
  return { marks: starts.sort((one, other) => one - other).map((start) => describe(sourceFile, start)), bodies };
}

/** `const load = cachet.fn(…, (id) => …)`: what was a function is the argument of a call now. */
function holderOf(api: TypeScript, token: ts.Node): ts.Node {
  let node = token;
  while (!api.isSourceFile(node.parent) && !isHolder(api, node)) node = node.parent;
  return node;
}

/**
 * The first comment of a file now stands before what the rewrite put there: `import … from "cachet/internal"`, or in a
 * bundle `function a() { return b ??= c.data({ id: …, hash: …, … }); }`.
 */
function isInserted(api: TypeScript, holder: ts.Node): boolean {
  if (api.isImportDeclaration(holder)) return /["']cachet\/internal["']/.test(holder.moduleSpecifier.getText());
  return api.isFunctionDeclaration(holder) && /\{\s*id:\s*["'`][^"'`]*#[^{}]*\bhash:/.test(holder.getText());
}

/** `{ /** @cacheData *\/ cachet.attach(d(), load); function load() … }`: the first comment of a block, by the same way. */
function attachesSeen(api: TypeScript, holder: ts.Node): boolean {
  if (!api.isExpressionStatement(holder) || !api.isCallExpression(holder.expression)) return false;
  const [, fn] = holder.expression.arguments;
  const { statements } = holder.parent as ts.Block;
  return statements.some(
    (each) =>
      api.isFunctionDeclaration(each) &&
      each.name !== undefined &&
      each.name.text === (fn as ts.Identifier | undefined)?.text &&
      looksUp(api, each),
  );
}

function isHolder(api: TypeScript, node: ts.Node): boolean {
  return api.isStatement(node) || api.isClassElement(node) || api.isObjectLiteralElement(node);
}

function describe(sourceFile: ts.SourceFile, start: number): UnseenMark {
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(start);
  const tag = /^@\w+/.exec(sourceFile.text.slice(start))?.[0] ?? "@";
  return { tag, line: line + 1, column: character + 1 };
}

/** Whether a body contains what the rewrite put there, whatever later tools renamed. */
function looksUp(api: TypeScript, body: ts.Node): boolean {
  return isRun(api, body) || api.forEachChild(body, (child) => looksUp(api, child) || undefined) === true;
}

/** `descriptor.run([id], () => { … })`: minifiers rename variables, never members. */
export function isRun(api: TypeScript, node: ts.Node): node is ts.CallExpression {
  if (!api.isCallExpression(node) || !api.isPropertyAccessExpression(node.expression)) return false;
  const [parts, body] = node.arguments;
  return (
    node.expression.name.text === "run" &&
    !!parts &&
    api.isArrayLiteralExpression(parts) &&
    !!body &&
    (api.isArrowFunction(body) || api.isFunctionExpression(body))
  );
}
