import type ts from "typescript";
import { isWrapper, isWriteTarget } from "../../syntax/node-tests.ts";
import type { Binding, Scopes } from "../../syntax/scopes.ts";
import type { TypeScript } from "../../types.ts";

/** What a file does to one of its names beside declaring it. */
export interface Mutations {
  /** Statements and declarations at module level that change the value: they count like the declaration. */
  parts: ts.Node[];
  /** The first place where a function changes it at run time, which no hash can see. */
  mutatedAt?: ts.Node;
}

const MUTATORS = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append".split(" "),
);

/** Calls that only read their arguments, as far as their own doing goes. */
const READERS =
  /^(?:Object\.(?:keys|values|entries|freeze|fromEntries|hasOwn)|Array\.(?:from|isArray)|JSON\.\w+|Map|Set|String|Number|Boolean|BigInt|Symbol|Math\.\w+|structuredClone|console\.\w+|Promise\.\w+)$/;

const CHANGERS =
  /^(?:Object\.(?:assign|definePropert(?:y|ies)|setPrototypeOf)|Reflect\.(?:set|defineProperty|deleteProperty|setPrototypeOf))$/;

/**
 * Finds what else makes a module-level name what it is: `table.x = 1`, `helper.cache = new Map()`,
 * `Foo.prototype.bar = …`, `dayjs.extend(utc)`, `routes.push(r)`, `register(table)`. In doubt a statement
 * counts; a call in another name's initialiser counts only where a plain object is handed to it.
 */
export function findMutations(api: TypeScript, scopes: Scopes, binding: Binding): Mutations {
  const known = effectsByBinding.get(binding);
  if (known) return known;
  const effects = collectEffects(api, scopes, binding);
  effectsByBinding.set(binding, effects);
  return effects;
}

const effectsByBinding = new WeakMap<Binding, Mutations>();

function collectEffects(api: TypeScript, scopes: Scopes, binding: Binding): Mutations {
  const parts = new Set<ts.Node>();
  let mutatedAt: ts.Node | undefined;
  for (const { use, change } of changesOf(api, scopes, binding)) {
    const part = moduleLevelPart(api, use);
    const isCertain = change === "certain";
    if (!part) {
      if (isCertain && isPlainConstant(api, binding)) mutatedAt ??= use;
    } else if (isCertain || !isDeclaration(api, part) || isPlainConstant(api, binding)) parts.add(part);
  }
  return { parts: [...parts], ...(mutatedAt && { mutatedAt }) };
}

interface ChangingUse {
  use: ts.Identifier;
  change: NonNullable<Change>;
}

/** References that change the value, under its own name and under those that stand for it or a part of it: `const own = table.own`. */
function changesOf(api: TypeScript, scopes: Scopes, binding: Binding): ChangingUse[] {
  const changes: ChangingUse[] = [];
  const names = new Set([binding]);
  for (const name of names) {
    for (const use of scopes.usesOf(name)) {
      if (name.declarations.some((declaration) => use.pos >= declaration.pos && use.end <= declaration.end)) continue;
      const change = changeBy(api, binding, use);
      if (change === "certain" || (change && name === binding)) changes.push({ use, change });
      for (const other of aliasOf(api, scopes, use)) names.add(other);
    }
  }
  return changes;
}

/** The constant whose whole initialiser is a use, or a member of it. */
function aliasOf(api: TypeScript, scopes: Scopes, use: ts.Identifier): readonly Binding[] {
  const { node } = outermostMember(api, use);
  const { parent } = node;
  if (!api.isVariableDeclaration(parent) || parent.initializer !== node || !api.isIdentifier(parent.name)) return [];
  return scopes.declaredBy(parent).filter(({ kind }) => kind === "const");
}

