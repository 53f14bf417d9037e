import type ts from "typescript";
import type { Edit, FunctionNode, TypeScript } from "../types.ts";
import { directiveCount } from "./emit-text.ts";

/** Stands for the original node in a parsed snippet. */
const HOLE = "__CACHET_HOLE__";

type EditOf<T extends Edit["type"]> = Extract<Edit, { type: T }>;

/**
 * The same edits → nodes, for `tsc`: each inserted text is parsed, stripped of positions and grafted around the
 * original node, which keeps its own. So source maps, type checks and the import elision of the original code hold.
 */
export function emitAst(
  api: TypeScript,
  context: ts.TransformationContext,
  sourceFile: ts.SourceFile,
  edits: Edit[],
): ts.SourceFile {
  const byNode = new Map<ts.Node, Edit[]>();
  for (const edit of edits) byNode.set(edit.node, [...(byNode.get(edit.node) ?? []), edit]);
  const graft = new Graft(api, context, generatedNames(context, edits));
  const visit = (node: ts.Node): ts.VisitResult<ts.Node> => {
    const visited = api.visitEachChild(node, visit, context);
    const own = byNode.get(node);
    if (!own) return visited;
    const behind = own.flatMap((edit) =>
      edit.type === "append-statement" ? graft.statements(edit.text, undefined, edit.references) : [],
    );
    // A class can be the whole body of an arrow function: what goes into it comes before what goes around it.
    own.sort((a, b) => Number(b.type === "append-members") - Number(a.type === "append-members"));
    const changed = own.reduce<ts.Node>((result, edit) => applyEdit(api, context, graft, node, result, edit), visited);
    return behind.length > 0 ? [changed, ...behind] : changed;
  };
  const visited = api.visitEachChild(sourceFile, visit, context);
  const own = byNode.get(sourceFile) ?? [];
  return own.reduce(
    (result, edit) => applyEdit(api, context, graft, sourceFile, result, edit) as ts.SourceFile,
    visited,
  );
}

function applyEdit(
  api: TypeScript,
  context: ts.TransformationContext,
  graft: Graft,
  original: ts.Node,
  node: ts.Node,
  edit: Edit,
): ts.Node {
  switch (edit.type) {
    case "wrap-body":
      return wrapBody(api, context, graft, original as ts.ConciseBody, node as ts.ConciseBody, edit);
    case "wrap-expression":
      return wrapExpression(api, graft, node as ts.Expression, edit);
    case "prepend-statements":
      return prependStatements(
        api,
        context,
        graft,
        node as ts.SourceFile | ts.Block | ts.ModuleBlock | ts.CaseOrDefaultClause,
        edit,
      );
    case "append-members":
      return appendMembers(api, context, graft, node as ts.ClassLikeDeclaration, edit);
    case "make-plain":
      return makePlain(api, context, node as FunctionNode, edit);
    case "name-declaration":
      return nameDeclaration(api, context, graft, node as ts.FunctionDeclaration | ts.ClassDeclaration, edit);
    case "append-statement":
      return node;
  }
}

function wrapBody(
  api: TypeScript,
  context: ts.TransformationContext,
  graft: Graft,
  original: ts.ConciseBody,
  body: ts.ConciseBody,
  { before, after }: EditOf<"wrap-body">,
): ts.Block {
  const { factory } = context;
  if (!api.isBlock(body)) {
    const statements = graft.statements(`${before}{ return ${HOLE}; }${after}`, body);
    return api.setTextRange(factory.createBlock(statements, false), original);
  }
  const count = directiveCount(api, body.statements);
  const inner = factory.createBlock(
    api.setTextRange(factory.createNodeArray(body.statements.slice(count)), body.statements),
    true,
  );
  const statements = graft.statements(`${before}${HOLE}${after}`, api.setTextRange(inner, body));
  for (const statement of statements) standInFor(api, statement, original);
  return api.setTextRange(factory.createBlock([...body.statements.slice(0, count), ...statements], true), original);
}

/** An older target needs help for \`super\` in a generator, and the compiler looks at the original for whether one has it. */
function standInFor(api: TypeScript, node: ts.Node, original: ts.Node): void {
  if (api.isMethodDeclaration(node) && node.asteriskToken) api.setOriginalNode(node, original.parent);
  else if (!api.isBlock(node)) api.forEachChild(node, (child) => standInFor(api, child, original));
}

