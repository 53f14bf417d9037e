import type ts from "typescript";
import { optionRow } from "../../runtime/options/option-table.ts";
import { findTarget, type MarkTarget } from "../1-marks/mark-target.ts";
import { isRewritten } from "../4-rewrite/recognise.ts";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { appendExport, removeMark, tagSpan } from "../fixes.ts";
import { findCaptures } from "../syntax/captures.ts";
import { outermostWrapper } from "../syntax/node-tests.ts";
import type { CachedFunction, FunctionNode, Mark, SyntaxApi } from "../types.ts";
import type { Analysis } from "./context.ts";
import { argumentList, keyParts, redeclaredParameters } from "./key-parts.ts";
import { keyWarnings } from "./key-warnings.ts";
import { resolveOptions } from "./mark-options.ts";
import { type MembersRead, membersRead } from "./member-reads.ts";
import { checkCombinations, declaresPromise } from "./option-conflicts.ts";
import { signalParameters } from "./signal-parameters.ts";

/** From marks to cached functions: what each is called, keyed by and allowed to do. Changes nothing. */
export function analyze(analysis: Analysis, marks: Mark[]): CachedFunction[] {
  const { api, source, diagnostics } = analysis;
  const taken = new Map<FunctionNode, Mark>();
  const functions: CachedFunction[] = [];
  const ids = new Map<string, number>();
  const aliases = new Map<ts.ImportDeclaration, string>();
  const aliasOf = (declaration: ts.ImportDeclaration) => {
    const known = aliases.get(declaration) ?? `${analysis.prefix}$i${aliases.size}`;
    aliases.set(declaration, known);
    return known;
  };
  for (const mark of marks) {
    // Compiled output keeps its comments, and a second rewrite would wrap what is wrapped.
    if (isRewritten(api, mark, findTarget(api, mark, () => {})?.node.body)) continue;
    const target = findTarget(api, mark, diagnostics.add);
    if (!target) continue;
    const other = taken.get(target.node);
    if (other) {
      const remove = removeMark(source.sourceFile.text, mark);
      diagnostics.add(DIAGNOSTICS.twoMarks(tagSpan(mark), other.tag, remove));
      continue;
    }
    taken.set(target.node, mark);
    if (!source.isModule) {
      diagnostics.add(DIAGNOSTICS.script(tagSpan(mark), appendExport(source.sourceFile.text)));
      continue;
    }
    functions.push(analyzeFunction(analysis, mark, target, ids, aliasOf));
  }
  return functions;
}

