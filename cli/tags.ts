import type ts from "typescript";
import type { TypeScript } from "../transformer/types.ts";
import type { Found, Project } from "./project.ts";

/** Tags that code names: one, or all that begin with a text; nothing is known of others. */
export type TagPattern = { text: string; isPrefix: boolean } | "unknown";

/** Who sets or clears tags. */
export interface TagUse {
  /** `load`, or `src/a.ts:3:5` where no function is marked. */
  by: string;
  place: string;
  patterns: TagPattern[];
}

export interface TagUses {
  set: TagUse[];
  cleared: TagUse[];
}

const CALLS = { cacheTag: "set", clearTags: "cleared", expireTags: "cleared" } as const;

/** Where the tags of a project are set and cleared: by marks, and by calls of `cachet`'s functions. */
export function tagUses(project: Project, functions: readonly Found[], textOf: (file: string) => string): TagUses {
  const { api } = project;
  const uses: TagUses = { set: [], cleared: [] };
  for (const fn of functions) {
    const { tags } = fn.options;
    if (tags === undefined) continue;
    const patterns = patternsOfOption(api, tags);
    const place = `${project.shorten(fn.file)}:${fn.line}:${fn.column}`;
    uses[fn.kind === "clears" ? "cleared" : "set"].push({ by: `${fn.name}()`, place, patterns });
  }
  for (const file of project.files) {
    const text = textOf(file);
    if (!/\b(?:cacheTag|clearTags|expireTags)\b/.test(text)) continue;
    const source = api.createSourceFile(file, text, api.ScriptTarget.Latest, true);
    for (const { name, call } of callsIn(api, source)) {
      const { line, character } = source.getLineAndCharacterOfPosition(call.getStart());
      const place = `${project.shorten(file)}:${line + 1}:${character + 1}`;
      uses[CALLS[name]].push({ by: place, place, patterns: call.arguments.flatMap((each) => patternsOf(api, each)) });
    }
  }
  return uses;
}

/** What is wrong with them, one line each: tags that nothing clears, and such as nothing has. */
export function unmatchedTags({ set, cleared }: TagUses): string[] {
  return [
    ...unmatched(set, cleared).map(({ by, place, tag }) => `${place} Nothing clears the tag ${tag} of ${by}.`),
    ...unmatched(cleared, set).map(({ by, place, tag }) => `${place} ${by} clears the tag ${tag}, which nothing has.`),
  ];
}

/** `"products"`, `"product:…"`. */
export const showPattern = (pattern: TagPattern): string =>
  pattern === "unknown" ? "what it is given" : JSON.stringify(pattern.text + (pattern.isPrefix ? "…" : ""));

function unmatched(uses: readonly TagUse[], others: readonly TagUse[]) {
  const counterparts = others.flatMap(({ patterns }) => patterns);
  return uses.flatMap(({ by, place, patterns }) =>
    patterns
      .filter((pattern) => pattern !== "unknown" && !counterparts.some((other) => meets(pattern, other)))
      .map((pattern) => ({ by, place, tag: showPattern(pattern) })),
  );
}

/** In doubt they do. */
function meets(one: TagPattern, other: TagPattern): boolean {
  if (one === "unknown" || other === "unknown") return true;
  if (one.isPrefix && other.text.startsWith(one.text)) return true;
  return other.isPrefix ? one.text.startsWith(other.text) : one.text === other.text;
}

function callsIn(api: TypeScript, source: ts.SourceFile): { name: keyof typeof CALLS; call: ts.CallExpression }[] {
  const found: ReturnType<typeof callsIn> = [];
  const visit = (node: ts.Node): void => {
    if (api.isCallExpression(node)) {
      const { expression } = node;
      const name = api.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
      if (Object.hasOwn(CALLS, name)) found.push({ name: name as keyof typeof CALLS, call: node });
    }
    api.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function patternsOfOption(api: TypeScript, option: unknown): TagPattern[] {
  if (Array.isArray(option)) return option.map((text) => ({ text: String(text), isPrefix: false }));
  const source = api.createSourceFile("tags.ts", `(${String(option)})`, api.ScriptTarget.Latest, true);
  const [statement] = source.statements;
  return statement && api.isExpressionStatement(statement) ? patternsOf(api, statement.expression) : ["unknown"];
}

/** What an expression gives, as far as its own text tells. */
function patternsOf(api: TypeScript, node: ts.Node): TagPattern[] {
  if (api.isParenthesizedExpression(node) || api.isAsExpression(node)) return patternsOf(api, node.expression);
  if (api.isStringLiteralLike(node)) return [{ text: node.text, isPrefix: false }];
  if (api.isTemplateExpression(node)) return [{ text: node.head.text, isPrefix: true }];
  if (api.isArrayLiteralExpression(node)) return node.elements.flatMap((each) => patternsOf(api, each));
  if (api.isArrowFunction(node) && !api.isBlock(node.body)) return patternsOf(api, node.body);
  if (api.isConditionalExpression(node)) return [...patternsOf(api, node.whenTrue), ...patternsOf(api, node.whenFalse)];
  if (api.isBinaryExpression(node) && node.operatorToken.kind === api.SyntaxKind.PlusToken)
    return patternsOf(api, node.left).map((left) => (left === "unknown" ? left : { ...left, isPrefix: true }));
  const isNothing = node.kind === api.SyntaxKind.NullKeyword || (api.isIdentifier(node) && node.text === "undefined");
  return isNothing ? [] : ["unknown"];
}
