import type ts from "typescript";
import type { Asking } from "../../host-requests.ts";
import type { FunctionNode, SyntaxApi } from "../../types.ts";
import type { Module, Session } from "../graph/model.ts";
import { classNamed, type OwnClass, typeNamed } from "./own-classes.ts";

/** Declarations that are looked at for one function at most: types of a program often lead to all others. */
const MOST = 200;

interface Place {
  module: Module;
  node: ts.Node;
}

/**
 * The classes that the types in a function's header name, also inside other types and classes. Types are no code, so they
 * say nothing of what is right: only which classes an argument may be an instance of although the body names none.
 */
export function* classesInTypes(session: Session, module: Module, fn: FunctionNode): Asking<OwnClass[]> {
  const { api } = session.context;
  const found = new Map<ts.Node, OwnClass>();
  const seen = new Set<ts.Node>();
  const work: Place[] = typesIn(api, fn).map((node) => ({ module, node }));
  for (let place = work.pop(); place && seen.size < MOST; place = work.pop()) {
    for (const name of namesIn(api, place.node)) {
      const declared = yield* declarationOf(session, place.module, name, place.node);
      if (declared === undefined || seen.has(declared.node)) continue;
      seen.add(declared.node);
      if ("graphNode" in declared) found.set(declared.node, declared);
      const types = api.isClassLike(declared.node) ? typesInClass(api, declared.node) : [declared.node];
      for (const node of types) work.push({ module: declared.module, node });
    }
  }
  return [...found.values()];
}

function typesIn(api: SyntaxApi, fn: ts.SignatureDeclarationBase): ts.Node[] {
  const parameters = fn.parameters.flatMap(({ type }) => type ?? []);
  const bounds = (fn.typeParameters ?? []).flatMap(({ constraint }) => constraint ?? []);
  return [...parameters, ...bounds, ...(fn.type && !api.isTypePredicateNode(fn.type) ? [fn.type] : [])];
}

/** The types of fields, of parameters that become fields, and of the base class. */
function typesInClass(api: SyntaxApi, node: ts.ClassLikeDeclaration): ts.Node[] {
  const fields = node.members.flatMap((member) => {
    if (api.isPropertyDeclaration(member)) return member.type ?? [];
    if (!api.isConstructorDeclaration(member)) return [];
    return member.parameters.flatMap(({ type }) => type ?? []);
  });
  return [...fields, ...(node.heritageClauses ?? []).flatMap(({ types }) => [...types])];
}

/** `Point`, `ns.Point`. */
function namesIn(api: SyntaxApi, root: ts.Node): ts.EntityName[] {
  const names: ts.EntityName[] = [];
  const visit = (node: ts.Node): void => {
    if (api.isTypeReferenceNode(node)) names.push(node.typeName);
    if (api.isExpressionWithTypeArguments(node) && api.isIdentifier(node.expression)) names.push(node.expression);
    api.forEachChild(node, visit);
  };
  visit(root);
  return names;
}

function* declarationOf(
  session: Session,
  module: Module,
  name: ts.EntityName,
  at: ts.Node,
): Asking<OwnClass | Place | undefined> {
  const { api } = session.context;
  const [first, member] = api.isIdentifier(name)
    ? [name.text]
    : api.isIdentifier(name.left)
      ? [name.left.text, name.right.text]
      : [];
  if (first === undefined) return undefined;
  const binding = module.scopes.resolve(first, at);
  const found = binding && (yield* classNamed(session, module, binding, member));
  return found ?? (member === undefined ? yield* typeNamed(session, module, first) : undefined);
}

const HOLDERS = new Set(
  "Promise PromiseLike Array ReadonlyArray Readonly Partial Required Record Map ReadonlyMap Set ReadonlySet Date URL Uint8Array Float64Array ArrayBuffer".split(
    " ",
  ),
);

/** Whether a type, as it is written, leaves no room for an instance of an own class. */
export function isPlainType(api: SyntaxApi, type: ts.TypeNode): boolean {
  const isPlain = (node: ts.TypeNode): boolean => isPlainType(api, node);
  if (api.isLiteralTypeNode(type) || api.isTemplateLiteralTypeNode(type)) return true;
  if (api.isParenthesizedTypeNode(type) || api.isTypeOperatorNode(type)) return isPlain(type.type);
  if (api.isUnionTypeNode(type)) return type.types.every(isPlain);
  if (api.isArrayTypeNode(type)) return isPlain(type.elementType);
  if (api.isTypeReferenceNode(type))
    return (
      api.isIdentifier(type.typeName) && HOLDERS.has(type.typeName.text) && (type.typeArguments ?? []).every(isPlain)
    );
  const { StringKeyword, NumberKeyword, BooleanKeyword, BigIntKeyword, UndefinedKeyword, VoidKeyword, NeverKeyword } =
    api.SyntaxKind;
  const plain: ts.SyntaxKind[] = [StringKeyword, NumberKeyword, BooleanKeyword, BigIntKeyword, UndefinedKeyword];
  return [...plain, VoidKeyword, NeverKeyword].includes(type.kind);
}
