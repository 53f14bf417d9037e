import type ts from "typescript";
import type { Capture } from "../syntax/captures.ts";
import { boundNames } from "../syntax/node-tests.ts";
import type { Binding, Scopes } from "../syntax/scopes.ts";
import type { FunctionNode, KeyPart, SyntaxApi } from "../types.ts";
import type { Analysis } from "./context.ts";
import type { MemberRead, MembersRead } from "./member-reads.ts";

/** What makes the key parts of one function. */
interface KeyInput {
  node: FunctionNode;
  receiver: string | undefined;
  captures: readonly Capture[];
  members: MembersRead;
  /** The options that the mark has. */
  made: ReadonlySet<string>;
}

/**
 * What a call is keyed by, in order: the receiver where it counts by value, parameters (destructured ones by their
 * bound names, after defaults; others by the members that the function reads, where it does nothing else with them),
 * `arguments` where the body reads it, captures. Names that start with `_` are left out. What the option `key` gives
 * stands for all arguments, and rules of `hashFuncs` see whole ones.
 */
export function keyParts(analysis: Analysis, { node, receiver, captures, members, made }: KeyInput): KeyPart[] {
  const { api, scopes, prefix, captureHelper = `${prefix}.capture` } = analysis;
  const parts: KeyPart[] = receiver === "value" ? [{ label: "this", text: "this" }] : [];
  if (made.has("key")) parts.push({ label: "key()", text: argumentsOfKey(api, scopes, node), from: "key" });
  else parts.push(...argumentParts(analysis, node, members));
  for (const { binding } of captures) parts.push(capturePart(api, node, binding, captureHelper));
  if (made.has("context")) parts.push({ label: "context()", text: "", from: "context" });
  return parts;
}

function argumentParts({ api, scopes, prefix }: Analysis, node: FunctionNode, members: MembersRead): KeyPart[] {
  const parts: KeyPart[] = [];
  const parameters = ownParameters(api, node);
  for (const parameter of parameters) {
    const primitive: Pick<KeyPart, "isPrimitive"> = isPrimitiveParameter(api, parameter) ? { isPrimitive: true } : {};
    const reads = members.get(parameter);
    if (reads) parts.push(...memberParts(parameter.name.getText(), reads, prefix));
    else
      for (const name of boundNames(api, parameter.name))
        if (!name.startsWith("_")) parts.push({ label: name, text: name, ...primitive });
  }
  if (scopes.usesArguments(node)) parts.push(argumentsPart(api, node, parameters));
  return parts;
}

/**
 * `options.page` for a parameter that is only read by member. Where there is nothing to read from, the first part says
 * so: the function throws then, or doesn't get that far.
 */
function memberParts(parameter: string, reads: readonly MemberRead[], prefix: string): KeyPart[] {
  const mayThrow = reads.some(({ isOptional }) => !isOptional);
  const counted = reads.filter(({ name }) => !name.startsWith("_"));
  return counted.map(({ access }, index) => {
    const read = `${parameter}${access.startsWith(".") ? "?" : "?."}${access}`;
    const text = mayThrow && index === 0 ? `${parameter} == null ? ${prefix}.MISS : ${parameter}${access}` : read;
    return { label: `${parameter}${access}`, text };
  });
}

const ownParameters = (api: SyntaxApi, node: FunctionNode): ts.ParameterDeclaration[] =>
  node.parameters.filter((parameter) => !isThisParameter(api, parameter));

/** The arguments as the option `key` sees them: with defaults, and whole where the function takes them apart. */
function argumentsOfKey(api: SyntaxApi, scopes: Scopes, node: FunctionNode): string {
  if (api.isArrowFunction(node)) return argumentList(api, node);
  const parameters = ownParameters(api, node);
  const texts = parameters.map(({ name, dotDotDotToken }, i) => {
    if (dotDotDotToken) return `...[...arguments].slice(${i})`;
    return api.isIdentifier(name) ? name.text : `arguments[${i}]`;
  });
  const isOpen = scopes.usesArguments(node) && !parameters.some(({ dotDotDotToken }) => dotDotDotToken);
  return `[${(isOpen ? [...texts, `...[...arguments].slice(${texts.length})`] : texts).join(", ")}]`;
}

/** `id: number`, `name?: string | null`: as it is written, since types are not looked up. */
function isPrimitiveParameter(api: SyntaxApi, { type, name, dotDotDotToken }: ts.ParameterDeclaration): boolean {
  return type !== undefined && dotDotDotToken === undefined && api.isIdentifier(name) && isPrimitiveType(api, type);
}

