import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";
import { isWrapper } from "./node-tests.ts";
import type { Binding, Scopes } from "./scopes.ts";

/** A variable of an enclosing function or block that a function reads. */
export interface Capture {
  name: string;
  binding: Binding;
  /** Another declaration hides the name inside the function: only a captured function reads this one. */
  hidden: boolean;
}

export interface Captures {
  /** Join the key by value. */
  values: Capture[];
  /** Functions, classes and enums: they count by their code, and their own captures are in `values`. */
  code: Binding[];
}

/** What a function captures, directly and through the local functions it uses. Names that start with `_` don't count. */
export function findCaptures(api: SyntaxApi, scopes: Scopes, fn: ts.Node): Captures {
  const values = new Map<Binding, Capture>();
  const code = new Set<Binding>();
  const work: ts.Node[] = [fn];
  for (let node = work.shift(); node; node = work.shift()) {
    for (const { name, binding } of scopes.freeReferences(node)) {
      if (!binding || isStatic(api, binding) || binding.declarations.includes(fn) || name.startsWith("_")) continue;
      if (countsByCode(api, binding)) {
        if (code.has(binding)) continue;
        code.add(binding);
        work.push(...binding.declarations);
      } else if (!values.has(binding)) values.set(binding, { name, binding, hidden: isHidden(scopes, fn, binding) });
    }
  }
  return { values: [...values.values()], code: [...code] };
}

/** Whether there is one of a name per evaluation of the file, not one per call of a function. */
export function isStatic(api: SyntaxApi, binding: Binding): boolean {
  for (let node: ts.Node | undefined = binding.scope; node; node = node.parent) {
    if (api.isFunctionLike(node) || api.isPropertyDeclaration(node) || isLoop(api, node)) return false;
  }
  return true;
}

function isLoop(api: SyntaxApi, node: ts.Node): boolean {
  return api.isIterationStatement(node, false);
}

export function countsByCode(api: SyntaxApi, binding: Binding): boolean {
  if (["function", "class", "enum", "namespace", "member", "alias"].includes(binding.kind)) return !binding.reassigned;
  if (binding.reassigned || !api.isVariableDeclaration(binding.declaration)) return false;
  if (!api.isIdentifier(binding.declaration.name)) return false;
  let node: ts.Node | undefined = binding.declaration.initializer;
  while (node && isWrapper(api, node)) node = node.expression;
  return (
    node !== undefined && (api.isArrowFunction(node) || api.isFunctionExpression(node) || api.isClassExpression(node))
  );
}

function isHidden(scopes: Scopes, fn: ts.Node, binding: Binding): boolean {
  const inside = (fn as ts.FunctionLikeDeclaration).body ?? fn;
  return scopes.resolve(binding.name, inside) !== binding;
}
