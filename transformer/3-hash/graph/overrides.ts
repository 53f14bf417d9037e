import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import { skipWrappers } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { baseOf, bindingOfOwner, isStaticMember, membersNamed, ownerOf } from "./class-members.ts";
import { type Asker, findExport } from "./find-export.ts";
import type { GraphNode, Module, OutwardChange, Session } from "./model.ts";
import { nodeOf, nodeOfBinding } from "./nodes.ts";
import { openName } from "./overridable.ts";

/** Classes that extend one another at most. */
const DEPTH = 8;

export interface ClassPlace {
  module: Module;
  owner: ts.ClassLikeDeclaration;
}

/** The class or object that a member stands in, as others reach it. */
export function ownerNode(table: Session["nodes"], api: SyntaxApi, { module, syntax }: GraphNode) {
  const owner = syntax[0] && ownerOf(api, syntax[0]);
  const binding = owner && bindingOfOwner(api, module.scopes, owner);
  return binding && nodeOfBinding(table, module, binding);
}

/** Members of a module's classes that stand in the place of those of classes of other modules, which run them through `this`. */
export function* overridesIn(session: Session, module: Module, asker: Asker): Asking<OutwardChange[]> {
  const { api } = session.context;
  const found: OutwardChange[] = [];
  for (const owner of allClassesIn(api, module)) {
    const bases: ClassPlace[] = [];
    let known = yield* baseClass(session, { module, owner }, asker);
    for (; known && bases.length < DEPTH; known = yield* baseClass(session, known, asker)) bases.push(known);
    for (const member of owner.members) found.push(...overriding(session, module, member, bases));
  }
  return found;
}

/** What a member stands in the place of, with what reaches it by classes in between that only inherit it. */
function overriding(
  { nodes, context: { api } }: Session,
  module: Module,
  member: ts.ClassElement,
  bases: readonly ClassPlace[],
): OutwardChange[] {
  if (!member.name || !("text" in member.name)) return [];
  const { text } = member.name;
  const { members } = member.parent as ts.ClassLikeDeclaration;
  const overrider = members.flatMap(({ name }) => (name && "text" in name ? [name.text] : []));
  const open: string[] = [];
  return bases.flatMap((base): OutwardChange[] => {
    const declared = membersNamed(api, base.owner, text, isStaticMember(api, member));
    // Code of its own file counts.
    const isElsewhere = base.module !== module;
    if (declared.length === 0) {
      if (isElsewhere) open.push(openName(api, base.module, base.owner, "inherited"));
      return [];
    }
    const nodesOfBase = declared.map((one) => nodeOf(nodes, base.module, "member", `this.${text}`, one));
    const anything = openName(api, base.module, base.owner, "any");
    const targets = [...(isElsewhere ? [...nodesOfBase, anything] : []), ...open];
    const name = bindingOfOwner(api, base.module.scopes, base.owner)?.name ?? "default";
    const change = { likelihood: "sure", at: member } as const;
    return targets.length === 0
      ? []
      : [{ at: member, what: `${name}.${text}`, isPart: true, change, targets, overrider }];
  });
}

/** The class that a class extends, by name. */
export function* baseClass(
  session: Session,
  { module, owner }: ClassPlace,
  asker: Asker,
): Asking<ClassPlace | undefined> {
  const extended = baseOf(session.context.api, owner);
  return extended && (yield* classNamed(session, module, extended, asker));
}

/** The class of the project that an expression names. */
export function* classNamed(
  session: Session,
  module: Module,
  expression: ts.Expression,
  asker: Asker,
): Asking<ClassPlace | undefined> {
  const { api } = session.context;
  const base = skipWrappers(api, expression);
  if (api.isClassExpression(base)) return { module, owner: base };
  const name = api.isPropertyAccessExpression(base) ? skipWrappers(api, base.expression) : base;
  if (!api.isIdentifier(name)) return undefined;
  const binding = module.scopes.resolve(name.text, name);
  if (!binding) return undefined;
  if (!binding.import) return classIn(api, module, binding.declaration);
  const { specifier, imported } = binding.import;
  const member = base === name ? imported : (base as ts.PropertyAccessExpression).name.text;
  const [outcome] = yield* findExport(session, asker, { from: module, specifier, imported: member });
  return outcome.type === "followed" ? classIn(api, outcome.node.module, outcome.node.syntax[0] as ts.Node) : undefined;
}

function classIn(api: SyntaxApi, module: Module, declaration: ts.Node): ClassPlace | undefined {
  const held = api.isVariableDeclaration(declaration)
    ? declaration.initializer
    : api.isExportAssignment(declaration)
      ? declaration.expression
      : declaration;
  const owner = held && skipWrappers(api, held);
  return owner && api.isClassLike(owner) ? { module, owner } : undefined;
}

const classesByModule = new WeakMap<Module, readonly ts.ClassLikeDeclaration[]>();

function allClassesIn(api: SyntaxApi, module: Module): readonly ts.ClassLikeDeclaration[] {
  const known = classesByModule.get(module);
  if (known) return known;
  const found: ts.ClassLikeDeclaration[] = [];
  if (/\bextends\b/.test(module.sourceFile.text)) {
    const visit = (node: ts.Node): void => {
      if (api.isClassLike(node) && baseOf(api, node)) found.push(node);
      api.forEachChild(node, visit);
    };
    visit(module.sourceFile);
  }
  classesByModule.set(module, found);
  return found;
}