/** What is asked of a use: `a`, `a.b`, `a.b[c]`, with the name of the last member. */
function outermostMember(api: TypeScript, use: ts.Identifier): { node: ts.Node; member?: string } {
  let node: ts.Node = use;
  let member: string | undefined;
  for (;;) {
    while (isWrapper(api, node.parent)) node = node.parent;
    const { parent } = node;
    if (api.isPropertyAccessExpression(parent) && parent.expression === node) {
      member = parent.name.text;
      node = parent;
    } else if (api.isElementAccessExpression(parent) && parent.expression === node) {
      member = "";
      node = parent;
    } else return { node, ...(member !== undefined && { member }) };
  }
}

type Change = "certain" | "perhaps" | undefined;

/** What a use may do to the value: write into it, call a method of it that may, hand it to somebody who may. */
function changeBy(api: TypeScript, binding: Binding, use: ts.Identifier): Change {
  if (isWriteTarget(api, use)) return "certain";
  const { node, member } = outermostMember(api, use);
  if (node !== use && (isWriteTarget(api, node) || api.isDeleteExpression(node.parent))) return "certain";
  const { parent } = node;
  if (!api.isCallExpression(parent) && !api.isNewExpression(parent)) return undefined;
  if (parent.expression === node) {
    if (member === undefined) return undefined;
    if (MUTATORS.has(member)) return "certain";
    return binding.import || binding.kind !== "function" ? "perhaps" : undefined;
  }
  if (!parent.arguments?.includes(node as ts.Expression)) return undefined;
  const callee = parent.expression.getText();
  if (CHANGERS.test(callee)) return parent.arguments[0] === node ? "certain" : undefined;
  if (
    READERS.test(callee) ||
    binding.kind === "function" ||
    binding.kind === "class" ||
    isFunctionConstant(api, binding)
  ) {
    return undefined;
  }
  return "perhaps";
}

function initializerOf(api: TypeScript, binding: Binding): ts.Node | undefined {
  if (!api.isVariableDeclaration(binding.declaration)) return undefined;
  let node: ts.Node | undefined = binding.declaration.initializer;
  while (node && isWrapper(api, node)) node = node.expression;
  return node;
}

function isFunctionConstant(api: TypeScript, binding: Binding): boolean {
  const node = initializerOf(api, binding);
  return !!node && (api.isArrowFunction(node) || api.isFunctionExpression(node) || api.isClassExpression(node));
}

/** An object, array or collection made on the spot: its content is its own. */
function isPlainConstant(api: TypeScript, binding: Binding): boolean {
  const node = initializerOf(api, binding);
  return (
    !!node && (api.isObjectLiteralExpression(node) || api.isArrayLiteralExpression(node) || api.isNewExpression(node))
  );
}

function isDeclaration(api: TypeScript, node: ts.Node): boolean {
  return api.isVariableDeclaration(node) || api.isClassDeclaration(node) || api.isExportAssignment(node);
}

/** The module-level statement or declaration that runs a node when the module is evaluated; none inside a function. */
function moduleLevelPart(api: TypeScript, use: ts.Node): ts.Node | undefined {
  let declaration: ts.Node | undefined;
  for (let node: ts.Node = use; node.parent; node = node.parent) {
    if (api.isFunctionLike(node) && !isCalledOnTheSpot(api, node)) return undefined;
    if (api.isPropertyDeclaration(node) && !node.modifiers?.some((m) => m.kind === api.SyntaxKind.StaticKeyword)) {
      return undefined;
    }
    if (api.isVariableDeclaration(node)) declaration = node;
    if (api.isSourceFile(node.parent) || api.isModuleBlock(node.parent)) {
      return api.isVariableStatement(node) ? declaration : node;
    }
  }
  return undefined;
}

/** `(() => { … })()`, `names.forEach((name) => { … })`. */
function isCalledOnTheSpot(api: TypeScript, fn: ts.Node): boolean {
  let node = fn;
  while (isWrapper(api, node.parent)) node = node.parent;
  const { parent } = node;
  if (!api.isCallExpression(parent)) return false;
  const { expression } = parent;
  return expression === node || (api.isPropertyAccessExpression(expression) && expression.name.text === "forEach");
}
