import type ts from "typescript";

import { distance } from "../1-marks/find-marks.ts";
import { codes } from "../diagnostics.ts";
import { RULES, type Rule } from "../option-table.ts";
import { literalValue, NOT_LITERAL, propertyName, unwrap } from "../syntax/literal-value.ts";
import type { Binding, Scopes } from "../syntax/scopes.ts";
import { createScopes } from "../syntax/scopes.ts";
import type { FunctionNode, Mark, OptionImport, Report, ResolvedOptions, TypeScript } from "../types.ts";
import { foreignWords, isTypeAround, parameterNames } from "./option-names.ts";
import { printOnOneLine, substitute } from "./option-text.ts";

interface Context {
  api: TypeScript;
  mark: Mark;
  scopes: Scopes;
  /** Where the marked function is declared: names in the options mean what they mean there. */
  declaredAt: FunctionNode;
  aliasOf: (declaration: ts.ImportDeclaration) => string;
  /** The name of the imported runtime in emitted code. */
  prefix: string;
  report: Report;
}

const NOTHING = (): ResolvedOptions => ({
  static: {},
  dynamic: [],
  references: new Map(),
  mentioned: [],
  imports: [],
  atModuleLevel: true,
  expressions: [],
});

/** Reads and checks the option literal of a mark. Everything wrong is reported at its place inside the comment. */
export function resolveOptions(context: Context): ResolvedOptions {
  const { api, mark, report } = context;
  const resolved = NOTHING();
  if (!mark.options) return resolved;
  const offset = mark.options.start;
  const parsed = api.createSourceFile("options.ts", mark.options.text, api.ScriptTarget.Latest, true);
  const literal = unwrap(api, (parsed.statements[0] as ts.ExpressionStatement).expression);
  const at = (node: ts.Node) => [offset + node.getStart(parsed), node.getWidth(parsed)] as const;
  if (!api.isObjectLiteralExpression(literal)) {
    report(
      codes.malformedOptions,
      ...at(literal),
      `${mark.tag} expects one options object.`,
      `Write ${mark.tag}({ ttl: 60 }).`,
    );
    return resolved;
  }
  const seen = new Set<string>();
  for (const property of literal.properties) {
    const name = propertyName(api, property);
    if (name === undefined) {
      const fix = "Write each option as name: value.";
      report(codes.unsupportedOption, ...at(property), "The build can't see which options this brings.", fix);
      continue;
    }
    const nameNode = property.name as ts.Node;
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (!rule) {
      const near = nearest(name, Object.keys(RULES));
      const known = Object.keys(RULES).filter((key) => RULES[key]?.kinds.includes(mark.kind));
      const fix = near
        ? `Did you mean '${near}'?`
        : known.length
          ? `Known options: ${known.join(", ")}.`
          : "Remove it.";
      report(codes.unknownOption, ...at(nameNode), `${mark.tag} has no option '${name}'.`, fix);
    } else if (!rule.kinds.includes(mark.kind)) {
      const owners = rule.kinds.map((kind) => `@cache${kind[0]?.toUpperCase()}${kind.slice(1)}`).join(" and ");
      const message = `'${name}' is no option of ${mark.tag}: it belongs to ${owners}.`;
      report(codes.wrongKind, ...at(nameNode), message, `Remove '${name}' or use ${owners}.`);
    } else if (seen.has(name)) {
      report(codes.invalidOption, ...at(nameNode), `'${name}' is given twice.`, "Keep one of them.");
    } else {
      readOption(context, resolved, parsed, offset, name, rule, property);
    }
    seen.add(name);
  }
  return resolved;
}

