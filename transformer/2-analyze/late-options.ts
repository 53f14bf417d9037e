import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { skipWrappers } from "../syntax/node-tests.ts";
import { type Binding, createScopes } from "../syntax/scopes.ts";
import type { SyntaxApi } from "../types.ts";
import type { OptionReading } from "./context.ts";
import { foreignWords, isTypeAround, parameterNames } from "./option-names.ts";
import { printOnOneLine, substitute } from "./option-text.ts";

/** An expression for run time: its names are looked up where the function is declared. */
export function readLate(reading: OptionReading, name: string, property: ts.ObjectLiteralElementLike): void {
  const { api, parsed, resolved } = reading;
  const node = api.isPropertyAssignment(property) ? property.initializer : property;
  reportForeignWords(reading, node);
  const replacements = resolveNames(reading, node);
  if (api.isShorthandPropertyAssignment(property)) {
    resolved.dynamic.push({ name, text: replacements[0]?.text ?? property.name.text });
    resolved.expressions.push(property.name);
    return;
  }
  const text = substitute(parsed, node, replacements);
  const printed = printOnOneLine(api, api.isPropertyAssignment(property) ? text : `({ ${text} }).${name}`);
  resolved.dynamic.push({ name, text: printed });
  resolved.expressions.push(node as ts.Expression);
}

/** `this`, `await` and others, which mean something only inside of a function. */
function reportForeignWords({ api, parsed, spanOf, report }: OptionReading, node: ts.Node): void {
  for (const word of foreignWords(api, node)) {
    const text = /^\w+/.exec(word.getText(parsed))?.[0] ?? "";
    const message = `\`${text}\` means nothing in options, which are read outside of any function.`;
    const at = { ...spanOf(word), length: text.length };
    report(DIAGNOSTICS.unsupportedOption(at, message, "Name a constant that holds the value."));
  }
}

/** Finds what each name stands for. Gives back what must be written in the place of imported names. */
function resolveNames(reading: OptionReading, node: ts.Node): { node: ts.Node; text: string }[] {
  const { api, parsed, scopes, declaredAt, spanOf, report, resolved } = reading;
  const replacements: { node: ts.Node; text: string }[] = [];
  for (const { name, identifier } of createScopes(api, parsed).freeReferences(node)) {
    const binding = scopes.resolve(name, declaredAt);
    if (!binding) {
      reportUnbound(reading, name, identifier);
      continue;
    }
    resolved.mentioned.push(binding.nameNode);
    const declaration = importOf(api, binding.declaration);
    if (binding.import?.typeOnly || isConstEnum(api, binding)) {
      const message = `\`${name}\` has no value at run time here.`;
      const fix = "Import it as a value, or write the value itself.";
      report(DIAGNOSTICS.unsupportedOption(spanOf(identifier), message, fix));
    } else if (binding.import && api.isImportDeclaration(declaration)) {
      const text = namespaceMember(reading, declaration, binding);
      const isNamespace = binding.import.imported === "*";
      replacements.push({ node: identifier, text: isNamespace ? text : known(reading, identifier, text, name) });
    } else {
      resolved.references.set(name, binding.nameNode);
      if (alwaysHasValue(api, binding)) {
        if (isReadAtOnce(api, identifier))
          replacements.push({ node: identifier, text: `${reading.prefix}.initialised(${name}, "${name}")` });
      } else if (isComputed(api, binding))
        replacements.push({ node: identifier, text: known(reading, identifier, name, name) });
      if (!api.isSourceFile(binding.scope)) resolved.atModuleLevel = false;
    }
  }
  return replacements;
}

/** A value that may be `undefined` for good, and that is not given as long as its module may not have come to it. */
function known(
  { api, prefix, resolved }: OptionReading,
  identifier: ts.Identifier,
  text: string,
  name: string,
): string {
  if (!isReadAtOnce(api, identifier)) return text;
  resolved.mayBeEarly = true;
  return `${knownName(prefix)}(${text}, "${name}")`;
}

/** What the options call to ask for such a value. */
export const knownName = (prefix: string): string => `${prefix}$known`;

/** `const TTL = limits()`: it has its value once its module has come to it, whatever that is. */
function isComputed(api: SyntaxApi, { declaration, writes }: Binding): boolean {
  return api.isVariableDeclaration(declaration) && writes.length === 0;
}

/** Whether a name is read when the options are, not by a function of theirs later. */
function isReadAtOnce(api: SyntaxApi, identifier: ts.Identifier): boolean {
  for (let node: ts.Node = identifier; node; node = node.parent) if (api.isFunctionLike(node)) return false;
  return true;
}

/** `const TTL = "1h"`: `undefined` can only mean that a bundler, which made it a `var`, has not come to it yet. */
function alwaysHasValue(api: SyntaxApi, { declaration, writes }: Binding): boolean {
  if (api.isClassDeclaration(declaration) || api.isEnumDeclaration(declaration)) return true;
  if (!api.isVariableDeclaration(declaration) || !declaration.initializer || writes.length > 0) return false;
  const value = skipWrappers(api, declaration.initializer);
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
function reportUnbound(reading: OptionReading, name: string, identifier: ts.Identifier): void {
  const { api, declaredAt, spanOf, report } = reading;
  const at = spanOf(identifier);
  if (parameterNames(api, declaredAt).has(name)) {
    const message = `\`${name}\` is a parameter, but options are read where the function is declared.`;
    report(DIAGNOSTICS.unsupportedOption(at, message, "Name a constant outside of the function."));
  } else if (isTypeAround(api, name, declaredAt)) {
    const message = `\`${name}\` has no value at run time here.`;
    report(DIAGNOSTICS.unsupportedOption(at, message, "Write the value itself."));
  }
}

/** `limit` from `import { limit } from "./limits"` → `__cachet$i0.limit` */
function namespaceMember(
  { aliasOf, resolved }: OptionReading,
  declaration: ts.ImportDeclaration,
  binding: Binding,
): string {
  const alias = aliasOf(declaration);
  const specifier = (declaration.moduleSpecifier as ts.StringLiteral).text;
  if (!resolved.imports.some((known) => known.declaration === declaration))
    resolved.imports.push({ declaration, specifier, alias });
  const imported = binding.import?.imported ?? "*";
  return imported === "*" ? alias : `${alias}.${imported}`;
}

function importOf(api: SyntaxApi, node: ts.Node): ts.Node {
  let at = node;
  while (at.parent && !api.isImportDeclaration(at) && !api.isStatement(at)) at = at.parent;
  return at;
}

function isConstEnum(api: SyntaxApi, binding: Binding): boolean {
  const modifiers = api.isEnumDeclaration(binding.declaration) ? binding.declaration.modifiers : undefined;
  return modifiers?.some((modifier) => modifier.kind === api.SyntaxKind.ConstKeyword) ?? false;
}
