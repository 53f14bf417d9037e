import type ts from "typescript";
import { isWrapper, skipWrappers } from "../../syntax/node-tests.ts";
import type { Scopes } from "../../syntax/scopes.ts";
import type { SyntaxApi } from "../../types.ts";
import { inheritedPathAround, pathOfSuper } from "./inherited-paths.ts";
import type { CodeReference } from "./model.ts";
import { constantText, isCreateRequire, isOfPath, type NamePath, pathOf } from "./name-path.ts";

/** Constants that stand for one another at most. */
const DEPTH = 4;

/** The file beside the code that a call or `new` names: it counts by content. */
export function fileReferences(
  api: SyntaxApi,
  scopes: Scopes,
  node: ts.CallExpression | ts.NewExpression,
): CodeReference[] {
  const callee = calleeOf(api, scopes, node);
  const [first, ...rest] = node.arguments ?? [];
  if (!callee || !first) return [];
  const { root, names } = callee;
  const isUrl = root === "URL" && (api.isNewExpression(node) ? names.length === 0 : names[0] === "parse");
  if (isUrl) return rest[0] && isAddress(api, scopes, rest[0]) ? urlOf(api, scopes, first, node) : [];
  const text = constantText(api, scopes, first);
  if (root === "import.meta" && names[0] === "resolve") {
    if (text === undefined) return [{ type: "unknown", what: "import.meta.resolve() of a computed path", at: node }];
    return text.startsWith(".") ? [{ type: "url", specifier: text, at: node }] : [];
  }
  const isMade = api.isNewExpression(node) || node.expression.kind === api.SyntaxKind.SuperKeyword;
  if (WORKERS.has(spell(callee)) && isMade) return ofWorker(api, scopes, first, node);
  if (spell(callee) === "import:child_process.fork" && !namesOwnCode(api, scopes, first))
    return [{ type: "unknown", what: "fork() of a path that is not its file's", at: node }];
  if (!isOfPath(callee, "join") && !isOfPath(callee, "resolve")) return [];
  if (rest.length === 0 || !isDirectory(api, scopes, first)) return [];
  const parts = rest.map((part) => constantText(api, scopes, part));
  // A folder has no content; where it lies counts.
  const isFolder = /(?:^|\/)\.{0,2}$/.test(parts.at(-1) ?? "");
  return isFolder || parts.includes(undefined) ? [] : [{ type: "url", specifier: `./${parts.join("/")}`, at: node }];
}

/** What is called; of a class that extends it, that. */
function calleeOf(api: SyntaxApi, scopes: Scopes, node: ts.CallExpression | ts.NewExpression): NamePath | undefined {
  const { expression } = node;
  if (api.isCallExpression(node) && expression.kind === api.SyntaxKind.SuperKeyword)
    return pathOfSuper(api, scopes, node);
  const callee = skipWrappers(api, expression);
  return pathOf(api, scopes, callee) ?? inheritedPathAround(api, scopes, callee)?.path;
}

function urlOf(api: SyntaxApi, scopes: Scopes, specifier: ts.Node, at: ts.Node): CodeReference[] {
  const text = constantText(api, scopes, specifier);
  if (text === undefined) return [{ type: "unknown", what: "new URL() of a computed path", at }];
  return [{ type: "url", specifier: text, at }];
}

const WORKERS = new Set(["Worker", "SharedWorker", "import:worker_threads.Worker"]);