function readOption(
  context: Context,
  resolved: ResolvedOptions,
  parsed: ts.SourceFile,
  offset: number,
  name: string,
  rule: Rule,
  property: ts.ObjectLiteralElementLike,
): void {
  const { api, report } = context;
  const expression = api.isPropertyAssignment(property) ? property.initializer : undefined;
  const shown = expression ?? property;
  const at = [offset + shown.getStart(parsed), shown.getWidth(parsed)] as const;
  const wrong = (reason: string) =>
    report(
      codes.invalidOption,
      ...at,
      `'${name}' can't be ${oneLine(shown.getText(parsed))}: ${reason}.`,
      `It takes ${rule.expects}.`,
    );
  const value = expression ? literalValue(api, expression) : NOT_LITERAL;
  if (value !== NOT_LITERAL) {
    if (value === undefined) return;
    if (!rule.check) {
      if (isContainer(value)) readDynamic(context, resolved, parsed, offset, name, property);
      else wrong("it is a plain value");
      return;
    }
    try {
      resolved.static[name] = rule.check(value);
    } catch (error) {
      wrong((error as Error).message.replace(/\.$/, ""));
    }
    return;
  }
  const isFunction =
    !expression || api.isArrowFunction(unwrap(api, expression)) || api.isFunctionExpression(unwrap(api, expression));
  if (rule.check && isFunction && !api.isShorthandPropertyAssignment(property)) {
    wrong("it is a function");
    return;
  }
  if (rule.literalOnly) {
    report(
      codes.unsupportedOption,
      ...at,
      `'${name}' must be readable at build time.`,
      `Write it as a literal: ${rule.expects}.`,
    );
    return;
  }
  if (name === "hashFuncs" && expression)
    for (const entry of plainHashFuncs(api, expression)) {
      const start = offset + entry.getStart(parsed);
      report(
        codes.invalidOption,
        start,
        entry.getWidth(parsed),
        "A rule of 'hashFuncs' must be a function.",
        `It takes ${rule.expects}.`,
      );
    }
  if (name === "validate" && isAsync(api, expression ?? property))
    resolved.asyncValidate = { start: at[0], length: at[1] };
  readDynamic(context, resolved, parsed, offset, name, property);
}

function isAsync(api: TypeScript, node: ts.Node): boolean {
  const fn = api.isExpression(node) ? unwrap(api, node) : node;
  return (
    (api.canHaveModifiers(fn) &&
      api.getModifiers(fn)?.some((modifier) => modifier.kind === api.SyntaxKind.AsyncKeyword)) ??
    false
  );
}

/** An expression for run time: its names are looked up where the function is declared. */
function readDynamic(
  context: Context,
  resolved: ResolvedOptions,
  parsed: ts.SourceFile,
  offset: number,
  name: string,
  property: ts.ObjectLiteralElementLike,
): void {
  const { api, scopes, declaredAt, report } = context;
  const node = api.isPropertyAssignment(property) ? property.initializer : property;
  const replacements: { node: ts.Node; text: string }[] = [];
  for (const word of foreignWords(api, node)) {
    const [start, text] = [offset + word.getStart(parsed), /^\w+/.exec(word.getText(parsed))?.[0] ?? ""];
    const message = `'${text}' means nothing in options, which are read outside of any function.`;
    report(codes.unsupportedOption, start, text.length, message, "Name a constant that holds the value.");
  }
  for (const reference of createScopes(api, parsed).freeReferences(node)) {
    const binding = scopes.resolve(reference.name, declaredAt);
    const start = offset + reference.identifier.getStart(parsed);
    if (!binding) {
      reportUnbound(context, reference.name, start);
      continue;
    }
    resolved.mentioned.push(binding.nameNode);
    if (binding.import?.typeOnly || isConstEnum(api, binding)) {
      const message = `'${reference.name}' has no value at run time here.`;
      report(
        codes.unsupportedOption,
        start,
        reference.name.length,
        message,
        "Import it as a value, or write the value itself.",
      );
    } else if (binding.import && api.isImportDeclaration(importOf(api, binding.declaration))) {
      const use = optionImport(context, resolved, importOf(api, binding.declaration) as ts.ImportDeclaration, binding);
      replacements.push({ node: reference.identifier, text: use });
    } else {
      resolved.references.set(reference.name, binding.nameNode);
      if (isReadAtOnce(api, reference.identifier) && alwaysHasValue(api, binding))
        replacements.push({
          node: reference.identifier,
          text: `${context.prefix}.initialised(${reference.name}, "${reference.name}")`,
        });
      if (!api.isSourceFile(binding.scope)) resolved.atModuleLevel = false;
    }
  }
  if (api.isShorthandPropertyAssignment(property)) {
    resolved.dynamic.push({ name, text: replacements[0]?.text ?? property.name.text });
    resolved.expressions.push(property.name);
    return;
  }
  const whole = api.isPropertyAssignment(property) ? property.initializer : undefined;
  const text = substitute(parsed, node, replacements);
  const printed = printOnOneLine(api, whole ? text : `({ ${text} }).${name}`);
  resolved.dynamic.push({ name, text: printed });
  resolved.expressions.push(node as ts.Expression);
}

