import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { CachedFunction, ValueClass } from "../../types.ts";
import { buildGraph } from "../graph/build-graph.ts";
import { locateFile } from "../graph/build-session.ts";
import { closureOf, hashComponents } from "../graph/closure.ts";
import type { GraphNode, Module, Session } from "../graph/model.ts";
import { nodeOf } from "../graph/nodes.ts";
import { digest } from "../normal-form/digest.ts";
import { whyNoValue } from "./class-form.ts";
import { type ClassNames, nameClass } from "./class-names.ts";
import { classesInTypes, isPlainType } from "./classes-in-types.ts";
import { classesOf, classNamed, classOf, type OwnClass } from "./own-classes.ts";

/** The file that a function stands in, as its names are seen there. */
export interface FileOfFunction {
  session: Session;
  module: Module;
  names: ClassNames;
}

/**
 * The classes of the project whose instances a function may be given or give: those that it reaches, and those that its
 * header's types name. Where the public fields of an instance are all there is to it, emitted code tells the runtime of the
 * class, which then copies, stores and hashes its instances by them; of a class close by it else tells why not.
 */
export function* findValueClasses(
  file: FileOfFunction,
  fn: CachedFunction,
  reached: readonly GraphNode[],
): Asking<ValueClass[]> {
  const { session } = file;
  if (!mayMeetInstances(session, fn)) return [];
  const candidates = yield* candidatesFor(file, fn, reached);
  const found: ValueClass[] = [];
  for (const [own, isNear] of candidates) {
    const reason = yield* reasonFor(session, own);
    const made = reason === undefined ? yield* namedClass(file, own) : { name: classNameOf(own), reason };
    if (isNear || !("reason" in made)) found.push(made);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** False where types say that nothing but primitives goes in and out. They may be wrong: an instance is then refused. */
function mayMeetInstances({ context: { api } }: Session, { kind, parts, node }: CachedFunction): boolean {
  if (kind !== "data" && kind !== "resource") return false;
  if (!parts.every((part) => part.isPrimitive)) return true;
  return kind === "data" && !(node.type && isPlainType(api, node.type));
}

/** Each with whether it is so near that people may wonder why it is no value: named in the header, or in the file. */
function* candidatesFor(
  { session, module }: FileOfFunction,
  fn: CachedFunction,
  reached: readonly GraphNode[],
): Asking<Map<OwnClass, boolean>> {
  const { api } = session.context;
  const byNode = new Map<GraphNode, [OwnClass, boolean]>();
  const add = (own: OwnClass | undefined, isNear: boolean) => {
    if (own && !byNode.has(own.graphNode)) byNode.set(own.graphNode, [own, isNear || own.module === module]);
  };
  for (const own of yield* classesInTypes(session, module, fn.node)) add(own, true);
  if (fn.receiver === "value" && fn.attachment.type === "class-member") {
    const { owner } = fn.attachment;
    add(classOf(api, nodeOf(session.nodes, module, "class", owner.name?.text ?? "this", owner)), true);
  }
  for (const { binding } of module.scopes.freeReferences(fn.node))
    if (binding) add(yield* classNamed(session, module, binding), true);
  for (const graphNode of reached) {
    if (graphNode.kind === "module") for (const own of classesOf(session, graphNode.module)) add(own, false);
    else add(classOf(api, graphNode), false);
  }
  return new Map(byNode.values());
}

const reasons = new WeakMap<Session, WeakMap<GraphNode, string | undefined>>();

/** Why the fields of an instance are not all there is to it. */
function* reasonFor(session: Session, own: OwnClass): Asking<string | undefined> {
  const known = reasons.get(session) ?? new WeakMap<GraphNode, string | undefined>();
  reasons.set(session, known);
  if (known.has(own.graphNode)) return known.get(own.graphNode);
  known.set(own.graphNode, undefined);
  const reason = yield* findReason(session, own);
  known.set(own.graphNode, reason);
  return reason;
}

function* findReason(session: Session, own: OwnClass): Asking<string | undefined> {
  const { api } = session.context;
  const { module, node } = own;
  if (!isTopLevel(session, own)) return "it is declared inside a function or a namespace";
  if (module.scopes.declaredBy(own.graphNode.syntax[0] as ts.Node)[0]?.reassigned) return "its name is assigned again";
  const form = whyNoValue(api, node);
  const base = node.heritageClauses?.find(({ token }) => token === api.SyntaxKind.ExtendsKeyword)?.types[0];
  if (form !== undefined || base === undefined) return form;
  const text = base.expression.getText();
  const above = yield* classBehind(session, module, base.expression);
  if (above === undefined) return `it extends \`${text}\`, which is no class of this project`;
  const reason = yield* reasonFor(session, above);
  return reason && `it extends \`${text}\`, and ${reason.replace(/^it /, "that ")}`;
}

function isTopLevel({ context: { api } }: Session, { graphNode }: OwnClass): boolean {
  const [declared] = graphNode.syntax;
  const statement = declared && api.isVariableDeclaration(declared) ? declared.parent.parent : declared;
  return statement?.parent !== undefined && api.isSourceFile(statement.parent);
}

function* classBehind(session: Session, module: Module, expression: ts.Expression): Asking<OwnClass | undefined> {
  const { api } = session.context;
  const name = skipWrappers(api, expression);
  const [first, member] = api.isIdentifier(name)
    ? [name]
    : api.isPropertyAccessExpression(name) && api.isIdentifier(name.expression)
      ? [name.expression, name.name.text]
      : [];
  const binding = first && module.scopes.resolve(first.text, expression);
  return binding && (yield* classNamed(session, module, binding, member));
}

const classNameOf = ({ node, graphNode }: OwnClass): string => node.name?.text ?? graphNode.name;

/** A class that is its fields: the name in keys and bytes changes with the code of the class. */
function* namedClass({ session, module, names }: FileOfFunction, own: OwnClass): Asking<ValueClass> {
  const name = classNameOf(own);
  const place = yield* nameClass(session, module, own, names);
  if (typeof place === "string") return { name, reason: place };
  yield* buildGraph(session, [own.graphNode]);
  hashComponents(session, [own.graphNode]);
  const { id } = yield* locateFile(session, own.module.file, session.root);
  const { files } = closureOf(session, [own.graphNode]);
  return {
    name: `${name}:${digest(`${id}#${name} ${session.hashes.get(own.graphNode)}`).slice(0, 16)}`,
    ...place,
    files,
  };
}
