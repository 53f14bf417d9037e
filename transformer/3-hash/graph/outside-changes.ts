import type ts from "typescript";
import { READER } from "../../diagnostics.ts";
import type { Asking } from "../../host-requests.ts";
import { isSuppressed } from "../../syntax/suppressions.ts";
import type { HashWarning } from "../../types.ts";
import { isFunctionTarget, nameOfTarget } from "./changeable.ts";
import { globalChanges } from "./global-changes.ts";
import type { Module, Session, Target } from "./model.ts";
import { outwardChangesOf } from "./outward-changes.ts";
import { sharedName } from "./overridable.ts";
import { isTestLibrary } from "./test-libraries.ts";
import { changesOf } from "./value-changes.ts";
import { warningOutside, warningShared } from "./warnings.ts";

/** What a module's code changes that other modules declare, whoever reaches it. */
export interface Concerned {
  /** What the module calls the thing that it changes. */
  what: string;
  /** What of cached functions it concerns, as `Dependent.changeable` has it; nothing where it concerns all. */
  names?: readonly string[];
  /** The files of functions that are changed: whoever reaches one of these is concerned. */
  files?: readonly string[];
  /** Methods of these names aren't concerned. */
  unless?: readonly string[];
}

/** What is said of it at its place, of the cached function `READER`. */
export type OutsideChange = HashWarning & Concerned;

/**
 * What the code of a module does to what cached functions may reach that don't reach the module: the program's entry
 * fills a registry, a polyfill patches a prototype, a subclass overrides a method. Such code is in no hash, since tools
 * differ in which modules they know, so it is warned about where the program is known.
 */
export function* outsideChanges(
  session: Session,
  module: Module,
): Asking<{ found: OutsideChange[]; lookedAt: string[] }> {
  const { api } = session.context;
  const found: OutsideChange[] = [];
  const say = (what: string, at: ts.Node): HashWarning | undefined => warningOutside(module, what, at);
  for (const at of globalChanges(api, module)) {
    const warning = say("a global", at);
    if (warning) found.push({ ...warning, what: "a global" });
  }
  const { changes, lookupPaths } = yield* outwardChangesOf(session, module);
  for (const { what, change, targets, overrider } of changes) {
    const { likelihood, at, also = [] } = change;
    if (likelihood === "guess" || targets.some((target) => isMeant(target) || isTestLibrary(target))) continue;
    const names: string[] = [];
    const files: string[] = [];
    for (const target of targets) {
      const isFunction = isFunctionTarget(api, target);
      // Functions are seldom changed, and often handed on.
      if ((likelihood !== "sure" && isFunction) || (yield* isSaidWhereRead(session, target))) continue;
      if (typeof target === "string") names.push(target);
      else if (isFunction) files.push(target.module.file);
      else names.push(nameOfTarget(api, target), `${target.module.file}#*`);
    }
    // Said once; a place that is meant speaks for itself only.
    const warning = names.length + files.length > 0 ? firstOf([at, ...also], (one) => say(what, one)) : undefined;
    if (warning) found.push({ ...warning, what, names, files });
    const shared = overrider && warningShared(module, READER, at);
    if (shared) found.push({ ...shared, what: `shared ${what}`, names: names.map(sharedName), unless: overrider });
  }
  const lookedAt = new Set<string>();
  for (const start of lookupPaths) {
    for (let path: typeof start | undefined = start; path; path = path.before) if (path.file) lookedAt.add(path.file);
  }
  return { found, lookedAt: [...lookedAt] };
}

function firstOf<T, Found>(all: readonly T[], find: (one: T) => Found | undefined): Found | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
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