/** Whether a name is read when the options are, not by a function of theirs later. */
function isReadAtOnce(api: TypeScript, identifier: ts.Identifier): boolean {
  for (let node: ts.Node = identifier; node; node = node.parent) if (api.isFunctionLike(node)) return false;
  return true;
}

/** `const TTL = "1h"`: `undefined` can only mean that a bundler, which made it a `var`, has not come to it yet. */
function alwaysHasValue(api: TypeScript, { declaration, writes }: Binding): boolean {
  if (!api.isVariableDeclaration(declaration) || !declaration.initializer || writes.length > 0) return false;
  const value = unwrap(api, declaration.initializer);
  return (
    api.isLiteralExpression(value) ||
    api.isTemplateExpression(value) ||
    api.isObjectLiteralExpression(value) ||
    api.isArrayLiteralExpression(value) ||
    api.isArrowFunction(value) ||
    api.isFunctionExpression(value) ||
    api.isClassExpression(value) ||
    api.isNewExpression(value) ||
    api.isPrefixUnaryExpression(value)
  );
}

/** A name that the file gives no value: a global, unless the function's own header or a type explains it. */
function reportUnbound({ api, declaredAt, report }: Context, name: string, start: number): void {
  if (parameterNames(api, declaredAt).has(name)) {
    const message = `'${name}' is a parameter, but options are read where the function is declared.`;
    report(codes.unsupportedOption, start, name.length, message, "Name a constant outside of the function.");
  } else if (isTypeAround(api, name, declaredAt)) {
    const message = `'${name}' has no value at run time here.`;
    report(codes.unsupportedOption, start, name.length, message, "Write the value itself.");
  }
}

function optionImport(
  context: Context,
  resolved: ResolvedOptions,
  declaration: ts.ImportDeclaration,
  binding: Binding,
): string {
  const alias = context.aliasOf(declaration);
  const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
  if (!resolved.imports.some((known) => known.declaration === declaration)) {
    resolved.imports.push({ declaration, specifier, alias } satisfies OptionImport);
  }
  const imported = binding.import?.imported ?? "*";
  return imported === "*" ? alias : `${alias}.${imported}`;
}

function importOf(api: TypeScript, node: ts.Node): ts.Node {
  let at = node;
  while (at.parent && !api.isImportDeclaration(at) && !api.isStatement(at)) at = at.parent;
  return at;
}

function isConstEnum(api: TypeScript, binding: Binding): boolean {
  const modifiers = api.isEnumDeclaration(binding.declaration) ? binding.declaration.modifiers : undefined;
  return modifiers?.some((modifier) => modifier.kind === api.SyntaxKind.ConstKeyword) ?? false;
}

function isContainer(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => Array.isArray(item) && item.length === 0);
  return typeof value === "object" && value !== null && !(value instanceof RegExp) && Object.keys(value).length === 0;
}

/** Rules of a literal `hashFuncs` that are visibly no functions. */
function plainHashFuncs(api: TypeScript, node: ts.Expression): ts.Expression[] {
  const expression = unwrap(api, node);
  if (!api.isObjectLiteralExpression(expression)) return [];
  return expression.properties
    .filter(api.isPropertyAssignment)
    .map((property) => property.initializer)
    .filter((initializer) => literalValue(api, initializer) !== NOT_LITERAL);
}

function nearest(name: string, names: string[]): string | undefined {
  const letters = (text: string) => [...text.toLowerCase()].sort().join("");
  const close = (known: string) =>
    known.toLowerCase() === name.toLowerCase() ||
    letters(known) === letters(name) ||
    distance(known.toLowerCase(), name.toLowerCase()) <= (known.length > 4 ? 2 : 1) ||
    (Math.abs(known.length - name.length) <= 2 &&
      (known.startsWith(name.slice(0, 4)) || known.endsWith(name.slice(-4))));
  return names.find(close);
}

function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  return flat.length > 40 ? `${flat.slice(0, 39)}…` : flat;
}