/** The code of a worker: followed where the expression that names it is, and else only where it is a text of code. */
function ofWorker(api: SyntaxApi, scopes: Scopes, script: ts.Node, at: ts.Node): CodeReference[] {
  const text = constantText(api, scopes, script);
  if (text === undefined && namesOwnCode(api, scopes, script)) return [];
  if (text !== undefined && !/^\.{0,2}\//.test(text)) return [];
  const path = text === undefined ? "a computed path" : "a path that is not relative to its file";
  return [{ type: "unknown", what: `new Worker() of ${path}`, at }];
}

/** `new URL(…)`, `join(import.meta.dirname, …)`, `__filename`, `URL.createObjectURL(…)`, or a constant that stands for one. */
function namesOwnCode(api: SyntaxApi, scopes: Scopes, expression: ts.Node, depth = DEPTH): boolean {
  const node = skipWrappers(api, expression);
  if (isAddress(api, scopes, node) || isOwnFile(api, scopes, node, DEPTH)) return true;
  const held = depth > 0 ? initializerOf(api, scopes, node) : undefined;
  if (held) return namesOwnCode(api, scopes, held, depth - 1);
  if (!api.isNewExpression(node) && !api.isCallExpression(node)) return false;
  const callee = pathOf(api, scopes, node.expression);
  return (callee && spell(callee) === "URL.createObjectURL") || fileReferences(api, scopes, node).length > 0;
}

/** `${import.meta.dirname}/x`, `__dirname + "/x"`: the file that a text names which begins with the code's directory. */
export function joinedReference(api: SyntaxApi, scopes: Scopes, directory: ts.Node): CodeReference | undefined {
  const { parent } = directory;
  let text: string | undefined;
  let at: ts.Node = parent;
  if (api.isTemplateSpan(parent)) {
    const { head, templateSpans } = parent.parent;
    if (templateSpans[0] !== parent || head.text !== "") return undefined;
    at = parent.parent;
    const parts = templateSpans.map(({ expression, literal }, index) => {
      const part = index === 0 ? "" : constantText(api, scopes, expression);
      return part === undefined ? undefined : part + literal.text;
    });
    text = parts.includes(undefined) ? undefined : parts.join("");
  } else {
    for (let node = directory; isAddedTo(api, node); node = at) {
      at = node.parent;
      const part = constantText(api, scopes, (at as ts.BinaryExpression).right);
      text = part === undefined ? undefined : (text ?? "") + part;
      if (text === undefined) return undefined;
    }
  }
  if (!text?.startsWith("/") || !isDirectory(api, scopes, directory)) return undefined;
  return { type: "url", specifier: `.${text}`, at };
}

function isAddedTo(api: SyntaxApi, node: ts.Node): boolean {
  const { parent } = node;
  const isSum = api.isBinaryExpression(parent) && parent.operatorToken.kind === api.SyntaxKind.PlusToken;
  return isSum && parent.left === node;
}

/** Whether a part of `import.meta` is there for the file that it helps to name: where the code lies doesn't count then. */
export function namesFile(api: SyntaxApi, scopes: Scopes, node: ts.Node): boolean {
  let outer = node;
  while (isWrapper(api, outer.parent)) outer = outer.parent;
  if (joinedReference(api, scopes, outer)) return true;
  const { parent } = outer;
  if (api.isNewExpression(parent))
    return parent.arguments?.[1] === outer && fileReferences(api, scopes, parent).length > 0;
  if (!api.isCallExpression(parent)) return false;
  return isCreateRequire(api, scopes, parent) || fileReferences(api, scopes, parent).length > 0;
}

/** `import.meta.url` */
function isAddress(api: SyntaxApi, scopes: Scopes, node: ts.Node): boolean {
  const path = pathOf(api, scopes, node);
  return path?.root === "import.meta" && path.names[0] === "url";
}

/** `import.meta.dirname`, `__dirname`, `path.dirname(fileURLToPath(import.meta.url))`, whatever constants stand for it. */
export function isDirectory(api: SyntaxApi, scopes: Scopes, expression: ts.Node, depth = DEPTH): boolean {
  const node = skipWrappers(api, expression);
  const path = pathOf(api, scopes, node);
  if (path) return /^(?:import\.meta\.(?:dirname|dir)|__dirname)$/.test(spell(path));
  if (depth === 0) return false;
  const held = initializerOf(api, scopes, node);
  if (held) return isDirectory(api, scopes, held, depth - 1);
  const [file] = api.isCallExpression(node) ? node.arguments : [];
  const callee = file && pathOf(api, scopes, (node as ts.CallExpression).expression);
  return callee !== undefined && isOfPath(callee, "dirname") && isOwnFile(api, scopes, file as ts.Node, depth - 1);
}

/** `import.meta.filename`, `__filename`, `fileURLToPath(import.meta.url)`. */
export function isOwnFile(api: SyntaxApi, scopes: Scopes, expression: ts.Node, depth = DEPTH): boolean {
  const node = skipWrappers(api, expression);
  const path = pathOf(api, scopes, node);
  if (path) return /^(?:import\.meta\.(?:filename|path)|__filename)$/.test(spell(path));
  if (depth <= 0) return false;
  const held = initializerOf(api, scopes, node);
  if (held) return isOwnFile(api, scopes, held, depth - 1);
  const [address] = api.isCallExpression(node) ? node.arguments : [];
  const callee = address && pathOf(api, scopes, (node as ts.CallExpression).expression);
  return (
    callee !== undefined && spell(callee) === "import:url.fileURLToPath" && isAddress(api, scopes, address as ts.Node)
  );
}

function initializerOf(api: SyntaxApi, scopes: Scopes, node: ts.Node): ts.Expression | undefined {
  const binding = api.isIdentifier(node) ? scopes.resolve(node.text, node) : undefined;
  if (binding?.kind !== "const" || !api.isVariableDeclaration(binding.declaration)) return undefined;
  return binding.declaration.name === binding.nameNode ? binding.declaration.initializer : undefined;
}

const spell = ({ root, names }: NamePath): string => [root, ...names].join(".");
