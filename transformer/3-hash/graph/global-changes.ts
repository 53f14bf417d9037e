import type ts from "typescript";
import { isWriteTarget, outermostWrapper } from "../../syntax/node-tests.ts";
import type { SyntaxApi } from "../../types.ts";
import { effectOfGlobal } from "./call-effects.ts";
import type { Module } from "./model.ts";
import { callersOf } from "./module-level.ts";
import { outermostAccess, pathAround } from "./name-path.ts";

interface GlobalChanges {
  /** What may concern any code: prototypes, computed names. */
  parts: ts.Node[];
  /** By the global that is written; whoever reads it is concerned. */
  named: Map<string, ts.Node[]>;
}

const changesByModule = new WeakMap<Module, GlobalChanges>();

/** Globals that code uses without naming them. */
const USED_UNNAMED = new Set(["globalThis", "window", "self", "global", "Intl", "Reflect"]);

/**
 * Module-level statements that change what all modules use without naming it: `String.prototype.x = …`,
 * `Object.defineProperty(Array.prototype, …)`, `globalThis[key] = …`.
 */
export function globalChanges(api: SyntaxApi, module: Module): readonly ts.Node[] {
  return changesIn(api, module).parts;
}

/**
 * Module-level statements that change a global which code reads by its name: `globalThis.RATE = 2`. Environment variables
 * are left out: their values join the key.
 */
export function namedGlobalChanges(api: SyntaxApi, module: Module): ReadonlyMap<string, readonly ts.Node[]> {
  return changesIn(api, module).named;
}

/** Whether a module gives a global its value when it is evaluated. */
export function setsGlobal(api: SyntaxApi, module: Module, name: string): boolean {
  return changesIn(api, module).named.has(name);
}

function changesIn(api: SyntaxApi, module: Module): GlobalChanges {
  const known = changesByModule.get(module);
  if (known) return known;
  const { scopes, sourceFile } = module;
  const parts = new Set<ts.Node>();
  const named = new Map<string, ts.Node[]>();
  const globals = scopes
    .freeReferences(sourceFile)
    .filter(({ binding, identifier }) => (!binding || binding.ambient) && !api.isExportSpecifier(identifier.parent));
  for (const identifier of withAliases(api, module, globals)) {
    const around = pathAround(api, scopes, identifier);
    if (!around || !changesGlobal(api, module, around.node)) continue;
    const { root, names: members } = around.path;
    if (root === "module" || root === "exports" || (root === "process" && members[0] === "env")) continue;
    const { parts: callers } = callersOf(api, scopes, identifier);
    const isUnnamed = USED_UNNAMED.has(root) || members.includes("prototype") || members.includes("__proto__");
    if (isUnnamed) for (const part of callers) parts.add(part);
    else if (callers.size > 0) named.set(root, [...(named.get(root) ?? []), ...callers]);
  }
  const found = { parts: [...parts], named };
  changesByModule.set(module, found);
  return found;
}

/** The names of globals, and those of variables that stand for one or for a part of it: `const proto = Array.prototype`. */
function withAliases(api: SyntaxApi, { scopes }: Module, globals: readonly { identifier: ts.Identifier }[]) {
  const found = new Set<ts.Node>(globals.map(({ identifier }) => identifier));
  for (const name of found) {
    const value = outermostWrapper(api, outermostAccess(api, scopes, name).node);
    if (!api.isVariableDeclaration(value.parent) || value.parent.initializer !== value) continue;
    for (const binding of scopes.declaredBy(value.parent))
      if (!binding.reassigned) for (const use of scopes.usesOf(binding)) found.add(use);
  }
  return found;
}

function changesGlobal(api: SyntaxApi, { scopes }: Module, node: ts.Node): boolean {
  const { parent } = node;
  if (isWriteTarget(api, node) || api.isDeleteExpression(parent)) return true;
  // A computed member: `globalThis[key] = …`.
  if (api.isElementAccessExpression(parent) && parent.expression === node) return isWriteTarget(api, parent);
  if (!api.isCallExpression(parent)) return false;
  const index = parent.arguments.indexOf(node as ts.Expression);
  return index === 0 && /^(?:changes|applies)$/.test(effectOfGlobal(api, scopes, parent, index) ?? "");
}