function wrapExpression(
  api: TypeScript,
  graft: Graft,
  node: ts.Expression,
  edit: EditOf<"wrap-expression">,
): ts.Expression {
  const [statement] = graft.statements(`(${edit.before}${HOLE}${edit.after})`, node, edit.references);
  const expression = ((statement as ts.ExpressionStatement).expression as ts.ParenthesizedExpression).expression;
  if (edit.pure)
    api.addSyntheticLeadingComment(expression, api.SyntaxKind.MultiLineCommentTrivia, " @__PURE__ ", false);
  return expression;
}

function prependStatements(
  api: TypeScript,
  { factory }: ts.TransformationContext,
  graft: Graft,
  node: ts.SourceFile | ts.Block | ts.ModuleBlock | ts.CaseOrDefaultClause,
  edit: EditOf<"prepend-statements">,
): ts.Node {
  const count = api.isCaseOrDefaultClause(node) ? 0 : directiveCount(api, node.statements);
  const added = graft.statements(edit.text, undefined, edit.references);
  const all = [...node.statements.slice(0, count), ...added, ...node.statements.slice(count)];
  const statements = api.setTextRange(factory.createNodeArray(all), node.statements);
  if (api.isSourceFile(node)) return factory.updateSourceFile(node, statements);
  if (api.isModuleBlock(node)) return factory.updateModuleBlock(node, statements);
  if (api.isBlock(node)) return factory.updateBlock(node, statements);
  return api.isCaseClause(node)
    ? factory.updateCaseClause(node, node.expression, statements)
    : factory.updateDefaultClause(node, statements);
}

function appendMembers(
  api: TypeScript,
  { factory }: ts.TransformationContext,
  graft: Graft,
  node: ts.ClassLikeDeclaration,
  edit: EditOf<"append-members">,
): ts.Node {
  const [holder] = graft.statements(`class _ { ${edit.text} }`, undefined, edit.references);
  const added = (holder as ts.ClassDeclaration).members;
  const members = api.setTextRange(factory.createNodeArray([...node.members, ...added]), node.members);
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return api.isClassDeclaration(node)
    ? factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members)
    : factory.updateClassExpression(node, modifiers, name, typeParameters, heritageClauses, members);
}

/** A plain function in the place of an `async function*`. */
function makePlain(
  api: TypeScript,
  { factory }: ts.TransformationContext,
  node: FunctionNode,
  { usesSuper }: EditOf<"make-plain">,
): ts.Node {
  const all = node.modifiers?.filter(({ kind }) => kind !== api.SyntaxKind.AsyncKeyword);
  const { typeParameters: types, parameters, type } = node;
  if (api.isMethodDeclaration(node)) {
    const { name, questionToken, body } = node;
    const plain = factory.updateMethodDeclaration(
      node,
      all,
      undefined,
      name,
      questionToken,
      types,
      parameters,
      type,
      body,
    );
    // Else an older target looks for the help with `super` in here.
    return usesSuper ? api.setOriginalNode(plain, undefined) : plain;
  }
  if (api.isFunctionDeclaration(node))
    return factory.updateFunctionDeclaration(node, all, undefined, node.name, types, parameters, type, node.body);
  const modifiers = all as ts.Modifier[] | undefined;
  const { name, body } = node as ts.FunctionExpression;
  const expression = node as ts.FunctionExpression;
  return factory.updateFunctionExpression(expression, modifiers, undefined, name, types, parameters, type, body);
}

function nameDeclaration(
  api: TypeScript,
  { factory }: ts.TransformationContext,
  graft: Graft,
  node: ts.FunctionDeclaration | ts.ClassDeclaration,
  edit: EditOf<"name-declaration">,
): ts.Node {
  const name = graft.identifier(edit.name);
  if (api.isClassDeclaration(node)) {
    const { modifiers, typeParameters, heritageClauses, members } = node;
    return factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
  }
  const { modifiers, asteriskToken, typeParameters, parameters, type, body } = node;
  return factory.updateFunctionDeclaration(
    node,
    modifiers,
    asteriskToken,
    name,
    typeParameters,
    parameters,
    type,
    body,
  );
}

