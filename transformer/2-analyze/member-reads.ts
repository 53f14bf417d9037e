import type ts from "typescript";
import { isWriteTarget, outermostWrapper } from "../syntax/node-tests.ts";
import type { Scopes } from "../syntax/scopes.ts";
import type { FunctionNode, SyntaxApi } from "../types.ts";

/** A member of a parameter that a function reads. */
export interface MemberRead {
  /** `.page`, `["page-size"]`: as it follows the parameter's name. */
  access: string;
  /** Its own name, or the one a pattern gives it: with `_` in front it is left out of the key. */
  name: string;
  /** What stands before the dot may be missing. */
  isOptional: boolean;
  /** Where it is read first. */
  node: ts.Node;
}

/** For each parameter that is only read by member, the members. */
export type MembersRead = ReadonlyMap<ts.ParameterDeclaration, readonly MemberRead[]>;

/**
 * What everything inherits, and what texts and lists have: reading it doesn't tell that an object with members was passed. Nor
 * does what an `AbortSignal` has, which is left out of the key.
 */
const UNTOLD = new Set([...Object.getOwnPropertyNames(Object.prototype), "length", "aborted", "onabort"]);

/**
 * The members that stand for parameters in the key: those that the function reads, where it does nothing else with the
 * object. Absent are parameters that count as they are: taken apart in the header, passed on, called, written, compared,
 * spread, or within reach of `arguments` or `eval`. Types are not asked: no hash covers them, and entries of one hash must
 * have keys of one form.
 */
export function membersRead(api: SyntaxApi, scopes: Scopes, node: FunctionNode): MembersRead {
  const found = new Map<ts.ParameterDeclaration, readonly MemberRead[]>();
  if (scopes.usesArguments(node) || scopes.freeReferences(node).some(({ name }) => name === "eval")) return found;
  for (const parameter of node.parameters) {
    const { name, dotDotDotToken } = parameter;
    if (dotDotDotToken || !api.isIdentifier(name) || name.text.startsWith("_")) continue;
    const reads = readsOf(api, scopes, parameter);
    if (reads) found.set(parameter, reads);
  }
  return found;
}

function readsOf(api: SyntaxApi, scopes: Scopes, parameter: ts.ParameterDeclaration): MemberRead[] | undefined {
  const [binding, another] = scopes.declaredBy(parameter);
  if (!binding || another || binding.reassigned || binding.declarations.length > 1) return undefined;
  const found = new Map<string, MemberRead>();
  for (const use of scopes.usesOf(binding)) {
    const reads = readsAt(api, use);
    if (!reads) return undefined;
    for (const read of reads) {
      const known = found.get(read.access);
      const said = known === undefined || known.name.startsWith("_") ? read : known;
      found.set(read.access, { ...said, isOptional: read.isOptional && (known?.isOptional ?? true) });
    }
  }
  return found.size > 0 ? [...found.values()] : undefined;
}

function readsAt(api: SyntaxApi, use: ts.Identifier): MemberRead[] | undefined {
  const object = outermostWrapper(api, use);
  const { parent } = object;
  if (api.isVariableDeclaration(parent) && parent.initializer === object) return readsOfPattern(api, parent.name);
  const isMember = api.isPropertyAccessExpression(parent) || api.isElementAccessExpression(parent);
  if (!isMember || parent.expression !== object) return undefined;
  const name = memberText(api, api.isPropertyAccessExpression(parent) ? parent.name : parent.argumentExpression);
  if (name === undefined || !isOnlyRead(api, parent)) return undefined;
  return [{ access: accessOf(name), name, isOptional: parent.questionDotToken !== undefined, node: parent }];
}

/** `const { page, sort: order } = options`. A rest element takes what nobody named. */
function readsOfPattern(api: SyntaxApi, pattern: ts.BindingName): MemberRead[] | undefined {
  if (!api.isObjectBindingPattern(pattern) || pattern.elements.length === 0) return undefined;
  const reads: MemberRead[] = [];
  for (const { propertyName, name, dotDotDotToken } of pattern.elements) {
    const member = memberText(api, propertyName ?? name);
    if (dotDotDotToken || member === undefined) return undefined;
    const bound = api.isIdentifier(name) ? name.text : member;
    reads.push({ access: accessOf(member), name: bound, isOptional: false, node: name });
  }
  return reads;
}

function memberText(api: SyntaxApi, name: ts.Node): string | undefined {
  const isLiteral = api.isIdentifier(name)
    ? !api.isElementAccessExpression(name.parent)
    : api.isStringLiteralLike(name);
  const text = isLiteral ? (name as ts.Identifier | ts.StringLiteralLike).text : undefined;
  return text === undefined || UNTOLD.has(text) || /^\d+$/.test(text) ? undefined : text;
}

const accessOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

/** Not called, which hands the object on as `this`, and not written or deleted. */
function isOnlyRead(api: SyntaxApi, access: ts.Expression): boolean {
  const outer = outermostWrapper(api, access);
  const { parent } = outer;
  if (api.isCallExpression(parent) && parent.expression === outer) return false;
  if (api.isTaggedTemplateExpression(parent) && parent.tag === outer) return false;
  return !api.isDeleteExpression(parent) && !isWriteTarget(api, access);
}
