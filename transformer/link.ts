import type ts from "typescript";
import { digest, HASH_FORMAT, serialize } from "./hash/serialize.ts";
import { hashGraph } from "./link/components.ts";
import { addUse, expandAll } from "./link/graph.ts";
import { ownerOf } from "./link/members.ts";
import { createSession, describeModule, type LinkContext, type Module, type Session } from "./link/modules.ts";
import type { Asking } from "./link/protocol.ts";
import { factsOf, type Unit, type UnitKind, Units } from "./link/units.ts";
import { addReference, collectUses, type Use } from "./link/uses.ts";
import type { LinkWarning } from "./link/warnings.ts";
import { toPosix } from "./package-id.ts";
import { createScopes, type Scopes } from "./scope.ts";

export { type Capture, type Captures, findCaptures } from "./link/captures.ts";
export { createLinkContext, type LinkContext } from "./link/modules.ts";
export {
  type Answer,
  type Asking,
  type LinkHost,
  type Request,
  run,
  runAsync,
  runSync,
  type SyncLinkHost,
} from "./link/protocol.ts";
export { type LinkWarning, linkCodes } from "./link/warnings.ts";

/** One piece of code or one outside thing that a function reaches, for people who ask why a hash changed. */
export interface LinkNode {
  kind: UnitKind | "package" | "builtin" | "asset" | "other";
  name: string;
  /** Absolute path and 1-based line; absent for what has no source here. */
  file?: string;
  line?: number;
  /** Changes when this or anything it reaches changes. */
  hash: string;
  /** Changes with its own code only; absent for what has no source here. */
  own?: string;
  /** Places in the list. */
  uses: number[];
  /** Why more counts than its declaration. */
  note?: string;
}

/** What linking found of one function. */
export interface Linked {
  /** `c1:` and 32 hexadecimal digits. */
  hash: string;
  /** Absolute paths of the files whose content the hash covers, the function's own aside. */
  dependencies: string[];
  /** The function first; each thing once. */
  tree: LinkNode[];
  warnings: LinkWarning[];
  /** `process.env.X` and `import.meta.env.X` read by literal name in the function and in all that it reaches. */
  envReads: string[];
}

/** What the functions of one file share while they are linked. */
export interface FileLinks {
  session: Session;
  module: Module;
  units: Units;
}

/** Begins to link a file's functions. Make a new one for each version of the file: answers are kept in it. */
export function createFileLinks(context: LinkContext, source: ts.SourceFile, scopes: Scopes, root?: string): FileLinks {
  const session = createSession(context, root);
  const file = toPosix(source.fileName);
  const module = describeModule(context.api, file, source, scopes);
  session.modules.set(file, module);
  return { session, module, units: new Units() };
}

export interface LinkOptions {
  /** `"own"`: nothing but the function's own code. */
  codeHash?: "deep" | "own";
  /** Added to the hash by hand. */
  version?: string | number | undefined;
  /** Expressions from outside the file's tree that count too; their free names resolve beside the function. */
  expressions?: readonly ts.Node[];
}

/**
 * Hashes a function together with everything that it reaches: declarations in its file and in others, across
 * re-exports, to the borders of packages. Which file a declaration lies in doesn't count, nor what else is in there.
 */
export function* link(links: FileLinks, fn: ts.Node, options: LinkOptions = {}): Asking<Linked> {
  const { session, module, units } = links;
  const { api } = session.context;
  const root = units.of(module, "function", nameOf(fn), fn);
  const version = options.version === undefined ? [] : [options.version];
  if (options.codeHash === "own") {
    const { text, env } = factsOf(api, module, fn);
    return { hash: format([text, ...version]), dependencies: [], tree: [], warnings: [], envReads: env };
  }
  const owner = ownerOf(api, fn);
  if (owner) root.owner = owner;
  const optionUnit = yield* expandOptions(links, fn, options.expressions ?? []);
  yield* expandAll(session, units, [root, optionUnit]);
  const reached = reachedFrom([root, optionUnit]);
  const hashes = hashGraph(reached);
  return {
    hash: format([hashes.get(root), hashes.get(optionUnit), ...version]),
    dependencies: filesOf(reached, module.file),
    tree: describeTree(
      reached.filter((unit) => unit !== optionUnit || unit.edges.length > 0),
      hashes,
    ),
    warnings: uniqueWarnings(reached),
    envReads: [...new Set(reached.flatMap((unit) => unit.env))].sort(),
  };
}

