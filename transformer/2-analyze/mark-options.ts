import type ts from "typescript";
import type { OptionRow } from "../../runtime/options/option-row.ts";
import { OPTIONS, optionRow } from "../../runtime/options/option-table.ts";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { removeProperty, replace, type Span } from "../fixes.ts";
import { noteEmbedded } from "../syntax/embedded.ts";
import { literalValue, NOT_LITERAL, propertyName } from "../syntax/literal-value.ts";
import { skipWrappers } from "../syntax/node-tests.ts";
import type { Fix, ResolvedOptions, SyntaxApi } from "../types.ts";
import type { MarkPlace, OptionReading } from "./context.ts";
import { readLate } from "./late-options.ts";
import { nearestOption, suggestValue } from "./option-suggestions.ts";

/** Reads and checks the option literal of a mark. Everything wrong is reported at its place inside the comment. */
export function resolveOptions(place: MarkPlace): ResolvedOptions {
  const { api, mark, report } = place;
  const resolved: ResolvedOptions = {
    static: {},
    dynamic: [],
    references: new Map(),
    mentioned: [],
    imports: [],
    atModuleLevel: true,
    mayBeEarly: false,
    expressions: [],
    places: new Map(),
  };
  if (!mark.options) return resolved;
  const offset = mark.options.start;
  const parsed = api.createSourceFile("options.ts", mark.options.text, api.ScriptTarget.Latest, true);
  noteEmbedded(parsed, offset);
  const spanOf = (node: ts.Node): Span => ({ start: offset + node.getStart(parsed), length: node.getWidth(parsed) });
  const literal = skipWrappers(api, (parsed.statements[0] as ts.ExpressionStatement).expression);
  if (!api.isObjectLiteralExpression(literal)) {
    const message = `\`${mark.tag}\` expects one options object.`;
    const fix = suggestObject(api, literal, spanOf(literal));
    report(DIAGNOSTICS.malformedOptions(spanOf(literal), message, `${mark.tag}({ ttl: 60 })`, fix));
    return resolved;
  }
  const reading = { ...place, parsed, spanOf, offset, resolved };
  const seen = new Set<string>();
  for (const property of literal.properties) {
    const row = rowOf(reading, property, seen);
    if (row) readOption(reading, row.name, row.row, property);
  }
  return resolved;
}

/** `@cacheData(60)` and `@cacheData("1h")` mean a `ttl`. */
function suggestObject(api: SyntaxApi, node: ts.Expression, at: Span): Fix | undefined {
  const value = literalValue(api, node);
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const text = `{ ttl: ${node.getText()} }`;
  return replace(`Write ${text}`, at, text);
}

/** The table's row for a property; reports a name that means nothing here. */
function rowOf(
  { api, mark, parsed, spanOf, offset, report, resolved }: OptionReading,
  property: ts.ObjectLiteralElementLike,
  seen: Set<string>,
): { name: string; row: OptionRow } | undefined {
  const name = propertyName(api, property);
  if (name === undefined) {
    const message = "The build can't see which options this brings.";
    const fix = plainName(api, property, spanOf);
    report(DIAGNOSTICS.unsupportedOption(spanOf(property), message, "Write each option as `name: value`.", fix));
    return undefined;
  }
  const at = spanOf(property.name as ts.Node);
  const row = optionRow(name);
  const isTwice = seen.has(name);
  seen.add(name);
  resolved.places.set(name, at);
  if (!row) {
    const known = Object.entries(OPTIONS).filter(([, { kinds }]) => (kinds as readonly string[]).includes(mark.kind));
    const names = known.map(([option]) => option);
    report(DIAGNOSTICS.unknownOption(at, mark.tag, name, nearestOption(name), names));
    return undefined;
  }
  if (!(row.kinds as readonly string[]).includes(mark.kind)) {
    const tags = row.kinds.map((kind) => `\`@cache${kind[0]?.toUpperCase()}${kind.slice(1)}\``);
    const owners = tags.join(", ").replace(/, (?!.*, )/, " and ");
    report(DIAGNOSTICS.wrongKind(at, mark.tag, name, owners, removeProperty(parsed, property, offset)));
    return undefined;
  }
  if (isTwice) {
    report(DIAGNOSTICS.optionTwice(at, name, removeProperty(parsed, property, offset)));
    return undefined;
  }
  return { name, row };
}

/** `["ttl"]: 60` → `ttl: 60` */
function plainName(
  api: SyntaxApi,
  { name }: ts.ObjectLiteralElementLike,
  spanOf: OptionReading["spanOf"],
): Fix | undefined {
  if (!name || !api.isComputedPropertyName(name) || !api.isStringLiteralLike(name.expression)) return undefined;
  return replace(`Write ${name.expression.text}`, spanOf(name), name.expression.text);
}

