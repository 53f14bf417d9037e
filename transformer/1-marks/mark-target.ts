import type ts from "typescript";
import { DIAGNOSTICS } from "../diagnostics.ts";
import { tagSpan } from "../fixes.ts";
import { hasModifier, outermostWrapper, skipWrappers } from "../syntax/node-tests.ts";
import type { Attachment, FunctionNode, Mark, MemberKey, Report, SyntaxApi } from "../types.ts";

/** The function a mark stands on, and how its object can be reached at run time. */
export interface MarkTarget {
  node: FunctionNode;
  attachment: Attachment;
}

/**
 * Finds what a mark stands on. A mark belongs to the innermost declaration whose head (everything up to its name or
 * parameters) contains the comment. Anything that is no function with a body is reported: a mark never does nothing.
 */
export function findTarget(api: SyntaxApi, mark: Mark, report: Report): MarkTarget | undefined {
  const refuse: Refuse = (name, what, fix) => {
    report(DIAGNOSTICS[name](tagSpan(mark), mark.tag, what, fix));
    return undefined;
  };
  const holder = holderOf(api, mark);
  if (!holder) return refuse("notAFunction", "this: no function follows", "Put it right before a function.");
  const target = describe(api, holder, refuse);
  return target && isGeneratorRefused(api, target.node, mark, refuse) ? undefined : target;
}

/** What an async generator gives can be recorded. Nothing else reads a generator but its caller, once. */
function isGeneratorRefused(api: SyntaxApi, node: FunctionNode, { kind }: Mark, refuse: Refuse): boolean {
  if (!node.asteriskToken) return false;
  const isAsync = hasModifier(node, api.SyntaxKind.AsyncKeyword);
  if (isAsync && kind === "data") return false;
  const name = `'${nameText(node.name)}'`;
  if (!isAsync) {
    const fix = "Make it an async generator, return an array, or mark the function that collects it.";
    refuse("generator", `the generator ${name}: its values exist only once`, kind === "data" ? fix : COLLECTED);
  } else {
    const fix = kind === "resource" ? "Use `@cacheData`, which records what it gives." : COLLECTED;
    refuse("generator", `the async generator ${name}: what it gives exists only once`, fix);
  }
  return true;
}

const COLLECTED = "Return an array, or mark the function that collects it.";

type Refuse = (
  name: "notAFunction" | "generator" | "accessor" | "noBody" | "unsupportedPlace",
  what: string,
  fix: string,
) => undefined;

function holderOf(api: SyntaxApi, mark: Mark): ts.Node | undefined {
  for (let node: ts.Node | undefined = mark.token; node && !api.isSourceFile(node); node = node.parent) {
    // `= /** @cacheData */ ((x) => x) as Load`: the comment stands before the parentheses, the function inside.
    const inside = skipWrappers(api, node);
    const head = headEnd(api, inside);
    if (head !== undefined) return mark.comment.end <= head ? inside : undefined;
  }
  return undefined;
}

/** Where a declaration's head ends; undefined for a node that carries no mark of its own. */
function headEnd(api: SyntaxApi, node: ts.Node): number | undefined {
  if (api.isVariableStatement(node)) return node.declarationList.declarations[0]?.getStart();
  if (api.isExportAssignment(node)) return node.expression.getStart();
  if (api.isArrowFunction(node) || api.isFunctionExpression(node))
    return node.name?.getStart() ?? parametersStart(api, node);
  if (api.isConstructorDeclaration(node) || (api.isFunctionDeclaration(node) && !node.name)) return node.parameters.pos;
  if (api.isVariableDeclaration(node) || api.isFunctionDeclaration(node)) return (node.name as ts.Node).getStart();
  if (api.isClassElement(node) || api.isTypeElement(node) || api.isObjectLiteralElement(node)) {
    return node.name?.getStart() ?? node.getStart();
  }
  return api.isStatement(node) && !api.isBlock(node) ? node.getStart() : undefined;
}

/** Behind the `(`; at the name in `x => x`, where the comment belongs to the parameter list. */
function parametersStart(api: SyntaxApi, node: ts.ArrowFunction | ts.FunctionExpression): number {
  const bare = !node.getChildren().some((child) => child.kind === api.SyntaxKind.OpenParenToken);
  return (bare && node.parameters[0]?.getStart()) || node.parameters.pos;
}

function describe(api: SyntaxApi, node: ts.Node, refuse: Refuse): MarkTarget | undefined {
  if (api.isVariableStatement(node)) return describe(api, node.declarationList.declarations[0] as ts.Node, refuse);
  if (api.isFunctionDeclaration(node) || api.isMethodDeclaration(node)) return describeDeclaration(api, node, refuse);
  if (api.isArrowFunction(node) || api.isFunctionExpression(node)) return describeExpression(api, node, refuse);
  if (api.isGetAccessor(node) || api.isSetAccessor(node)) {
    return refuse(
      "accessor",
      `the ${api.isGetAccessor(node) ? "getter" : "setter"} '${nameText(node.name)}'`,
      "Make it a method.",
    );
  }
  if (api.isConstructorDeclaration(node)) {
    return refuse("accessor", "a constructor", "Mark a function that returns the instance.");
  }
  if (api.isMethodSignature(node) || api.isPropertySignature(node)) {
    return refuse("noBody", `the type member '${nameText(node.name)}'`, "Mark the function that implements it.");
  }
  const value = initialValue(api, node);
  if (isAmbient(api, node))
    return refuse("noBody", "an ambient declaration", "Mark the function where it is implemented.");
  const fn = value && skipWrappers(api, value);
  if (fn && (api.isArrowFunction(fn) || api.isFunctionExpression(fn))) return describeExpression(api, fn, refuse);
  const fix = "It marks a function: a declaration, a method, or a variable or property that holds a function literal.";
  return refuse("notAFunction", describeNode(api, node), fix);
}

