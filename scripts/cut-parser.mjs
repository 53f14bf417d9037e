import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";

const source = createRequire(import.meta.url).resolve("typescript");

/**
 * Writes `transformer/parser.cjs`: of TypeScript what the transform asks of it and what that needs, an eighth of the
 * whole, which loads in an eighth of the time. Every statement is TypeScript's own, in its order, so trees are the same.
 */
export async function cutParser(dist) {
  const { SYNTAX_API } = await import(pathToFileURL(resolve(dist, "transformer/syntax/syntax-api.js")).href);
  const text = readFileSync(source, "utf8");
  const statements = describe(bodyOf(text));
  const reached = reachableFrom(
    [...SYNTAX_API, ...CLASSES.values(), "setObjectAllocator", "objectAllocator"],
    statements,
  );
  const code = withUsedMessages(reached.map(({ text }) => text).join("\n"));
  const license = /^\/\*![\s\S]*?\*\//.exec(text)?.[0];
  if (license === undefined) throw new Error(`${source}: the license is missing`);
  const head = `${license}\n// Parts of TypeScript ${ts.version}, which are unchanged; the rest is left out.\n"use strict";\n`;
  writeFileSync(
    join(dist, "transformer/parser.cjs"),
    `${head}${code}\n${nodeClasses()}module.exports = { ${SYNTAX_API.join(", ")} };\n`,
  );
  copyFileSync(join(dirname(source), "../LICENSE.txt"), join(dist, "transformer/parser.LICENSE.txt"));
}

/** The classes of nodes that have methods. TypeScript sets them together with the checker's, which are left out. */
const CLASSES = new Map([
  ["getNodeConstructor", "NodeObject"],
  ["getTokenConstructor", "TokenObject"],
  ["getIdentifierConstructor", "IdentifierObject"],
  ["getPrivateIdentifierConstructor", "PrivateIdentifierObject"],
  ["getSourceFileConstructor", "SourceFileObject"],
]);

function nodeClasses() {
  const getters = [...CLASSES].map(([getter, name]) => `${getter}: () => ${name}`);
  return `setObjectAllocator({ ...objectAllocator, ${getters.join(", ")} });\n`;
}

/** What stands in the function that makes up TypeScript's one file, without its lists of exports. */
function bodyOf(text) {
  const file = ts.createSourceFile("typescript.js", text, ts.ScriptTarget.Latest);
  let body;
  const visit = (node) => {
    if (!body && ts.isArrowFunction(node) && ts.isBlock(node.body)) body = node.body;
    if (!body) ts.forEachChild(node, visit);
  };
  visit(file);
  return { file, statements: body.statements };
}

/** Each statement with the names that it declares and those that it uses. */
function describe({ file, statements }) {
  return statements.map((node) => {
    const uses = new Set();
    const visit = (part) => {
      if (ts.isIdentifier(part)) uses.add(part.text);
      else if (ts.isPropertyAccessExpression(part)) visit(part.expression);
      else if (ts.isPropertyAssignment(part) && !ts.isComputedPropertyName(part.name)) visit(part.initializer);
      else ts.forEachChild(part, visit);
    };
    visit(node);
    return { text: node.getText(file), declares: namesDeclaredBy(node), uses };
  });
}

function namesDeclaredBy(node) {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return [node.name.text];
  // Of a namespace: `((Parser2) => { … })(Parser || (Parser = {}))`.
  const call = ts.isExpressionStatement(node) && ts.isCallExpression(node.expression) ? node.expression : undefined;
  const given = call?.arguments.length === 1 ? call.arguments[0] : undefined;
  const isNamespace = given && ts.isBinaryExpression(given) && given.operatorToken.kind === ts.SyntaxKind.BarBarToken;
  return isNamespace && ts.isIdentifier(given.left) ? [given.left.text] : [];
}

const namesIn = (name) =>
  ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((each) => (each.name ? namesIn(each.name) : []));

/** In TypeScript's order. What declares nothing, as what registers an editor's refactorings, is left out. */
function reachableFrom(names, statements) {
  const declaring = new Map();
  for (const statement of statements)
    for (const name of statement.declares) declaring.set(name, [...(declaring.get(name) ?? []), statement]);
  const reached = new Set();
  const asked = new Set(names);
  for (const name of asked) {
    const found = declaring.get(name) ?? [];
    if (found.length === 0 && names.includes(name)) throw new Error(`${source} declares no ${name}`);
    for (const statement of found) {
      reached.add(statement);
      for (const used of statement.uses) if (declaring.has(used)) asked.add(used);
    }
  }
  return statements.filter((statement) => reached.has(statement));
}

/** Of some two thousand messages those that are named: they are a third of what is left. */
function withUsedMessages(code) {
  const start = code.indexOf("\nvar Diagnostics = {") + 1;
  const end = code.indexOf("\n};", start);
  const [first, ...entries] = code.slice(start, end).split("\n");
  const rest = `${code.slice(0, start)}${code.slice(end)}`;
  if (start === 0 || /\bDiagnostics\b(?!\.\w)/.test(rest))
    throw new Error(`${source} uses its messages in another way`);
  const used = new Set([...rest.matchAll(/\bDiagnostics\.(\w+)/g)].map(([, name]) => name));
  const kept = entries.filter((entry) => used.has(entry.trim().replace(/:.*/, "")));
  return `${code.slice(0, start)}${[first, ...kept].join("\n")}${code.slice(end)}`;
}
