import type ts from "typescript";
import { DIAGNOSTICS } from "../../diagnostics.ts";
import type { Span } from "../../fixes.ts";
import { isEmbedded, startInFile } from "../../syntax/embedded.ts";
import type { Binding } from "../../syntax/scopes.ts";
import { isSuppressed } from "../../syntax/suppressions.ts";
import type { Finding, HashWarning } from "../../types.ts";
import type { AmbientRead, GraphNode, Module } from "./model.ts";

/** Where warnings of some code of a module go. */
export interface WarningSink {
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
export function warnReassigned(sink: WarningSink, name: MutableName, read: ts.Node): void {
  if (isMeant(sink, name, read)) return;
  const { name: text, nameNode } = name.binding;
  warn(
    sink,
    read,
    (at) => DIAGNOSTICS.reassigned(at, text, describePlace(sink.module, name.changedIn, name.changedAt), nameNode),
    subjectOf(name),
  );
}

/** What is said of a change of something that a cached function reaches, by code that it doesn't; nothing where it is meant. */
export function warningOutside(module: Module, what: string, at: ts.Node): HashWarning | undefined {
  if (isSuppressed(module.sourceFile, at, "mutable")) return undefined;
  return warningAt(module, at, (span) => DIAGNOSTICS.changedOutside(span, what, at));
}

/** An overriding member, of whose class instances share entries with those of others; nothing where it is meant. */
export function warningShared(module: Module, method: string, at: ts.Node): HashWarning | undefined {
  if (isSuppressed(module.sourceFile, at, "unkeyed")) return undefined;
  return warningAt(module, at, (span) => DIAGNOSTICS.sharedByClasses(span, method, at));
}

/** A read of a field that a method changes, as it is declared; nothing where it is meant. */
export function warningOfField(
  read: { module: Module; at: ts.Node },
  field: string,
  change: { module: Module; at: ts.Node },
  declared: ts.Node = read.at,
): HashWarning | undefined {
  const { module, at } = read;
  if ([at, declared].some((node) => isSuppressed(node.getSourceFile(), node, "mutable"))) return undefined;
  const where = describePlace(module, change.module, change.at);
  return warningAt(module, at, (span) => DIAGNOSTICS.changedField(span, field, where, declared));
}

/** A read of an object whose content changes. */
export function warnMutated(sink: WarningSink, name: MutableName, read: ts.Node): void {
  if (isMeant(sink, name, read)) return;
  const { name: text, nameNode } = name.binding;
  warn(
    sink,
    read,
    (at) => DIAGNOSTICS.mutated(at, text, describePlace(sink.module, name.changedIn, name.changedAt), nameNode),
    subjectOf(name),
  );
}

function isMeant(sink: WarningSink, { module, binding }: MutableName, read: ts.Node): boolean {
  return (
    isSuppressed(sink.module.sourceFile, read, "mutable") ||
    isSuppressed(module.sourceFile, binding.nameNode, "mutable")
  );
}

/** Where a change stands, for who reads of it in a module. */
function describePlace(reader: Module, changedIn: Module, changedAt: ts.Node): string {
  const line = lineOf(changedIn, changedAt);
  return changedIn === reader ? `line ${line}` : `line ${line} of ${changedIn.file.replace(/^.*\//, "")}`;
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
  file: "Name it with dependsOn(path) or read it through `cachet/fs`, pass its content as an argument",
};

/** What is the same for a while and differs from caller to caller: a part of the key. */
const IN_CONTEXT = new Set<AmbientRead["ambience"]>(["process", "machine", "storage", "page", "request", "locale"]);
const CONTEXT = "Pass the value as an argument, or add a function that reads it to the option `context`";

/** A read of the clock, of chance, or of anything else outside the program. Those of files are kept apart. */
export function warnRead(graphNode: GraphNode, { ambience, what, isHandedOn, node }: AmbientRead): void {
  const { module, warnings, fileWarnings } = graphNode;
  if (isSuppressed(module.sourceFile, node, "impure")) return;
  const way = FIXES[ambience] ?? (IN_CONTEXT.has(ambience) ? CONTEXT : "Pass the value as an argument");
  const sink = { module, warnings: ambience === "file" ? fileWarnings : warnings };
  const says = isHandedOn ? `is handed on or asked by a computed name: it ${SAYS[ambience]}` : SAYS[ambience];
  warn(sink, node, (at) => DIAGNOSTICS.ambient(at, what, says, way, node));
}

/** A name that nothing declares: the program or the page sets it where no hash can see it. */
export function warnGlobal(sink: WarningSink, name: string, node: ts.Node): void {
  if (isSuppressed(sink.module.sourceFile, node, "impure")) return;
  warn(sink, node, (at) => DIAGNOSTICS.ambientGlobal(at, name, node));
}

/** Code that can't be followed. */
export function warnUnknown(sink: WarningSink, reason: string, node: ts.Node): void {
  if (isSuppressed(sink.module.sourceFile, node, "unknown")) return;
  warn(sink, node, (at) => DIAGNOSTICS.notFollowed(at, reason, node));
}

function lineOf({ sourceFile }: Module, node: ts.Node): number {
  return sourceFile.getLineAndCharacterOfPosition(startInFile(node)).line + 1;
}

function warn(
  { module, warnings }: WarningSink,
  node: ts.Node,
  describe: (at: Span) => Finding,
  subject?: string,
): void {
  const warning = warningAt(module, node, describe);
  if (subject !== undefined) subjects.set(warning, subject);
  warnings.push(warning);
}

function warningAt(module: Module, node: ts.Node, describe: (at: Span) => Finding): HashWarning {
  const found = describe({ start: startInFile(node), length: node.getWidth() });
  // No comment can be written into one.
  const fixes = isEmbedded(node) ? [] : found.fixes;
  return { ...found, fixes, file: module.file, line: lineOf(module, node) };
}

const subjects = new WeakMap<HashWarning, string>();

/** What a warning is about: of several about one thing the first is enough. */
export function keyOfWarning(warning: HashWarning): string {
  return `${warning.code} ${subjects.get(warning) ?? `${warning.file} ${warning.start}`}`;
}