function analyzeFunction(
  analysis: Analysis,
  mark: Mark,
  { node, attachment }: MarkTarget,
  ids: Map<string, number>,
  aliasOf: (declaration: ts.ImportDeclaration) => string,
): CachedFunction {
  const { api, source, scopes, diagnostics } = analysis;
  const name = qualifiedName(api, node);
  const options = resolveOptions({
    api,
    mark,
    scopes,
    declaredAt: node,
    aliasOf,
    prefix: analysis.prefix,
    report: diagnostics.add,
  });
  const { this: receiverOption, codeHash, version, ...rest } = options.static;
  const isAsync = node.modifiers?.some((modifier) => modifier.kind === api.SyntaxKind.AsyncKeyword) ?? false;
  const isGenerator = node.asteriskToken !== undefined;
  const isCached = mark.kind === "data" || mark.kind === "resource";
  const dynamic = new Set(options.dynamic.map((option) => option.name));
  const usesReceiver = scopes.usesThis(node) || scopes.usesSuper(node);
  const receiver = usesReceiver ? ((receiverOption ?? "identity") as "identity" | "value" | "ignore") : undefined;
  checkCombinations(analysis, { mark, node, options, isAsync, isGenerator, ...(receiver && { receiver }) });
  const captured = isCached ? findCaptures(api, scopes, node) : { values: [], code: [] };
  const captures = captured.values;
  for (const { name: hidden } of captures.filter((capture) => capture.hidden)) {
    diagnostics.add(DIAGNOSTICS.hiddenCapture(tagSpan(mark), name, hidden));
  }
  const made = new Set([...dynamic, ...Object.keys(options.static)]);
  const isKeyedByOption = made.has("hashFuncs") || made.has("key");
  const members: MembersRead = isKeyedByOption ? new Map() : membersRead(api, scopes, node);
  const keyed = { node, captures: captured, members, isKeyedByOption };
  for (const warning of isCached ? keyWarnings(api, scopes, keyed) : []) diagnostics.add(warning);
  const signals = isCached ? signalParameters(api, scopes, node, isAsync) : [];
  const parts = isCached ? keyParts(analysis, { node, receiver, captures, members, made }) : [];
  // The runtime looks for a caller's signal among the key parts, which don't have them all.
  const hidesSignal = signals.some(({ name, holds }) => holds === "items" || !parts.some(({ text }) => text === name));
  const twins = (ids.get(name) ?? 0) + 1;
  ids.set(name, twins);
  return {
    kind: mark.kind,
    mark,
    node,
    name,
    id: `${source.fileId}#${name}${twins > 1 ? `~${twins}` : ""}`,
    isAsync,
    isPromised: declaresPromise(node),
    isGenerator,
    isPerInstance: source.isComponent === true,
    signals,
    ...((!isCached || hidesSignal || [...dynamic].some((option) => optionRow(option)?.seesArguments)) && {
      callArguments: argumentList(api, node),
    }),
    parts,
    ...(receiver && { receiver }),
    options: { ...options, static: rest },
    // What it changes is known by its options: no result of it is kept, so nothing it reaches counts.
    codeHash: (mark.kind === "clears" ? "own" : (codeHash ?? "deep")) as "deep" | "own",
    ...(version !== undefined && { version: version as string | number }),
    attachment,
    redeclared: redeclaredParameters(api, node),
    awaits: isAsync && source.platform === "browser" && mark.kind !== "clears" ? ownAwaits(api, node) : [],
  };
}

/** From the inside out: of `await await x` the second one first. */
function ownAwaits(api: SyntaxApi, fn: FunctionNode): CachedFunction["awaits"] {
  const found: CachedFunction["awaits"] = [];
  const visit = (node: ts.Node): void => {
    if (api.isFunctionLike(node)) return;
    api.forEachChild(node, visit);
    const waits = api.isForOfStatement(node) && node.awaitModifier !== undefined;
    if (waits || api.isAwaitExpression(node) || api.isYieldExpression(node)) found.push(node);
  };
  if (fn.body) visit(fn.body);
  return found;
}

/** `Repo.get`, `outer.inner`: the names of everything around the function that has one. */
function qualifiedName(api: SyntaxApi, fn: FunctionNode): string {
  const names: string[] = [];
  for (let node: ts.Node = fn; !api.isSourceFile(node); node = node.parent) {
    const name = ownName(api, node);
    if (name !== undefined) names.unshift(name);
  }
  return names.join(".");
}

function ownName(api: SyntaxApi, node: ts.Node): string | undefined {
  if (api.isExportAssignment(node)) return "default";
  if (api.isFunctionDeclaration(node) || api.isClassDeclaration(node)) return node.name?.text ?? "default";
  if (api.isFunctionExpression(node) || api.isClassExpression(node))
    return isHeld(api, node) ? undefined : node.name?.text;
  if (api.isConstructorDeclaration(node)) return "constructor";
  const held =
    api.isVariableDeclaration(node) ||
    api.isModuleDeclaration(node) ||
    api.isClassElement(node) ||
    api.isObjectLiteralElement(node);
  if (!held || !node.name) return undefined;
  const { name } = node;
  if (api.isComputedPropertyName(name)) return `[${name.expression.getText().replace(/\s+/g, " ")}]`;
  return api.isObjectBindingPattern(name) || api.isArrayBindingPattern(name) ? undefined : name.text;
}

/** `const load = function inner() {}`: the variable's name is what people know it by. */
function isHeld(api: SyntaxApi, node: ts.Node): boolean {
  const outer = outermostWrapper(api, node);
  const { parent } = outer;
  return (
    api.isVariableDeclaration(parent) ||
    api.isPropertyAssignment(parent) ||
    api.isPropertyDeclaration(parent) ||
    api.isExportAssignment(parent)
  );
}
