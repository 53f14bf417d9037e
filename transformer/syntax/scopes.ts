import type ts from "typescript";
import type { SyntaxApi } from "../types.ts";
import { isWriteTarget } from "./node-tests.ts";
import { bind } from "./scope/bind.ts";
import type { Binding, Reference, Scope } from "./scope/bindings.ts";
import { findOwnUse } from "./scope/own-use.ts";
import type { Use } from "./scope/walk.ts";

export type { Binding, ImportTarget, Reference } from "./scope/bindings.ts";

/** Which declaration a value name stands for, in one file. Types are invisible here. */
export interface Scopes {
  file: ts.SourceFile;
  /** Looks a name up as if it stood beside `at` (not inside it); `undefined` for a global. */
  resolve(name: string, at: ts.Node): Binding | undefined;
  /** Value uses inside `node` of names declared outside it, in source order, one per use. */
  freeReferences(node: ts.Node): Reference[];
  /** Calls, JSX, `import.meta` and what is called `env` inside `node`, in source order. */
  callSitesIn(node: ts.Node): ts.Node[];
  /** Every use of a binding in the file, its declaration aside. */
  usesOf(binding: Binding): ts.Identifier[];
  /** The names that a declaration declares: several for a destructuring one. */
  declaredBy(declaration: ts.Node): readonly Binding[];
  /** Names declared at the top level of the file. */
  topLevel(): Iterable<Binding>;
  /** Own use, also through arrow functions; not that of nested functions. */
  usesThis(fn: ts.Node): boolean;
  usesArguments(fn: ts.Node): boolean;
  usesSuper(fn: ts.Node): boolean;
  usesNewTarget(fn: ts.Node): boolean;
}

interface Resolved {
  reference: Reference;
  binding: Binding | undefined;
}

/**
 * Analyses the scopes of one file from its syntax alone, so that a program's own file and one parsed here, by any
 * supported TypeScript, give the same answers. Fills in missing `parent` links of the file.
 */
export function createScopes(ts: SyntaxApi, file: ts.SourceFile): Scopes {
  const bound = bind(ts, file);
  const uses: Resolved[] = [];
  const byBinding = new Map<Binding, ts.Identifier[]>();
  const byDeclaration = groupByDeclaration(bound.scopes.values());
  for (const use of bound.uses) {
    const resolved = resolveUse(use);
    if (resolved) uses.push(resolved);
  }

  function resolveUse({ identifier, scope }: Use): Resolved | undefined {
    const name = identifier.text;
    const binding = lookUp(scope, name);
    if (!binding) {
      if (name === "arguments" && insideFunction(scope)) return undefined;
      return { reference: { name, identifier }, binding };
    }
    if (isWriteTarget(ts, identifier)) {
      binding.reassigned = true;
      binding.writes.push(identifier);
    }
    const known = byBinding.get(binding);
    if (known) known.push(identifier);
    else byBinding.set(binding, [identifier]);
    return { reference: { name, identifier, binding }, binding };
  }

  /** `arguments` of a function is a value of the call, not a name that somebody declared. */
  function insideFunction(scope: Scope): boolean {
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      if (ts.isFunctionLike(at.node) && !ts.isArrowFunction(at.node)) return true;
    }
    return false;
  }

  function scopeAround(at: ts.Node): Scope {
    let child = at;
    for (let node = at.parent; node; child = node, node = node.parent) {
      const scope = bound.scopes.get(node);
      if (scope && !standsOutside(child, node)) return scope;
    }
    return bound.root;
  }

  /** Decorators and computed names of a function or class belong to what surrounds it. */
  function standsOutside(child: ts.Node, node: ts.Node): boolean {
    if (ts.isDecorator(child)) return true;
    return ts.isFunctionLike(node) && ts.isComputedPropertyName(child);
  }

  function freeReferences(node: ts.Node): Reference[] {
    const free: Reference[] = [];
    const first = firstFrom(uses, node.pos, ({ reference }) => reference.identifier.pos);
    for (let index = first; index < uses.length; index++) {
      const { reference, binding } = uses[index] as Resolved;
      if (reference.identifier.pos >= node.end) break;
      if (!binding?.declarations.every((declaration) => contains(node, declaration))) free.push(reference);
    }
    return free;
  }

  function callSitesIn(node: ts.Node): ts.Node[] {
    const found: ts.Node[] = [];
    const { callSites } = bound;
    for (let index = firstFrom(callSites, node.pos, (site) => site.pos); index < callSites.length; index++) {
      const site = callSites[index] as ts.Node;
      if (site.pos >= node.end) break;
      if (site.end <= node.end) found.push(site);
    }
    return found;
  }

  return {
    file,
    resolve: (name, at) => lookUp(scopeAround(at), name),
    freeReferences,
    callSitesIn,
    usesOf: (binding) => byBinding.get(binding) ?? [],
    declaredBy: (declaration) => byDeclaration.get(declaration) ?? [],
    topLevel: () => bound.root.bindings.values(),
    usesThis: (fn) => findOwnUse(ts, fn).this,
    usesArguments: (fn) => findOwnUse(ts, fn).arguments,
    usesSuper: (fn) => findOwnUse(ts, fn).super,
    usesNewTarget: (fn) => findOwnUse(ts, fn).newTarget,
  };
}

/** The place of the first one at a position or behind it, in a sorted list. */
function firstFrom<T>(sorted: readonly T[], position: number, positionOf: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positionOf(sorted[middle] as T) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lookUp(scope: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const binding = at.bindings.get(name) ?? at.owner?.members?.get(name);
    if (binding) return binding;
  }
  return undefined;
}

function groupByDeclaration(scopes: Iterable<Scope>): Map<ts.Node, Binding[]> {
  const groups = new Map<ts.Node, Binding[]>();
  for (const { bindings } of scopes) {
    for (const binding of bindings.values()) {
      for (const declaration of binding.declarations) {
        const group = groups.get(declaration);
        if (group) group.push(binding);
        else groups.set(declaration, [binding]);
      }
    }
  }
  return groups;
}

function contains(node: ts.Node, inner: ts.Node): boolean {
  return inner.pos >= node.pos && inner.end <= node.end;
}