/**
 * TypeScript itself names `export default function () {}` in CommonJS output, by the original node. What is declared gets
 * that very name, whatever the plan calls it.
 */
function generatedNames({ factory }: ts.TransformationContext, edits: Edit[]): Map<string, () => ts.Identifier> {
  const named = edits.filter((edit) => edit.type === "name-declaration");
  return new Map(named.map((edit) => [edit.name, () => factory.getGeneratedNameForNode(edit.node)]));
}

/** Turns text into nodes without positions and puts the original node where the hole is. */
class Graft {
  readonly #api: TypeScript;
  readonly #context: ts.TransformationContext;
  readonly #names: Map<string, () => ts.Identifier>;

  constructor(api: TypeScript, context: ts.TransformationContext, names: Map<string, () => ts.Identifier>) {
    this.#api = api;
    this.#context = context;
    this.#names = names;
  }

  identifier(text: string): ts.Identifier {
    return this.#names.get(text)?.() ?? this.#context.factory.createIdentifier(text);
  }

  statements(text: string, original?: ts.Node, references?: Map<string, ts.Identifier>): ts.Statement[] {
    const parsed = this.#api.createSourceFile("cachet.ts", text, this.#api.ScriptTarget.Latest, true);
    return parsed.statements.map((statement) => this.#clone(statement, original, references) as ts.Statement);
  }

  #clone(node: ts.Node, original: ts.Node | undefined, references: Map<string, ts.Identifier> | undefined): ts.Node {
    const api = this.#api;
    if (original && isHole(api, node)) return original;
    if (original && api.isBlock(original) && api.isExpressionStatement(node) && isHole(api, node.expression))
      return original;
    if (api.isIdentifier(node) && this.#names.has(node.text)) return this.identifier(node.text);
    const visit = (child: ts.Node): ts.Node => this.#clone(child, original, references);
    // Tokens too: one that keeps its position in the snippet would be printed with whatever comment the file has there.
    const copy = api.visitEachChild(node, visit, this.#context, undefined, visit) as ts.Node;
    const result = copy === node ? this.#leaf(node) : copy;
    const declared = api.isIdentifier(node) && isFree(api, node) ? references?.get(node.text) : undefined;
    // A name of the user's file: linked to its declaration, so that module formats rename it as they rename the original's.
    api.setOriginalNode(result, undefined);
    if (declared) api.setOriginalNode(result, declared);
    return detach(api, result);
  }

  #leaf(node: ts.Node): ts.Node {
    const { factory } = this.#context;
    const api = this.#api;
    if (api.isIdentifier(node)) return this.identifier(node.text);
    if (api.isPrivateIdentifier(node)) return factory.createPrivateIdentifier(node.text);
    if (api.isStringLiteral(node)) return factory.createStringLiteral(node.text);
    if (api.isNumericLiteral(node)) return factory.createNumericLiteral(node.text);
    return (factory as unknown as { cloneNode(node: ts.Node): ts.Node }).cloneNode(node);
  }
}

function isHole(api: TypeScript, node: ts.Node): boolean {
  return api.isIdentifier(node) && node.text === HOLE;
}

function detach(api: TypeScript, node: ts.Node): ts.Node {
  api.setTextRange(node, { pos: -1, end: -1 });
  const fields = node as unknown as Record<string, unknown>;
  for (const value of Object.values(fields)) {
    if (Array.isArray(value) && "pos" in value)
      api.setTextRange(value as unknown as ts.TextRange, { pos: -1, end: -1 });
  }
  (node as { flags: number }).flags |= api.NodeFlags.Synthesized;
  return node;
}

/** Whether an identifier of a snippet names a variable of the user's file: no property name, nothing the snippet declares. */
function isFree(api: TypeScript, node: ts.Identifier): boolean {
  const { parent } = node;
  if (api.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (api.isPropertyAssignment(parent) || api.isMethodDeclaration(parent)) return parent.name !== node;
  if (api.isParameter(parent) || api.isVariableDeclaration(parent) || api.isBindingElement(parent))
    return parent.initializer === node;
  for (let at: ts.Node = parent; at; at = at.parent) {
    if (api.isFunctionLike(at) && at.parameters.some((parameter) => parameter.name.getText() === node.text))
      return false;
  }
  return true;
}