function initialValue(api: SyntaxApi, node: ts.Node): ts.Expression | undefined {
  if (api.isVariableDeclaration(node) || api.isPropertyDeclaration(node) || api.isPropertyAssignment(node))
    return node.initializer;
  return api.isExportAssignment(node) ? node.expression : undefined;
}

function describeDeclaration(
  api: SyntaxApi,
  node: ts.FunctionDeclaration | ts.MethodDeclaration,
  refuse: Refuse,
): MarkTarget | undefined {
  const implementation = node.body && !isAmbient(api, node) ? node : implementationOf(api, node);
  if (!implementation) {
    const what =
      api.isMethodDeclaration(node) && isAbstract(api, node) ? "an abstract method" : "a function without a body";
    return refuse("noBody", `${what} ('${nameText(node.name)}')`, "Mark the function that implements it.");
  }
  const attachment = api.isMethodDeclaration(implementation)
    ? memberAttachment(api, implementation)
    : functionAttachment(api, implementation);
  return { node: implementation, attachment };
}

function functionAttachment(api: SyntaxApi, node: ts.FunctionDeclaration): Attachment {
  if (!node.name) return { type: "anonymous-default" };
  const container = node.parent as Extract<Attachment, { type: "declaration" }>["container"];
  // A labelled function or one directly under `if` has no list of statements to stand in; strict code forbids both.
  return api.isSourceFile(container) ||
    api.isBlock(container) ||
    api.isModuleBlock(container) ||
    api.isCaseOrDefaultClause(container)
    ? { type: "declaration", name: node.name.text, container }
    : { type: "declaration", name: node.name.text, container: node.getSourceFile() };
}

function memberAttachment(api: SyntaxApi, node: ts.MethodDeclaration): Attachment {
  const key = memberKey(api, node.name);
  if (api.isObjectLiteralExpression(node.parent)) return { type: "object-member", owner: node.parent, key };
  return {
    type: "class-member",
    owner: node.parent as ts.ClassLikeDeclaration,
    key,
    isStatic: hasModifier(node, api.SyntaxKind.StaticKeyword),
  };
}

function memberKey(api: SyntaxApi, name: ts.PropertyName): MemberKey {
  if (api.isPrivateIdentifier(name)) return { type: "private", name: name.text };
  if (!api.isComputedPropertyName(name)) return { type: "named", name: name.text };
  const { expression } = name;
  return api.isStringLiteralLike(expression)
    ? { type: "named", name: expression.text }
    : { type: "computed", expression };
}

function describeExpression(
  api: SyntaxApi,
  node: ts.ArrowFunction | ts.FunctionExpression,
  refuse: Refuse,
): MarkTarget | undefined {
  const outer = outermostWrapper(api, node);
  const holder = outer.parent;
  const named = (name?: string): MarkTarget => ({
    node,
    attachment: { type: "expression", ...(!node.name && name !== undefined && { name }) },
  });
  if (api.isVariableDeclaration(holder) && holder.initializer === outer && api.isIdentifier(holder.name))
    return named(holder.name.text);
  if (api.isExportAssignment(holder)) return named(holder.isExportEquals ? undefined : "default");
  if ((api.isPropertyDeclaration(holder) || api.isPropertyAssignment(holder)) && holder.initializer === outer) {
    const key = memberKey(api, holder.name);
    if (key.type !== "computed") return named(key.name);
    return { node, attachment: { type: "expression", ...(!node.name && { computed: key.expression }) } };
  }
  const fix = "Give it a name first: const load = () => …, with the mark before that.";
  return refuse(
    "unsupportedPlace",
    "a function that is neither declared nor held by a variable, property or field",
    fix,
  );
}

function implementationOf<T extends ts.FunctionDeclaration | ts.MethodDeclaration>(
  api: SyntaxApi,
  node: T,
): T | undefined {
  if (isAmbient(api, node) || hasModifier(node, api.SyntaxKind.AbstractKeyword)) return undefined;
  const parent = node.parent as { statements?: readonly ts.Node[]; members?: readonly ts.Node[] };
  const name = node.name ? nameText(node.name) : undefined;
  return (parent.statements ?? parent.members)?.find(
    (other): other is T =>
      other.kind === node.kind &&
      (other as T).body !== undefined &&
      ((other as T).name ? nameText((other as T).name as ts.Node) : undefined) === name &&
      hasModifier(other, api.SyntaxKind.StaticKeyword) === hasModifier(node, api.SyntaxKind.StaticKeyword),
  );
}

function isAmbient(api: SyntaxApi, node: ts.Node): boolean {
  for (let at: ts.Node = node; at && !api.isSourceFile(at); at = at.parent)
    if (hasModifier(at, api.SyntaxKind.DeclareKeyword)) return true;
  return node.getSourceFile().isDeclarationFile;
}

function isAbstract(api: SyntaxApi, node: ts.Node): boolean {
  return hasModifier(node, api.SyntaxKind.AbstractKeyword);
}

function nameText(name: ts.Node | undefined): string {
  return name?.getText() ?? "default";
}

function describeNode(api: SyntaxApi, node: ts.Node): string {
  if (api.isClassDeclaration(node)) return `the class '${nameText(node.name)}'`;
  if (api.isVariableDeclaration(node) || api.isPropertyDeclaration(node) || api.isPropertyAssignment(node)) {
    return `'${nameText(node.name)}', which holds no function literal`;
  }
  if (api.isInterfaceDeclaration(node) || api.isTypeAliasDeclaration(node)) return `the type '${nameText(node.name)}'`;
  if (api.isEnumDeclaration(node)) return `the enum '${nameText(node.name)}'`;
  return "something that is no function";
}
