import type ts from "typescript";
import { DIAGNOSTICS } from "../../diagnostics.ts";
import type { Asking } from "../../host-requests.ts";
import { createScopes } from "../../syntax/scopes.ts";
import type { CodeHash, HashWarning, SyntaxApi } from "../../types.ts";
import { digest } from "../normal-form/digest.ts";
import { HASH_FORMAT, serialize } from "../normal-form/serialize.ts";
import { buildGraph } from "./build-graph.ts";
import { openSession } from "./build-session.ts";
import { closureOf, hashComponents, oncePerSubject } from "./closure.ts";
import { addReference } from "./edges.ts";
import { describeTree } from "./hash-tree.ts";
import type { ChangesAround, Closure, CodeReference, GraphNode, Module, Session } from "./model.ts";
import { loadModule, moduleOf } from "./modules.ts";
import { createGraphNode, factsOf, nodeOf, nodeOfExport } from "./nodes.ts";
import { changesAmong, describeReached, type Reached } from "./outward-changes.ts";
import { addName, collectReferences } from "./references.ts";
import { keyOfWarning } from "./warnings.ts";

/** A file whose functions are linked. */
export interface FileLinks {
  session: Session;
  module: Module;
}

/**
 * Begins to link a file's functions. What the tool compiles may not be what others find on disk: another plugin came
 * first, or an editor saved a moment ago. Then nothing is shared, since to this file its own text counts.
 */
export function* openFile(shared: Session, sourceFile: ts.SourceFile): Asking<FileLinks> {
  const { context } = shared;
  const module = moduleOf(context.api, sourceFile);
  if ((yield* loadModule(shared, module.file, module.file)) === module) return { session: shared, module };
  const session = openSession(context, shared);
  session.modules.set(module.file, module);
  return { session, module };
}

export interface LinkOptions {
  /** `"own"`: nothing but the function's own code. */
  codeHash?: "deep" | "own";
  /** Added to the hash by hand. */
  version?: string | number | undefined;
  /** Expressions from outside the file's tree that count too; their free names resolve beside the function. */
  expressions?: readonly ts.Node[];
  /** Those of them that each call asks for a part of its key: what they read is in the key. */
  asked?: readonly ts.Node[];
}

/**
 * Hashes a function together with everything that it reaches: declarations in its file and in others, across
 * re-exports, to the borders of packages. Which file a declaration lies in doesn't count, nor what else is in there.
 */
export function* link({ session, module }: FileLinks, fn: ts.Node, options: LinkOptions = {}): Asking<CodeHash> {
  const version = options.version === undefined ? [] : [options.version];
  if (options.codeHash === "own") {
    const { text, env, speaksOf } = factsOf(session.context.api, module, fn);
    const asked = (options.asked ?? []).map((expression) => serialize(session.context.api, expression));
    const hash = format([text, ...version, ...asked]);
    // What it reaches was not looked at.
    return {
      hash,
      dependencies: [],
      tree: [],
      warnings: [],
      envReads: env,
      changeable: [],
      usesTags: true,
      isOwn: false,
      speaksOf,
    };
  }
  const root = functionNode(session, module, fn);
  const optionNode = yield* expandOptions(session, module, fn, options.expressions ?? []);
  const isBare = optionNode.edges.length === 0 && optionNode.warnings.length === 0;
  const own = isBare ? [root] : [root, optionNode];
  yield* buildGraph(session, [root, optionNode]);
  const { hashes } = session;
  hashComponents(session, [root, optionNode]);
  const changes = yield* changesAround(session, own);
  const roots = [...own, ...changes.nodes];
  const { files, env, warnings, usesTags, isOwn, changeable, speaksOf } = closureOf(session, roots);
  const said = changes.warnings.length === 0 ? warnings : oncePerSubject([...warnings, ...changes.warnings]);
  const changed = [...new Set(changes.nodes.map((node) => hashes.get(node) ?? ""))].sort();
  return {
    hash: format([hashes.get(root), hashes.get(optionNode), ...changed, ...version]),
    dependencies: files.filter((file) => file !== module.file),
    warnings: yield* withoutAsked(session, module, fn, said, options.asked ?? []),
    envReads: env,
    usesTags,
    isOwn: isOwn && changes.nodes.length === 0 && changes.warnings.length === 0,
    changeable,
    speaksOf,
    // Only who asks why a hash changed reads it.
    get tree() {
      return describeTree(reachedFrom(roots), hashes, nameOf(fn));
    },
  };
}

/** What a function reaches, once it is linked; nothing is known of it under `codeHash: "own"`. */
export function closureOfFunction({ session, module }: FileLinks, fn: ts.Node): Closure | undefined {
  const root = functionNode(session, module, fn);
  return session.components.has(root) ? closureOf(session, [root]) : undefined;
}

