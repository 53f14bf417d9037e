import type ts from "typescript";
import type { Scopes } from "../syntax/scopes.ts";
import type { FunctionNode, SignalParameter, SyntaxApi } from "../types.ts";
import { isPrimitiveType, isThisParameter } from "./key-parts.ts";
import { declaresPromise } from "./option-conflicts.ts";

/**
 * Names by which the first caller's `AbortSignal` reaches a body, which has to get the run's in its place: parameters that are
 * one, may be one or may hold one, and `arguments`. None where callers don't wait.
 */
export function signalParameters(
  api: SyntaxApi,
  scopes: Scopes,
  node: FunctionNode,
  isAsync: boolean,
): SignalParameter[] {
  const parameters = node.parameters.filter((parameter) => !isThisParameter(api, parameter));
  // Where nothing says that there is a promise, a name has to.
  const mayWait = isAsync || declaresPromise(node) || (!node.type && parameters.some(mentionsSignal));
  if (!mayWait) return [];
  const found = parameters.flatMap((parameter) => ofParameter(api, parameter));
  if (!api.isArrowFunction(node) && scopes.usesArguments(node)) found.push({ name: "arguments", holds: "items" });
  return found;
}

const mentionsSignal = (node: ts.Node): boolean => /signal/i.test(node.getText());

function ofParameter(api: SyntaxApi, { name, type, dotDotDotToken }: ts.ParameterDeclaration): SignalParameter[] {
  if (!api.isIdentifier(name))
    return ofPattern(api, name, type !== undefined && /\bAbortSignal\b/.test(type.getText()));
  if (dotDotDotToken) {
    const isOther = type !== undefined && api.isArrayTypeNode(type) && isPrimitiveType(api, type.elementType);
    return isOther ? [] : [{ name: name.text, holds: "items" }];
  }
  if (type !== undefined && !mayHold(api, type)) return [];
  return [{ name: name.text, holds: type !== undefined && isSignalType(api, type) ? "signal" : "any" }];
}

/** `{ signal }`, and what is left of options that may have one. */
function ofPattern(api: SyntaxApi, pattern: ts.BindingPattern, isTyped: boolean): SignalParameter[] {
  return pattern.elements.flatMap((element): SignalParameter[] => {
    if (api.isOmittedExpression(element)) return [];
    const { name, propertyName, dotDotDotToken } = element;
    if (!api.isIdentifier(name)) return ofPattern(api, name, isTyped);
    const isNamed = mentionsSignal(propertyName ?? name);
    if (!isNamed && !dotDotDotToken) return [];
    return [{ name: name.text, holds: isNamed && isTyped ? "signal" : "any" }];
  });
}

/** Whether a value of this type may be a signal, or have one as its `signal`. Types are not looked up. */
function mayHold(api: SyntaxApi, type: ts.TypeNode): boolean {
  if (api.isParenthesizedTypeNode(type)) return mayHold(api, type.type);
  if (api.isUnionTypeNode(type) || api.isIntersectionTypeNode(type))
    return type.types.some((each) => mayHold(api, each));
  if (api.isTypeLiteralNode(type)) return mentionsSignal(type);
  const isOther =
    api.isArrayTypeNode(type) ||
    api.isTupleTypeNode(type) ||
    api.isTypeOperatorNode(type) ||
    api.isFunctionTypeNode(type);
  return !isOther && !isPrimitiveType(api, type);
}

function isSignalType(api: SyntaxApi, type: ts.TypeNode): boolean {
  if (api.isParenthesizedTypeNode(type)) return isSignalType(api, type.type);
  if (api.isUnionTypeNode(type)) return type.types.some((each) => isSignalType(api, each));
  return api.isTypeReferenceNode(type) && /\bAbortSignal$/.test(type.typeName.getText());
}