export function isPrimitiveType(api: SyntaxApi, type: ts.TypeNode): boolean {
  if (api.isParenthesizedTypeNode(type)) return isPrimitiveType(api, type.type);
  if (api.isUnionTypeNode(type)) return type.types.every((each) => isPrimitiveType(api, each));
  const { StringKeyword, NumberKeyword, BooleanKeyword, BigIntKeyword, UndefinedKeyword } = api.SyntaxKind;
  const keywords: ts.SyntaxKind[] = [StringKeyword, NumberKeyword, BooleanKeyword, BigIntKeyword, UndefinedKeyword];
  return api.isLiteralTypeNode(type) || api.isTemplateLiteralTypeNode(type) || keywords.includes(type.kind);
}

export function isThisParameter(api: SyntaxApi, parameter: ts.ParameterDeclaration): boolean {
  return api.isIdentifier(parameter.name) && parameter.name.text === "this";
}

/**
 * The call's arguments as an array expression, for whoever needs to see or repeat the call. Patterns are written back
 * from the names they bound: `{ a, b: [c] }` → `{ a: a, b: [c] }`.
 */
export function argumentList(api: SyntaxApi, node: FunctionNode): string {
  if (!api.isArrowFunction(node)) return "[...arguments]";
  const texts = node.parameters.map(
    (parameter) => `${parameter.dotDotDotToken ? "..." : ""}${rebuilt(api, parameter.name)}`,
  );
  return `[${texts.join(", ")}]`;
}

function rebuilt(api: SyntaxApi, name: ts.BindingName): string {
  if (api.isIdentifier(name)) return name.text;
  if (api.isArrayBindingPattern(name)) {
    const items = name.elements.map((element) =>
      api.isOmittedExpression(element)
        ? "void 0"
        : `${element.dotDotDotToken ? "..." : ""}${rebuilt(api, element.name)}`,
    );
    return `[${items.join(", ")}]`;
  }
  const properties = name.elements.map((element) => {
    if (element.dotDotDotToken) return `...${rebuilt(api, element.name)}`;
    const key = element.propertyName ?? (element.name as ts.Identifier);
    return `${key.getText()}: ${rebuilt(api, element.name)}`;
  });
  return `({ ${properties.join(", ")} })`;
}

/** `arguments` shows how many were passed, so it counts as a whole; excluded parameters stay excluded. */
function argumentsPart(api: SyntaxApi, node: FunctionNode, parameters: readonly ts.ParameterDeclaration[]): KeyPart {
  const excluded = parameters
    .map((parameter, index) => ({ parameter, index }))
    .filter(({ parameter }) => api.isIdentifier(parameter.name) && parameter.name.text.startsWith("_"));
  const own = !api.isArrowFunction(node) && excluded.length > 0;
  const rest = excluded.find(({ parameter }) => parameter.dotDotDotToken);
  const tests = excluded.map(({ index, parameter }) =>
    parameter === rest?.parameter ? `i >= ${index}` : `i === ${index}`,
  );
  const text = own ? `[...arguments].map((v, i) => (${tests.join(" || ")}) ? null : v)` : "[...arguments]";
  return { label: "arguments", text };
}

/** A `let` or `const` may still be uninitialised when the function is called; reading it then must not throw. */
function capturePart(api: SyntaxApi, node: FunctionNode, binding: Binding, captureHelper: string): KeyPart {
  const declaredBefore = !api.isFunctionDeclaration(node) && binding.declaration.end <= node.pos;
  const certain = declaredBefore || binding.kind === "param" || binding.kind === "var" || binding.kind === "catch";
  const { name } = binding;
  return { label: name, text: certain ? name : `${captureHelper}(() => ${name})` };
}

/** Parameters that the body declares again with `var` and not as a function: `function f(x) { var x = x || 1; … }`. */
export function redeclaredParameters(api: SyntaxApi, node: FunctionNode): string[] {
  if (!node.body || !api.isBlock(node.body)) return [];
  const names = new Set(node.parameters.flatMap((parameter) => boundNames(api, parameter.name)));
  const found = new Set<string>();
  const functions = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (api.isFunctionDeclaration(child) && child.parent === node.body && child.name) functions.add(child.name.text);
    if (api.isFunctionLike(child) || api.isClassLike(child)) return;
    if (api.isVariableDeclarationList(child) && !(child.flags & api.NodeFlags.BlockScoped)) {
      for (const declaration of child.declarations) {
        for (const name of boundNames(api, declaration.name)) if (names.has(name)) found.add(name);
      }
    }
    api.forEachChild(child, visit);
  };
  api.forEachChild(node.body, visit);
  return [...found].filter((name) => !functions.has(name));
}
