import type { Asking } from "../../host-requests.ts";
import { isSuppressed } from "../../syntax/suppressions.ts";
import type { HashWarning } from "../../types.ts";
import { isFunctionTarget, nameOfTarget } from "./changeable.ts";
import { globalChanges } from "./global-changes.ts";
import type { Module, Session, Target } from "./model.ts";
import { outwardChangesOf } from "./outward-changes.ts";
import { changesOf } from "./value-changes.ts";
import { warnOutside } from "./warnings.ts";

/** A cached function, as far as others may change what it reaches. */
export interface Dependent {
  name: string;
  /** The files that its hash covers, its own as well. */
  files: ReadonlySet<string>;
  changeable: ReadonlySet<string>;
}

/**
 * What the code of a module does to something that cached functions reach, though they don't reach the module: the
 * program's entry fills a registry, a polyfill patches a prototype, a subclass overrides a method. Such code is in no
 * hash, since tools differ in which modules they know, so it is warned about where the program is known.
 */
export function* changesFromOutside(
  session: Session,
  module: Module,
  dependents: readonly Dependent[],
): Asking<{ warnings: HashWarning[]; files: string[] }> {
  const warnings: HashWarning[] = [];
  const outside = dependents.filter(({ files }) => !files.has(module.file));
  const [first] = outside;
  if (!first) return { warnings, files: [] };
  const { api } = session.context;
  const place = { module, warnings };
  for (const at of globalChanges(api, module)) warnOutside(place, "a global", first.name, at);
  const { changes, lookupPaths } = yield* outwardChangesOf(session, module);
  const said = new Set<string>();
  for (const { what, change, targets } of changes) {
    const { likelihood, at, also = [] } = change;
    if (likelihood === "guess" || said.has(what) || targets.some((target) => isMeant(target))) continue;
    const changed: Target[] = [];
    for (const target of targets) {
      // Functions are seldom changed, and often handed on.
      if (likelihood !== "sure" && isFunctionTarget(api, target)) continue;
      if (!(yield* isSaidWhereRead(session, target))) changed.push(target);
    }
    const dependent = outside.find((one) => changed.some((target) => isReachedBy(one, target)));
    if (!dependent) continue;
    // Said once; a place that is meant speaks for itself only.
    if ([at, ...also].some((one) => warnOutside(place, what, dependent.name, one))) said.add(what);
  }
  const files = new Set<string>();
  for (const start of lookupPaths) {
    for (let path: typeof start | undefined = start; path; path = path.before) if (path.file) files.add(path.file);
  }
  return { warnings, files: [...files] };

  function isReachedBy({ files, changeable }: Dependent, target: Target): boolean {
    if (typeof target === "string") return changeable.has(target);
    const { file } = target.module;
    if (isFunctionTarget(api, target)) return files.has(file);
    return changeable.has(nameOfTarget(api, target)) || changeable.has(`${file}#*`);
  }
}

/** What functions of its own module change: whoever reads it has been told, whoever else may change it. */
function* isSaidWhereRead(session: Session, target: Target): Asking<boolean> {
  if (typeof target === "string" || target.kind !== "value") return false;
  const [binding] = target.syntax[0] ? target.module.scopes.declaredBy(target.syntax[0]) : [];
  if (!binding) return false;
  if (binding.reassigned && (binding.kind === "let" || binding.kind === "var")) return true;
  const { changedAt, ownChangedAt, calledAt } = yield* changesOf(session, target.module, binding);
  return (changedAt ?? ownChangedAt ?? calledAt) !== undefined;
}

/** `// cachet-allow-mutable` at the declaration of what is changed. */
function isMeant(target: Target): boolean {
  const declared = typeof target === "string" ? undefined : target.syntax[0];
  return declared !== undefined && isSuppressed(declared.getSourceFile(), declared, "mutable");
}