/** Parses a literal, and leaves what only run time can know to run time. */
function readOption(reading: OptionReading, name: string, row: OptionRow, property: ts.ObjectLiteralElementLike): void {
  const { api, spanOf, report, resolved } = reading;
  const expression = api.isPropertyAssignment(property) ? property.initializer : undefined;
  const at = spanOf(expression ?? property);
  const value = expression ? literalValue(api, expression) : NOT_LITERAL;
  if (value === undefined) {
    resolved.places.delete(name);
    return;
  }
  resolved.places.set(name, at);
  if (value !== NOT_LITERAL && row.at !== "run") {
    try {
      resolved.static[name] = row.parse(value) as ResolvedOptions["static"][string];
    } catch (error) {
      const reason = (error as Error).message;
      report(DIAGNOSTICS.invalidOption(at, name, reason, row.example, suggestValue(row, value)));
    }
    return;
  }
  const isFunction = !expression || isFunctionLiteral(api, expression);
  const isWrong =
    row.at === "run"
      ? value !== NOT_LITERAL && !(isEmptyContainer(value) && isTaken(row, value))
      : isFunction && !api.isShorthandPropertyAssignment(property) && !("takesFunction" in row);
  if (isWrong) {
    const got = value === NOT_LITERAL ? "a function" : `\`${oneLine((expression ?? property).getText())}\``;
    const reason = `expected ${row.parse.accepts}, got ${got}`;
    report(DIAGNOSTICS.invalidOption(at, name, reason, row.example));
    return;
  }
  if (row.at === "literal" || row.at === "build") {
    const fix = `Write it as a literal: ${row.parse.accepts}.`;
    report(DIAGNOSTICS.unsupportedOption(at, `\`${name}\` must be readable at build time.`, fix));
    return;
  }
  if (name === "hashFuncs" && expression) checkHashFuncs(reading, row, expression);
  const isMisshapen = (name === "key" || name === "context") && !checkAskedFunctions(reading, name, row, property);
  if (!isMisshapen) checkAnswers(reading, name, row, expression ?? property);
  const given = expression ? skipWrappers(api, expression) : property;
  if (name === "validate" && isAsync(api, given) && noAnswer(api, name, given) === undefined)
    resolved.asyncValidate = at;
  readLate(reading, name, property);
}

const isFunctionLiteral = (api: SyntaxApi, expression: ts.Expression): boolean => {
  const inside = skipWrappers(api, expression);
  return api.isArrowFunction(inside) || api.isFunctionExpression(inside);
};

/** `{}`, `[]`, `[[], []]`: literals that are as good as nothing. */
function isEmptyContainer(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => Array.isArray(item) && item.length === 0);
  return typeof value === "object" && value !== null && !(value instanceof RegExp) && Object.keys(value).length === 0;
}

function isAsync(api: SyntaxApi, node: ts.Node): boolean {
  const fn = skipWrappers(api, node);
  return (
    (api.canHaveModifiers(fn) &&
      api.getModifiers(fn)?.some((modifier) => modifier.kind === api.SyntaxKind.AsyncKeyword)) ??
    false
  );
}

/** Reports rules of a literal `hashFuncs` that are visibly not functions. */
function checkHashFuncs({ api, spanOf, report }: OptionReading, row: OptionRow, node: ts.Expression): void {
  const expression = skipWrappers(api, node);
  if (!api.isObjectLiteralExpression(expression)) return;
  for (const { initializer } of expression.properties.filter(api.isPropertyAssignment)) {
    if (literalValue(api, initializer) === NOT_LITERAL) continue;
    const reason = `expected a function as a rule, got \`${oneLine(initializer.getText())}\``;
    report(DIAGNOSTICS.invalidOption(spanOf(initializer), "hashFuncs", reason, row.example));
  }
}

/** Reports functions in an option that give no answer, or none at once, in lists and objects too. */
function checkAnswers(reading: OptionReading, name: string, row: OptionRow, node: ts.Node): void {
  const { api, spanOf, report } = reading;
  const inside = skipWrappers(api, node);
  const got = noAnswer(api, name, inside);
  if (got !== undefined)
    report(DIAGNOSTICS.invalidOption(spanOf(inside), name, `expected ${row.parse.accepts}, got ${got}`, row.example));
  const within = api.isArrayLiteralExpression(inside)
    ? inside.elements
    : api.isObjectLiteralExpression(inside)
      ? inside.properties.map((each) => (api.isPropertyAssignment(each) ? each.initializer : each))
      : [];
  for (const each of within) checkAnswers(reading, name, row, each);
}

function noAnswer(api: SyntaxApi, name: string, node: ts.Node): string | undefined {
  // A rule of `hashFuncs` stands beside its class.
  if (api.isClassExpression(node)) return name === "hashFuncs" ? undefined : "a class";
  if ((api.isFunctionExpression(node) || api.isMethodDeclaration(node)) && node.asteriskToken)
    return "a generator function";
  // What these give may be a promise.
  if (name === "validate" || name === "onRelease" || !isAsync(api, node)) return undefined;
  return "an async function: its answer is needed at once";
}

/** Reports what in a `key` or `context` is visibly no function; false where there was any. */
function checkAskedFunctions(
  { api, spanOf, report }: OptionReading,
  name: "key" | "context",
  row: OptionRow,
  property: ts.ObjectLiteralElementLike,
): boolean {
  let isRight = true;
  const wrong = (node: ts.Node, got: string) => {
    isRight = false;
    report(DIAGNOSTICS.invalidOption(spanOf(node), name, `expected ${row.parse.accepts}, got ${got}`, row.example));
  };
  const node = api.isPropertyAssignment(property) ? skipWrappers(api, property.initializer) : property;
  const isList = api.isArrayLiteralExpression(node);
  if (name === "context" && (api.isFunctionLike(node) || api.isObjectLiteralExpression(node))) {
    wrong(node, "one that is no list");
    return false;
  }
  if (name === "key" && (isList || api.isObjectLiteralExpression(node))) wrong(node, `\`${oneLine(node.getText())}\``);
  for (const each of name === "context" && isList ? node.elements : [node]) {
    if (isList && api.isExpression(each) && literalValue(api, each) !== NOT_LITERAL)
      wrong(each, `\`${oneLine(each.getText())}\` in it`);
  }
  return isRight;
}

function isTaken(row: OptionRow, value: unknown): boolean {
  try {
    row.parse(value);
    return true;
  } catch {
    return false;
  }
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  return flat.length > 40 ? `${flat.slice(0, 39)}…` : flat;
}
