import type ts from "typescript";
import type { Binding } from "../../syntax/scopes.ts";
import type { HashWarning } from "../../types.ts";
import type { AmbientRead, Module } from "./model.ts";
import { isSuppressed } from "./suppressions.ts";

export const linkCodes = {
  reassigned: "CACHET3001",
  mutated: "CACHET3002",
  impure: "CACHET3003",
  notFollowed: "CACHET3004",
} as const;

/** Where warnings of some code of a module go. */
export interface Warned {
  module: Module;
  warnings: HashWarning[];
}

/** A name whose value changes at run time: the module that declares it, and the place that gives it another value. */
export interface MutableName {
  module: Module;
  binding: Binding;
  changedAt: ts.Node;
  /** The module that the change stands in. */
  changedIn: Module;
}

/** A read of a variable that is reassigned. */
export function warnReassigned(place: Warned, name: MutableName, read: ts.Node): void {
  if (isMeant(place, name, read)) return;
  const text = `"${name.binding.name}"`;
  const message = `${text} is read by a cached function but reassigned in ${placeOf(place, name)}: the cache can't see its value.`;
  const fix = `Make ${text} a const, pass it as an argument, or write // cachet-allow-mutable at its declaration.`;
  warn(place, linkCodes.reassigned, read, message, fix, subjectOf(name));
}

/** A read of an object whose content changes. */
export function warnMutated(place: Warned, name: MutableName, read: ts.Node): void {
  if (isMeant(place, name, read)) return;
  const text = `"${name.binding.name}"`;
  const message = `${text} is read by a cached function but changed at run time in ${placeOf(place, name)}: the cache can't see its content.`;
  const fix = `Pass ${text} as an argument, or write // cachet-allow-mutable at its declaration.`;
  warn(place, linkCodes.mutated, read, message, fix, subjectOf(name));
}

function isMeant(place: Warned, { module, binding }: MutableName, read: ts.Node): boolean {
  return (
    isSuppressed(place.module.sourceFile, read, "mutable") ||
    isSuppressed(module.sourceFile, binding.nameNode, "mutable")
  );
}

function placeOf(place: Warned, { changedAt, changedIn }: MutableName): string {
  const line = lineOf(changedIn, changedAt);
  return changedIn === place.module ? `line ${line}` : `line ${line} of ${changedIn.file.replace(/^.*\//, "")}`;
}

/** However often a variable is read, one warning is enough. */
function subjectOf({ module, binding }: MutableName): string {
  return `${module.file} ${binding.nameNode.pos}`;
}

const SAYS: Readonly<Record<AmbientRead["ambience"], string>> = {
  clock: "answers differently each time, but a cached function calls it once and keeps the answer",
  chance: "answers differently each time, but a cached function calls it once and keeps the answer",
  process: "belongs to the process that runs, and is in no key",
  machine: "belongs to the machine that runs it, and is in no key",
  file: "reads what may change on disk, and that is in no key",
  storage: "reads what is stored outside the program, and that is in no key",
  page: "belongs to the page that runs it, and is in no key",
  request: "belongs to the request that is being answered: another one would get its result",
  locale: "depends on the locale or time zone of the machine, and is in no key",
  environment: "is read as a whole or by a computed name: the environment is in no key then",
};

const FIXES: Partial<Record<AmbientRead["ambience"], string>> = {
  environment: "Read the variables by their names, as in process.env.X",
  file: "Use dependsOn() or cachet/fs, add the content to the arguments",
  request: "Name it in the option context or key, pass it as an argument",
};

/** A read of the clock, of chance, or of anything else outside the program. */
export function warnAmbient(place: Warned, { ambience, what, node }: AmbientRead): void {
  if (isSuppressed(place.module.sourceFile, node, "impure")) return;
  const fix = FIXES[ambience] ?? "Pass the value as an argument, name it in the option context or key";
  const message = `${what} ${SAYS[ambience]}.`;
  warn(place, linkCodes.impure, node, message, `${fix}, or write // cachet-allow-impure on this line.`);
}

/** A name that nothing declares: the program or the page sets it where no hash can see it. */
export function warnGlobal(place: Warned, name: string, at: ts.Node): void {
  if (isSuppressed(place.module.sourceFile, at, "impure")) return;
  const message = `"${name}" is a global that is set elsewhere: the cache can't see its value.`;
  const fix = "Import it, pass it as an argument, or write // cachet-allow-impure on this line.";
  warn(place, linkCodes.impure, at, message, fix);
}

/** Code that can't be followed. */
export function warnUnknown(place: Warned, reason: string, at: ts.Node): void {
  if (isSuppressed(place.module.sourceFile, at, "unknown")) return;
  const message = `${reason}: changes behind it don't invalidate the cache.`;
  const fix =
    "Write the path as a literal, or add a version option and raise it by hand; // cachet-allow-unknown on this line says that it is meant.";
  warn(place, linkCodes.notFollowed, at, message, fix);
}

function lineOf({ sourceFile }: Module, node: ts.Node): number {
  return sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)).line + 1;
}

function warn(
  { module, warnings }: Warned,
  code: string,
  at: ts.Node,
  message: string,
  fix: string,
  subject?: string,
): void {
  const { file, sourceFile } = module;
  const start = at.getStart(sourceFile);
  const line = lineOf(module, at);
  const warning: HashWarning = { code, message, fix, file, start, length: at.end - start, line };
  if (subject !== undefined) subjects.set(warning, subject);
  warnings.push(warning);
}

const subjects = new WeakMap<HashWarning, string>();

/** What a warning is about: of several about one thing the first is enough. */
export function keyOfWarning(warning: HashWarning): string {
  return `${warning.code} ${subjects.get(warning) ?? `${warning.file} ${warning.start}`}`;
}
