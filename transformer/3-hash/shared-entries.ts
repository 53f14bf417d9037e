import { DIAGNOSTICS, type Diagnostics } from "../diagnostics.ts";
import { isSuppressed } from "../syntax/suppressions.ts";
import type { CachedFunction, HashWarning, SyntaxApi } from "../types.ts";
import { nameOfTarget } from "./graph/changeable.ts";
import { overriddenMembers } from "./graph/class-members.ts";
import { type FileLinks, functionNode } from "./graph/hash-function.ts";
import type { GraphNode } from "./graph/model.ts";
import { openNames, sharedName } from "./graph/overridable.ts";
import { warningShared } from "./graph/warnings.ts";

/**
 * Under `this: "ignore"` instances of subclasses share entries too, though they may run other methods. Warns of those of
 * the file; gives the warnings about those of other files that the hash covers, and what others still may override.
 */
export function checkSharedEntries(
  { session, module }: FileLinks,
  { node, name: method }: CachedFunction,
  files: readonly string[],
  diagnostics: Diagnostics,
): { elsewhere: HashWarning[]; names: string[] } {
  const { api } = session.context;
  for (const { name, parent } of overriddenMembers(api, module.scopes, node)) {
    const at = name ?? parent;
    if (isSuppressed(module.sourceFile, at, "unkeyed")) continue;
    const start = at.getStart(module.sourceFile);
    diagnostics.add(DIAGNOSTICS.sharedByClasses({ start, length: at.end - start }, method, at));
  }
  const run = new Set(runByThis(api, functionNode(session, module, node)));
  const elsewhere = files.flatMap((file) => {
    const other = session.modules.get(file);
    const changes = (other && session.outwardChanges.get(other)?.changes) ?? [];
    return changes.flatMap(({ at, overrider, targets }) => {
      const isShared = overrider && targets.some((target) => run.has(nameOfTarget(api, target)));
      return (
        (other && isShared && !overrider.includes(method.replace(/^.*\./, "")) && warningShared(other, method, at)) ||
        []
      );
    });
  });
  return { elsewhere, names: [...run].map(sharedName) };
}

/** All that subclasses may override of what a method runs by its own `this`, itself or by others. */
function runByThis(api: SyntaxApi, method: GraphNode): string[] {
  const names = new Set<string>();
  const methods = new Set([method]);
  for (const each of methods) {
    for (const name of openNames(api, each)) names.add(name);
    for (const { label, target } of each.edges) {
      if (typeof target === "string" || target.kind !== "member" || !label.startsWith("this.")) continue;
      names.add(nameOfTarget(api, target));
      methods.add(target);
    }
  }
  return [...names];
}