/** Changes to what is reached by code that no reader looks at; they reach more, which may be changed in turn. */
function* changesAround(session: Session, roots: readonly GraphNode[]): Asking<ChangesAround> {
  const key = roots.length === 1 ? session.components.get(roots[0] as GraphNode) : undefined;
  const known = key && session.changesAround.get(key);
  if (known) return known;
  const found = new Set<GraphNode>();
  for (;;) {
    const all = [...roots, ...found];
    let reached: Reached | undefined;
    const around = () => {
      reached ??= describeReached(session, reachedFrom(all));
      return reached;
    };
    const { nodes, warnings } = yield* changesAmong(session, closureOf(session, all).files, around);
    if (nodes.length === 0) {
      const changes = { nodes: [...found], warnings };
      if (key) session.changesAround.set(key, changes);
      return changes;
    }
    for (const node of nodes) found.add(node);
    yield* buildGraph(session, nodes);
    hashComponents(session, nodes);
  }
}

/** Without what is said of reads that the key holds, because functions of the options read the same for it. */
function* withoutAsked(
  session: Session,
  module: Module,
  fn: ts.Node,
  warnings: readonly HashWarning[],
  asked: readonly ts.Node[],
): Asking<readonly HashWarning[]> {
  if (asked.length === 0 || warnings.length === 0) return warnings;
  const node = yield* expandOptions(session, module, fn, asked);
  yield* buildGraph(session, [node]);
  hashComponents(session, [node]);
  const around = yield* changesAround(session, [node]);
  const read = [...closureOf(session, [node, ...around.nodes]).warnings, ...around.warnings];
  const known = new Set(read.filter(isOfValue).map(keyOfWarning));
  return warnings.filter((warning) => !known.has(keyOfWarning(warning)));
}

/** About a value that changes, not about code that can't be followed. */
const isOfValue = ({ code }: HashWarning): boolean => code !== DIAGNOSTICS.notFollowed.code;

function format(parts: unknown[]): string {
  return `${HASH_FORMAT}:${digest(JSON.stringify(parts))}`;
}

function nameOf(fn: ts.Node): string {
  const named = (fn as ts.FunctionDeclaration).name ?? (fn.parent as ts.VariableDeclaration | undefined)?.name;
  return named && "text" in named ? String(named.text) : "(anonymous)";
}

/** By the name that others reach it by: a method through `this`, a default export as that. */
export function functionNode({ nodes, context }: Session, module: Module, fn: ts.Node): GraphNode {
  const { api } = context;
  const { name } = fn as ts.FunctionDeclaration;
  if (api.isFunctionDeclaration(fn) && !name) return nodeOfExport(nodes, module, fn);
  return api.isMethodDeclaration(fn)
    ? nodeOf(nodes, module, "member", `this.${nameOf(fn)}`, fn)
    : nodeOf(nodes, module, "function", nameOf(fn), fn);
}

/** Option values count like code of the function, whose scope their names resolve in. */
function* expandOptions(
  session: Session,
  module: Module,
  fn: ts.Node,
  expressions: readonly ts.Node[],
): Asking<GraphNode> {
  const { api } = session.context;
  const graphNode = createGraphNode(module, "value", "options", [fn]);
  graphNode.expanded = true;
  const texts: string[] = [];
  for (const expression of expressions) {
    const scopes = createScopes(api, expression.getSourceFile());
    const uses: CodeReference[] = [];
    for (const use of collectReferences(api, scopes, expression).uses) {
      const binding = use.type === "global" ? module.scopes.resolve(use.name, fn) : undefined;
      if (use.type === "global" && binding) {
        addName(api, module.scopes, uses, { name: use.name, identifier: use.identifier as ts.Identifier, binding });
      } else uses.push(use);
    }
    for (const name of classesNamed(api, expression)) {
      const binding = module.scopes.resolve(name.text, fn);
      if (binding) addName(api, module.scopes, uses, { name: name.text, identifier: name, binding });
    }
    for (const use of uses) yield* addReference(session, graphNode, use);
    texts.push(serialize(api, expression));
  }
  graphNode.own = digest(texts.join("\n"));
  return graphNode;
}

/** `hashFuncs: { Point: … }`: the key holds of an instance what the rule says, and not what its class does. */
function classesNamed(api: SyntaxApi, expression: ts.Node): ts.Identifier[] {
  if (!api.isObjectLiteralExpression(expression)) return [];
  return expression.properties.flatMap(({ name }) =>
    name && api.isIdentifier(name) && /^[A-Z]/.test(name.text) ? [name] : [],
  );
}

function reachedFrom(roots: readonly GraphNode[]): GraphNode[] {
  const seen = new Set<GraphNode>();
  const work = [...roots].reverse();
  for (let graphNode = work.pop(); graphNode; graphNode = work.pop()) {
    if (seen.has(graphNode)) continue;
    seen.add(graphNode);
    for (const { target } of [...graphNode.edges].reverse()) if (typeof target !== "string") work.push(target);
  }
  return [...seen];
}
