import type ts from "typescript";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { isDirectory, isOwnFile } from "./file-references.ts";
import { constantText, isOfPath, type NamePath, pathOf } from "./name-path.ts";

/** Constants that stand for one another at most. */
const DEPTH = 6;

/** Whether a path begins at the root: for sure, for sure not, or nobody can tell. */
type Kind = "absolute" | "relative" | "unknown";

/**
 * Whether a call completes a path by the working directory, or may: `path.resolve("x")`, `path.resolve(dir, "x")` of
 * any `dir`, `pathToFileURL(file)`. Not where a part is known to be absolute: `__dirname`, `"/x"`, what one of these
 * functions gave; nor where one of the imported names that are told stands for such. `path.relative` takes its paths for two of one kind, unless one is known to be relative alone.
 */
export function readsWorkingDirectory(
  api: SyntaxApi,
  scopes: Scopes,
  path: NamePath,
  outer: ts.Node,
): { unless: readonly ts.Identifier[] } | undefined {
  const call = outer.parent;
  if (!api.isCallExpression(call) || call.expression !== outer) return undefined;
  const unless: ts.Identifier[] = [];
  const kinds = call.arguments.map((part) => kindOf(api, scopes, part, unless));
  if (isOfPath(path, "relative")) {
    const relative = kinds.filter((kind) => kind === "relative").length;
    return relative === 1 ? { unless: [] } : undefined;
  }
  return kinds.includes("absolute") ? undefined : { unless };
}

/** Functions whose result is absolute. */
export function isCompleting(path: NamePath): boolean {
  const isFileUrl = path.root === "import:url" && path.names[0] === "pathToFileURL";
  return isFileUrl || isOfPath(path, "resolve") || isOfPath(path, "toNamespacedPath");
}

const ABSOLUTE_RESULTS =
  /^(?:import:url\.fileURLToPath|process\.(?:cwd|execPath)|import:os\.(?:homedir|tmpdir)|require\.resolve|import:fs(?:\/promises)?\.(?:promises\.)?(?:realpath|mkdtemp)(?:Sync)?(?:\.native)?)$/;

/** Imported names that the answer hangs on are added to those. */
export function kindOf(
  api: SyntaxApi,
  scopes: Scopes,
  expression: ts.Node,
  imported: ts.Identifier[] = [],
  depth = DEPTH,
): Kind {
  const node = skipWrappers(api, expression);
  if (depth === 0 || api.isSpreadElement(node)) return "unknown";
  const text = constantText(api, scopes, node);
  if (text !== undefined) return beginning(text);
  if (isDirectory(api, scopes, node) || isOwnFile(api, scopes, node)) return "absolute";
  const of = (part: ts.Node | undefined): Kind => (part ? kindOf(api, scopes, part, imported, depth - 1) : "unknown");
  const either = (one: ts.Node, other: ts.Node): Kind => {
    const kind = kindOf(api, scopes, one, [], depth - 1);
    return kind === kindOf(api, scopes, other, [], depth - 1) ? kind : "unknown";
  };
  if (api.isTemplateExpression(node))
    return node.head.text === "" ? of(node.templateSpans[0]?.expression) : beginning(node.head.text);
  if (api.isAwaitExpression(node)) return of(node.expression);
  if (api.isConditionalExpression(node)) return either(node.whenTrue, node.whenFalse);
  if (api.isBinaryExpression(node)) {
    const { BarBarToken, QuestionQuestionToken, PlusToken } = api.SyntaxKind;
    const { kind } = node.operatorToken;
    if (kind === PlusToken) return of(node.left);
    return kind === BarBarToken || kind === QuestionQuestionToken ? either(node.left, node.right) : "unknown";
  }
  if (api.isIdentifier(node)) {
    const binding = scopes.resolve(node.text, node);
    if (binding?.import) imported.push(node);
    const declaration = binding?.declaration;
    const isConstant = binding?.kind === "const" || (binding && !binding.reassigned);
    const isNamed =
      isConstant && declaration && api.isVariableDeclaration(declaration) && api.isIdentifier(declaration.name);
    return isNamed ? of(declaration.initializer) : "unknown";
  }
  const path = pathOf(api, scopes, api.isCallExpression(node) ? node.expression : node);
  if (!path) return "unknown";
  if (ABSOLUTE_RESULTS.test([path.root, ...path.names].join("."))) return "absolute";
  if (!api.isCallExpression(node)) return "unknown";
  if (isCompleting(path)) return "absolute";
  const keepsKind = isOfPath(path, "join") || isOfPath(path, "dirname") || isOfPath(path, "normalize");
  return keepsKind ? of(node.arguments[0]) : "unknown";
}

const beginning = (text: string): Kind => (/^(?:[\\/]|[a-z]:|file:)/i.test(text) ? "absolute" : "relative");