function format(parts: unknown[]): string {
  return `${HASH_FORMAT}:${digest(JSON.stringify(parts))}`;
}

function nameOf(fn: ts.Node): string {
  const named = (fn as ts.FunctionDeclaration).name ?? (fn.parent as ts.VariableDeclaration | undefined)?.name;
  return named && "text" in named ? String(named.text) : "(anonymous)";
}

/** Option values count like code of the function, whose scope their names resolve in. */
function* expandOptions(links: FileLinks, fn: ts.Node, expressions: readonly ts.Node[]): Asking<Unit> {
  const { session, module } = links;
  const { api } = session.context;
  const unit = new Units().of(module, "value", "options", fn);
  unit.expanded = true;
  const texts: string[] = [];
  for (const expression of expressions) {
    const scopes = createScopes(api, expression.getSourceFile());
    const uses: Use[] = [];
    for (const use of collectUses(api, scopes, expression).uses) {
      const binding = use.type === "global" ? module.scopes.resolve(use.name, fn) : undefined;
      if (use.type === "global" && binding) {
        addReference(api, uses, { name: use.name, identifier: use.identifier, binding });
      } else uses.push(use);
    }
    for (const use of uses) yield* addUse(session, links.units, unit, use);
    texts.push(serialize(api, expression));
  }
  unit.own = digest(texts.join("\n"));
  return unit;
}

function reachedFrom(roots: readonly Unit[]): Unit[] {
  const seen = new Set<Unit>();
  const work = [...roots].reverse();
  for (let unit = work.pop(); unit; unit = work.pop()) {
    if (seen.has(unit)) continue;
    seen.add(unit);
    for (const { target } of [...unit.edges].reverse()) if (typeof target !== "string") work.push(target);
  }
  return [...seen];
}

function filesOf(reached: readonly Unit[], own: string): string[] {
  const files = new Set(reached.flatMap((unit) => [unit.module.file, ...unit.files]));
  files.delete(own);
  return [...files].sort();
}

function uniqueWarnings(reached: readonly Unit[]): LinkWarning[] {
  const found = new Map<string, LinkWarning>();
  for (const warning of reached.flatMap((unit) => unit.warnings)) {
    const key = `${warning.code} ${warning.file} ${warning.start}`;
    if (!found.has(key)) found.set(key, warning);
  }
  return [...found.values()];
}

function describeTree(reached: readonly Unit[], hashes: ReadonlyMap<object, string>): LinkNode[] {
  const index = new Map<Unit | string, number>();
  const tree: LinkNode[] = [];
  for (const unit of reached) {
    index.set(unit, tree.length);
    const { sourceFile, file } = unit.module;
    const node = unit.nodes[0] as ts.Node;
    const { line } = sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile));
    const { kind, name, note } = unit;
    const hash = hashes.get(unit) ?? "";
    tree.push({ kind, name, file, line: line + 1, hash, own: unit.own, uses: [], ...(note !== undefined && { note }) });
  }
  for (const unit of reached) {
    const from = tree[index.get(unit) as number] as LinkNode;
    for (const { label, target } of unit.edges) {
      if (target === "global" || target === "ambient" || target === "captured") continue;
      if (typeof target === "string" && !index.has(target)) {
        index.set(target, tree.length);
        tree.push({ ...describeOutside(target, label), hash: digest(target), uses: [] });
      }
      const to = index.get(target);
      if (to !== undefined && !from.uses.includes(to)) from.uses.push(to);
    }
  }
  return tree;
}

/** `package zod@4.1.0#z` → kind and name. */
function describeOutside(target: string, label: string): Pick<LinkNode, "kind" | "name"> {
  const [kind = "", ...rest] = target.split(" ");
  const name = rest.join(" ");
  if (kind === "package" || kind === "builtin") return { kind, name };
  return { kind: kind === "asset" || kind === "virtual" ? "asset" : "other", name: `${label}: ${target}` };
}
